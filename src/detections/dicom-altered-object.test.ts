import { describe, expect, test } from 'vitest';
import type { DimseMessage } from '../../dissectors/dicom/events.ts';
import { at, flow } from '../testing/analysis/facts.ts';
import { association, dimse, Run } from '../testing/analysis/run.ts';

const ID = 'dicom.altered-object';
const EXPLICIT = '1.2.840.10008.1.2.1';
const one = association('PACS', { accepted: true });
const store = (instance: string, pixelDigest: number | null, more: Partial<DimseMessage> = {}) =>
  dimse(one, {
    command: 'C-STORE-RQ',
    sopInstance: instance,
    transferSyntax: EXPLICIT,
    patient: 7,
    pixelDigest,
    ...more,
  });
const toArchive = () => flow('10.0.0.1', '10.0.0.2');
const toReader = () => flow('10.0.0.2', '10.0.0.3', 11112);

describe(ID, () => {
  test('an object that leaves the archive with other pixels', () => {
    const run = new Run()
      .event(store('1.2.3', 111), toArchive(), at(1))
      .event(store('1.2.4', 222), toArchive(), at(2))
      .event(store('1.2.3', 111), toReader(), at(60))
      .event(store('1.2.4', 333), toReader(), at(61));
    expect(run.findings(ID)).toMatchObject([
      {
        severity: 'medium',
        count: 1,
        source: { ip: '10.0.0.2' },
        destination: { ip: '10.0.0.3', port: 11112 },
        summary:
          '10.0.0.2 sent 10.0.0.3:11112 1 object with other pixel data than when it went from 10.0.0.1 to 10.0.0.2 ' +
          'under the same UID, "1.2.4".',
        data: { sop_instances: ['1.2.4'], earlier_source: '10.0.0.1', of_another_patient: 0 },
      },
    ]);
  });

  test('the server of a C-GET is the sender', () => {
    const run = new Run()
      .event(store('1.2.3', 111), toArchive())
      .event(store('1.2.3', 112, { from: 'server' }), flow('10.0.0.3', '10.0.0.2'));
    expect(run.findings(ID)).toMatchObject([
      { source: { ip: '10.0.0.2' }, destination: { ip: '10.0.0.3', port: null } },
    ]);
  });

  test('who passes the changed object on, or sends the first one again, is not told', () => {
    const run = new Run();
    for (const digest of [111, 222, 111, 222, 222]) run.event(store('1.2.3', digest), toArchive());
    run.event(store('1.2.3', 222), toReader());
    expect(run.findings(ID)).toMatchObject([{ count: 1, source: { ip: '10.0.0.1' } }]);
  });

  test('another patient under the same UID is a UID given twice', () => {
    const run = new Run()
      .event(store('1.2.3', 111), toArchive())
      .event(store('1.2.3', 222, { patient: 8 }), toArchive());
    expect(run.findings(ID)[0].summary).toContain('Each names another patient than before');
  });

  test('implicit and explicit little endian have the same pixel data', () => {
    const implicit = { transferSyntax: '1.2.840.10008.1.2' };
    const passedOn = (digest: number) =>
      new Run()
        .event(store('1.2.3', 111), toArchive())
        .event(store('1.2.3', digest, implicit), toReader())
        .findings(ID);
    expect(passedOn(111)).toEqual([]);
    expect(passedOn(222)).toHaveLength(1);
  });

  test('what cannot be compared is not', () => {
    const run = new Run()
      .event(store('1.2.3', 111), toArchive())
      .event(store('1.2.3', 222, { transferSyntax: '1.2.840.10008.1.2.4.50' }), toReader())
      .event(store('1.2.3', null), toReader())
      .event(store('1.2.3', 333, { transferSyntax: '' }), toReader())
      .event(store('1.2.5', 111), toArchive())
      .event(store('', 1), toArchive())
      .event(store('', 2), toArchive());
    expect(run.findings(ID)).toEqual([]);
  });

  test('it remembers so many objects, and of one so many ways to be', () => {
    const run = new Run();
    for (let n = 0; n < 65_537; n++) run.event(store(`1.2.${n}`, 1), toArchive());
    run.event(store('1.2.0', 2), toReader()).event(store('1.2.65536', 2), toReader());
    expect(run.findings(ID)).toMatchObject([{ count: 1, data: { sop_instances: ['1.2.65536'] } }]);
    for (let n = 0; n < 100; n++) run.event(store('1.2.65536', n + 10), toReader());
    expect(run.findings(ID)).toMatchObject([{ count: 101, data: { sop_instances: { length: 5 } } }]);
  });
});
