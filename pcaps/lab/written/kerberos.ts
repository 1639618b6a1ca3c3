import { type End, packetsOf, u32, udp } from './link.ts';
import type { WrittenTrace } from './trace.ts';

/** An element of DER (ITU-T X.690). */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
/** An explicitly tagged field. */
export const field = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  der(0xa0 + number, ...parts);
export const integer = (value: number): Buffer =>
  der(2, value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([0]), u32(value)]));
export const string = (text: string): Buffer => der(0x1b, Buffer.from(text));
const time = der(0x18, Buffer.from('20370913024805Z'));

/** PrincipalName (RFC 4120 §5.2.2). */
export function principal(type: number, ...parts: readonly string[]): Buffer {
  return sequence(field(0, integer(type)), field(1, sequence(...parts.map(string))));
}

const AES256 = 18;
const encrypted = (): Buffer => sequence(field(0, integer(AES256)), field(2, der(4, Buffer.alloc(40, 0x5a))));

export interface Asked {
  readonly type?: number;
  readonly client?: Buffer;
  readonly realm?: string;
  /** Address type and octets (RFC 4120 §5.2.5). */
  readonly addresses?: readonly (readonly [number, string])[];
}

/** KDC-REQ (RFC 4120 §5.4.1). */
export function request({ type = 10, client, realm = 'HOSPITAL.EXAMPLE', addresses }: Asked): Buffer {
  const body = [field(0, der(3, Buffer.from('0040810010', 'hex')))];
  if (client !== undefined) body.push(field(1, client));
  body.push(
    field(2, string(realm)),
    field(3, principal(2, 'krbtgt', realm)),
    field(5, time),
    field(7, integer(0x81234567)),
    field(8, sequence(integer(AES256))),
  );
  if (addresses !== undefined) {
    const list = addresses.map(([kind, octets]) =>
      sequence(field(0, integer(kind)), field(1, der(4, Buffer.from(octets, 'latin1')))),
    );
    body.push(field(9, sequence(...list)));
  }
  return der(
    0x60 + type,
    sequence(field(1, integer(5)), field(2, integer(type)), field(4, sequence(...body))),
  );
}

/** KDC-REP (RFC 4120 §5.4.2). */
export function reply(type: number, realm: string, client: Buffer): Buffer {
  const ticket = der(
    0x61,
    sequence(
      field(0, integer(5)),
      field(1, string(realm)),
      field(2, principal(2, 'krbtgt', realm)),
      field(3, encrypted()),
    ),
  );
  const parts = [field(3, string(realm)), field(4, client), field(5, ticket), field(6, encrypted())];
  return der(0x60 + type, sequence(field(0, integer(5)), field(1, integer(type)), ...parts));
}

/** KRB-ERROR (RFC 4120 §5.9.1). */
export function error(code: number, realm: string): Buffer {
  return der(
    0x7e,
    sequence(
      field(0, integer(5)),
      field(1, integer(30)),
      field(4, time),
      field(5, integer(77)),
      field(6, integer(code)),
      field(9, string(realm)),
      field(10, principal(2, 'krbtgt', realm)),
    ),
  );
}

export const framed = (message: Uint8Array): Buffer => Buffer.concat([u32(message.length), message]);

export const PREAUTH_REQUIRED = 25;
export const WORKSTATION = principal(1, 'READING-3$');
export const WINDOWS_REQUEST = request({ client: WORKSTATION, addresses: [[20, 'READING-3       ']] });

const PC: End = { mac: '00:1b:21:20:01:03', ip: '10.20.1.3', port: 49_800 };
const KDC: End = { mac: '00:1e:67:20:00:05', ip: '10.20.0.5', port: 88 };

export const traces: readonly WrittenTrace[] = [
  {
    path: 'kerberos/windows',
    from: 'RFC 4120',
    contains:
      'a Windows computer asks for its first ticket, with its NetBIOS name among the addresses; error 25, then the ticket',
    packets: () =>
      packetsOf([
        udp(PC, KDC, WINDOWS_REQUEST),
        udp(KDC, PC, error(PREAUTH_REQUIRED, 'HOSPITAL.EXAMPLE')),
        udp(PC, KDC, WINDOWS_REQUEST),
        udp(KDC, PC, reply(11, 'HOSPITAL.EXAMPLE', WORKSTATION)),
      ]),
  },
  {
    path: 'kerberos/near-miss',
    from: 'RFC 4120 §5.4.1',
    contains:
      'port 88 with requests of version 4, of a length that is too long, and of an indefinite one: nothing is told',
    packets: () => {
      const old = Buffer.from(WINDOWS_REQUEST);
      old[old.indexOf(Buffer.from('a103020105', 'hex')) + 4] = 4;
      const long = Buffer.concat([WINDOWS_REQUEST, Buffer.from([0])]);
      const indefinite = Buffer.concat([
        Buffer.from([0x6a, 0x80]),
        WINDOWS_REQUEST.subarray(3),
        Buffer.alloc(2),
      ]);
      return packetsOf([old, long, indefinite].map((bytes) => udp(PC, KDC, bytes)));
    },
  },
];
