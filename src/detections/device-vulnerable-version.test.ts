import { describe, expect, test } from 'vitest';
import { analyseFile } from '../testing/analyse.ts';
import { activity, at, attribute, device, flow, neighbour, service } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'device.vulnerable-version';
const SERVER = '10.0.0.2';

const announces = (run: Run, versionName: string, seconds = 0, server = SERVER) =>
  run.play(
    flow('10.0.0.1', server),
    [attribute('server', 'implementation-version-name', versionName)],
    at(seconds),
  );
const serves = (run: Run, product: string, version: string, seconds = 0) =>
  run.play(
    flow('10.0.0.1', SERVER, 8080),
    [service('answered', 'http', { medical: false, product, version })],
    at(seconds),
  );
const cvesOf = (data: Record<string, unknown>) =>
  (data.vulnerabilities as { cve: string }[]).map(({ cve }) => cve);

describe('a version with known vulnerabilities', () => {
  test('of a toolkit: one case per device, at most medium, with what fixes it and why it is not sure', () => {
    const run = new Run();
    for (let i = 0; i < 5; i++) announces(run, 'OFFIS_DCMTK_362', i * 90);
    const findings = run.findings(ID);
    expect(findings).toHaveLength(1);
    const [{ severity, source, destination, data, summary, count }] = findings;
    expect(severity).toBe('medium');
    expect(source.ip).toBe(SERVER);
    expect(destination).toMatchObject({ ip: SERVER, port: null });
    expect(data).toMatchObject({ programs: ['OFFIS DCMTK 3.6.2'], current: true, known_exploited: [] });
    expect(cvesOf(data)).toEqual(
      expect.arrayContaining(['CVE-2022-2121', 'CVE-2022-2119', 'CVE-2024-47796', 'CVE-2021-41689']),
    );
    expect(count).toBe(cvesOf(data).length);
    expect(data.vulnerabilities).toContainEqual({
      cve: 'CVE-2022-2121',
      product: 'OFFIS DCMTK',
      version: '3.6.2',
      fixed_in: '3.6.7',
      cvss: 6.5,
      confidence: 'medium',
      known_exploited: false,
      reference: 'CISA ICSMA-22-174-01',
    });
    expect(summary).toContain('OFFIS DCMTK 3.6.2');
    expect(summary).toContain('toolkit');
  });

  test('of a product that says it itself: as loud as its score', () => {
    const run = new Run();
    serves(run, 'Mirth Connect', '4.3.0');
    const [{ severity, data, summary }] = run.findings(ID);
    expect(severity).toBe('critical');
    expect(data.known_exploited).toEqual(['CVE-2023-43208']);
    expect(summary).toContain('Known to be exploited: CVE-2023-43208');
    expect(summary).not.toContain('Confidence');
  });

  test('of a toolkit inside a program that is known: low', () => {
    const run = new Run();
    announces(run, 'OFFIS_DCMTK_362');
    run.play(flow('10.0.0.1', SERVER, 8042), [attribute('server', 'software', 'Orthanc 1.12.11')], at(5));
    const [{ severity, summary }] = run.findings(ID);
    expect(severity).toBe('low');
    expect(summary).toContain('part of Orthanc');
  });

  test('what is known to be exploited is not held down by low confidence', () => {
    const run = new Run();
    serves(run, 'Mirth Connect', '4.3.0+dfsg-1');
    expect(run.findings(ID)).toMatchObject([{ severity: 'critical' }]);
  });

  test('told as a name and a version, in a message, or of a device by its neighbour', () => {
    const run = new Run();
    run.play(flow('10.0.0.3', SERVER, 80), [attribute('server', 'software', 'OpenEMR 7.0.2 (1)')]);
    run.play(flow('10.0.0.4', SERVER, 2575), [attribute('client', 'hl7-application', 'Mirth Connect 4.4.0')]);
    run.play(flow('10.0.0.5', SERVER, 80), [attribute('client', 'software', 'MicroDicom/2024.1')]);
    run.fact(device('10.0.0.6', -1, 'software', 'Sante PACS Server 4.1.0'), null);
    run.play(flow('10.0.0.6', SERVER, 104));
    expect(run.findings(ID).map(({ source, severity }) => `${source.ip} ${severity}`)).toEqual([
      '10.0.0.4 critical',
      '10.0.0.2 high',
      '10.0.0.5 high',
      '10.0.0.6 high',
    ]);
  });

  test('of a device by its model and the version it gives apart', () => {
    const run = new Run();
    run.play(flow('10.0.0.1', SERVER, 80), [
      attribute('server', 'model', 'CARESCAPE B650', 'Unity'),
      attribute('server', 'software', '2.0.7', 'Unity'),
    ]);
    const [{ severity, data }] = run.findings(ID);
    expect(severity).toBe('critical');
    expect(cvesOf(data)).toEqual(['CVE-2020-6962', 'CVE-2020-6965']);
  });
});

describe('silent', () => {
  const silent = (tell: (run: Run) => void) => {
    const run = new Run();
    tell(run);
    expect(run.findings(ID)).toEqual([]);
  };

  test.each([
    ['a fixed toolkit', 'OFFIS_DCMTK_371'],
    ['an unknown toolkit', 'SOMETHING_362'],
    ['a toolkit without a version', 'OFFIS_DCMTK'],
  ])('%s', (_, name) => silent((run) => announces(run, name)));

  test.each([
    ['Mirth Connect', '4.4.1'],
    ['Orthanc', 'mainline'],
    ['nginx', '1.0.0'],
  ])('%s %s', (product, version) => silent((run) => serves(run, product, version)));

  test('a product without a version', () =>
    silent((run) =>
      run.play(flow('10.0.0.1', SERVER, 80), [attribute('server', 'product', 'Mirth Connect')]),
    ));

  test('a server outside', () => silent((run) => announces(run, 'OFFIS_DCMTK_362', 0, '203.0.113.7')));

  test('equipment whose objects a server passes on', () =>
    silent((run) => {
      run.play(flow('10.0.0.1', SERVER), [
        activity('server', 'accepts-images', 'CT'),
        activity('server', 'answers-queries'),
        activity('server', 'answers-retrieve'),
      ]);
      run.play(flow(SERVER, '10.0.0.9'), [
        attribute('client', 'software', 'MicroDicom 2023.1', 'DICOM (0018,1020) of a stored object'),
      ]);
    }));
});

test('what a data set says of equipment counts once it is known to be the device’s own: at the end', () => {
  const run = new Run();
  run.play(flow(SERVER, '10.0.0.9'), [
    activity('client', 'asks-worklist'),
    activity('client', 'sends-images', 'CT'),
    attribute('client', 'software', 'MicroDicom 2023.1', 'DICOM (0018,1020) of a stored object'),
  ]);
  expect(run.told).toEqual([]);
  expect(run.findings(ID)).toMatchObject([{ severity: 'high', source: { ip: SERVER } }]);
});

describe('as time goes on', () => {
  test('it is told when it is new, once', () => {
    const run = new Run();
    announces(run, 'OFFIS_DCMTK_362');
    for (let i = 1; i < 300; i++) announces(run, 'OFFIS_DCMTK_362', i);
    expect(run.told.filter(({ finding }) => finding.detection === ID)).toHaveLength(1);
  });

  test('it is told again when it gets worse, and said less loudly when it turns out less sure', () => {
    const run = new Run();
    announces(run, 'OFFIS_DCMTK_362');
    announces(run, 'OFFIS_DCMTK_362', 10);
    serves(run, 'Mirth Connect', '4.3.0', 100);
    announces(run, 'OFFIS_DCMTK_362', 110);
    const told = run.told.filter(({ finding }) => finding.detection === ID);
    expect(told.map(({ finding, change }) => `${change} ${finding.severity}`)).toEqual([
      'new medium',
      'update critical',
    ]);
  });

  test('an updated program stays a finding, which says so', () => {
    const run = new Run();
    serves(run, 'Mirth Connect', '4.3.0');
    serves(run, 'Mirth Connect', '4.5.0', 60);
    serves(run, 'Mirth Connect', '4.5.0', 120);
    const [{ data, summary }] = run.findings(ID);
    expect(data).toMatchObject({ current: false, programs: ['Mirth Connect 4.3.0'] });
    expect(summary).toContain('another version since');
  });

  test('a server that announces another version has the new one', () => {
    const run = new Run();
    announces(run, 'OFFIS_DCMTK_362');
    announces(run, 'OFFIS_DCMTK_370', 60);
    announces(run, 'OFFIS_DCMTK_370', 120);
    const [{ data }] = run.findings(ID);
    expect(data.programs).toEqual(['OFFIS DCMTK 3.7.0']);
    expect(run.trackers.assets().find(({ ips }) => ips.includes(SERVER))!.vulnerabilities).toHaveLength(5);
  });

  test('a server that goes back to an older version has the older one', () => {
    const run = new Run();
    for (const [i, version] of ['362', '371', '362', '362'].entries())
      announces(run, `OFFIS_DCMTK_${version}`, i * 60);
    // Something else is announced: the list of implementations is folded.
    run.play(flow(SERVER, '10.0.0.9'), [attribute('client', 'implementation-version-name', 'SCU')], at(240));
    expect(run.findings(ID)[0].data).toMatchObject({ programs: ['OFFIS DCMTK 3.6.2'], current: true });
    announces(run, 'OFFIS_DCMTK_371', 300);
    announces(run, 'OFFIS_DCMTK_371', 360);
    expect(run.findings(ID)[0].data).toMatchObject({ current: false });
  });

  test('a device with two addresses is one case', () => {
    const run = new Run();
    const mac = 0x001b21000001;
    for (const ip of [SERVER, '10.0.0.3']) run.fact(neighbour(ip, mac), null);
    announces(run, 'OFFIS_DCMTK_362', 1);
    announces(run, 'OFFIS_DCMTK_362', 5, '10.0.0.3');
    announces(run, 'OFFIS_DCMTK_367', 9, '10.0.0.3');
    announces(run, 'OFFIS_DCMTK_367', 12, '10.0.0.3');
    const findings = run.findings(ID);
    expect(findings).toHaveLength(1);
    expect(findings[0].source).toEqual({ ip: SERVER, asset: 'mac-001b21000001' });
  });
});

describe('hostile', () => {
  test('the wire’s version is quoted, and nothing of it runs away', () => {
    const run = new Run();
    serves(run, 'Mirth Connect', '4.3.0 \u202eevil\u001b[31m');
    const [{ summary }] = run.findings(ID);
    expect(summary).not.toMatch(/[\u202e\u001b]/);
    expect(summary.length).toBeLessThan(600);
  });

  test('a version of a thousand characters is none', () => {
    const run = new Run();
    serves(run, 'Mirth Connect', `4.3.0 ${'x'.repeat(1000)}`);
    expect(run.findings(ID)).toEqual([]);
  });

  test('twenty thousand devices: tables stay bounded', () => {
    const run = new Run({ maxFindings: 100 });
    const tell = (i: number) =>
      run.fact(
        attribute('client', 'software', 'Orthanc 1.5.7'),
        flow(`10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, SERVER),
        at(0),
      );
    for (let i = 0; i < 20_000; i++) tell(i);
    expect(run.findings(ID).length).toBeLessThanOrEqual(100);
    expect(run.detections.size).toBeLessThanOrEqual(100);
  });

  test('a device that shows a thousand versions counts a bounded number', () => {
    const run = new Run();
    for (let i = 0; i < 1000; i++) serves(run, 'Mirth Connect', `3.${i}.0`, i * 2);
    const [{ count, data }] = run.findings(ID);
    expect(count).toBeLessThanOrEqual(256);
    expect(cvesOf(data)).toHaveLength(2);
  });
});

describe('traces', () => {
  const found = async (path: string) =>
    (await analyseFile(`pcaps/${path}.pcap`)).findings.filter(({ detection }) => detection === ID);

  test('an integration engine that says 4.4.0 fires, one that says 4.4.1 does not', async () => {
    expect(await found('http/engine')).toMatchObject([{ severity: 'critical', source: { ip: '10.20.0.2' } }]);
    expect(await found('http/engine-fixed')).toEqual([]);
  });

  test('on the hospital day, of distributions and toolkits, nothing is above medium', async () => {
    const findings = await found('hospital-day');
    expect(findings.map(({ source, severity }) => `${source.ip} ${severity}`).sort()).toEqual([
      '10.20.1.10 medium',
      '10.20.1.20 medium',
      '10.20.2.10 medium',
      '10.20.2.20 medium',
      '10.20.2.30 medium',
      '10.20.5.10 medium',
      '10.20.5.99 medium',
    ]);
    const archive = findings.find(({ source }) => source.ip === '10.20.2.10')!;
    expect(archive.data.programs).toEqual(['OFFIS DCMTK 3.6.7', 'Orthanc 1.10.1']);
    const confidences = (archive.data.vulnerabilities as { product: string; confidence: string }[]).filter(
      ({ product }) => product === 'OFFIS DCMTK',
    );
    expect(new Set(confidences.map(({ confidence }) => confidence))).toEqual(new Set(['low']));
  });
});

test('severity is the site’s when it sets one', () => {
  const run = new Run({ settings: { [ID]: { severity: 'info' } } });
  serves(run, 'Mirth Connect', '4.3.0');
  expect(run.findings(ID)).toMatchObject([{ severity: 'info' }]);
});
