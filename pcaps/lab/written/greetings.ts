import { Connection, type Packet } from '../../../src/testing/packets.ts';
import type { WrittenTrace } from './trace.ts';

/** 2026-03-02T10:30:00Z */
const START = 1_772_447_400_000_000;

const text = (...lines: string[]) =>
  Uint8Array.from(Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1'));

/** Servers that greet with the bytes of one protocol on the port of another, and clients that show which it is. */
function conversation(
  port: number,
  from: number,
  ...said: readonly (readonly [0 | 1, Uint8Array])[]
): Packet[] {
  const connection = new Connection(port, from, START + (from - 40_000) * 10_000_000).handshake();
  for (const [direction, bytes] of said) connection.send(direction, bytes);
  return connection.close().packets;
}

export const traces: WrittenTrace[] = [
  {
    path: 'ssh/near-miss',
    from: 'RFC 4253 §4.2',
    contains: 'other protocols on port 22: an SSH of no known version, text, TLS',
    packets: () => [
      ...conversation(22, 40_000, [1, text('SSH-9.0-zztest')], [0, text('SSH-9.0-zztest')]),
      ...conversation(22, 40_001, [1, text('SSHD is not here')], [0, text('')]),
      ...conversation(
        22,
        40_002,
        [0, Uint8Array.of(0x16, 3, 1, 0, 2, 1, 0)],
        [1, text('Protocol mismatch.')],
      ),
    ],
  },
  {
    path: 'ftp/near-miss',
    from: 'RFC 959 §5.4, RFC 1939, RFC 5321',
    contains:
      'mail servers on port 21, of which POP3 has USER and PASS too, and an FTP server that is told by its client',
    packets: () => [
      ...conversation(
        21,
        40_000,
        [1, text('220 zzmail.zztest.example ESMTP Postfix')],
        [0, text('EHLO ct1.zztest.example')],
        [1, text('250 zzmail.zztest.example')],
      ),
      ...conversation(
        21,
        40_001,
        [1, text('+OK ready')],
        [0, text('USER zztest')],
        [1, text('+OK')],
        [0, text('PASS zzinvented')],
        [1, text('+OK')],
        [0, text('STAT')],
        [1, text('+OK 0 0')],
      ),
      ...conversation(
        2121,
        40_002,
        [1, text('220 ready')],
        [0, text('USER zztest')],
        [1, text('331 Password required')],
        [0, text('PASS zzinvented')],
        [1, text('230 Logged in')],
        [0, text('SYST')],
        [1, text('215 VxWorks')],
      ),
    ],
  },
  {
    path: 'smtp/near-miss',
    from: 'RFC 5321 §4.2, RFC 959 §5.4',
    contains: 'FTP on port 25, a 220 that nothing follows, and a mail server that is told by its client',
    packets: () => [
      ...conversation(25, 40_000, [1, text('220 (vsFTPd 3.0.3)')], [0, text('FEAT')], [1, text('211 End')]),
      ...conversation(25, 40_001, [1, text('220 ')]),
      ...conversation(
        2525,
        40_002,
        [1, text('220 zzmail.zztest.example ready')],
        [0, text('EHLO [10.20.0.1]')],
        [1, text('250 zzmail.zztest.example')],
      ),
    ],
  },
  {
    path: 'telnet/near-miss',
    from: 'RFC 854, RFC 855',
    contains: 'text, an unknown option and a command without an option on port 23',
    packets: () => [
      ...conversation(23, 40_000, [1, text('', 'zzmonitor login: ')], [0, text('zztest')]),
      ...conversation(23, 40_001, [1, Uint8Array.of(255, 253, 200)], [0, text('zztest')]),
      ...conversation(23, 40_002, [1, Uint8Array.of(255, 241, 255, 249)], [0, text('zztest')]),
    ],
  },
];
