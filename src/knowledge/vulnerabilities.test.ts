import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyImplementation } from './fingerprints.ts';
import { compareVersions, parseVersion } from './versions.ts';
import { gravityOf, tableOf, Vulnerabilities, type VulnerabilityRow } from './vulnerabilities.ts';
import { PRODUCTS, ROWS } from './vulnerability-table.ts';

const known = new Vulnerabilities();
const cves = (product: string, version: string) => [
  ...new Set(known.find(product, version).map(({ cve }) => cve.slice(4))),
];
const one = (product: string, version: string, cve: string) =>
  known.find(product, version).find((found) => found.cve === `CVE-${cve}`);

describe('the built-in table', () => {
  test.each([
    ['OFFIS DCMTK', '3.6.6', '2022-2121', '3.6.7'],
    ['OFFIS DCMTK', '3.6.7', '2022-2119', '3.6.8'],
    ['OFFIS DCMTK', '3.6.7', '2022-2120', '3.6.8'],
    ['OFFIS DCMTK', '3.6.6', '2021-41689', '3.6.7'],
    ['OFFIS DCMTK', '3.6.8', '2024-34508', '3.6.9'],
    ['OFFIS DCMTK', '3.6.8', '2024-34509', '3.6.9'],
    ['OFFIS DCMTK', '3.6.8', '2024-28130', '3.6.9'],
    ['OFFIS DCMTK', '3.6.9', '2024-47796', '3.7.0'],
    ['OFFIS DCMTK', '3.6.10', '2024-52333', '3.7.0'],
    ['OFFIS DCMTK', '3.7.0', '2026-50003', '3.7.1'],
    ['Orthanc', '1.5.7', '2025-0896', '1.5.8'],
    ['Orthanc', '1.11.3', '2023-33466', '1.12.0'],
    ['Orthanc', '1.12.9', '2026-5442', '1.12.11'],
    ['Merge DICOM Toolkit (MergeCOM-3)', '5.17.0', '2024-23912', '5.18.0'],
    ['Merge DICOM Toolkit (MergeCOM-3)', '5.6.0', '2024-23914', '5.18.0'],
    ['Sante PACS Server', '4.2.2', '2025-53948', '4.2.3'],
    ['MedDream', '7.2.8.810', '2023-40150', '7.2.9.820'],
    ['Vue PACS', '12.2.8.400', '2023-40704', '12.2.8.410'],
    ['MicroDicom', '2023.3 (Build 9342)', '2024-22100', '2024.1'],
    ['MicroDicom DICOM Viewer', '2024.1', '2024-33606', '2024.2'],
    ['MicroDicom DICOM Viewer', '2024.03', '2025-1002', '2025.1'],
    ['MicroDicom DICOM Viewer', '2025.2 (Build 8154)', '2025-5943', '2025.3'],
    ['Mirth Connect', '4.3.0', '2023-37679', '4.4.1'],
    ['Mirth Connect', '4.4.0', '2023-43208', '4.4.1'],
    ['OpenEMR', '7.0.2 (1)', '2026-25927', '8.0.0'],
    ['CARESCAPE B650', '2.0.7', '2020-6962', null],
  ])('%s %s has CVE-%s, fixed in %s', (product, version, cve, fixedIn) => {
    expect(one(product, version, cve)).toMatchObject({ version, fixed_in: fixedIn });
  });

  test.each([
    ['OFFIS DCMTK', '3.7.1'],
    ['OFFIS DCMTK', '3.10.0'],
    ['Orthanc', '1.12.11'],
    ['Orthanc', 'mainline'],
    ['Orthanc', ''],
    ['Merge DICOM Toolkit (MergeCOM-3)', '5.18.0'],
    ['Merge DICOM Toolkit (MergeCOM-3)', '3.9.0'],
    ['Sante PACS Server', '4.2.3'],
    ['MedDream PACS', '7.2.9.820'],
    ['MedDream PACS', '8.0.0'],
    ['Vue PACS', '12.2.8.410'],
    ['MicroDicom DICOM Viewer', '2025.3'],
    ['Mirth Connect', '4.4.1'],
    ['OpenEMR', '8.0.0'],
    ['CARESCAPE B450', '1.9'],
    ['CARESCAPE B650', '3.0.0'],
    ['nginx', '1.0.0'],
    ['__proto__', '1.0'],
  ])('%s %s has none', (product, version) => expect(known.find(product, version)).toEqual([]));

  test('3.6.9 has what 3.7.0 fixed, not what 3.6.9 did', () => {
    expect(cves('OFFIS DCMTK', '3.6.9')).toEqual(expect.arrayContaining(['2024-47796', '2024-52333']));
    expect(cves('OFFIS DCMTK', '3.6.9')).not.toEqual(expect.arrayContaining(['2024-28130']));
    expect(cves('OFFIS DCMTK', '3.6.10')).toEqual(cves('OFFIS DCMTK', '3.6.9'));
    expect(cves('OFFIS DCMTK', '3.7.0')).not.toEqual(expect.arrayContaining(['2024-47796']));
  });

  test('every row can be used, has a reference, and a CVE is in the form', () => {
    for (const row of ROWS) {
      expect(row.cve).toMatch(/^CVE-\d{4}-\d{4,}$/);
      expect(row.reference).not.toBe('');
      expect(row.source, row.cve).toBeTruthy();
      expect(PRODUCTS.map(({ name }) => name)).toContain(row.product);
    }
    expect(known.size).toBe(ROWS.length);
  });

  test('no two products share a name', () => {
    const names = PRODUCTS.flatMap(({ name, names }) => [name, ...names]).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('worst first', () => {
    const scores = known.find('OFFIS DCMTK', '3.6.0').map(({ cvss }) => cvss ?? 0);
    expect(scores[0]).toBe(9.8);
    expect(known.find('Mirth Connect', '4.3.0').map(({ gravity }) => gravity)).toEqual([
      'critical',
      'critical',
    ]);
  });
});

describe('through the implementation that is announced', () => {
  const announced = (classUid: string, versionName: string) => {
    const implementation = identifyImplementation(classUid, versionName);
    return implementation?.version == null
      ? []
      : known.find(implementation.product, implementation.version).map(({ cve }) => cve.slice(4));
  };

  test.each([
    ['1.2.276.0.7230010.3.0.3.6.2', 'OFFIS_DCMTK_362', '2022-2121'],
    ['', 'OFFIS_DCMTK_367', '2022-2119'],
    ['', 'OFFIS_DCMTK_3610', '2024-47796'],
    ['', 'OFFIS_DCMTK_370', '2026-50003'],
    ['1.2.276.0.7230010.3.0.3.6.10', '', '2024-47796'],
    ['2.16.840.1.113669.2.1.1', 'MergeCOM3_520', '2024-23912'],
    ['1.2.3', 'MergeCOM3_5170', '2024-23914'],
    ['1.2.3', 'MergeCOM3_5_1_0', '2024-23912'],
  ])('%s %s has CVE-%s', (classUid, name, cve) => expect(announced(classUid, name)).toContain(cve));

  test.each([
    ['', 'OFFIS_DCMTK_371'],
    ['2.16.840.1.113669.2.1.1', 'MergeCOM3_390'],
    ['2.16.840.1.113669.2.1.1', 'MergeCOM3_5180'],
    ['2.16.840.1.113669.2.1.1', 'MergeCOM3_518'],
    ['1.2.3', 'MergeCOM3_5_18_0'],
    ['', ''],
  ])('%s %s has none', (classUid, name) => expect(announced(classUid, name)).toEqual([]));
});

describe('confidence', () => {
  const of = (product: string, version: string, cve: string, inside: string | null = null) =>
    known.find(product, version, inside).find((found) => found.cve === `CVE-${cve}`)?.confidence;

  test('high for what a product says of itself', () => {
    expect(of('Mirth Connect', '4.4.0', '2023-43208')).toBe('high');
    expect(of('Orthanc', '1.4.2', '2025-0896')).toBe('high');
    expect(one('Mirth Connect', '4.4.0', '2023-43208')!.doubts).toEqual([]);
  });

  test('medium for a toolkit, and for what distributions build under the same number', () => {
    expect(of('OFFIS DCMTK', '3.6.2', '2022-2121')).toBe('medium');
    expect(of('OFFIS DCMTK', '3.6.7', '2022-2119')).toBe('medium');
    expect(of('Orthanc', '1.12.9', '2026-5442')).toBe('medium');
  });

  test('low for a toolkit inside a product, a version that is known to come with the fix, a distribution’s build', () => {
    expect(of('OFFIS DCMTK', '3.6.2', '2022-2121', 'Orthanc')).toBe('low');
    expect(of('OFFIS DCMTK', '3.6.7', '2024-47796')).toBe('low');
    expect(of('OFFIS DCMTK', '3.6.8', '2024-47796')).toBe('medium');
    expect(of('Orthanc', '1.10.1', '2023-33466')).toBe('low');
    expect(of('Orthanc', '1.10.1+dfsg-2', '2026-5442')).toBe('low');
    expect(of('Vue PACS', '12.2.8.400', '2023-40223')).toBe('low');
  });

  test('low for a version that is less exact than the one that fixes it', () => {
    expect(of('MedDream PACS', '7.2.9', '2023-40150')).toBe('low');
    expect(of('MedDream PACS', '7.2.8', '2023-40150')).toBe('high');
    expect(one('MedDream PACS', '7.2.9', '2023-40150')!.doubts.join()).toContain('less exact');
  });

  test('whatever is not high says why', () => {
    for (const { product } of ROWS)
      for (const version of ['1.0', '2.1', '3.6.7', '4.2', '5.9.0', '7.2.9', '12.2', '2024.1'])
        for (const found of known.find(product, version))
          expect(found.doubts.length > 0, `${found.cve} ${version}`).toBe(found.confidence !== 'high');
  });
});

describe('texts', () => {
  test.each([
    ['Orthanc 1.5.7', 'Orthanc', '1.5.7'],
    ['Orthanc/1.5.7', 'Orthanc', '1.5.7'],
    ['Mirth Connect Administrator 4.3.0', 'Mirth Connect', '4.3.0'],
    ['OpenEMR 7.0.2 (1)', 'OpenEMR', '7.0.2 (1)'],
    ['MicroDicom DICOM Viewer 2024.1', 'MicroDicom DICOM Viewer', '2024.1'],
    ['Sante PACS Server PG 4.1.0', 'Sante PACS Server', '4.1.0'],
    ['OFFIS_DCMTK 3.6.2', 'OFFIS DCMTK', '3.6.2'],
  ])('%s', (text, product, version) => {
    expect(known.findText(text)[0]).toMatchObject({ product, version });
  });

  test.each([
    'Orthanc',
    '1.5.7',
    '',
    'Orthanc mainline',
    'Not Orthanc 1.5.7',
    `Orthanc ${'1'.repeat(99)}`,
  ])('%j says nothing', (text) => expect(known.findText(text)).toEqual([]));

  test('anything can be asked, and the same question has the same answer', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(known.findText(text)).toEqual([]);
        expect(known.find('Orthanc', text)).toBe(known.find('Orthanc', text));
      }),
    );
  });
});

describe('ranges', () => {
  const rowOf = (more: Partial<VulnerabilityRow>): VulnerabilityRow => ({
    cve: 'CVE-2000-0001',
    product: 'Thing',
    fixedIn: null,
    cvss: 5,
    reference: 'x',
    ...more,
  });
  const has = (row: Partial<VulnerabilityRow>, version: string) =>
    new Vulnerabilities([rowOf(row)]).find('thing', version).length > 0;

  test('a version is in a range exactly when it is between its ends', () => {
    const version = fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    const order = (a: string, b: string) => compareVersions(parseVersion(a)!, parseVersion(b)!);
    fc.assert(
      fc.property(version, version, version, (from, fixedIn, seen) => {
        expect(has({ from, fixedIn }, seen)).toBe(order(seen, from) >= 0 && order(seen, fixedIn) < 0);
      }),
    );
  });

  test('through a version, with all that begins with it', () => {
    expect(has({ through: '2' }, '2.9.1')).toBe(true);
    expect(has({ through: '2.1' }, '2.10')).toBe(false);
    expect(has({ through: '3.6.6', fixedIn: '3.6.8' }, '3.6.7')).toBe(false);
  });

  test.each([
    { fixedIn: 'soon' },
    { through: 'x' },
    {},
    { fixedIn: '1.0', cvss: null },
  ])('a row that says too little is refused: %j', (row) =>
    expect(() => new Vulnerabilities([rowOf(row)])).toThrow(RangeError));

  test('a site’s rows win over the built-in ones, or replace them', () => {
    const rows = [rowOf({ cve: 'CVE-2025-0896', product: 'Orthanc Server', fixedIn: '9.0', cvss: 3 })];
    const extended = tableOf([{ rows, products: [] }]);
    expect(extended.find('Orthanc', '8.0')).toMatchObject([{ cve: 'CVE-2025-0896', gravity: 'low' }]);
    expect(extended.find('Mirth Connect', '4.3.0')).toHaveLength(2);
    const replaced = tableOf([{ rows, products: [] }], true);
    expect(replaced.find('Orthanc', '8.0')).toHaveLength(1);
    expect(replaced.find('Mirth Connect', '4.3.0')).toEqual([]);
  });

  test('a site may name products that are not built in, and give known ones more names', () => {
    const table = tableOf([
      {
        rows: [rowOf({ product: 'Example RIS', fixedIn: '2.0' })],
        products: [
          { name: 'Example RIS', names: ['XRIS'] },
          { name: 'Orthanc', names: ['OurArchive'] },
        ],
      },
    ]);
    expect(table.find('xris', '1.9')).toMatchObject([{ product: 'Example RIS', confidence: 'high' }]);
    expect(table.find('OurArchive', '1.5.7')[0]).toMatchObject({ product: 'Orthanc' });
  });
});

test.each([
  [10, 'critical'],
  [9, 'critical'],
  [8.9, 'high'],
  [7, 'high'],
  [6.9, 'medium'],
  [4, 'medium'],
  [3.9, 'low'],
])('CVSS %d is %s', (score, gravity) => expect(gravityOf(score)).toBe(gravity));
