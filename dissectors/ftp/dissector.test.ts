import { describe, expect, test } from 'vitest';
import { FROM_CLIENT, FROM_SERVER, MORE, NO } from '../../src/core/dissector.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { ftp } from './index.ts';
import { readGreeting } from './wire.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const send = (direction: 0 | 1, text: string): Step => ({ send: direction, bytes: bytes(text) });

test('a session: who serves, and nothing of who logs in', () => {
  const all = everySplit(ftp, [
    send(1, '220-archive1 FTP server (NetBSD-ftpd 20100320) ready.\r\n220 Welcome.\r\n'),
    send(0, 'USER zztest\r\n'),
    send(1, '331 Password required for zztest.\r\n'),
    send(0, 'PASS zzinvented\r\n'),
    send(1, '230 User zztest logged in.\r\n'),
    send(0, 'SYST\r\n'),
    send(1, '215 Windows_NT\r\n'),
  ]);
  const service = { fact: 'service', protocol: 'ftp', medical: false, tls: false };
  const own = { fact: 'attribute', side: 'server' };
  expect(all).toEqual([
    { ...service, state: 'answered', product: 'NetBSD ftpd', version: '20100320' },
    { ...own, attribute: 'hostname', value: 'archive1', source: 'FTP greeting' },
    { ...own, attribute: 'os', value: 'NetBSD', source: 'FTP greeting' },
    { ...service, state: 'asked' },
    { fact: 'login', method: 'FTP PASS', accepted: true },
    { ...own, attribute: 'os', value: 'Windows', source: 'FTP SYST' },
  ]);
  expect(JSON.stringify(all)).not.toMatch(/zz/);
});

const logins = (...steps: Step[]) =>
  everySplit(ftp, [send(1, '220 FTP\r\n'), ...steps]).filter(({ fact }) => fact === 'login');

test('logins: each with what became of it', () => {
  const twice = logins(
    send(0, 'USER zztest\r\nPASS zzwrong\r\n'),
    send(1, '331 Password\r\n530 Login incorrect.\r\n'),
    send(0, 'user zztest\r\npass zzinvented\r\n'),
    send(1, '331 Password\r\n332 Account\r\n'),
    send(0, 'ACCT zzward\r\n'),
    send(1, '202 Not needed\r\n'),
  );
  expect(twice.map(({ accepted }) => accepted)).toEqual([false, true]);
  expect(logins(send(0, 'USER zztest\r\nPASS zzinvented\r\n')).map(({ accepted }) => accepted)).toEqual([
    null,
  ]);
});

test('no logins: anonymous, no password asked for, one whose name was not seen, all behind TLS', () => {
  const answer = send(1, '230 Logged in\r\n');
  expect(logins(send(0, 'USER anonymous\r\nPASS zz@zz.example\r\n'), answer)).toEqual([]);
  expect(logins(send(0, 'USER ftp\r\nPASS zz\r\n'), answer)).toEqual([]);
  expect(logins(send(0, 'USER zztest\r\n'), answer)).toEqual([]);
  expect(logins(send(0, 'PASS zzinvented\r\n'), answer)).toEqual([]);
  const tls = [send(0, 'AUTH TLS\r\n'), send(1, '234 Go ahead\r\n')];
  expect(logins(...tls, send(0, 'USER zztest\r\nPASS zzinvented\r\n'), answer)).toEqual([]);
});

test('a server that says no, and one that goes over to TLS', () => {
  expect(everySplit(ftp, [send(1, '421 Too many connections.\r\n')])).toMatchObject([{ state: 'refused' }]);
  const tls = everySplit(ftp, [send(1, '220 FTP\r\n234 AUTH TLS OK.\r\n215 Windows_NT\r\n\x16\x03\x03')]);
  expect(tls).toHaveLength(1);
});

test.each([
  ['(vsFTPd 3.0.3)', { product: 'vsFTPd', version: '3.0.3' }],
  [
    'ProFTPD 1.3.5e Server (Debian) [::ffff:10.0.0.1]',
    { product: 'ProFTPD', version: '1.3.5e', os: 'Debian' },
  ],
  [
    'ProFTPD 1.3.0a Server (ProFTPD Anonymous Server) [192.168.1.231]',
    { product: 'ProFTPD', version: '1.3.0a', os: '' },
  ],
  ['--------- Welcome to Pure-FTPd [privsep] [TLS] ----------', { product: 'Pure-FTPd' }],
  ['FileZilla Server 1.9.1', { product: 'FileZilla Server', version: '1.9.1' }],
  ['Microsoft FTP Service', { product: 'Microsoft FTP Service', os: 'Windows' }],
  [
    'redmint FTP server (Version 6.4/OpenBSD/Linux-ftpd-0.17) ready.',
    { product: 'linux-ftpd', version: '0.17', hostname: 'redmint', os: 'Linux' },
  ],
  ['VxWorks (VxWorks 5.4.2) FTP server ready', { version: '5.4.2', os: 'VxWorks' }],
  [
    'VxWorks FTP server (VxWorks 5.5.1) ready.',
    { product: 'VxWorks FTP server', version: '5.5.1', os: 'VxWorks' },
  ],
  ['RICOH MP C3003 FTP server (12.34) ready.', { vendor: 'RICOH', model: 'MP C3003', hostname: '' }],
  ['Lexmark MS510dn FTP Server NH63.GM.N634 ready.', { vendor: 'Lexmark', model: 'MS510dn' }],
  ['ftp.zz.example FTP Server (Apache) ready.', { product: '', hostname: 'ftp.zz.example' }],
  ['2001:db8::1 FTP server ready', { hostname: '' }],
  [
    'Welcome to the ward, Mr. ZZTEST, to our FTP',
    { product: '', hostname: '', os: '', vendor: '', model: '' },
  ],
])('%s', (text, said) => {
  expect(readGreeting(text)).toMatchObject(said);
});

describe('recognition', () => {
  test.each([
    [1, '220 (vsFTPd 3.0.3)\r\n', FROM_SERVER],
    [1, '220-Service ready for new user', FROM_SERVER],
    [1, '220 mail.ftp.example ESMTP', NO],
    [1, '220 Ready', MORE],
    [1, '22', MORE],
    [1, '221 x', NO],
    [1, '+OK', NO],
    [0, 'FEAT\r\n', FROM_CLIENT],
    [0, 'AUTH TLS\r\n', FROM_CLIENT],
    [0, 'AUTH PLAIN\r\n', NO],
    [0, 'USER zztest\r\n', MORE],
    [0, 'USER zztest\r\nPASS x\r\nSYST\r\n', FROM_CLIENT],
    [0, 'USER zztest\r\nPASS x\r\nSTAT\r\n', NO],
    [0, 'USER zz 0 * :zz\r\nNICK zz\r\n', NO],
    [0, 'EHLO zz\r\n', NO],
    [0, 'GET / HTTP/1.1\r\n', NO],
    [0, '\x0bMSH|', NO],
    [0, '\x16\x03\x01', NO],
    [0, 'USER \0', NO],
  ] as const)('%i %j', (direction, text, verdict) => {
    expect(ftp.probe(bytes(text), direction)).toBe(verdict);
  });
});

test('damaged bytes, endless lines and gaps are survived', () => {
  const random = new Random(3);
  const server = bytes(
    '220-archive1 FTP server (NetBSD-ftpd 20100320) ready.\r\n220 Hi.\r\n331 x\r\n215 UNIX\r\n',
  );
  for (let n = 0; n < 2000; n++) {
    const damaged = mutateBytes(server, random);
    ftp.probe(damaged, 1);
    ftp.probe(damaged, 0);
    play(ftp, [
      { send: 1, bytes: damaged },
      { gap: 1, length: 5 },
      { send: 0, bytes: damaged },
    ]);
  }
  expect(play(ftp, [send(1, `220 ${'x'.repeat(50_000)}`)])).toEqual([]);
});
