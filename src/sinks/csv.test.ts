import { describe, expect, test } from 'vitest';
import { assetsCsv, csvRecord } from './csv.ts';
import { assetDocuments } from './documents.ts';
import { asset } from './samples.ts';

/** A reader of RFC 4180, as strict as a test needs. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      at++;
      while (text[at] !== '"' || text[at + 1] === '"') {
        field += text[at];
        at += text[at] === '"' ? 2 : 1;
      }
      at++;
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') field += text[at++];
    row.push(field);
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`neither comma nor CRLF at ${at}`);
  }
  return rows;
}

describe('CSV', () => {
  test('quotes what RFC 4180 says and doubles quotes', () => {
    expect(csvRecord(['a,b', 'say "x"', 'two\nlines', null, 7, ''])).toBe(
      '"a,b","say ""x""","two\nlines",,7,\r\n',
    );
  });
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('a spreadsheet does not run %j', (value) => {
    expect(parse(csvRecord([value]))[0][0]).toBe(`'${value}`);
  });
  test('numbers are numbers', () => {
    expect(csvRecord([-5])).toBe('-5\r\n');
  });
  test('every row has the columns of the head, whatever the wire said', () => {
    const evil = asset('10.0.0.5', {
      hostname: '=HYPERLINK("http://198.51.100.1","x")',
      ae_titles: ['A,B', '"Q"'],
      model: 'line\r\nbreak\x1b[2J',
      services: [
        { port: 104, proto: 'tcp', protocol: 'dicom', tls: false, product: null, version: null },
        { port: 443, proto: 'tcp', protocol: 'http', tls: true, product: '=cmd', version: '1,0' },
      ],
    });
    const rows = parse(assetsCsv(assetDocuments([evil, asset('10.0.0.6')])));
    expect(rows).toHaveLength(3);
    const [head, first] = rows;
    for (const row of rows) expect(row).toHaveLength(head.length);
    const field = (name: string) => first[head.indexOf(name)];
    expect(field('hostname')).toBe('\'=HYPERLINK("http://198.51.100.1","x")');
    expect(field('ae_titles')).toBe('A,B; "Q"');
    expect(field('model')).toBe('line\\x0d\\x0abreak\\x1b[2J');
    expect(field('services')).toBe('dicom 104/tcp; http 443/tcp tls (=cmd 1,0)');
  });
});
