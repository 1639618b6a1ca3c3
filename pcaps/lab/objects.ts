import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Patient } from './patients.ts';

/** DICOM objects of the laboratory, made with dcmtk's tools from text dumps. */

const ROOT = '1.2.826.0.1.3680043.10.998';
export const DATE = '20260302';

export interface Series {
  readonly patient: Patient;
  /** Unique among all series made: part of the UIDs. */
  readonly number: number;
  readonly modality: 'CT' | 'CR';
  readonly images: number;
  readonly side: number;
  readonly time: string;
  readonly charset?: string;
  readonly name?: string;
}

export function studyUid(number: number): string {
  return `${ROOT}.1.${number}`;
}

const DEVICE = {
  CT: {
    sop: '1.2.840.10008.5.1.4.1.1.2',
    maker: 'GE MEDICAL SYSTEMS',
    model: 'Revolution EVO',
    station: 'CT_REVO1',
    serial: 'ZZ0000CT1',
    software: 'revo_ctf_21b.38',
    study: 'CT ABDOMEN',
  },
  CR: {
    sop: '1.2.840.10008.5.1.4.1.1.1',
    maker: 'FUJIFILM Corporation',
    model: 'FDR D-EVO II',
    station: 'CR_FDR1',
    serial: 'ZZ0000CR1',
    software: 'V12.0(0005)',
    study: 'THORAX PA',
  },
} as const;

/** Writes a series' files (explicit little endian unless `syntax` says otherwise) and returns their paths. */
export function makeSeries(
  folder: string,
  series: Series,
  syntax: '+te' | '+ti' | '+tb' | '+td' = '+te',
): string[] {
  mkdirSync(folder, { recursive: true });
  const paths: string[] = [];
  for (let image = 1; image <= series.images; image++) {
    const base = join(folder, `${series.modality.toLowerCase()}${series.number}-${image}`);
    writeFileSync(`${base}.raw`, pixels(series.side));
    writeFileSync(`${base}.dump`, dump(series, image, `${base}.raw`));
    run('dump2dcm', ['-q', '-g', syntax, `${base}.dump`, `${base}.dcm`]);
    paths.push(`${base}.dcm`);
  }
  return paths;
}

/** A disc with 4 bits of noise: lossless coding has something to do, and is not flattered. */
function pixels(side: number): Buffer {
  const out = Buffer.alloc(side * side * 2);
  const noise = randomBytes(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side * 0.4) ** 2;
      out.writeUInt16LE((inside ? 1_040 : 24) + (noise[y * side + x] & 15), 2 * (y * side + x));
    }
  }
  return out;
}

function dump(series: Series, image: number, raw: string): string {
  const { patient, number, side } = series;
  const device = DEVICE[series.modality];
  const study = studyUid(number);
  const lines = [
    `(0008,0005) CS ${series.charset ?? 'ISO_IR 100'}`,
    '(0008,0008) CS ORIGINAL\\PRIMARY\\AXIAL',
    `(0008,0016) UI ${device.sop}`,
    `(0008,0018) UI ${study}.1.${image}`,
    `(0008,0020) DA ${DATE}`,
    `(0008,0023) DA ${DATE}`,
    `(0008,0030) TM ${series.time}`,
    `(0008,0033) TM ${series.time}`,
    `(0008,0050) SH ${patient.accession}`,
    `(0008,0060) CS ${series.modality}`,
    `(0008,0070) LO ${device.maker}`,
    '(0008,0080) LO ZZTEST GENERAL HOSPITAL',
    '(0008,0090) PN ZZREFERRER^NOBODY',
    `(0008,1010) SH ${device.station}`,
    `(0008,1030) LO ${device.study}`,
    '(0008,1032) SQ',
    '(fffe,e000) -',
    `(0008,0100) SH ZZ${number}`,
    '(0008,0102) SH 99ZZTEST',
    `(0008,0104) LO ${device.study}`,
    '(fffe,e00d) -',
    '(fffe,e0dd) -',
    `(0008,103e) LO ${device.study} SERIES`,
    `(0008,1090) LO ${device.model}`,
    `(0010,0010) PN ${series.name ?? `${patient.family}^${patient.given}`}`,
    `(0010,0020) LO ${patient.id}`,
    `(0010,0030) DA ${patient.birthDate}`,
    `(0010,0040) CS ${patient.sex}`,
    `(0010,1040) LO ${patient.address}`,
    '(0018,0015) CS ABDOMEN',
    `(0018,1000) LO ${device.serial}`,
    `(0018,1020) LO ${device.software}`,
    `(0020,000d) UI ${study}`,
    `(0020,000e) UI ${study}.1`,
    `(0020,0010) SH ZZ${number}`,
    '(0020,0011) IS 1',
    `(0020,0013) IS ${image}`,
    '(0028,0002) US 1',
    '(0028,0004) CS MONOCHROME2',
    `(0028,0010) US ${side}`,
    `(0028,0011) US ${side}`,
    '(0028,0100) US 16',
    '(0028,0101) US 12',
    '(0028,0102) US 11',
    '(0028,0103) US 0',
    '(0028,1050) DS 1040',
    '(0028,1051) DS 400',
    `(7fe0,0010) OW =${raw}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The same object coded otherwise. */
export function transcode(path: string, to: 'jpeg' | 'rle'): string {
  const out = path.replace(/\.dcm$/, `-${to}.dcm`);
  run(to === 'jpeg' ? 'dcmcjpeg' : 'dcmcrle', [path, out]);
  return out;
}

/** A worklist folder for wlmscpfs: one scheduled CT per patient, under `folder/title`. */
export function makeWorklist(folder: string, title: string, patients: readonly Patient[]): void {
  const place = join(folder, title);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'lockfile'), '');
  patients.forEach((patient, index) => {
    const dumpFile = join(folder, `wl${index}.dump`);
    const lines = [
      '(0008,0005) CS ISO_IR 100',
      `(0008,0050) SH ${patient.accession}`,
      `(0010,0010) PN ${patient.family}^${patient.given}`,
      `(0010,0020) LO ${patient.id}`,
      `(0010,0030) DA ${patient.birthDate}`,
      `(0010,0040) CS ${patient.sex}`,
      `(0020,000d) UI ${studyUid(100 + index)}`,
      '(0032,1032) PN ZZREFERRER^NOBODY',
      '(0032,1060) LO CT ABDOMEN',
      '(0040,0100) SQ',
      '(fffe,e000) -',
      '(0008,0060) CS CT',
      '(0040,0001) AE CT_REVO1',
      `(0040,0002) DA ${DATE}`,
      `(0040,0003) TM ${String(80_000 + index * 3_000).padStart(6, '0')}`,
      '(0040,0006) PN ZZRADIOGRAPHER^NOBODY',
      '(0040,0007) LO CT ABDOMEN',
      `(0040,0009) SH SPS${index}`,
      '(fffe,e00d) -',
      '(fffe,e0dd) -',
      `(0040,1001) SH RP${index}`,
    ];
    writeFileSync(dumpFile, `${lines.join('\n')}\n`);
    run('dump2dcm', ['-q', dumpFile, join(place, `wl${index}.wl`)]);
  });
}

function run(command: string, argv: readonly string[]): void {
  execFileSync(command, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
}
