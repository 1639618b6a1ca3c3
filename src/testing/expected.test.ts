import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { PATIENTS } from '../../pcaps/lab/patients.ts';
import { type Analysed, analyseFile, countsOf } from './analyse.ts';

/** What tshark and the laboratory say of each trace: `pcaps/expected.json`, written when the traces were. */
interface Expected {
  hosts: {
    name: string;
    hostname: string;
    ip: string;
    mac: string;
    vendor: string;
    role: string;
    aeTitles: string[];
  }[];
  outside: { name: string; ip: string; country: string }[];
  traces: Record<string, Trace>;
}

interface Trace {
  /** tshark counts it right. */
  comparable: boolean;
  /** Where it does not: what is in the trace, as its maker knows. */
  truth?: Record<string, number> | null;
  tshark: ReturnType<typeof countsOf>;
  findings: (string | Planted)[];
}

interface Planted {
  detection: string;
  source: string;
  destination: string;
  country?: string;
  rejected?: number;
  thenAccepted?: boolean;
}

const expected = JSON.parse(readFileSync('pcaps/expected.json', 'utf8')) as Expected;
const traces = Object.entries(expected.traces);

const CT = '10.20.1.10';
const PACS = '10.20.2.10';

const key = ({ detection, source, destination }: Analysed['findings'][number]) =>
  `${detection} ${source.ip} > ${destination.ip}`;
const isPhi = (name: string) => name.startsWith('phi.');

/** Traces in which no identifier crosses the wire in the clear, whatever else is in them. */
const WITHOUT_PHI =
  /^dicom\/(echo|print|rejected|aborted$|no-release|reset|unanswered|odd-port|brute|mistyped|scanner|malformed|move-unknown|store-snapped)|^tls\/|^hl7\/adt-snapped|only-asked|office|^attacks\/flood/;

describe.each(traces)('%s', (path, trace) => {
  let found: Analysed;
  beforeAll(async () => {
    found = await analyseFile(`pcaps/${path}.pcap`);
  });

  test('is read to its end, and no packet is beyond us', () => {
    expect(found.error).toBeNull();
    expect(found.summary.capture.packets).toBe(trace.tshark.packets);
    expect(found.summary.capture.undecoded_packets).toBe(0);
  });

  if (trace.comparable) {
    test('holds what tshark counts', () => {
      expect(countsOf(found)).toEqual(trace.tshark);
    });
  }

  if (trace.truth) {
    test('holds what its maker put in', () => {
      expect(found.summary.hl7).toMatchObject(trace.truth!);
    });
  }

  test('the list of what is planted agrees', () => {
    for (const one of trace.findings) {
      const wanted = typeof one === 'string' ? { detection: one } : one;
      const matching = found.findings.filter(
        ({ detection, source, destination }) =>
          detection === wanted.detection &&
          (!('source' in wanted) || (source.ip === wanted.source && destination.ip === wanted.destination)),
      );
      expect(matching, wanted.detection).toHaveLength(1);
      const { destination, summary, data } = matching[0];
      if ('country' in wanted && wanted.country !== undefined)
        expect(`${destination.country} ${summary}`).toContain(wanted.country);
      if ('rejected' in wanted) expect(data).toMatchObject({ rejections: wanted.rejected });
    }
  });

  test('PHI in the clear is found where there is some, and nowhere else', () => {
    const phi = found.findings.filter(({ detection }) => isPhi(detection));
    expect(phi.length > 0).toBe(!WITHOUT_PHI.test(path));
    expect(found.summary.phi.exposures > 0).toBe(!WITHOUT_PHI.test(path));
    for (const finding of phi)
      expect([key(finding), finding.severity]).toEqual([
        key(finding),
        [finding.source.ip, finding.destination.ip].some((ip) => !ip.startsWith('10.'))
          ? 'critical'
          : 'medium',
      ]);
    expect(found.summary.phi.patients).toBeLessThanOrEqual(PATIENTS.length);
  });

  if (!/malformed|broken-framing/.test(path)) {
    test('nothing in it is called an anomaly', () => {
      expect(found.lines.filter((line) => line.includes('"fact":"anomaly"'))).toEqual([]);
    });
  }
});

describe('the hospital day', () => {
  let day: Analysed;
  beforeAll(async () => {
    day = await analyseFile('pcaps/hospital-day.pcap');
  });
  const assetAt = (ip: string) => day.assets.find(({ ips }) => ips.includes(ip));

  // TLS hides who the secure archive is; what a data set says of its maker is better than who made the network card.
  const HIDDEN = new Set(['secure']);
  const TOLD: Readonly<Record<string, string>> = { ct: 'GE MEDICAL SYSTEMS', lab: 'Siemens Healthineers' };

  test.each(expected.hosts.map((host) => [host.name, host] as const))('knows %s', (name, host) => {
    const asset = assetAt(host.ip);
    expect(asset).toMatchObject({
      id: `mac-${host.mac.replaceAll(':', '')}`,
      ips: [host.ip],
      macs: [host.mac],
      role: host.role,
      hostname: host.hostname,
      vendor: TOLD[name] ?? host.vendor,
    });
    if (!HIDDEN.has(name) && name !== 'pc') expect(asset!.ae_titles).toEqual(host.aeTitles);
  });

  test('knows nobody else but the router', () => {
    const known = new Set(expected.hosts.map(({ ip }) => ip));
    expect(day.assets.filter(({ ips }) => !known.has(ips[0])).map(({ role }) => role)).toEqual(['network']);
  });

  test('says what the devices say of themselves', () => {
    expect(assetAt(CT)).toMatchObject({ model: 'Revolution EVO', serial: 'ZZ0000CT1', modality: 'CT' });
    expect(assetAt('10.20.1.20')).toMatchObject({ modality: 'CR', serial: 'ZZ0000CR1' });
    expect(assetAt('10.20.4.10')).toMatchObject({ model: 'Plum 360' });
    expect(assetAt('10.20.3.30')).toMatchObject({ software: 'Atellica Data Manager 1.28.1' });
    expect(assetAt('10.20.2.10')).toMatchObject({
      software: 'Orthanc 1.10.1',
      os: 'Linux 6.1.0-18-amd64',
      implementation: { product: 'OFFIS DCMTK', version: '3.6.7' },
    });
    expect(assetAt('10.20.2.10')!.services.map(({ port, protocol }) => `${port} ${protocol}`)).toEqual([
      '104 dicom',
      '161 snmp',
      '8042 http',
    ]);
    expect(assetAt('10.20.2.40')!.services).toMatchObject([{ port: 2762, protocol: 'dicom', tls: true }]);
  });

  test('counts the outside by country, and neither end of it as a device', () => {
    const { external } = day.summary;
    expect(external).toEqual({
      peers: 2,
      inbound_connections: 3,
      outbound_connections: 1,
      by_country: { AU: 1, NL: 3 },
      by_role: {
        modality: { inbound: {}, outbound: { AU: 1 } },
        pacs: { inbound: { NL: 3 }, outbound: {} },
      },
    });
    for (const { ip, country } of expected.outside) {
      expect(assetAt(ip)).toBeUndefined();
      expect(external.by_country).toHaveProperty(country);
    }
    expect(assetAt(PACS)!.exposure).toEqual({ inbound: 3, outbound: 0, countries: ['NL'] });
    expect(assetAt(CT)!.exposure).toEqual({ inbound: 0, outbound: 1, countries: ['AU'] });
  });

  test('every association ends as it did, and one goes over TLS', () => {
    expect(day.summary.dicom).toMatchObject({
      associations: 41,
      accepted: 26,
      released: 26,
      rejected: 15,
      aborted: 0,
      unanswered: 0,
      without_request: 0,
      over_tls: 1,
    });
  });

  test('no patient is counted twice, or for another, whichever protocol told', () => {
    expect(day.summary.phi.patients).toBe(7);
  });
});
