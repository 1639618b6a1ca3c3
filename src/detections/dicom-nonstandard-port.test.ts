import { describe, expect, test } from 'vitest';
import type { Address } from '../core/address.ts';
import { flow, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';
import { NO_POLICY } from '../trackers/policy.ts';

const ID = 'dicom.nonstandard-port';
const CT = '10.0.0.5';
const WS = '10.0.0.2';

describe(ID, () => {
  test('a server that answers on port 50000', () => {
    const run = new Run()
      .fact(service('asked'), flow(CT, WS, 50_000))
      .fact(service('answered'), flow(CT, WS, 50_000));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'low',
        count: 1,
        source: { ip: CT },
        destination: { ip: WS, port: 50_000 },
        summary:
          '10.0.0.2:50000 answers in DICOM on port 50000, which is no usual one for it; 10.0.0.5 asked first.',
      },
    ]);
  });

  test.each([104, 11112, 4242, 2761, 2762, 2345])('port %i is usual', (port) => {
    expect(new Run().fact(service('answered'), flow(CT, WS, port)).findings(ID)).toEqual([]);
  });

  test('a server that does not answer is none', () => {
    expect(new Run().fact(service('asked'), flow(CT, WS, 50_000)).findings(ID)).toEqual([]);
  });

  test('a refusal is an answer', () => {
    const run = new Run().fact(service('refused'), flow(CT, WS, 50_000));
    expect(run.findings(ID)[0].summary).toContain('answered, to refuse, in DICOM');
  });

  test('a port that the policy names is expected', () => {
    const namesPort = ({ text }: Address, transport: string, port: number) =>
      text === WS && transport === 'tcp' && port === 50_000;
    const run = new Run({ policy: { ...NO_POLICY, namesPort } });
    run.fact(service('answered'), flow(CT, WS, 50_000));
    expect(run.findings(ID)).toEqual([]);
    expect(run.fact(service('answered'), flow(CT, WS, 50_001)).findings(ID)).toHaveLength(1);
  });

  test('all clients of a server are one case', () => {
    const run = new Run();
    for (let i = 1; i < 9; i++) run.fact(service('answered'), flow(`10.0.3.${i}`, WS, 50_000));
    expect(run.findings(ID)).toMatchObject([{ count: 8, source: { ip: '10.0.3.1' } }]);
  });

  test('other protocols, and flows whose server is a guess, are none', () => {
    const run = new Run().fact(service('answered', 'hl7'), flow(CT, WS, 50_000));
    run.fact(service('answered'), flow(CT, WS, 50_000, { orientation: 'guess' }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('servers are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 6000; i++)
      run.fact(service('answered'), flow(CT, `10.9.${i >> 8}.${i & 255}`, 50_000));
    expect(run.findings(ID).length).toBe(6000);
  });
});
