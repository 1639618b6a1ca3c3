/** Invented HL7 messages for the tests of detections. Nothing in the product imports this. */

import type { Hl7Message, Hl7Result, Hl7Unacknowledged } from '../../../dissectors/hl7/events.ts';
import type { Flow } from '../../core/flow.ts';
import type { Micros } from '../../core/time.ts';
import { flow, START } from './facts.ts';
import type { Run } from './run.ts';

export const EHR = '10.0.0.5';
export const ENGINE = '10.0.0.2';
export const LAB = '10.0.0.9';
export const PC = '10.0.0.66';

/** ADT^A01 of ADMIT at WEST. */
export function hl7(controlId: string, more: Partial<Hl7Message> = {}): Hl7Message {
  return {
    type: 'hl7.message',
    from: 'client',
    messageType: 'ADT^A01',
    structure: 'ADT_A01',
    controlId,
    sendingApplication: 'ADMIT',
    sendingFacility: 'WEST',
    receivingApplication: 'ENGINE',
    receivingFacility: 'EAST',
    version: '2.5.1',
    processingId: 'P',
    charset: '',
    ackCode: '',
    ackedControlId: '',
    latency: null,
    bytes: 500,
    segments: 4,
    partial: false,
    framing: 'mllp',
    batch: false,
    identifiers: [],
    patient: null,
    phi: [],
    digest: 1,
    results: [],
    ...more,
  };
}

export const acknowledgement = (code: string, controlId: string, latency: Micros | null = 1000): Hl7Message =>
  hl7(`A${controlId}`, {
    from: 'server',
    messageType: 'ACK',
    structure: 'ACK',
    sendingApplication: 'ENGINE',
    sendingFacility: 'EAST',
    receivingApplication: 'ADMIT',
    receivingFacility: 'WEST',
    ackCode: code,
    ackedControlId: controlId,
    latency,
    digest: 0,
  });

export const unacknowledged = (
  controlId: string,
  waited: Micros,
  outcome: Hl7Unacknowledged['outcome'] = 'closed',
): Hl7Unacknowledged => ({
  type: 'hl7.unacknowledged',
  from: 'client',
  messageType: 'ADT^A01',
  controlId,
  waited,
  outcome,
});

/** One message in a connection of its own, and its acknowledgement a moment later; '' for none. */
export function send(
  run: Run,
  [source, destination]: readonly [source: string, destination: string],
  message: Hl7Message,
  time: Micros = START,
  code = 'AA',
  with_: Partial<Flow> = {},
): void {
  const connection = flow(source, destination, 2575, with_);
  run.event(message, connection, time);
  if (code !== '') run.event(acknowledgement(code, message.controlId), connection, time + 1000);
}

/** A final numeric result; `key` says which observation it is. */
export const result = (key: number, value: number, more: Partial<Hl7Result> = {}): Hl7Result => ({
  key,
  observation: '2823-3',
  value,
  numeric: true,
  status: 'F',
  ...more,
});

export const results = (controlId: string, ...all: Hl7Result[]): Hl7Message =>
  hl7(controlId, { messageType: 'ORU^R01', structure: 'ORU_R01', results: all });
