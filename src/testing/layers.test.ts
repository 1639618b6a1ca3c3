import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contentsOf, violations } from './layers.ts';
import { sourceFiles } from './sources.ts';

describe('the sources', () => {
  test('keep to the table of who imports whom', () => {
    const files = sourceFiles('.ts');
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((path) => violations(path, readFileSync(path, 'utf8')))).toEqual([]);
  });

  test('every dissector is in the list', () => {
    const index = contentsOf('dissectors/index.ts', readFileSync('dissectors/index.ts', 'utf8'));
    const listed = index.imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier);
    const folders = readdirSync('dissectors', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) {
      expect(existsSync(`dissectors/${name}/index.ts`), `dissectors/${name}/index.ts`).toBe(true);
      expect(listed).toContain(`./${name}/index.ts`);
    }
  });
});

describe('the check itself', () => {
  const cases: [path: string, text: string, problem: string | null][] = [
    ['src/core/a.ts', "import { b } from './b.ts';", null],
    ['src/core/a.ts', "import { b } from '../net/b.ts';", 'core may not import net'],
    ['src/core/a.ts', "import type { B } from '../net/b.ts';", 'core may not import net'],
    ['src/core/a.ts', "import { createHash } from 'node:crypto';", null],
    ['src/core/a.ts', "import { readFileSync } from 'node:fs';", 'core may not import node:fs'],
    ['src/core/a.ts', "const fs = await import('node:fs');", 'core may not import node:fs'],
    ['src/core/a.ts', 'const x = await import(name);', 'may not import the package (computed)'],
    ['src/core/a.ts', "import z from 'zod';", 'may not import the package zod'],
    ['src/core/a.ts', "export * from '../streams/b.ts';", 'core may not import streams'],
    ['src/core/a.ts', "type T = import('../streams/b.ts').T;", 'core may not import streams'],
    ['src/capture/a.ts', "import { spawn } from 'node:child_process';", null],
    ['src/capture/a.ts', "import net from 'node:net';", 'capture may not import node:net'],
    ['src/streams/a.ts', "import { b } from '../net/b.ts';", null],
    [
      'src/streams/a.ts',
      "import { b } from '../../dissectors/index.ts';",
      'streams may not import dissectors/index',
    ],
    ['dissectors/dicom/a.ts', "import { b } from '../../src/core/b.ts';", null],
    ['dissectors/dicom/a.ts', "import { b } from './b.ts';", null],
    ['dissectors/dicom/a.ts', "import { b } from '../hl7/b.ts';", 'imports its sibling hl7'],
    ['dissectors/dicom/a.ts', "import type { B } from '../hl7/b.ts';", 'imports its sibling hl7'],
    ['dissectors/index.ts', "import { b } from './hl7/index.ts';", null],
    [
      'src/trackers/a.ts',
      "import type { B } from '../../dissectors/hl7/events.ts';",
      'trackers may not import dissectors',
    ],
    ['src/detections/a.ts', "import type { B } from '../trackers/b.ts';", null],
    ['src/detections/a.ts', "import { b } from '../trackers/b.ts';", 'only types of trackers'],
    ['src/detections/a.ts', "import { type B } from '../trackers/b.ts';", 'only types of trackers'],
    ['src/sinks/a.ts', "import type { B } from '../../dissectors/index.ts';", null],
    ['src/sinks/a.ts', "import { b } from '../streams/b.ts';", 'sinks may not import streams'],
    ['grafana/a.ts', "import { b } from '../src/sinks/metrics/catalogue.ts';", null],
    ['grafana/a.ts', "import { b } from '../src/sinks/eve.ts';", 'grafana may not import sinks'],
    ['src/main.ts', "import { b } from './testing/b.ts';", 'may not import what only tests use'],
    ['src/net/a.ts', "import { b } from './fixtures.ts';", 'may not import what only tests use'],
    ['src/trackers/fixtures.ts', "import z from 'zod';", null],
    ['src/elsewhere/a.ts', '', 'elsewhere is no layer'],
    ['src/net/a.ts', 'const now = Date.now();', 'net uses Date.now'],
    ['src/net/a.ts', 'const now = new Date();', 'net uses new Date()'],
    ['src/net/a.ts', 'const then = new Date(5);', null],
    ['src/net/a.ts', 'setTimeout(f, 1);', 'net uses setTimeout'],
    ['src/net/a.ts', 'if (process.env.X) f();', 'net uses process.env'],
    ['src/net/a.test.ts', "import { b } from '../sinks/b.ts'; Date.now();", null],
  ];
  test.each(cases)('%s: %s', (path, text, problem) => {
    const found = violations(path, text);
    if (problem === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(problem)]);
  });
});
