import type { Address } from '../../src/core/address.ts';
import { BoundedMap } from '../../src/core/bounded.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { Attribute, Fact, PhiFact } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { readScopes } from './scopes.ts';
import { typeRow } from './tables.ts';
import { ipv4Of, readMessage, type Target } from './wire.ts';

type Context = DissectorContext<never>;

/** Web services discovery: printers, cameras, and the medical devices of IEEE 11073 SDC. */
export const wsd: DatagramDissector<'wsd', never> = {
  name: 'wsd',
  over: 'udp',
  ports: [3702],
  datagram(bytes, direction, flow, _hinted, context): boolean {
    const message = readMessage(bytes);
    if (message === null) return false;
    if (message.action === 'Bye') return true;
    for (const target of message.targets) tell(target, direction, flow, context);
    return true;
  },
};

const LISTS = 1024;
/** What was told, for each engine of its own, so that the same announcement is the same list again. */
const told = new WeakMap<Context, BoundedMap<number, readonly Fact[]>>();

function tell(target: Target, direction: Direction, flow: Flow, context: Context): void {
  const sender = (direction === TO_SERVER ? flow.client : flow.server).address;
  const elsewhere = subjectOf(target, sender, context);
  const side = direction === TO_SERVER ? 'client' : 'server';
  // Hashed: scopes may name a patient.
  const key = context.hash.text(
    [
      side,
      elsewhere?.text ?? '',
      target.address,
      ...target.types.map(({ namespace, name }) => `${namespace} ${name}`),
      '',
      ...target.scopes,
    ].join('\n'),
  );
  let lists = told.get(context);
  if (lists === undefined) {
    lists = new BoundedMap(LISTS);
    told.set(context, lists);
  }
  let list = lists.get(key);
  const first = list?.[0];
  // Addresses are interned for a while only: a list with a former object would name another one.
  if (list === undefined || (first?.fact === 'device' && first.address !== elsewhere)) {
    list = factsOf(target, direction, elsewhere, context);
    lists.set(key, list);
  }
  if (list.length > 0) context.tell(list);
}

/**
 * Whom a target describes: the sender (null), or another address that all its transport addresses name, as when a
 * discovery proxy speaks.
 */
function subjectOf({ transports }: Target, sender: Address, context: Context): Address | null {
  if (sender.family !== 4) return null;
  let other: Address | null = null;
  for (const url of transports) {
    const word = ipv4Of(url);
    if (word === null) continue;
    if (word === (sender.w3 | 0)) return null;
    other ??= context.address(4, 0, 0, 0xffff, word);
  }
  return other;
}

function factsOf(target: Target, direction: Direction, elsewhere: Address | null, context: Context): Fact[] {
  const facts: Fact[] = [];
  const side = direction === TO_SERVER ? 'client' : 'server';
  const say = (attribute: Attribute, value: string, source: string): void => {
    facts.push(
      elsewhere === null
        ? { fact: 'attribute', side, attribute, value, source }
        : { fact: 'device', address: elsewhere, mac: -1, attribute, value, source },
    );
  };
  const uuid = /^(?:urn:)?uuid:([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})\/?$/i.exec(
    target.address,
  );
  if (uuid !== null) say('device-id', uuid[1].toLowerCase(), 'WS-Discovery endpoint reference');
  const scopes = readScopes(target.scopes);
  const rows = target.types.map(typeRow).filter((row) => row !== undefined);
  const medical = scopes.sdc || rows.some((row) => row.medical === true);
  if (scopes.class !== null) say('device-class', scopes.class, 'WS-Discovery scope sdc.cdc.type');
  else if (rows.length > 0) say('device-class', rows[0].class, `WS-Discovery type ${rows[0].name}`);
  else if (scopes.sdc) say('device-class', 'medical-device', 'WS-Discovery scope sdc.mds.pkp');
  for (const { attribute, value, what } of scopes.facts) say(attribute, value, `WS-Discovery scope ${what}`);
  if (scopes.patient !== null) facts.push(phi(scopes.patient, direction, context));
  // Who answers one asker shows a server; who speaks to all does not.
  if (direction === TO_CLIENT && elsewhere === null)
    facts.push({
      fact: 'service',
      protocol: medical ? 'sdc' : 'ws-discovery',
      medical,
      tls: false,
      state: 'answered',
    });
  return facts;
}

const IDENTIFIERS: PhiFact['identifiers'] = Object.freeze(['medical-record-number'] as const);

/** A device tells all who listen whom it is connected to (IEEE 11073-20701 §9.4, patient context). */
function phi(patient: string, direction: Direction, context: Context): PhiFact {
  return {
    fact: 'phi',
    protocol: 'other',
    identifiers: IDENTIFIERS,
    patient: context.hash.text(patient),
    to: direction === TO_SERVER ? 'server' : 'client',
  };
}
