import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** What came of one test file: an entry of the file that AUSCULT_TEST_REPORT names. */
export interface FileReport {
  /** From the repository's root. */
  readonly path: string;
  readonly passed: number;
  /** At least 1 for a file that could not be loaded, which has no tests to count. */
  readonly failed: number;
  readonly skipped: number;
  /** Loading, hooks and tests. */
  readonly ms: number;
}

/** Vitest's own JSON leaves out the time of hooks, in which the longest tests do their work. */
export default class FileReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const path = process.env.AUSCULT_TEST_REPORT;
    if (path) writeFileSync(path, JSON.stringify(modules.map(fileReport)));
  }
}

function fileReport(module: TestModule): FileReport {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    counts[state === 'pending' ? 'skipped' : state]++;
  }
  // A hook that failed skips its tests: the file failed though no test did.
  if (counts.failed === 0 && module.state() === 'failed') counts.failed = 1;
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return {
    path: relative(process.cwd(), module.moduleId),
    ...counts,
    ms: collectDuration + setupDuration + duration,
  };
}
