import { describe, expect, test } from 'vitest';
import { activity, at, attempt, flow, phi, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'external.medical-service-exposed';
const outside = () => flow('203.0.113.7', '10.0.0.2', 11112);

describe(ID, () => {
  test('asked is medium, answered high, with patient identifiers critical', () => {
    const f = outside();
    const run = new Run().fact(service('asked'), f);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 1,
        summary: '203.0.113.7 (IR) opened DICOM to 10.0.0.2:11112 from outside; no answer was seen.',
      },
    ]);
    run.fact(service('answered'), f);
    expect(run.findings(ID)).toMatchObject([{ severity: 'high', count: 1 }]);
    run
      .fact(activity('server', 'answers-queries'), f)
      .fact(phi('dicom', 'client', 'p1'), f)
      .fact(phi('dicom', 'client', 'p2'), f);
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'critical',
        count: 1,
        source: { ip: '203.0.113.7', asset: null },
        destination: { ip: '10.0.0.2', port: 11112, asset: 'ip-10.0.0.2', country: null },
        summary:
          '203.0.113.7 (IR) opened DICOM to PACS 10.0.0.2:11112 from outside; it answered, and 2 messages with patient identifiers went by.',
        data: { country: 'IR', protocols: ['dicom'], ports: [11112], answered: true, phi_exposures: 2 },
      },
    ]);
    const told = run.told.filter(({ finding }) => finding.detection === ID);
    expect(told.map(({ change, finding }) => [change, finding.severity])).toEqual([
      ['new', 'medium'],
      ['update', 'high'],
      ['update', 'critical'],
    ]);
  });

  test('a refusal is an answer', () => {
    expect(
      new Run().fact(service('asked'), outside()).fact(service('refused'), outside()).findings(ID),
    ).toMatchObject([{ severity: 'high', count: 2, data: { refused: true, answered: false } }]);
  });

  test('patient identifiers sent to a service whose answer was not seen stay medium', () => {
    const f = outside();
    const run = new Run().fact(service('asked', 'hl7'), f).fact(phi('hl7', 'server', 'p1'), f);
    expect(run.findings(ID)).toMatchObject([{ severity: 'medium' }]);
  });

  test('its count is connections, of interleaved ones too', () => {
    const [a, b] = [outside(), outside()];
    const run = new Run();
    for (const state of ['asked', 'answered'] as const)
      for (const f of [a, b, a]) run.fact(service(state), f, at(1));
    expect(run.findings(ID)).toMatchObject([{ count: 2 }]);
    expect(run.findings(ID)[0].communityIds).toEqual([a.communityId(), b.communityId()]);
  });

  test('over TLS is said to be', () => {
    const run = new Run().fact(service('answered', 'dicom', { tls: true }), outside());
    expect(run.findings(ID)[0].summary).toContain('opened DICOM over TLS to');
  });

  test('near misses: from inside, to the outside, a service that is not medical, no service spoken', () => {
    const run = new Run()
      .play(flow('192.168.7.7', '10.0.0.2'), [service('answered'), phi('dicom', 'client', 'p1')])
      .play(flow('10.0.0.2', '203.0.113.7'), [service('answered')])
      .play(flow('203.0.113.7', '10.0.0.8', 80), [service('answered', 'http', { medical: false })])
      .play(attempt('203.0.113.7', '10.0.0.2'));
    expect(run.findings(ID)).toEqual([]);
  });

  describe('a page of a medical host', () => {
    const page = service('answered', 'http', { medical: false });
    const works = { fact: 'activity', side: 'server', activity: 'accepts-images', detail: '' } as const;

    test('is exposed, whenever the host shows what it is', () => {
      const inside = flow('10.0.0.5', '10.0.0.2');
      for (const run of [
        new Run().fact(works, inside).fact(page, outside()),
        new Run().fact(page, outside()).fact(works, inside, at(5)),
      ])
        expect(run.findings(ID)).toMatchObject([
          { severity: 'high', count: 1, data: { protocols: ['http'], answered: true } },
        ]);
    });

    test('is not, when it was only asked for, or given inside', () => {
      const run = new Run()
        .fact(works, flow('10.0.0.5', '10.0.0.2'))
        .fact(service('asked', 'http', { medical: false }), outside())
        .fact(page, flow('10.0.0.5', '10.0.0.2'));
      expect(run.findings(ID)).toEqual([]);
    });
  });
});
