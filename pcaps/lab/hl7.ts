import type { Patient } from './patients.ts';

/** HL7 v2 messages of the laboratory, segments joined by CR, with neither start nor end block. */

const DAY = '20260302';

interface Common {
  /** HHMMSS. */
  readonly time: string;
  readonly control: string;
  readonly patient: Patient;
}

const msh = (from: string, to: string, type: string, one: Common, rest = '') =>
  `MSH|^~\\&|${from}|ZZTESTHOSP|${to}|ZZTESTHOSP|${DAY}${one.time}||${type}|${one.control}|P|2.5.1${rest}`;

const pid = ({ patient }: Common) =>
  `PID|1||${patient.id}^^^ZZTESTHOSP^MR~${patient.socialSecurity}^^^ZZTEST^SS||${patient.family}^${patient.given}||${patient.birthDate}|${patient.sex}|||${patient.address}^^ZZTOWN^ZZ^00000||${patient.phone}`;

const pv1 =
  'PV1|1|I|W1^12^1^ZZTESTHOSP||||ZZ42^ZZDOCTOR^NOBODY|||MED||||1|||ZZ42^ZZDOCTOR^NOBODY|INP|ZZV0001';

export function adt(trigger: string, one: Common, mode = ''): string {
  return [
    msh('ZZEHR', 'ENGINE', `ADT^${trigger}^ADT_A01`, one, mode),
    `EVN|${trigger}|${DAY}${one.time}`,
    pid(one),
    `NK1|1|${one.patient.family}^KIN|SPO|${one.patient.address}|${one.patient.phone}`,
    pv1,
    'AL1|1|DA|^ZZALLERGEN|MO|RASH',
    `IN1|1|ZZPLAN|ZZ99|ZZINSURER||||||||||||${one.patient.family}^${one.patient.given}|SEL|${one.patient.birthDate}`,
  ].join('\r');
}

export function order(one: Common): string {
  return [
    msh('ZZEHR', 'ENGINE', 'ORM^O01^ORM_O01', one),
    pid(one),
    pv1,
    `ORC|NW|ZZO${one.control}^ZZEHR|||SC||^^^${DAY}${one.time}^^R||${DAY}${one.time}|||ZZ42^ZZDOCTOR^NOBODY`,
    `OBR|1|ZZO${one.control}^ZZEHR||CTABD^CT ABDOMEN^99ZZTEST|||${DAY}${one.time}`,
  ].join('\r');
}

/** A laboratory analyser's result, with the device in OBX-18 and its software in SFT. */
export function labResult(one: Common): string {
  const obx = (n: number, code: string, name: string, value: string, unit: string, range: string) =>
    `OBX|${n}|NM|${code}^${name}^LN||${value}|${unit}|${range}|N|||F|||${DAY}${one.time}||||ATELLICA-ZZ01^SIEMENS`;
  return [
    msh('ATELLICA', 'ENGINE', 'ORU^R01^ORU_R01', one),
    'SFT|Siemens Healthineers|1.28.1|Atellica Data Manager|ZZ0001',
    pid(one),
    `OBR|1|ZZO${one.control}|ZZF${one.control}|24323-8^COMPREHENSIVE METABOLIC PANEL^LN|||${DAY}${one.time}`,
    obx(1, '2345-7', 'Glucose', '92', 'mg/dL', '70-105'),
    obx(2, '2823-3', 'Potassium', '4.1', 'mmol/L', '3.5-5.1'),
    obx(3, '2160-0', 'Creatinine', '0.9', 'mg/dL', '0.7-1.3'),
  ].join('\r');
}

export function radiologyResult(one: Common): string {
  return [
    msh('ENGINE', 'ZZEHR', 'ORU^R01^ORU_R01', one),
    pid(one),
    `OBR|1|ZZO${one.control}||CTABD^CT ABDOMEN^99ZZTEST|||${DAY}${one.time}|||||||||ZZ42^ZZDOCTOR^NOBODY`,
    'OBX|1|TX|GDT^REPORT^99ZZTEST||No finding. Invented report.||||||F',
  ].join('\r');
}

/** Infusion pump data as IHE PCD-01 has it: ORU^R01 with MDC codes and the pump's EUI-64 in OBX-18. */
export function pumpData(one: Common, rate: string, volume: string): string {
  return [
    `MSH|^~\\&|PLUMGW^0003B1FFFE200410^EUI-64|ICU MEDICAL|ENGINE|ZZTESTHOSP|${DAY}${one.time}||ORU^R01^ORU_R01|${one.control}|P|2.6|||NE|AL|||||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO`,
    pid(one),
    'PV1|1|I|W1^12^1',
    `OBR|1|${one.control}^PLUMGW^0003B1FFFE200410^EUI-64|${one.control}^PLUMGW^0003B1FFFE200410^EUI-64|69985^MDC_DEV_PUMP_INFUS_MDS^MDC|||${DAY}${one.time}`,
    'OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||0003B1FFFE200411^^0003B1FFFE200411^EUI-64~Plum 360^ICU Medical',
    `OBX|2|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|${rate}|265266^MDC_DIM_MILLI_L_PER_HR^MDC|||||R`,
    `OBX|3|NM|157864^MDC_VOL_FLUID_TBI^MDC|1.1.1.2|${volume}|263762^MDC_DIM_MILLI_L^MDC|||||R`,
  ].join('\r');
}

/** A result that carries a document: one message over many TCP segments. */
export function document(one: Common, base64: string): string {
  return [
    msh('ZZSCAN', 'ENGINE', 'MDM^T02^MDM_T02', one),
    `EVN|T02|${DAY}${one.time}`,
    pid(one),
    pv1,
    `TXA|1|OP|AP|${DAY}${one.time}||||||||ZZDOC${one.control}`,
    `OBX|1|ED|PDF^DOCUMENT^99ZZTEST||ZZSCAN^AP^PDF^Base64^${base64}||||||F`,
  ].join('\r');
}

/** Other delimiters than the usual, as MSH-1 and MSH-2 allow. */
export function oddDelimiters(one: Common): string {
  return adt('A08', one).replaceAll('&', '#').replaceAll('^', '@').replaceAll('|', '!').replaceAll('~', '*');
}

export function acknowledge(control: string, trigger: string, code: string, time: string, text = ''): string {
  return [
    `MSH|^~\\&|ENGINE|ZZTESTHOSP|ZZEHR|ZZTESTHOSP|${DAY}${time}||ACK^${trigger}^ACK|A${control}|P|2.5.1`,
    `MSA|${code}|${control}${text ? `|${text}` : ''}`,
  ].join('\r');
}

/** A batch file in one frame (HL7 v2.5.1 §2.10.3). */
export function batch(messages: readonly string[], time: string): string {
  return [
    `FHS|^~\\&|ZZEHR|ZZTESTHOSP|ENGINE|ZZTESTHOSP|${DAY}${time}`,
    `BHS|^~\\&|ZZEHR|ZZTESTHOSP|ENGINE|ZZTESTHOSP|${DAY}${time}`,
    ...messages,
    `BTS|${messages.length}`,
    'FTS|1',
  ].join('\r');
}
