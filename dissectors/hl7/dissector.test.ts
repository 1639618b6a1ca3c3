import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import { KeyedHash } from '../../src/core/hash.ts';
import { BLOCK_LIMIT } from './framing.ts';
import { hl7 } from './index.ts';
import {
  acknowledgement,
  admission,
  block,
  gap,
  latin1,
  message,
  msh,
  PID,
  type Said,
  said,
  saidHoweverSplit,
  toClient,
  toServer,
} from './testing.ts';

describe('a message and its acknowledgement', () => {
  const all = saidHoweverSplit([toServer(admission('M1')), toClient(acknowledgement('AA', 'M1'))]);

  test('are one event each', () => {
    expect(all.messages).toHaveLength(2);
    expect(all.messages[0]).toMatchObject({
      from: 'client',
      messageType: 'ADT^A01',
      structure: 'ADT_A01',
      controlId: 'M1',
      sendingApplication: 'ADMIT',
      sendingFacility: 'WEST',
      receivingApplication: 'ENGINE',
      receivingFacility: 'EAST',
      version: '2.5.1',
      processingId: 'P',
      ackCode: '',
      latency: null,
      segments: 4,
      bytes: admission('M1').length - 3,
      partial: false,
      framing: 'mllp',
      batch: false,
    });
    expect(all.messages[1]).toMatchObject({
      from: 'server',
      messageType: 'ACK',
      ackCode: 'AA',
      ackedControlId: 'M1',
      latency: 1000,
    });
  });

  test('are summed up when the connection is over', () => {
    expect(all.session).toMatchObject({
      messages: 1,
      acks: 1,
      unacknowledged: 0,
      byType: { 'ADT^A01': 1 },
      byAck: { AA: 1 },
      senders: ['ADMIT|WEST'],
      receivers: ['ENGINE|EAST'],
      patients: 1,
      outcome: 'closed',
      anomalies: {},
    });
  });

  test('say who is who and what they do, once for each place that says it', () => {
    const thrice = said(
      ['M1', 'M2', 'M3'].flatMap((id) => [toServer(admission(id)), toClient(acknowledgement('AA', id))]),
    );
    expect(thrice.attributes).toEqual([
      'client hl7-application ADMIT',
      'client hl7-facility WEST',
      'server hl7-application ENGINE',
      'server hl7-facility EAST',
      // What the sender called it (MSH-5, MSH-6), then what it calls itself (MSH-3, MSH-4).
      'server hl7-application ENGINE',
      'server hl7-facility EAST',
    ]);
    expect(thrice.activities).toEqual([
      'client sends-messages',
      'client sends-admissions',
      'server accepts-messages',
      'server accepts-admissions',
    ]);
    expect(thrice.facts('service')).toEqual([
      { fact: 'service', protocol: 'hl7', medical: true, tls: false, state: 'asked' },
      { fact: 'service', protocol: 'hl7', medical: true, tls: false, state: 'answered' },
    ]);
    expect(thrice.facts('phi')).toHaveLength(3);
  });

  test('expose the patient to the side that receives', () => {
    expect(all.facts('phi')).toEqual([
      {
        fact: 'phi',
        protocol: 'hl7',
        identifiers: [
          'patient-name',
          'medical-record-number',
          'birth-date',
          'sex',
          'address',
          'telephone',
          'account-number',
        ],
        patient: expect.any(Number),
        to: 'server',
      },
    ]);
  });
});

describe('what a message says of the patient', () => {
  test('is sealed unless it is to be revealed', () => {
    const text = JSON.stringify(said([toServer(admission('M1'))]).all);
    for (const value of ['ZZTESTPATIENT', 'MRN0042', '19790704', 'NOSUCH', '555-0142', 'ACC77'])
      expect(text).not.toContain(value);
    const revealed = said([toServer(admission('M1'))], { reveal: true }).messages[0].phi;
    expect(revealed).toContain('[patient-name]=ZZTESTPATIENT^QUINCY^X');
    expect(revealed).toContain('[medical-record-number]=MRN0042^^^WEST^MR');
  });

  test('is the same patient however the rest differs, and another with another number', () => {
    const patients = [
      PID,
      'PID|2||MRN0042^^^WEST^MR||OTHERNAME',
      'PID|1||777^^^X^SS~MRN0042^^^WEST^MR~MRN0099^^^WEST^MR',
      'PID|1||MRN0043^^^WEST^MR',
      'PID|1||MRN0042^^^EAST^MR',
    ].map((pid) => said([toServer(block(message(msh('ADT^A08', 'M'), pid)))]).messages[0].patient);
    expect(patients[1]).toBe(patients[0]);
    expect(patients[2]).toBe(patients[0]);
    expect(patients[4]).toBe(patients[0]);
    expect(patients[3]).not.toBe(patients[0]);
    // As a protocol that hashes texts would have it, with the key that `play` uses.
    expect(patients[0]).toBe(new KeyedHash(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)).text('MRN0042'));
  });

  test('is told for each patient of a message that has several', () => {
    const all = saidHoweverSplit([
      toServer(
        block(message(msh('RSP^K22', 'M'), 'MSA|AA|Q', PID, 'PID|2||MRN0043||ZZOTHER^PAT', 'PID|3||MRN0044')),
      ),
    ]);
    expect(new Set(all.facts('phi').map((fact) => fact.patient)).size).toBe(3);
    expect(all.session?.patients).toBe(3);
  });

  test('is nothing where fields are empty or deleted', () => {
    const all = said([
      toServer(
        block(
          message(
            msh('ADT^A08', 'M'),
            'PID|1|""|""^^^WEST||^^^^^^L||""|M|||^^^^^ZZ||^PRN^PH',
            'PV1|1|I||||||^',
          ),
        ),
      ),
    ]);
    expect(all.messages[0].identifiers).toEqual(['sex']);
    expect(all.messages[0].patient).toBeNull();
    expect(all.facts('phi')).toEqual([]);
  });
});

describe('framing', () => {
  test('several messages a segment, one over many', () => {
    const all = saidHoweverSplit([toServer(admission('M1') + admission('M2') + admission('M3'))]);
    expect(all.messages.map((event) => event.controlId)).toEqual(['M1', 'M2', 'M3']);
    expect(all.anomalies).toEqual([]);
  });

  test.each(['\r', '\n', '\r\n'])('segments that end with %j', (end) => {
    const all = saidHoweverSplit([toServer(block([msh('ADT^A01', 'M1'), PID, 'PV1|1'].join(end)))]);
    expect(all.messages[0]).toMatchObject({
      segments: 3,
      identifiers: expect.arrayContaining(['patient-name']),
    });
  });

  test('MLLP release 2 commit acknowledgements', () => {
    const all = saidHoweverSplit([
      toServer(admission('M1')),
      toClient('\x0b\x06\x1c\r'),
      toServer(admission('M2')),
      toClient('\x0b\x15\x1c\r'),
      toServer(admission('M3')),
    ]);
    expect(all.session).toMatchObject({
      messages: 3,
      acks: 0,
      commitAcks: 1,
      commitNaks: 1,
      unacknowledged: 1,
    });
    expect(all.anomalies).toEqual([]);
  });

  test('an end block without carriage return', () => {
    const all = saidHoweverSplit([toServer(admission('M1').slice(0, -1) + admission('M2'))]);
    expect(all.types).toHaveLength(2);
    expect(all.anomalies).toEqual(['end-block-without-cr']);
  });

  test('no end block before the next start block', () => {
    const all = saidHoweverSplit([toServer(admission('M1').slice(0, -2) + admission('M2'))]);
    expect(all.messages.map((event) => event.controlId)).toEqual(['M1', 'M2']);
    expect(all.anomalies).toEqual(['start-block-inside-message']);
  });

  test('a vertical tab in a text is no start block', () => {
    const all = saidHoweverSplit([
      toServer(block(message(msh('ORU^R01', 'M1'), 'OBX|1|TX|N^Note||one\x0btwo\x0bMSX||||||F', PID))),
    ]);
    expect(all.types).toEqual(['ORU^R01']);
    expect(all.messages[0].segments).toBe(3);
    expect(all.anomalies).toEqual([]);
  });

  test('blanks, byte order marks and spare end blocks between blocks', () => {
    const all = saidHoweverSplit([
      toServer(
        `${admission('M1')}\r\n\x1c\r \xef\xbb\xbf${admission('M2').replace('\x0b', '\x0b\xef\xbb\xbf')}`,
      ),
    ]);
    expect(all.types).toHaveLength(2);
    expect(all.anomalies).toEqual([]);
  });

  test('messages without a frame', () => {
    const raw = (id: string) => message(msh('ADT^A01', id), PID);
    const all = saidHoweverSplit([
      toServer(raw('M1')),
      toClient(message('MSH|^~\\&|ENGINE|EAST|ADMIT|WEST|2026||ACK|A1|P|2.3', 'MSA|AA|M1')),
      toServer(raw('M2') + raw('M3').trimEnd()),
    ]);
    expect(all.messages.map((event) => event.controlId)).toEqual(['M1', 'A1', 'M2', 'M3']);
    expect(all.messages.every((event) => event.framing === 'raw' && !event.partial)).toBe(true);
    expect(all.session).toMatchObject({ acks: 1, unacknowledged: 2 });
    expect(all.anomalies).toEqual([]);
  });

  test('any number of messages without a frame: the limit is for one', () => {
    const one = message(msh('ADT^A01', 'M1'), PID, `NTE|1||${'x'.repeat(60_000)}`);
    const all = said(Array.from({ length: 40 }, () => toServer(one)));
    expect(all.messages).toHaveLength(40);
    expect(all.anomalies).toEqual([]);
    const long = message(msh('ADT^A01', 'M1'), ...Array<string>(40).fill(`NTE|1||${'x'.repeat(60_000)}`));
    const cut = said([toServer(long + one)]);
    expect(cut.messages).toMatchObject([{ partial: true }, { partial: false, bytes: one.length }]);
    expect(cut.anomalies).toEqual(['message-over-limit']);
  });

  test('a batch', () => {
    const inner = message(msh('ADT^A01', 'M1'), PID) + message(msh('ADT^A08', 'M2'), PID);
    const batch = (count: number) =>
      block(
        message('FHS|^~\\&|ADMIT|WEST', 'BHS|^~\\&|ADMIT|WEST') + inner + message(`BTS|${count}`, 'FTS|1'),
      );
    const all = saidHoweverSplit([toServer(batch(2))]);
    expect(all.messages).toMatchObject([
      { controlId: 'M1', batch: true, segments: 2, bytes: message(msh('ADT^A01', 'M1'), PID).length },
      { controlId: 'M2', batch: true, segments: 2 },
    ]);
    expect(all.anomalies).toEqual([]);
    expect(said([toServer(batch(3))]).anomalies).toEqual(['batch-count']);
  });

  test('a second header in a block that is no batch', () => {
    const all = saidHoweverSplit([
      toServer(block(message(msh('ADT^A01', 'M1'), PID, msh('ADT^A08', 'M2'), PID))),
    ]);
    expect(all.types).toEqual(['ADT^A01', 'ADT^A08']);
    expect(all.anomalies).toEqual(['several-messages-in-block']);
  });

  test('headers that are none', () => {
    const kinds = [
      'MSH|^~',
      'MSH',
      'MSH|^~\\&|A|B',
      `MSHAB${'|'.repeat(20)}`,
      'EVN|A01',
      'MSH||||||||||||',
    ].map((header) => {
      const all = saidHoweverSplit([toServer(block(message(header, PID)) + admission('M2'))]);
      expect(all.types).toEqual(['ADT^A01']);
      return all.anomalies;
    });
    expect(kinds).toEqual([
      ['msh-too-short'],
      ['msh-too-short'],
      ['msh-too-short'],
      ['msh-too-short'],
      ['block-without-header'],
      ['encoding-characters'],
    ]);
  });

  test('a message over the limit is read up to it, and its end is found', () => {
    const text = 'x'.repeat(1000);
    const lines = Array.from({ length: 1200 }, (_, n) => `OBX|${n}|TX|N^Note||${text}`);
    const long = block(message(msh('ORU^R01', 'M1'), PID, ...lines, 'NK1|1|ZZTESTKIN^A'));
    expect(long.length).toBeGreaterThan(BLOCK_LIMIT);
    const all = said([toServer(long + admission('M2'))]);
    expect(all.messages).toMatchObject([
      { controlId: 'M1', partial: true, bytes: long.length - 3 },
      { controlId: 'M2', partial: false },
    ]);
    expect(all.messages[0].identifiers).not.toContain('relative-name');
    expect(all.anomalies).toEqual(['message-over-limit']);
    const pieces = long.match(/.{1,1448}/gs) ?? [];
    const split = said([...pieces.map(toServer), toServer(admission('M2'))]);
    expect(split.messages).toEqual(all.messages);
  });

  test('one segment over the limit', () => {
    const long = block(message(msh('MDM^T02', 'M1'), PID, `OBX|1|ED|D^Document||${'A'.repeat(BLOCK_LIMIT)}`));
    const whole = said([toServer(long + admission('M2'))]);
    const split = said([...(long.match(/.{1,1448}/gs) ?? []).map(toServer), toServer(admission('M2'))]);
    expect(split.messages).toEqual(whole.messages);
    expect(whole.messages).toMatchObject([{ partial: true, bytes: long.length - 3 }, { partial: false }]);
  });

  test('a field far over what is looked at keeps those behind it in their place', () => {
    const document = 'QUJD'.repeat(5000);
    const steps = (cut: number) => {
      const all = block(
        message(msh('ORU^R01', 'M1'), `OBX|1|ED|D^Document||^^^^${document}||||||F|||||||Acme Pump 3`),
      );
      return all.match(new RegExp(`.{1,${cut}}`, 'gs'))?.map(toServer) ?? [];
    };
    for (const cut of [1, 100, 1448, 100_000])
      expect(said(steps(cut)).attributes).toContain('client model Acme Pump 3');
  });
});

describe('bytes that are missing', () => {
  test('anywhere in a conversation: the other messages are whole, nothing is invented', () => {
    const stream = admission('M1') + admission('M2') + admission('M3');
    const ids = new Set(['M1', 'M2', 'M3']);
    for (let from = 0; from < stream.length - 10; from++) {
      const all = said([toServer(stream.slice(0, from)), gap(0, 10), toServer(stream.slice(from + 10))]);
      for (const event of all.messages) {
        expect(ids).toContain(event.controlId);
        expect(event.messageType).toBe('ADT^A01');
      }
      expect(all.messages.filter((event) => !event.partial).length).toBeGreaterThanOrEqual(1);
      expect(all.messages.length).toBeGreaterThanOrEqual(2);
      expect(all.session?.patients).toBe(1);
    }
  });

  test('inside a message: what was read is told as partial', () => {
    const stream = admission('M1');
    const cut = stream.indexOf('PV1');
    const all = saidHoweverSplit([
      toServer(stream.slice(0, cut)),
      gap(0, 5),
      toServer(stream.slice(cut + 5)),
    ]);
    expect(all.messages).toMatchObject([{ controlId: 'M1', partial: true, segments: 3 }]);
    expect(all.facts('phi')).toHaveLength(1);
  });

  test('at the end of the capture', () => {
    const all = saidHoweverSplit([toServer(admission('M1').slice(0, -20))], { close: 'cut' });
    expect(all.messages).toMatchObject([{ controlId: 'M1', partial: true }]);
    expect(all.session?.outcome).toBe('cut');
  });

  test('foreign bytes between blocks', () => {
    const all = saidHoweverSplit([
      toServer(`${admission('M1')}GET / HTTP/1.1\r\n\x0b\x0bMSX${admission('M2')}`),
    ]);
    expect(all.messages.map((event) => event.controlId)).toEqual(['M1', 'M2']);
    expect(all.anomalies).toEqual(['bytes-outside-block']);
  });
});

describe('acknowledgements', () => {
  test('in enhanced mode: a commit one, then that of the application', () => {
    const all = saidHoweverSplit([
      toServer(block(message(msh('ORM^O01', 'M1', '|P|2.5.1|||AL|AL'), PID))),
      toClient(acknowledgement('CA', 'M1', 'C1')),
      toClient(acknowledgement('AA', 'M1', 'A1')),
    ]);
    expect(all.messages.map((event) => [event.ackCode, event.latency])).toEqual([
      ['', null],
      ['CA', 1000],
      ['AA', 2000],
    ]);
    expect(all.session).toMatchObject({ acks: 2, byAck: { CA: 1, AA: 1 }, unacknowledged: 0 });
  });

  test('that are missing, out of order, or for nothing', () => {
    const all = saidHoweverSplit([
      ...['M1', 'M2', 'M3', 'M4'].map((id) => toServer(admission(id))),
      ...['M3', 'M1', 'M9'].map((id) => toClient(acknowledgement('AA', id))),
    ]);
    expect(all.messages.slice(4).map((event) => event.latency)).toEqual([2000, 5000, null]);
    expect(all.session).toMatchObject({ messages: 4, acks: 3, unacknowledged: 2 });
  });

  test('nobody waits for in a session that never acknowledges, unless the header asks', () => {
    expect(said([toServer(admission('M1'))]).session?.unacknowledged).toBe(0);
    const asked = [toServer(block(message(msh('ADT^A01', 'M1', '|P|2.5.1|||AL|NE'), PID)))];
    expect(said(asked).session?.unacknowledged).toBe(1);
    expect(said(asked, { flow: { bothSides: false } }).session?.unacknowledged).toBe(0);
    const waived = [
      toServer(block(message(msh('ADT^A01', 'M1', '|P|2.5.1|||NE|NE'), PID))),
      toServer(admission('M2')),
      toClient(acknowledgement('AA', 'M2')),
    ];
    expect(said(waived).session?.unacknowledged).toBe(0);
  });

  test('only say that a side accepts what it took', () => {
    const refused = said([toServer(admission('M1')), toClient(acknowledgement('AR', 'M1'))]);
    expect(refused.activities).not.toContain('server accepts-admissions');
    expect(refused.facts('service').map((fact) => fact.state)).toEqual(['asked', 'refused']);
  });

  test('are looked for among a bounded number of messages', () => {
    const many = Array.from({ length: 1000 }, (_, n) => toServer(admission(`M${n}`)));
    const all = said([
      ...many,
      toClient(acknowledgement('AA', 'M0')),
      toClient(acknowledgement('AA', 'M999')),
    ]);
    expect(all.messages.slice(1000).map((event) => event.latency !== null)).toEqual([false, true]);
    expect(all.session?.unacknowledged).toBe(999);
  });
});

describe('what the capture did to acknowledgements', () => {
  test('one that overtook its message on the way to the capture is one', () => {
    const all = said([
      toClient(acknowledgement('AA', 'M1')),
      toServer(admission('M1')),
      toServer(admission('M2')),
    ]);
    expect(all.session).toMatchObject({ messages: 2, acks: 1, unacknowledged: 1 });
  });

  test('messages whose answers may lie in what was missed are not called unacknowledged', () => {
    const lost = said([
      toServer(admission('M1')),
      toClient(acknowledgement('AA', 'M1')),
      toServer(admission('M2')),
      gap(1, 100),
      toServer(admission('M3')),
    ]);
    expect(lost.session).toMatchObject({ messages: 3, acks: 1, unacknowledged: 1 });
  });
});

describe('devices', () => {
  const tell = (...segments: string[]) =>
    saidHoweverSplit([toServer(block(message(msh('ORU^R01', 'M1'), ...segments)))]);

  test('name themselves in any repetition of OBX-18, and not without end', () => {
    const all = tell(
      'OBX|1||69985^MDC_DEV_PUMP^MDC|1.0.0.0|||||||X|||||||0012210000000002^^0012210000000002^EUI-64~~Acme 360^ACME',
    );
    expect(all.attributes.filter((attribute) => !attribute.includes('hl7'))).toEqual([
      'client device-id 0012210000000002',
      'client model Acme 360',
    ]);
    const many = tell(
      `OBX|1|NM|1^A||5||||||F|||||||${Array.from({ length: 100 }, (_, i) => `DEV${i}`).join('~')}`,
    );
    expect(many.attributes.filter((attribute) => attribute.includes('device-id'))).toHaveLength(8);
  });

  test('name themselves in OBX-18, PRT, EQU and SFT', () => {
    const all = tell(
      'SFT|Nowhere Systems^L|4.3.0|Bridge|B17',
      'OBX|1|NM|1^A||5||||||F|||||||Acme Pump 3+',
      'OBX|2|NM|1^A||5||||||F|||||||^^0012210000000001^EUI-64',
      'OBX|3|NM|1^A||5||||||F|||||||PUMP7^WARD',
      'EQU|ANALYZER-5^LAB',
      'PRT|1|AD||AUT||||||DEV9||||||UDI123||||SN456||70^Ventilator 9',
    );
    expect(all.attributes.filter((attribute) => !attribute.includes('hl7'))).toEqual([
      'client vendor Nowhere Systems',
      'client product Bridge',
      'client software Bridge 4.3.0',
      'client model Acme Pump 3+',
      'client device-id 0012210000000001',
      'client device-id PUMP7',
      'client device-id ANALYZER-5',
      'client device-id DEV9',
      'client device-id UDI123',
      'client serial SN456',
      'client model Ventilator 9',
    ]);
  });

  /** The FDA's examples of the three agencies, as a sender escapes them (§2.7). */
  test.each([
    [
      '(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234',
      '(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234',
      '1234',
    ],
    [
      '0151022222233336111412311715070710A213B1\\X1D\\211234',
      '(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234',
      '1234',
    ],
    [
      '+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ4567890123 45678/16D20130202C',
      '+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ4567890123 45678/16D20130202C',
      'XYZ4567890123 45678',
    ],
    [
      '=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032\\T\\,1000000000000XYZ123',
      '=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123',
      '000025',
    ],
  ])('have a unique identifier: %s', (sent, udi, serial) => {
    for (const segment of [
      `OBX|1|NM|1^A||5||||||F|||||||${sent}`,
      `EQU|${sent}`,
      `PRT|1|AD||EQUIP||||||${sent}^^2.51.1.1^ISO`,
      `PRT|1|AD||EQUIP||||||||||||${sent}`,
      `OBX|1|ST|999^MDC_ID_UDI^MDC|1.0.0.0|${sent}`,
    ])
      expect(tell(segment).attributes.filter((attribute) => !attribute.includes('hl7'))).toEqual([
        `client udi ${udi}`,
        `client serial ${serial}`,
      ]);
  });

  test('an implant’s identifier is the patient’s, and an EUI-64 is none', () => {
    const all = tell(
      'OBX|1|ST|74711-3^Unique device identifier^LN||(01)51022222233336(21)1234',
      'OBX|2|NM|1^A||5||||||F|||||||0112345678901231^^0112345678901231^EUI-64',
      'OBX|3|NM|1^A||5||||||F|||||||0151022222233336',
    );
    expect(all.attributes.filter((attribute) => !attribute.includes('hl7'))).toEqual([
      'client device-id 0112345678901231',
      'client device-id 0151022222233336',
    ]);
  });

  test('are ventilators where they say so', () => {
    expect(tell('OBX|1||70001^MDC_DEV_SYS_PT_VENT_VMD^MDC|1.1.0.0').attributes).toContain(
      'client device-class ventilator',
    );
  });

  test('show what they are by what they measure', () => {
    expect(tell('OBX|1||69986^MDC_DEV_PUMP_INFUS_VMD^MDC|1.1.0.0').activities).toContain(
      'client sends-pump-data',
    );
    const monitor = tell('OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|60').activities;
    expect(monitor).toContain('client sends-monitor-data');
    expect(monitor).not.toContain('client sends-pump-data');
    expect(tell(`OBR|1|A|B|C${'|'.repeat(20)}CH`).activities).toContain('client sends-lab-results');
    expect(tell('OBX|1|NM|718-7^HGB^LN||13').activities).toEqual([
      'client sends-messages',
      'client sends-results',
    ]);
  });

  test('put their hardware address where an order number belongs', () => {
    const all = tell('OBR|1|AB1^PCD|CD1^HL7^ACDE48234567ABCD^EUI-64|1^X', 'OBR|2|||1^X');
    expect(all.attributes).toContain('client device-id ACDE48234567ABCD');
    expect(all.facts('phi')).toEqual([]);
  });
});

describe('recognition', () => {
  const probe = (value: string) => hl7.probe(latin1(value), 0);

  test('by header and delimiters', () => {
    expect(probe(admission('M1'))).toBe(FROM_CLIENT);
    expect(probe(acknowledgement('AA', 'M1'))).toBe(FROM_SERVER);
    expect(probe(admission('M1').slice(1))).toBe(FROM_CLIENT);
    expect(probe('\x0bMSH@~&#\\@A@B')).toBe(YES);
    expect(probe('\x0bFHS|^~\\&|A')).toBe(YES);
    expect(probe('\x0b\x06\x1c\r')).toBe(YES);
  });

  test('waits while it may become one, and no longer', () => {
    const head = admission('M1');
    for (let length = 0; length < 5; length++) expect(probe(head.slice(0, length))).toBe(MORE);
    for (let length = 1; length < 9; length++)
      expect(probe(head.slice(1, 1 + length))).toBe(length < 8 ? MORE : YES);
  });

  test.each([
    'GET / HTTP/1.1\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '\x01\x00\x00\x00\x00\xcd\x00\x01',
    '\x0b\x00\x00\x00',
    '\x0bMSA|AA',
    '\x0bMSHabc',
    'MSH@~&#\\@A@B',
    'MSH is a segment',
    'MSGPACK',
    'BHSx',
    '220 ftp ready\r\n',
    '\x00'.repeat(64),
    '\r\n\r\n',
  ])('says no to %j', (other) => {
    expect(probe(other)).toBe(NO);
  });

  test('mid-stream, at the next start block', () => {
    const bytes = latin1(`PID|1\rOBX|\x0b|\x0bMS\x1c\r${admission('M2')}`);
    const at = hl7.find(bytes);
    expect(at).toBe(bytes.indexOf('\x0bMSH'));
    expect(hl7.find(latin1('no \x0b such thing'))).toBe(-1);
    expect(hl7.find(latin1('\x0bMSH'))).toBe(-1);
    expect(hl7.find(latin1('..\x0b\x06\x1c\r'))).toBe(2);
  });

  test('mid-stream, the other direction may begin inside a message', () => {
    const all = saidHoweverSplit(
      [
        toServer(admission('M1')),
        toClient(`${acknowledgement('AA', 'M0').slice(30)}${acknowledgement('AA', 'M1')}`),
      ],
      { flow: { midstream: true } },
    );
    expect(all.messages).toMatchObject([{ controlId: 'M1' }, { ackedControlId: 'M1', latency: 1000 }]);
    expect(all.anomalies).toEqual([]);
  });

  test('bytes of other protocols leave nothing behind', () => {
    const noise = Array.from({ length: 4000 }, (_, n) =>
      String.fromCharCode((n * n * 31 + n * 7) & 255),
    ).join('');
    const all = saidHoweverSplit([toServer(noise.slice(0, 700)), toClient(noise.slice(700, 1200))]);
    expect(all.messages).toEqual([]);
    expect(all.session).toBeUndefined();
  });
});

describe('what is usual of a sender', () => {
  test('is told of messages, with their sender and type, once a connection', () => {
    const all = said([
      toServer(admission('M1')),
      toClient(acknowledgement('AA', 'M1')),
      toServer(admission('M2')),
      toServer(block(message(msh('ADT^A40', 'M3'), PID))),
    ]);
    expect(all.facts('behaviour')).toEqual(
      ['ADT^A01', 'ADT^A40'].map((type) => ({
        fact: 'behaviour',
        side: 'client',
        behaviour: 'message-type',
        value: `ADMIT|WEST ${type}`,
      })),
    );
  });

  test('is printable and short, and of nobody without a name', () => {
    const odd = said([
      toServer(block(message(`MSH|^~\\&|AD\u00fcMIT|${'W'.repeat(150)}|E|E|2026||ADT^A01|M1|P|2.5`, PID))),
      toServer(block(message('MSH|^~\\&||WEST|E|E|2026||ADT^A02|M2|P|2.5', PID))),
    ]).facts('behaviour');
    expect(odd).toHaveLength(1);
    expect(odd[0].value).toMatch(/^AD\?MIT\|W{73} ADT\^A01$/);
  });
});

describe('messages that nobody acknowledges', () => {
  const told = (all: Said) =>
    all.all
      .filter((event) => event.type === 'hl7.unacknowledged')
      .map(({ controlId, waited, outcome }) => `${controlId} ${waited} ${outcome}`);
  const one = [toServer(admission('M1')), toClient(acknowledgement('AA', 'M1')), toServer(admission('M2'))];

  test('are told when the connection is over', () => {
    expect(told(saidHoweverSplit(one))).toEqual(['M2 0 closed']);
    expect(told(said([...one, toServer(admission('M3'))], { close: 'cut' }))).toEqual([
      'M2 1000 cut',
      'M3 0 cut',
    ]);
  });

  test('are not where nothing is acknowledged, something is missing, or nobody asks for it', () => {
    expect(told(said([toServer(admission('M1'))]))).toEqual([]);
    expect(told(said([...one, gap(1, 100)]))).toEqual([]);
    for (const terms of ['NE|NE', 'ER|NE', 'NE|ER', '|NE', 'ER|']) {
      const waived = block(message(msh('ADT^A01', 'M2', `|P|2.5.1|||${terms}`), PID));
      expect([terms, told(said([...one.slice(0, 2), toServer(waived)]))]).toEqual([terms, []]);
    }
    const wanted = block(message(msh('ADT^A01', 'M2', '|P|2.5.1|||AL|NE'), PID));
    expect(told(said([...one.slice(0, 2), toServer(wanted)]))).toEqual(['M2 0 closed']);
  });

  test('are not when one acknowledgement answers their batch', () => {
    const batch = block(
      message('BHS|^~\\&|A|B', msh('ADT^A01', 'M1'), PID, msh('ADT^A01', 'M2'), PID, 'BTS|2'),
    );
    const all = said([toServer(batch), toClient(acknowledgement('AA', 'M1'))]);
    expect(told(all)).toEqual([]);
    expect(all.session).toMatchObject({ messages: 2, unacknowledged: 1 });
  });
});
