/** Messages of the Data Export protocol, written out from the Programming Guide, for tests and traces. */

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const sized = (bytes: number[]): number[] => [...u16(bytes.length), ...bytes];

/** VariableLabel: of even length. */
export const label = (text: string): number[] => {
  const characters = ascii(text);
  if (characters.length % 2 === 1) characters.push(0);
  return sized(characters);
};
/** String: UTF-16, ended by a zero. */
export const string = (text: string): number[] =>
  sized([...[...text].flatMap((letter) => u16(letter.charCodeAt(0))), 0, 0]);
export const attribute = (id: number, value: number[]): number[] => [...u16(id), ...sized(value)];
export const list = (...attributes: number[][]): number[] => [
  ...u16(attributes.length),
  ...sized(attributes.flat()),
];
/** AbsoluteTime: century, year, month, day in BCD, and the time of day. */
export const date = (digits: string): number[] => [
  ...(digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)),
  0,
  0,
  0,
  0,
];

const OBJECT = [...u16(0x21), ...u16(0), ...u16(0)];

const operation = (type: number, body: number[]): number[] => [...u16(type), ...sized(body)];
const command = (invoke: number, type: number, body: number[]): number[] => [
  ...u16(invoke),
  ...u16(type),
  ...sized(body),
];
const report = (event: number, body: number[]): number[] => [
  ...OBJECT,
  ...u32(0x000abd00),
  ...u16(event),
  ...sized(body),
];
const SESSION = [0xe1, 0x00, 0x00, 0x02];

export const systemModel = (manufacturer: string, model: string): number[] =>
  attribute(0x0928, [...label(manufacturer), ...label(model)]);
export const production = (...entries: [type: number, component: number, value: string][]): number[] =>
  attribute(
    0x092d,
    list(...entries.map(([type, component, value]) => [...u16(type), ...u16(component), ...label(value)])),
  );
export const addressInfo = (mac: number[], ip: number[], mask: number[]): number[] =>
  attribute(0xf100, [...mac, ...ip, ...mask]);
export const bedLabel = (text: string): number[] => attribute(0x091e, string(text));
export const systemId = (octets: number[]): number[] => attribute(0x0984, sized(octets));

/** Broadcast to port 24005 by a monitor that waits for a client. */
export const connectIndication = (...attributes: number[][]): Uint8Array =>
  Uint8Array.from([...u32(0x0001_0000), ...operation(1, command(1, 0, report(0x0d17, list(...attributes))))]);

/** What a monitor says first in an association. */
export const mdsCreate = (...attributes: number[][]): Uint8Array =>
  Uint8Array.from([
    ...SESSION,
    ...operation(1, command(1, 1, report(0x0d06, [...OBJECT, ...list(...attributes)]))),
  ]);

/** The client's answer to it. */
export const mdsCreateResult = (): Uint8Array =>
  Uint8Array.from([...SESSION, ...operation(2, command(1, 1, report(0x0d06, [])))]);

export const pollRequest = (object: number): Uint8Array =>
  Uint8Array.from([
    ...SESSION,
    ...operation(
      1,
      command(0, 7, [
        ...OBJECT,
        ...u32(0),
        ...u16(0x0c16),
        ...sized([...u16(1), ...u16(1), ...u16(object), 0, 0]),
      ]),
    ),
  ]);

const reply = (object: number, objects: number[][], extended: boolean): number[] => [
  ...u16(1),
  ...(extended ? u16(7) : []),
  ...u32(0x000abd00),
  ...date('20260302'),
  ...u16(1),
  ...u16(object),
  ...u16(0),
  // One context, and its objects: handle and attributes.
  ...(objects.length === 0
    ? list()
    : list([...u16(0), ...list(...objects.map((attributes, n) => [...u16(n + 1), ...attributes]))])),
];

/** The result of a poll; each of `objects` is the attributes of one. */
export const pollResult = (
  object: number,
  objects: number[][][],
  { extended = false, linked = false }: { extended?: boolean; linked?: boolean } = {},
): Uint8Array => {
  const body = [
    ...OBJECT,
    ...u16(extended ? 0xf13b : 0x0c16),
    ...sized(
      reply(
        object,
        objects.map((attributes) => list(...attributes)),
        extended,
      ),
    ),
  ];
  return Uint8Array.from([
    ...SESSION,
    ...operation(linked ? 5 : 2, [...(linked ? [1, 1] : []), ...command(0, 7, body)]),
  ]);
};

/** A numeric's observed value: heart rate, valid, beats per minute, 72. */
export const heartRate = (): number[] =>
  attribute(0x0950, [...u16(0x4182), ...u16(0), ...u16(0x0aa0), ...u32(0x0000_0048)]);
/** A wave's observed value: ECG, valid, eight samples. */
export const ecgWave = (): number[] =>
  attribute(0x096e, [...u16(0x0102), ...u16(0), ...sized([0x1f, 0x40, 0x1f, 0x42, 0x1f, 0x48, 0x1f, 0x40])]);

export const patient = (details: {
  id?: string;
  family?: string;
  given?: string;
  middle?: string;
  encounter?: string;
  birthDate?: string;
  sex?: number;
  notes?: string;
}): number[][] => {
  const attributes = [
    attribute(0x095a, string(details.id ?? '')),
    attribute(0x095c, string(details.family ?? '')),
    attribute(0x095d, string(details.given ?? '')),
    attribute(0x095f, string(details.middle ?? '')),
    attribute(0xf2e1, string(details.encounter ?? '')),
    attribute(0x0958, details.birthDate ? date(details.birthDate) : [0, 0, 0, 0, 0, 0, 0, 0]),
    attribute(0x0961, u16(details.sex ?? 0)),
    // Age unknown: a mantissa that is no number.
    attribute(0x09d8, [...u32(0x007f_ffff), ...u16(0x0940)]),
  ];
  if (details.notes !== undefined) attributes.push(attribute(0xf129, string(details.notes)));
  return attributes;
};

const OID = (last: number): number[] => [
  0x06,
  0x0c,
  0x2a,
  0x86,
  0x48,
  0xce,
  0x14,
  0x02,
  0x01,
  0x00,
  0x00,
  0x00,
  last,
  0x01,
];
const USER = [
  ...u32(0x8000_0000),
  ...u32(0x4000_0000),
  ...u32(0),
  ...u32(0x8000_0000),
  ...u32(0x2000_0000),
  ...list(),
  ...list(
    attribute(1, [
      ...u32(0x8000_0000),
      ...u32(4000),
      ...u32(1456),
      ...u32(1456),
      ...u32(0xffff_ffff),
      ...u32(0x6000_0000),
      ...list(),
    ]),
  ),
];

/** Session connect, accept or refuse, with presentation and association in indefinite-length BER. */
export const association = (type: 'request' | 'accept' | 'refuse' | 'finish'): Uint8Array => {
  const session = { request: 0x0d, accept: 0x0e, refuse: 0x0c, finish: 0x09 }[type];
  const body =
    type === 'request' || type === 'accept'
      ? [
          0x31,
          0x80,
          0xa0,
          0x80,
          0x80,
          0x01,
          0x01,
          0x00,
          0x00,
          0xa2,
          0x80,
          0xa4,
          0x80,
          0x30,
          0x80,
          0x02,
          0x01,
          0x02,
          ...OID(1),
          0x30,
          0x80,
          ...OID(2),
          0,
          0,
          0,
          0,
          0x61,
          0x80,
          0x30,
          0x80,
          0xa0,
          0x80,
          0xbe,
          0x80,
          0x28,
          0x80,
          ...OID(1),
          0x02,
          0x01,
          0x02,
          0x81,
          USER.length,
          ...USER,
          ...new Array<number>(16).fill(0),
        ]
      : [
          0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xa0, 0x80, 0x62, 0x80, 0x80, 0x01, 0x00, 0, 0, 0, 0, 0,
          0,
        ];
  const length = (bytes: number[]): number[] =>
    bytes.length < 255 ? [bytes.length, ...bytes] : [0xff, ...u16(bytes.length), ...bytes];
  const data =
    type === 'request'
      ? [0x05, 0x08, 0x13, 0x01, 0x00, 0x16, 0x01, 0x02, 0x80, 0x00, 0x14, 0x02, 0x00, 0x02]
      : [];
  return Uint8Array.from([session, ...length([...data, 0xc1, ...length(body)])]);
};

/** An MX800 of nobody's. */
export const MONITOR = [
  systemModel('PHIL', 'MX800'),
  production(
    [1, 0x0008, 'DE12345678'],
    [2, 0x0008, 'M8010-68000'],
    [3, 0x0050, 'A.01.02'],
    [4, 0x0058, 'M.04.01'],
  ),
  systemId([0x00, 0x09, 0xfb, 0x00, 0x00, 0x17]),
  bedLabel('ICU-07'),
];
