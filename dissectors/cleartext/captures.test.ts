import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/facts.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tool } from '../../src/testing/tools.ts';

const folder = tool('captures', 'no patient is found in the traffic of other protocols');

const CAPTURE = /\.(pcap|pcapng|cap|snoop|dump|ntar)(\.gz|\.zst)?$/i;

function captures(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const below = join(path, entry.name);
    if (entry.isDirectory()) return captures(below);
    return CAPTURE.test(entry.name) ? [below] : [];
  });
}

/** Protocols of what was told of patients. */
async function exposures(path: string): Promise<string[]> {
  const protocols = new Set<string>();
  const analysis = openAnalysis({
    fact(fact: Fact) {
      if (fact.fact === 'phi') protocols.add(fact.protocol);
    },
    async close() {},
  });
  await readInto(path, analysis);
  analysis.end();
  return [...protocols].sort();
}

describe.runIf(folder)('real captures', () => {
  test('nobody in any that is not medical', async () => {
    const files = captures(join(folder!, 'breadth'));
    expect(files.length).toBeGreaterThan(2_500);
    const wrong: string[] = [];
    for (const path of files)
      for (const protocol of await exposures(path)) wrong.push(`${relative(folder!, path)}: ${protocol}`);
    expect(wrong).toEqual([]);
  }, 240_000);

  test('medical ones are read by those who know them', async () => {
    for (const path of captures(join(folder!, 'medical')))
      expect(await exposures(path), path).not.toContain('unknown');
  });
});
