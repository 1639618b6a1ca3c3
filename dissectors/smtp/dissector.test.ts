import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO } from '../../src/core/dissector.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { smtp } from './index.ts';
import { readGreeting, readHello } from './wire.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const send = (direction: 0 | 1, text: string): Step => ({ send: direction, bytes: bytes(text) });

test('a session: both ends by name, and nothing of the mail', () => {
  const all = everySplit(smtp, [
    send(1, '220 mail.zz.example ESMTP Postfix (Debian/GNU)\r\n'),
    send(0, 'EHLO ct1.zz.example\r\n'),
    send(1, '250-mail.zz.example\r\n250 AUTH PLAIN\r\n'),
    send(
      0,
      'AUTH PLAIN AHp6AHp6\r\nMAIL FROM:<zzpatient@zz.example>\r\nDATA\r\nHELO secret.zz.example\r\n.\r\n',
    ),
  ]);
  const service = { fact: 'service', protocol: 'smtp', medical: false, tls: false };
  expect(all).toEqual([
    { ...service, state: 'answered', product: 'Postfix' },
    {
      fact: 'attribute',
      side: 'server',
      attribute: 'hostname',
      value: 'mail.zz.example',
      source: 'SMTP greeting',
    },
    { fact: 'attribute', side: 'server', attribute: 'os', value: 'Debian', source: 'SMTP greeting' },
    { ...service, state: 'asked' },
    {
      fact: 'attribute',
      side: 'client',
      attribute: 'hostname',
      value: 'ct1.zz.example',
      source: 'SMTP EHLO',
    },
    { fact: 'login', method: 'SMTP AUTH PLAIN', accepted: null },
  ]);
});

const logins = (...steps: Step[]) =>
  everySplit(smtp, [
    send(1, '220 mail.zz.example ESMTP\r\n'),
    send(0, 'EHLO ct1\r\n'),
    send(1, '250 AUTH\r\n'),
    ...steps,
  ])
    .filter(({ fact }) => fact === 'login')
    .map(({ method, accepted }) => `${method} ${accepted}`);

test('logins: each with what became of it', () => {
  expect(logins(send(0, 'AUTH PLAIN AHp6AHp6\r\n'), send(1, '235 Welcome\r\n'))).toEqual([
    'SMTP AUTH PLAIN true',
  ]);
  expect(
    logins(
      send(0, 'auth plain =\r\n'),
      send(1, '334 \r\n'),
      send(0, 'AHp6AHp6\r\n'),
      send(1, '535 No\r\n'),
      send(0, 'AUTH LOGIN\r\n'),
      send(1, '334 VXNlcm5hbWU6\r\n'),
      send(0, 'eno=\r\n'),
      send(1, '334 UGFzc3dvcmQ6\r\n'),
      send(0, 'eno=\r\n'),
      send(1, '235 Welcome\r\n'),
    ),
  ).toEqual(['SMTP AUTH PLAIN false', 'SMTP AUTH LOGIN true']);
});

test('no logins: a challenge answered by a hash, one taken back, one refused before it was given, all behind TLS', () => {
  expect(
    logins(send(0, 'AUTH CRAM-MD5\r\n'), send(1, '334 PDE+\r\n'), send(0, 'eno=\r\n'), send(1, '235 OK\r\n')),
  ).toEqual([]);
  expect(
    logins(send(0, 'AUTH PLAIN\r\n'), send(1, '334 \r\n'), send(0, '*\r\n'), send(1, '501 OK\r\n')),
  ).toEqual([]);
  expect(logins(send(0, 'AUTH PLAIN\r\n'), send(1, '503 Not now\r\n'))).toEqual([]);
  expect(
    logins(
      send(0, 'STARTTLS\r\n'),
      send(1, '220 Go ahead\r\n'),
      send(0, 'AUTH PLAIN AHp6\r\n'),
      send(1, '235 OK\r\n'),
    ),
  ).toEqual([]);
});

test('a server that says no, and one that greets in several lines', () => {
  expect(everySplit(smtp, [send(1, '554 No SMTP service here\r\n')])).toMatchObject([{ state: 'refused' }]);
  const lines = everySplit(smtp, [send(1, '220-mail.zz.example ESMTP Exim 4.69 #1 Mon\r\n220 no spam\r\n')]);
  expect(lines).toMatchObject([{ product: 'Exim', version: '4.69' }, { value: 'mail.zz.example' }]);
});

test.each([
  [
    'mail.zz.example ESMTP Sendmail 8.14.4/8.14.4; Fri, 6 Nov 2015',
    'Sendmail',
    '8.14.4',
    'mail.zz.example',
    '',
  ],
  [
    'server-1.zz.example Microsoft ESMTP MAIL Service, Version: 6.0.3790.1830 ready',
    'Microsoft ESMTP MAIL Service',
    '6.0.3790.1830',
    'server-1.zz.example',
    'Windows',
  ],
  [
    'PCX.zz.example Microsoft ESMTP MAIL Service ready at Thu',
    'Microsoft ESMTP MAIL Service',
    '',
    'PCX.zz.example',
    'Windows',
  ],
  ['linuxbox -- E-MailRelay V2.1a -- Service ready', 'E-MailRelay', '2.1a', '', ''],
  ['linuxbox SMTP ready', '', '', 'linuxbox', ''],
  ['2.0.0 SMTP server ready', '', '', '', ''],
  ['localhost.localdomain ESMTP', '', '', '', ''],
  ['Welcome to our mail', '', '', '', ''],
  ['10.0.0.1 ESMTP Postfix', 'Postfix', '', '', ''],
])('%s', (text, product, version, hostname, os) => {
  expect(readGreeting(text)).toEqual({ product, version, hostname, os });
});

test.each([
  ['EHLO ct1.zz.example', 'ct1.zz.example'],
  ['helo CT1', 'CT1'],
  ['EHLO [10.0.0.1]', ''],
  ['EHLO 10.0.0.1', ''],
  ['EHLO localhost', ''],
  ['EHLO', ''],
])('%j is %j', (line, name) => {
  expect(readHello(line)).toBe(name);
});

describe('recognition', () => {
  test.each([
    [1, '220 mail.zz.example ESMTP', FROM_SERVER],
    [1, '220-zz Microsoft ESMTP MAIL Service', FROM_SERVER],
    [1, '220 (vsFTPd 3.0.3)', NO],
    [1, '220 zz ready', MORE],
    [1, '2', MORE],
    [1, '250 x', NO],
    [0, 'EHLO zz', FROM_CLIENT],
    [0, 'helo zz', FROM_CLIENT],
    [0, 'EHL', MORE],
    [0, 'HELP', NO],
    [0, 'USER zz', NO],
    [0, '\x16\x03\x01', NO],
  ] as const)('%i %j', (direction, text, verdict) => {
    expect(smtp.probe(bytes(text), direction)).toBe(verdict);
  });
});

test('damaged bytes, endless lines and gaps are survived', () => {
  const random = new Random(3);
  const server = bytes('220-mail.zz.example ESMTP Postfix (Debian/GNU)\r\n220 Hi.\r\n');
  const client = bytes('EHLO ct1.zz.example\r\nMAIL FROM:<zz>\r\n');
  for (let n = 0; n < 2000; n++) {
    const damaged = mutateBytes(server, random);
    smtp.probe(damaged, 1);
    play(smtp, [
      { send: 1, bytes: damaged },
      { gap: 1, length: 5 },
      { send: 0, bytes: mutateBytes(client, random) },
    ]);
  }
  expect(play(smtp, [send(1, `220 ${'x'.repeat(50_000)}`)])).toEqual([]);
});
