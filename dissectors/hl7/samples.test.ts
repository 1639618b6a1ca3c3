import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Message } from 'node-hl7-client';
import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER } from '../../src/core/dissector.ts';
import type { Direction } from '../../src/core/flow.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import type { Emitted } from '../../src/testing/every-split.ts';
import { everySplit } from '../../src/testing/every-split.ts';
import { hl7 } from './index.ts';
import { block, Said, said, toServer } from './testing.ts';

/**
 * Real sample messages, compared with what node-hl7-client reads in them; where that library gives up (it wants
 * sound messages), with what a plain split says.
 */
const captures = capturesDir();
const folder = captures === null ? '' : join(captures, 'samples', 'hl7');

function filesUnder(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const full = join(path, entry.name);
    return entry.isDirectory() ? filesUnder(full) : [full];
  });
}

/** The messages of a file, each as its segments with carriage returns. */
function messagesOf(path: string): string[] {
  const segments = readFileSync(path, 'latin1')
    .split(/[\r\n]+/)
    .map((segment) => segment.replace(/[\x0b\x1c]/g, ''))
    .filter((segment) => /^[A-Za-z][A-Za-z0-9]{2}(\W|$)/.test(segment));
  const messages: string[][] = [];
  for (const segment of segments) {
    if (/^(FHS|BHS|BTS|FTS)/.test(segment)) continue;
    if (segment.startsWith('MSH')) messages.push([]);
    messages.at(-1)?.push(segment);
  }
  return messages.map((message) => message.map((segment) => `${segment}\r`).join(''));
}

/**
 * TCP payloads of a small classic pcap (little-endian, Ethernet, IPv4, one connection, in order), each as the
 * side that sent it.
 */
function conversation(path: string): {
  payloads: { send: Direction; bytes: Uint8Array }[];
  serverPort: number;
} {
  const file = readFileSync(path);
  const payloads: { send: Direction; bytes: Uint8Array }[] = [];
  let serverPort = 0;
  for (let at = 24; at < file.length; ) {
    const captured = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + 16, at + 16 + captured);
    at += 16 + captured;
    const ip = frame.subarray(14);
    if (frame.readUInt16BE(12) !== 0x0800 || ip[9] !== 6) continue;
    const tcp = ip.subarray((ip[0] & 15) * 4, ip.readUInt16BE(2));
    if (serverPort === 0) serverPort = tcp.readUInt16BE(2);
    const bytes = tcp.subarray((tcp[12] >> 4) * 4);
    if (bytes.length > 0) payloads.push({ send: tcp.readUInt16BE(2) === serverPort ? 0 : 1, bytes });
  }
  return { payloads, serverPort };
}

interface Expected {
  header: Record<string, string>;
  hasName: boolean;
}

function ask(message: Message, path: string): string {
  try {
    return message.get(path).toString();
  } catch {
    return '';
  }
}

/** What node-hl7-client reads; null when it refuses the message. */
function oracle(text: string): Expected | null {
  // It takes the separator for an encoding character where MSH-2 is too short.
  if (!/^MSH(.)[^\w\s]{4,5}\1/.test(text)) return null;
  let message: Message;
  try {
    message = new Message({ text });
  } catch {
    return null;
  }
  const code = ask(message, 'MSH.9.1') || ask(message, 'MSH.9');
  const trigger = ask(message, 'MSH.9.2');
  const first = (path: string) => ask(message, `${path}.1`) || ask(message, path);
  return {
    header: {
      messageType: trigger ? `${code}^${trigger}` : code,
      controlId: ask(message, 'MSH.10'),
      sendingApplication: first('MSH.3'),
      sendingFacility: first('MSH.4'),
      receivingApplication: first('MSH.5'),
      receivingFacility: first('MSH.6'),
      processingId: first('MSH.11'),
      version: first('MSH.12'),
    },
    hasName: ['PID.5.1', 'PID.5.2', 'PID.5'].some((path) => /[^\W"]/.test(ask(message, path))),
  };
}

const headerOf = (event: Emitted, like: Expected): Record<string, unknown> =>
  Object.fromEntries(Object.keys(like.header).map((key) => [key, event[key]]));

describe.runIf(captures !== null)('sample messages', () => {
  test.each([
    ['simhospital', 1013, 1013],
    ['fhir-converter', 100, 90],
    ['dcm4che', 11, 10],
    ['cosyte', 80, 60],
  ])('%s are read as node-hl7-client reads them', (name, least, leastCompared) => {
    let seen = 0;
    let compared = 0;
    for (const file of filesUnder(join(folder, name))) {
      for (const text of messagesOf(file)) {
        const all = said([toServer(block(text))], { reveal: true });
        const expected = oracle(text);
        seen++;
        if (expected === null || all.messages.length === 0) continue;
        compared++;
        const event = all.messages[0];
        expect(headerOf(event, expected), file).toEqual(expected.header);
        expect(event.segments, file).toBe(text.split('\r').length - 1);
        expect(event.bytes, file).toBe(text.length);
        const identifiers = event.identifiers as string[];
        if (text.includes('\rPID|') && text.startsWith('MSH|^~\\&|'))
          expect(identifiers.includes('patient-name'), file).toBe(expected.hasName);
      }
    }
    expect(seen).toBeGreaterThanOrEqual(least);
    expect(compared).toBeGreaterThanOrEqual(leastCompared);
  });

  test.each([
    [
      'HL7-ADT.pcap',
      'ADT^A01',
      '934576120110613083617',
      ['patient-name', 'relative-name', 'email', 'social-security-number'],
    ],
    [
      'HL7-ADT-UDI-OBX.pcap',
      'ADT^A01',
      '934576120110613083617',
      ['patient-name', 'medical-record-number', 'birth-date'],
    ],
    ['HL7-ORM.pcap', 'ORM^O01', '59689', ['patient-name', 'physician-name', 'accession-number', 'address']],
  ])('%s: a message and its acknowledgement on port 6661', (name, type, id, identifiers) => {
    const { payloads, serverPort } = conversation(join(captures ?? '', 'medical', name));
    expect(serverPort).toBe(6661);
    expect(payloads.map(({ send, bytes }) => hl7.probe(bytes, send))).toEqual([FROM_CLIENT, FROM_SERVER]);
    const all = new Said(everySplit(hl7, payloads));
    expect(all.messages).toMatchObject([
      { from: 'client', messageType: type, controlId: id, version: '2.3', framing: 'mllp', partial: false },
      { from: 'server', messageType: 'ACK', ackCode: 'AA', ackedControlId: id, latency: expect.any(Number) },
    ]);
    expect(all.messages[0].identifiers).toEqual(expect.arrayContaining(identifiers));
    expect(all.anomalies).toEqual([]);
    expect(all.session).toMatchObject({ messages: 1, acks: 1, unacknowledged: 0, patients: 1 });
    const isPump = name.includes('UDI');
    expect(all.attributes.includes('client model Hospira Plum A+')).toBe(isPump);
    expect(JSON.stringify(all.all)).not.toMatch(/MOUSE|135769|19281118|ohtoodles|999999999/);
  });

  test('bare messages in SYN packets', () => {
    const { payloads } = conversation(join(captures ?? '', 'medical', 'toy', 'replay_attack.pcap'));
    expect(payloads.length).toBeGreaterThan(0);
    for (const step of payloads) {
      expect(hl7.probe(step.bytes, step.send)).not.toBe(0);
      const all = new Said(everySplit(hl7, [step]));
      expect(all.messages).toMatchObject([{ messageType: 'ADT^A01', controlId: '123', framing: 'raw' }]);
    }
  });

  test('one connection with all of simhospital: as many messages, and no value of a name in what is said', () => {
    const texts = messagesOf(join(folder, 'simhospital', 'messages.out'));
    const all = said(texts.map((text) => toServer(block(text))));
    expect(all.messages).toHaveLength(1013);
    expect(all.anomalies).toEqual([]);
    const names = new Set(texts.flatMap((text) => /\rPID\|(?:[^|]*\|){4}([^|^]{4,})/.exec(text)?.[1] ?? []));
    expect(names.size).toBeGreaterThan(5);
    const output = JSON.stringify(all.all);
    for (const name of names) expect(output).not.toContain(name);
  });
});
