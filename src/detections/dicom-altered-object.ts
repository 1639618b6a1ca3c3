import type { DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, quote, who } from './words.ts';

/** What was seen of one object in one transfer syntax; `from` and `to`: between whom first. */
interface Seen {
  /** Digests of its pixel data, the first one first. */
  readonly digests: number[];
  readonly patient: number | null;
  readonly from: Address;
  readonly to: Address;
  readonly time: Micros;
}

interface State {
  /** Objects whose patient was another one too: two objects with one UID rather than one that was changed. */
  otherPatient: number;
  /** UIDs of the first of them. */
  readonly instances: string[];
  /** Between whom the first of them went before. */
  earlier: { readonly from: Address; readonly to: Address; readonly time: Micros } | null;
}

const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

const MAX_OBJECTS = 65_536;
const MAX_DIGESTS = 4;
const MAX_INSTANCES = 5;

/**
 * An object whose pixel data are not what they were when it went by before. The source is who sent the changed one;
 * its count is changed objects. That others pass the changed object on is no news: a digest is told once.
 */
export const dicomAlteredObject = defineDetection<State>({
  meta: {
    id: 'dicom.altered-object',
    title: 'DICOM object was altered',
    severity: 'medium',
    escalation: 'none',
    why: 'A SOP Instance UID names one object for ever: pixel data that differ under the same UID and transfer syntax were changed on the way or where they were kept. Tumours have been put into and taken out of CT studies like this. It may also be a device that gives one UID to two objects, which endangers patients too.',
    action:
      'Compare both objects (the archive’s and the modality’s own) before anybody reads the study; find out what stands between the two, and whether the device reuses UIDs.',
    reference: 'DICOM PS3.5 §9, PS3.3 §C.12.1; CT-GAN (USENIX Security 2019)',
    attack: ['T1565.002', 'T1565.001', 'T1557', 'T0831'],
    stage: 'tampering',
    thresholds: {},
    example: {
      fires: 'A slice that a modality sent to the archive leaves it for a workstation with other pixels.',
      silent:
        'The same slice sent on, or again, as it was; in another transfer syntax; cut short by the capture.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  /** By SOP Instance UID and transfer syntax. */
  const objects = new BoundedMap<string, Seen>(MAX_OBJECTS);

  function message(event: DimseMessage, flow: Flow, time: Micros): void {
    const { pixelDigest: digest, sopInstance, transferSyntax } = event;
    if (digest === null || sopInstance === '' || transferSyntax === '') return;
    // Both little endian ones have the same pixel data, and archives turn one into the other.
    const syntax = transferSyntax === IMPLICIT_LITTLE_ENDIAN ? EXPLICIT_LITTLE_ENDIAN : transferSyntax;
    const key = `${sopInstance} ${syntax}`;
    const seen = objects.get(key);
    if (seen === undefined) {
      const fromClient = event.from === 'client';
      objects.set(key, {
        digests: [digest],
        patient: event.patient,
        from: (fromClient ? flow.client : flow.server).address,
        to: (fromClient ? flow.server : flow.client).address,
        time,
      });
    } else if (!seen.digests.includes(digest)) {
      if (seen.digests.length === MAX_DIGESTS) seen.digests.pop();
      seen.digests.push(digest);
      altered(event, seen, flow, time);
    }
  }

  function altered({ from, patient, sopInstance }: DimseMessage, seen: Seen, flow: Flow, time: Micros): void {
    const fromClient = from === 'client';
    const source = (fromClient ? flow.client : flow.server).address;
    const destination = (fromClient ? flow.server : flow.client).address;
    const found = context.open(source, destination, fromClient ? flow.server.port : null, newState);
    const { state } = found;
    if (patient !== seen.patient) state.otherPatient++;
    if (state.instances.length < MAX_INSTANCES) state.instances.push(sopInstance);
    state.earlier ??= { from: seen.from, to: seen.to, time: seen.time };
    context.hit(found, 'medium', flow, time);
  }

  return { events: { 'dicom.message': message }, describe: (found) => describe(context, found) };
}

const newState = (): State => ({ otherPatient: 0, instances: [], earlier: null });

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state, count } = found;
  const { earlier, instances, otherPatient } = state;
  const between =
    earlier === null ? '' : ` it went from ${who(inventory, earlier.from)} to ${who(inventory, earlier.to)}`;
  const objects = amount(count, 'object');
  const clash =
    otherPatient > 0
      ? ` ${otherPatient === count ? 'Each' : amount(otherPatient, 'of them', 'of them')} names another patient than before: the UID may have been given twice.`
      : '';
  return {
    summary:
      `${who(inventory, source)} sent ${who(inventory, destination, port)} ${objects} with other pixel data than when` +
      `${between} under the same UID, ${quote(instances[0] ?? '', 64)}.${clash}`,
    data: {
      objects: count,
      sop_instances: [...instances],
      of_another_patient: otherPatient,
      earlier_source: earlier?.from.text ?? null,
      earlier_destination: earlier?.to.text ?? null,
    },
  };
}
