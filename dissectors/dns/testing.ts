/** Writes messages of DNS and of NetBIOS, for tests and traces. Nothing is checked, so that wrong ones can be written. */
export interface Asked {
  name: string | readonly string[];
  type: number;
  class?: number;
}

export interface Answered extends Asked {
  ttl?: number;
  data: Uint8Array;
}

export interface Written {
  id?: number;
  /** The second word of the header: `0x8400` for an authoritative answer. */
  flags?: number;
  questions?: readonly Asked[];
  answers?: readonly Answered[];
  authorities?: readonly Answered[];
  additionals?: readonly Answered[];
}

export function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, at * 2);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** A name as labels; text is cut at its dots. Not compressed. */
export function name(labels: string | readonly string[]): Buffer {
  const list = typeof labels === 'string' ? labels.split('.').filter((label) => label !== '') : labels;
  const parts = list.map((label) => {
    const bytes = Buffer.from(label);
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  return Buffer.concat([...parts, Buffer.from([0])]);
}

export function message(written: Written): Buffer {
  const { id = 0, flags = 0, questions = [], answers = [], authorities = [], additionals = [] } = written;
  const record = ({ name: owner, type, class: kind = 1, ttl = 120, data }: Answered): Buffer =>
    Buffer.concat([name(owner), u16(type, kind), u32(ttl), u16(data.length), data]);
  return Buffer.concat([
    u16(id, flags, questions.length, answers.length, authorities.length, additionals.length),
    ...questions.map((asked) => Buffer.concat([name(asked.name), u16(asked.type, asked.class ?? 1)])),
    ...[...answers, ...authorities, ...additionals].map(record),
  ]);
}

export function ipv4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

/** IPv6 in full, without `::`. */
export function ipv6(text: string): Buffer {
  return u16(...text.split(':').map((group) => Number.parseInt(group, 16)));
}

export function strings(...texts: string[]): Buffer {
  return Buffer.concat(texts.map((text) => Buffer.from([Buffer.byteLength(text), ...Buffer.from(text)])));
}

/** SRV (RFC 2782). */
export function srv(target: string, port: number): Buffer {
  return Buffer.concat([u16(0, 0, port), name(target)]);
}

/** First-level encoding of a NetBIOS name (RFC 1001 §14.1), as the one label of a name. */
export function netbios(text: string, suffix: number): string[] {
  const padded = text.padEnd(15, text === '*' ? '\0' : ' ');
  const octets = [...Buffer.from(padded, 'latin1').subarray(0, 15), suffix];
  return [
    octets
      .map((octet) => String.fromCharCode(0x41 + (octet >> 4)) + String.fromCharCode(0x41 + (octet & 15)))
      .join(''),
  ];
}

/** Data of a NB record: flags and address (RFC 1002 §4.2.1.3). */
export function nb(flags: number, address: string): Buffer {
  return Buffer.concat([u16(flags), ipv4(address)]);
}

/** Data of a node status (RFC 1002 §4.2.18): names with suffix and flags, then the MAC address and counters. */
export function nodeStatus(names: readonly (readonly [string, number, number])[], mac: string): Buffer {
  return Buffer.concat([
    Buffer.from([names.length]),
    ...names.map(([text, suffix, flags]) =>
      Buffer.concat([
        Buffer.from(text.padEnd(15, ' ').slice(0, 15), 'latin1'),
        Buffer.from([suffix]),
        u16(flags),
      ]),
    ),
    Buffer.from(mac.replaceAll(':', ''), 'hex'),
    Buffer.alloc(40),
  ]);
}

/** A datagram of the NetBIOS datagram service that writes to the browser's mailslot. */
export function browserDatagram(
  from: string,
  address: string,
  to: readonly [string, number],
  frame: Uint8Array,
): Buffer {
  const slot = Buffer.from('\\MAILSLOT\\BROWSE\0');
  const le = (...values: number[]): Buffer => u16(...values).swap16();
  const words = Buffer.concat([
    le(0, frame.length, 0, 0),
    Buffer.from([0, 0]),
    le(0),
    u32(0),
    le(0, 0, 0),
    le(frame.length, 69 + slot.length),
    Buffer.from([3, 0]),
    le(1, 1, 2),
  ]);
  const smb = Buffer.concat([
    Buffer.from([0xff, 0x53, 0x4d, 0x42, 0x25]),
    Buffer.alloc(27),
    Buffer.from([17]),
    words,
    le(slot.length + frame.length),
    slot,
    frame,
  ]);
  const data = Buffer.concat([name(netbios(from, 0x20)), name(netbios(...to)), smb]);
  return Buffer.concat([Buffer.from([0x11, 0x0a]), u16(1), ipv4(address), u16(138, data.length, 0), data]);
}

/** A host announcement ([MS-BRWS] §2.2.1). */
export function announcement(
  opcode: number,
  host: string,
  [major, minor]: readonly [number, number],
  serverType: number,
  comment: string,
): Buffer {
  const type = Buffer.alloc(4);
  type.writeUInt32LE(serverType >>> 0);
  return Buffer.concat([
    Buffer.from([opcode, 0]),
    Buffer.from([0x60, 0xea, 0, 0]),
    Buffer.from(host.padEnd(16, '\0').slice(0, 16), 'latin1'),
    Buffer.from([major, minor]),
    type,
    Buffer.from([0x0f, 0x01, 0x55, 0xaa]),
    Buffer.from(`${comment}\0`, 'latin1'),
  ]);
}
