import { expect, test } from 'vitest';
import { schemaText } from '../config/schema.ts';
import { bundle, configSchema } from './build.mjs';

/** Packages that may be read before the command line is understood. */
const AT_START = ['commander'];

test('--help and --version read little: heavy packages are imported when they are first needed', async () => {
  const { metafile } = await bundle();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const imported of metafile.outputs[path].imports)
      if (imported.kind === 'import-statement' && !imported.external) visit(imported.path);
  };
  visit('dist/main.js');

  const packages = new Set<string>();
  let bytes = 0;
  for (const path of seen) {
    bytes += metafile.outputs[path].bytes;
    for (const [input, { bytesInOutput }] of Object.entries(metafile.outputs[path].inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
      if (match && bytesInOutput > 0) packages.add(match[1]);
    }
  }
  expect([...packages].sort()).toEqual(AT_START);
  expect(bytes).toBeLessThan(150_000);
});

test('the schema of configurations is built', async () => {
  const text = await configSchema();
  expect(text).toBe(schemaText());
  const { type, properties } = JSON.parse(text);
  expect(type).toBe('object');
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(['internal', 'detections', 'metrics']));
});
