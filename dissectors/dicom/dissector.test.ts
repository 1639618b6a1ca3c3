import { describe, expect, test } from 'vitest';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { type Emitted, everySplit, type Step } from '../../src/testing/every-split.ts';
import { dicom } from './index.ts';
import {
  associateAc,
  associateRq,
  type Bytes,
  CT_STORAGE,
  EXPLICIT,
  echoRq,
  echoRsp,
  image,
  message,
  releaseRp,
  releaseRq,
  storeRq,
  storeRsp,
} from './testing.ts';

const up = (bytes: Bytes): Step => ({ send: TO_SERVER, bytes });
const down = (bytes: Bytes): Step => ({ send: TO_CLIENT, bytes });
const ofType = (emitted: Emitted[], type: string) => emitted.filter((event) => event.type === type);
const facts = (emitted: Emitted[], fact: string) => emitted.filter((event) => event.fact === fact);

describe('a whole association', () => {
  test('verification', () => {
    const emitted = everySplit(dicom, [
      up(associateRq()),
      down(associateAc()),
      up(message(echoRq(7))),
      down(message(echoRsp(7))),
      up(releaseRq()),
      down(releaseRp()),
    ]);
    expect(
      emitted.map(
        (event) => event.type ?? `${event.fact} ${event.state ?? event.attribute ?? event.activity}`,
      ),
    ).toEqual([
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
      'dicom.message',
      'activity asks-echo',
      'dicom.message',
      'activity answers-echo',
      'dicom.association',
    ]);
    const [rq, rsp] = ofType(emitted, 'dicom.message');
    expect(rq).toMatchObject({ command: 'C-ECHO-RQ', from: 'client', messageId: 7, status: '' });
    expect(rsp).toMatchObject({
      command: 'C-ECHO-RSP',
      status: '0000',
      statusClass: 'success',
      latency: 1000,
    });
    expect(ofType(emitted, 'dicom.association')[0].association).toMatchObject({
      callingAe: 'CT01',
      calledAe: 'PACS',
      outcome: 'released',
      accepted: true,
      withoutRequest: false,
      pdus: [0, 1, 1, 0, 2, 1, 1, 0],
      messages: { 'C-ECHO-RQ': 1, 'C-ECHO-RSP': 1 },
      statuses: { 'C-ECHO-RSP': { '0000': 1 } },
      client: { classUid: '1.2.276.0.7230010.3.0.3.6.7', versionName: 'OFFIS_DCMTK_367' },
      server: { classUid: '1.2.40.0.13.1.3', versionName: 'dcm4che-5.30' },
      anomalies: {},
    });
  });

  test('storage', () => {
    const emitted = everySplit(dicom, [
      up(associateRq({ contexts: [{ id: 1, abstract: CT_STORAGE, transfer: [EXPLICIT] }] })),
      down(associateAc({ contexts: [{ id: 1, transfer: EXPLICIT }] })),
      up(message(storeRq(), image('explicit'), 100)),
      down(message(storeRsp())),
      up(releaseRq()),
      down(releaseRp()),
    ]);
    const [store] = ofType(emitted, 'dicom.message');
    expect(store).toMatchObject({
      command: 'C-STORE-RQ',
      partial: false,
      modality: 'CT',
      identifiers: [
        'patient-name',
        'medical-record-number',
        'birth-date',
        'accession-number',
        'sex',
        'physician-name',
      ],
    });
    expect(facts(emitted, 'phi')).toHaveLength(1);
    expect(ofType(emitted, 'dicom.association')[0].association).toMatchObject({
      objects: { [CT_STORAGE]: 1 },
      anomalies: {},
    });
  });
});
