import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { knownVulnerabilities, readConfig } from '../cli/settings.ts';
import { tableOf } from '../knowledge/vulnerabilities.ts';
import { parseRange } from './advisory.ts';
import { problemText } from './load.ts';
import { vulnerabilitiesSchemaText } from './schema.ts';
import { loadVulnerabilities } from './vulnerabilities.ts';

const folder = mkdtempSync(join(tmpdir(), 'auscult-vulnerabilities-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const load = (content: string) => loadVulnerabilities(file('table.yaml', content));
const problems = (content: string) => load(content).problems.map((one) => problemText('f', one));

const ROW = `
vulnerabilities:
  - cve: CVE-2030-0001
    product: OFFIS DCMTK
    fixed_in: "3.10.0"
    cvss: 9.1
    reference: an advisory
  - cve: CVE-2030-0002
    product: Example RIS
    names: [XRIS]
    from: "2.0"
    through: "2"
    severity: high
    known_exploited: true
    confidence: medium
    doubt: only with the portal
    toolkit: false
    reference: a letter
`;

describe('a table', () => {
  test('has the form of the built-in one', () => {
    const { data, problems } = load(ROW);
    expect(problems).toEqual([]);
    const known = tableOf([data!]);
    expect(known.find('OFFIS DCMTK', '3.9.0')).toMatchObject([
      { cve: 'CVE-2030-0001', gravity: 'critical', confidence: 'medium', fixed_in: '3.10.0' },
    ]);
    expect(known.find('xris', '2.7')).toMatchObject([
      { cve: 'CVE-2030-0002', gravity: 'high', confidence: 'medium', knownExploited: true, fixed_in: null },
    ]);
    expect(known.find('Mirth Connect', '4.3.0')).toHaveLength(2);
    expect(tableOf([data!], true).find('Mirth Connect', '4.3.0')).toEqual([]);
  });

  test('may be JSON', () => {
    const { data } = load(
      JSON.stringify({
        vulnerabilities: [
          { cve: 'CVE-2030-0001', product: 'Orthanc', fixed_in: '2.0', cvss: 5, reference: 'x' },
        ],
      }),
    );
    expect(data!.rows).toMatchObject([{ cve: 'CVE-2030-0001', fixedIn: '2.0' }]);
  });

  const row = (fields: string) => `vulnerabilities:\n  - { cve: CVE-2030-0001, product: X, ${fields} }\n`;
  test.each([
    [
      row('fixed_in: 3.10, cvss: 5, reference: x'),
      'f:2:49: vulnerabilities.0.fixed_in: 3.1 is not valid: expected a version in quotes',
    ],
    [row('fixed_in: "soon", cvss: 5, reference: x'), 'expected a version in quotes'],
    [row('fixed_in: "1.0", cvss: 11, reference: x'), 'expected a CVSS base score'],
    [
      row('fixed_in: "1.0", cvss: 5'),
      'f:2:5: vulnerabilities.0: reference is missing: where to read about it',
    ],
    [
      row('cvss: 5, reference: x'),
      'f:2:5: vulnerabilities.0: a mapping is not valid: expected a mapping (a vulnerability with fixed_in or through',
    ],
    [row('fixed_in: "1.0", reference: x'), 'with cvss or severity'],
    [row('fixedin: "1.0", cvss: 5, reference: x'), 'unknown key (did you mean fixed_in?)'],
    [row('fixed_in: "1.0", severity: bad, reference: x'), 'expected one of critical, high, medium, low'],
    [
      'vulnerabilities:\n  - cve: 2030-1',
      'f:2:10: vulnerabilities.0.cve: "2030-1" is not valid: expected a CVE id',
    ],
    ['[]', 'an empty list is not valid'],
    ['vulnerabilities: [', 'not valid YAML'],
    ['', 'vulnerabilities is missing'],
  ])('%j', (content, expected) => {
    expect(problems(content).join('\n')).toContain(expected);
    expect(load(content).data).toBeNull();
  });

  test('an editor gets a schema', () => {
    const schema = JSON.parse(vulnerabilitiesSchemaText());
    expect(schema.title).toBe('auscult vulnerabilities');
    expect(schema.properties.vulnerabilities.items.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties.vulnerabilities.items.properties)).toContain('fixed_in');
  });
});

describe('from the configuration', () => {
  const known = async (config: string) => {
    const path = file('auscult.yaml', config);
    return knownVulnerabilities(await readConfig(path, true), path, true);
  };

  test('a path is relative to the file, several add up, one may replace the built-in table', async () => {
    file('mine.yaml', ROW);
    file('yours.yaml', ROW.replace('9.1', '2.0'));
    expect((await known('vulnerabilities: mine.yaml'))!.find('xris', '2.1')).toHaveLength(1);
    const both = (await known('vulnerabilities: [mine.yaml, yours.yaml]'))!;
    expect(both.find('OFFIS DCMTK', '3.9.0')).toMatchObject([{ cvss: 2 }]);
    const only = (await known('vulnerabilities: { file: mine.yaml, replace: true }'))!;
    expect(only.find('Mirth Connect', '4.3.0')).toEqual([]);
    expect(await known('internal: [10.0.0.0/8]')).toBeUndefined();
  });

  test('what is wrong stops the program, with file, line and key', async () => {
    file('bad.yaml', 'vulnerabilities:\n  - cve: x\n');
    await expect(known('vulnerabilities: bad.yaml')).rejects.toThrow(/bad\.yaml:2:\d+: vulnerabilities\.0/);
    await expect(known('vulnerabilities: none.yaml')).rejects.toThrow('there is no such file');
    await expect(known('vulnerabilities: { fil: a }')).rejects.toThrow('did you mean file?');
    await expect(known('vulnerabilities: 5')).rejects.toThrow('5 is not valid');
  });
});

describe('an advisory in CSAF', () => {
  const advisory = (
    range: string,
    more: Record<string, unknown> = {},
    category = 'product_version_range',
  ) => ({
    document: {
      csaf_version: '2.0',
      category: 'csaf_security_advisory',
      tracking: { id: 'ICSMA-30-001-01' },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'OFFIS',
          branches: [
            {
              category: 'product_name',
              name: 'DCMTK',
              branches: [
                { category, name: range, product: { name: `DCMTK ${range}`, product_id: 'CSAFPID-0001' } },
              ],
            },
          ],
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-2030-0009',
        product_status: { known_affected: ['CSAFPID-0001'] },
        scores: [{ cvss_v3: { baseScore: 8.1 }, products: ['CSAFPID-0001'] }],
        ...more,
      },
    ],
  });
  const read = (value: unknown) => load(JSON.stringify(value));

  test('names products by what is known of them', () => {
    const { data, problems } = read(advisory('< 3.9.0'));
    expect(problems).toEqual([]);
    expect(data!.rows).toEqual([
      {
        cve: 'CVE-2030-0009',
        product: 'DCMTK',
        fixedIn: '3.9.0',
        cvss: 8.1,
        reference: 'ICSMA-30-001-01',
        source: 'ICSMA-30-001-01',
      },
    ]);
    expect(tableOf([data!], true).find('OFFIS DCMTK', '3.8.1')).toMatchObject([
      { cve: 'CVE-2030-0009', gravity: 'high', confidence: 'medium', product: 'OFFIS DCMTK' },
    ]);
  });

  test.each([
    ['< 3.6.7', { fixedIn: '3.6.7' }],
    ['<3.6.7', { fixedIn: '3.6.7' }],
    ['vers:generic/<3.6.7', { fixedIn: '3.6.7' }],
    ['<= 2025.2', { through: '2025.2', fixedIn: null }],
    ['≤ v7.2.8.810', { through: '7.2.8.810', fixedIn: null }],
    ['>= 4.1|< 4.2.3', { from: '4.1', fixedIn: '4.2.3' }],
    ['>=5.0.0|<=5.17.0', { from: '5.0.0', through: '5.17.0', fixedIn: null }],
    ['All versions prior to 12.2.8.410', { fixedIn: '12.2.8.410' }],
    ['Versions prior to 4.2.3', { fixedIn: '4.2.3' }],
    ['2023.3 (Build 9342) and prior', { through: '2023.3 (Build 9342)', fixedIn: null }],
    ['4.2 and earlier', { through: '4.2', fixedIn: null }],
    ['3.6.8', { from: '3.6.8', through: '3.6.8', fixedIn: null }],
    ['vers:all/*', null],
    ['all', null],
    ['', null],
    ['< soon', null],
    ['1.X', null],
  ])('the range %j', (text, expected) => expect(parseRange(text)).toEqual(expected));

  test('one version alone', () => {
    const { data } = read(advisory('3.6.8', {}, 'product_version'));
    const known = tableOf([data!], true);
    expect(known.find('DCMTK', '3.6.8')).toHaveLength(1);
    expect(known.find('DCMTK', '3.6.7')).toEqual([]);
    expect(known.find('DCMTK', '3.6.9')).toEqual([]);
  });

  test('what is not understood is left out and said; nothing left is an error', () => {
    const { data, problems } = read(advisory('vers:all/*'));
    expect(data).toBeNull();
    expect(problems.map(({ level }) => level)).toEqual(['warning', 'error']);
    expect(read(advisory('< 3.6.7', { scores: [] })).problems[0].message).toContain('no CVSS 3 score');
    expect(read(advisory('< 3.6.7', { cve: null })).problems[0].message).toContain('without a CVE id');
  });

  test.each([
    [{ document: { csaf_version: '2.0' } }],
    [{ document: { csaf_version: '2.0' }, product_tree: 5, vulnerabilities: 'x' }],
    [{ document: { csaf_version: '2.0' }, product_tree: { branches: [null, 3, [], { branches: {} }] } }],
    [advisory('< 3.6.7', { product_status: { known_affected: [null, 'NONE', {}] } })],
    [advisory('< 3.6.7', { scores: [null, { cvss_v3: { baseScore: '9' } }] })],
  ])('a broken one is an error, not a crash: %#', (value) => {
    const { data, problems } = read(value);
    expect(data).toBeNull();
    expect(problems.some(({ level }) => level === 'error')).toBe(true);
  });

  test('one that nests without end', () => {
    let branch: Record<string, unknown> = { category: 'product_name', name: 'x' };
    for (let i = 0; i < 200; i++) branch = { category: 'product_family', name: 'x', branches: [branch] };
    expect(read({ document: { csaf_version: '2.0' }, product_tree: branch }).data).toBeNull();
  });
});
