import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import { KeyedHash } from '../../src/core/hash.ts';
import { type Emitted, everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { astm } from './index.ts';
import { CONVENTIONS, senderOf } from './senders.ts';
import {
  ACK,
  bytes,
  ENQ,
  EOT,
  frame,
  frames,
  HEADER,
  NAK,
  ORDER,
  PATIENT,
  RESULT,
  RESULTS,
  TERMINATOR,
} from './testing.ts';

const toServer = (text: string): Step => ({ send: 0, bytes: bytes(text) });
const toClient = (text: string): Step => ({ send: 1, bytes: bytes(text) });

/** A transmission from client to server, every frame acknowledged. */
const transmission = (texts: string[], flip = false): Step[] => {
  const [from, to] = flip ? [toClient, toServer] : [toServer, toClient];
  return [from(ENQ), to(ACK), ...texts.flatMap((text) => [from(text), to(ACK)]), from(EOT)];
};

const of = (told: Emitted[], fact: string) => told.filter((one) => one.fact === fact);
const attributes = (told: Emitted[]) =>
  of(told, 'attribute').map(({ side, attribute, value, source }) => [side, attribute, value, source]);
const activities = (told: Emitted[]) =>
  of(told, 'activity').map(({ side, activity }) => `${side} ${activity}`);
const states = (told: Emitted[]) => of(told, 'service').map(({ state }) => state);
const anomalies = (told: Emitted[]) => of(told, 'anomaly').map(({ kind }) => kind);
const hash = new KeyedHash(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]));

const ARCHITECT = [
  ['client', 'model', 'ARCHITECT', 'ASTM H-5 (sender name)'],
  ['client', 'software', '8.10', 'ASTM H-5 (software version)'],
  ['client', 'serial', 'F3453010020', 'ASTM H-5 (serial number)'],
  ['client', 'device-id', 'I2SR01234', 'ASTM R-14 (instrument identification)'],
];
const PHI = {
  fact: 'phi',
  protocol: 'astm',
  identifiers: [
    'patient-name',
    'medical-record-number',
    'birth-date',
    'sex',
    'address',
    'telephone',
    'physician-name',
  ],
  patient: hash.text('ZZMRN73111'),
  to: 'server',
};

describe('results', () => {
  test('in frames, acknowledged', () => {
    const told = everySplit(astm, transmission(frames(...RESULTS)));
    expect(attributes(told)).toEqual(ARCHITECT);
    expect(activities(told)).toEqual(['client sends-lab-results', 'server accepts-results']);
    expect(states(told)).toEqual(['asked', 'answered']);
    expect(of(told, 'phi')).toEqual([PHI]);
    expect(anomalies(told)).toEqual([]);
    expect(JSON.stringify(told)).not.toMatch(/ZZ/);
  });

  test('whole in one frame', () => {
    const told = everySplit(astm, transmission([frame(1, RESULTS.join('\r'))]));
    expect(attributes(told)).toEqual(ARCHITECT);
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('cut into intermediate frames', () => {
    const text = `${RESULTS.join('\r')}\r`;
    const parts = text.match(/.{1,40}/gs) ?? [];
    const told = everySplit(
      astm,
      transmission(
        parts.map((part, n) => (n < parts.length - 1 ? frame(n + 1, part, true) : frame(n + 1, part))),
      ),
    );
    expect(attributes(told)).toEqual(ARCHITECT);
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('without frames', () => {
    for (const end of ['\r', '\n', '\r\n']) {
      const told = everySplit(astm, [
        toServer(RESULTS.map((record) => record + end).join('')),
        toClient(ACK),
      ]);
      expect(attributes(told)).toEqual(ARCHITECT);
      expect(of(told, 'phi')).toEqual([PHI]);
      expect(anomalies(told)).toEqual([]);
    }
  });

  test('from a server, which the host asked', () => {
    const told = everySplit(astm, [
      ...transmission(frames('H|\\^&|||LIS|||||||P|1', 'Q|1|^SP0001||ALL||||||||O', TERMINATOR)),
      ...transmission(frames(...RESULTS), true),
    ]);
    expect(activities(told)).toEqual(['server sends-lab-results', 'client accepts-results']);
    expect(attributes(told)[0]).toEqual(['client', 'product', 'LIS', 'ASTM H-5 (sender name)']);
    expect(attributes(told)[1]).toEqual(['server', 'model', 'ARCHITECT', 'ASTM H-5 (sender name)']);
    expect(of(told, 'phi')).toMatchObject([{ to: 'client' }]);
  });

  test('with other delimiters', () => {
    const told = everySplit(
      astm,
      transmission(
        frames(
          'H!~+@!!!ALYZER+2.10!!!!!!!P!1',
          'P!1!!ZZMRN73111!!ZZTEST+ALPHA!!19510203!M',
          'R!1!+++GLU!5.1!mmol/L',
          'L!1!N',
        ),
      ),
    );
    expect(attributes(told)).toEqual([
      ['client', 'product', 'ALYZER', 'ASTM H-5 (sender name)'],
      ['client', 'software', '2.10', 'ASTM H-5 (sender version)'],
    ]);
    expect(of(told, 'phi')).toMatchObject([
      { identifiers: ['patient-name', 'medical-record-number', 'birth-date', 'sex'], patient: PHI.patient },
    ]);
    expect(activities(told)).toContain('client sends-lab-results');
  });

  test('of controls, with no patient', () => {
    const told = play(astm, transmission(frames(HEADER, 'P|1', ORDER, RESULT, TERMINATOR)));
    expect(of(told, 'phi')).toEqual([]);
    expect(activities(told)).toContain('client sends-lab-results');
  });
});

describe('orders', () => {
  const order = 'O|1|SP0002||^^^16^TSH|R||||||A||||||||||||||O';

  test('to an analyzer', () => {
    const told = everySplit(astm, transmission(frames('H|\\^&|||HOST', PATIENT, order, TERMINATOR)));
    expect(activities(told)).toEqual(['client sends-orders']);
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('refused', () => {
    const told = everySplit(astm, [toServer(ENQ), toClient(NAK), toServer(ENQ), toClient(NAK)]);
    expect(states(told)).toEqual(['asked', 'refused']);
  });
});

describe('frames that are wrong', () => {
  const broken = (text: string) => text.replace(/..\r\n$/, '00\r\n');

  test('checksum: told once, and read', () => {
    const told = everySplit(astm, transmission(frames(...RESULTS).map(broken)));
    expect(of(told, 'anomaly')).toEqual([
      {
        fact: 'anomaly',
        protocol: 'astm',
        kind: 'checksum',
        detail: 'a frame whose checksum is wrong',
        from: 'client',
      },
    ]);
    expect(attributes(told)).toEqual(ARCHITECT);
  });

  test('checksum in small letters is right, and none is none', () => {
    const small = frames(...RESULTS).map((text) => text.replace(/..\r\n$/, (end) => end.toLowerCase()));
    expect(anomalies(everySplit(astm, transmission(small)))).toEqual([]);
    const none = frames(...RESULTS).map((text) => text.replace(/..\r\n$/, '\r\n'));
    const told = everySplit(astm, transmission(none));
    expect(anomalies(told)).toEqual(['checksum-missing']);
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('an intermediate frame sent again after a NAK takes the first one’s place', () => {
    const first = frame(1, HEADER);
    const half = frame(2, PATIENT.slice(0, 30), true);
    const told = everySplit(astm, [
      ...transmission([]).slice(0, 2),
      toServer(first),
      toClient(ACK),
      toServer(half),
      toClient(NAK),
      toServer(half),
      toClient(ACK),
      toServer(frame(3, PATIENT.slice(30))),
      toClient(ACK),
      toServer(EOT),
    ]);
    expect(of(told, 'phi')).toEqual([PHI]);
  });

  test('frames that begin in frames, and transmissions that end in them', () => {
    const [first, second] = frames(...RESULTS);
    const told = everySplit(astm, [toServer(`${ENQ}${first}${second.slice(0, 20)}${second}`), toServer(EOT)]);
    expect(anomalies(told)).toEqual(['frame-unfinished']);
    expect(of(told, 'phi')).toEqual([PHI]);
    const ended = everySplit(astm, [toServer(`${ENQ}${first}${second.slice(0, 20)}${EOT}`)]);
    expect(anomalies(ended)).toEqual(['frame-unfinished']);
    expect(of(ended, 'phi')).toEqual([]);
  });

  test('without an end', () => {
    const told = play(astm, [toServer(`${ENQ}\x021H|\\^&|||${'x'.repeat(70_000)}`)]);
    expect(anomalies(told)).toEqual(['frame-over-limit']);
  });

  test('a result as long as a file', () => {
    const long = [HEADER, `R|1|^^^HISTOGRAM|${'AAAA'.repeat(5000)}`, TERMINATOR];
    const told = everySplit(astm, transmission([frame(1, long.join('\r'))]), { stride: 997 });
    expect(activities(told)).toContain('client sends-lab-results');
    expect(anomalies(told)).toEqual([]);
  });
});

describe('connections that are not whole', () => {
  const [first, second, third, fourth] = frames(...RESULTS);

  test('a gap costs what it covers', () => {
    const told = everySplit(astm, [
      toServer(ENQ + first + second.slice(0, 10)),
      { gap: 0, length: 90 },
      toServer(`ANE\r\x0300\r\n${third}${fourth}`),
    ]);
    expect(of(told, 'phi')).toEqual([]);
    expect(attributes(told)).toEqual(ARCHITECT);
    expect(anomalies(told)).toEqual([]);
  });

  test('a gap in bare records', () => {
    const told = everySplit(astm, [
      toServer(`${HEADER}\rP|1|ZZ`),
      { gap: 0, length: 20 },
      toServer(`ST^ALPHA||19510203\r${RESULT}\r`),
    ]);
    expect(of(told, 'phi')).toEqual([]);
    expect(attributes(told)).toEqual(ARCHITECT);
  });

  test('half of a last record is not read', () => {
    const told = play(astm, [toServer(`${HEADER}\r${PATIENT.slice(0, 20)}`)]);
    expect(of(told, 'phi')).toEqual([]);
  });

  test('taken up in the middle', () => {
    const stream = bytes(`st of it\r\x03A1\r\n${third}${fourth}`);
    const at = astm.find(stream);
    expect(stream.length - at).toBe(third.length + fourth.length);
    expect(astm.probe(stream.subarray(at), 0)).toBe(YES);
    const bare = bytes(`st of it\r${RESULTS.join('\r')}`);
    expect(astm.find(bare)).toBe(9);
  });
});

describe('recognition', () => {
  const probe = (text: string) => astm.probe(bytes(text), 0);

  test.each([
    [ENQ + frame(1, HEADER)],
    [frame(1, HEADER)],
    [frame(5, RESULT)],
    [`${ACK}${ACK}${ENQ}${frame(1, HEADER)}`],
    ['\x02H|\\^&|||no number'],
    [`${HEADER}\r`],
    ['H|\\^&\r'],
  ])('%j', (text) => {
    expect(probe(text)).toBe(YES);
    const verdicts = new Set<unknown>();
    for (let length = 0; length < text.length; length++) verdicts.add(probe(text.slice(0, length)));
    for (const verdict of verdicts) expect([MORE, YES]).toContain(verdict);
    expect([FROM_CLIENT, FROM_SERVER]).not.toContain(probe(text));
  });

  test('acknowledgements alone prove nothing', () => {
    expect(probe(ACK.repeat(20))).toBe(MORE);
    expect(probe(ENQ)).toBe(MORE);
  });

  test.each([
    ['SOCKS 5', '\x05\x02\x00\x02'],
    ['SOCKS 5 reply', '\x05\x00'],
    ['DCE/RPC', '\x05\x00\x0b\x03'],
    ['HTTP', 'HTTP/1.1 200 OK'],
    ['HEAD', 'HEAD / HTTP/1.1'],
    ['HELO', 'HELO x'],
    ['HL7', 'MSH|^~\\&|'],
    ['MLLP', '\x0bMSH|'],
    ['a letter H', 'H||||'],
    ['delimiters of HL7', 'H|^~\\&|'],
    ['STX of something else', '\x02\x00\x00\x00'],
    ['STX and a record of no type', '\x021X|1|'],
    ['STX and a letter without a number', '\x022P|x'],
    ['DICOM', '\x04\x00\x00\x00\x00\x04'],
    ['MySQL', '\x4a\x00\x00\x00\x0a'],
    ['TLS', '\x16\x03\x01'],
  ])('not %s', (_, text) => expect(probe(text)).toBe(NO));
});

describe('who sends', () => {
  test.each(
    CONVENTIONS.map((convention) => [convention.example, convention] as const),
  )('%s', (example, convention) => {
    expect(convention.pattern.test(example)).toBe(true);
    expect(CONVENTIONS.filter(({ pattern }) => pattern.test(example))).toEqual([convention]);
  });

  test.each([
    [
      'c111^Roche^c111^4.0.0.0730^1^1005',
      { vendor: 'Roche', model: 'c111', software: '4.0.0.0730', serial: '1005' },
    ],
    ['XN-10^00-10^11001^^^^AP807129', { model: 'XN-10', software: '00-10', serial: '11001' }],
    ['OCD^VISION^5.13.1^J12345678', { model: 'VISION', software: '5.13.1', serial: '' }],
    ['LIS', null],
    ['Alyzer^Model 5^12345', null],
  ])('%s', (text, expected) => {
    const said = senderOf(text.split('^'));
    if (expected === null) expect(said).toBeNull();
    else expect(said).toMatchObject(expected);
  });

  test('a name only where no convention is known', () => {
    const told = play(astm, transmission(frames('H|\\^&|||Alyzer^Model 5^12345', TERMINATOR)));
    expect(attributes(told)).toEqual([['client', 'product', 'Alyzer', 'ASTM H-5 (sender name)']]);
  });
});

describe('anything at all', () => {
  test('is read without an exception', () => {
    const random = new Random(1381);
    const whole = bytes(ENQ + frames(...RESULTS).join('') + EOT);
    for (let n = 0; n < 3000; n++) {
      const damaged = mutateBytes(whole, random);
      play(astm, [
        { send: 0, bytes: damaged.subarray(0, random.below(damaged.length)) },
        { gap: 0, length: random.below(9) },
        { send: 0, bytes: damaged.subarray(random.below(damaged.length)) },
      ]);
      astm.probe(damaged.subarray(random.below(damaged.length)), 0);
      astm.find(damaged);
    }
  });

  test.each([
    ['frames', '\x02'.repeat(1 << 20)],
    ['backslashes', '\\'.repeat(1 << 20)],
    ['records', `H|\\^&\r${'R|1|^^^A|1\r'.repeat(80_000)}`],
    ['fields', `H|\\^&\r${`P${'|'.repeat(4000)}\r`.repeat(200)}`],
    [
      'instruments',
      `H|\\^&\r${Array.from({ length: 20_000 }, (_, n) => `R|1|^^^A|1||||||||||N${n}\r`).join('')}`,
    ],
  ])('%s are not slow', (_, text) => {
    const started = process.cpuUsage().user;
    astm.find(bytes(text));
    const told = play(astm, (text.match(/[\s\S]{1,1448}/g) ?? []).map(toServer));
    expect(told.length).toBeLessThan(80);
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(4);
  });
});
