import { describe, expect, test } from 'vitest';
import { SECOND } from '../../core/time.ts';
import { assetDocument } from '../documents.ts';
import { asset, association, dimse, finding, flow, hl7, results, sealed, session, T0 } from '../samples.ts';
import { EveLog } from './eve.ts';
import { LineWriter } from './lines.ts';
import { SIGNATURE_IDS } from './signatures.ts';

interface Line {
  timestamp: string;
  src_ip: string;
  src_port: number;
  dest_ip: string;
  dicom: Record<string, unknown>;
  hl7: Record<string, unknown>;
  tls: Record<string, unknown>;
  alert: Record<string, unknown>;
}

function record(write: (log: EveLog) => void): Line[] {
  return text(write)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function text(write: (log: EveLog) => void): string {
  const parts: Buffer[] = [];
  const log = new EveLog((bytes) => void parts.push(Buffer.from(bytes)));
  write(log);
  log.flush();
  return Buffer.concat(parts).toString();
}

const one = flow(7, '10.0.0.5', '203.0.113.9', 104, { vlan0: 12, vlan1: 30 });

describe('EVE', () => {
  test('an association, whole', () => {
    const [line] = record((log) =>
      log.event(
        {
          type: 'dicom.association',
          association: association({
            roles: [{ sopClass: '1.2.3', scu: true, scp: false }],
            asyncOperations: { invoked: 4, performed: 1 },
            userIdentity: 2,
            abort: { source: 2, reason: 1, text: 'unrecognized PDU', by: 'server' },
            anomalies: { 'pdu-length': 2 },
          }),
        },
        one,
        T0 + 123,
      ),
    );
    expect(line).toEqual({
      timestamp: '2026-03-02T08:15:00.000123+0000',
      event_type: 'dicom',
      flow_id: 7,
      vlan: [12, 30],
      src_ip: '10.0.0.5',
      src_port: 40_007,
      dest_ip: '203.0.113.9',
      dest_port: 104,
      proto: 'TCP',
      community_id: '1:flow7=',
      dicom: {
        kind: 'association',
        calling_ae: 'CT01',
        called_ae: 'ORTHANC',
        outcome: 'released',
        accepted: true,
        application_context: '1.2.840.10008.3.1.1.1',
        contexts: [
          {
            id: 1,
            abstract_syntax: '1.2.840.10008.5.1.4.1.1.2',
            abstract_syntax_name: 'CT Image Storage',
            transfer_syntaxes: ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'],
            result: 'acceptance',
            transfer_syntax: '1.2.840.10008.1.2.1',
            transfer_syntax_name: 'Explicit VR Little Endian',
          },
        ],
        client: { class_uid: '1.2.276.0.7230010.3.0.3.6.7', version_name: 'OFFIS_DCMTK_367' },
        max_pdu_client: 16_384,
        max_pdu_server: 0,
        async_operations: { invoked: 4, performed: 1 },
        roles: [{ sop_class: '1.2.3', scu: true, scp: false }],
        user_identity: 'username-and-passcode',
        abort: { source: 2, reason: 1, text: 'unrecognized PDU', by: 'server' },
        pdus: {
          'A-ASSOCIATE-RQ': 1,
          'A-ASSOCIATE-AC': 1,
          'P-DATA-TF': 6,
          'A-RELEASE-RQ': 1,
          'A-RELEASE-RP': 1,
        },
        messages: { 'C-STORE-RQ': 1, 'C-STORE-RSP': 1 },
        statuses: { 'C-STORE-RSP': { '0000': 1 } },
        objects: [{ sop_class: '1.2.840.10008.5.1.4.1.1.2', name: 'CT Image Storage', count: 1 }],
        bytes_toserver: 4800,
        bytes_toclient: 600,
        start: '2026-03-02T08:15:00.000000+0000',
        end: '2026-03-02T08:15:01.500000+0000',
        duration: 1.5,
        anomalies: { 'pdu-length': 2 },
      },
    });
  });

  test('a rejection in words', () => {
    const rejection = { result: 1, source: 1, reason: 7, text: 'called AE title not recognized' };
    const [line] = record((log) =>
      log.event(
        { type: 'dicom.association', association: association({ outcome: 'rejected', rejection }) },
        one,
        T0,
      ),
    );
    expect(line.dicom.rejection).toEqual(rejection);
  });

  test('a message has its sender as source', () => {
    const [request, response] = record((log) => {
      log.event(dimse({ subOperations: { remaining: 1, completed: 2, failed: 0, warning: 0 } }), one, T0);
      log.event(dimse({ from: 'server', command: 'C-STORE-RSP', status: '0000', latency: 2500 }), one, T0);
    });
    expect([request.src_ip, request.dest_ip]).toEqual(['10.0.0.5', '203.0.113.9']);
    expect([response.src_ip, response.src_port]).toEqual(['203.0.113.9', 104]);
    expect(request.dicom.sub_operations).toEqual({ remaining: 1, completed: 2, failed: 0, warning: 0 });
    expect(response.dicom).toMatchObject({ status: '0000', latency_ms: 2.5 });
  });

  test('HL7 message, acknowledgement, session', () => {
    const [message, ack, over] = record((log) => {
      log.event(hl7(), one, T0);
      log.event(
        hl7({ messageType: 'ACK', ackCode: 'AA', ackedControlId: 'MSG00001', latency: 1234, from: 'server' }),
        one,
        T0,
      );
      log.event(session(), one, T0);
    });
    expect(message.hl7).toMatchObject({
      kind: 'message',
      type: 'ADT^A01',
      control_id: 'MSG00001',
      version: '2.3',
    });
    expect(ack.hl7).toMatchObject({ kind: 'acknowledgement', ack_code: 'AA', latency_ms: 1.234 });
    expect(over.hl7).toMatchObject({
      kind: 'session',
      messages: 2,
      by_type: { ACK: 1, 'ADT^A01': 1 },
      duration: 1,
    });
  });

  test('flow, anomaly, TLS, asset, stats', () => {
    const [ended, odd, tls, quic, device, stats] = record((log) => {
      log.fact({ fact: 'flow', state: 'open' }, one, T0);
      log.fact({ fact: 'flow', state: 'end', how: 'idle' }, one, T0);
      log.fact(
        { fact: 'anomaly', protocol: 'dicom', kind: 'pdu-length', detail: 'd', from: 'server' },
        one,
        T0,
      );
      log.event(
        {
          type: 'tls.session',
          version: 'TLS 1.3',
          sni: 'pacs.example',
          cipherSuite: '1301',
          alpn: '',
          inside: 'dicom',
          answered: true,
          ja3: '0cda1bd7f270e894ed5de2af2f06cb80',
          ja4: 't13d0203h2_c1929292aa6b_b9a491fefe05',
          ja3s: '',
          certificate: {
            subject: 'CN=pacs.example',
            issuer: 'C=DE, O=Hospital, CN=ZZ CA',
            notBefore: '2026-01-01T00:00:00',
            notAfter: '2027-01-01T00:00:00',
            names: ['pacs.example', '10.0.0.9'],
            selfSigned: false,
            fingerprint: 'ab:cd',
          },
        },
        one,
        T0,
      );
      log.event(
        {
          type: 'quic.session',
          version: 'QUIC',
          quicVersion: '1',
          sni: 'www.example',
          alpn: 'h3',
          ja3: '',
          ja4: 'q13d0310h3_55b375c5d22e_cd85d2d88918',
        },
        { ...one, proto: 'udp' },
        T0,
      );
      log.asset(assetDocument(asset('10.0.0.5', { role: 'pacs' })), T0);
      log.stats({ capture: { packets: results().net().packets } }, T0);
    });
    expect(ended).toMatchObject({
      event_type: 'flow',
      app_proto: 'dicom',
      flow: { pkts_toserver: 10, bytes_toclient: 700, age: 2, reason: 'timeout', closed_by: 'idle' },
    });
    expect(odd).toMatchObject({ src_ip: '203.0.113.9', anomaly: { type: 'applayer', event: 'pdu-length' } });
    expect(tls.tls).toMatchObject({
      version: 'TLS 1.3',
      sni: 'pacs.example',
      inside: 'dicom',
      answered: true,
      subject: 'CN=pacs.example',
      issuerdn: 'C=DE, O=Hospital, CN=ZZ CA',
      fingerprint: 'ab:cd',
      notbefore: '2026-01-01T00:00:00',
      notafter: '2027-01-01T00:00:00',
      subjectaltname: ['pacs.example', '10.0.0.9'],
      self_signed: false,
      ja3: { hash: '0cda1bd7f270e894ed5de2af2f06cb80' },
      ja4: 't13d0203h2_c1929292aa6b_b9a491fefe05',
    });
    expect(tls.tls).not.toHaveProperty('ja3s');
    expect(quic).toMatchObject({ event_type: 'tls', proto: 'UDP' });
    expect(quic.tls).toEqual({
      version: 'QUIC',
      transport: 'quic',
      quic_version: '1',
      sni: 'www.example',
      alpn: 'h3',
      ja4: 'q13d0310h3_55b375c5d22e_cd85d2d88918',
    });
    expect(device).toMatchObject({ event_type: 'asset', src_ip: '10.0.0.5', asset: { role: 'pacs' } });
    expect(stats).toMatchObject({ event_type: 'stats', stats: { capture: { packets: 1234 } } });
  });

  test('an alert each time the engine tells of a finding', () => {
    const found = finding({
      destination: { ip: '203.0.113.9', port: 104, asset: null, country: 'IR' },
      incident: { id: '10.0.0.5 then', severity: 'critical', step: 2, steps: 3, story: null },
    });
    const lines = record((log) => {
      log.finding(found, 'new', one, T0);
      log.finding({ ...found, severity: 'critical', count: 9 }, 'update', one, T0);
      log.finding(finding(), 'new', null, T0);
    });
    expect(lines.map((line) => line.alert.severity)).toEqual([3, 1, 3]);
    expect(lines.map((line) => line.alert.count)).toEqual([1, 9, 1]);
    expect(lines.map((line) => line.alert.metadata)).toMatchObject(
      ['new', 'update', 'new'].map((change) => ({ change })),
    );
    expect(lines[0]).toMatchObject({
      event_type: 'alert',
      flow_id: 7,
      alert: {
        signature_id: SIGNATURE_IDS['phi.cleartext-dicom'],
        metadata: {
          detection: 'phi.cleartext-dicom',
          severity: 'medium',
          attack: ['T1040'],
          incident: '10.0.0.5 then',
        },
        country: 'IR',
        data: { patients: 1, incident: { step: 2, steps: 3 }, silence: { source: '10.0.0.5' } },
      },
    });
    expect(lines[2].alert.metadata).not.toHaveProperty('incident');
    expect(lines[2]).toMatchObject({ src_ip: '10.0.0.5', dest_port: 4242, community_id: '1:abc=' });
  });

  test('signature ids are distinct', () => {
    const ids = Object.values(SIGNATURE_IDS);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('what the wire says cannot leave its string', () => {
    const evil = '"},{"x":"\\\n\x1b[0m\u202e\x9b\u2028é😀\ud800';
    const raw = text((log) =>
      log.event(hl7({ sendingApplication: evil, controlId: evil.repeat(5000) }), one, T0),
    );
    expect(raw.trimEnd().split('\n')).toHaveLength(1);
    expect(raw).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
    expect(JSON.parse(raw).hl7.sending_application).toBe(evil);
  });

  test.each(['\x1b[0m', '\n', '\x00', '"', '\\', '\x7f', 'é', '\u202e'])('%j alone is escaped', (evil) => {
    const raw = text((log) => log.event(hl7({ controlId: evil }), one, T0));
    expect(raw).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(JSON.parse(raw.replace(/\n$/, '')).hl7.control_id).toBe(evil);
  });

  test('a record larger than the buffer is whole', () => {
    const transferSyntaxes = Array.from({ length: 200 }, (_, i) => `1.2.${'3'.repeat(50)}.${i}`);
    const [offered] = association().contexts;
    const contexts = Array.from({ length: 128 }, (_, i) => ({ ...offered, id: 2 * i + 1, transferSyntaxes }));
    const [line] = record((log) =>
      log.event({ type: 'dicom.association', association: association({ contexts }) }, one, T0),
    );
    expect(line.dicom.contexts).toHaveLength(128);
    expect((line.dicom.contexts as { transfer_syntaxes: string[] }[])[127].transfer_syntaxes).toEqual(
      transferSyntaxes,
    );
  });

  test('patients stay sealed', () => {
    const secret = { 'patient-name': 'ZZCANARY^NAME', 'medical-record-number': 'CANARY-4711' } as const;
    const hidden = text((log) => {
      log.event(hl7(sealed(secret, false)), one, T0);
      log.event(dimse(sealed(secret, false)), one, T0);
    });
    expect(hidden).not.toContain('CANARY');
    expect(hidden).not.toContain(sealed(secret, false).patient);
    expect(hidden).toContain('"identifiers":["patient-name","medical-record-number"]');
    const [shown] = record((log) => log.event(hl7(sealed(secret, true)), one, T0));
    expect(shown.hl7.phi).toEqual([
      { 'patient-name': 'ZZCANARY^NAME' },
      { 'medical-record-number': 'CANARY-4711' },
    ]);
  });

  test('many records pass through the buffer whole', () => {
    const lines = record((log) => {
      for (let i = 0; i < 3000; i++)
        log.event(hl7({ controlId: `M${i}`, sendingFacility: 'x'.repeat(i % 400) }), one, T0 + i * SECOND);
    });
    expect(lines).toHaveLength(3000);
    expect(lines[2999].hl7.control_id).toBe('M2999');
    expect(lines[2999].timestamp).toBe('2026-03-02T09:04:59.000000+0000');
  });
});

describe('LineWriter', () => {
  function written(write: (out: LineWriter) => void): string {
    let all = '';
    const out = new LineWriter((bytes) => void (all += Buffer.from(bytes).toString()));
    write(out);
    out.flush();
    return all;
  }
  test.each([0, 9, 10, 99, 100, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -1, 1.5])('number %d', (value) => {
    expect(written((out) => out.number(value))).toBe(String(value));
  });
  test('what is no number is null', () => {
    expect(written((out) => out.number(Number.NaN))).toBe('null');
  });
  test.each([
    [0, '"1970-01-01T00:00:00.000000+0000"'],
    [T0 + 86_399 * SECOND + 1, '"2026-03-03T08:14:59.000001+0000"'],
    [-1, '"1969-12-31T23:59:59.999999+0000"'],
    [Number.NaN, '"1970-01-01T00:00:00.000000+0000"'],
    [1e30, '"9999-12-31T23:59:59.000000+0000"'],
  ])('time %d', (time, expected) => {
    expect(written((out) => out.time(time))).toBe(expected);
  });
  test('a value larger than the buffer goes through', () => {
    const value = { list: Array.from({ length: 100_000 }, (_, i) => i) };
    expect(JSON.parse(written((out) => out.value(value)))).toEqual(value);
  });
});
