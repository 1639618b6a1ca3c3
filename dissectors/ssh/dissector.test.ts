import { describe, expect, test } from 'vitest';
import { MORE, NO, YES } from '../../src/core/dissector.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { ssh } from './index.ts';
import { readIdentification } from './wire.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const send = (direction: 0 | 1, text: string): Step => ({ send: direction, bytes: bytes(text) });

test('both ends say who they are; what follows is not looked at', () => {
  const all = everySplit(ssh, [
    send(1, 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n\0\0\x04\x3c\x06\x14SSH-2.0-X\r\n'),
    send(0, 'SSH-2.0-PuTTY_Release_0.78\r\n\0\0\x04\x3c\x06\x14'),
  ]);
  const service = { fact: 'service', protocol: 'ssh', medical: false, tls: false };
  const source = 'SSH banner';
  expect(all).toEqual([
    { ...service, state: 'answered', product: 'OpenSSH', version: '9.2p1' },
    { fact: 'attribute', side: 'server', attribute: 'software', value: 'OpenSSH 9.2p1', source },
    { fact: 'attribute', side: 'server', attribute: 'os', value: 'Debian 12', source },
    { ...service, state: 'asked' },
    { fact: 'attribute', side: 'client', attribute: 'software', value: 'PuTTY Release 0.78', source },
  ]);
});

test.each([
  ['SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.1', 'OpenSSH', '8.9p1', 'Ubuntu'],
  ['SSH-2.0-OpenSSH_5.8p1 Debian-1ubuntu3', 'OpenSSH', '5.8p1', 'Ubuntu'],
  ['SSH-2.0-OpenSSH_6.7p1 Debian-3', 'OpenSSH', '6.7p1', 'Debian'],
  ['SSH-2.0-OpenSSH_7.4p1 Debian-10+deb9u7', 'OpenSSH', '7.4p1', 'Debian 9'],
  ['SSH-2.0-OpenSSH_8.4p1 Raspbian-5+deb11u1', 'OpenSSH', '8.4p1', 'Raspbian 11'],
  ['SSH-2.0-OpenSSH_8.9 FreeBSD-20230101', 'OpenSSH', '8.9', 'FreeBSD'],
  ['SSH-2.0-OpenSSH_for_Windows_7.7', 'OpenSSH for Windows', '7.7', 'Windows'],
  ['SSH-2.0-OpenSSH_7.5 FIPS', 'OpenSSH', '7.5', ''],
  ['SSH-1.99-Cisco-1.25', 'Cisco', '1.25', ''],
  ['SSH-2.0-dropbear_2018.76', 'dropbear', '2018.76', ''],
  ['SSH-2.0-libssh-0.7.2', 'libssh', '0.7.2', ''],
  ['SSH-2.0-libssh2_1.10.0', 'libssh2', '1.10.0', ''],
  ['SSH-2.0-ROSSSH', 'ROSSSH', '', 'RouterOS'],
  ['SSH-2.0-Go', 'Go', '', ''],
  ['SSH-1.5-1.2.26', '', '1.2.26', ''],
])('%s', (line, product, version, os) => {
  expect(readIdentification(line)).toMatchObject({ product, version, os });
});

test.each([
  'SSH-2.0-',
  'SSH-2.0',
  'SSH-x-y',
  'SSH-2.0-a\x01b',
  `SSH-2.0-${'a'.repeat(200)}`,
])('%j names nobody', (line) => {
  expect(readIdentification(line)).toBeNull();
});

describe('recognition', () => {
  test('by its first six bytes', () => {
    const start = bytes('SSH-2.0');
    for (let length = 0; length < 6; length++) expect(ssh.probe(start.subarray(0, length), 1)).toBe(MORE);
    expect(ssh.probe(start, 0)).toBe(YES);
  });
  test.each(['SSH-9.0-x', 'SSHD', 'S\x16\x03', '220 x', 'HTTP/1.1', 'SSH-2-x'])('not %j', (text) => {
    expect(ssh.probe(bytes(text), 1)).toBe(NO);
  });
});

test('damaged bytes, endless lines and gaps are survived', () => {
  const random = new Random(3);
  const line = bytes('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n');
  for (let n = 0; n < 2000; n++)
    play(ssh, [
      { send: 1, bytes: mutateBytes(line, random) },
      { gap: 0, length: 5 },
      { send: 0, bytes: mutateBytes(line, random) },
    ]);
  expect(play(ssh, [send(1, `SSH-2.0-${'x'.repeat(5000)}`)])).toEqual([]);
});
