/** Real traces of other people, asserted in detail. Their frames are taken apart here as far as these few need it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { everySplit, type Step } from '../../src/testing/every-split.ts';
import { dicom } from './index.ts';
import { find } from './recognise.ts';

// Every cut of a conversation takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const root = capturesDir();

/** Packets of a classic pcap (Ethernet) or a pcapng of link type NULL, both little endian. */
function packets(name: string): Uint8Array[] {
  const file = readFileSync(join(root ?? '', 'medical', name));
  const found: Uint8Array[] = [];
  if (file.readUInt32LE(0) === 0xa1b2c3d4) {
    for (let at = 24; at + 16 <= file.length; at += 16 + file.readUInt32LE(at + 8))
      found.push(file.subarray(at + 16 + 14, at + 16 + file.readUInt32LE(at + 8)));
  } else {
    for (let at = 0; at + 12 <= file.length; at += file.readUInt32LE(at + 4))
      if (file.readUInt32LE(at) === 6)
        found.push(file.subarray(at + 28 + 4, at + 28 + file.readUInt32LE(at + 20)));
  }
  return found;
}

/** What TCP carried to and from port 104, in the order of the capture. */
function conversation(name: string): Step[] {
  const steps: Step[] = [];
  for (const ip of packets(name)) {
    if (ip[0] >> 4 !== 4 || ip[9] !== 6) continue;
    const tcp = (ip[0] & 15) * 4;
    const payload = ip.subarray(tcp + (ip[tcp + 12] >> 4) * 4, (ip[2] << 8) | ip[3]);
    const [from, to] = [(ip[tcp] << 8) | ip[tcp + 1], (ip[tcp + 2] << 8) | ip[tcp + 3]];
    if (payload.length === 0 || (from !== 104 && to !== 104)) continue;
    steps.push({ send: to === 104 ? TO_SERVER : TO_CLIENT, bytes: payload });
  }
  return steps;
}

describe.runIf(root !== null)('captures/medical', () => {
  test('ct_to_pacs_scenario: one CT image, and no release', () => {
    const emitted = everySplit(dicom, conversation('ct_to_pacs_scenario.pcap'));
    const association = emitted.at(-1)?.association;
    expect(association).toMatchObject({
      callingAe: 'BRIGHTSPEED01',
      calledAe: 'CENTRICITY001',
      outcome: 'cut',
      accepted: true,
      client: { classUid: '1.2.840.113619.2.5', versionName: 'AW1234' },
      server: { classUid: '1.2.840.113619.7.5.1', versionName: 'CENTRICITY5.0' },
      pdus: [0, 1, 1, 0, 3, 0, 0, 0],
      messages: { 'C-STORE-RQ': 1, 'C-STORE-RSP': 1 },
      objects: { '1.2.840.10008.5.1.4.1.1.2': 1 },
      anomalies: {},
    });
    const told = (fact: string) => emitted.filter((event) => event.fact === fact);
    expect(told('phi')).toMatchObject([{ identifiers: ['patient-name'], to: 'server' }]);
    expect(told('attribute').map((fact) => [fact.attribute, fact.value])).toContainEqual([
      'model',
      'BrightSpeed Elite Select',
    ]);
    expect(told('activity')).toMatchObject([
      { side: 'client', activity: 'sends-images', detail: 'CT' },
      { side: 'server', activity: 'accepts-images', detail: 'CT' },
    ]);
  });

  test.each([
    ['dicom_arq_1_find_testclient.pcap', 'testclient', 'testserver'],
    ['dicom_arq_3_find_bogus_local.pcap', 'bogus_local', 'bogus_remote'],
  ])('%s: a request without a connection around it', (name, callingAe, calledAe) => {
    const steps = conversation(name);
    expect(steps).toHaveLength(1);
    expect('bytes' in steps[0] && find(steps[0].bytes)).toBe(0);
    const emitted = everySplit(dicom, steps, { flow: { midstream: true, bothSides: false } });
    expect(emitted.at(-1)?.association).toMatchObject({
      callingAe,
      calledAe,
      outcome: 'unanswered',
      withoutRequest: false,
      client: { classUid: '1.2.826.0.1.3680043.9.7133.1.1', versionName: 'GODICOM_1_1' },
    });
  });
});
