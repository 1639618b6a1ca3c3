import type { DissectorContext, UnclaimedDissector, UnclaimedReader } from '../../src/core/dissector.ts';
import type { AnomalyFact } from '../../src/core/facts.ts';
import { type Direction, type Flow, TO_SERVER } from '../../src/core/flow.ts';
import { A_ABORT, A_ASSOCIATE_RQ, lengthFits, PDU_HEADER, u32be } from './pdu.ts';

/** Where nothing but DICOM is expected: 104 and 11112 are registered for it, 4242 is Orthanc's. */
const PORTS: ReadonlySet<number> = new Set([104, 11112, 4242]);

/**
 * A connection to a DICOM server that begins with a PDU no dissector could take for one: of an unknown type, or too
 * short for its own. Its port and a length that fits to the byte are all that tells it, so it counts on few ports only.
 */
export const strayPdu: UnclaimedDissector<'dicom'> = {
  name: 'dicom',
  over: 'unclaimed',
  budget: 4096,
  open: (flow, context) => new StrayReader(flow, context),
};

class StrayReader implements UnclaimedReader {
  readonly #context: DissectorContext<never>;
  #begun: boolean;

  constructor(flow: Flow, context: DissectorContext<never>) {
    this.#context = context;
    this.#begun = flow.proto !== 'tcp' || flow.midstream || !PORTS.has(flow.server.port);
  }

  data(direction: Direction, bytes: Uint8Array): boolean {
    if (this.#begun || direction !== TO_SERVER) return false;
    this.#begun = true;
    const fact = anomalyOf(bytes);
    if (fact !== null) this.#context.emit(fact);
    return false;
  }

  gap(): void {
    this.#begun = true;
  }

  end(): void {}
}

/** What is wrong with the one PDU that these bytes are; null when they are none. */
function anomalyOf(bytes: Uint8Array): AnomalyFact | null {
  if (bytes.length < PDU_HEADER || bytes[1] !== 0) return null;
  const type = bytes[0];
  const length = u32be(bytes, 2);
  if (length !== bytes.length - PDU_HEADER) return null;
  const known = type >= A_ASSOCIATE_RQ && type <= A_ABORT;
  if (known && lengthFits(type, length)) return null;
  return {
    fact: 'anomaly',
    protocol: 'dicom',
    kind: known ? 'pdu-length' : 'pdu-type',
    detail: `PDU type ${type} of length ${length} begins the connection`,
    from: 'client',
  };
}
