import { describe, expect, test } from 'vitest';
import { activity, at, attempt, flow, flowFact, START, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'external.device-to-internet';
const out = (from = '10.0.0.5') =>
  flow(from, '198.51.100.9', 443, { bytesToServer: 1500, bytesToClient: 2_400_000 });
const scan = () => [activity('client', 'sends-images', 'CT')] as const;

describe(ID, () => {
  test('a scanner: high, with country, port and bytes', () => {
    const run = new Run().play(flow('10.0.0.5', '10.0.0.2'), scan()).play(out()).play(out());
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 2,
        source: { ip: '10.0.0.5', asset: 'ip-10.0.0.5' },
        destination: { ip: '198.51.100.9', port: 443, asset: null, country: 'US' },
        summary:
          'modality 10.0.0.5 opened 2 connections to 198.51.100.9 (US) on 443/tcp; sent 3.0 kB, got 4.8 MB.',
        data: { country: 'US', role: 'modality', services: ['443/tcp'], connections: 2, bytes_out: 3000 },
      },
    ]);
  });

  test('a connection counts also when the device shows only later what it is', () => {
    const run = new Run().play(out(), [], at(1)).play(out(), [], at(2));
    expect(run.findings(ID)).toEqual([]);
    run.play(flow('10.0.0.5', '10.0.0.2'), scan(), at(600));
    // At once, not at the end.
    expect(run.told.map(({ finding }) => [finding.detection, finding.severity])).toEqual([[ID, 'high']]);
    expect(run.findings(ID)).toMatchObject([
      { severity: 'high', count: 2, firstSeen: at(1), lastSeen: at(2), data: { bytes_out: 3000 } },
    ]);
  });

  test('an open connection is told at once, its bytes when it ends', () => {
    const run = new Run().play(flow('10.0.0.5', '10.0.0.2'), scan());
    const f = out();
    run.fact(flowFact('open'), f).fact(flowFact('established'), f);
    expect(run.told.length).toBe(1);
    run.fact(flowFact('end'), f, at(100));
    expect(run.findings(ID)).toMatchObject([{ count: 1, lastSeen: at(100), data: { bytes_out: 1500 } }]);
  });

  test('other medical devices: medium; the role of the end counts', () => {
    const archive = [activity('server', 'accepts-images'), activity('server', 'answers-queries')];
    const run = new Run().play(flow('10.0.0.9', '10.0.0.5'), archive).play(out());
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    const later = new Run()
      .play(flow('10.0.0.5', '10.0.0.2'), [activity('client', 'asks-queries')])
      .play(out());
    expect(later.findings(ID)).toMatchObject([{ severity: 'medium' }]);
    later.play(flow('10.0.0.5', '10.0.0.2'), [...scan(), activity('client', 'asks-worklist')]);
    expect(later.findings(ID)).toMatchObject([{ severity: 'high' }]);
  });

  test('an attempt that nobody answers is told as one', () => {
    const run = new Run().play(flow('10.0.0.5', '10.0.0.2'), scan());
    for (let i = 0; i < 3; i++) run.play(attempt('10.0.0.5', '198.51.100.9', 515), [], at(i));
    expect(run.findings(ID)).toMatchObject([
      {
        count: 3,
        summary: 'modality 10.0.0.5 tried 3 times to reach 198.51.100.9 (US) on 515/tcp; no answer was seen.',
        data: { connections: 0, unanswered: 3 },
      },
    ]);
  });

  test('a host that only offers a medical service is one, too', () => {
    const run = new Run().play(out('10.0.0.2')).play(flow('10.0.0.5', '10.0.0.2'), [service('answered')]);
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', source: { ip: '10.0.0.2' } }]);
  });

  test('a host whose echo was accepted is one, though its role does not show yet', () => {
    const run = new Run().play(flow('10.0.0.66', '10.0.0.3'), [activity('client', 'asks-echo')]);
    run.play(out('10.0.0.66'));
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium', source: { ip: '10.0.0.66' } }]);
  });

  test('near misses: an office PC, one that only tried an association, a scanner that stays inside, a guessed opener, inbound', () => {
    const run = new Run()
      .play(out('10.0.0.77'))
      .play(flow('10.0.0.5', '10.0.0.2'), scan())
      .play(flow('10.0.0.5', '10.0.0.254', 3128))
      .play(flow('10.0.0.66', '10.0.0.3'), [service('asked'), service('refused')])
      .play(out('10.0.0.66'))
      .play({ ...out(), orientation: 'guess', midstream: true })
      .play(flow('198.51.100.9', '10.0.0.5'))
      .play(flow('10.0.0.5', '224.0.0.251', 5353, { proto: 'udp' }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('what waits for a role is bounded by host and by peer', () => {
    const run = new Run();
    for (let i = 0; i < 5000; i++) run.play(out(`10.1.${i >> 8}.${i & 255}`));
    for (let i = 0; i < 100; i++) run.play(flow('10.0.0.5', `198.18.0.${i}`, 443));
    run.play(flow('10.0.0.5', '10.0.0.2'), scan());
    expect(run.findings(ID).length).toBe(16);
    // The first of the five thousand was forgotten.
    run.play(flow('10.1.0.0', '10.0.0.2'), scan(), START);
    expect(run.findings(ID).length).toBe(16);
  });
});
