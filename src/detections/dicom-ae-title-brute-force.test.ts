import { describe, expect, test } from 'vitest';
import type { Flow } from '../core/flow.ts';
import { activity, at, flow, START, service } from '../testing/analysis/facts.ts';
import { associate, association, Run, rejection } from '../testing/analysis/run.ts';

const ID = 'dicom.ae-title-brute-force';

interface Try {
  called: string;
  calling?: string;
  result: 'accepted' | 'rejected' | 'unanswered' | 'busy' | 'context';
}

/** Plays tries `every` seconds apart, each on a connection of its own. */
function guess(
  tries: readonly Try[],
  every = 1,
  run = new Run(),
  from = '203.0.113.7',
  more: Partial<Flow> = {},
  start = 0,
): Run {
  tries.forEach(({ called, calling, result }, i) => {
    const one = association(called, {
      calling,
      accepted: result === 'accepted',
      rejection:
        result === 'rejected'
          ? rejection()
          : result === 'busy'
            ? rejection(1, 2, 3)
            : result === 'context'
              ? rejection(2)
              : null,
    });
    associate(run, flow(from, '10.20.1.11', 104, more), one, at(start + i * every));
  });
  return run;
}

const titles = (count: number, result: Try['result'] = 'rejected', prefix = 'AE'): Try[] =>
  Array.from({ length: count }, (_, i) => ({ called: `${prefix}${i}`, result }));

describe(ID, () => {
  test('fourteen titles, thirteen rejected, one then accepted', () => {
    const run = new Run();
    run.play(flow('10.20.1.50', '10.20.1.11'), [
      activity('server', 'accepts-images'),
      activity('server', 'answers-queries'),
      service('answered'),
    ]);
    guess([...titles(13), { called: 'ORTHANC', result: 'accepted' }], 21 / 13, run);
    const [found, ...more] = run.findings(ID);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      severity: 'critical',
      source: { ip: '203.0.113.7', asset: null },
      destination: { ip: '10.20.1.11', port: 104, asset: 'ip-10.20.1.11', country: null },
      count: 14,
      firstSeen: at((4 * 21) / 13),
      lastSeen: at(21),
      attack: ['T1110', 'T1046', 'T0846'],
    });
    expect(found.summary).toBe(
      '203.0.113.7 (IR) tried 14 AE titles on PACS 10.20.1.11:104 in 21 s; 13 were rejected, "ORTHANC" was then accepted.',
    );
    expect(found.data).toMatchObject({ titles_tried: 14, titles_rejected: 13, titles_accepted: ['ORTHANC'] });
    expect(found.communityIds.length).toBe(5);
  });

  test('five titles are enough, four are not', () => {
    expect(guess(titles(5)).findings(ID)).toMatchObject([{ severity: 'high', count: 5 }]);
    expect(guess(titles(4)).findings(ID)).toEqual([]);
  });

  test('four rejected and a fifth accepted: five titles, and one of them works', () => {
    const tries: Try[] = [...titles(4), { called: 'PACS', result: 'accepted' }];
    expect(guess(tries).findings(ID)).toMatchObject([{ severity: 'critical' }]);
  });

  test('requests that nobody answers count, unless the capture shows one direction only', () => {
    expect(guess(titles(6, 'unanswered')).findings(ID)).toMatchObject([
      {
        severity: 'high',
        summary:
          '203.0.113.7 (IR) tried 6 AE titles on 10.20.1.11:104 in 5 s; 6 went unanswered, none of them was accepted.',
      },
    ]);
    const oneSided = guess(titles(6, 'unanswered'), 1, new Run(), '203.0.113.7', { bothSides: false });
    expect(oneSided.findings(ID)).toEqual([]);
  });

  test('the window slides: five titles in more than a minute are none', () => {
    expect(guess(titles(8), 16).findings(ID)).toEqual([]);
    expect(guess(titles(8), 14).findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('a server that accepts every title: five within the window are guesses, one after the other are not', () => {
    const [found] = guess(titles(5, 'accepted'), 1, new Run(), '10.0.0.5').findings(ID);
    expect(found.severity).toBe('medium');
    expect(found.summary).toBe(
      '10.0.0.5 tried 5 AE titles on 10.20.1.11:104 in 4 s; all of them were accepted.',
    );
    expect(guess(titles(5, 'accepted')).findings(ID)).toMatchObject([{ severity: 'high' }]);
    expect(guess(titles(4, 'accepted'), 1, new Run(), '10.0.0.5').findings(ID)).toEqual([]);
    expect(guess(titles(12, 'accepted'), 20, new Run(), '10.0.0.5').findings(ID)).toEqual([]);
  });

  test('a router with one wrong route that it retries: its other routes are no success', () => {
    const tries: Try[] = [];
    for (let i = 0; i < 12; i++)
      tries.push({ called: 'OLDPACS', result: 'rejected' }, { called: `PACS${i % 4}`, result: 'accepted' });
    const [found] = guess(tries, 2, new Run(), '10.0.0.5').findings(ID);
    expect(found.severity).toBe('medium');
    expect(found.summary).toContain('as "SCU" calling "OLDPACS": always the same AE titles');
  });

  test('ten rejections of one title pair: its later acceptance is no success', () => {
    const tries = Array.from(
      { length: 10 },
      (): Try => ({ called: 'PACS', calling: 'CT1', result: 'rejected' }),
    );
    expect(guess(tries.slice(1), 5).findings(ID)).toEqual([]);
    const run = guess([...tries, { called: 'PACS', calling: 'CT1', result: 'accepted' }], 5);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        summary:
          '203.0.113.7 (IR) was rejected 10 times in 50 s by 10.20.1.11:104 as "CT1" calling "PACS": always the same AE titles, as a device set up wrongly does.',
      },
    ]);
  });

  test('a device that is set up: few spellings, then the right one', () => {
    const wrong = Array.from(
      { length: 30 },
      (): Try => ({ called: 'PACSX', calling: 'US', result: 'rejected' }),
    );
    const tries: Try[] = [...wrong, { called: 'PACZ', calling: 'US', result: 'rejected' }];
    tries.push({ called: 'PACS', calling: 'US', result: 'accepted' });
    expect(guess(tries, 1, new Run(), '10.0.0.5').findings(ID)).toMatchObject([
      { severity: 'medium', count: 32 },
    ]);
    expect(guess(tries).findings(ID)).toMatchObject([{ severity: 'high' }]);
    // What is tried again and again is no guess, as shows in the end.
    const typos = [...titles(3), { called: 'PACS', result: 'accepted' } as const, ...wrong];
    const run = guess(typos, 1, new Run(), '10.0.0.5');
    expect(run.told[0].finding.severity).toBe('critical');
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', count: 34 }]);
    const later = [...tries, ...titles(3)].map((one) => ({ ...one, calling: 'US' }));
    expect(guess(later, 1, new Run(), '10.0.0.5').findings(ID)).toMatchObject([
      { severity: 'critical', data: { titles_accepted: ['PACS'] } },
    ]);
    for (const called of ['A', 'B', 'C']) tries.splice(-1, 0, { called, calling: 'US', result: 'rejected' });
    expect(guess(tries, 1, new Run(), '10.0.0.5').findings(ID)).toMatchObject([{ severity: 'critical' }]);
  });

  test('a router that stores under many titles, of which one or two are wrong', () => {
    const route = (accepted: number, wrong: number, messages: Record<string, number>) => {
      const run = new Run();
      for (let i = 0; i < wrong; i++) guess(titles(1, 'rejected', `OLD${i}`), 1, run, '10.0.0.5');
      for (let i = 0; i < accepted; i++)
        associate(
          run,
          flow('10.0.0.5', '10.20.1.11'),
          association(`PACS${i}`, { accepted: true, outcome: 'released', messages }),
          at(i + 1),
        );
      return run.findings(ID);
    };
    const stored = { 'C-STORE-RQ': 2, 'C-STORE-RSP': 2 };
    expect(route(9, 0, stored)).toEqual([]);
    expect(route(9, 2, stored)).toEqual([]);
    expect(route(9, 2, { 'C-ECHO-RQ': 1, 'C-ECHO-RSP': 1 })).toHaveLength(1);
    // With more that fail it is a search, whatever is done with what was found.
    expect(route(9, 4, stored)).toMatchObject([{ severity: 'critical' }]);
  });

  test('a server that hangs leaves unanswered what it took before', () => {
    const run = guess(titles(6, 'accepted'), 20, new Run(), '10.0.0.5');
    guess(titles(6, 'unanswered'), 1, run, '10.0.0.5', {}, 600);
    expect(run.findings(ID)).toEqual([]);
    const unknown = guess(titles(6, 'unanswered'), 1, new Run(), '10.0.0.5');
    expect(unknown.findings(ID)).toMatchObject([{ severity: 'medium' }]);
  });

  test('many calling titles for one called title', () => {
    const tries = Array.from(
      { length: 12 },
      (_, i): Try => ({ called: 'PACS', calling: `CT${i}`, result: 'rejected' }),
    );
    const [found] = guess([...tries, { called: 'PACS', calling: 'CT99', result: 'accepted' }]).findings(ID);
    expect(found.severity).toBe('critical');
    expect(found.summary).toBe(
      '203.0.113.7 (IR) tried 13 calling AE titles for "PACS" on 10.20.1.11:104 in 12 s; 12 attempts rejected, "PACS" was then accepted.',
    );
  });

  test('a busy server and a wrong application context say nothing of titles', () => {
    expect(guess(titles(20, 'busy')).findings(ID)).toEqual([]);
    expect(guess(titles(20, 'context')).findings(ID)).toEqual([]);
  });

  test('a title known to work before is no success of the guessing', () => {
    const run = guess([{ called: 'PACS', result: 'accepted' }]);
    guess(titles(6), 1, run, '203.0.113.7', {}, 600);
    guess([{ called: 'PACS', result: 'accepted' }], 1, run, '203.0.113.7', {}, 610);
    expect(run.findings(ID)).toMatchObject([{ severity: 'high', count: 6 }]);
  });

  test('sources and destinations are judged apart', () => {
    const run = new Run();
    for (let i = 0; i < 12; i++) guess(titles(1, 'rejected', `A${i}`), 1, run, `10.0.0.${i + 1}`);
    expect(run.findings(ID)).toEqual([]);
  });

  test('thresholds can be set', () => {
    const run = new Run({ settings: { [ID]: { thresholds: { titles: 3, window: 10 } } } });
    expect(guess(titles(3), 4, run).findings(ID).length).toBe(1);
  });

  test('associations without their request are not tries', () => {
    const run = new Run();
    for (let i = 0; i < 20; i++)
      associate(
        run,
        flow('203.0.113.7', '10.0.0.2'),
        association('', { withoutRequest: true, accepted: true }),
        at(i),
      );
    expect(run.findings(ID)).toEqual([]);
  });

  test('hostile titles are shown escaped, and any number of them is bounded', () => {
    const run = guess([...titles(9, 'rejected', '\u202e"<b>\\'), { called: '\u202e"x', result: 'accepted' }]);
    expect(run.findings(ID)[0].summary).toContain('"\\u{202e}\\u{22}x" was then accepted');
    const many = guess(titles(2000), 0.1);
    const [found] = many.findings(ID);
    expect(found.summary).toMatch(/tried at least 256 AE titles/);
    expect(found.count).toBe(2000);
    expect(JSON.stringify(found.data).length).toBeLessThan(2000);
  });

  test('pairs are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 10_000; i++) {
      const one = association('AE', { rejection: rejection() });
      run.event(
        { type: 'dicom.answered', association: one },
        flow(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, '10.20.1.11'),
        START,
      );
    }
    expect(run.findings(ID)).toEqual([]);
  });
});
