import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, who } from './words.ts';

interface State {
  readonly values: Set<string>;
  readonly port: number | null;
}

const MAX_PAIRS = 4096;
const MAX_VALUES = 64;

/**
 * Something changing where the standard wants zeros. A case's source is who sent it; its count is associations. What it
 * is is not told: it may be anything, patients included.
 */
export const dicomCovertChannel = defineDetection<State>({
  meta: {
    id: 'dicom.covert-channel',
    title: 'Changing bytes in reserved fields of DICOM',
    severity: 'low',
    escalation: 'none',
    why: 'Reserved fields of the association PDUs are sent as zeros and looked at by nobody (PS3.8 Tables 9-11 and 9-17), which makes them a way to carry 35 bytes at a time past whoever inspects DICOM. Some old programs leave what was in memory there.',
    action:
      'Ask for the software at both ends. If the vendor does not know of it, capture these associations (by the community ids) and look at what the bytes are.',
    reference: 'DICOM PS3.8 Table 9-11, Table 9-17',
    attack: ['T1001.003', 'T1048.003'],
    stage: 'exfiltration',
    thresholds: { values: { default: 2, unit: 'different values that are not zero, between the same two' } },
    example: {
      fires: 'Two associations whose reserved fields hold different bytes.',
      silent: 'A program that always sends the same there; an answer that sends back what was asked.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const { values: enough } = context.thresholds;
  const pairs = new BoundedMap<string, Set<string>>(MAX_PAIRS);

  function seen(
    value: string,
    source: Address,
    destination: Address,
    port: number | null,
    flow: Flow,
    time: Micros,
  ) {
    const key = `${source.text} ${destination.text}`;
    let values = pairs.get(key);
    if (values === undefined) {
      values = new Set();
      pairs.set(key, values);
    } else pairs.touch(key);
    if (values.size < MAX_VALUES) values.add(value);
    if (values.size < enough) return;
    const before = context.find(source, destination);
    const found = before ?? context.open(source, destination, port, () => ({ values: new Set(), port }));
    for (const one of values) found.state.values.add(one);
    context.hit(found, 'low', flow, time, before === undefined ? values.size : 1);
  }

  return {
    events: {
      'dicom.requested': ({ association }, flow, time) => {
        const { client, server } = flow;
        if (association.reserved !== '')
          seen(association.reserved, client.address, server.address, server.port, flow, time);
      },
      'dicom.answered': ({ association }, flow, time) => {
        const { client, server } = flow;
        if (association.reservedAnswer !== '')
          seen(association.reservedAnswer, server.address, client.address, null, flow, time);
      },
    },
    describe: (found) => describe(context, found),
  };
}

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const many = state.values.size >= MAX_VALUES ? 'at least ' : '';
  const values = amount(state.values.size, 'different value');
  return {
    summary:
      `${who(inventory, source)} sent ${many}${values} to ${who(inventory, destination, port)} in fields of ` +
      `DICOM that are reserved and shall be zero, in ${amount(found.count, 'association')}.`,
    data: {
      values: state.values.size,
      associations: found.count,
      destination_country: inventory.country(destination),
    },
  };
}
