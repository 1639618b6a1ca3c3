import { describe, expect, test } from 'vitest';
import type { AnomalyFact, Side } from '../core/facts.ts';
import { at, flow, START } from '../testing/analysis/facts.ts';
import { ENGINE, PC } from '../testing/analysis/hl7.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'hl7.malformed';
const anomaly = (kind: string, from: Side = 'client', protocol = 'hl7'): AnomalyFact => ({
  fact: 'anomaly',
  protocol,
  kind,
  detail: `detail of ${kind}`,
  from,
});

describe(ID, () => {
  test('is medium, however many kinds', () => {
    const f = flow(PC, ENGINE, 2575);
    const run = new Run()
      .fact(anomaly('end-block-without-cr'), f)
      .fact(anomaly('msh-too-short'), f)
      .fact(anomaly('start-block-inside-message'), f, at(3));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 3,
        source: { ip: PC },
        destination: { ip: ENGINE, port: 2575 },
        summary:
          '10.0.0.66 sent malformed HL7 to 10.0.0.2:2575: 3 anomalies of 3 kinds (end block without cr, msh too short and start block inside message).',
        data: { first: 'detail of end-block-without-cr', in_flows_with_gaps: 0 },
      },
    ]);
  });

  test('what the server sends is from the server', () => {
    const run = new Run().fact(anomaly('msh-too-short', 'server'), flow(PC, ENGINE, 2575));
    expect(run.findings(ID)).toMatchObject([{ source: { ip: ENGINE }, destination: { ip: PC, port: null } }]);
  });

  test('where the capture missed bytes it is low, until it happens without', () => {
    const run = new Run().fact(anomaly('msh-too-short'), flow(PC, ENGINE, 2575, { missedBytes: 9 }));
    const [found] = run.findings(ID);
    expect(found.severity).toBe('low');
    expect(found.summary).toContain('The capture missed bytes');
    run.fact(anomaly('msh-too-short'), flow(PC, ENGINE, 2575));
    run.fact(anomaly('msh-too-short'), flow(PC, ENGINE, 2575, { missedBytes: 9 }));
    const [worse] = run.findings(ID);
    expect(worse).toMatchObject({ severity: 'medium', count: 3 });
    expect(worse.summary).not.toContain('The capture missed bytes');
  });

  test('a large document alone is low', () => {
    const f = flow(PC, ENGINE, 2575);
    const run = new Run().fact(anomaly('message-over-limit'), f);
    expect(run.findings(ID)).toMatchObject([{ severity: 'low' }]);
    expect(run.fact(anomaly('field-over-limit'), f).findings(ID)).toMatchObject([{ severity: 'medium' }]);
  });

  test('other protocols are not its business', () => {
    const f = flow(PC, ENGINE, 104);
    expect(new Run().fact(anomaly('pdu-length', 'client', 'dicom'), f).findings(ID)).toEqual([]);
  });

  test('kinds are bounded', () => {
    const f = flow(PC, ENGINE, 2575);
    const run = new Run();
    for (let i = 0; i < 500; i++) run.fact(anomaly(`k${i}`), f, START);
    expect(Object.keys(run.findings(ID)[0].data.kinds as object)).toHaveLength(32);
  });
});
