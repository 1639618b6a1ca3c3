import { describe, expect, test } from 'vitest';
import { parseConfig } from '../config/load.ts';
import { sitePolicy } from '../config/policy.ts';
import type { Flow } from '../core/flow.ts';
import { at, attempt, flow, flowFact, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'device.cross-zone';

const SITE = `
zones:
  pumps: { cidrs: [10.4.0.0/16, "fd00:4::/32"], medical: true }
  radiology: { cidrs: [10.1.0.0/16], medical: true }
  offices: [10.5.0.0/16]
  guests: [10.6.0.0/16]
allow:
  - { from: 10.5.0.1, to: pumps, service: hl7 }
  - { from: radiology, to: 10.5.0.2, service: [dicom tcp/104, fhir] }
  - { from: radiology, to: 10.5.0.3 }
  - { from: offices, to: 10.1.0.9, service: dicom tcp/2762 }
`;

function run(config = SITE, thresholds: Record<string, number> = {}): Run {
  const { config: site } = parseConfig(Buffer.from(config), { detections: [] });
  return new Run({ policy: sitePolicy(site!), settings: { [ID]: { thresholds } } });
}

const found = (...flows: Flow[]) => {
  const one = run();
  for (const [second, next] of flows.entries()) one.play(next, [], at(second));
  return one.findings(ID);
};

describe(`${ID} fires`, () => {
  test('an office PC on an infusion pump: medium, with zones, service and the entry that is missing', () => {
    expect(found(flow('10.5.0.7', '10.4.0.1', 80, { protocol: 'http', bytesToClient: 2000 }))).toMatchObject([
      {
        severity: 'medium',
        count: 1,
        source: { ip: '10.5.0.7' },
        destination: { ip: '10.4.0.1', port: 80 },
        summary:
          '10.5.0.7 (offices) opened 1 connection to 10.4.0.1:80 (pumps), which allow does not expect: ' +
          'http on 80/tcp; sent 100 B, got 2.0 kB.',
        data: {
          source_zone: 'offices',
          destination_zone: 'pumps',
          services: ['http on 80/tcp'],
          connections: 1,
          unanswered: 0,
          bytes_out: 100,
          bytes_in: 2000,
          other_hosts: 0,
          allow: { from: '10.5.0.7', to: '10.4.0.1', service: ['http tcp/80'] },
        },
      },
    ]);
  });

  test('out of a medical zone, between two of them, from and to no zone, from outside, over IPv6', () => {
    const pairs = [
      ['10.4.0.1', '10.5.0.7', 'pumps', 'offices'],
      ['10.4.0.1', '10.1.0.7', 'pumps', 'radiology'],
      ['10.7.0.1', '10.4.0.1', 'no zone', 'pumps'],
      ['10.4.0.1', '203.0.113.7', 'pumps', 'outside'],
      ['203.0.113.7', '10.4.0.2', 'outside', 'pumps'],
      ['fd00:5::1', 'fd00:4::1', 'no zone', 'pumps'],
    ] as const;
    for (const [from, to, source_zone, destination_zone] of pairs)
      expect(found(flow(from, to)), from).toMatchObject([
        { severity: 'medium', data: { source_zone, destination_zone } },
      ]);
  });

  test('what `allow` expects, on another port, the other way, or speaking something else', () => {
    expect(found(flow('10.1.0.1', '10.5.0.2', 11112, { protocol: 'dicom' }))).toHaveLength(1);
    expect(found(flow('10.5.0.2', '10.1.0.1', 104, { protocol: 'dicom' }))).toHaveLength(1);
    expect(found(flow('10.1.0.1', '10.5.0.2', 104, { protocol: 'http' }))).toHaveLength(1);
    expect(found(flow('10.5.0.1', '10.4.0.1', 2575, { protocol: '' }))).toHaveLength(1);
  });

  test('at once where nothing is expected between the two, else when it shows what it is', () => {
    const one = run();
    const open = flow('10.5.0.7', '10.4.0.1', 23);
    one.fact(flowFact('open'), open).fact(flowFact('established'), open);
    expect(one.told).toHaveLength(1);

    const unknown = flow('10.5.0.1', '10.4.0.1', 4444);
    one.fact(flowFact('open'), unknown, at(1)).fact(flowFact('established'), unknown, at(1));
    one.fact(flowFact('open'), flow('10.7.0.1', '10.7.0.2'), at(20));
    expect(one.told).toHaveLength(1);
    // Half a minute later nothing was recognised: it is not the HL7 that is expected.
    one.fact(flowFact('open'), flow('10.7.0.1', '10.7.0.2'), at(32));
    expect(one.told).toHaveLength(2);
    one.fact(flowFact('end'), unknown, at(40));
    expect(one.findings(ID)).toMatchObject([{ count: 1 }, { count: 1, data: { services: ['4444/tcp'] } }]);
  });

  test('once, when it ends before it shows what it is', () => {
    const one = run().play(flow('10.5.0.1', '10.4.0.1', 4444), [], at(1));
    one.fact(flowFact('open'), flow('10.7.0.1', '10.7.0.2'), at(60));
    expect(one.findings(ID)).toMatchObject([{ count: 1, data: { connections: 1 } }]);
  });

  test('attempts that nobody answers are low, until one is', () => {
    const one = run();
    for (let i = 0; i < 3; i++) one.play(attempt('10.5.0.7', '10.4.0.1', 445), [], at(i));
    expect(one.told.at(-1)?.finding).toMatchObject({
      severity: 'low',
      summary:
        '10.5.0.7 (offices) tried 1 time to reach 10.4.0.1:445 (pumps), which allow does not expect: 445/tcp; ' +
        'no connection came about.',
    });
    one.play(flow('10.5.0.7', '10.4.0.1', 445, { protocol: 'smb' }), [], at(9));
    expect(one.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 4,
        data: { connections: 1, unanswered: 3, services: ['smb on 445/tcp'] },
      },
    ]);
  });

  test('UDP that is answered; unanswered it is low', () => {
    const udp = { proto: 'udp', protocol: 'snmp' } as const;
    expect(found(flow('10.5.0.7', '10.4.0.1', 161, udp))).toMatchObject([{ severity: 'medium' }]);
    expect(
      found(flow('10.4.0.1', '10.5.0.7', 514, { ...udp, protocol: '', bothSides: false })),
    ).toMatchObject([{ severity: 'low', data: { services: ['514/udp'], allow: { service: ['udp/514'] } } }]);
  });

  test('the services of devices, too: least privilege', () => {
    const dns = flow('10.4.0.1', '10.5.0.53', 53, { proto: 'udp', protocol: 'dns' });
    expect(found(dns)).toHaveLength(1);
  });

  test('everything across the border where `allow` is empty', () => {
    const one = run('zones: { pumps: { cidrs: [10.4.0.0/16], medical: true } }');
    one.play(flow('10.5.0.1', '10.4.0.1', 2575, { protocol: 'hl7' }));
    expect(one.findings(ID)).toHaveLength(1);
  });
});

describe(`${ID} is silent`, () => {
  test.each([
    ['what an entry expects, by protocol', flow('10.5.0.1', '10.4.0.1', 2575, { protocol: 'hl7' })],
    ['by protocol and port', flow('10.1.0.1', '10.5.0.2', 104, { protocol: 'dicom' })],
    ['by pair alone', flow('10.1.0.1', '10.5.0.3', 9999)],
    ['inside one zone', flow('10.4.0.1', '10.4.200.9', 9999)],
    ['between zones that are not medical', flow('10.5.0.1', '10.6.0.1', 445, { protocol: 'smb' })],
    ['multicast', flow('10.4.0.1', '239.255.255.250', 1900, { proto: 'udp', bothSides: false })],
    ['broadcast', flow('10.4.0.1', '255.255.255.255', 67, { proto: 'udp', bothSides: false })],
    ['directed broadcast', flow('10.4.0.1', '10.5.255.255', 137, { proto: 'udp', bothSides: false })],
    ['link-local', flow('10.4.0.1', '169.254.3.4', 5353, { proto: 'udp' })],
    [
      'a guess at who opened it, where the reverse is expected',
      flow('10.5.0.3', '10.1.0.1', 50_000, { orientation: 'guess' }),
    ],
    [
      'a port that is only looked at, between two that are expected to talk',
      flow('10.5.0.1', '10.4.0.1', 2575, { bytesToServer: 0, bytesToClient: 0 }),
    ],
    ['an attempt at what is expected', attempt('10.1.0.1', '10.5.0.2', 104)],
  ])('%s', (_, one) => expect(found(one)).toEqual([]));

  test('DICOM within TLS where DICOM is expected; FHIR within HTTP', () => {
    const one = run();
    const tls = flow('10.5.0.7', '10.1.0.9', 2762, { protocol: 'tls' });
    one.fact(flowFact('open'), tls).fact(flowFact('established'), tls).fact(flowFact('identified'), tls);
    one.fact(service('answered', 'dicom', { tls: true }), tls, at(1)).fact(flowFact('end'), tls, at(600));
    const http = flow('10.1.0.1', '10.5.0.2', 8080, { protocol: 'http' });
    one.fact(flowFact('open'), http, at(601)).fact(flowFact('established'), http, at(601));
    one.fact(service('asked', 'fhir'), http, at(601)).fact(flowFact('end'), http, at(700));
    expect(one.findings(ID)).toEqual([]);
    one.play(
      flow('10.1.0.1', '10.5.0.2', 8080, { protocol: 'http' }),
      [service('asked', 'dicomweb')],
      at(701),
    );
    expect(one.findings(ID)).toHaveLength(1);
  });

  test('everywhere without a medical zone', () => {
    const one = run('zones: { offices: [10.5.0.0/16] }').play(flow('10.5.0.7', '10.4.0.1', 80));
    expect(one.findings(ID)).toEqual([]);
  });
});

describe('many', () => {
  test('a scan of a zone has some findings and one for all the rest', () => {
    const one = run(SITE, { peers: 3 });
    for (let i = 1; i <= 200; i++) one.play(attempt('10.5.0.7', `10.4.0.${i}`, 445), [], at(i));
    one.play(flow('10.5.0.7', '10.4.0.150', 445, { bytesToServer: 7 }), [], at(300));
    const findings = one.findings(ID);
    expect(findings.map(({ destination }) => destination.ip).sort()).toEqual([
      '10.4.0.1',
      '10.4.0.2',
      '10.4.0.3',
      '10.4.0.4',
    ]);
    expect(findings[0]).toMatchObject({
      severity: 'medium',
      count: 198,
      destination: { ip: '10.4.0.4', port: null },
      data: { other_hosts: 196, connections: 1, unanswered: 197, bytes_out: 7 },
    });
    expect(findings[0].summary).toMatch(
      / and 196 more hosts.* all beyond the 3 that have findings of their own/,
    );
  });

  test('so has a server that many call', () => {
    const one = run(SITE, { peers: 3 });
    for (let i = 1; i <= 200; i++) one.play(flow(`10.5.0.${i}`, '10.1.0.200', 80), [], at(i));
    const findings = one.findings(ID);
    expect(findings).toHaveLength(4);
    expect(findings[3]).toMatchObject({
      count: 197,
      source: { ip: '10.5.0.4' },
      destination: { ip: '10.1.0.200', port: 80 },
      data: { other_hosts: 196 },
    });
  });

  test('tables are bounded: what is forgotten is told anew, nothing grows', () => {
    const one = run();
    const flows: Flow[] = [];
    // More open flows that may still be expected than are waited for.
    for (let i = 0; i < 17_000; i++) {
      const next = flow('10.5.0.1', '10.4.0.1', 4444, { protocol: '' });
      flows.push(next);
      one.trackers.fact(flowFact('open'), next, at(0));
      one.detections.fact(flowFact('established'), next, at(0));
    }
    one.detections.tick(at(31));
    expect(one.told).toHaveLength(1);
    expect(one.told.length === 1 && one.findings(ID)[0].count).toBe(16_384);
    for (const next of flows) one.detections.fact(flowFact('end'), next, at(40));
    expect(one.findings(ID)).toMatchObject([{ count: 17_000 }]);
  });
});
