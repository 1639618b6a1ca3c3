import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Seen, tshark } from '../../pcaps/lab/expect.ts';
import { type Analysed, analyseFile, analysePackets, countsOf } from './analyse.ts';
import { PacketKeeper, pcapFile } from './packets.ts';
import { readInto } from './replay.ts';
import { tool } from './tools.ts';

/** tshark as it is installed here, not as it was when `expected.json` was written. */
const TSHARK = 'PDUs, DIMSE commands and HL7 messages agree with tshark';
const installed = tool('tshark', TSHARK);

interface Trace {
  comparable: boolean;
  from?: string;
  tshark: Seen;
}

describe.runIf(installed)('the recorded traces, one after another in one capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auscult-tshark-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const { traces } = JSON.parse(readFileSync('pcaps/expected.json', 'utf8')) as {
    traces: Record<string, Trace>;
  };
  // Derived traces have the connections of their source again.
  const chosen = Object.keys(traces).filter((path) => traces[path].comparable && !traces[path].from);
  let ours: Analysed;
  let theirs: Seen;

  beforeAll(async () => {
    const keeper = new PacketKeeper();
    for (const path of chosen) await readInto(`pcaps/${path}.pcap`, keeper);
    // Programs that know a connection's end by its packets, and not by time, take what stands in order of time.
    const packets = keeper.packets.sort((a, b) => a.time - b.time);
    const path = join(folder, 'all.pcap');
    writeFileSync(path, pcapFile(packets));
    theirs = tshark(path);
    ours = analysePackets(packets);
  }, 60_000);

  test('there are many', () => {
    expect(chosen.length).toBeGreaterThan(50);
    expect(theirs.dicom.messages['C-STORE-RQ']).toBeGreaterThan(80);
    expect(theirs.hl7.messages).toBeGreaterThan(60);
  });

  test('both count the same', () => {
    expect(countsOf(ours)).toEqual(theirs);
  });
});

const captures = tool('captures', `${TSHARK} on real captures`);

describe.runIf(installed && captures)('real medical captures', () => {
  test.each([
    'HL7-ADT.pcap',
    'HL7-ADT-UDI-OBX.pcap',
    'HL7-ORM.pcap',
    'ct_to_pacs_scenario.pcap',
    'dicom_arq_1_find_testclient.pcap',
    'dicom_arq_3_find_bogus_local.pcap',
    join('toy', 'no_alerts.pcap'),
  ])('%s', async (name) => {
    const path = join(captures!, 'medical', name);
    expect(countsOf(await analyseFile(path))).toEqual(tshark(path));
  });

  // tshark wants a start block, which these have none of; of DICOM it must see as little as we do.
  test.each([
    'all_alerts',
    'data_exfiltration',
    'replay_attack',
    'traffic_spike',
    'unencrypted_hl7',
  ])('toy/%s', async (name) => {
    const path = join(captures!, 'medical', 'toy', `${name}.pcap`);
    const { packets, dicom, hl7 } = tshark(path);
    expect(hl7.messages).toBe(0);
    expect(countsOf(await analyseFile(path))).toMatchObject({ packets, dicom });
  });
});
