import { describe, expect, test } from 'vitest';
import type { ContentFact, Side } from '../core/facts.ts';
import { analyseFile } from '../testing/analyse.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';

const ID = 'dicom.polyglot';
const PREAMBLE = 'preamble of a DICOM file';
const DOCUMENT = 'DICOM (0042,0011) encapsulated document';

const content = (to: Side, kind = 'Windows executable (MZ)', within = PREAMBLE): ContentFact => ({
  fact: 'content',
  content: 'executable',
  kind,
  within,
  to,
});

describe(ID, () => {
  test('whoever sends it is the source, whoever receives it the destination', () => {
    const put = flow('10.0.0.5', '10.0.0.2', 445, { protocol: 'smb' });
    const get = flow('10.0.0.6', '10.0.0.2', 80, { protocol: 'http' });
    const run = new Run()
      .fact(content('server'), put)
      .fact(content('client', 'script (#!)', DOCUMENT), get, at(5));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'high',
        count: 1,
        source: { ip: '10.0.0.5' },
        destination: { ip: '10.0.0.2', port: 445 },
        summary:
          '10.0.0.5 sent 1 DICOM object with a program inside to 10.0.0.2:445 over smb: Windows executable (MZ) in preamble of a DICOM file.',
      },
      {
        severity: 'high',
        source: { ip: '10.0.0.2' },
        destination: { ip: '10.0.0.6', port: null },
        data: { service_port: 80, protocols: ['http'], kinds: { 'script (#!)': { [DOCUMENT]: 1 } } },
      },
    ]);
  });

  test('several of them are one case', () => {
    const run = new Run();
    const f = flow('10.0.0.5', '10.0.0.2', 104, { protocol: 'dicom' });
    for (const within of [PREAMBLE, DOCUMENT, DOCUMENT]) run.fact(content('server', undefined, within), f);
    const [found, ...more] = run.findings(ID);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      count: 3,
      summary: expect.stringContaining(`in ${DOCUMENT} and ${PREAMBLE}.`),
      data: { kinds: { 'Windows executable (MZ)': { [PREAMBLE]: 1, [DOCUMENT]: 2 } } },
    });
  });

  test('what a case keeps is limited', () => {
    const run = new Run();
    const f = flow('10.0.0.5', '10.0.0.2', 104, { protocol: 'dicom' });
    for (let n = 0; n < 100; n++)
      run.fact(content('server', `kind ${n}`), f).fact(content('server', 'a', `${n}`), f);
    const [{ data, count }] = run.findings(ID);
    const kinds = data.kinds as Record<string, Record<string, number>>;
    expect(count).toBe(200);
    expect(Object.keys(kinds)).toHaveLength(16);
    expect(Object.keys(kinds.a)).toHaveLength(16);
  });

  test.each([
    ['smb/dicom-file', '10.20.9.20 > 10.20.9.10'],
    ['ftp/dicom-file', '10.20.9.20 > 10.20.9.10'],
    ['http/polyglot', '10.20.0.1 > 10.20.0.2'],
  ])('on the wire: %s', async (trace, who) => {
    const { findings } = await analyseFile(`pcaps/${trace}.pcap`);
    const found = findings.filter(({ detection }) => detection === ID);
    expect(found.map(({ source, destination }) => `${source.ip} > ${destination.ip}`)).toEqual([who]);
  });

  test('near miss on the wire: files whose preambles are a TIFF header, with which they are legitimate', async () => {
    const { findings } = await analyseFile('pcaps/http/dual-tiff.pcap');
    expect(findings.map(({ detection }) => detection)).toEqual(['phi.cleartext-http']);
  });
});
