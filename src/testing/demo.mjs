#!/usr/bin/env node
/** `npm run demo`: installs and builds what is missing, replays the bundled hospital day, shows what came out. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setup } from './setup.mjs';

const TRACE = 'pcaps/hospital-day.pcap';
const OUT = 'out/demo';

setup();
console.log(`$ auscult replay ${TRACE} --out ${OUT}\n`);
const result = spawnSync(process.execPath, ['dist/main.js', 'replay', TRACE, '--out', OUT], {
  cwd: ROOT,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (result.status !== 0) process.exit(result.status ?? 1);

console.log(`\nWritten to ${OUT}:`);
for (const name of readdirSync(join(ROOT, OUT)).sort()) {
  const size = statSync(join(ROOT, OUT, name)).size;
  console.log(`  ${name.padEnd(16)} ${(size / 1024).toFixed(1).padStart(8)} KiB`);
}
