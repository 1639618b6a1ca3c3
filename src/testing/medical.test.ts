import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Association, DimseMessage } from '../../dissectors/dicom/events.ts';
import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import { type Analysed, analyseFile, countsOf } from './analyse.ts';
import { tool } from './tools.ts';

/**
 * Captures that nobody here made. Every one has wrong checksums (offload), which must not matter.
 */
const captures = tool('captures', 'real medical captures give what is known to be in them');

describe.runIf(captures)('medical captures', () => {
  const analyse = (name: string) => analyseFile(join(captures!, 'medical', name));
  const assetAt = (found: Analysed, ip: string) => found.assets.find(({ ips }) => ips.includes(ip));
  const association = (found: Analysed): Association => {
    const ended = found.events.flatMap((event) =>
      event.type === 'dicom.association' ? [event.association] : [],
    );
    expect(ended).toHaveLength(1);
    return ended[0];
  };
  const dimse = (found: Analysed): DimseMessage[] =>
    found.events.flatMap((event) => (event.type === 'dicom.message' ? [event] : []));
  const hl7 = (found: Analysed): Hl7Message[] =>
    found.events.flatMap((event) => (event.type === 'hl7.message' ? [event] : []));
  const identifiers = (names: string) => names.split(' ').sort();

  describe('a scanner sends a slice to its archive, and closes without release', () => {
    test('who, what, and how it ended', async () => {
      const found = await analyse('ct_to_pacs_scenario.pcap');
      expect(found.error).toBeNull();
      expect(countsOf(found)).toEqual({
        packets: 19,
        dicom: {
          pdus: { 'A-ASSOCIATE-RQ': 1, 'A-ASSOCIATE-AC': 1, 'P-DATA-TF': 3 },
          messages: { 'C-STORE-RQ': 1, 'C-STORE-RSP': 1 },
        },
        hl7: { messages: 0, acks: 0, byType: {}, byAck: {} },
      });
      // The answer says the titles the other way round (against PS3.8 §9.3.3): they are the request's.
      expect(association(found)).toMatchObject({
        callingAe: 'BRIGHTSPEED01',
        calledAe: 'CENTRICITY001',
        withoutRequest: false,
        accepted: true,
        outcome: 'cut',
        contexts: [
          {
            id: 1,
            abstractSyntax: '1.2.840.10008.5.1.4.1.1.2',
            result: 0,
            transferSyntax: '1.2.840.10008.1.2.1',
            inferred: false,
          },
        ],
        client: { classUid: '1.2.840.113619.2.5', versionName: 'AW1234' },
        server: { classUid: '1.2.840.113619.7.5.1', versionName: 'CENTRICITY5.0' },
        maxPduClient: 16_382,
        maxPduServer: 16_382,
        objects: { '1.2.840.10008.5.1.4.1.1.2': 1 },
        statuses: { 'C-STORE-RSP': { '0000': 1 } },
        anomalies: {},
      });
      const [request, response] = dimse(found);
      expect(request).toMatchObject({
        command: 'C-STORE-RQ',
        from: 'client',
        messageId: 2001,
        sopInstance: '1.2.840.113619.2.55.3.1234567890.1',
        dataSetBytes: 96,
        modality: 'CT',
        identifiers: ['patient-name'],
        partial: false,
      });
      expect(response).toMatchObject({
        command: 'C-STORE-RSP',
        from: 'server',
        messageId: 2001,
        status: '0000',
        statusClass: 'success',
        latency: 20,
      });
    });

    test('the inventory: a scanner and a PACS', async () => {
      const found = await analyse('ct_to_pacs_scenario.pcap');
      expect(found.assets).toHaveLength(2);
      expect(assetAt(found, '10.40.2.20')).toMatchObject({
        role: 'modality',
        modality: 'CT',
        vendor: 'GE Healthcare',
        model: 'BrightSpeed Elite Select',
        software: '11.2.0',
        ae_titles: ['BRIGHTSPEED01'],
        services: [],
      });
      expect(assetAt(found, '10.40.2.10')).toMatchObject({
        role: 'pacs',
        ae_titles: ['CENTRICITY001'],
        implementation: { class_uid: '1.2.840.113619.7.5.1', version_name: 'CENTRICITY5.0' },
        services: [{ port: 104, proto: 'tcp', protocol: 'dicom', tls: false }],
      });
      expect(found.summary.phi).toEqual({
        exposures: 1,
        patients: 1,
        by_protocol: { dicom: 1, hl7: 0 },
        by_identifier: { 'patient-name': 1 },
      });
      expect(found.findings).toMatchObject([
        {
          detection: 'phi.cleartext-dicom',
          severity: 'medium',
          source: { ip: '10.40.2.20' },
          destination: { ip: '10.40.2.10', port: 104, country: null },
          count: 1,
        },
      ]);
    });
  });

  const ADT = {
    messageType: 'ADT^A01',
    controlId: '934576120110613083617',
    sendingApplication: 'SENDING_APPLICATION',
    sendingFacility: 'SENDING_FACILITY',
    receivingApplication: 'RECEIVING_APPLICATION',
    receivingFacility: 'RECEIVING_FACILITY',
    bytes: 474,
  };
  const PERSON =
    'patient-name medical-record-number birth-date sex address telephone email social-security-number account-number';

  test.each([
    ['HL7-ADT.pcap', { ...ADT, segments: 7 }, `${PERSON} relative-name`, 20_414],
    ['HL7-ADT-UDI-OBX.pcap', { ...ADT, segments: 4 }, PERSON, 20_414],
    [
      'HL7-ORM.pcap',
      {
        messageType: 'ORM^O01',
        controlId: '59689',
        sendingApplication: 'SendingApp',
        sendingFacility: 'SendingFac',
        receivingApplication: 'ReceivingApp',
        receivingFacility: 'ReceivingFac',
        bytes: 610,
        segments: 6,
      },
      'patient-name medical-record-number birth-date sex address accession-number physician-name',
      12_764,
    ],
  ] as const)('%s: a message and its acknowledgement on port 6661', async (name, header, person, latency) => {
    const found = await analyse(name);
    expect(found.error).toBeNull();
    expect(found.summary.capture.packets).toBe(9);
    const [message, ack, ...more] = hl7(found);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      ...header,
      version: '2.3',
      processingId: 'P',
      framing: 'mllp',
      partial: false,
      ackCode: '',
    });
    expect([...message.identifiers].sort()).toEqual(identifiers(person));
    expect(ack).toMatchObject({
      messageType: 'ACK',
      ackCode: 'AA',
      ackedControlId: header.controlId,
      sendingApplication: header.receivingApplication,
      receivingApplication: header.sendingApplication,
      identifiers: [],
      latency,
    });
    expect(found.summary.hl7).toEqual({
      messages: 1,
      acks: 1,
      unacknowledged: 0,
      over_tls: 0,
      by_type: { [header.messageType]: 1 },
      by_ack: { AA: 1 },
    });
    expect(found.summary.phi.patients).toBe(1);
    expect(found.findings).toMatchObject([
      {
        detection: 'phi.cleartext-hl7',
        severity: 'medium',
        source: { ip: '10.0.0.155' },
        destination: { ip: '10.0.0.126', port: 6661 },
        count: 1,
      },
    ]);
    expect(assetAt(found, '10.0.0.126')).toMatchObject({
      role: 'integration-engine',
      hl7_applications: [header.receivingApplication],
      services: [{ port: 6661, protocol: 'hl7' }],
    });
    expect(found.lines.filter((line) => line.includes('"fact":"anomaly"'))).toEqual([]);
  });

  test('a pump names itself in OBX-18', async () => {
    const found = await analyse('HL7-ADT-UDI-OBX.pcap');
    expect(assetAt(found, '10.0.0.155')).toMatchObject({
      role: 'infusion-pump',
      model: 'Hospira Plum A+',
      vendor: 'Hospira',
    });
    expect(assetAt(await analyse('HL7-ADT.pcap'), '10.0.0.155')).toMatchObject({ model: null });
  });

  test.each([
    ['dicom_arq_1_find_testclient.pcap', 'testclient', 'testserver'],
    ['dicom_arq_3_find_bogus_local.pcap', 'bogus_local', 'bogus_remote'],
  ])('%s: one association request without SYN, on the loopback, in a pcapng that is called pcap', async (name, calling, called) => {
    const found = await analyse(name);
    expect(found.error).toBeNull();
    expect(countsOf(found)).toMatchObject({
      packets: 1,
      dicom: { pdus: { 'A-ASSOCIATE-RQ': 1 }, messages: {} },
    });
    expect(found.summary.capture.undecoded_packets).toBe(0);
    const { contexts, ...rest } = association(found);
    expect(rest).toMatchObject({
      callingAe: calling,
      calledAe: called,
      withoutRequest: false,
      accepted: false,
      outcome: 'unanswered',
      client: { classUid: '1.2.826.0.1.3680043.9.7133.1.1', versionName: 'GODICOM_1_1' },
      anomalies: {},
    });
    // Patient, study and patient-study root C-FIND, and the worklist.
    expect(contexts.map(({ abstractSyntax }) => abstractSyntax.replace('1.2.840.10008.5.1.4.', ''))).toEqual([
      '1.2.1.1',
      '1.2.2.1',
      '1.2.3.1',
      '31',
    ]);
    expect(contexts.every(({ result }) => result === null)).toBe(true);
    expect(found.findings).toEqual([]);
    expect(found.assets).toMatchObject([
      { ips: ['127.0.0.1'], role: 'client', implementation: { product: 'go-netdicom', version: '1.1' } },
    ]);
  });

  /**
   * Text that begins `MSH|` in the SYN packets of connections that nobody answers, without a start block. It was on
   * the wire, and who reads it there reads a record number: that is told. A message it is not, for there was nobody
   * to take it; an anomaly it is, once for each connection, and no SYN sent again makes a second one.
   */
  describe('captures made up by a script', () => {
    test.each([
      ['no_alerts.pcap', 0, 0],
      ['unencrypted_hl7.pcap', 1, 0],
      ['data_exfiltration.pcap', 1, 1],
      ['replay_attack.pcap', 1, 1],
      ['traffic_spike.pcap', 51, 0],
      ['all_alerts.pcap', 55, 0],
    ] as const)('%s', async (name, texts, patients) => {
      const found = await analyse(join('toy', name));
      expect(found.error).toBeNull();
      expect(hl7(found)).toEqual([]);
      expect(countsOf(found).hl7).toEqual({ messages: 0, acks: 0, byType: {}, byAck: {} });
      const told = found.lines.filter((line) => line.includes('"message-without-connection"'));
      expect(told).toHaveLength(texts);
      expect(found.summary.flows.tcp).toBeGreaterThanOrEqual(texts);
      expect(found.summary.phi.patients).toBe(patients);
      expect(found.summary.dicom.associations).toBe(0);
      // Nobody answered, so nobody is known to offer a service.
      expect(found.assets.flatMap(({ services }) => services)).toEqual([]);
    });

    test('what leaves for the Internet is said to, with its country', async () => {
      const found = await analyse(join('toy', 'data_exfiltration.pcap'));
      expect(
        found.findings.map(({ detection, severity, source, destination }) => [
          detection,
          severity,
          source.ip,
          destination.ip,
          destination.country,
        ]),
      ).toEqual([
        ['external.phi-to-internet', 'critical', '192.168.1.5', '8.8.8.8', 'US'],
        ['phi.cleartext-hl7', 'critical', '192.168.1.5', '8.8.8.8', 'US'],
        ['external.device-to-internet', 'medium', '192.168.1.5', '8.8.8.8', 'US'],
        // Its message stands in a SYN that nobody answered.
        ['hl7.malformed', 'medium', '192.168.1.5', '8.8.8.8', 'US'],
      ]);
    });
  });
});
