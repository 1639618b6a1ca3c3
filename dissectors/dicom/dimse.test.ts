import { describe, expect, test } from 'vitest';
import { type CommandSet, commandName, decodeCommand, isKnownCommand, statusOf } from './dimse.ts';
import { command, concat } from './testing.ts';

function decode(bytes: Uint8Array): CommandSet {
  const decoded = decodeCommand(bytes, 0, bytes.length);
  if (typeof decoded === 'string') throw new Error(decoded);
  return decoded;
}

describe('command fields', () => {
  test.each([
    [0x0001, 'C-STORE-RQ'],
    [0x8001, 'C-STORE-RSP'],
    [0x0010, 'C-GET-RQ'],
    [0x8010, 'C-GET-RSP'],
    [0x0020, 'C-FIND-RQ'],
    [0x8020, 'C-FIND-RSP'],
    [0x0021, 'C-MOVE-RQ'],
    [0x8021, 'C-MOVE-RSP'],
    [0x0030, 'C-ECHO-RQ'],
    [0x8030, 'C-ECHO-RSP'],
    [0x0100, 'N-EVENT-REPORT-RQ'],
    [0x8100, 'N-EVENT-REPORT-RSP'],
    [0x0110, 'N-GET-RQ'],
    [0x8110, 'N-GET-RSP'],
    [0x0120, 'N-SET-RQ'],
    [0x8120, 'N-SET-RSP'],
    [0x0130, 'N-ACTION-RQ'],
    [0x8130, 'N-ACTION-RSP'],
    [0x0140, 'N-CREATE-RQ'],
    [0x8140, 'N-CREATE-RSP'],
    [0x0150, 'N-DELETE-RQ'],
    [0x8150, 'N-DELETE-RSP'],
    [0x0fff, 'C-CANCEL-RQ'],
  ])('%i is %s', (field, name) => {
    expect(commandName(field)).toBe(name);
    expect(isKnownCommand(field)).toBe(true);
  });

  test('a field nobody knows', () => {
    expect(commandName(0x1abc)).toBe('0x1ABC');
    expect(isKnownCommand(0x8fff)).toBe(false);
  });
});

describe('command sets', () => {
  test('every element', () => {
    expect(
      decode(
        command({
          3: '1.2.840.10008.1.1',
          256: 0x0021,
          272: 258,
          288: 3,
          1536: ' WORKSTATION',
          1792: 2,
          2048: 0x0102,
          2304: 0xa801,
          2305: 'aaaabbbb',
          2306: 'a comment that may name somebody',
          2307: 9,
          4097: '1.2.3',
          4098: 1,
          4101: 'aaaabbbbcccc',
          4104: 2,
          4128: 1,
          4129: 2,
          4130: 3,
          4131: 4,
          4144: 'ORIGIN',
          4145: 11,
        }),
      ),
    ).toEqual({
      field: 0x0021,
      messageId: 258,
      respondedTo: 3,
      sopClass: '1.2.840.10008.1.1',
      sopInstance: '1.2.3',
      hasDataSet: true,
      status: 0xa801,
      priority: 2,
      moveDestination: 'WORKSTATION',
      moveOriginator: 'ORIGIN',
      moveOriginatorMessageId: 11,
      eventType: 1,
      actionType: 2,
      errorId: 9,
      offendingElements: 2,
      attributeIdentifiers: 3,
      hasErrorComment: true,
      subOperations: { remaining: 1, completed: 2, failed: 3, warning: 4 },
    });
  });

  test('a cut one is none', () => {
    const whole = command({ 2: '1.2.840.10008.1.1', 256: 0x0030, 272: 1, 2048: 0x0101 });
    for (let length = 0; length < whole.length; length++) {
      const decoded = decodeCommand(whole, 0, length);
      // At the edge of an element a shorter command set is one as well, without what is missing.
      if (typeof decoded !== 'string') expect([whole.length - 20, whole.length - 10]).toContain(length);
    }
    expect(decodeCommand(concat(whole, whole.subarray(0, 7)), 0, whole.length + 7)).toBe('command-element');
  });
});

describe('statuses', () => {
  test.each([
    [0x8001, 0x0000, 'success', 'Success'],
    [0x8001, 0xa700, 'failure', 'Refused: out of resources'],
    [0x8001, 0xa9ff, 'failure', 'Error: data set does not match SOP Class'],
    [0x8001, 0xc123, 'failure', 'Error: cannot understand'],
    [0x8001, 0xb000, 'warning', 'Coercion of data elements'],
    [0x8001, 0xb006, 'warning', 'Elements discarded'],
    [0x8001, 0x0122, 'failure', 'SOP Class not supported'],
    [0x8001, 0x0124, 'failure', 'Not authorized'],
    [0x8020, 0xff00, 'pending', 'Pending'],
    [0x8020, 0xff01, 'pending', 'Pending: optional keys not supported'],
    [0x8020, 0xfe00, 'cancel', 'Matching terminated due to Cancel request'],
    [0x8021, 0xa801, 'failure', 'Refused: Move Destination unknown'],
    [0x8021, 0xa702, 'failure', 'Refused: out of resources, unable to perform sub-operations'],
    [0x8010, 0xb000, 'warning', 'Sub-operations complete, one or more failures or warnings'],
    [0x8140, 0x0107, 'warning', 'Attribute list error'],
    [0x8140, 0x0116, 'warning', 'Attribute value out of range'],
    [0x8130, 0xb604, 'warning', 'Image has been demagnified'],
    [0x8030, 0x0210, 'failure', 'Duplicate invocation'],
    [0x8030, 0x4711, '', 'Unnamed status'],
  ])('%i answers %i', (field, code, kind, name) => {
    const status = statusOf(field, code);
    expect(status).toEqual({
      code: code.toString(16).toUpperCase().padStart(4, '0'),
      class: kind,
      text: name,
    });
  });
});
