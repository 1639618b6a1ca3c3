import { describe, expect, test } from 'vitest';
import type { Asset, AssetVulnerability, Crossing } from '../trackers/asset.ts';
import { Conversations } from './conversations.ts';
import { displayWidth } from './printable.ts';
import type { ExternalTotals } from './results.ts';
import { asset, association, finding, flow, hl7, results, session, T0 } from './samples.ts';
import { summarize } from './summary.ts';
import { Tally } from './tally.ts';
import { bytes, duration, number, type TextOptions, textSummary } from './text.ts';

const OPTIONS: TextOptions = {
  width: 100,
  color: false,
  version: '9.9.9',
  country: (address) => (address === '203.0.113.7' ? 'IR' : null),
  verbose: false,
};

function page(options: Partial<TextOptions> = {}, evil = ''): string {
  const tally = new Tally();
  const conversations = new Conversations();
  const inside = flow(1, '10.0.0.5', '10.0.0.9', 4242);
  const outside = flow(2, '203.0.113.7', '10.0.0.9', 4242);
  const clinic = flow(3, '10.0.0.7', '10.0.0.8', 2575, { protocol: 'hl7' });
  for (const sink of [tally, conversations]) {
    sink.event({ type: 'dicom.association', association: association({ callingAe: `CT01${evil}` }) }, inside);
    sink.event(
      {
        type: 'dicom.association',
        association: association({
          callingAe: 'NMAP',
          outcome: 'rejected',
          accepted: false,
          messages: {},
          objects: {},
        }),
      },
      outside,
    );
    sink.event(hl7(), clinic);
    sink.event(hl7({ ackCode: 'AA', messageType: 'ACK', latency: 12_000, from: 'server' }), clinic);
    sink.event(session(), clinic);
    sink.event(
      {
        type: 'tls.session',
        version: 'TLS 1.3',
        sni: '',
        cipherSuite: '',
        alpn: '',
        inside: 'dicom',
        answered: true,
        ja3: '',
        ja4: '',
        ja3s: '',
        certificate: null,
      },
      flow(4, '10.0.0.5', '10.0.0.9', 2762),
    );
  }
  for (const each of [inside, outside, clinic])
    conversations.fact({ fact: 'flow', state: 'end', how: 'fin' }, each);
  const found = finding({
    detection: 'external.medical-service-exposed',
    severity: 'high',
    source: { ip: '203.0.113.7', asset: null },
    count: 27,
    summary: `203.0.113.7 (IR) asked the DICOM service of 10.0.0.9${evil}.`,
  });
  const view = results({
    net: () => ({
      ...results().net(),
      duplicates: 5,
      truncated: 2,
      undecoded: new Map([['arp', 4]]),
    }),
    assets: () => [
      asset('10.0.0.9', {
        role: 'pacs',
        vendor: `Orthanc${evil}`,
        ae_titles: ['ORTHANC'],
        services: [{ port: 4242, proto: 'tcp', protocol: 'dicom', tls: false, product: null, version: null }],
      }),
      asset('10.0.0.5', { role: 'modality', modality: 'CT', ips: ['10.0.0.5', '10.0.0.50'] }),
      asset('10.0.0.99', { role: 'client' }),
      asset('10.0.0.98', {
        role: 'printer',
        hostname: `mfp-3.example${evil}`,
        vendor: 'Example',
        model: `Example Laser 9${evil}`,
        os: 'Linux 4.9',
        services: [{ port: 631, proto: 'tcp', protocol: 'ipp', tls: true, product: 'CUPS', version: '2.4' }],
        contradictions: [
          {
            attribute: 'model',
            said: [
              { value: `Example Laser 9${evil}`, source: 'SNMP sysDescr' },
              { value: 'Laser 8', source: 'LLDP system description' },
            ],
          },
        ],
      }),
      asset('', {
        id: 'mac-001b21000001',
        ips: [],
        macs: ['00:1b:21:00:00:01'],
        role: 'client',
        hostname: 'SEP001B21000001',
      }),
    ],
    findings: () => [found, finding()],
  });
  const inputs = [{ path: `day${evil}.pcap`, packets: 1234, bytes: 1, error: `cut at byte 99${evil}` }];
  const source = {
    summary: summarize(view, tally, inputs),
    results: view,
    tally,
    conversations,
    dropped: 3,
    skipped: 1,
    notes: [`nothing was judged by normal${evil}.json`],
  };
  return textSummary(source, { ...OPTIONS, ...options });
}

describe('the printed summary', () => {
  test('tells who, what, from where and what was missed', () => {
    const text = page();
    expect(text).toContain('2026-03-02 08:15:00 to 2026-03-02 08:16:30 UTC, 90 s · 1,234 packets, 568 kB');
    expect(text).toContain('MEDICAL SYSTEMS  2 of 5 devices');
    expect(text).toContain(
      'OTHER DEVICES  2 of 5 devices\n  Of 1 more nothing is known but that they are there.',
    );
    expect(text).toMatch(/00:1b:21:00:00:01 SEP001B21000001 +client/);
    expect(text).toMatch(
      /10\.0\.0\.98 mfp-3 +printer +Example Laser 9, Linux 4\.9 +ipp:631 \(TLS\) CUPS 2\.4/,
    );
    expect(text).not.toContain('CONTRADICTIONS');
    expect(text).toMatch(/10\.0\.0\.5 \+1 +modality CT/);
    expect(text).toMatch(/10\.0\.0\.9 +pacs +Orthanc +ORTHANC +dicom:4242/);
    expect(text).toMatch(
      /DICOM +10\.0\.0\.5 CT01 +10\.0\.0\.9:4242 ORTHANC +1 object, 2 messages, 5\.4 kB, 1\n +association\n/,
    );
    expect(text).toMatch(/203\.0\.113\.7 NMAP .*1 refused or\n +unanswered\n/);
    expect(text).toContain('ENCRYPTED (TLS)  1 connection');
    expect(text).toMatch(/203\.0\.113\.7 +IR +1 +- /);
    expect(text).toContain('FINDINGS  1 high, 1 medium');
    expect(text).toContain('HIGH external.medical-service-exposed  203.0.113.7 → 10.0.0.9:4242 ×27');
    expect(text).toMatch(/WHAT WAS NOT SEEN\n {2}nothing was judged by normal\.json\n/);
    expect(text).toContain('5 packets delivered twice');
    expect(text).toContain('arp 4');
    expect(text).toContain('3 packets lost while capturing');
    expect(text).toContain('day.pcap: cut at byte 99');
    expect(text).toContain('1 file left out');
  });

  test('shows contradictions to those who ask for everything', () => {
    const text = page({ verbose: true, width: 160 });
    expect(text).toContain('CONTRADICTIONS  1 attribute');
    expect(text).toContain('Example Laser 9 (SNMP sysDescr), Laser 8 (LLDP system description)');
  });

  test('most severe first', () => {
    const text = page();
    expect(text.indexOf('HIGH external')).toBeLessThan(text.indexOf('MEDIUM phi'));
  });

  test.each([60, 80, 100, 160])('fits %d columns', (width) => {
    for (const line of page({ width }).split('\n')) {
      // The head line of a finding and its ids are not broken: they are what one copies.
      if (/^ {2}(HIGH|MEDIUM) /.test(line)) continue;
      expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('colour only when asked', () => {
    expect(page()).not.toContain('\x1b');
    expect(page({ color: true })).toContain('\x1b[1;31mHIGH\x1b[0m');
  });

  test('nothing from the wire reaches the terminal as a command', () => {
    const text = page({ width: 160 }, '\x1b]0;owned\x07\u202e\x9b2J\r\n');
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).toContain('\\x1b]0;owned');
  });

  test('an empty capture', () => {
    const net = { ...results().net(), packets: 0, first: 0, last: 0 };
    const view = results({ net: () => net });
    const tally = new Tally();
    const text = textSummary(
      {
        summary: summarize(view, tally, []),
        results: view,
        tally,
        conversations: new Conversations(),
        dropped: 0,
        skipped: 0,
      },
      OPTIONS,
    );
    expect(text).toContain('No packets were read.');
    expect(T0).toBeGreaterThan(0);
  });

  test('packets without a time to believe', () => {
    const net = { ...results().net(), first: Number.NaN, last: Number.NaN };
    const view = results({ net: () => net });
    const tally = new Tally();
    const summary = summarize(view, tally, []);
    expect(summary.capture).toMatchObject({ first: '', last: '', seconds: 0, packets: 1234 });
    const conversations = new Conversations();
    const text = textSummary(
      { summary, results: view, tally, conversations, dropped: 0, skipped: 0 },
      OPTIONS,
    );
    expect(text).toContain('at no believable time');
    expect(text).not.toContain('NaN');
  });
});

describe('numbers for people', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_600, '1.0 MB'],
    [676_000_000, '676 MB'],
  ])('%d bytes', (count, expected) => expect(bytes(count)).toBe(expected));
  test.each([
    [0, '0 s'],
    [0.0004, '400 µs'],
    [42.13, '42.1 s'],
    [3600, '1 h'],
    [32_580, '9 h 3 min'],
    [400_000, '4 d 15 h'],
  ])('%d seconds', (total, expected) => expect(duration(total)).toBe(expected));
  test('thousands', () => expect(number(1_234_567)).toBe('1,234,567'));
});

describe('Conversations', () => {
  test('is bounded, and says so', () => {
    const conversations = new Conversations();
    for (let i = 0; i < 20_000; i++)
      conversations.event(session(), flow(i, `10.${i >> 8}.${i & 255}.1`, '10.0.0.9', 2575));
    expect(conversations.list()).toHaveLength(10_000);
    expect(conversations.omitted).toBe(10_000);
  });
  test('peers are bounded, and it says so', () => {
    const conversations = new Conversations();
    for (let i = 0; i < 10_050; i++)
      conversations.fact({ fact: 'flow', state: 'end' }, flow(i, `9.${i >> 8}.${i & 255}.1`, '10.0.0.9', 80));
    expect(conversations.peers()).toHaveLength(10_000);
    expect(conversations.omittedPeers).toBe(50);
  });
});

describe('known vulnerabilities and exposure', () => {
  const weak = (cve: string, more: Partial<AssetVulnerability> = {}): AssetVulnerability => ({
    cve,
    product: 'Mirth Connect',
    version: '4.3.0',
    fixed_in: '4.4.1',
    confidence: 'high',
    reference: 'NVD',
    cvss: 9.8,
    gravity: 'critical',
    knownExploited: false,
    doubts: [],
    ...more,
  });
  const way = (more: Partial<Crossing> = {}): Crossing => ({
    direction: 'inbound',
    country: 'NL',
    port: 104,
    proto: 'tcp',
    protocol: 'dicom',
    medical: true,
    count: 3,
    peers: ['203.0.113.7'],
    at: T0,
    ...more,
  });
  const exposed = { inbound: 3, outbound: 0, countries: ['NL'] };

  function show(assets: Asset[], connections: ExternalTotals['connections'] = []): string {
    const view = results({
      assets: () => assets,
      external: () => ({
        peers: connections.length,
        inboundConnections: 0,
        outboundConnections: 0,
        byCountry: {},
        connections,
      }),
    });
    const tally = new Tally();
    const source = {
      summary: summarize(view, tally, []),
      results: view,
      tally,
      conversations: new Conversations(),
      dropped: 0,
      skipped: 0,
    };
    return textSummary(source, { ...OPTIONS, width: 130 });
  }
  const section = (text: string, title: string) => text.split('\n\n').find((part) => part.startsWith(title));

  test('versions with the worst first, who runs them, and what is exploited', () => {
    const text = show([
      asset('10.0.0.9', {
        vulnerabilities: [
          weak('CVE-2023-37679', { knownExploited: false }),
          weak('CVE-2023-43208', { knownExploited: true }),
        ],
      }),
      asset('10.0.0.5', {
        vulnerabilities: [
          weak('CVE-2022-2121', {
            product: 'OFFIS DCMTK',
            version: '3.6.2',
            cvss: 6.5,
            gravity: 'medium',
            confidence: 'low',
          }),
        ],
      }),
      asset('10.0.0.6', {
        vulnerabilities: [
          weak('CVE-2022-2121', {
            product: 'OFFIS DCMTK',
            version: '3.6.2',
            fixed_in: null,
            cvss: null,
            gravity: 'medium',
            confidence: 'medium',
          }),
        ],
      }),
    ]);
    const lines = section(text, 'KNOWN VULNERABILITIES')!.split('\n');
    expect(lines[0]).toContain('3 devices');
    expect(lines[2]).toMatch(
      /Mirth Connect 4\.3\.0 +2 +CVE-2023-37679 9\.8 critical, exploited +4\.4\.1 +high +10\.0\.0\.9/,
    );
    expect(lines[3]).toMatch(
      /OFFIS DCMTK 3\.6\.2 +1 +CVE-2022-2121 medium +- +medium +10\.0\.0\.5 10\.0\.0\.6/,
    );
    expect(lines).toHaveLength(4);
  });

  test('none, no section', () => {
    const text = show([asset('10.0.0.9')]);
    expect(text).not.toContain('KNOWN VULNERABILITIES');
    expect(text).not.toContain('EXPOSED');
  });

  test('which kinds of systems are exposed, to which countries, and the rest in one line', () => {
    const text = show(
      [
        asset('10.0.0.9', {
          role: 'pacs',
          hostname: 'archive.example',
          exposure: exposed,
          crossings: [way()],
        }),
        asset('10.0.0.5', {
          role: 'modality',
          exposure: { inbound: 0, outbound: 7, countries: ['US'] },
          crossings: [
            way({
              direction: 'outbound',
              country: 'US',
              port: 443,
              protocol: 'tls',
              medical: false,
              count: 7,
            }),
          ],
        }),
        asset('10.0.0.99', {
          role: 'client',
          crossings: [way({ direction: 'outbound', country: 'US', port: 443, medical: false, count: 90 })],
        }),
      ],
      [
        { direction: 'inbound', role: 'pacs', country: 'NL', count: 3 },
        { direction: 'outbound', role: 'client', country: 'US', count: 90 },
        { direction: 'outbound', role: 'modality', country: 'US', count: 7 },
        { direction: 'inbound', role: 'unknown', country: 'ZZ', count: 1 },
      ],
    );
    const lines = section(text, 'EXPOSED MEDICAL SYSTEMS')!.split('\n');
    expect(lines[0]).toContain('2 devices by role and country');
    expect(lines[2]).toMatch(/pacs +reached from +NL +3 +dicom:104 +10\.0\.0\.9 archive +203\.0\.113\.7/);
    expect(lines[3]).toMatch(/modality +calls out to +US +7 +tls:443 +10\.0\.0\.5/);
    expect(lines[4]).toBe('  Other systems: 1 came in (? 1), 90 called out (US 90)');
  });

  test('a system of no medical role that was only asked for a medical service is exposed too', () => {
    const text = show(
      [
        asset('10.0.0.9', {
          role: 'server',
          exposure: exposed,
          crossings: [way(), way({ port: 443, medical: false, count: 4 })],
        }),
      ],
      [{ direction: 'inbound', role: 'server', country: 'NL', count: 7 }],
    );
    const lines = section(text, 'EXPOSED MEDICAL SYSTEMS')!.split('\n');
    expect(lines[2]).toMatch(/server +reached from +NL +3 +dicom:104 +10\.0\.0\.9/);
    expect(lines[3]).toBe('  Other systems: 4 came in (NL 4)');
  });

  test('nothing exposed is said where there is an outside at all', () => {
    const text = show(
      [asset('10.0.0.9', { role: 'pacs' })],
      [{ direction: 'outbound', role: 'client', country: 'US', count: 2 }],
    );
    expect(section(text, 'EXPOSED MEDICAL SYSTEMS')).toBe(
      'EXPOSED MEDICAL SYSTEMS  none\n  Other systems: 2 called out (US 2)',
    );
  });

  test('what the wire said cannot paint the terminal', () => {
    const text = show([
      asset('10.0.0.9', { vulnerabilities: [weak('CVE-2023-43208', { version: '4.3.0 \u001b[31m' })] }),
    ]);
    expect(text).not.toContain('\u001b');
  });
});
