import { beforeAll, describe, expect, test } from 'vitest';
import { dissectors } from '../../dissectors/index.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { openAnalysis, readInto } from './replay.ts';
import { traces } from './traces.ts';

/**
 * No protocol may claim another's bytes: which dissector took each flow of every trace. A trace lies in the folder of
 * its protocol; what else may go by in it is said here.
 */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  dicom: [],
  hl7: [],
  tls: ['quic'],
  external: ['dicom', 'hl7', 'http'],
  netbios: ['nbns', 'nbdgm'],
  attacks: ['dicom', 'hl7'],
  'quiet-day.pcap': ['dicom', 'dns', 'hl7', 'snmp', 'http', 'tls'],
  'hospital-day.pcap': ['dicom', 'dns', 'hl7', 'http', 'snmp', 'tls'],
  // The other's greeting on its port; the files that it transfers.
  ftp: ['smtp', 'file'],
  smtp: ['ftp'],
  cdp: ['lldp'],
  // A medical service reported over HTTP is HTTP; what is tunnelled is nobody's.
  http: ['http2'],
};

/** Folder → protocols of its flows. */
async function claims(path: string): Promise<Set<string>> {
  const found = new Set<string>();
  const analysis = openAnalysis({
    fact(fact: Fact, flow: Flow | null) {
      if (fact.fact === 'flow' && fact.state === 'end' && flow !== null) found.add(flow.protocol);
    },
    async close() {},
  });
  await readInto(path, analysis);
  analysis.end();
  found.delete('');
  return found;
}

const folderOf = (path: string): string => path.split('/')[1];
const folders = [...new Set(traces().map(folderOf))];

describe.each(folders)('%s', (folder) => {
  let claimed: Map<string, Set<string>>;
  beforeAll(async () => {
    claimed = new Map();
    for (const path of traces().filter((one) => folderOf(one) === folder))
      claimed.set(path, await claims(path));
  });

  test('is claimed by its own dissector alone', () => {
    const allowed = new Set([folder, ...(ALSO[folder] ?? [])]);
    for (const [path, protocols] of claimed)
      for (const protocol of protocols) expect(allowed, `${path} by ${protocol}`).toContain(protocol);
  });

  test('near misses are claimed by nobody else', () => {
    for (const [path, protocols] of claimed)
      if (path.includes('other-'))
        expect(
          [...protocols].filter((one) => one !== folder),
          path,
        ).toEqual([]);
  });
});

test('every dissector of flows has a trace that it claims', async () => {
  const claimed = new Set<string>();
  for (const path of traces()) for (const protocol of await claims(path)) claimed.add(protocol);
  const missing = dissectors
    .filter(({ name, over }) => (over === 'tcp' || over === 'udp') && !claimed.has(name))
    .map(({ name }) => name);
  expect(missing).toEqual([]);
});
