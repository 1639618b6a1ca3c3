import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { FROM_CLIENT } from '../../src/core/dissector.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import {
  type Emitted,
  everySplit,
  type PlayOptions,
  play,
  type Step,
} from '../../src/testing/every-split.ts';
import type { Association } from './events.ts';
import { dicom } from './index.ts';
import {
  abort,
  associateAc,
  associateRj,
  associateRq,
  BIG,
  type Bytes,
  bytes,
  COMMAND,
  CT_STORAGE,
  command,
  concat,
  DEFLATED,
  dataSet,
  type Element,
  EXPLICIT,
  echoRq,
  echoRsp,
  IMPLICIT,
  image,
  item,
  JPEG,
  LAST,
  message,
  pData,
  pdu,
  releaseRp,
  releaseRq,
  STUDY_FIND,
  STUDY_MOVE,
  storeRq,
  storeRsp,
  text,
  VERIFICATION,
  WORKLIST,
} from './testing.ts';

// Every cut of a conversation takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const up = (bytes: Bytes): Step => ({ send: TO_SERVER, bytes });
const down = (bytes: Bytes): Step => ({ send: TO_CLIENT, bytes });
const messages = (emitted: Emitted[]) => emitted.filter((event) => event.type === 'dicom.message');
const facts = (emitted: Emitted[], fact: string) => emitted.filter((event) => event.fact === fact);
const kinds = (emitted: Emitted[]) => facts(emitted, 'anomaly').map((fact) => fact.kind);
const activities = (emitted: Emitted[]) =>
  facts(emitted, 'activity').map((fact) => `${fact.side} ${fact.activity} ${fact.detail}`.trim());
/** The service classes that AE titles were told to use and provide. */
const rolesOf = (emitted: Emitted[]) =>
  facts(emitted, 'attribute')
    .filter(({ source }) => /^DICOM SC[UP] /.test(String(source)))
    .map(({ value, source }) => `${value} ${String(source).slice(6)}`);
const stationOf = (emitted: Emitted[]) =>
  facts(emitted, 'attribute')
    .filter(({ source }) => /worklist answer|performed procedure/.test(String(source)))
    .map(({ side, attribute, value, source }) => [side, attribute, value, source]);
function associations(emitted: Emitted[]): Association[] {
  return emitted
    .filter((event) => event.type === 'dicom.association')
    .map((event) => event.association as Association);
}

const MIDSTREAM: PlayOptions = { flow: { midstream: true } };
const STORAGE = { contexts: [{ id: 1, abstract: CT_STORAGE, transfer: [EXPLICIT] }] };
const STORAGE_ACCEPTED = { contexts: [{ id: 1, transfer: EXPLICIT }] };

/** An association around the steps. */
function associated(steps: readonly Step[], request = STORAGE, answer = STORAGE_ACCEPTED): Step[] {
  return [up(associateRq(request)), down(associateAc(answer)), ...steps, up(releaseRq()), down(releaseRp())];
}

const proposing = (syntax: string) => ({
  contexts: [{ id: 1, abstract: CT_STORAGE, transfer: [syntax] }],
});
const accepting = (syntax: string) => ({ contexts: [{ id: 1, transfer: syntax }] });
const NAME_ELEMENT: Element = [0x00100010, 'PN', 'TEST^PATIENT'];

function queryContext(abstract: string) {
  return {
    request: { contexts: [{ id: 1, abstract, transfer: [EXPLICIT] }] },
    answer: { contexts: [{ id: 1, transfer: EXPLICIT }] },
  };
}

describe('associations', () => {
  test('verification, cut in every way', () => {
    const emitted = everySplit(dicom, [
      up(associateRq()),
      down(associateAc()),
      up(message(echoRq(7))),
      down(message(echoRsp(7))),
      up(releaseRq()),
      down(releaseRp()),
    ]);
    const said = emitted.map(
      (event) =>
        event.type ?? `${event.fact} ${event.state ?? event.attribute ?? event.activity ?? event.behaviour}`,
    );
    expect(said).toEqual([
      'dicom.requested',
      'attribute ae-title',
      'attribute implementation-class-uid',
      'attribute implementation-version-name',
      'service asked',
      'dicom.answered',
      'attribute ae-title',
      'attribute implementation-class-uid',
      'attribute implementation-version-name',
      'service answered',
      'behaviour association',
      'behaviour operation',
      'dicom.message',
      'attribute ae-title',
      'activity asks-echo',
      'dicom.message',
      'attribute ae-title',
      'activity answers-echo',
      'dicom.association',
    ]);
    expect(rolesOf(emitted)).toEqual(['CT01 SCU of Verification', 'PACS SCP of Verification']);
    const [request, response] = messages(emitted);
    expect(request).toMatchObject({ command: 'C-ECHO-RQ', from: 'client', messageId: 7, status: '' });
    expect(response).toMatchObject({
      command: 'C-ECHO-RSP',
      status: '0000',
      statusClass: 'success',
      statusText: 'Success',
      latency: 1000,
    });
    expect(associations(emitted)[0]).toMatchObject({
      callingAe: 'CT01',
      calledAe: 'PACS',
      outcome: 'released',
      accepted: true,
      withoutRequest: false,
      protocolVersion: 1,
      applicationContext: '1.2.840.10008.3.1.1.1',
      maxPduClient: 16_384,
      pdus: [0, 1, 1, 0, 2, 1, 1, 0],
      messages: { 'C-ECHO-RQ': 1, 'C-ECHO-RSP': 1 },
      statuses: { 'C-ECHO-RSP': { '0000': 1 } },
      client: { classUid: '1.2.276.0.7230010.3.0.3.6.7', versionName: 'OFFIS_DCMTK_367' },
      server: { classUid: '1.2.40.0.13.1.3', versionName: 'dcm4che-5.30' },
      anomalies: {},
    });
  });

  test('bytes are counted as they went by', () => {
    const request = associateRq();
    const answer = associateAc();
    const [association] = associations(play(dicom, [up(request), down(answer)]));
    expect(association).toMatchObject({ bytesToServer: request.length, bytesToClient: answer.length });
  });

  test.each([
    [1, 1, 7, 'rejected-permanent by service-user: called-AE-title-not-recognized'],
    [1, 1, 3, 'rejected-permanent by service-user: calling-AE-title-not-recognized'],
    [1, 2, 2, 'rejected-permanent by service-provider (ACSE): protocol-version-not-supported'],
    [2, 3, 1, 'rejected-transient by service-provider (presentation): temporary-congestion'],
    [1, 1, 9, 'rejected-permanent by service-user: reason 9'],
  ])('a rejection %i %i %i in words', (result, source, reason, words) => {
    const emitted = everySplit(dicom, [up(associateRq()), down(associateRj(result, source, reason))]);
    expect(associations(emitted)[0]).toMatchObject({
      outcome: 'rejected',
      accepted: false,
      rejection: { result, source, reason, text: words },
    });
    expect(facts(emitted, 'service').map((fact) => fact.state)).toEqual(['asked', 'refused']);
    // Nobody knows whether the title that was refused is the server's.
    expect(facts(emitted, 'attribute').some((fact) => fact.side === 'server')).toBe(false);
  });

  test.each<[string, Step[], PlayOptions, string]>([
    ['released', associated([]), {}, 'released'],
    ['released, reset behind it', associated([]), { close: 'rst' }, 'released'],
    ['aborted', [up(associateRq()), down(associateAc()), down(abort(2, 1))], {}, 'aborted'],
    ['reset', [up(associateRq()), down(associateAc())], { close: 'rst' }, 'aborted'],
    ['closed without a release', [up(associateRq()), down(associateAc())], {}, 'cut'],
    ['a release nobody answered', [up(associateRq()), down(associateAc()), up(releaseRq())], {}, 'cut'],
    ['no answer', [up(associateRq())], {}, 'unanswered'],
    ['no answer and a reset', [up(associateRq())], { close: 'rst' }, 'unanswered'],
    ['a request that broke off', [up(associateRq().subarray(0, 60))], {}, 'unanswered'],
  ])('outcome: %s', (_, steps, options, outcome) => {
    expect(associations(everySplit(dicom, steps, options)).map((a) => a.outcome)).toEqual([outcome]);
  });

  test('both sides may ask for release at once', () => {
    const emitted = everySplit(dicom, [
      up(associateRq()),
      down(associateAc()),
      up(releaseRq()),
      down(releaseRq()),
      up(releaseRp()),
      down(releaseRp()),
    ]);
    expect(associations(emitted)[0]).toMatchObject({ outcome: 'released', anomalies: {} });
  });

  test('an abort says who and why', () => {
    const emitted = everySplit(dicom, [up(associateRq()), down(associateAc()), down(abort(2, 6))]);
    expect(associations(emitted)[0].abort).toEqual({
      source: 2,
      reason: 6,
      text: 'service-provider: invalid-PDU-parameter-value',
      by: 'server',
    });
  });

  test('every user information item', () => {
    const uidItem = (type: number, uid: string, rest: Bytes) =>
      item(type, concat(bytes(0, uid.length), text(uid), rest));
    const emitted = everySplit(dicom, [
      up(
        associateRq({
          contexts: [
            { id: 1, abstract: CT_STORAGE, transfer: [EXPLICIT, IMPLICIT] },
            { id: 3, abstract: VERIFICATION, transfer: [IMPLICIT] },
          ],
          userItems: [
            item(0x53, bytes(0, 5, 0, 6)),
            uidItem(0x54, CT_STORAGE, bytes(0, 1)),
            uidItem(0x56, STUDY_FIND, bytes(1, 1, 1)),
            uidItem(0x57, CT_STORAGE, concat(bytes(0, 0), bytes(0, 0))),
            item(0x58, concat(bytes(2, 0, 0, 5), text('nurse'), bytes(0, 6), text('secret'))),
          ],
        }),
      ),
      down(
        associateAc({
          contexts: [
            { id: 1, transfer: EXPLICIT },
            { id: 3, result: 3, transfer: IMPLICIT },
          ],
          maximum: 0,
          userItems: [item(0x59, bytes(0, 0))],
        }),
      ),
    ]);
    expect(associations(emitted)[0]).toMatchObject({
      asyncOperations: { invoked: 5, performed: 6 },
      roles: [{ sopClass: CT_STORAGE, scu: false, scp: true }],
      extendedNegotiation: [STUDY_FIND, CT_STORAGE],
      userIdentity: 2,
      maxPduServer: 0,
      contexts: [
        {
          id: 1,
          abstractSyntax: CT_STORAGE,
          transferSyntaxes: [EXPLICIT, IMPLICIT],
          result: 0,
          transferSyntax: EXPLICIT,
        },
        { id: 3, abstractSyntax: VERIFICATION, result: 3, transferSyntax: '' },
      ],
      anomalies: {},
    });
    expect(JSON.stringify(emitted)).not.toMatch(/nurse|secret/);
  });

  test('AE titles lose their padding and show what is not printable', () => {
    const [association] = associations(
      play(dicom, [up(associateRq({ calling: '  A B\x01\xe9', called: '../\\x\0\0\0\0\0\0\0\0\0\0\0' }))]),
    );
    expect(association).toMatchObject({ callingAe: 'A B\\x01\\xE9', calledAe: '../\\x' });
  });

  test('an AE title that C ended in its padding is the same title', () => {
    const [association] = associations(
      play(dicom, [up(associateRq({ calling: 'CT01\0   ', called: 'PACS \0 \0' }))]),
    );
    expect(association).toMatchObject({ callingAe: 'CT01', calledAe: 'PACS' });
  });

  describe('reserved fields', () => {
    const fill = (whole: Bytes, values: Record<number, number>): Bytes => {
      const filled = Uint8Array.from(whole);
      // Bytes of a PDU are numbered from 1 in the standard.
      for (const [byte, value] of Object.entries(values)) filled[Number(byte) - 1] = value;
      return filled;
    };
    const exchange = (request: Record<number, number>, answer: Record<number, number> = {}) =>
      associations(
        everySplit(dicom, [up(fill(associateRq(), request)), down(fill(associateAc(), answer))]),
      )[0];
    const digits = (values: Record<number, string>) =>
      Array.from({ length: 35 }, (_, index) => values[index] ?? '00').join('');

    test('that are zero are nothing', () => {
      expect(exchange({})).toMatchObject({ reserved: '', reservedAnswer: '' });
    });

    test('of a request, cut in every way', () => {
      const one = exchange({ 2: 0xab, 9: 1, 10: 2, 43: 3, 74: 0xff });
      expect(one.reserved).toBe(digits({ 0: 'ab', 1: '01', 2: '02', 3: '03', 34: 'ff' }));
    });

    test('all of them at once do not hide that it is DICOM', () => {
      const all = Object.fromEntries([2, 9, 10, 43, 44, 74].map((byte) => [byte, 0x5a]));
      const whole = fill(associateRq(), all);
      expect(dicom.probe(whole.subarray(0, 64), TO_SERVER)).toBe(FROM_CLIENT);
      expect(exchange(all).reserved).toMatch(/^5a5a5a5a5a(00)+5a$/);
    });

    test('of a proposed context; ff where an answer has its result is what DCMTK sends', () => {
      expect(exchange({ 105: 0x41, 106: 0x42, 107: 0x43 }).reserved).toBe(' 414243');
      expect(exchange({ 106: 0xff }).reserved).toBe('');
      expect(exchange({ 106: 0xff, 107: 1 }).reserved).toBe(' 00ff01');
    });

    test('that an answer sends back are none of its own', () => {
      expect(exchange({ 43: 7, 2: 9 }, { 43: 7 })).toMatchObject({ reservedAnswer: '' });
      expect(exchange({ 43: 7 }, { 43: 8 }).reservedAnswer).toBe(digits({ 3: '08' }));
      expect(exchange({ 43: 7 }, { 43: 7, 9: 1 }).reservedAnswer).toBe(digits({ 1: '01', 3: '07' }));
      expect(exchange({}, { 74: 1 }).reservedAnswer).toBe(digits({ 34: '01' }));
    });

    test('of an answer whose request was missed may have been sent back', () => {
      const emitted = play(
        dicom,
        [down(fill(associateAc(), { 43: 1 })), up(message(echoRq(1))), down(message(echoRsp(1)))],
        MIDSTREAM,
      );
      expect(associations(emitted)[0]).toMatchObject({ reserved: '', reservedAnswer: '' });
    });
  });

  describe('behaviour', () => {
    const behaviours = (emitted: Emitted[]) =>
      facts(emitted, 'behaviour').map(({ side, behaviour, value }) => `${side} ${behaviour} ${value}`);
    const store = (id: number) => [up(message(storeRq(id), image())), down(message(storeRsp(id)))];

    test('each operation once for each class in an association, and the titles of an accepted one', () => {
      const emitted = play(dicom, associated([...store(1), ...store(2), ...store(3)]));
      expect(behaviours(emitted)).toEqual([
        'client association CT01>PACS',
        `client operation C-STORE ${CT_STORAGE}`,
      ]);
    });

    test('a rejected association is none', () => {
      expect(behaviours(play(dicom, [up(associateRq()), down(associateRj(1, 1, 7))]))).toEqual([]);
    });

    test('classes without number are told up to a limit', () => {
      const many = Array.from({ length: 300 }, (_, id) =>
        up(message(storeRq(id, '1.2.3', { 2: `1.2.${id}` }), image())),
      );
      expect(behaviours(play(dicom, associated(many))).length).toBe(65);
    });
  });

  describe('answers that overtook what they answer on the way to the capture', () => {
    const told = (steps: Parameters<typeof play>[1]) => {
      const emitted = play(dicom, steps);
      return {
        types: emitted.flatMap(({ type }) => (type === undefined || type === 'dicom.message' ? [] : [type])),
        associations: associations(emitted).map(({ calledAe, withoutRequest, outcome, anomalies }) => ({
          calledAe,
          withoutRequest,
          outcome,
          anomalies,
        })),
      };
    };
    const ONE = { calledAe: 'ONE', withoutRequest: false, anomalies: {} };
    const ORDER = ['dicom.requested', 'dicom.answered', 'dicom.association'];

    test('a rejection', () => {
      expect(told([down(associateRj(1, 1, 7)), up(associateRq({ called: 'ONE' }))])).toEqual({
        types: ORDER,
        associations: [{ ...ONE, outcome: 'rejected' }],
      });
    });

    test('an acceptance, whose contexts are those of the request', () => {
      const steps = [down(associateAc()), up(associateRq({ called: 'ONE' })), up(message(echoRq()))];
      expect(told(steps)).toEqual({ types: ORDER, associations: [{ ...ONE, outcome: 'cut' }] });
      const ids = associations(play(dicom, steps))[0].contexts.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test('an acceptance, by data', () => {
      const steps = [up(associateRq({ called: 'ONE' })), up(message(echoRq())), down(associateAc())];
      expect(told(steps).associations).toEqual([{ ...ONE, outcome: 'cut' }]);
    });

    test('a release, by data', () => {
      const [request, acceptance, , releaseResponse] = associated([]);
      const steps = [request, acceptance, releaseResponse, up(message(echoRq()))];
      expect(told(steps).associations[0].anomalies).toEqual({});
    });

    test('an answer alone is told at the end', () => {
      expect(told([down(associateRj(1, 1, 7))])).toMatchObject({
        types: ORDER,
        associations: [{ withoutRequest: true, outcome: 'rejected', anomalies: {} }],
      });
    });
  });

  test('another association on the same connection', () => {
    const emitted = everySplit(dicom, [
      up(associateRq({ called: 'ONE' })),
      down(associateRj(1, 1, 7)),
      up(associateRq({ called: 'TWO' })),
      down(associateAc()),
      up(message(echoRq())),
    ]);
    expect(associations(emitted).map((a) => [a.calledAe, a.outcome, a.anomalies])).toEqual([
      ['ONE', 'rejected', { 'second-request': 1 }],
      ['TWO', 'cut', {}],
    ]);
  });

  test('a server that is none of DICOM leaves the request unanswered and nothing malformed', () => {
    const emitted = everySplit(dicom, [up(associateRq()), down(text('HTTP/1.1 400 Bad Request\r\n\r\n'))]);
    expect(associations(emitted)[0]).toMatchObject({ outcome: 'unanswered', anomalies: {} });
    expect(emitted.some((event) => event.fact === 'malformed')).toBe(false);
  });

  test('what a record holds of the wire is bounded', () => {
    const many = Array.from({ length: 400 }, (_, i) => message(storeRsp(i & 0xffff, i)));
    const stores = Array.from({ length: 400 }, (_, i) =>
      message(storeRq(i, '1.2', { 2: `1.2.3.${i}` }), dataSet([[0x00100010, 'PN', 'A']])),
    );
    const odd = Array.from({ length: 400 }, (_, i) =>
      message(command({ 256: 0x4000 + i, 272: 1, 2048: 0x0101 })),
    );
    const [association] = associations(
      play(dicom, associated([...many, ...odd].map(down).concat(stores.map(up)))),
    );
    expect(Object.keys(association.statuses['C-STORE-RSP']).length).toBeLessThanOrEqual(257);
    expect(Object.keys(association.objects).length).toBeLessThanOrEqual(257);
    expect(Object.keys(association.messages).length).toBeLessThanOrEqual(257);
    expect(association.objects.other).toBe(400 - 256);
  });
});

describe('messages', () => {
  test('storage, cut in every way', () => {
    const emitted = everySplit(
      dicom,
      associated([up(message(storeRq(), image('explicit'), 100)), down(message(storeRsp()))]),
    );
    const [store, response] = messages(emitted);
    expect(store).toMatchObject({
      command: 'C-STORE-RQ',
      sopClass: CT_STORAGE,
      sopInstance: '1.2.3.4',
      partial: false,
      modality: 'CT',
      transferSyntax: EXPLICIT,
      inferred: false,
      dataSetBytes: image('explicit').length,
      identifiers: [
        'patient-name',
        'medical-record-number',
        'birth-date',
        'accession-number',
        'sex',
        'physician-name',
      ],
    });
    expect(response).toMatchObject({ command: 'C-STORE-RSP', statusClass: 'success', latency: 1000 });
    expect(facts(emitted, 'phi')).toEqual([
      {
        fact: 'phi',
        protocol: 'dicom',
        identifiers: store.identifiers,
        patient: store.patient,
        to: 'server',
      },
    ]);
    expect(associations(emitted)[0]).toMatchObject({ objects: { [CT_STORAGE]: 1 }, anomalies: {} });
    expect(activities(emitted)).toEqual(['client sends-images CT', 'server accepts-images CT']);
    const equipment = facts(emitted, 'attribute').filter((fact) =>
      String(fact.source).includes('stored object'),
    );
    expect(equipment.map((fact) => [fact.attribute, fact.value, fact.source])).toEqual([
      ['vendor', 'Invented Imaging', 'DICOM (0008,0070) of a stored object'],
      ['model', 'Sample 64', 'DICOM (0008,1090) of a stored object'],
      ['station', 'CT-ROOM-1', 'DICOM (0008,1010) of a stored object'],
      ['serial', 'SN-42', 'DICOM (0018,1000) of a stored object'],
      ['software', 'v1.2', 'DICOM (0018,1020) of a stored object'],
      ['modality', 'CT', 'DICOM (0008,0060) of a stored object'],
    ]);
    expect(JSON.stringify(emitted)).not.toMatch(/WATSON|TEST\^PATIENT|MRN-0001|19700101/);
  });

  test.each([
    ['implicit', IMPLICIT],
    ['explicit', EXPLICIT],
    ['big', BIG],
    ['deflated', DEFLATED],
  ] as const)('fragments of two bytes, %s', (syntax, uid) => {
    const whole = dataSet(
      [
        [0x00080005, 'CS', 'ISO_IR 100'],
        [0x00080060, 'CS', 'MR'],
        [0x00100010, 'PN', 'TEST^PATIENT'],
      ],
      syntax,
    );
    const emitted = play(
      dicom,
      associated(
        [up(message(storeRq(), whole, 2))],
        { contexts: [{ id: 1, abstract: CT_STORAGE, transfer: [uid] }] },
        { contexts: [{ id: 1, transfer: uid }] },
      ),
      { reveal: true },
      (_, length) => Array.from({ length: length - 1 }, (__, i) => i + 1),
    );
    expect(messages(emitted)[0]).toMatchObject({
      modality: 'MR',
      phi: ['[patient-name]=TEST^PATIENT'],
      transferSyntax: uid,
      partial: false,
    });
  });

  test('command and data set in one PDU, and in fragments of any kind', () => {
    const data = image('explicit', 8);
    const rq = storeRq();
    const emitted = everySplit(
      dicom,
      associated([
        up(pData({ control: COMMAND | LAST, body: rq }, { control: LAST, body: data })),
        up(
          pData(
            { control: COMMAND, body: rq.subarray(0, 5) },
            { control: COMMAND, body: bytes() },
            { control: COMMAND | LAST, body: rq.subarray(5) },
            { control: 0, body: data.subarray(0, 3) },
            { control: 0, body: data.subarray(3) },
            { control: LAST, body: bytes() },
          ),
        ),
      ]),
    );
    expect(messages(emitted).map((m) => [m.command, m.modality, m.dataSetBytes, m.partial])).toEqual([
      ['C-STORE-RQ', 'CT', data.length, false],
      ['C-STORE-RQ', 'CT', data.length, false],
    ]);
    expect(associations(emitted)[0].anomalies).toEqual({});
  });

  test('asynchronous operations on several contexts, their fragments interleaved', () => {
    const data = image('explicit', 8);
    const half = data.length >>> 1;
    const emitted = everySplit(
      dicom,
      associated(
        [
          up(
            pData(
              { context: 1, control: COMMAND | LAST, body: storeRq(1, '1.1') },
              { context: 3, control: COMMAND | LAST, body: storeRq(2, '1.2') },
              { context: 1, control: 0, body: data.subarray(0, half) },
              { context: 3, control: 0, body: data.subarray(0, half) },
              { context: 3, control: LAST, body: data.subarray(half) },
              { context: 1, control: LAST, body: data.subarray(half) },
            ),
          ),
          up(message(echoRq(3), undefined, 0, 5)),
          down(message(storeRsp(2), undefined, 0, 3)),
          down(message(echoRsp(3), undefined, 0, 5)),
          down(message(storeRsp(1), undefined, 0, 1)),
        ],
        { contexts: [1, 3, 5].map((id) => ({ id, abstract: CT_STORAGE, transfer: [EXPLICIT] })) },
        { contexts: [1, 3, 5].map((id) => ({ id, transfer: EXPLICIT })) },
      ),
    );
    expect(
      messages(emitted).map((m) => [m.command, m.messageId, m.contextId, m.modality, m.latency]),
    ).toEqual([
      ['C-STORE-RQ', 2, 3, 'CT', null],
      ['C-STORE-RQ', 1, 1, 'CT', null],
      ['C-ECHO-RQ', 3, 5, '', null],
      ['C-STORE-RSP', 2, 3, '', 2000],
      ['C-ECHO-RSP', 3, 5, '', 2000],
      ['C-STORE-RSP', 1, 1, '', 4000],
    ]);
  });

  test('one PDU over many segments, whose pixel data are never offered to the parser', () => {
    const data = image('explicit', 100_000);
    const steps = associated([up(message(storeRq(), data, 200_000)), down(message(storeRsp()))]);
    const emitted = play(dicom, steps, {}, (_, length) =>
      Array.from({ length: Math.ceil(length / 1448) }, (__, i) => i * 1448).filter(
        (at) => at > 0 && at < length,
      ),
    );
    expect(emitted).toEqual(play(dicom, steps));
    expect(messages(emitted)[0]).toMatchObject({ dataSetBytes: data.length, partial: false });
  });

  test('an object that breaks off is partial and does not count', () => {
    const data = image('explicit', 5000);
    const stored = message(storeRq(), data);
    // The last byte alone is missing, inside what the engine skips.
    const emitted = everySplit(dicom, [
      up(associateRq(STORAGE)),
      down(associateAc(STORAGE_ACCEPTED)),
      up(stored.subarray(0, 900)),
      up(stored.subarray(900, stored.length - 1)),
    ]);
    expect(messages(emitted)[0]).toMatchObject({ partial: true, modality: 'CT' });
    expect(facts(emitted, 'phi')).toHaveLength(1);
    expect(associations(emitted)[0]).toMatchObject({
      objects: {},
      messages: { 'C-STORE-RQ': 1 },
      outcome: 'cut',
    });
  });

  test('bytes that were to be skipped and never came are not counted', () => {
    const stored = message(storeRq(), image('explicit', 5000));
    const request = associateRq(STORAGE);
    const [association] = associations(
      play(dicom, [up(request), down(associateAc(STORAGE_ACCEPTED)), up(stored.subarray(0, 1500))]),
    );
    expect(association.bytesToServer).toBe(request.length + 1500);
  });

  test('a query, its pending responses, and who learns what of whom', () => {
    const { request, answer } = queryContext(STUDY_FIND);
    const findRq = (keys: readonly Element[]) =>
      message(command({ 2: STUDY_FIND, 256: 0x0020, 272: 1, 1792: 0, 2048: 1 }), dataSet(keys));
    const findRsp = (status: number, keys?: readonly Element[]) =>
      message(
        command({ 2: STUDY_FIND, 256: 0x8020, 288: 1, 2048: keys ? 1 : 0x0101, 2304: status }),
        keys && dataSet(keys),
      );
    const emitted = everySplit(
      dicom,
      associated(
        [
          up(
            findRq([
              [0x00080052, 'CS', 'STUDY'],
              [0x00100010, 'PN', '*'],
              [0x00100020, 'LO', ''],
            ]),
          ),
          down(
            findRsp(0xff00, [
              [0x00100010, 'PN', 'TEST^ONE'],
              [0x00100020, 'LO', 'MRN-1'],
            ]),
          ),
          down(
            findRsp(0xff01, [
              [0x00100010, 'PN', 'TEST^TWO'],
              [0x00100020, 'LO', 'MRN-2'],
            ]),
          ),
          down(findRsp(0)),
        ],
        request,
        answer,
      ),
    );
    expect(messages(emitted)[0]).toMatchObject({
      queryLevel: 'STUDY',
      universalQuery: true,
      identifiers: [],
      patient: null,
    });
    expect(
      messages(emitted)
        .slice(1)
        .map((m) => [m.status, m.statusClass, m.latency]),
    ).toEqual([
      ['FF00', 'pending', 1000],
      ['FF01', 'pending', 2000],
      ['0000', 'success', 3000],
    ]);
    const phi = facts(emitted, 'phi');
    expect(phi.map((fact) => fact.to)).toEqual(['client', 'client']);
    expect(phi[0].patient).not.toBe(phi[1].patient);
    expect(activities(emitted)).toEqual(['client asks-queries', 'server answers-queries']);
  });

  test.each<[string, readonly Element[], boolean, string[]]>([
    [
      'everybody',
      [
        [0x00100010, 'PN', '*'],
        [0x00100020, 'LO', ''],
      ],
      true,
      [],
    ],
    ['everybody, by components', [[0x00100010, 'PN', '*^*']], true, []],
    ['one name', [[0x00100010, 'PN', 'DOE^JANE']], false, ['patient-name']],
    ['a family', [[0x00100010, 'PN', 'DOES*']], false, ['patient-name']],
    ['a beginning of many names', [[0x00100010, 'PN', 'DO*']], false, []],
    [
      'one id',
      [
        [0x00100010, 'PN', ''],
        [0x00100020, 'LO', 'MRN-9'],
      ],
      false,
      ['medical-record-number'],
    ],
    [
      'a day',
      [
        [0x00080020, 'DA', '20260101-'],
        [0x00100010, 'PN', '*'],
      ],
      false,
      [],
    ],
    [
      'a study',
      [
        [0x0020000d, 'UI', '1.2.3'],
        [0x00100010, 'PN', ''],
      ],
      false,
      [],
    ],
    [
      'everybody since 1990',
      [
        [0x00080020, 'DA', '19900101-'],
        [0x00100010, 'PN', '*'],
      ],
      true,
      [],
    ],
    [
      'everybody born since 1900',
      [
        [0x00100010, 'PN', ''],
        [0x00100030, 'DA', '19000101-20991231'],
      ],
      true,
      ['birth-date'],
    ],
    [
      'half a century of birth dates',
      [
        [0x00100010, 'PN', ''],
        [0x00100030, 'DA', '19500101-20001231'],
      ],
      false,
      ['birth-date'],
    ],
    [
      'several wildcards',
      [
        [0x00100010, 'PN', ''],
        [0x00100020, 'LO', '*\\*'],
      ],
      true,
      [],
    ],
    ['a beginning', [[0x00100010, 'PN', 'A*']], false, []],
  ])('a query for %s', (_, keys, universal, identifiers) => {
    const { request, answer } = queryContext(STUDY_FIND);
    const rq = command({ 2: STUDY_FIND, 256: 0x0020, 272: 1, 2048: 1 });
    const [sent] = messages(play(dicom, associated([up(message(rq, dataSet(keys)))], request, answer)));
    expect(sent).toMatchObject({ universalQuery: universal, identifiers });
  });

  test.each<[string, readonly Element[], boolean]>([
    ['a letter', [[0x00100010, 'PN', 'a*']], true],
    [
      'three characters of a record number',
      [
        [0x00100010, 'PN', '*'],
        [0x00100020, 'LO', '10?*'],
      ],
      true,
    ],
    ['components of a name', [[0x00100010, 'PN', 'SMI*^*']], true],
    ['four characters', [[0x00100010, 'PN', 'SMIT*']], false],
    ['a name', [[0x00100010, 'PN', 'SM']], false],
    ['what begins with a wildcard', [[0x00100010, 'PN', '*A*']], false],
    [
      'a letter and a day',
      [
        [0x00080020, 'DA', '20260302'],
        [0x00100010, 'PN', 'A*'],
      ],
      false,
    ],
    [
      'a letter and a number',
      [
        [0x00100010, 'PN', 'A*'],
        [0x00100020, 'LO', 'MRN-1'],
      ],
      false,
    ],
  ])('how a name begins: %s', (_, keys, prefix) => {
    const { request, answer } = queryContext(STUDY_FIND);
    const rq = command({ 2: STUDY_FIND, 256: 0x0020, 272: 1, 2048: 1 });
    const [sent] = messages(play(dicom, associated([up(message(rq, dataSet(keys)))], request, answer)));
    expect(sent).toMatchObject({ prefixQuery: prefix, universalQuery: false });
    expect(sent.queryKey !== null).toBe(prefix);
  });

  test('equal beginnings have equal keys, in either case, and others have others', () => {
    const { request, answer } = queryContext(STUDY_FIND);
    const rq = command({ 2: STUDY_FIND, 256: 0x0020, 272: 1, 2048: 1 });
    const ask = (value: string) => up(message(rq, dataSet([[0x00100010, 'PN', value]])));
    const steps = associated(['A*', 'a*', 'B*', 'AB*', 'ABC*', 'ABD*'].map(ask), request, answer);
    const keys = messages(play(dicom, steps)).map(({ queryKey }) => queryKey);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
    // What a longer one begins with is in its key.
    const parts = keys.map((key) => [34, 17, 0].map((bit) => Math.floor(Number(key) / 2 ** bit) % 2 ** 17));
    const [a, , b, ab, abc, abd] = parts;
    expect([a.slice(1), ab.slice(2), ab[0], abc[0], abc[1], abd[1]]).toEqual([
      [0, 0],
      [0],
      a[0],
      a[0],
      ab[1],
      ab[1],
    ]);
    expect(new Set([a[0], b[0], ab[1], abc[2], abd[2], 0]).size).toBe(6);
  });

  test.each<[string, number | null]>([
    ['', null],
    ['20260101', 1],
    ['20260101-20260131', 31],
    ['20000101-', null],
    ['-', null],
    ['20260131-20260101', 1],
  ])('study dates %s', (date, days) => {
    const { request, answer } = queryContext(STUDY_FIND);
    const rq = command({ 2: STUDY_FIND, 256: 0x0020, 272: 1, 2048: 1 });
    const steps = associated([up(message(rq, dataSet([[0x00080020, 'DA', date]])))], request, answer);
    expect(messages(play(dicom, steps))[0].queryDays).toBe(days);
  });

  test('a whole worklist is nobody’s enumeration', () => {
    const { request, answer } = queryContext(WORKLIST);
    const rq = command({ 2: WORKLIST, 256: 0x0020, 272: 1, 2048: 1 });
    const keys = dataSet([
      [0x00100010, 'PN', '*'],
      [
        0x00400100,
        'SQ',
        [
          [
            [0x00400001, 'AE', '*'],
            [0x00400002, 'DA', ''],
          ],
        ],
      ],
    ]);
    const [sent] = messages(play(dicom, associated([up(message(rq, keys))], request, answer)));
    expect(sent).toMatchObject({ universalQuery: false, prefixQuery: false, queryDays: null });
  });

  describe('pixel data', () => {
    const stored = (data: Bytes, size?: number) => [
      up(message(storeRq(), data, size)),
      down(message(storeRsp())),
    ];
    const digestOf = (steps: readonly Step[]) =>
      messages(play(dicom, steps)).find((sent) => sent.command === 'C-STORE-RQ')?.pixelDigest;
    const big = image('explicit', 200_000);
    const asExplicit = (steps: readonly Step[]) => associated(steps);

    test('have one digest, however they are cut into fragments and segments', () => {
      const whole = digestOf(asExplicit(stored(big)));
      expect(whole).toEqual(expect.any(Number));
      for (const size of [511, 4000, 16_372, 100_000])
        expect(digestOf(asExplicit(stored(big, size)))).toBe(whole);
      const lines = everySplit(dicom, asExplicit(stored(big)), { stride: 20_011 });
      expect(messages(lines)[0].pixelDigest).toBe(whole);
    });

    test('that differ have another; another header has not', () => {
      const changed = big.slice();
      changed.fill(7, changed.length - 60_000);
      expect(digestOf(asExplicit(stored(changed)))).not.toBe(digestOf(asExplicit(stored(big))));
      const renamed = image('explicit', 200_000, [[0x00081030, 'LO', 'another description']]);
      expect(digestOf(asExplicit(stored(renamed)))).toBe(digestOf(asExplicit(stored(big))));
    });

    const encapsulated = (table: Bytes, ...fragments: Bytes[]) =>
      concat(
        dataSet([NAME_ELEMENT]),
        bytes(0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff),
        ...[table, ...fragments].map((body) =>
          concat(bytes(0xfe, 0xff, 0, 0xe0, body.length, 0, 0, 0), body),
        ),
        bytes(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
      );

    test('in fragments have one too, whatever their offset table', () => {
      const asJpeg = (data: Bytes) => digestOf(associated(stored(data), proposing(JPEG), accepting(JPEG)));
      const one = asJpeg(encapsulated(bytes(), text('abcdefgh'), text('ijkl')));
      expect(one).toEqual(expect.any(Number));
      expect(asJpeg(encapsulated(bytes(0, 0, 0, 0), text('abcdefgh'), text('ijkl')))).toBe(one);
      expect(asJpeg(encapsulated(bytes(), text('abcd'), text('efghijkl')))).toBe(one);
      expect(asJpeg(encapsulated(bytes(), text('abcdefgh'), text('ijkm')))).not.toBe(one);
      expect(asJpeg(encapsulated(bytes()))).toBeNull();
      expect(asJpeg(encapsulated(bytes(), text('abcd')).subarray(0, -8))).toBeNull();
    });

    test('have none when deflated, absent, cut short or missed in part', () => {
      const deflated = associated(stored(image('deflated')), proposing(DEFLATED), accepting(DEFLATED));
      expect(digestOf(deflated)).toBeNull();
      expect(digestOf(asExplicit(stored(dataSet([NAME_ELEMENT]))))).toBeNull();
      expect(digestOf(asExplicit(stored(big.subarray(0, -100))))).toBeNull();
      const sent = message(storeRq(), big, 250_000);
      const steps = asExplicit([
        up(sent.subarray(0, 90_000)),
        { gap: TO_SERVER, length: 30_000 },
        up(sent.subarray(120_000)),
        down(message(storeRsp())),
      ]);
      expect(messages(play(dicom, steps))[0]).toMatchObject({ pixelDigest: null, partial: false });
    });
  });

  describe('documents', () => {
    const told = (document: Bytes, tag = 0x00420011) => {
      const data = dataSet([NAME_ELEMENT, [tag, 'OB', document]]);
      const steps = associated([up(message(storeRq(), data))]);
      return facts(everySplit(dicom, steps, { stride: 7 }), 'content').map(({ kind }) => kind);
    };

    test.each([
      [text('MZ\x90\0'), 'Windows executable (MZ)'],
      [text('\x7fELF\x02'), 'ELF executable'],
      [bytes(0xcf, 0xfa, 0xed, 0xfe), 'Mach-O executable'],
      [text('#!/bin/sh'), 'script (#!)'],
    ])('that are programs are told', (document, kind) => {
      expect(told(document)).toEqual([kind]);
    });

    test('others are not, nor what is elsewhere', () => {
      expect(told(text('%PDF-1.7'))).toEqual([]);
      expect(told(text('M'))).toEqual([]);
      expect(told(text('\x7fELG'))).toEqual([]);
      expect(told(text('MZ\x90\0'), 0x00420013)).toEqual([]);
    });
  });

  test('a retrieve: destination, sub-operations, and the storage that is one of them', () => {
    const { request, answer } = queryContext(STUDY_MOVE);
    const emitted = everySplit(
      dicom,
      associated(
        [
          up(
            message(
              command({ 2: STUDY_MOVE, 256: 0x0021, 272: 4, 1536: 'WORKSTATION', 2048: 1 }),
              dataSet([[0x0020000d, 'UI', '1.2.3']]),
            ),
          ),
          down(
            message(
              command({
                2: STUDY_MOVE,
                256: 0x8021,
                288: 4,
                2048: 0x0101,
                2304: 0xff00,
                4128: 3,
                4129: 1,
                4130: 0,
                4131: 2,
              }),
            ),
          ),
          down(message(command({ 256: 0x8021, 288: 4, 2048: 0x0101, 2304: 0xa801 }))),
        ],
        request,
        answer,
      ),
    );
    const [rq, pending, final] = messages(emitted);
    expect(rq).toMatchObject({ moveDestination: 'WORKSTATION', subOperations: null });
    expect(pending.subOperations).toEqual({ remaining: 3, completed: 1, failed: 0, warning: 2 });
    expect(final).toMatchObject({ statusClass: 'failure', statusText: 'Refused: Move Destination unknown' });
  });

  describe('what a station is called', () => {
    const step = '1.2.840.10008.3.1.2.3.3';
    const worklist = (title: string, name = 'CT ROOM 1', modality = 'CT') =>
      message(
        command({ 2: WORKLIST, 256: 0x8020, 288: 1, 2048: 1, 2304: 0xff00 }),
        dataSet([
          [0x00100010, 'PN', 'TEST^PATIENT'],
          [
            0x00400100,
            'SQ',
            [
              [
                [0x00080060, 'CS', modality],
                [0x00400001, 'AE', title],
                [0x00400010, 'SH', name],
              ],
            ],
          ],
        ]),
      );
    const asked = (...answers: Bytes[]) => {
      const { request, answer } = queryContext(WORKLIST);
      const rq = message(
        command({ 2: WORKLIST, 256: 0x0020, 272: 1, 2048: 1 }),
        dataSet([[0x00100010, 'PN', '']]),
      );
      return associated([up(rq), ...answers.map(down)], request, answer);
    };
    const performed = (title: string, name = 'CT ROOM 1') =>
      associated(
        [
          up(
            message(
              command({ 2: step, 256: 0x0140, 272: 1, 2048: 1 }),
              dataSet([
                [0x00080060, 'CS', 'CT'],
                [0x00400241, 'AE', title],
                [0x00400242, 'SH', name],
              ]),
            ),
          ),
          down(message(command({ 2: step, 256: 0x8140, 288: 1, 2048: 0x0101, 2304: 0 }))),
        ],
        { contexts: [{ id: 1, abstract: step, transfer: [EXPLICIT] }] },
      );

    test('a worklist names the station that asks, once', () => {
      const emitted = everySplit(
        dicom,
        asked(worklist('MR02', 'MR ROOM', 'MR'), worklist('CT01'), worklist('CT01')),
      );
      expect(stationOf(emitted)).toEqual([
        ['client', 'station', 'CT ROOM 1', 'DICOM (0040,0010) of a worklist answer'],
        ['client', 'modality', 'CT', 'DICOM (0008,0060) of a worklist answer'],
      ]);
      expect(rolesOf(emitted)).toEqual(['CT01 SCU of Modality Worklist', 'PACS SCP of Modality Worklist']);
    });

    test('a modality names itself in the step it performed', () => {
      const emitted = everySplit(dicom, performed('CT01'));
      expect(stationOf(emitted)).toEqual([
        ['client', 'station', 'CT ROOM 1', 'DICOM (0040,0242) of a performed procedure step'],
        ['client', 'modality', 'CT', 'DICOM (0008,0060) of a performed procedure step'],
      ]);
      expect(rolesOf(emitted)).toEqual([
        'CT01 SCU of Modality Performed Procedure Step',
        'PACS SCP of Modality Performed Procedure Step',
      ]);
    });

    test("others' steps, and steps of nobody, are about nobody here", () => {
      for (const steps of [asked(worklist('MR02')), asked(worklist('')), performed('MR02'), performed('')])
        expect(stationOf(play(dicom, steps))).toEqual([]);
    });
  });

  test('AE titles are users and providers by what they do', () => {
    const commitment = '1.2.840.10008.1.20.1';
    const emitted = everySplit(
      dicom,
      associated([
        // What a C-GET fetches is stored by the server.
        down(message(storeRq(1), image())),
        up(message(storeRsp(1))),
        up(message(storeRq(2), image())),
        down(message(storeRsp(2, 0xa700))),
        up(message(command({ 3: commitment, 256: 0x0130, 272: 3, 2048: 0x0101, 4104: 1 }))),
        down(message(command({ 2: commitment, 256: 0x8130, 288: 3, 2048: 0x0101, 2304: 0 }))),
        down(message(command({ 2: commitment, 256: 0x0100, 272: 4, 2048: 0x0101, 4098: 1 }))),
        up(message(command({ 2: commitment, 256: 0x8100, 288: 4, 2048: 0x0101, 2304: 0 }))),
      ]),
    );
    expect(rolesOf(emitted)).toEqual([
      'PACS SCU of Storage',
      'CT01 SCP of Storage',
      'CT01 SCU of Storage',
      'CT01 SCU of Storage Commitment',
      'PACS SCP of Storage Commitment',
    ]);
  });

  test('who forwards is not what it forwards', () => {
    const forwarded = message(storeRq(1, '1.2.3.4', { 4144: 'WORKSTATION', 4145: 4 }), image());
    const moved = play(dicom, associated([up(forwarded), down(message(storeRsp()))]));
    expect(messages(moved)[0].moveOriginator).toBe('WORKSTATION');
    expect(activities(moved)).toContain('client sends-images');
    const got = play(dicom, associated([down(message(storeRq(), image())), up(message(storeRsp()))]));
    expect(activities(got)).toEqual(['server sends-images', 'client accepts-images CT']);
    const other = image('explicit', 8, [[0x00181030, 'LO', 'x']]);
    other.set(text('SN-43 '), Buffer.from(other).indexOf('SN-42'));
    const pushed = play(
      dicom,
      associated([up(message(storeRq(1), image())), up(message(storeRq(2), other))]),
    );
    for (const emitted of [moved, got, pushed])
      expect(facts(emitted, 'attribute').some((fact) => String(fact.source).includes('stored object'))).toBe(
        false,
      );
  });

  test('further activities: ECG, print, procedure steps', () => {
    const store = (sopClass: string) =>
      message(storeRq(1, '1.2', { 2: sopClass }), dataSet([[0x00080060, 'CS', 'ECG']]));
    const createRq = (sopClass: string) =>
      message(command({ 2: sopClass, 256: 0x0140, 272: 1, 2048: 0x0101 }));
    const createRsp = (sopClass: string) =>
      message(command({ 2: sopClass, 256: 0x8140, 288: 1, 2048: 0x0101, 2304: 0 }));
    const film = '1.2.840.10008.5.1.1.1';
    const step = '1.2.840.10008.3.1.2.3.3';
    const emitted = play(
      dicom,
      associated([
        up(store('1.2.840.10008.5.1.4.1.1.9.1.1')),
        up(store('1.2.840.10008.5.1.4.1.1.9.2.1')),
        up(createRq(film)),
        down(createRsp(film)),
        up(createRq(step)),
        down(createRsp(step)),
      ]),
    );
    expect(activities(emitted)).toEqual([
      'client sends-ecg',
      'client sends-waveforms',
      'client asks-print',
      'server answers-print',
      'client reports-procedure',
      'server accepts-procedure',
    ]);
  });

  test.each<[string, readonly Element[], string[]]>([
    [
      'nothing but sex, age and a physician',
      [
        [0x00080090, 'PN', 'WATSON^EMMA'],
        [0x00100040, 'CS', 'F'],
        [0x00101010, 'AS', '040Y'],
      ],
      [],
    ],
    [
      'empty values',
      [
        [0x00100010, 'PN', ''],
        [0x00100020, 'LO', '  '],
        [0x00100030, 'DA', ''],
      ],
      [],
    ],
    ['a name of nothing but delimiters', [[0x00100010, 'PN', '^^=^']], []],
    [
      'an identity removed',
      [
        [0x00100010, 'PN', 'ANON^1'],
        [0x00100020, 'LO', 'A1'],
        [0x00120062, 'CS', 'YES'],
      ],
      [],
    ],
    [
      'an identity kept',
      [
        [0x00100010, 'PN', 'DOE^JANE'],
        [0x00120062, 'CS', 'NO'],
      ],
      ['patient-name'],
    ],
    ['other ids in a sequence', [[0x00101002, 'SQ', [[[0x00100020, 'LO', 'OLD-1']]]]], ['other-patient-id']],
    ['a name in an icon of some private sequence', [[0x00091001, 'SQ', [[[0x00100010, 'PN', 'X^Y']]]]], []],
    ['a request inside', [[0x00400275, 'SQ', [[[0x00080050, 'SH', 'ACC1']]], true]], ['accession-number']],
  ])('identifiers: %s', (_, elements, identifiers) => {
    const emitted = play(dicom, associated([up(message(storeRq(), dataSet(elements)))]));
    expect(messages(emitted)[0].identifiers).toEqual(identifiers);
    expect(facts(emitted, 'phi')).toHaveLength(identifiers.length > 0 ? 1 : 0);
  });
});

describe('hostile values', () => {
  test('are short and have no control characters', () => {
    const [store] = messages(
      play(
        dicom,
        associated([up(message(storeRq(), dataSet([[0x00080060, 'CS', 'C\x07\x1b[2J'.padEnd(900, 'x')]])))]),
      ),
    );
    expect(store.modality).toBe('C\uFFFD\uFFFD[2Jxxxxxxxxxx');
  });

  test('`__proto__` is a key as any other', () => {
    const [association] = associations(
      play(dicom, associated([up(message(storeRq(1, '1.2', { 2: '__proto__' }), dataSet([])))])),
    );
    expect(Object.getPrototypeOf(association.objects)).toBe(Object.prototype);
  });
});

describe('joined in the middle', () => {
  const conversation: [number, Bytes][] = [
    [TO_SERVER, message(storeRq(1, '1.1'), image('explicit', 300), 200)],
    [TO_CLIENT, message(storeRsp(1))],
    [TO_SERVER, message(storeRq(2, '1.2'), image('explicit', 300), 200)],
    [TO_CLIENT, message(storeRsp(2))],
  ];

  test.each([
    ['implicit', IMPLICIT],
    ['explicit', EXPLICIT],
    ['big', BIG],
    ['deflated', DEFLATED],
  ] as const)('the syntax is inferred: %s', (syntax, uid) => {
    const emitted = everySplit(
      dicom,
      [
        up(message(storeRq(), image(syntax, 8))),
        down(message(storeRsp())),
        up(releaseRq()),
        down(releaseRp()),
      ],
      MIDSTREAM,
    );
    expect(messages(emitted)[0]).toMatchObject({ transferSyntax: uid, inferred: true, modality: 'CT' });
    expect(associations(emitted)[0]).toMatchObject({
      withoutRequest: true,
      outcome: 'released',
      contexts: [{ id: 1, abstractSyntax: CT_STORAGE, transferSyntax: uid, inferred: true, result: null }],
      anomalies: {},
    });
    expect(facts(emitted, 'service').map((fact) => fact.state)).toEqual(['asked', 'answered']);
  });

  test('at every offset: nothing is invented, and the second object is always found whole', () => {
    const [[, first]] = conversation;
    for (let from = 1; from < first.length; from++) {
      const steps = conversation.map(
        ([direction, sent], i): Step => ({
          send: direction as 0 | 1,
          bytes: i === 0 ? sent.subarray(from) : sent,
        }),
      );
      const emitted = play(dicom, steps, MIDSTREAM);
      const stores = messages(emitted).filter((m) => m.command === 'C-STORE-RQ');
      expect(
        stores.map((m) => m.sopInstance),
        `from ${from}`,
      ).toEqual(['1.2']);
      expect(stores[0]).toMatchObject({ modality: 'CT', partial: false, inferred: true });
      expect(kinds(emitted), `from ${from}`).toEqual([]);
      expect(associations(emitted)[0].objects).toEqual({ [CT_STORAGE]: 1 });
    }
  });

  test('at every offset of a whole association', () => {
    const request = concat(associateRq(STORAGE), message(storeRq(), image('explicit', 8)), releaseRq());
    for (let from = 1; from < request.length; from++) {
      const emitted = play(
        dicom,
        [up(request.subarray(from)), down(message(storeRsp())), down(releaseRp())],
        MIDSTREAM,
      );
      expect(kinds(emitted), `from ${from}`).toEqual([]);
      expect(emitted.some((event) => event.fact === 'malformed')).toBe(false);
      expect(associations(emitted)).toHaveLength(1);
    }
  });

  test('a chance resemblance is given up without a word', () => {
    const lookalike = concat(
      pData({ control: 0, body: new Uint8Array(50).fill(9) }),
      text('GET / HTTP/1.1\r\n\r\n'),
    );
    expect(play(dicom, [up(lookalike), up(text('and so on'))], MIDSTREAM)).toEqual([]);
  });
});

describe('gaps', () => {
  const first = message(storeRq(1, '1.1'), image('explicit', 300), 200);
  const second = message(storeRq(2, '1.2'), image('explicit', 300), 200);

  test.each([1, 7, 40, 300])('of %i bytes, anywhere in an object: the next one is right', (length) => {
    for (let at = 0; at + length <= first.length; at++) {
      const emitted = play(dicom, [
        up(associateRq(STORAGE)),
        down(associateAc(STORAGE_ACCEPTED)),
        up(first.subarray(0, at)),
        { gap: TO_SERVER, length },
        up(first.subarray(at + length)),
        up(second),
        down(message(storeRsp(2))),
        up(releaseRq()),
        down(releaseRp()),
      ]);
      const where = `${length} bytes at ${at}`;
      expect(kinds(emitted), where).toEqual([]);
      expect(
        emitted.some((event) => event.fact === 'malformed'),
        where,
      ).toBe(false);
      const stores = messages(emitted).filter((m) => m.command === 'C-STORE-RQ');
      expect(stores.at(-1), where).toMatchObject({ sopInstance: '1.2', partial: false, modality: 'CT' });
      // The first one's values are its own or absent, never wrong.
      for (const store of stores) {
        expect(['', 'CT'], where).toContain(store.modality);
        expect(store.patient === null || store.patient === stores.at(-1)?.patient, where).toBe(true);
      }
      expect(associations(emitted)[0].outcome, where).toBe('released');
    }
  });

  test('in the request: what was read of it stays', () => {
    const request = associateRq(STORAGE);
    for (let at = 42; at < request.length; at++) {
      const emitted = play(dicom, [
        up(request.subarray(0, at)),
        { gap: TO_SERVER, length: request.length - at },
        down(associateAc(STORAGE_ACCEPTED)),
        up(message(storeRq(), image('explicit', 8))),
      ]);
      expect(associations(emitted)[0], `at ${at}`).toMatchObject({
        callingAe: 'CT01',
        calledAe: 'PACS',
        withoutRequest: false,
        accepted: true,
      });
      expect(kinds(emitted)).toEqual([]);
    }
  });

  test('in what is read of a data set: the object is whole on the wire and partial here', () => {
    const command = pData({ control: COMMAND | LAST, body: storeRq() });
    const data = pData({ control: LAST, body: image('explicit', 8) });
    const emitted = play(dicom, [
      up(associateRq(STORAGE)),
      down(associateAc(STORAGE_ACCEPTED)),
      up(concat(command, data.subarray(0, 150))),
      { gap: TO_SERVER, length: 10 },
      up(data.subarray(160)),
    ]);
    expect(messages(emitted)[0]).toMatchObject({
      partial: true,
      identifiers: ['accession-number', 'physician-name'],
      patient: null,
    });
    expect(associations(emitted)[0].objects).toEqual({});
  });

  test('in pixel data, which nobody reads, takes nothing away', () => {
    const big = message(storeRq(), image('explicit', 20_000), 16_000);
    const emitted = play(dicom, [
      up(associateRq(STORAGE)),
      down(associateAc(STORAGE_ACCEPTED)),
      up(big.subarray(0, 2000)),
      { gap: TO_SERVER, length: 5000 },
      up(big.subarray(7000)),
    ]);
    expect(messages(emitted)[0]).toMatchObject({ partial: false, modality: 'CT' });
    expect(associations(emitted)[0].objects).toEqual({ [CT_STORAGE]: 1 });
  });
});

describe('malformed', () => {
  const cases: [string, Step[], string[]][] = [
    ['an unknown PDU type', associated([up(pdu(9, bytes(1, 2, 3)))]), ['pdu-type']],
    ['PDU type 0', associated([up(pdu(0, bytes()))]), ['pdu-type']],
    ['a rejection of another length', [up(associateRq()), down(pdu(3, bytes(0, 1, 1, 7, 0)))], ['rj-length']],
    ['a release of another length', associated([up(pdu(5, bytes(0)))]), ['release-length']],
    ['an abort of another length', associated([up(pdu(7, bytes(0, 0, 0, 0, 0, 0)))]), ['abort-length']],
    [
      'a request too short for its AE titles',
      [up(concat(associateRq(), pdu(1, new Uint8Array(20))))],
      ['pdu-length'],
    ],
    ['P-DATA without room for a PDV', associated([up(pdu(4, bytes(0, 0, 0)))]), ['pdu-length']],
    [
      'an item past its PDU',
      [up(associateRq({ items: [item(0x20, bytes(3, 0, 0, 0), 60_000)] }))],
      ['item-length'],
    ],
    [
      'an item past its acceptance',
      [
        up(associateRq()),
        down(associateAc({ items: [item(0x21, bytes(3, 0, 0, 0), 60_000)] })),
        up(message(echoRq())),
      ],
      ['item-length'],
    ],
    [
      'an item inside past its item',
      [up(associateRq({ items: [item(0x20, concat(bytes(3, 0, 0, 0), item(0x30, text('1.2'), 99)))] }))],
      ['item-length'],
    ],
    [
      'a PDV past its PDU',
      associated([up(pData({ control: 3, body: echoRq(), length: 5000 }))]),
      ['pdv-length'],
    ],
    ['a PDV of length 1', associated([up(pData({ control: 3, body: echoRq(), length: 1 }))]), ['pdv-length']],
    [
      'an even context proposed',
      [up(associateRq({ contexts: [{ id: 2, abstract: VERIFICATION, transfer: [IMPLICIT] }] }))],
      ['context-id-even'],
    ],
    ['an even context used', associated([up(message(echoRq(), undefined, 0, 2))]), ['context-id-even']],
    [
      'a context never accepted',
      associated([up(message(echoRq(), undefined, 0, 9))]),
      ['context-not-accepted'],
    ],
    [
      'a context answered that was not proposed',
      [up(associateRq()), down(associateAc({ contexts: [{ id: 1 }, { id: 7 }] }))],
      ['context-not-proposed'],
    ],
    [
      'control header bits',
      associated([up(pData({ control: 0x13, body: echoRq() }))]),
      ['control-header-bits'],
    ],
    ['data before acceptance', [up(associateRq()), up(message(echoRq()))], ['data-before-acceptance']],
    [
      'data after a rejection',
      [up(associateRq()), down(associateRj(1, 1, 1)), up(message(echoRq()))],
      ['data-before-acceptance'],
    ],
    ['data without any request', [up(message(echoRq()))], ['data-before-acceptance']],
    ['data after the release', [...associated([]), up(message(echoRq()))], ['data-after-release']],
    ['a second request', [up(associateRq()), down(associateAc()), up(associateRq())], ['second-request']],
    [
      'a second answer',
      [up(associateRq()), down(associateAc()), down(associateRj(1, 1, 1))],
      ['second-answer'],
    ],
    ['an acceptance by the client', [up(concat(associateRq(), associateAc()))], ['pdu-direction']],
    ['a request by the server', [up(associateRq()), down(associateRq())], ['pdu-direction']],
    [
      'a PDU over the maximum',
      [
        up(associateRq()),
        down(associateAc({ maximum: 100 })),
        up(message(storeRq(), image('explicit', 8), 80)),
      ],
      ['pdu-over-maximum'],
    ],
    [
      'a data set nobody announced',
      associated([up(pData({ control: LAST, body: bytes(1, 2) }))]),
      ['data-without-command'],
    ],
    [
      'a command in place of a data set',
      associated([up(pData({ control: 3, body: storeRq() })), up(message(echoRq()))]),
      ['message-incomplete'],
    ],
    [
      'a command that is none',
      associated([up(pData({ control: 3, body: bytes(1, 2, 3) }))]),
      ['command-element'],
    ],
    [
      'a command element past its end',
      associated([up(pData({ control: 3, body: concat(echoRq(), bytes(0, 0, 0, 9, 200, 0, 0, 0)) }))]),
      ['command-length'],
    ],
    [
      'a command field nobody knows',
      associated([up(message(command({ 256: 0x1234, 272: 1, 2048: 0x0101 })))]),
      ['command-field'],
    ],
    [
      'a command set without end',
      associated([
        up(
          concat(...Array.from({ length: 5 }, () => pData({ control: COMMAND, body: new Uint8Array(5000) }))),
        ),
      ]),
      ['command-length'],
    ],
  ];
  test.each(cases)('%s', (_, steps, expected) => {
    const emitted = everySplit(dicom, steps, { stride: 17 });
    expect(kinds(emitted)).toEqual(expected);
    expect(Object.keys(associations(emitted)[0].anomalies)).toEqual(expected);
    expect(emitted.some((event) => event.fact === 'malformed')).toBe(false);
  });

  test.each<[string, Bytes, string]>([
    ['two unknown PDUs in a row', concat(pdu(9, bytes()), pdu(9, bytes())), 'pdu-type'],
    ['a length no PDU has', pdu(4, bytes(), 0xf0000000), 'pdu-length'],
    ['an associate PDU of 16 MiB', pdu(1, bytes(), 1 << 24), 'pdu-length'],
  ])('framing is lost by %s', (_, sent, kind) => {
    const emitted = everySplit(dicom, associated([up(sent)]));
    expect(emitted.filter((event) => event.fact === 'malformed').map((event) => event.kind)).toEqual([kind]);
    expect(associations(emitted)[0].anomalies[kind]).toBeGreaterThanOrEqual(1);
  });

  test('unlimited means unlimited', () => {
    const steps = [
      up(associateRq(STORAGE)),
      down(associateAc({ ...STORAGE_ACCEPTED, maximum: 0 })),
      up(message(storeRq(), image('explicit', 70_000), 80_000)),
    ];
    expect(kinds(play(dicom, steps))).toEqual([]);
  });

  test('data a millisecond before the acceptance may have been captured in another order', () => {
    expect(kinds(play(dicom, [up(associateRq()), up(message(echoRq())), down(associateAc())]))).toEqual([]);
  });

  test('a capture of one side, or one whose answer comes late, shows nothing malformed', () => {
    const steps = [up(associateRq(STORAGE)), up(message(storeRq(), image('explicit', 8)))];
    const oneSided = play(dicom, steps, { flow: { bothSides: false } });
    expect(kinds(oneSided)).toEqual([]);
    expect(messages(oneSided)[0]).toMatchObject({ modality: 'CT', inferred: true, transferSyntax: EXPLICIT });
    expect(kinds(play(dicom, steps, { flow: { bytesToClient: 200 } }))).toEqual([]);
  });

  test('anomalies of one kind are counted, and told three times', () => {
    const emitted = play(
      dicom,
      associated([up(concat(...Array.from({ length: 50 }, () => message(echoRq(), undefined, 0, 2))))]),
    );
    expect(kinds(emitted)).toHaveLength(3);
    expect(associations(emitted)[0].anomalies).toEqual({ 'context-id-even': 50 });
  });
});

describe('any bytes', () => {
  const whole = concat(associateRq(STORAGE), message(storeRq(), image('explicit', 40), 90), releaseRq());
  const answers = concat(associateAc(STORAGE_ACCEPTED), message(storeRsp()), releaseRp());

  test('every truncation is cut, not malformed', () => {
    for (let length = 0; length < whole.length; length++) {
      const emitted = play(dicom, [up(whole.subarray(0, length)), down(answers)]);
      expect(emitted.some((event) => event.fact === 'malformed')).toBe(false);
      for (const message of messages(emitted))
        if (message.command === 'C-STORE-RQ') expect(['', 'CT']).toContain(message.modality);
    }
  });

  test('a byte changed anywhere, bytes taken out or put in: nothing but Malformed is thrown', () => {
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(12),
        fc.boolean(),
        fc.boolean(),
        (at, put, taken, toServer, midstream) => {
          const sent = toServer ? whole : answers;
          const place = at % sent.length;
          const mutated = concat(sent.subarray(0, place), put, sent.subarray(place + taken));
          const steps = toServer ? [up(mutated), down(answers)] : [up(whole), down(mutated)];
          const options = { flow: { midstream } };
          const emitted = play(dicom, steps, options);
          const bySegments = play(dicom, steps, options, (_, length) =>
            Array.from({ length: Math.floor(length / 5) }, (__, i) => (i + 1) * 5).filter((o) => o < length),
          );
          expect(bySegments).toEqual(emitted);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });

  test('noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, midstream) => {
        play(dicom, [up(noise), down(noise)], { flow: { midstream } });
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
