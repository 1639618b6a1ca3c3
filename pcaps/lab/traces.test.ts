import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pcapFile } from '../../src/testing/packets.ts';
import { DAYS } from './day.ts';
import { duplicated, gap, inErspan, inVxlan, oneSided, reordered, snapped, tagged } from './derive.ts';
import { DEVICE_TRACES, WRITTEN_TRACES } from './devices.ts';
import { PATIENTS, patientWords } from './patients.ts';
import { type Packet, readPcap, tcpPayload } from './pcap.ts';
import { DERIVED, RECORDED } from './traces.ts';

const PCAPS = fileURLToPath(new URL('..', import.meta.url));
const file = (path: string) => join(PCAPS, `${path}.pcap`);
const expected = JSON.parse(readFileSync(join(PCAPS, 'expected.json'), 'utf8')) as {
  traces: Record<string, { tshark: { packets: number } }>;
};

function pcapsBelow(folder: string): string[] {
  return readdirSync(join(PCAPS, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pcapsBelow(path);
    return entry.name.endsWith('.pcap') ? [path.replace(/\.pcap$/, '')] : [];
  });
}

describe('traces', () => {
  test('are those of the list, each with its expectations', () => {
    const listed = [
      ...DAYS.map(({ trace }) => trace),
      ...RECORDED.map(({ path }) => path),
      ...DERIVED.map(({ path }) => path),
    ].sort();
    const devices = [...DEVICE_TRACES, ...WRITTEN_TRACES].map(({ path }) => path);
    expect(pcapsBelow('.').sort()).toEqual([...listed, ...devices].sort());
    expect(Object.keys(expected.traces).sort()).toEqual(listed);
    for (const path of listed)
      expect(readPcap(file(path)), path).toHaveLength(expected.traces[path].tshark.packets);
  });

  test('stay small', () => {
    const total = pcapsBelow('.').reduce((sum, path) => sum + statSync(file(path)).size, 0);
    expect(total).toBeLessThan(12e6);
    expect(statSync(file('hospital-day')).size).toBeLessThan(5e6);
  });

  test.each(
    DERIVED.map(({ path, from, transform }) => [path, from, transform] as const),
  )('%s is what its source gives', (path, from, transform) => {
    expect(readPcap(file(path))).toEqual(transform(readPcap(file(from))));
  });

  test.each(
    WRITTEN_TRACES.map((trace) => [trace.path, trace] as const),
  )('%s is what its builder writes', (path, trace) => {
    expect(readFileSync(file(path)).equals(pcapFile([...trace.packets()]))).toBe(true);
  });

  test('the day runs in order through its hours, and talks to nobody it should not know', () => {
    const packets = readPcap(file('hospital-day'));
    expect(packets.every((packet, i) => i === 0 || packet.time >= packets[i - 1].time)).toBe(true);
    expect(new Date(packets[0].time / 1_000).toISOString()).toMatch(/^2026-03-02T07:25:00/);
    expect(new Date(packets.at(-1)!.time / 1_000).toISOString()).toMatch(/^2026-03-02T18:00:/);
    const addresses = new Set(
      packets
        .filter(({ bytes }) => bytes.readUInt16BE(12) === 0x0800)
        .flatMap(({ bytes }) => [
          [...bytes.subarray(26, 30)].join('.'),
          [...bytes.subarray(30, 34)].join('.'),
        ]),
    );
    const outside = [...addresses].filter((address) => !address.startsWith('10.20.'));
    expect(outside.sort()).toEqual(['203.133.248.10', '84.205.75.66']);
  });

  test('every patient goes by in clear somewhere: what privacy tests search for is there', () => {
    const text = pcapsBelow('.')
      .map((path) => readFileSync(file(path)).toString('latin1'))
      .join();
    for (const patient of PATIENTS) expect(text).toContain(patient.id);
    expect(patientWords().length).toBeGreaterThan(30);
  });
});

describe('transforms', () => {
  const source = readPcap(file('dicom/store-archive'));
  const dataOf = (packets: readonly Packet[]) =>
    packets.filter((packet) => (tcpPayload(packet)?.length ?? 0) > 0);

  test('a gap takes only what it says', () => {
    const cut = gap(12, 3)(source);
    expect(source.length - cut.length).toBe(3);
    expect(
      dataOf(source)
        .slice(11, 14)
        .some((packet) => cut.includes(packet)),
    ).toBe(false);
  });

  test('reordering keeps every packet and the times in order', () => {
    const moved = reordered(source);
    const sorted = (packets: readonly Packet[]) => packets.map(({ bytes }) => bytes.toString('hex')).sort();
    expect(sorted(moved)).toEqual(sorted(source));
    expect(moved.every((packet, i) => i === 0 || packet.time >= moved[i - 1].time)).toBe(true);
    expect(moved.map(({ bytes }) => bytes)).not.toEqual(source.map(({ bytes }) => bytes));
  });

  test('twice is twice', () => {
    const twice = duplicated(source);
    expect(twice).toHaveLength(2 * source.length);
    expect(twice[1].bytes).toBe(twice[0].bytes);
  });

  test('envelopes keep the frame whole at their end', () => {
    for (const [transform, more] of [
      [tagged(20), 4],
      [tagged(100, 20), 8],
      [inVxlan, 50],
      [inErspan, 50],
    ] as const) {
      transform(source).forEach((packet, i) => {
        expect(packet.length).toBe(source[i].length + more);
        expect(packet.bytes.subarray(-20).equals(source[i].bytes.subarray(-20))).toBe(true);
      });
    }
  });

  test('a snap length cuts what is captured and not what was on the wire', () => {
    const cut = snapped(96)(source);
    expect(Math.max(...cut.map(({ bytes }) => bytes.length))).toBe(96);
    expect(cut.map(({ length }) => length)).toEqual(source.map(({ length }) => length));
  });

  test('one side is one side', () => {
    const side = dataOf(oneSided(104, 'client')(source));
    expect(side.length).toBeGreaterThan(10);
    expect(side.every((packet) => tcpPayload(packet)!.destinationPort === 104)).toBe(true);
  });
});
