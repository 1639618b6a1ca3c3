import { describe, expect, test } from 'vitest';
import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { associate, association, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.suspicious-ae-title';
const LONG = `1.2.${'3'.repeat(61)}`;

const ask = (more: Partial<Association> & { calling?: string }, called = 'PACS') => {
  const run = new Run();
  associate(run, flow('10.0.0.9', '10.0.0.2'), association(called, { accepted: true, ...more }), at(0));
  return run.findings(ID);
};
const context = (abstractSyntax: string, transferSyntaxes: string[] = [], transferSyntax = '') => ({
  contexts: [{ id: 1, abstractSyntax, transferSyntaxes, result: 0, transferSyntax, inferred: false }],
});
const say = (more: Partial<DimseMessage>) => {
  const event = {
    type: 'dicom.message',
    from: 'client',
    status: '',
    sopClass: '',
    sopInstance: '',
    moveDestination: '',
    moveOriginator: '',
    ...more,
  } as DimseMessage;
  return new Run().event(event, flow('10.0.0.9', '10.0.0.2')).findings(ID);
};

describe(ID, () => {
  test.each([
    ['../../etc', 'path'],
    ['CT/1', 'path'],
    ['C:\\PACS', 'path'],
    ['PACS..', 'path'],
    ['PACS\\x0A', 'control'],
    ['PACS\\x7F', 'control'],
    ['R\\xD6NTGEN', 'repertoire'],
    // A backslash of the wire, and no escape.
    ['\\xylophone', 'path'],
  ])('an association called %s', (called, fault) => {
    expect(ask({}, called)).toMatchObject([
      {
        severity: 'high',
        count: 1,
        source: { ip: '10.0.0.9' },
        data: { faults: [fault], places: ['called AE title'], names: [called] },
      },
    ]);
    expect(ask({ calling: called })).toMatchObject([{ data: { places: ['calling AE title'] } }]);
  });

  test.each([
    'CT_1',
    'CT-1.A',
    'ward 3',
    'A+B (2)',
    'ARCHIVE_TITLE_16',
    '',
    '"quoted"',
  ])('a title may be %s', (called) => {
    expect(ask({ calling: called }, called)).toEqual([]);
  });

  test('it is said in one sentence, escaped', () => {
    expect(ask({}, '..\\x"')[0].summary).toBe(
      '10.0.0.9 sent 10.0.0.2:104 1 name with parts of a path (/, \\ or ..) as called AE title ("..\\u{5c}x\\u{22}").',
    );
  });

  test.each([
    ['an application context', { applicationContext: '1.2.x' }],
    ['an implementation', { client: { classUid: LONG, versionName: '' } }],
    ['an abstract syntax', context('1.2/3')],
    ['a transfer syntax', context('1.2', ['1.2', '1,2'])],
    ['an accepted transfer syntax', context('1.2', ['1.2'], '1.2\\x00')],
    ["the server's implementation", { server: { classUid: '%s', versionName: '' } }],
    ['a role', { roles: [{ sopClass: 'x', scu: true, scp: false }] }],
    ['extended negotiation', { extendedNegotiation: ['../1'] }],
  ])('a UID of %s', (_what, more) => {
    expect(ask(more)).toMatchObject([{ severity: 'high', count: 1 }]);
  });

  test('what the server sends is from the server', () => {
    expect(ask({ server: { classUid: '%s', versionName: '' } })).toMatchObject([
      { source: { ip: '10.0.0.2' }, destination: { ip: '10.0.0.9', port: null } },
    ]);
  });

  test('UIDs as they should be, of 64 characters too', () => {
    expect(
      ask({
        client: { classUid: LONG.slice(0, 64), versionName: 'x/y' },
        ...context('1.2.840.10008.1.1', ['1.2.840.10008.1.2'], '1.2.840.10008.1.2'),
      }),
    ).toEqual([]);
    expect(say({ sopClass: '1.2.3', sopInstance: '1.2.3.4' })).toEqual([]);
  });

  test('messages: instance UIDs and move destinations', () => {
    const [found] = say({ sopClass: '1.2', sopInstance: '../../var/www/x' });
    expect(found).toMatchObject({
      data: { faults: ['uid-character'], places: ['SOP instance UID'], names: [] },
    });
    expect(say({ moveDestination: '../X' })).toMatchObject([{ data: { places: ['move destination'] } }]);
    // What a response repeats was told of its request.
    expect(say({ sopInstance: '../x', status: '0000' })).toEqual([]);
  });

  test('names are bounded', () => {
    const run = new Run();
    for (let i = 0; i < 500; i++) associate(run, flow('10.0.0.9', '10.0.0.2'), association(`/${i}`), at(0));
    expect(run.findings(ID)).toMatchObject([{ count: 500 }]);
    expect((run.findings(ID)[0].data.names as string[]).length).toBe(16);
  });
});
