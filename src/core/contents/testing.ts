/** Files of invented patients, for tests. */
export interface Element {
  readonly tag: number;
  readonly vr: string;
  readonly value: string | Buffer;
  /** Instead of the value's length: 0xffffffff for none. */
  readonly length?: number;
}

export const element = (tag: number, vr: string, value: string | Buffer, length?: number): Element => ({
  tag,
  vr,
  value,
  length,
});

export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const LONG = ['OB', 'OW', 'SQ', 'UN', 'UT'];

function encode({ tag, vr, value, length }: Element, syntax: string): Buffer {
  const bytes = Buffer.from(value as string, 'latin1');
  const padded = bytes.length % 2 ? Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]) : bytes;
  const size = length ?? padded.length;
  const u16 = (number: number) => {
    const two = Buffer.alloc(2);
    if (syntax === BIG_ENDIAN) two.writeUInt16BE(number);
    else two.writeUInt16LE(number);
    return two;
  };
  const u32 = (number: number) => {
    const four = Buffer.alloc(4);
    if (syntax === BIG_ENDIAN) four.writeUInt32BE(number);
    else four.writeUInt32LE(number);
    return four;
  };
  const head = [u16(tag >>> 16), u16(tag & 0xffff)];
  if (syntax === IMPLICIT || tag >>> 16 === 0xfffe) head.push(u32(size));
  else if (LONG.includes(vr)) head.push(Buffer.from(vr), Buffer.alloc(2), u32(size));
  else head.push(Buffer.from(vr), u16(size));
  return Buffer.concat([...head, padded]);
}

export interface FileOptions {
  readonly syntax?: string;
  /** The beginning of the preamble; zeros follow. */
  readonly preamble?: Buffer | string;
}

/** A DICOM file (PS3.10 §7.1). */
export function dicomFile(elements: readonly Element[], options: FileOptions = {}): Buffer {
  const { syntax = EXPLICIT, preamble = '' } = options;
  const start = Buffer.alloc(128);
  Buffer.from(preamble as string, 'latin1').copy(start);
  const meta = [element(0x00020001, 'OB', Buffer.from([0, 1])), element(0x00020010, 'UI', syntax)];
  return Buffer.concat([
    start,
    Buffer.from('DICM'),
    ...meta.map((one) => encode(one, EXPLICIT)),
    ...elements.map((one) => encode(one, syntax)),
  ]);
}

/** The elements of a CT slice of a patient, from `at` on with further ones. */
export function slice(...more: readonly Element[]): Element[] {
  return [
    element(0x00080060, 'CS', 'CT'),
    element(0x00100010, 'PN', 'ZZTEST^ALPHA'),
    element(0x00100020, 'LO', 'ZZMRN73111'),
    element(0x00100030, 'DA', '19510203'),
    ...more,
    element(0x00200010, 'SH', '1'),
    element(0x7fe00010, 'OW', Buffer.alloc(600, 0x10)),
  ];
}

export const MESSAGE =
  'MSH|^~\\&|HIS|ZZHOSP|ENGINE|ZZHOSP|20260302113000||ADT^A01|ZZ1|P|2.5.1\r' +
  'EVN|A01|20260302113000\r' +
  'PID|1||ZZMRN73333^^^ZZHOSP^MR||ZZMUSTER^ERIKA||19640812|F\r';

export const DOCUMENT = `<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="cda.xsl"?>
<!-- <recordTarget> -->
<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole><id extension="ZZMRN73444" root="1.2.3"/>
<patient><name><given>MAXIMILIANUS</given><family>ZZMUSTER</family></name><birthTime value="19430929"/></patient>
</patientRole></recordTarget></ClinicalDocument>`;
