import { describe, expect, test } from 'vitest';
import { activity, at, flow, login, START } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'device.cleartext-login';
const scan = () => [activity('client', 'sends-images', 'CT'), activity('client', 'asks-worklist')] as const;

describe(ID, () => {
  test('a service laptop logs in to a scanner', () => {
    const run = new Run()
      .play(flow('10.0.0.5', '10.0.0.2'), scan())
      .play(flow('10.0.0.40', '10.0.0.5', 21), [login(false), login(true)])
      .play(flow('10.0.0.40', '10.0.0.5', 23), [login(null, 'Telnet password')]);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 3,
        source: { ip: '10.0.0.40' },
        destination: { ip: '10.0.0.5', port: 21 },
        summary:
          '10.0.0.40 logged in to modality 10.0.0.5:21 with a password in clear (FTP PASS and Telnet password): 3 logins, 1 accepted, 1 refused and 1 without an answer that tells.',
        data: {
          methods: ['FTP PASS', 'Telnet password'],
          accepted: 1,
          refused: 1,
          unanswered: 1,
          destination_role: 'modality',
        },
      },
    ]);
  });

  test('either end may be the device, and may show it later; it counts once', () => {
    const run = new Run().play(flow('10.0.0.5', '10.0.0.9', 21), [login(true), login(true)], at(1));
    expect(run.findings(ID)).toEqual([]);
    run.play(flow('10.0.0.5', '10.0.0.2'), scan(), at(50));
    expect(run.told.map(({ finding }) => finding.detection)).toContain(ID);
    run.play(flow('10.0.0.8', '10.0.0.9'), [activity('server', 'accepts-images')], at(60));
    expect(run.findings(ID)).toMatchObject([
      { count: 2, firstSeen: at(1), source: { ip: '10.0.0.5' }, destination: { ip: '10.0.0.9', port: 21 } },
    ]);
  });

  test('two office computers', () => {
    const run = new Run()
      .play(flow('10.0.0.5', '10.0.0.2'), scan())
      .play(flow('10.0.0.40', '10.0.0.41', 21), [login(true)]);
    expect(run.findings(ID)).toEqual([]);
  });

  test('what waits is bounded', () => {
    const run = new Run();
    for (let i = 0; i < 100; i++) run.play(flow(`10.0.1.${i}`, '10.0.0.9', 21), [login(true)]);
    // The server waits for sixteen of them; the others wait for their clients alone.
    run.play(flow('10.0.0.8', '10.0.0.9'), [activity('server', 'accepts-images')]);
    expect(run.findings(ID).length).toBe(16);
    for (let i = 0; i < 5000; i++)
      run.play(flow(`10.2.${i >> 8}.${i & 255}`, '10.0.0.99', 21), [login(true)], START);
    run.play(flow('10.2.0.0', '10.0.0.2'), scan());
    expect(run.findings(ID).some(({ source }) => source.ip === '10.2.0.0')).toBe(false);
  });
});
