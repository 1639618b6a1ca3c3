import { describe, expect, test } from 'vitest';
import { MORE, NO, YES } from '../../src/core/dissector.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { telnet } from './index.ts';
import { readHostLine } from './wire.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const send = (direction: 0 | 1, text: string): Step => ({ send: direction, bytes: bytes(text) });
const DO_TERMINAL = '\xff\xfd\x18';

test('a session up to the login, and nothing of who logs in', () => {
  const all = everySplit(telnet, [
    send(1, `${DO_TERMINAL}\xff\xfd\x20`),
    send(0, '\xff\xfb\x18'),
    send(1, '\xff\xfa\x18\x01\xff\xf0Deb\xff\xf1ian GNU/Linux 12\r\n\r\nmonitor7 login: '),
    send(0, 'zztest\r\n'),
    send(1, 'Password: '),
    send(0, 'zzinvented\r\n'),
    send(1, '\r\nOpenBSD/i386 (zzafter) (ttyp1)\r\n'),
  ]);
  const service = { fact: 'service', protocol: 'telnet', medical: false, tls: false };
  const own = { fact: 'attribute', side: 'server', source: 'Telnet greeting' };
  expect(all).toEqual([
    { ...service, state: 'answered' },
    { ...service, state: 'asked' },
    { ...own, attribute: 'os', value: 'Debian GNU/Linux 12' },
    { ...own, attribute: 'hostname', value: 'monitor7' },
    { fact: 'login', method: 'Telnet password', accepted: null },
  ]);
  expect(JSON.stringify(all)).not.toMatch(/zz/);
});

const logins = (...steps: Step[]) =>
  everySplit(telnet, [send(1, `${DO_TERMINAL}monitor7 login: `), ...steps])
    .filter(({ fact }) => fact === 'login')
    .map(({ accepted }) => accepted);
const typed = (word: string) => [...word].map((letter) => send(0, letter));

test('logins: each with what became of it', () => {
  expect(
    logins(
      ...typed('zztest\r\n'),
      send(1, 'zztest\r\nPassword: '),
      ...typed('zzwrong\r\0'),
      send(1, '\r\n\r\nLogin incorrect\r\nmonitor7 login: '),
      send(0, 'zztest\r\n'),
      send(1, 'Password:'),
      send(0, '\xff\xfb\x18zzinvented\r\n'),
      send(1, '\r\nLast login: Mon Mar  2\r\n$ '),
      send(0, 'su\r\n'),
      send(1, 'Password: '),
      send(0, 'zzroot\r\n'),
    ),
  ).toEqual([false, true]);
  const answers: [string, boolean | null][] = [
    ['\r\n% Authentication failed\r\n', false],
    ['\r\nPassword: ', false],
    ['\r\nswitch1> ', true],
    ['\r\n# ', true],
    ['\r\n*** ward 7 ***\r\n', null],
  ];
  for (const [answer, accepted] of answers)
    expect(logins(send(1, '\r\nPassword: '), send(0, 'zz\r\n'), send(1, answer)), answer).toEqual([accepted]);
});

test('no logins: no password asked for, none given', () => {
  expect(logins(send(0, 'zztest\r\n'), send(1, '\r\n$ '), send(0, 'ls\r\n'))).toEqual([]);
  expect(logins(send(1, 'Password: '), send(0, '\r\n'), send(1, '\r\nmonitor7 login: '))).toEqual([]);
});

test.each([
  ['OpenBSD/i386 (oof) (ttyp1)', { os: 'OpenBSD', hostname: 'oof' }],
  ['Ubuntu 22.04.3 LTS pacs1', { os: 'Ubuntu 22.04.3', hostname: 'pacs1' }],
  ['CentOS release 6.10 (Final)', { os: 'CentOS 6.10' }],
  ['Kernel 2.6.32-754.el6.x86_64 on an x86_64', { os: 'Linux' }],
  ['Welcome to Microsoft Telnet Service ', { product: 'Microsoft Telnet Service', os: 'Windows' }],
  ['HP JetDirect', { vendor: 'HP', printer: true }],
  ['SunOS 5.10', { os: 'SunOS 5.10' }],
  ['VxWorks login: ', { os: 'VxWorks', hostname: '' }],
  ['User login: ', { hostname: '' }],
  ['(none) login: ', { hostname: '' }],
])('%j', (line, said) => {
  expect(readHostLine(line)).toMatchObject(said);
});

test.each([
  'Ward 7: Mr. ZZTEST is waiting',
  'User Access Verification',
  'Last login: Mon',
  '',
])('%j says nothing', (line) => {
  expect(readHostLine(line)).toBeNull();
});

describe('recognition', () => {
  test.each([
    ['', MORE],
    ['\xff', MORE],
    ['\xff\xfd', MORE],
    [DO_TERMINAL, YES],
    ['\xff\xfb\x01hello', YES],
    ['\xff\xfd\xc8', NO],
    ['\xff\xf1\x18', NO],
    ['\xff\xd8\xff\xe0', NO],
    ['login: ', NO],
  ])('%j', (text, verdict) => {
    expect(telnet.probe(bytes(text), 1)).toBe(verdict);
  });
});

test('damaged bytes, endless lines and gaps are survived', () => {
  const random = new Random(3);
  const server = bytes(`${DO_TERMINAL}\xff\xfa\x18\x01\xff\xf0Debian GNU/Linux 12\r\nmonitor7 login: `);
  for (let n = 0; n < 2000; n++) {
    const damaged = mutateBytes(server, random);
    play(telnet, [
      { send: 1, bytes: damaged },
      { gap: 1, length: 5 },
      { send: 0, bytes: damaged },
    ]);
  }
  expect(play(telnet, [send(1, DO_TERMINAL + 'x'.repeat(50_000))])).toHaveLength(1);
});
