import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordEvents } from '../../src/testing/record.ts';
import { tool } from '../../src/testing/tools.ts';

/** Captures of JA4's authors, and what their two programs say of each flow. */
const folder = tool('captures', 'JA4 equals the values published with captures');
const root = join(folder ?? '', 'breadth/ja4');
const jsonFolder = join(root, 'python/test/testdata');
const snapFolder = join(root, 'rust/ja4/src/snapshots');

interface Expected {
  readonly flow: string;
  readonly ja4: string;
}

interface JsonFlow {
  readonly src: string;
  readonly dst: string;
  readonly srcport: string;
  readonly dstport: string;
  readonly [key: `JA4.${number}`]: string | undefined;
}

function fromJson(path: string): Expected[] {
  const flows = JSON.parse(readFileSync(path, 'utf8')) as JsonFlow[];
  return flows.flatMap((one) =>
    ([1, 2, 3] as const).flatMap((n) => {
      const ja4 = one[`JA4.${n}`];
      const flow = `${one.src}:${one.srcport} > ${one.dst}:${one.dstport}`;
      return ja4 === undefined ? [] : [{ flow, ja4 }];
    }),
  );
}

/** A list of flows in YAML, each of simple members. */
function fromSnapshot(path: string): Expected[] {
  return readFileSync(path, 'utf8')
    .split(/^- stream/m)
    .flatMap((text) => {
      const field = (name: string) => new RegExp(`^  ${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
      const ja4 = field('ja4');
      const flow = `${field('src')}:${field('src_port')} > ${field('dst')}:${field('dst_port')}`;
      return ja4 === '' ? [] : [{ flow, ja4 }];
    });
}

/** JA4 values by flow, of the client's first and further hellos. */
async function found(path: string): Promise<Map<string, Set<string>>> {
  const byFlow = new Map<string, Set<string>>();
  for (const line of await recordEvents(path)) {
    const said = JSON.parse(line) as Record<string, string>;
    const ja4 = said.source === 'TLS JA4' ? said.value : said.ja4;
    if (!ja4) continue;
    const flow = said.flow.replace(/^\w+ /, '').replace(/ (?:vlan|in) .*$/, '');
    const all = byFlow.get(flow) ?? new Set();
    byFlow.set(flow, all.add(ja4));
  }
  return byFlow;
}

/**
 * TLS inside an HTTP proxy's CONNECT: the flow is another protocol's. The JSON beside the capture lists none either.
 */
const NOT_READ = new Set(['https-connect.pcap']);

describe.runIf(folder !== null)('JA4 as published with captures', () => {
  const captures =
    folder === null ? [] : readdirSync(join(root, 'pcap')).filter((name) => !NOT_READ.has(name));
  const totals = { flows: 0, right: 0 };
  test.each(captures)('%s', async (name) => {
    const json = join(jsonFolder, `${name}.json`);
    const snapshot = join(snapFolder, `ja4__insta@${name}.snap`);
    const expected = [
      ...(existsSync(json) ? fromJson(json) : []),
      ...(existsSync(snapshot) ? fromSnapshot(snapshot) : []),
    ];
    const byFlow = await found(join(root, 'pcap', name));
    const wrong = expected.filter(({ flow, ja4 }) => !byFlow.get(flow)?.has(ja4));
    totals.flows += expected.length;
    totals.right += expected.length - wrong.length;
    expect(wrong).toEqual([]);
  });
  test('all of them', () => {
    expect(totals.flows).toBeGreaterThan(300);
    expect(totals.right).toBe(totals.flows);
  });
});
