import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPcap, tcpPayload } from '../../../pcaps/lab/pcap.ts';
import { compare, median, prefix, table } from './compare.ts';
import { dicomWorkload, hl7Workload } from './workloads.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auscult-bench-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The TCP payloads one way, joined in order; sequence numbers have to be contiguous. */
function stream(path: string, from: (port: number) => boolean): Buffer {
  const flows = new Map<string, { next: number; parts: Buffer[] }>();
  for (const packet of readPcap(path)) {
    const { bytes } = packet;
    const tcp = tcpPayload(packet)!;
    if (!from(tcp.sourcePort)) continue;
    const key = bytes.toString('hex', 26, 38);
    const sequence = bytes.readUInt32BE(38);
    const flow = flows.get(key) ?? { next: sequence, parts: [] };
    flows.set(key, flow);
    expect(sequence).toBe(flow.next);
    const flags = bytes[47];
    flow.next = (sequence + tcp.length + (flags & 1) + ((flags >> 1) & 1)) >>> 0;
    flow.parts.push(bytes.subarray(bytes.length - tcp.length));
  }
  return Buffer.concat([...flows.values()].flatMap(({ parts }) => parts));
}

/** RFC 1071 over the IP header and over TCP with its pseudo header: zero when right. */
function checksumsRight(bytes: Buffer): boolean {
  const fold = (total: number) => {
    let sum = total;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return sum === 0xffff;
  };
  const sum = (part: Buffer) => {
    let total = 0;
    for (let at = 0; at < part.length; at += 2) total += (part[at] << 8) | (part[at + 1] ?? 0);
    return total;
  };
  const tcp = bytes.subarray(34);
  return fold(sum(bytes.subarray(14, 34))) && fold(sum(bytes.subarray(26, 34)) + 6 + tcp.length + sum(tcp));
}

describe('stored study', () => {
  test('is whole PDUs in contiguous segments, as many objects as promised', () => {
    const made = dicomWorkload({ folder, slices: [3, 1] });
    const packets = readPcap(made.path);
    expect(packets).toHaveLength(made.packets);
    expect(made.items).toBe(4);
    expect(packets.every(({ bytes }) => checksumsRight(bytes))).toBe(true);
    const sent = stream(made.path, (port) => port !== 104);
    const types = new Map<number, number>();
    let at = 0;
    while (at < sent.length) {
      types.set(sent[at], (types.get(sent[at]) ?? 0) + 1);
      at += 6 + sent.readUInt32BE(at + 2);
    }
    expect(at).toBe(sent.length);
    // 512 KB and a header make 33 fragments of 16,372 bytes, and one for the command.
    expect(Object.fromEntries(types)).toEqual({ 1: 2, 4: 4 * 34, 5: 2 });
    expect(sent.includes('ZZBENCH^PATIENT002')).toBe(true);
  });

  test('is made once', () => {
    const made = dicomWorkload({ folder, slices: [3, 1] });
    const before = readFileSync(made.path).subarray(0, 4_096);
    expect(dicomWorkload({ folder, slices: [3, 1] })).toEqual(made);
    expect(readFileSync(made.path).subarray(0, 4_096).equals(before)).toBe(true);
  });
});

describe('HL7 conversations', () => {
  test('ten packets each, in order of time, many open at once', () => {
    const made = hl7Workload({ folder, conversations: 3_000 });
    const packets = readPcap(made.path);
    expect(made.packets).toBe(30_000);
    expect(packets).toHaveLength(30_000);
    expect(packets.every((packet, i) => i === 0 || packet.time >= packets[i - 1].time)).toBe(true);
    expect(packets.filter((_, i) => i % 17 === 0).every(({ bytes }) => checksumsRight(bytes))).toBe(true);
    let open = 0;
    let most = 0;
    for (const { bytes } of packets) {
      if (bytes[47] === 2) most = Math.max(most, ++open);
      if (bytes[47] & 1 && bytes.readUInt16BE(34) === 2575) open--;
    }
    expect(most).toBeGreaterThan(1_700);
    expect(most).toBeLessThan(2_300);
    const sent = stream(made.path, (port) => port !== 2575).toString('latin1');
    const answers = stream(made.path, (port) => port === 2575).toString('latin1');
    const controls = sent
      .split('\x0b')
      .slice(1)
      .map((message) => message.split('|')[9]);
    expect(new Set(controls).size).toBe(3_000);
    const acknowledged = [...answers.matchAll(/MSA\|AA\|([^\r]*)/g)].map((match) => match[1]);
    expect(acknowledged.sort()).toEqual(controls.sort());
  });

  test('a prefix ends between packets', () => {
    const { path } = hl7Workload({ folder, conversations: 3_000 });
    expect(readPcap(prefix(path, 123))).toHaveLength(123);
  });
});

describe('comparison', () => {
  test('runs in turn, says what is missing and what failed', () => {
    const { path } = hl7Workload({ folder, conversations: 3_000 });
    const results = compare(
      [
        { name: 'cat', argv: ['cat', '{file}'] },
        { name: 'nothing', argv: ['no-such-program-here', '{file}'] },
        { name: 'failing', argv: ['cat', '{file}.not-there'] },
      ],
      path,
      2,
    );
    expect(results[0].samples).toHaveLength(2);
    expect(results[1].missing).toBe('not installed');
    expect(results[2].missing).toMatch(/^failed \(exit 1\)/);
    expect(table(results)).toMatch(/nothing +not installed/);
  });

  test('median', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
