/** Heads of real captures, compared with what tshark reads in them. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { tool } from '../../src/testing/tools.ts';
import { countsOf } from './testing.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = tool('captures', 'heads of HTTP messages in real captures');
const tshark = tool('tshark', 'methods, status codes, Server and User-Agent agree with tshark');

const CAPTURES = [
  'breadth/zeek/http/1000-requests-one-dropped-response.pcap.gz',
  'breadth/zeek/workshop_2011_browse.pcap',
  'breadth/zeek/wikipedia.pcap',
  'breadth/zeek/http/zero-length-bodies-with-drops.pcap',
  'breadth/zeek/http/docker-http-upgrade.pcap',
  'breadth/zeek/http/pipelined-requests.pcap',
  'breadth/pcapplusplus/ExamplesTest/pcap_examples/tcp-reassembly.pcap',
  'breadth/pcapplusplus/Pcap++Test/PcapExamples/four_ipv6_http_streams.pcap',
  'breadth/arkime/80211http.pcap',
  'breadth/pcapplusplus/ExamplesTest/pcap_examples/http-packets2.pcap',
  'breadth/ja4/pcap/http1.pcapng',
  'breadth/arkime/arkime_synthetic.pcap',
];

interface Heads {
  methods: Record<string, number>;
  statuses: Record<string, number>;
  servers: string[];
  agents: string[];
}

const SEPARATOR = '\x01';

function headsByTshark(path: string): Heads {
  const fields = ['http.request.method', 'http.response.code', 'http.server', 'http.user_agent'];
  const text = execFileSync(
    'tshark',
    [
      ...['-n', '-r', path, '-Y', 'http && tcp', '-T', 'fields', '-E', 'occurrence=a'],
      ...['-E', `aggregator=${SEPARATOR}`, ...fields.flatMap((field) => ['-e', field])],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 },
  );
  const columns = fields.map((): string[] => []);
  for (const line of text.split('\n'))
    line.split('\t').forEach((cell, n) => {
      columns[n].push(...cell.split(SEPARATOR).filter((value) => value !== ''));
    });
  const [methods, statuses, servers, agents] = columns;
  return { methods: tally(methods), statuses: tally(statuses), servers: set(servers), agents: set(agents) };
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function set(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

describe.runIf(root !== null && tshark !== null)('tshark agrees', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const path = join(root ?? '', name);
    const counts = await countsOf(path);
    const { methods, statuses } = counts;
    expect({ methods, statuses, servers: set(counts.servers), agents: set(counts.agents) }).toEqual(
      headsByTshark(path),
    );
  });
});
