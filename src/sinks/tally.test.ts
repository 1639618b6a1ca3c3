import { describe, expect, test } from 'vitest';
import { SECOND } from '../core/time.ts';
import { Counts, Distribution } from './counts.ts';
import { association, dimse, flow, hl7, session, T0 } from './samples.ts';
import { Tally } from './tally.ts';

const one = flow(1, '10.0.0.5', '10.0.0.9', 104);

describe('Counts', () => {
  test('adds beyond its limit to other', () => {
    const counts = new Counts(2);
    for (const label of ['b', 'a', 'c', 'd', 'b']) counts.add(label);
    expect(counts.toRecord()).toEqual({ a: 1, b: 2, other: 2 });
    expect(Object.keys(counts.toRecord())).toEqual(['a', 'b', 'other']);
  });
  test('holds a label that is a name of Object', () => {
    const counts = new Counts();
    counts.add('__proto__');
    counts.add('constructor');
    expect(counts.entries()).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
    ]);
    expect(Object.getOwnPropertyNames(counts.toRecord())).toEqual(['__proto__', 'constructor']);
  });
});

describe('Distribution', () => {
  test('counts in buckets, a value on a bound below it', () => {
    const distribution = new Distribution([1, 2, 5]);
    for (const value of [0.5, 1, 1.5, 6, -3]) distribution.observe(value);
    expect(distribution.buckets).toEqual([3, 1, 0]);
    expect(distribution.count).toBe(5);
    expect(distribution.sum).toBe(9);
  });
  test('quantiles', () => {
    const distribution = new Distribution([1, 2]);
    expect(distribution.quantile(0.5)).toBeNull();
    for (let i = 0; i < 10; i++) distribution.observe(1.5);
    expect(distribution.quantile(0.5)).toBe(1.5);
  });
});

describe('Tally', () => {
  test('associations by outcome, PDUs, bytes', () => {
    const tally = new Tally();
    for (const outcome of ['released', 'aborted', 'rejected', 'unanswered', 'cut', null] as const)
      tally.event(
        {
          type: 'dicom.association',
          association: association({
            outcome,
            accepted: outcome !== 'rejected',
            withoutRequest: outcome === 'cut',
          }),
        },
        one,
      );
    const { dicom } = tally;
    expect(dicom.associations).toBe(6);
    expect(dicom.outcomes).toEqual({ released: 1, aborted: 1, rejected: 1, unanswered: 1, cut: 2 });
    expect(dicom.accepted).toBe(5);
    expect(dicom.withoutRequest).toBe(1);
    expect(dicom.pdus).toEqual([0, 6, 6, 0, 36, 6, 6, 0]);
    expect(dicom.bytesToServer).toBe(6 * 4800);
    expect(dicom.durations.count).toBe(6);
    expect(dicom.durations.sum).toBe(9);
  });
  test('DIMSE messages by command and status; commands no standard names together', () => {
    const tally = new Tally();
    tally.event(dimse(), one);
    tally.event(dimse({ command: 'C-STORE-RSP', status: '0000' }), one);
    tally.event(dimse({ command: 'C-STORE-RSP', status: 'A700' }), one);
    for (let i = 0; i < 1000; i++) tally.event(dimse({ command: `0x${i.toString(16)}` }), one);
    expect(tally.commands()).toEqual({ 'C-STORE-RQ': 1, 'C-STORE-RSP': 2, other: 1000 });
    expect(tally.dimse()).toContainEqual({ command: 'C-STORE-RSP', status: 'A700', count: 1 });
  });
  test('statuses are bounded', () => {
    const tally = new Tally();
    for (let i = 0; i < 65_536; i++)
      tally.event(dimse({ command: 'C-FIND-RSP', status: i.toString(16) }), one);
    expect(tally.dimse().length).toBeLessThanOrEqual(33);
    expect(tally.commands()).toEqual({ 'C-FIND-RSP': 65_536 });
  });
  test('HL7: messages and acknowledgements are everything on the wire', () => {
    const tally = new Tally();
    tally.event(hl7(), one);
    tally.event(hl7({ messageType: 'ORU^R01' }), one);
    tally.event(
      hl7({ messageType: 'ACK^A01', ackCode: 'AA', ackedControlId: 'M', latency: SECOND / 50 }),
      one,
    );
    tally.event(hl7({ messageType: 'ORR^O02', ackCode: 'AE', ackedControlId: 'M' }), one);
    tally.event(hl7({ messageType: 'ACK' }), one);
    tally.event(hl7({ messageType: 'EVIL\x1b^\u202e' }), one);
    tally.event(session({ unacknowledged: 2 }), one);
    const { hl7: counts } = tally;
    expect(counts.messages).toBe(3);
    expect(counts.acks).toBe(3);
    expect(counts.byType.toRecord()).toEqual({ 'ADT^A01': 1, 'ORU^R01': 1, other: 1 });
    expect(counts.byAck.toRecord()).toEqual({ AA: 1, AE: 1, other: 1 });
    expect(counts.unacknowledged).toBe(2);
    expect(counts.latencies.count).toBe(1);
  });
  test('message types are bounded', () => {
    const tally = new Tally();
    for (let i = 0; i < 5000; i++) tally.event(hl7({ messageType: `Z${i}` }), one);
    expect(tally.hl7.byType.size).toBeLessThanOrEqual(257);
    expect(tally.hl7.messages).toBe(5000);
  });
  test('TLS by what is inside', () => {
    const tally = new Tally();
    const tls = {
      type: 'tls.session',
      version: '',
      sni: '',
      cipherSuite: '',
      alpn: '',
      answered: true,
      ja3: '',
      ja4: '',
      ja3s: '',
      certificate: null,
    } as const;
    const quic = {
      type: 'quic.session',
      version: 'QUIC',
      quicVersion: '1',
      sni: '',
      alpn: '',
      ja3: '',
      ja4: '',
    } as const;
    tally.event(quic, one);
    for (const inside of ['dicom', 'hl7', 'hl7', '']) tally.event({ ...tls, inside }, one);
    expect([tally.dicom.overTls, tally.hl7.overTls, tally.tlsSessions]).toEqual([1, 2, 5]);
    expect(T0).toBeGreaterThan(0);
  });
});
