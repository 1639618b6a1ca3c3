import { copyOf } from '../../src/core/bytes.ts';
import type { DissectorContext, UnclaimedDissector, UnclaimedReader } from '../../src/core/dissector.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { LONGEST, ObviousReader } from '../../src/core/obvious.ts';
import type { PatientNotes } from '../../src/core/patient.ts';
import { isRandom } from './random.ts';

type Context = DissectorContext<never>;

/** Patients who are named in protocols that nobody knows. */
export const cleartext: UnclaimedDissector<'cleartext'> = {
  name: 'cleartext',
  over: 'unclaimed',
  budget: 16_384,
  open: (flow, context) => new Unclaimed(flow, context),
};

/** Patients told of one flow, at most. */
const PATIENTS_LIMIT = 16;
/** Bytes kept of cut labels and values, in all flows of an analysis. */
const KEPT_LIMIT = 4 << 20;

/** How much is kept, by analysis. */
const accounts = new WeakMap<object, { bytes: number }>();

class Unclaimed implements UnclaimedReader {
  readonly #context: Context;
  readonly #datagrams: boolean;
  readonly #kept: { bytes: number };
  /** By direction; null before it says anything, and once nothing more is wanted of it. */
  readonly #sides: [Side | null, Side | null] = [null, null];
  readonly #told: number[] = [];

  constructor(flow: Flow, context: Context) {
    this.#context = context;
    this.#datagrams = flow.proto === 'udp';
    let account = accounts.get(context);
    if (account === undefined) {
      account = { bytes: 0 };
      accounts.set(context, account);
    }
    this.#kept = account;
  }

  data(direction: Direction, bytes: Uint8Array): boolean {
    // Encrypted or compressed: nobody's to read.
    if (isRandom(bytes)) return false;
    const side = this.#side(direction);
    if (this.#datagrams) {
      side.reader.read(bytes, 0, bytes.length, true);
      return this.#told.length < PATIENTS_LIMIT;
    }
    const { kept } = side;
    let all = bytes;
    if (kept !== null) {
      all = new Uint8Array(kept.length + bytes.length);
      all.set(kept);
      all.set(bytes, kept.length);
    }
    const read = side.reader.read(all, 0, all.length, false);
    this.#keep(side, read < all.length ? copyOf(all, read, all.length) : null);
    return this.#told.length < PATIENTS_LIMIT;
  }

  gap(direction: Direction): void {
    const side = this.#sides[direction];
    if (side === null) return;
    this.#keep(side, null);
    side.reader.gap();
  }

  end(direction: Direction): void {
    const side = this.#sides[direction];
    if (side === null) return;
    const rest = side.kept ?? NONE;
    side.reader.read(rest, 0, rest.length, true);
    this.#keep(side, null);
    this.#sides[direction] = null;
  }

  #side(direction: Direction): Side {
    let side = this.#sides[direction];
    if (side === null) {
      side = { reader: new ObviousReader((patient) => this.#found(patient, direction)), kept: null };
      this.#sides[direction] = side;
    }
    return side;
  }

  #keep(side: Side, bytes: Uint8Array | null): void {
    this.#kept.bytes -= side.kept?.length ?? 0;
    side.kept = bytes;
    if (bytes === null) return;
    if (bytes.length > LONGEST || this.#kept.bytes + bytes.length > KEPT_LIMIT) {
      side.kept = null;
      side.reader.gap();
    } else this.#kept.bytes += bytes.length;
  }

  #found(patient: PatientNotes, direction: Direction): void {
    const { hash } = this.#context;
    const fact = patient.fact('unknown', direction === TO_SERVER ? 'server' : 'client', hash);
    if (fact === null || fact.patient === null || this.#told.length >= PATIENTS_LIMIT) return;
    if (this.#told.includes(fact.patient)) return;
    this.#told.push(fact.patient);
    this.#context.emit(fact);
  }
}

interface Side {
  readonly reader: ObviousReader;
  /** What was left over, to be read again with what follows. */
  kept: Uint8Array | null;
}

const NONE = new Uint8Array(0);
