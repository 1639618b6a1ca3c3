import { describe, expect, test } from 'vitest';
import type { AnomalyFact, Side } from '../core/facts.ts';
import { at, flow, START } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'dicom.malformed';
const anomaly = (kind: string, from: Side = 'client', protocol = 'dicom'): AnomalyFact => ({
  fact: 'anomaly',
  protocol,
  kind,
  detail: `detail of ${kind}`,
  from,
});

describe(ID, () => {
  test('one kind is medium', () => {
    const f = flow('10.0.0.5', '10.0.0.2');
    const run = new Run().fact(anomaly('item-length'), f).fact(anomaly('item-length'), f, at(3));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 2,
        source: { ip: '10.0.0.5' },
        destination: { ip: '10.0.0.2', port: 104 },
        summary: '10.0.0.5 sent malformed DICOM to 10.0.0.2:104: 2 anomalies of 1 kind (item length).',
        data: { kinds: { 'item-length': 2 }, first: 'detail of item-length' },
      },
    ]);
  });

  test('three kinds are high, two are not', () => {
    const f = flow('203.0.113.7', '10.0.0.2');
    const run = new Run().fact(anomaly('a'), f).fact(anomaly('b'), f);
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    expect(run.fact(anomaly('c'), f).findings(ID)).toMatchObject([{ severity: 'high', count: 3 }]);
  });

  test('what the server sends is from the server', () => {
    const run = new Run().fact(anomaly('pdu-length', 'server'), flow('10.0.0.5', '10.0.0.2'));
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: '10.0.0.2' }, destination: { ip: '10.0.0.5', port: null } },
    ]);
  });

  test('where the capture missed bytes it is low, until it happens without', () => {
    const run = new Run();
    for (const kind of ['a', 'b', 'c'])
      run.fact(anomaly(kind), flow('10.0.0.5', '10.0.0.2', 104, { missedBytes: 9 }));
    const [found] = run.findings(ID);
    expect(found.severity).toBe('low');
    expect(found.summary).toContain('The capture missed bytes');
    run.fact(anomaly('a'), flow('10.0.0.5', '10.0.0.2'));
    const [worse] = run.findings(ID);
    expect(worse.severity).toBe('high');
    expect(worse.summary).not.toContain('The capture missed bytes');
  });

  test('other protocols are not its business', () => {
    const f = flow('10.0.0.5', '10.0.0.2');
    expect(new Run().fact(anomaly('mllp-end-block', 'client', 'hl7'), f).findings(ID)).toEqual([]);
  });

  test('kinds are bounded', () => {
    const f = flow('10.0.0.5', '10.0.0.2');
    const run = new Run();
    for (let i = 0; i < 500; i++) run.fact(anomaly(`k${i}`), f, START);
    expect(Object.keys(run.findings(ID)[0].data.kinds as object).length).toBe(32);
  });
});
