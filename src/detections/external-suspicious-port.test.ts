import { describe, expect, test } from 'vitest';
import { activity, at, attempt, attribute, flow, START } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'external.suspicious-port';
const monitor = () => [activity('client', 'sends-monitor-data')] as const;

describe(ID, () => {
  test('a beacon that nobody answers, of a monitor that shows only later what it is', () => {
    const run = new Run();
    for (let i = 0; i < 4; i++) run.play(attempt('10.0.0.5', '198.51.100.9', 515), [], at(i));
    expect(run.findings(ID)).toEqual([]);
    run.play(flow('10.0.0.5', '10.0.0.2', 2575), monitor(), at(60));
    expect(run.told.map(({ finding }) => finding.detection)).toContain(ID);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 4,
        firstSeen: at(0),
        lastSeen: at(3),
        source: { ip: '10.0.0.5' },
        destination: { ip: '198.51.100.9', port: 515, country: 'US' },
        summary:
          'patient monitor 10.0.0.5 reached for LPD (port 515) at 198.51.100.9 (US), which no device needs there: 4 attempts without an answer.',
        data: { role: 'patient-monitor', ports: [515], connections: 0, unanswered: 4 },
      },
    ]);
  });

  test('answered connections, several services of one peer', () => {
    const run = new Run()
      .play(flow('10.0.0.5', '10.0.0.2', 2575), monitor())
      .play(flow('10.0.0.5', '198.51.100.9', 515, { bytesToServer: 5000, bytesToClient: 10 }))
      .play(flow('10.0.0.5', '198.51.100.9', 2049));
    expect(run.findings(ID)).toMatchObject([
      {
        count: 2,
        data: { ports: [515, 2049], services: ['LPD', 'NFS'], connections: 2, bytes_out: 5100 },
      },
    ]);
  });

  test('a device that is known by what it says of itself only, within a minute', () => {
    const run = new Run().play(attempt('10.0.0.5', '198.51.100.9', 515));
    run.play(
      flow('10.0.0.5', '10.0.0.2', 80),
      [attribute('client', 'device-class', 'patient-monitor')],
      at(1),
    );
    run.detections.tick(at(70));
    expect(run.told.map(({ finding }) => finding.detection)).toContain(ID);
  });

  test('near misses', () => {
    const run = new Run()
      .play(flow('10.0.0.5', '10.0.0.2', 2575), monitor())
      // A print server inside, and its answers outside.
      .play(flow('10.0.0.5', '10.0.0.9', 515))
      .play(flow('10.0.0.5', '198.51.100.9', 443))
      .play(flow('10.0.0.5', '198.51.100.9', 22))
      .play(flow('10.0.0.5', '198.51.100.9', 515, { proto: 'udp' }))
      // An office PC.
      .play(flow('10.0.0.77', '198.51.100.9', 445))
      // A guess who opened it; somebody outside who opened it.
      .play(flow('10.0.0.5', '198.51.100.9', 2049, { orientation: 'guess', midstream: true }))
      .play(flow('198.51.100.9', '10.0.0.5', 515))
      // A group.
      .play(flow('10.0.0.5', '224.0.0.251', 111, { proto: 'udp' }));
    expect(run.findings(ID)).toEqual([]);
  });

  test('what waits is bounded by host and by peer', () => {
    const run = new Run();
    for (let i = 0; i < 5000; i++) run.play(attempt(`10.1.${i >> 8}.${i & 255}`, '198.51.100.9', 515));
    for (let i = 0; i < 100; i++) run.play(attempt('10.0.0.5', `198.18.0.${i}`, 515));
    run.play(flow('10.0.0.5', '10.0.0.2', 2575), monitor());
    expect(run.findings(ID).length).toBe(16);
    run.play(flow('10.1.0.0', '10.0.0.2', 2575), monitor(), START);
    expect(run.findings(ID).length).toBe(16);
  });
});
