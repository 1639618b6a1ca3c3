import { Connection } from '../../../src/testing/packets.ts';
import { u16 as be16, u32 as be32 } from './link.ts';
import type { WrittenTrace } from './trace.ts';

/** Microseconds: the laboratory's day, ten in the morning. */
const START = Date.parse('2026-03-02T10:00:00Z') * 1000;

const le16 = (value: number): Buffer => Buffer.from(be16(value)).reverse();
const le32 = (value: number): Buffer => Buffer.from(be32(value)).reverse();
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const join = (...parts: (Uint8Array | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));

/** A session packet (RFC 1002 §4.3.1). */
export function session(message: Uint8Array, type = 0): Buffer {
  const header = be32(message.length);
  header[0] = type;
  return join(header, message);
}

/** First-level encoding (RFC 1001 §14.1). */
export function netbios(name: string, suffix: number): Buffer {
  const octets = [...Buffer.from(name.padEnd(15)), suffix];
  return join(32, Buffer.from(octets.flatMap((octet) => [0x41 + (octet >> 4), 0x41 + (octet & 15)])), 0);
}

export function sessionRequest(called: string, calling: string): Buffer {
  return session(join(netbios(called, 0x20), netbios(calling, 0x00)), 0x81);
}

export interface Smb2 {
  readonly command: number;
  readonly reply?: boolean;
  readonly status?: number;
  /** NextCommand, of all but the last of a compound. */
  readonly next?: number;
}

/** [MS-SMB2] §2.2.1.2. */
export function smb2({ command, reply = false, status = 0, next = 0 }: Smb2, body: Uint8Array): Buffer {
  const header = [Buffer.from('\xfeSMB', 'latin1'), le16(64), le16(1), le32(status), le16(command), le16(1)];
  return join(...header, le32(reply ? 1 : 0), le32(next), Buffer.alloc(40), body);
}

export const MORE_PROCESSING = 0xc000_0016;
export const SESSION_SETUP = 1;

export function setupRequest(blob: Uint8Array, rest: Partial<Smb2> = {}): Buffer {
  const body = join(
    le16(25),
    0,
    1,
    le32(0),
    le32(0),
    le16(64 + 24),
    le16(blob.length),
    Buffer.alloc(8),
    blob,
  );
  return smb2({ command: SESSION_SETUP, ...rest }, body);
}

export function setupReply(blob: Uint8Array, rest: Partial<Smb2> = {}): Buffer {
  const body = join(le16(9), le16(0), le16(64 + 8), le16(blob.length), blob);
  return smb2({ command: SESSION_SETUP, reply: true, status: MORE_PROCESSING, ...rest }, body);
}

export function negotiateRequest(): Buffer {
  return smb2({ command: 0 }, join(le16(36), le16(1), Buffer.alloc(32), le16(0x0311)));
}

export function negotiateReply(): Buffer {
  return smb2({ command: 0, reply: true }, join(le16(65), le16(1), le16(0x0311), Buffer.alloc(59)));
}

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
}

/** [MS-NLMP] §2.2.2.10. */
function version(of: Version | undefined): Buffer {
  return of === undefined ? Buffer.alloc(8) : join(of.major, of.minor, le16(of.build), 0, 0, 0, 15);
}
const NEGOTIATE_VERSION = 0x0200_0000;
const UNICODE = 1;

function flags(of: Version | undefined): Buffer {
  return le32(UNICODE + (of === undefined ? 0 : NEGOTIATE_VERSION));
}

function signed(type: number): Buffer {
  return join(Buffer.from('NTLMSSP\0', 'latin1'), le32(type));
}

/** [MS-NLMP] §2.2.1.1. */
export function ntlmNegotiate(of?: Version): Buffer {
  return join(signed(1), flags(of), Buffer.alloc(16), version(of));
}

/** [MS-NLMP] §2.2.1.2; `pairs`: AvId and value, as many as there are. */
export function ntlmChallenge(pairs: readonly (readonly [number, string])[], of?: Version): Buffer {
  const all = pairs.map(([id, value]) => join(le16(id), le16(value.length * 2), wide(value)));
  const info = join(...all, le32(0));
  const target = wide('HOSPITAL');
  const field = (length: number, at: number): Buffer => join(le16(length), le16(length), le32(at));
  return join(
    signed(2),
    field(target.length, 56),
    flags(of),
    Buffer.from('0102030405060708', 'hex'),
    Buffer.alloc(8),
    field(info.length, 56 + target.length),
    version(of),
    target,
    info,
  );
}

/** [MS-NLMP] §2.2.1.3. */
export function ntlmAuthenticate(domain: string, user: string, workstation: string, of?: Version): Buffer {
  const values = [
    Buffer.alloc(24),
    Buffer.alloc(24),
    wide(domain),
    wide(user),
    wide(workstation),
    Buffer.alloc(0),
  ];
  let at = 88;
  const places = values.map((value) => {
    const place = join(le16(value.length), le16(value.length), le32(at));
    at += value.length;
    return place;
  });
  return join(signed(3), ...places, flags(of), version(of), Buffer.alloc(16), ...values);
}

/** NegTokenResp with a responseToken (RFC 4178 §4.2.2), short forms of length where they fit. */
export function spnego(token: Uint8Array): Buffer {
  const tlv = (tag: number, value: Uint8Array): Buffer =>
    value.length < 128 ? join(tag, value.length, value) : join(tag, 0x82, be16(value.length), value);
  return tlv(0xa1, tlv(0x30, join(Buffer.from('a0030a0101', 'hex'), tlv(0xa2, tlv(0x04, token)))));
}

export const SERVER_2019 = { major: 10, minor: 0, build: 17763 };
export const WINDOWS_10 = { major: 10, minor: 0, build: 19041 };
export const NAMES = [
  [2, 'HOSPITAL'],
  [1, 'PACS-FILES'],
  [4, 'hospital.example'],
  [3, 'pacs-files.hospital.example'],
] as const;

/** [MS-CIFS] §2.2.3.1; words and data. */
export function smb1(
  command: number,
  reply: boolean,
  words: Uint8Array,
  data: Uint8Array,
  unicode = true,
): Buffer {
  const header = join(Buffer.from('\xffSMB', 'latin1'), command, le32(0), reply ? 0x98 : 0x18);
  const flags2 = le16(unicode ? 0xc801 : 0x4801);
  return join(header, flags2, Buffer.alloc(20), words.length / 2, words, le16(data.length), data);
}

/** Session setup without extended security ([MS-CIFS] §2.2.4.53.1), in the code page. */
export function smb1Setup(account: string, domain: string, os: string, manager: string): Buffer {
  const words = join(0xff, 0, le16(0), Buffer.alloc(10), le16(24), le16(0), le32(0), le32(0x54));
  const strings = Buffer.from(`${[account, domain, os, manager].join('\0')}\0`, 'latin1');
  return smb1(0x73, false, words, join(Buffer.alloc(24), strings), false);
}

/** [MS-CIFS] §2.2.4.53.2, in Unicode: the pad makes the offset even. */
export function smb1SetupReply(os: string, manager: string, domain: string): Buffer {
  const words = join(0xff, 0, le16(0), le16(0));
  return smb1(0x73, true, words, join(0, wide(`${[os, manager, domain].join('\0')}\0`)));
}

/** Negotiation that ends with a challenge ([MS-CIFS] §2.2.4.52.2). */
export function smb1NegotiateReply(domain: string, server: string): Buffer {
  const words = join(
    le16(0),
    3,
    le16(1),
    le16(1),
    le32(4096),
    le32(65536),
    le32(0),
    le32(0x54),
    Buffer.alloc(10),
    8,
  );
  return smb1(0x72, true, words, join(Buffer.alloc(8, 7), wide(`${domain}\0${server}\0`)));
}

export const traces: readonly WrittenTrace[] = [
  {
    path: 'smb/windows',
    from: '[MS-SMB2], [MS-NLMP], RFC 4178',
    contains:
      'a Windows 10 client and a Windows server of a domain: negotiation, NTLM in SPNEGO, encrypted messages after it',
    packets: () =>
      new Connection(445, 49_700, START)
        .handshake()
        .send(0, session(negotiateRequest()))
        .send(1, session(negotiateReply()))
        .send(0, session(setupRequest(spnego(ntlmNegotiate(WINDOWS_10)))))
        .send(1, session(setupReply(spnego(ntlmChallenge(NAMES, SERVER_2019)))))
        .send(
          0,
          session(setupRequest(spnego(ntlmAuthenticate('HOSPITAL', 'ward5', 'READING-3', WINDOWS_10)))),
        )
        .send(1, session(setupReply(Buffer.alloc(0), { status: 0 })))
        .send(0, session(join(Buffer.from('\xfdSMB', 'latin1'), Buffer.alloc(96, 0x5a))))
        .send(1, session(join(Buffer.from('\xfdSMB', 'latin1'), Buffer.alloc(96, 0xa5))))
        .close().packets,
  },
  {
    path: 'smb/windows-xp',
    from: 'RFC 1002, [MS-CIFS]',
    contains:
      'a session request over port 139 and session setup without extended security, as modalities of 2005 speak',
    packets: () =>
      new Connection(139, 1_060, START)
        .handshake()
        .send(0, sessionRequest('CT-ARCHIVE', 'CT-CONSOLE'))
        .send(1, Buffer.from('82000000', 'hex'))
        .send(
          0,
          session(smb1(0x72, false, Buffer.alloc(0), Buffer.from('\x02NT LM 0.12\0', 'latin1'), false)),
        )
        .send(1, session(smb1NegotiateReply('RADIOLOGY', 'CT-ARCHIVE')))
        .send(
          0,
          session(smb1Setup('operator', 'RADIOLOGY', 'Windows 2002 Service Pack 2 2600', 'Windows 2002 5.1')),
        )
        .send(1, session(smb1SetupReply('Windows 5.1', 'Windows 2000 LAN Manager', 'RADIOLOGY')))
        .close().packets,
  },
  {
    path: 'smb/near-miss',
    from: '[MS-SMB2] §2.1',
    contains: 'port 445 with frames of the same length and no SMB in them: nothing is told',
    packets: () =>
      new Connection(445, 49_701, START)
        .handshake()
        .send(0, session(Buffer.from(`\xfeSMA${' '.repeat(80)}`, 'latin1')))
        .send(1, session(Buffer.from(`\xfeSM${' '.repeat(81)}`, 'latin1')))
        .close().packets,
  },
];
