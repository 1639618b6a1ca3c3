import {
  abort,
  associateAccept,
  associateRequest,
  commandSet,
  dataPdus,
  implicit,
  item,
  pdu,
  pdv,
  releaseRequest,
  releaseResponse,
  UID,
} from '../../src/testing/dicom-encode.ts';
import { type Conversation, says } from './conversation.ts';
import type { Patient } from './patients.ts';

/**
 * DICOM conversations for which no tool is at hand, written out: MPPS (dcmtk has no such program), asynchronous
 * operations, unusual but legal framing, and what is not legal at all.
 */

const PEER = {
  calling: 'CT_REVO1',
  called: 'ARCHIVE1',
  classUid: '1.2.826.0.1.3680043.10.998.1',
  versionName: 'ZZLAB_1',
};
const INSTANCE = '1.2.826.0.1.3680043.10.998.7';
const FIN: Conversation['end'] = { by: 'client', how: 'fin' };
const NO_DATA = 0x0101;

const open = (
  sopClass: string,
  extra: Partial<typeof PEER & { userItems: Buffer[]; maxPdu: number }> = {},
) => [
  says(
    'client',
    associateRequest({ ...PEER, ...extra }, [{ id: 1, sopClass, syntaxes: [UID.implicitLittle] }]),
  ),
  says('server', associateAccept({ ...PEER, ...extra }, [{ id: 1, syntax: UID.implicitLittle }])),
];
const release = [says('client', releaseRequest()), says('server', releaseResponse())];

const command = (stream: Buffer) => dataPdus(1, 'command', stream);
const echoRequest = (id: number) =>
  commandSet([
    [0x0002, UID.verification],
    [0x0100, 0x0030],
    [0x0110, id],
    [0x0800, NO_DATA],
  ]);
const echoResponse = (id: number) =>
  commandSet([
    [0x0002, UID.verification],
    [0x0100, 0x8030],
    [0x0120, id],
    [0x0800, NO_DATA],
    [0x0900, 0],
  ]);
const storeRequest = (id: number) =>
  commandSet([
    [0x0002, UID.ctImage],
    [0x0100, 0x0001],
    [0x0110, id],
    [0x0700, 0],
    [0x0800, 1],
    [0x1000, `${INSTANCE}.${id}`],
  ]);
const storeResponse = (id: number, status = 0) =>
  commandSet([
    [0x0002, UID.ctImage],
    [0x0100, 0x8001],
    [0x0120, id],
    [0x0800, NO_DATA],
    [0x0900, status],
    [0x1000, `${INSTANCE}.${id}`],
  ]);

function slice(patient: Patient, id: number): Buffer {
  return Buffer.concat([
    implicit(0x0008, 0x0016, UID.ctImage),
    implicit(0x0008, 0x0018, `${INSTANCE}.${id}`),
    implicit(0x0008, 0x0060, 'CT'),
    implicit(0x0010, 0x0010, `${patient.family}^${patient.given}`),
    implicit(0x0010, 0x0020, patient.id),
    implicit(0x0010, 0x0030, patient.birthDate),
    implicit(0x0020, 0x000d, `${INSTANCE}.0`),
    implicit(0x0028, 0x0010, 16),
    implicit(0x0028, 0x0011, 16),
    implicit(0x7fe0, 0x0010, Buffer.alloc(512, 0x20)),
  ]);
}

/** N-CREATE in progress, N-SET completed (PS3.4 Annex F), each answered. */
export function procedureStep(patient: Patient): Conversation {
  const instance = `${INSTANCE}.9`;
  const create = Buffer.concat([
    implicit(0x0008, 0x0060, 'CT'),
    implicit(0x0010, 0x0010, `${patient.family}^${patient.given}`),
    implicit(0x0010, 0x0020, patient.id),
    implicit(0x0010, 0x0030, patient.birthDate),
    implicit(0x0010, 0x0040, patient.sex),
    implicit(0x0040, 0x0241, 'CT_REVO1'),
    implicit(0x0040, 0x0244, '20260302'),
    implicit(0x0040, 0x0245, '090000'),
    implicit(0x0040, 0x0252, 'IN PROGRESS'),
    implicit(0x0040, 0x0253, 'ZZPPS1'),
  ]);
  const set = Buffer.concat([
    implicit(0x0040, 0x0250, '20260302'),
    implicit(0x0040, 0x0251, '091500'),
    implicit(0x0040, 0x0252, 'COMPLETED'),
  ]);
  const request = (field: number, id: number, requested: boolean) =>
    command(
      commandSet([
        [requested ? 0x0003 : 0x0002, UID.procedureStep],
        [0x0100, field],
        [0x0110, id],
        [0x0800, 1],
        [requested ? 0x1001 : 0x1000, instance],
      ]),
    );
  const response = (field: number, id: number) =>
    command(
      commandSet([
        [0x0002, UID.procedureStep],
        [0x0100, field],
        [0x0120, id],
        [0x0800, NO_DATA],
        [0x0900, 0],
        [0x1000, instance],
      ]),
    );
  return {
    turns: [
      ...open(UID.procedureStep, { called: 'WORKLIST1' }),
      says('client', request(0x0140, 1, false), dataPdus(1, 'data', create)),
      says('server', response(0x8140, 1)),
      says('client', request(0x0120, 2, true), dataPdus(1, 'data', set)),
      says('server', response(0x8120, 2)),
      ...release,
    ],
    end: FIN,
  };
}

/** A window of four (PS3.7 §D.3.3.3): three requests before the first answer, answers in another order. */
export function asynchronous(patient: Patient): Conversation {
  const window = item(0x53, Buffer.from([0, 4, 0, 4]));
  const request = (id: number) =>
    Buffer.concat([command(storeRequest(id)), dataPdus(1, 'data', slice(patient, id))]);
  return {
    turns: [
      ...open(UID.ctImage, { userItems: [window] }),
      says('client', request(1), request(2), request(3)),
      says('server', command(storeResponse(2)), command(storeResponse(1)), command(storeResponse(3, 0xb000))),
      ...release,
    ],
    end: FIN,
  };
}

/** Command and data in one PDU, many small items a PDU, a message of items of 64 bytes, two messages in one PDU. */
export function manyItems(patient: Patient): Conversation {
  const data = slice(patient, 1);
  const request = storeRequest(1);
  const pieces = [
    pdv(1, 'command', false, request.subarray(0, 40)),
    pdv(1, 'command', true, request.subarray(40)),
  ];
  for (let at = 0; at < data.length; at += 64)
    pieces.push(pdv(1, 'data', at + 64 >= data.length, data.subarray(at, at + 64)));
  const two = [pdv(1, 'command', true, storeRequest(2)), pdv(1, 'data', true, slice(patient, 2))];
  return {
    turns: [
      ...open(UID.ctImage),
      says('client', pdu(4, Buffer.concat(pieces)), pdu(4, Buffer.concat(two))),
      says(
        'server',
        pdu(
          4,
          Buffer.concat([
            pdv(1, 'command', true, storeResponse(1)),
            pdv(1, 'command', true, storeResponse(2)),
          ]),
        ),
      ),
      ...release,
    ],
    end: FIN,
  };
}

/** Everything fine, then the connection is closed without A-RELEASE. */
export const withoutRelease: Conversation = {
  turns: [
    ...open(UID.verification),
    says('client', command(echoRequest(1))),
    says('server', command(echoResponse(1))),
  ],
  end: FIN,
};

/** Aborted by the service user in the middle of an object (PS3.8 §9.3.8). */
export function abortedMidObject(patient: Patient): Conversation {
  const data = dataPdus(1, 'data', slice(patient, 1), 300);
  return {
    turns: [
      ...open(UID.ctImage),
      says('client', command(storeRequest(1)), data.subarray(0, 312), abort(0, 0)),
    ],
    end: FIN,
  };
}

/** The connection is reset after acceptance. */
export const reset: Conversation = {
  turns: [...open(UID.verification), says('client', command(echoRequest(1)))],
  end: { by: 'server', how: 'reset' },
};

/** A request, never answered; the client gives up. */
export const unanswered: Conversation = { turns: open(UID.verification).slice(0, 1), end: FIN };

/** Several things that PS3.8 does not allow, each followed by what the standard's state machine would answer. */
export const MALFORMED: Readonly<Record<string, Conversation>> = {
  'unknown-pdu': {
    turns: [
      ...open(UID.verification),
      says('client', pdu(0x0a, Buffer.alloc(20, 0x41))),
      says('server', abort(2, 1)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'release-length': {
    turns: [...open(UID.verification), says('client', pdu(5, Buffer.alloc(12))), says('server', abort(2, 6))],
    end: { by: 'server', how: 'fin' },
  },
  'item-past-pdu': {
    turns: [
      ...open(UID.verification),
      says('client', pdu(4, Buffer.concat([Buffer.from([0, 0, 0xff, 0xff, 1, 3]), echoRequest(1)]))),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'even-context': {
    turns: [
      says(
        'client',
        associateRequest(PEER, [{ id: 2, sopClass: UID.verification, syntaxes: [UID.implicitLittle] }]),
      ),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'data-before-acceptance': {
    turns: [
      says(
        'client',
        associateRequest(PEER, [{ id: 1, sopClass: UID.verification, syntaxes: [UID.implicitLittle] }]),
        command(echoRequest(1)),
      ),
      says('server', abort(2, 2)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'context-not-accepted': {
    turns: [
      ...open(UID.verification),
      says('client', dataPdus(99, 'command', echoRequest(1))),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'control-header': {
    turns: [
      ...open(UID.verification),
      says('client', pdu(4, withControlHeader(pdv(1, 'command', true, echoRequest(1)), 0xff))),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'second-request': {
    turns: [
      ...open(UID.verification),
      says(
        'client',
        associateRequest(PEER, [{ id: 1, sopClass: UID.verification, syntaxes: [UID.implicitLittle] }]),
      ),
      says('server', abort(2, 2)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'over-maximum': {
    turns: [
      ...open(UID.ctImage, { maxPdu: 4096 }),
      says('client', command(storeRequest(1)), dataPdus(1, 'data', Buffer.alloc(9000, 0x20), 8000)),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
  'impossible-length': {
    turns: [
      ...open(UID.verification),
      says('client', pdu(4, Buffer.from([0, 0, 0]))),
      says('server', abort(2, 6)),
    ],
    end: { by: 'server', how: 'fin' },
  },
};

/** The item with another message control header (PS3.8 §E.2): only its two lowest bits have a meaning. */
function withControlHeader(item: Buffer, header: number): Buffer {
  const changed = Buffer.from(item);
  changed[5] = header;
  return changed;
}
