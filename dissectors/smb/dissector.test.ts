import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { der, field, integer, principal, sequence, string } from '../../pcaps/lab/written/kerberos.ts';
import {
  MORE_PROCESSING,
  NAMES,
  negotiateReply,
  negotiateRequest,
  ntlmAuthenticate,
  ntlmChallenge,
  ntlmNegotiate,
  SERVER_2019,
  SESSION_SETUP,
  session,
  sessionRequest,
  setupReply,
  setupRequest,
  smb1,
  smb1NegotiateReply,
  smb1Setup,
  smb1SetupReply,
  smb2,
  spnego,
  WINDOWS_10,
} from '../../pcaps/lab/written/smb.ts';
import { FROM_CLIENT, FROM_SERVER, MORE, NO, YES } from '../../src/core/dissector.ts';
import { everySplit, play, type Step } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { BUILDS, windowsOf } from './builds.ts';
import { smb } from './index.ts';
import { domainName, netbiosName } from './names.ts';

const up = (bytes: Uint8Array): Step => ({ send: 0, bytes });
const down = (bytes: Uint8Array): Step => ({ send: 1, bytes });

const CHALLENGE = session(setupReply(spnego(ntlmChallenge(NAMES, SERVER_2019))));
const WINDOWS: readonly Step[] = [
  up(session(negotiateRequest())),
  down(session(negotiateReply())),
  up(session(setupRequest(spnego(ntlmNegotiate(WINDOWS_10))))),
  down(CHALLENGE),
  up(session(setupRequest(spnego(ntlmAuthenticate('HOSPITAL', 'ward5', 'READING-3', WINDOWS_10))))),
];
const XP: readonly Step[] = [
  up(sessionRequest('CT-ARCHIVE', 'CT-CONSOLE')),
  down(Buffer.from('82000000', 'hex')),
  up(session(smb1(0x72, false, Buffer.alloc(0), Buffer.from('\x02NT LM 0.12\0', 'latin1'), false))),
  down(session(smb1NegotiateReply('RADIOLOGY', 'CT-ARCHIVE'))),
  up(session(smb1Setup('operator', 'RADIOLOGY', 'Windows 2002 Service Pack 2 2600', 'Windows 2002 5.1'))),
  down(session(smb1SetupReply('Unix', 'Samba 3.0.20-Debian', 'RADIOLOGY'))),
];

/** `side attribute source: value`. */
function lines(steps: readonly Step[], splits = false): string[] {
  return (splits ? everySplit(smb, steps) : play(smb, steps)).map((fact) =>
    fact.fact === 'attribute'
      ? `${fact.side} ${fact.attribute} ${fact.source}: ${fact.value}`
      : `${fact.fact} ${fact.state ?? fact.kind}${fact.product === undefined ? '' : ` ${fact.product} ${fact.version}`}`,
  );
}

const OF_SERVER = [
  'server hostname NTLM computer name: PACS-FILES',
  'server hostname NTLM DNS computer name: pacs-files.hospital.example',
  'server domain NTLM domain name: HOSPITAL',
  'server domain NTLM DNS domain name: hospital.example',
  'server os NTLM version: Windows 10 1809 / Server 2019 (build 17763)',
];

describe('session setup', () => {
  test('SMB2 with NTLM in SPNEGO, however it is cut', () => {
    expect(lines(WINDOWS, true)).toEqual([
      'service asked',
      'service answered',
      'client os NTLM version: Windows 10 2004–22H2 / Server 2004–20H2 (build 19041)',
      ...OF_SERVER,
      'client hostname NTLM workstation: READING-3',
      'client domain NTLM domain: HOSPITAL',
      'client os NTLM version: Windows 10 2004–22H2 / Server 2004–20H2 (build 19041)',
    ]);
  });

  test('SMB2 with bare NTLM', () => {
    expect(lines([down(session(setupReply(ntlmChallenge(NAMES, SERVER_2019))))])).toEqual([
      'service answered',
      ...OF_SERVER,
    ]);
  });

  test('SMB1 over a NetBIOS session, however it is cut', () => {
    expect(lines(XP, true)).toEqual([
      'service asked',
      'client hostname NetBIOS session calling name: CT-CONSOLE',
      'server hostname NetBIOS session called name: CT-ARCHIVE',
      'service answered',
      'server hostname SMB server name: CT-ARCHIVE',
      'server domain SMB domain name: RADIOLOGY',
      'client os SMB native OS: Windows 2002 Service Pack 2 2600',
      'client domain SMB primary domain: RADIOLOGY',
      'server os SMB native OS: Unix',
      'server software SMB native LAN manager: Samba 3.0.20-Debian',
      'server domain SMB primary domain: RADIOLOGY',
      'service answered Samba 3.0.20-Debian',
    ]);
  });

  test('no user is ever told', () => {
    const all = JSON.stringify([...play(smb, WINDOWS), ...play(smb, XP)]);
    expect(all).not.toMatch(/ward5|operator/i);
  });

  test('SMB2 with a Kerberos ticket: whom it is for', () => {
    const ticketFor = (...service: readonly string[]): string[] => {
      const ticket = der(
        0x61,
        sequence(
          field(0, integer(5)),
          field(1, string('HOSPITAL.EXAMPLE')),
          field(2, principal(2, ...service)),
          field(3, der(0x30, Buffer.alloc(900, 0x5a))),
        ),
      );
      const options = der(3, Buffer.from('0020000000', 'hex'));
      const request = der(
        0x6e,
        sequence(field(0, integer(5)), field(1, integer(14)), field(2, options), field(3, ticket)),
      );
      return lines([up(session(setupRequest(spnego(request))))], true).slice(1);
    };
    const realm = 'server domain Kerberos realm: HOSPITAL.EXAMPLE';
    expect(ticketFor('cifs', 'pacs-files.hospital.example')).toEqual([
      'server hostname Kerberos service name: pacs-files.hospital.example',
      realm,
    ]);
    for (const other of [['cifs', '10.1.2.3'], ['ward5'], ['cifs', 'a', 'b']])
      expect(ticketFor(...other)).toEqual([realm]);
  });

  test('a compound: what stands after another message is read', () => {
    const first = smb2({ command: 3, reply: true, next: 80 }, Buffer.alloc(16));
    const compound = session(Buffer.concat([first, setupReply(ntlmChallenge(NAMES))]));
    expect(lines([down(compound)], true)).toEqual(['service answered', ...OF_SERVER.slice(0, 4)]);
  });

  test('messages that are not read are passed by their length, encrypted and compressed ones too', () => {
    const big = session(smb2({ command: 8, reply: true }, Buffer.alloc(200_000, 0x53)));
    const sealed = ['\xfdSMB', '\xfcSMB'].map((id) =>
      session(Buffer.concat([Buffer.from(id, 'latin1'), Buffer.alloc(3000, 0x42)])),
    );
    const alive = Buffer.from('85000000', 'hex');
    const said = lines([down(Buffer.concat([big, ...sealed, alive, CHALLENGE]))]);
    expect(said).toEqual(['service answered', ...OF_SERVER]);
  });
});

describe('what is not told', () => {
  const said = (pairs: readonly (readonly [number, string])[], version = SERVER_2019): string[] =>
    lines([down(session(setupReply(ntlmChallenge(pairs, version))))]).slice(1);

  test('a computer of no domain, which names itself as its domain', () => {
    const alone = [
      [2, 'NAS7'],
      [1, 'NAS7'],
      [4, ''],
      [3, 'nas7'],
    ] as const;
    // Samba's version.
    expect(said(alone, { major: 6, minor: 1, build: 0 })).toEqual([
      'server hostname NTLM computer name: NAS7',
    ]);
  });

  test('Samba as a server that calls its system Windows', () => {
    expect(
      lines([down(session(smb1SetupReply('Windows 6.1', 'Samba 4.17.12-Debian', '')))]).slice(1),
    ).toEqual([
      'server software SMB native LAN manager: Samba 4.17.12-Debian',
      'service answered Samba 4.17.12-Debian',
    ]);
  });

  test("the domain of the server's own users", () => {
    const user = session(setupRequest(ntlmAuthenticate('pacs-files', 'ward5', 'READING-3')));
    expect(lines([down(CHALLENGE), up(user)]).at(-1)).toBe('client hostname NTLM workstation: READING-3');
  });

  test('a challenge of a client, an authentication of a server', () => {
    expect(lines([up(session(setupRequest(ntlmChallenge(NAMES, SERVER_2019))))])).toEqual(['service asked']);
    const wrong = session(setupReply(ntlmAuthenticate('HOSPITAL', 'ward5', 'READING-3')));
    expect(lines([down(wrong)])).toEqual(['service answered']);
    // Nor what goes the wrong way altogether.
    expect(lines([up(CHALLENGE)])).toEqual([]);
  });

  test.each([
    '',
    'localhost',
    '10.1.2.3',
    'fe80::1',
    'a\u0001b',
    '????',
    'x'.repeat(16),
    'JCIFS12_34_AB',
    '-',
    '\ufffd',
  ])('%j is no name of a computer', (name) => expect(netbiosName(name)).toBeNull());

  test.each([
    'MicrosoftAccount',
    'AzureAD',
    'NT AUTHORITY',
    '.',
    'ward5@hospital.example',
  ])('%j is no domain', (name) => expect(domainName(name)).toBeNull());
});

test('a server that takes no dialect, or no session, refuses', () => {
  const none = session(smb1(0x72, true, Buffer.from([0xff, 0xff]), Buffer.alloc(0)));
  expect(lines([down(none)])).toEqual(['service refused']);
  const names = up(sessionRequest('*SMBSERVER', 'READING-3'));
  expect(lines([names, down(Buffer.from('8300000182', 'hex'))], true)).toEqual([
    'service asked',
    'client hostname NetBIOS session calling name: READING-3',
    'service refused',
  ]);
});

describe('builds', () => {
  test.each(BUILDS.map((row) => [row.version, row] as const))('%s', (_, row) => {
    const octets = Buffer.from(row.example, 'hex');
    expect(windowsOf(octets[0], octets[1], octets.readUInt16LE(2))).toBe(
      `${row.os} (build ${octets.readUInt16LE(2)})`,
    );
    expect(row.source).not.toBe('');
  });

  test('none twice, and none that programs announce which are no Windows', () => {
    expect(new Set(BUILDS.map(({ version }) => version)).size).toBe(BUILDS.length);
    expect(windowsOf(6, 1, 0)).toBeNull();
    expect(windowsOf(6, 1, 7600)).toBeNull();
  });
});

describe('recognising', () => {
  test('every head of what is SMB waits, then says who sent it', () => {
    const heads: [Uint8Array, number][] = [
      [session(negotiateRequest()), FROM_CLIENT],
      [CHALLENGE, FROM_SERVER],
      [session(smb1SetupReply('a', 'b', 'c')), FROM_SERVER],
      [sessionRequest('A', 'B'), FROM_CLIENT],
      [Buffer.concat([Buffer.from('82000000', 'hex'), CHALLENGE]), FROM_SERVER],
      [session(Buffer.concat([Buffer.from('\xfdSMB', 'latin1'), Buffer.alloc(60)])), YES],
    ];
    for (const [bytes, verdict] of heads) {
      let waits = 0;
      while (smb.probe(bytes.subarray(0, waits), 0) === MORE && waits < bytes.length) waits++;
      expect(waits).toBeLessThanOrEqual(64);
      expect(smb.probe(bytes.subarray(0, 64), 0)).toBe(verdict);
    }
  });

  test('what is nearly SMB is refused at once', () => {
    for (const bytes of [
      'GET /',
      '\x16\x03\x01',
      '\x00\x00\x00\x40\xfeSMA',
      '\x81\x00\x00\x43 ',
      '\x82\x01',
      '\x85\x00',
    ])
      expect(smb.probe(Buffer.from(bytes, 'latin1'), 0)).toBe(NO);
    // Shorter than its header.
    const short = Buffer.from(CHALLENGE);
    short[3] = 20;
    short[2] = 0;
    expect(smb.probe(short, 1)).toBe(NO);
  });

  test('from the middle, and after a gap', () => {
    const middle = Buffer.concat([
      Buffer.from('SMB SSS \xfeSMB', 'latin1'),
      Buffer.alloc(99, 0x53),
      CHALLENGE,
    ]);
    expect(smb.find(middle)).toBe(middle.length - CHALLENGE.length);
    expect(smb.find(Buffer.alloc(1 << 16, 0x53))).toBe(-1);
    const gap: Step = { gap: 1, length: 500 };
    expect(lines([down(session(negotiateReply())), gap, down(middle)], true)).toEqual([
      'service answered',
      ...OF_SERVER,
    ]);
  });

  test('a megabyte of the letter it looks for is searched in no time', () => {
    const started = process.cpuUsage().user;
    expect(smb.find(new Uint8Array(1 << 20).fill(0x53))).toBe(-1);
    expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(2);
  });
});

describe('damage', () => {
  test('cut at every length it says nothing that is not whole', () => {
    for (let length = 0; length < CHALLENGE.length; length++)
      expect(
        lines([down(CHALLENGE.subarray(0, length))]).filter((line) => !line.startsWith('service')),
      ).toEqual([]);
  });

  test('a message whose own lengths lie', () => {
    const random = new Random(20260302);
    for (let round = 0; round < 4000; round++) {
      const steps = random
        .pick([WINDOWS, XP])
        .map((step) =>
          'send' in step && random.oneIn(2) ? { ...step, bytes: mutateBytes(step.bytes, random) } : step,
        );
      for (const fact of play(smb, steps))
        if (fact.fact === 'attribute') expect(String(fact.value).length).toBeLessThanOrEqual(200);
      for (const step of steps)
        if ('send' in step) {
          expect([NO, MORE, YES, FROM_CLIENT, FROM_SERVER]).toContain(
            smb.probe(step.bytes.subarray(0, 64), 0),
          );
          expect(smb.find(step.bytes)).toBeLessThan(step.bytes.length);
        }
    }
  });

  test('a ticket whose lengths lie, or that begins without end', () => {
    const random = new Random(7);
    const head = Buffer.from(
      'a003020105a1081b06522e54455354a2143012a003020102a10b30091b04636966731b0161',
      'hex',
    );
    for (let round = 0; round < 2000; round++)
      play(smb, [up(session(setupRequest(mutateBytes(Buffer.concat([head, head]), random))))]);
    const many = Buffer.concat(Array.from({ length: 8000 }, () => head.subarray(0, 6)));
    expect(lines([up(session(setupRequest(many)))])).toEqual(['service asked']);
  });

  test('endless names are told 32 times in a connection', () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      down(
        session(
          setupReply(ntlmChallenge([[1, `HOST-${n}`]]), { status: MORE_PROCESSING, command: SESSION_SETUP }),
        ),
      ),
    );
    expect(play(smb, many).filter(({ fact }) => fact === 'attribute')).toHaveLength(32);
  });

  test('what is no session packet any more is an anomaly', () => {
    expect(lines([down(CHALLENGE), down(Buffer.from('HTTP/1.1'))]).at(-1)).toBe('malformed session-packet');
  });
});

test('the trace written is the conversation of these tests', () => {
  expect(readFileSync('pcaps/smb/windows.pcap').includes(CHALLENGE)).toBe(true);
});
