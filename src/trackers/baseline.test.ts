import { describe, expect, test } from 'vitest';
import type { Behaviour, BehaviourFact } from '../core/facts.ts';
import { HOUR, MINUTE, type Micros } from '../core/time.ts';
import { address, at, flow, lease, START, trackers } from '../testing/analysis/facts.ts';
import { Baseline, type BaselineOptions, type Known } from './baseline.ts';

const DAY = 24 * HOUR;
const behaviour = (kind: Behaviour, value: string, amount?: number): BehaviourFact => ({
  fact: 'behaviour',
  side: 'client',
  behaviour: kind,
  value,
  amount,
});
const association = (value = 'CT1>ARCHIVE') => behaviour('association', value);

/** Everything learned, as one would say it. */
const said = (baseline: Baseline) =>
  baseline
    .learned()
    .behaviours.map(
      ({ behaviour, source, destination, value }) => `${behaviour} ${source} ${destination} ${value}`,
    );

const verdict = (
  baseline: Baseline,
  source: string,
  destination: string,
  value = 'CT1>ARCHIVE',
  kind: Behaviour = 'association',
) => baseline.judge(kind, address(source), address(destination), value);

/** Learns as long as it is told something, then judges with what it learned. */
function taught(teach: (baseline: Baseline) => void, options: BaselineOptions = {}): Baseline {
  const teacher = new Baseline({ ...options, learn: Number.POSITIVE_INFINITY });
  teach(teacher);
  const { behaviours, leases } = teacher.learned();
  return new Baseline({ known: behaviours, leases });
}

describe('when it learns and when it judges', () => {
  test('without anything to learn it keeps nothing and judges nothing', () => {
    const baseline = new Baseline();
    baseline.fact(association(), flow('10.0.0.1', '10.0.0.9'), START);
    expect(baseline.state).toBe('none');
    expect(baseline.size).toBe(0);
    expect(verdict(baseline, '10.0.0.1', '10.0.0.9')).toBe('unjudged');
  });

  test('from the first packet on, whatever it was, until the time is over', () => {
    const baseline = new Baseline({ learn: HOUR });
    expect(baseline.state).toBe('learning');
    baseline.tick(START);
    baseline.fact(association(), flow('10.0.0.1', '10.0.0.9'), START + 59 * MINUTE);
    expect(verdict(baseline, '10.0.0.1', '10.0.0.8')).toBe('unjudged');
    baseline.tick(START + HOUR);
    expect(baseline.state).toBe('judging');
    expect(verdict(baseline, '10.0.0.1', '10.0.0.9')).toBe('known');
    expect(verdict(baseline, '10.0.0.1', '10.0.0.8')).toBe('new');
    expect(verdict(baseline, '10.0.0.9', '10.0.0.1')).toBe('new');
    expect(verdict(baseline, '10.0.0.1', '10.0.0.9', 'CT1>ARCHIVE', 'operation')).toBe('new');
  });

  test('what is new stays new, however often it is seen', () => {
    const baseline = new Baseline({ known: [] });
    for (let i = 0; i < 3; i++) {
      baseline.fact(association(), flow('10.0.0.1', '10.0.0.9'), at(i));
      expect(verdict(baseline, '10.0.0.1', '10.0.0.9')).toBe('new');
    }
    expect(baseline.judged).toEqual({ times: 3, fresh: 3, familiar: false });
    expect(baseline.size).toBe(0);
  });

  test('what was given is judged against from the first packet on, and not changed', () => {
    const baseline = taught((to) => to.fact(association(), flow('10.0.0.1', '10.0.0.9'), START));
    expect(baseline.state).toBe('judging');
    baseline.fact(association(), flow('10.0.0.1', '10.0.0.9'), at(100));
    expect(baseline.learned().behaviours[0]).toMatchObject({ count: 1, lastSeen: START });
    expect(baseline.judged).toEqual({ times: 1, fresh: 0, familiar: true });
  });

  test('whoever it names is familiar, whatever it does now', () => {
    const judged = (client: string, server: string) => {
      const baseline = taught((to) => to.fact(association(), flow('10.0.0.1', '10.0.0.9'), START));
      baseline.fact(association('OTHER>ARCHIVE'), flow(client, server), START);
      return baseline.judged;
    };
    expect(judged('10.0.0.66', '10.0.0.9')).toEqual({ times: 1, fresh: 1, familiar: true });
    expect(judged('10.0.0.1', '10.0.0.66')).toEqual({ times: 1, fresh: 1, familiar: true });
    expect(judged('10.7.0.66', '10.7.0.9')).toEqual({ times: 1, fresh: 1, familiar: false });
  });

  test('what was given can be added to: then nothing is judged', () => {
    const given: Known = {
      behaviour: 'retrieve',
      source: '10.0.0.1',
      destination: '10.0.0.9',
      value: 'C-GET',
      count: 2,
      firstSeen: at(50),
      lastSeen: at(60),
      most: 1000,
    };
    const baseline = new Baseline({ known: [given], learn: Number.POSITIVE_INFINITY });
    expect(baseline.state).toBe('learning');
    baseline.fact(behaviour('retrieve', 'C-GET', 400), flow('10.0.0.1', '10.0.0.9'), at(10));
    baseline.fact(association(), flow('10.0.0.1', '10.0.0.9'), at(70));
    expect(baseline.learned().behaviours.find((known) => known.behaviour === 'retrieve')).toEqual({
      ...given,
      count: 3,
      firstSeen: at(10),
    });
    expect(given.count).toBe(2);
    expect(baseline.size).toBe(2);
  });

  /** Minutes of packets until something is judged; null when it is not within `times`. */
  const judgedAfter = (baseline: Baseline, times: readonly Micros[]): number | null => {
    const index = times.findIndex((time) => {
      baseline.tick(time);
      return baseline.state === 'judging';
    });
    return index < 0 ? null : index;
  };
  const minutes = (from: Micros, count: number) => Array.from({ length: count }, (_, i) => from + i * MINUTE);

  test('a clock that is set does not end it', () => {
    const learn = 30 * MINUTE;
    // From 1970 to now, as a sensor without a battery; and one packet of a damaged capture, from the future.
    expect(judgedAfter(new Baseline({ learn }), [...minutes(0, 10), ...minutes(START, 40)])).toBe(31);
    expect(
      judgedAfter(new Baseline({ learn }), [
        ...minutes(START, 10),
        START + 9000 * DAY,
        ...minutes(START + 10 * MINUTE, 40),
      ]),
    ).toBe(32);
    // Two interfaces whose clocks differ.
    const both = minutes(START, 40).flatMap((time) => [time, time - 2 * MINUTE]);
    expect(judgedAfter(new Baseline({ learn }), both)).toBe(60);
  });

  test('days without a packet count', () => {
    expect(judgedAfter(new Baseline({ learn: 7 * DAY }), [START, START + 6 * DAY, START + 7 * DAY])).toBe(2);
  });
});

describe('what it keeps', () => {
  test('amounts at their largest, how often, first and last', () => {
    const baseline = new Baseline({ learn: DAY });
    for (const [time, amount] of [
      [10, 500],
      [5, 900],
      [20, 100],
    ])
      baseline.fact(behaviour('retrieve', 'C-GET', amount), flow('10.0.0.1', '10.0.0.9'), at(time));
    expect(baseline.learned().behaviours).toEqual([
      {
        behaviour: 'retrieve',
        source: '10.0.0.1',
        destination: '10.0.0.9',
        value: 'C-GET',
        count: 3,
        firstSeen: at(5),
        lastSeen: at(20),
        most: 900,
      },
    ]);
    expect(baseline.most('retrieve', address('10.0.0.1'), address('10.0.0.9'), 'C-GET')).toBe(900);
    expect(baseline.most('retrieve', address('10.0.0.1'), address('10.0.0.8'), 'C-GET')).toBe(0);
  });

  test('who did it: the side that the fact names', () => {
    const baseline = new Baseline({ learn: DAY });
    baseline.fact({ ...association(), side: 'server' }, flow('10.0.0.1', '10.0.0.9'), START);
    expect(said(baseline)).toEqual(['association 10.0.0.9 10.0.0.1 CT1>ARCHIVE']);
  });

  test('to how many others, by kind', () => {
    const baseline = new Baseline({ learn: DAY });
    for (const to of ['10.0.0.7', '10.0.0.8', '10.0.0.8'])
      for (const value of ['A>B', 'A>C']) baseline.fact(association(value), flow('10.0.0.1', to), START);
    expect(baseline.destinations('association', address('10.0.0.1'))).toBe(2);
    expect(baseline.destinations('operation', address('10.0.0.1'))).toBe(0);
    expect(baseline.destinations('association', address('10.0.0.7'))).toBe(0);
  });

  test('text of the wire, made printable and cut, is the same when it is judged', () => {
    for (const wire of ['EVIL\x1b[2J\x00>\u202eARCHIVE', 'A'.repeat(5000)]) {
      const baseline = taught((to) => to.fact(association(wire), flow('10.0.0.1', '10.0.0.9'), START));
      expect(verdict(baseline, '10.0.0.1', '10.0.0.9', wire)).toBe('known');
      const [{ value }] = baseline.learned().behaviours;
      expect(value.length).toBeLessThanOrEqual(200);
      expect(value).not.toMatch(/[\x00-\x1f\u202e]/);
    }
  });
});

describe('devices that get their addresses from DHCP', () => {
  const MAC = 0x001b21000001;

  test('are the same at another address; another device at the address is not', () => {
    const baseline = taught((to) => {
      to.lease(address('10.0.5.20'), MAC);
      to.fact(association(), flow('10.0.5.20', '10.0.0.9'), START);
    });
    expect(said(baseline)).toEqual(['association mac-001b21000001 10.0.0.9 CT1>ARCHIVE']);
    expect(verdict(baseline, '10.0.5.20', '10.0.0.9')).toBe('known');
    baseline.lease(address('10.0.5.20'), MAC + 1);
    expect(verdict(baseline, '10.0.5.20', '10.0.0.9')).toBe('new');
    baseline.lease(address('10.0.5.77'), MAC);
    expect(verdict(baseline, '10.0.5.77', '10.0.0.9')).toBe('known');
    expect(baseline.destinations('association', address('10.0.5.77'))).toBe(1);
  });

  test('as destinations too', () => {
    const baseline = taught((to) => {
      to.lease(address('10.0.5.20'), MAC);
      to.fact(association(), flow('10.0.0.9', '10.0.5.20'), START);
    });
    baseline.lease(address('10.0.5.77'), MAC);
    expect(verdict(baseline, '10.0.0.9', '10.0.5.77')).toBe('known');
  });

  test('what was learned before the first lease was seen stays known at the address', () => {
    const baseline = new Baseline({ learn: HOUR });
    baseline.fact(association(), flow('10.0.5.20', '10.0.5.30'), START);
    baseline.lease(address('10.0.5.20'), MAC);
    baseline.lease(address('10.0.5.30'), MAC + 1);
    baseline.fact(association(), flow('10.0.5.20', '10.0.5.30'), at(60));
    expect(said(baseline)).toEqual(['association 10.0.5.20 10.0.5.30 CT1>ARCHIVE']);
    baseline.tick(START + HOUR);
    expect(verdict(baseline, '10.0.5.20', '10.0.5.30')).toBe('known');
    expect(baseline.destinations('association', address('10.0.5.20'))).toBe(1);
  });

  test('leases come from the trackers; those of devices that did nothing are not kept', () => {
    const baseline = new Baseline({ learn: HOUR });
    const to = trackers({}, baseline);
    to.fact(lease('10.0.5.20', MAC), null, START);
    to.fact(lease('10.0.5.21', MAC + 1), null, START);
    to.fact(association(), flow('10.0.5.20', '10.0.0.9'), START);
    expect([...baseline.learned().leases]).toEqual([['10.0.5.20', 'mac-001b21000001']]);
  });

  test('too many leases push out the oldest, which is counted', () => {
    const baseline = new Baseline({ learn: HOUR });
    for (let i = 0; i < 16_385; i++) baseline.lease(address(`10.1.${i >> 8}.${i & 255}`), i);
    expect(baseline.leaseEvictions).toBe(1);
    expect(trackers({}, baseline).evictions()['baseline-leases']).toBe(1);
  });
});

describe('limits', () => {
  const LIMIT = 100;

  test('one source can have a quarter: a flood from it pushes out nobody else', () => {
    const baseline = new Baseline({ learn: DAY, limit: LIMIT });
    for (let i = 0; i < 50; i++) baseline.fact(association(), flow(`10.0.1.${i}`, '10.0.0.9'), at(i));
    const before = said(baseline);
    for (let i = 0; i < 1000; i++)
      baseline.fact(association(`A${i}>B`), flow('10.0.66.6', '10.0.0.9'), at(100));
    expect(said(baseline).slice(0, 50)).toEqual(before);
    expect(baseline.size).toBe(75);
    expect(baseline.evictions).toBe(975);
  });

  test('a flood from many pushes out what was not seen for longest, and is counted', () => {
    const baseline = new Baseline({ learn: DAY, limit: LIMIT });
    const archive = flow('10.0.1.1', '10.0.0.9');
    const modality = flow('10.0.1.2', '10.0.0.9');
    baseline.fact(association(), modality, at(0));
    baseline.fact(association(), archive, at(1));
    for (let i = 0; i < 98; i++) baseline.fact(association(), flow(`10.0.2.${i}`, '10.0.0.9'), at(2));
    expect(baseline.evictions).toBe(0);
    baseline.fact(association(), modality, at(3));
    baseline.fact(association(), flow('10.0.3.1', '10.0.0.9'), at(4));
    expect(baseline.size).toBe(LIMIT);
    expect(baseline.evictions).toBe(1);
    const names = said(baseline);
    expect(names).toContain('association 10.0.1.2 10.0.0.9 CT1>ARCHIVE');
    expect(names).not.toContain('association 10.0.1.1 10.0.0.9 CT1>ARCHIVE');
  });

  test('what is pushed out is forgotten in all its parts', () => {
    const baseline = new Baseline({ learn: HOUR, limit: 4 });
    for (let i = 0; i < 20; i++) baseline.fact(association(), flow(`10.0.1.${i}`, '10.0.0.9'), at(i));
    expect(baseline.destinations('association', address('10.0.1.0'))).toBe(0);
    expect(baseline.destinations('association', address('10.0.1.19'))).toBe(1);
    baseline.tick(START + HOUR);
    expect(verdict(baseline, '10.0.1.0', '10.0.0.9')).toBe('new');
    expect(verdict(baseline, '10.0.1.19', '10.0.0.9')).toBe('known');
    expect(said(baseline)).toHaveLength(4);
  });

  test('what is added to a full baseline pushes out what was seen least lately, wherever it stood in the file', () => {
    const known = Array.from({ length: 4 }, (_, i): Known => {
      const time = at(100 - i);
      return {
        behaviour: 'association',
        source: `10.0.1.${i}`,
        destination: '10.0.0.9',
        value: 'A>B',
        count: 1,
        firstSeen: time,
        lastSeen: time,
        most: 0,
      };
    });
    const baseline = new Baseline({ known, learn: HOUR, limit: 4 });
    baseline.fact(association(), flow('10.0.2.1', '10.0.0.9'), at(200));
    expect(said(baseline)).not.toContain('association 10.0.1.3 10.0.0.9 A>B');
    expect(said(baseline)).toContain('association 10.0.1.0 10.0.0.9 A>B');
  });

  test('holds as many as it says', () => {
    const baseline = new Baseline({ learn: DAY });
    for (let i = 0; i < 70_000; i++)
      baseline.fact(
        association(`A${i & 7}>B`),
        flow(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, '10.0.0.9'),
        START,
      );
    expect(baseline.size).toBe(65_536);
    expect(baseline.evictions).toBe(70_000 - 65_536);
  });
});
