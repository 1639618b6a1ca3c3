import { createCipheriv } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dicomStudy } from './dicom-study.ts';
import { hl7Day } from './hl7-day.ts';

/**
 * The captures that the benchmark replays. They are made, not recorded: the same bytes on every machine, in
 * seconds, with neither root nor DICOM tools. Their shape (PDU sizes, bursts, acknowledgements, options) was
 * taken from a capture of `storescu` sending CT slices to `storescp`.
 */
export interface Workload {
  readonly protocol: 'dicom' | 'hl7';
  readonly path: string;
  readonly packets: number;
  readonly bytes: number;
  readonly flows: number;
  /** DICOM objects or HL7 messages (acknowledgements excluded). */
  readonly items: number;
  /** What tshark has to be told to decode it. */
  readonly tshark: readonly string[];
}

/** Raise it when the makers change, so that captures of an older shape are made again. */
const VERSION = 5;

export function benchFolder(): string {
  return join(tmpdir(), 'auscult-bench');
}

/** One thin-slice CT of the whole body and eleven short series. */
const SLICES = [1_102, ...Array<number>(11).fill(10)];

/**
 * Studies being stored, all at once: one association for each number in `slices`, each of its objects being `frames`
 * times 512 KB of random pixels. The default is about 677 MB in 484,000 packets, most of them in one association,
 * as a large study is sent. (How they are spread matters to tshark alone: its time grows with the square of the
 * fragments in an association, so one long association costs it many times what twelve equal ones do.)
 */
export function dicomWorkload(
  options: { folder?: string; slices?: readonly number[]; frames?: number } = {},
): Workload {
  const { folder = benchFolder(), slices = SLICES, frames = 1 } = options;
  const total = slices.reduce((sum, count) => sum + count, 0);
  const name = `dicom-v${VERSION}-${slices.length}-${Math.max(...slices)}-${total}x${frames}.pcap`;
  return reuse(join(folder, name), (path) => ({
    protocol: 'dicom',
    path,
    ...dicomStudy(path, slices, frames, randomPixels),
    flows: slices.length,
    items: total,
    tshark: [],
  }));
}

/**
 * `conversations` HL7 conversations of ten packets, one message and its acknowledgement each, from 2,000 clients
 * to 20 engines, about 2,000 of them open at any time.
 */
export function hl7Workload(options: { folder?: string; conversations?: number } = {}): Workload {
  const { folder = benchFolder(), conversations = 200_000 } = options;
  return reuse(join(folder, `hl7-v${VERSION}-${conversations}.pcap`), (path) => ({
    protocol: 'hl7',
    path,
    ...hl7Day(path, conversations),
    flows: conversations,
    items: conversations,
    tshark: ['-d', 'tcp.port==2575,hl7'],
  }));
}

function reuse(path: string, make: (path: string) => Workload): Workload {
  const note = `${path}.json`;
  if (existsSync(path) && existsSync(note))
    return { ...(JSON.parse(readFileSync(note, 'utf8')) as Workload), path };
  mkdirSync(join(path, '..'), { recursive: true });
  const made = make(path);
  writeFileSync(note, JSON.stringify(made));
  return made;
}

/** Pixels that do not compress (those that do flatter whoever compresses or compares): AES-CTR of zeros. */
function randomPixels(length: number, slice: number): Buffer {
  const counter = Buffer.alloc(16);
  counter.writeUInt32BE(slice, 0);
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 0x5a), counter).update(Buffer.alloc(length));
}
