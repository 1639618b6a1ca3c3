import { describe, expect, test } from 'vitest';
import type { Flow } from '../core/flow.ts';
import { address, at, flow } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';
import { NO_POLICY } from '../trackers/policy.ts';
import { type Detection, defineDetection, type Stage } from './detection.ts';
import { DetectionEngine } from './engine.ts';
import type { Finding, Severity } from './finding.ts';

/** A detection that fires on anomalies of its own name, as severe as their detail says. */
function detection(name: string, stage: Stage): Detection {
  return defineDetection<null>({
    meta: {
      id: `test.${name}`,
      title: `${name} was seen`,
      severity: 'medium',
      escalation: '',
      why: '',
      action: '',
      reference: '',
      attack: [],
      stage,
      thresholds: {},
      example: { fires: '', silent: '' },
    },
    create: (context) => ({
      facts: {
        anomaly(fact, one, time) {
          if (fact.kind !== name) return;
          const found = context.open(one.client.address, one.server.address, one.server.port, () => null);
          context.hit(found, fact.detail as Severity, one, time);
        },
      },
      describe: (found) => ({ summary: `${name} by ${found.source.text}.`, data: { own: name } }),
    }),
  });
}

const STAGED: readonly [string, Stage][] = [
  ['scan', 'reconnaissance'],
  ['guess', 'access'],
  ['list', 'discovery'],
  ['fetch', 'collection'],
  ['clear', 'exposure'],
];

class Tale {
  readonly engine: DetectionEngine;
  readonly told: string[] = [];

  constructor(settings = {}) {
    const run = new Run();
    this.engine = new DetectionEngine(
      STAGED.map(([name, stage]) => detection(name, stage)),
      {
        inventory: run.trackers,
        baseline: run.trackers.baseline,
        policy: NO_POLICY,
        settings,
        listener: (finding, change) =>
          this.told.push(`${change} ${finding.detection} ${finding.severity} ×${finding.count}`),
      },
    );
  }

  saw(kind: string, severity: Severity, seconds: number, one: Flow = flow('10.0.0.66', '10.0.0.2')): this {
    this.engine.fact(
      { fact: 'anomaly', protocol: 'x', kind, detail: severity, from: 'client' },
      one,
      at(seconds),
    );
    return this;
  }

  finding(name: string, source?: string): Finding {
    return this.engine
      .findings()
      .find(({ detection: id, source: { ip } }) => id === `test.${name}` && ip === (source ?? ip))!;
  }
}

describe('stories', () => {
  test('a guess that lets somebody in who then lists and fetches is one incident, critical, told in order', () => {
    const tale = new Tale().saw('guess', 'high', 0).saw('list', 'high', 60).saw('fetch', 'high', 120);
    const { severity, incident } = tale.finding('guess');
    expect(severity).toBe('critical');
    expect(incident).toMatchObject({ severity: 'critical', step: 1, steps: 3 });
    expect(incident!.story!.map(({ detection: id, severity }) => `${id} ${severity}`)).toEqual([
      'test.guess high',
      'test.list high',
      'test.fetch high',
    ]);
    expect(incident!.story![1]).toMatchObject({
      source: '10.0.0.66',
      destination: '10.0.0.2',
      firstSeen: at(60),
      summary: 'list by 10.0.0.66.',
    });
    const fetched = tale.finding('fetch');
    expect(fetched).toMatchObject({ severity: 'high', incident: { id: incident!.id, step: 3, story: null } });
    expect(incident!.id).toBe('10.0.0.66 2026-03-02T08:15:00.000000Z');
  });

  test('the listener hears that the first step leads to something worse', () => {
    const { told } = new Tale().saw('guess', 'high', 0).saw('list', 'high', 60);
    expect(told).toEqual([
      'new test.guess high ×1',
      'update test.guess critical ×1',
      'new test.list high ×1',
    ]);
  });

  test('knocking at the door is not getting in', () => {
    const tale = new Tale().saw('guess', 'medium', 0).saw('list', 'high', 60);
    expect(tale.finding('guess').incident).toMatchObject({ severity: 'high' });
  });

  test('listing before getting in makes the worst step decide', () => {
    expect(new Tale().saw('list', 'medium', 0).saw('guess', 'high', 60).finding('list')).toMatchObject({
      severity: 'high',
      incident: { severity: 'high' },
    });
  });

  test('one detection, however often, is no incident; nor are several of little weight', () => {
    const same = new Tale().saw('guess', 'high', 0).saw('guess', 'high', 1, flow('10.0.0.66', '10.0.0.3'));
    expect(same.finding('guess').incident).toBeNull();
    const light = new Tale().saw('scan', 'medium', 0).saw('list', 'medium', 1);
    expect(light.finding('scan')).toMatchObject({ incident: null, severity: 'medium' });
  });

  test('others are another story, and so is what comes after a quiet hour', () => {
    const tale = new Tale().saw('guess', 'high', 0).saw('list', 'high', 10, flow('10.0.0.67', '10.0.0.2'));
    expect(tale.finding('guess').incident).toBeNull();
    const later = new Tale().saw('guess', 'high', 0).saw('list', 'high', 3601);
    expect(later.finding('list').incident).toBeNull();
    const steady = new Tale().saw('guess', 'high', 0).saw('guess', 'high', 3000).saw('list', 'high', 3601);
    expect(steady.finding('list').incident).not.toBeNull();
  });

  test('what is in clear joins between the actor and whom it dealt with, or the outside, and nobody else', () => {
    const tale = new Tale()
      .saw('clear', 'medium', 0)
      .saw('guess', 'high', 1)
      .saw('clear', 'medium', 2)
      .saw('clear', 'medium', 3, flow('10.0.0.2', '10.0.0.66'))
      .saw('clear', 'medium', 4, flow('10.0.0.2', '10.0.0.7'))
      .saw('clear', 'critical', 5, flow('10.0.0.66', '203.0.113.7'))
      .saw('list', 'high', 6);
    const joined = tale
      .finding('guess')
      .incident!.story!.map(({ detection: id, destination }) => `${id} ${destination}`);
    expect(joined).toEqual([
      'test.guess 10.0.0.2',
      'test.clear 10.0.0.2',
      'test.clear 10.0.0.66',
      'test.clear 203.0.113.7',
      'test.list 10.0.0.2',
    ]);
  });

  test('in clear alone there is no story', () => {
    const tale = new Tale().saw('clear', 'critical', 0).saw('guess', 'high', 1, flow('10.0.0.9', '10.0.0.2'));
    expect(tale.finding('clear').incident).toBeNull();
  });

  test('a severity that the site set stays, whatever the story', () => {
    const tale = new Tale({ 'test.guess': { severity: 'low' } })
      .saw('guess', 'high', 0)
      .saw('list', 'high', 1);
    expect(tale.finding('guess')).toMatchObject({ severity: 'low', incident: { severity: 'high' } });
  });

  test('are bounded in steps and in number', () => {
    const tale = new Tale().saw('guess', 'high', 0).saw('list', 'high', 0);
    for (let i = 0; i < 200; i++) tale.saw('scan', 'low', 1, flow('10.0.0.66', `10.0.1.${i}`));
    expect(tale.finding('guess').incident!.steps).toBe(64);
    for (let i = 0; i < 5000; i++) tale.saw('scan', 'low', 2, flow(`10.1.${i >> 8}.${i & 255}`, '10.0.0.2'));
    expect(tale.engine.stories.evictions).toBeGreaterThan(900);
    expect(address('10.0.0.66').internal).toBe(true);
  });
});

test('a finding says which entry of the configuration silences it', () => {
  expect(new Tale().saw('scan', 'low', 0).finding('scan').silence).toEqual({
    key: 'detections.test.scan.ignore',
    source: '10.0.0.66',
    destination: '10.0.0.2',
  });
});
