import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Activity } from '../core/facts.ts';
import { type Behaviour, type DeviceClass, decideRole, ROLE_RULES } from './roles.ts';

/** Behaviour from a list such as `sends-images:CT` or `accepts-messages@3` (with three peers). */
function behaving(deeds: readonly string[], more: Partial<Behaviour> = {}): Behaviour {
  const parsed = deeds.map((deed) => {
    const [, name, detail = '', peers = '1'] = /^([a-z-]+)(?::([^@]*))?(?:@(\d+))?$/.exec(deed)!;
    return { name, detail, peers: Number(peers) };
  });
  const of = (activity: Activity) => parsed.filter(({ name }) => name === activity);
  return {
    does: (activity) => of(activity).length > 0,
    peers: (activity) => Math.max(0, ...of(activity).map(({ peers }) => peers)),
    peersOfEither: (a, b) => Math.max(0, ...[...of(a), ...of(b)].map(({ peers }) => peers)),
    details: (activity) => of(activity).map(({ detail }) => detail),
    serves: () => false,
    is: () => false,
    imagesOnlyFromArchives: false,
    product: null,
    program: null,
    devices: 0,
    gateway: false,
    answered: false,
    opened: false,
    ...more,
  };
}

const serving = (...served: string[]) => ({
  serves: (...protocols: string[]) => protocols.some((protocol) => served.includes(protocol)),
  answered: true,
});
const saying = (...said: DeviceClass[]) => ({
  is: (...classes: DeviceClass[]) => classes.some((one) => said.includes(one)),
});

/** For every rule, the least behaviour that meets it. */
const EXAMPLES: Record<string, [deeds: string[], more?: Partial<Behaviour>]> = {
  'known-product': [['sends-admissions'], { product: 'infusion-pump', devices: 1 }],
  archive: [['accepts-images:CT', 'answers-queries']],
  'archive-with-worklist': [['accepts-images:CT', 'answers-worklist']],
  worklist: [['answers-worklist']],
  printer: [['answers-print']],
  'archive-unfed': [['answers-retrieve']],
  electrocardiograph: [['sends-ecg']],
  scanner: [['sends-images:CT', 'asks-worklist']],
  viewer: [['accepts-images:CT', 'asks-queries']],
  'image-source': [['sends-images:MR']],
  'image-source-and-queries': [['sends-images:US', 'asks-queries']],
  'waiting-scanner': [['asks-worklist']],
  asking: [['asks-queries']],
  'fed-by-archives': [['accepts-images:CT'], { imagesOnlyFromArchives: true }],
  'image-sink': [['accepts-images:CT']],
  'image-source-unknown': [['sends-images:OT']],
  'procedure-sink': [['accepts-procedure']],
  relay: [['accepts-messages', 'sends-messages@2', 'accepts-results', 'sends-results']],
  'device-gateway': [['sends-pump-data'], { devices: 4 }],
  'says-pump': [[], saying('infusion-pump', 'medical-device')],
  'says-monitor': [['sends-lab-results'], { ...saying('ventilator'), devices: 1 }],
  'says-ecg': [['sends-results'], saying('ecg')],
  'says-analyzer': [['accepts-messages', 'sends-results'], saying('lab-analyzer')],
  pump: [['sends-pump-data'], { devices: 1 }],
  monitor: [['sends-monitor-data']],
  analyzer: [['sends-lab-results', 'sends-results']],
  dispenser: [['sends-dispense']],
  'measuring-device': [['sends-results'], { devices: 1 }],
  'record-system': [['sends-admissions', 'accepts-results']],
  hub: [['accepts-messages@2', 'sends-messages@2']],
  'admitting-system': [['sends-admissions', 'sends-messages']],
  'results-and-orders': [['accepts-results', 'sends-orders']],
  'web-record-system': [['accepts-messages', 'accepts-admissions'], serving('https')],
  'known-program': [['accepts-messages'], { program: 'integration-engine' }],
  'web-archive': [[], serving('http', 'dicomweb')],
  'fhir-server': [[], serving('http', 'fhir')],
  'message-sink': [['accepts-messages']],
  'medication-orders': [['sends-messages', 'sends-medication-orders']],
  'order-source': [['sends-orders']],
  gateway: [[], { gateway: true, answered: true }],
  'says-network': [[], saying('switch')],
  'says-printer': [[], serving('ipp')],
  'says-server': [[], { ...saying('server'), opened: true }],
  'says-client': [[], { ...saying('phone'), answered: true }],
  'any-server': [['answers-echo'], { answered: true, opened: true }],
  'any-client': [['asks-echo'], { opened: true }],
};

describe('roles', () => {
  for (const rule of ROLE_RULES)
    test(`${rule.id}: ${rule.when}`, () => {
      const [deeds, more] = EXAMPLES[rule.id];
      const decided = decideRole(behaving(deeds, more));
      expect(decided.rule).toBe(rule.id);
      if (!rule.id.startsWith('known-')) expect(decided.role).toBe(rule.role);
    });

  test('nothing seen is unknown, with low confidence', () => {
    expect(decideRole(behaving([]))).toEqual({ role: 'unknown', confidence: 'low', rule: '' });
  });

  test('near misses', () => {
    // An archive that sends images onward is no modality, a viewer that pushes a report is none either.
    expect(decideRole(behaving(['accepts-images:CT', 'answers-queries', 'sends-images:CT'])).role).toBe(
      'pacs',
    );
    expect(decideRole(behaving(['sends-images:PR', 'asks-queries'])).role).toBe('workstation');
    // Scanners and workstations print.
    expect(decideRole(behaving(['asks-print'], { opened: true })).role).toBe('client');
    // A record system that gets results back over its one connection is no engine.
    expect(
      decideRole(behaving(['sends-admissions', 'sends-messages', 'accepts-messages', 'accepts-results']))
        .role,
    ).toBe('ehr');
    // An analyzer that gets orders is one; a laboratory system that gets results is not.
    expect(decideRole(behaving(['sends-lab-results', 'accepts-orders'])).role).toBe('lab-analyzer');
    expect(decideRole(behaving(['sends-lab-results', 'accepts-results'], { answered: true })).role).toBe(
      'server',
    );
    // An archive that passes on what a known device made is an archive; an engine that has web pages, an engine.
    expect(
      decideRole(behaving(['accepts-images:CT', 'answers-queries'], { product: 'ecg', devices: 1 })).role,
    ).toBe('pacs');
    expect(
      decideRole(
        behaving(
          ['accepts-messages', 'accepts-admissions', 'sends-messages@2', 'sends-admissions'],
          serving('http'),
        ),
      ).role,
    ).toBe('integration-engine');
    // A web server alone is no record system, a PC that calls itself a workstation no radiologist's.
    expect(decideRole(behaving([], serving('http', 'https'))).role).toBe('server');
    expect(decideRole(behaving([], saying('workstation'))).role).toBe('client');
    // An archive in a hypervisor's guest that forwards packets is an archive; a switch with web pages is a switch.
    expect(
      decideRole(behaving(['accepts-images:CT', 'answers-queries'], saying('router', 'server'))).role,
    ).toBe('pacs');
    expect(decideRole(behaving([], { ...saying('switch'), ...serving('http') })).role).toBe('network');
    // A gateway that speaks for several monitors is none of them, whatever its protocol says.
    expect(
      decideRole(behaving(['sends-monitor-data'], { ...saying('patient-monitor'), devices: 5 })).role,
    ).toBe('integration-engine');
    // "A medical device" alone says nothing of its kind.
    expect(decideRole(behaving([], saying('medical-device'))).role).toBe('unknown');
    // One who speaks for several known devices is not one of them.
    expect(decideRole(behaving(['sends-pump-data'], { product: 'infusion-pump', devices: 3 })).role).toBe(
      'integration-engine',
    );
  });

  test('the README lists every rule, in order', () => {
    const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    const listed = [...readme.matchAll(/^\| \d+ \| `([a-z-]+)` \| (.+?) \| (.+?) \| (.+?) \|$/gm)];
    expect(listed.map(([, id, when, role, confidence]) => [id, when, role, confidence])).toEqual(
      ROLE_RULES.map(({ id, when, role, confidence }) => [
        id,
        when,
        id === 'known-product' ? "the product's" : id === 'known-program' ? "the program's" : `\`${role}\``,
        confidence,
      ]),
    );
  });
});
