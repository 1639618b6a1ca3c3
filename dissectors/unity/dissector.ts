import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, Fact, Side } from '../../src/core/facts.ts';
import { type Direction, type Flow, TO_SERVER } from '../../src/core/flow.ts';
import { told } from '../../src/core/told.ts';
import { isTime, location, namesSender } from './wire.ts';

/** GE Unity (CARESCAPE) network: nodes that broadcast who and where they are. */
export const unity: DatagramDissector<'unity', never> = {
  name: 'unity',
  over: 'udp',
  ports: [7000, 7001, 2000],
  datagram,
};

const TIME_PORT = 2000;

/**
 * The sender's own address and `unit|room` at their documented places: chance puts neither there. Still nothing is
 * claimed on other ports, for what else the network carries there is not documented.
 */
function datagram(
  bytes: Uint8Array,
  direction: Direction,
  flow: Flow,
  hinted: boolean,
  context: DissectorContext<never>,
): boolean {
  if (!hinted) return false;
  const side: Side = direction === TO_SERVER ? 'client' : 'server';
  const { address } = flow[side];
  if (address.family !== 4 || !namesSender(bytes, address.w3)) return false;
  const place = location(bytes);
  if (place === '') return false;
  const receiver = direction === TO_SERVER ? flow.server : flow.client;
  const isTimeMessage = receiver.port === TIME_PORT;
  if (isTimeMessage && !isTime(bytes)) return false;
  context.tell(nodeAt(place, side, isTimeMessage ? 'time message' : 'discovery message'));
  return true;
}

/** What nodes said of themselves, so that the same words are the same list. */
const lists = new FactLists(1024);

function nodeAt(place: string, side: Side, message: string): readonly Fact[] {
  return lists.of(`${side}\0${message}\0${place}`, () => {
    const fact = (attribute: Attribute, value: string, what: string): Fact => ({
      fact: 'attribute',
      side,
      attribute,
      value,
      source: `Unity ${message} (${what})`,
    });
    const facts = [
      // Monitors, central stations and telemetry servers all are on it; which of them this is, is not told.
      fact('device-class', 'medical-device', 'protocol'),
      fact('vendor', 'GE Healthcare', 'protocol'),
    ];
    const station = told(place);
    if (station !== '') facts.push(fact('station', station, 'location identifier'));
    return facts;
  });
}
