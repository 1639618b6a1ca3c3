import { describe, expect, test } from 'vitest';
import { parseNetwork } from '../config/cidr.ts';
import { address, at, flow, phi, START, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';
import { type IgnoreRule, ignoredUntil } from './ignore.ts';
import { DETECTIONS } from './index.ts';
import { amount, enumerate, quote, size, span } from './words.ts';

describe('the catalogue', () => {
  test('ids are unique and each detection is complete', () => {
    expect(new Set(DETECTIONS.map(({ meta }) => meta.id)).size).toBe(DETECTIONS.length);
    for (const { meta } of DETECTIONS) {
      expect(meta.id).toMatch(/^[a-z0-9]+\.[a-z0-9-]+$/);
      for (const text of [
        meta.title,
        meta.why,
        meta.action,
        meta.reference,
        meta.example.fires,
        meta.example.silent,
      ])
        expect(text.length).toBeGreaterThan(10);
      expect(meta.attack.length).toBeGreaterThan(0);
      for (const technique of meta.attack) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
    }
  });
});

describe('settings', () => {
  const f = () => flow('10.0.0.5', '10.0.0.2');
  const run = (settings: ConstructorParameters<typeof Run>[0]) =>
    new Run(settings).fact(phi('dicom', 'server', 'p'), f());

  test('a detection can be switched off', () => {
    const silent = run({ settings: { 'phi.cleartext-dicom': { enabled: false } } });
    expect(silent.detections.findings()).toEqual([]);
  });

  test('a severity can be set, and stays', () => {
    const low = run({ settings: { 'phi.cleartext-dicom': { severity: 'low' } } });
    low.fact(phi('dicom', 'server', 'p'), f());
    expect(low.findings('phi.cleartext-dicom')).toMatchObject([{ severity: 'low', count: 2 }]);
  });

  test('what is expected is ignored until its day', () => {
    const ignore = [
      {
        source: parseNetwork('10.0.0.0/24'),
        destination: parseNetwork('10.0.0.2'),
        until: at(60),
        reason: 'being moved',
      },
    ];
    const quiet = run({ settings: { 'phi.cleartext-dicom': { ignore } } });
    quiet.fact(phi('dicom', 'server', 'p'), flow('10.0.1.5', '10.0.0.2'));
    expect(quiet.findings('phi.cleartext-dicom')).toMatchObject([{ source: { ip: '10.0.1.5' } }]);
    expect(quiet.detections.ignored).toBe(1);
    quiet.fact(phi('dicom', 'server', 'p'), f(), at(61));
    expect(quiet.findings('phi.cleartext-dicom').length).toBe(2);
  });

  test('what is wrong is said', () => {
    expect(() => new Run({ settings: { 'dicom.nothing': {} } })).toThrow(
      'no detection is called "dicom.nothing"',
    );
    expect(() => new Run({ settings: { 'dicom.malformed': { thresholds: { kind: 2 } } } })).toThrow(
      'dicom.malformed has no threshold called "kind"',
    );
    expect(() => new Run({ settings: { 'dicom.malformed': { thresholds: { kinds: Number.NaN } } } })).toThrow(
      RangeError,
    );
  });

  test('networks of both families', () => {
    const until = (rule: { source?: string; destination?: string }, from: string, to: string) => {
      const ends = (text?: string) => (text === undefined ? null : parseNetwork(text));
      const rules: IgnoreRule[] = [{ source: ends(rule.source), destination: ends(rule.destination) }];
      return ignoredUntil(rules, address(from), address(to)) > 0;
    };
    expect(until({}, '10.0.0.1', '10.0.0.2')).toBe(true);
    expect(until({ source: '10.0.0.1' }, '10.0.0.1', '10.0.0.2')).toBe(true);
    expect(until({ source: '10.0.0.1' }, '10.0.0.3', '10.0.0.2')).toBe(false);
    expect(until({ destination: '203.0.112.0/23' }, '10.0.0.1', '203.0.113.7')).toBe(true);
    expect(until({ destination: '203.0.112.0/24' }, '10.0.0.1', '203.0.113.7')).toBe(false);
    expect(until({ destination: '2001:db8::/33' }, '10.0.0.1', '2001:db8::7')).toBe(true);
    expect(until({ destination: '2001:db8:8000::/33' }, '10.0.0.1', '2001:db8::7')).toBe(false);
    expect(until({ destination: '0.0.0.0/0' }, '10.0.0.1', '203.0.113.7')).toBe(true);
    expect(until({ destination: '::/0' }, '10.0.0.1', '203.0.113.7')).toBe(false);
  });
});

describe('bounds and order', () => {
  test('a full table lets go of the kind that has the most, and counts it', () => {
    const run = new Run({ maxFindings: 100 });
    run.fact(service('answered'), flow('203.0.113.7', '10.0.0.2'));
    for (let i = 0; i < 1000; i++)
      run.fact(phi('dicom', 'server', `p${i}`), flow(`10.1.${i >> 8}.${i & 255}`, '10.0.0.2'), at(i));
    const findings = run.detections.findings();
    expect(findings.length).toBe(100);
    expect(run.detections.size).toBe(100);
    expect(run.detections.evictions).toBe(901);
    expect(findings.filter(({ detection }) => detection === 'external.medical-service-exposed').length).toBe(
      1,
    );
    // The latest are there.
    expect(findings.some(({ source }) => source.ip === '10.1.3.231')).toBe(true);
  });

  test('most severe first', () => {
    const run = new Run()
      .fact(phi('dicom', 'server', 'p'), flow('203.0.113.7', '10.0.0.2'), START)
      .fact(phi('dicom', 'server', 'p'), flow('10.0.0.5', '10.0.0.2'), at(5));
    expect(run.detections.findings().map(({ severity, detection }) => [severity, detection])).toEqual([
      ['critical', 'external.phi-to-internet'],
      ['critical', 'phi.cleartext-dicom'],
      ['medium', 'external.medical-service-exposed'],
      ['medium', 'phi.cleartext-dicom'],
    ]);
  });

  test('community ids are at most five', () => {
    const run = new Run();
    for (let i = 0; i < 20; i++) run.fact(phi('dicom', 'server', 'p'), flow('10.0.0.5', '10.0.0.2'));
    expect(run.detections.findings()[0].communityIds.length).toBe(5);
  });
});

describe('words', () => {
  test('quotes what the wire said without its tricks', () => {
    expect(quote('STORE_SCP')).toBe('"STORE_SCP"');
    expect(quote('a"b\\c\u0007\u202e')).toBe('"a\\u{22}b\\u{5c}c\\u{7}\\u{202e}"');
    expect(quote('x'.repeat(100)).length).toBe(35);
  });

  test('numbers, lists, times and sizes', () => {
    expect([amount(1, 'object'), amount(1200, 'object'), amount(2, 'entry', 'entries')]).toEqual([
      '1 object',
      '1,200 objects',
      '2 entries',
    ]);
    expect([enumerate([]), enumerate(['a']), enumerate(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
    expect([span(21e6), span(600e6), span(86_400e6)]).toEqual(['21 s', '10 min', '24 h']);
    expect([size(12), size(3200), size(14_000_000)]).toEqual(['12 B', '3.2 kB', '14 MB']);
  });
});
