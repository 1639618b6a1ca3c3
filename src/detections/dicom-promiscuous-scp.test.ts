import { describe, expect, test } from 'vitest';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run, rejection } from '../testing/analysis/run.ts';
import { NO_POLICY } from '../trackers/policy.ts';

const ID = 'dicom.promiscuous-scp';
const PC = '10.0.0.9';
const SCP = '10.0.0.2';

function accept(run: Run, called: readonly string[], client = PC, from = 0): Run {
  called.forEach((title, i) => {
    associate(run, flow(client, SCP), association(title, { accepted: true }), at(from + i));
  });
  return run;
}

describe(ID, () => {
  test('three titles of one client', () => {
    expect(accept(new Run(), ['PACS', 'ARCHIVE', 'SERVER']).findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 3,
        source: { ip: PC },
        destination: { ip: SCP, port: 104 },
        summary:
          '10.0.0.2:104 accepts whatever it is called: 3 AE titles that no two clients share ("PACS", "ARCHIVE" and "SERVER"); 10.0.0.9 came in that way.',
        data: { titles: 3, invented: [] },
      },
    ]);
  });

  test('two are none, nor is one again and again', () => {
    expect(accept(new Run(), ['PACS', 'ARCHIVE', 'PACS', 'PACS']).findings(ID)).toEqual([]);
  });

  test('three titles of three clients are as odd', () => {
    const run = new Run();
    ['PACS', 'ARCHIVE', 'SERVER'].forEach((title, i) => {
      accept(run, [title], `10.0.1.${i}`);
    });
    expect(run.findings(ID)).toMatchObject([{ count: 3, source: { ip: '10.0.1.2' } }]);
  });

  test('titles that clients share are the server’s own', () => {
    const run = accept(new Run(), ['STORE', 'FIND', 'WORKLIST']);
    accept(run, ['STORE', 'WORKLIST'], '10.0.0.10', 300);
    expect(run.findings(ID)).toEqual([]);
  });

  test('others of the same titles are waited for', () => {
    const run = accept(new Run(), ['PACS', 'ARCHIVE', 'SERVER']);
    run.fact({ fact: 'flow', state: 'open' }, flow(PC, SCP), at(590));
    expect(run.told).toEqual([]);
    run.fact({ fact: 'flow', state: 'open' }, flow(PC, SCP), at(603));
    expect(run.told).not.toEqual([]);
  });

  test('a server that refused a title looks at titles', () => {
    const run = accept(new Run(), ['STORE', 'FIND', 'WORKLIST']);
    associate(run, flow(PC, SCP), association('X', { rejection: rejection(3) }), at(5));
    expect(run.findings(ID)).toHaveLength(1);
    const checked = accept(new Run(), ['STORE', 'FIND', 'WORKLIST']);
    associate(checked, flow(PC, SCP), association('X', { rejection: rejection(7) }), at(5));
    expect(checked.findings(ID)).toEqual([]);
  });

  test('titles under which one client works are the server’s own; what each of three works under is not', () => {
    const stored = { 'C-STORE-RQ': 1, 'C-STORE-RSP': 1 };
    const store = (run: Run, called: string, client: string) =>
      associate(run, flow(client, SCP), association(called, { accepted: true, messages: stored }), at(1));
    const router = new Run();
    for (const called of ['CT', 'MR', 'XA', 'US']) store(router, called, PC);
    expect(router.findings(ID)).toEqual([]);
    const three = new Run();
    for (const [i, called] of ['PACS', 'ARCHIVE', 'SERVER'].entries()) store(three, called, `10.0.1.${i}`);
    expect(three.findings(ID)).toHaveLength(1);
    // A guess that works once, and two more.
    const guess = accept(new Run(), ['ARCHIVE', 'SERVER']);
    store(guess, 'PACS', PC);
    expect(guess.findings(ID)).toHaveLength(1);
  });

  test('an invented title is enough, and told at once', () => {
    const run = accept(new Run(), ['ANY-SCP']);
    expect(run.told).toHaveLength(1);
    expect(run.findings(ID)[0].summary).toContain('"ANY-SCP", a name that programs call by');
  });

  test('titles that the site lists at the server are its own', () => {
    const policy = { ...NO_POLICY, isHome: (title: string) => title !== 'SERVER' };
    expect(accept(new Run({ policy }), ['PACS', 'ARCHIVE', 'SERVER', 'ANY-SCP']).findings(ID)).toEqual([]);
  });

  test('an association joined in the middle is none', () => {
    const run = new Run();
    for (const title of ['A', 'B', 'C', 'ANY-SCP'])
      associate(run, flow(PC, SCP), association(title, { accepted: true, withoutRequest: true }), at(0));
    expect(run.findings(ID)).toEqual([]);
  });

  test('titles and servers are bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `T${i}`);
    expect(accept(new Run(), many).findings(ID)).toMatchObject([{ count: 64 }]);
    const run = new Run();
    for (let i = 0; i < 10_000; i++)
      for (const title of ['A', 'B', 'C'])
        associate(run, flow(PC, `10.9.${i >> 8}.${i & 255}`), association(title, { accepted: true }), at(0));
    expect(run.findings(ID).length).toBe(4096);
  });
});
