import type { Address } from '../../src/core/address.ts';
import type { DissectorContext } from '../../src/core/dissector.ts';
import type { Attribute } from '../../src/core/facts.ts';
import { CLASSES, HIDDEN_MODELS, SHARED_QUEUE, TXT_FIELDS } from './dnssd-tables.ts';
import { hostName, isHost, keyOf, plainText } from './names.ts';
import { stateOf } from './state.ts';
import type { Name, Resource } from './wire.ts';
import { A, AAAA, addressIn, CLASS_IN, nameIn, SRV, stringsIn, TXT } from './wire.ts';

/** An instance of a service (RFC 6763 §4.1), as far as one message tells of it. */
export interface Service {
  /** The first label: what a user sees. May hold anything. */
  readonly instance: string;
  /** `_ipp._tcp`, in lower case. */
  readonly type: string;
  readonly domain: Name;
  /** Host that offers it (SRV); null where the message has no SRV record. */
  target: Name | null;
  /** Keys in lower case (RFC 6763 §6.4) with their values. */
  txt: ReadonlyMap<string, string>;
}

const SERVICE_LIMIT = 64;
const TXT_LIMIT = 64;
const NOTHING: ReadonlyMap<string, string> = new Map();

/** The services that SRV and TXT records of a message describe. Records with a lifetime of 0 take leave. */
export function readServices(bytes: Uint8Array, records: readonly Resource[]): Service[] {
  const services = new Map<string, Service>();
  for (const record of records) {
    if (record.class !== CLASS_IN || record.ttl === 0) continue;
    if (record.type !== SRV && record.type !== TXT) continue;
    const key = keyOf(record.name);
    const service = services.get(key) ?? serviceNamed(record.name);
    if (service === null || (services.size >= SERVICE_LIMIT && !services.has(key))) continue;
    services.set(key, service);
    // RFC 2782: priority, weight and port stand before the target.
    if (record.type === SRV) service.target = nameIn(bytes, record, 6);
    else if (service.txt.size === 0) service.txt = pairs(stringsIn(bytes, record));
  }
  return [...services.values()];
}

/** `instance._type._tcp.domain`, or without the instance, as plain SRV records are (RFC 2782). */
function serviceNamed(name: Name): Service | null {
  const at = name[0]?.startsWith('_') ? 0 : 1;
  if (name.length < at + 3) return null;
  const proto = name[at + 1].toLowerCase();
  if (!name[at].startsWith('_') || (proto !== '_tcp' && proto !== '_udp')) return null;
  return {
    instance: at === 0 ? '' : name[0],
    type: `${name[at].toLowerCase()}.${proto}`,
    domain: name.slice(at + 2),
    target: null,
    txt: NOTHING,
  };
}

/** RFC 6763 §6.4: the first of several strings with the same key counts, one without a key none. */
function pairs(strings: readonly string[]): Map<string, string> {
  const txt = new Map<string, string>();
  for (const string of strings) {
    if (txt.size >= TXT_LIMIT) break;
    const at = string.indexOf('=');
    const key = (at < 0 ? string : string.slice(0, at)).toLowerCase();
    if (key !== '' && !txt.has(key)) txt.set(key, at < 0 ? '' : string.slice(at + 1));
  }
  return txt;
}

/**
 * States what services tell of the hosts that offer them. A host is known by its address in the same message, or (in
 * `orElse`) by what is known from before; else nobody is told of.
 */
export function sayServices(
  services: readonly Service[],
  records: readonly Resource[],
  bytes: Uint8Array,
  protocol: string,
  context: DissectorContext<never>,
  orElse: ((target: Name | null) => Address | null) | null,
): void {
  if (services.length === 0) return;
  const { statements } = stateOf(context);
  for (const service of services) {
    const { target } = service;
    const here = target === null ? null : addressOf(target, records, bytes, context);
    const subject = here ?? orElse?.(target) ?? null;
    if (subject === null) continue;
    describe(service, (attribute, value, field) => {
      statements.of(subject, attribute, value, `${protocol} ${field}`);
    });
    const mac = workstationMac(service);
    const host = target === null ? null : hostName(target.slice(0, 1));
    if (mac >= 0 && host !== null)
      statements.of(subject, 'hostname', host, `${protocol} _workstation._tcp instance`, mac);
  }
}

/** The address of a host that the same message gives: IPv4 before IPv6. */
export function addressOf(
  host: Name,
  records: readonly Resource[],
  bytes: Uint8Array,
  context: DissectorContext<never>,
): Address | null {
  const key = keyOf(host);
  for (const type of [A, AAAA])
    for (const record of records) {
      if (record.type !== type || record.ttl === 0 || keyOf(record.name) !== key) continue;
      const address = addressIn(bytes, record);
      if (address !== null && isHost(address)) return stateOf(context).statements.address(address);
    }
  return null;
}

type Say = (attribute: Attribute, value: string, field: string) => void;

function describe(service: Service, say: Say): void {
  const { type, txt, domain } = service;
  // A queue that a print server shares tells of a printer elsewhere.
  if (SHARED_QUEUE.test(`${type} ${txt.has('printer-type') ? 'printer-type' : ''} ${txt.get('rp') ?? ''}`))
    return;
  for (const row of TXT_FIELDS) {
    if (!row.types.includes(type)) continue;
    const value = plainText(txt.get(row.key.toLowerCase()) ?? '');
    if (value === null || (row.when !== undefined && !row.when.test(value))) continue;
    if (row.beside !== undefined && !txt.has(row.beside)) continue;
    if (row.attribute === 'model' && HIDDEN_MODELS.test(value)) continue;
    say(row.attribute, value, `TXT ${row.key} (${type})`);
  }
  for (const row of CLASSES) {
    if (!row.types.includes(type)) continue;
    if (row.key === undefined) say('device-class', row.class, `service ${type}`);
    else if (row.when?.test(txt.get(row.key.toLowerCase()) ?? ''))
      say('device-class', row.class, `TXT ${row.key} (${type})`);
  }
  // A domain controller registers `_ldap._tcp.dc._msdcs.<domain>` ([MS-ADTS] §6.3.2.3).
  if (type === '_ldap._tcp' && /^dc$/i.test(domain[0] ?? '') && /^_msdcs$/i.test(domain[1] ?? '')) {
    const name = hostName(domain.slice(2));
    say('device-class', 'server', 'SRV _ldap._tcp.dc._msdcs');
    if (name !== null) say('domain', name.toLowerCase(), 'SRV _ldap._tcp.dc._msdcs');
  }
}

/** `reading [00:16:3e:01:02:03]`: a workstation announces the MAC address of its interface. -1 when it does not. */
function workstationMac({ type, instance }: Service): number {
  if (type !== '_workstation._tcp') return -1;
  const found = /\[((?:[\da-f]{2}:){5}[\da-f]{2})\]$/i.exec(instance);
  const mac = found === null ? 0 : Number.parseInt(found[1].replaceAll(':', ''), 16);
  return mac === 0 ? -1 : mac;
}
