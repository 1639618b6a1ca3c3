import { describe, expect, test } from 'vitest';
import { Address } from '../../src/core/address.ts';
import { FROM_CLIENT, FROM_SERVER, NO } from '../../src/core/dissector.ts';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { everyCut, offer, offerAll } from '../../src/testing/datagrams.ts';
import type { Emitted } from '../../src/testing/every-split.ts';
import { everySplit, play } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { dns, dnsTcp, llmnr, mdns, nbdgm, nbns } from './index.ts';
import type { Written } from './testing.ts';
import {
  announcement,
  browserDatagram,
  ipv4,
  ipv6,
  message,
  name,
  nb,
  netbios,
  nodeStatus,
  srv,
  strings,
  u16,
} from './testing.ts';

const [A, CNAME, PTR, HINFO, TXT, AAAA, SRV, NB, NBSTAT] = [1, 5, 12, 13, 16, 28, 33, 32, 33];
const ANSWER = 0x8400;

/** `attribute=value (source)` with whom it is about before it. */
function said(told: readonly Emitted[]): string[] {
  return told
    .filter(({ fact }) => fact === 'attribute' || fact === 'device')
    .map((fact) => {
      const whom = fact.fact === 'attribute' ? fact.side : (fact.address as { text: string }).text;
      const mac = fact.fact === 'device' && fact.mac !== -1 ? ` ${(fact.mac as number).toString(16)}` : '';
      return `${whom}${mac} ${fact.attribute}=${fact.value} (${fact.source})`;
    });
}

const states = (told: readonly Emitted[]): unknown[] =>
  told.filter(({ fact }) => fact === 'service').map(({ state }) => state);

const hostAt = (text: string) => new Address(4, 0, 0, 0xffff, ipv4(text).readInt32BE(), true);

function exchange(question: Written, answer: Written) {
  return offerAll(dns, [
    { bytes: message(question), direction: TO_SERVER },
    { bytes: message(answer), direction: TO_CLIENT },
  ]);
}

describe('DNS', () => {
  const asks = (of: string, type: number): Written => ({
    id: 7,
    flags: 0x0100,
    questions: [{ name: of, type }],
  });
  const answers = (of: string, type: number, more: Written): Written => ({
    id: 7,
    flags: 0x8180,
    questions: [{ name: of, type }],
    ...more,
  });

  test('an address has the name that was asked for', () => {
    const { told } = exchange(
      asks('pacs.hospital.example', A),
      answers('PACS.hospital.Example', A, {
        answers: [{ name: 'PACS.hospital.Example', type: A, data: ipv4('10.1.2.3') }],
      }),
    );
    expect(said(told)).toEqual(['10.1.2.3 hostname=pacs.hospital.example (DNS A)']);
    expect(states(told)).toEqual(['asked', 'answered']);
  });

  test('an alias is followed, in whatever order; what belongs to no link of it is passed over', () => {
    const { told } = exchange(
      asks('archive.example', AAAA),
      answers('archive.example', AAAA, {
        answers: [
          { name: 'srv12.example', type: AAAA, data: ipv6('fd00:0:0:0:0:0:0:12') },
          { name: 'pacs.example', type: CNAME, data: name('srv12.example') },
          { name: 'archive.example', type: CNAME, data: name('pacs.example') },
          { name: 'bank.example', type: AAAA, data: ipv6('fd00:0:0:0:0:0:0:66') },
        ],
      }),
    );
    expect(said(told)).toEqual([
      'fd00::12 hostname=srv12.example (DNS AAAA)',
      'fd00::12 hostname=archive.example (DNS CNAME)',
    ]);
  });

  test('a chain of aliases that closes ends', () => {
    const { told } = exchange(
      asks('a.example', A),
      answers('a.example', A, {
        answers: [
          { name: 'a.example', type: CNAME, data: name('b.example') },
          { name: 'b.example', type: CNAME, data: name('a.example') },
        ],
      }),
    );
    expect(said(told)).toEqual([]);
  });

  test('a reverse name names the address in the question, of either family and through a delegation', () => {
    const four = exchange(
      asks('5.0.20.10.in-addr.arpa', PTR),
      answers('5.0.20.10.in-addr.arpa', PTR, {
        answers: [
          { name: '5.0.20.10.in-addr.arpa', type: CNAME, data: name('5.0-63.0.20.10.in-addr.arpa') },
          { name: '5.0-63.0.20.10.in-addr.arpa', type: PTR, data: name('ct5.example') },
        ],
      }),
    );
    expect(said(four.told)).toEqual(['10.20.0.5 hostname=ct5.example (DNS PTR)']);
    const six = `${'5.0.0.0.'.repeat(1)}${'0.'.repeat(24)}0.0.d.f.ip6.arpa`;
    const { told } = exchange(
      asks(six, PTR),
      answers(six, PTR, { answers: [{ name: six, type: PTR, data: name('ct5.example') }] }),
    );
    expect(said(told)).toEqual(['fd00::5 hostname=ct5.example (DNS PTR)']);
  });

  test('an answer to no question says so', () => {
    const answer = answers('pacs.example', A, {
      answers: [{ name: 'pacs.example', type: A, data: ipv4('10.1.2.3') }],
    });
    const unasked = ['10.1.2.3 hostname=pacs.example (DNS A, no question seen)'];
    expect(said(offer(dns, message(answer), { direction: TO_CLIENT }).told)).toEqual(unasked);
    // Another number, another name, and a second answer to the same question.
    expect(said(exchange({ ...asks('pacs.example', A), id: 8 }, answer).told)).toEqual(unasked);
    expect(said(exchange(asks('pax.example', A), answer).told)).toEqual(unasked);
    const twice = offerAll(dns, [
      { bytes: message(asks('pacs.example', A)) },
      { bytes: message(answer), direction: TO_CLIENT },
      { bytes: message(answer), direction: TO_CLIENT },
    ]);
    expect(said(twice.told)).toEqual(['10.1.2.3 hostname=pacs.example (DNS A)', ...unasked]);
  });

  test('refusals, errors, and names and addresses that are nobody’s', () => {
    const refused = exchange(asks('pacs.example', A), { ...answers('pacs.example', A, {}), flags: 0x8185 });
    expect(states(refused.told)).toEqual(['asked', 'refused']);
    const nothing = exchange(asks('pacs.example', A), { ...answers('pacs.example', A, {}), flags: 0x8183 });
    expect(states(nothing.told)).toEqual(['asked', 'answered']);
    for (const [of, data] of [
      ['localhost', ipv4('10.0.0.1')],
      ['10.1.2.3', ipv4('10.1.2.3')],
      ['_gc._msdcs.example', ipv4('10.1.2.3')],
      ['pc .example', ipv4('10.1.2.3')],
      ['blocked.example', ipv4('0.0.0.0')],
      ['self.example', ipv4('127.0.0.53')],
      ['group.example', ipv4('224.0.0.1')],
      ['short.example', Buffer.from([10, 0, 0])],
    ] as const)
      expect(
        said(exchange(asks(of, A), answers(of, A, { answers: [{ name: of, type: A, data }] })).told),
      ).toEqual([]);
  });

  test('a host that registers its own name', () => {
    const update = message({
      flags: 0x2800,
      questions: [{ name: 'example', type: 6 }],
      authorities: [
        { name: 'pc7.example', type: A, class: 255, ttl: 0, data: Buffer.alloc(0) },
        { name: 'pc7.example', type: A, data: ipv4('10.0.0.1') },
        { name: 'pc7.example', type: A, ttl: 0, data: ipv4('10.0.0.9') },
      ],
    });
    expect(said(offer(dns, update).told)).toEqual(['client hostname=pc7.example (DNS UPDATE A)']);
  });

  test('domain controllers, services, and the version of the server', () => {
    const of = '_ldap._tcp.dc._msdcs.hospital.example';
    const controllers = exchange(
      asks(of, SRV),
      answers(of, SRV, {
        answers: [{ name: of, type: SRV, data: srv('dc1.hospital.example', 389) }],
        additionals: [{ name: 'dc1.hospital.example', type: A, data: ipv4('10.0.0.20') }],
      }),
    );
    expect(said(controllers.told)).toEqual([
      '10.0.0.20 device-class=server (DNS SRV _ldap._tcp.dc._msdcs)',
      '10.0.0.20 domain=hospital.example (DNS SRV _ldap._tcp.dc._msdcs)',
    ]);
    const version = { name: 'version.bind', type: TXT, class: 3 };
    const { told } = exchange(
      { id: 7, questions: [version] },
      {
        id: 7,
        flags: 0x8400,
        questions: [version],
        answers: [{ ...version, data: strings('9.18.1-Debian') }],
      },
    );
    expect(said(told)).toEqual(['server software=9.18.1-Debian (DNS version.bind)']);
  });

  test('what was whole of a truncated message counts', () => {
    const whole = message(
      answers('a.example', A, {
        answers: ['10.0.0.1', '10.0.0.2'].map((text) => ({ name: 'a.example', type: A, data: ipv4(text) })),
      }),
    );
    whole[2] |= 2;
    const cut = offer(dns, whole.subarray(0, whole.length - 2), { direction: TO_CLIENT });
    expect(said(cut.told)).toHaveLength(1);
    everyCut(dns, whole, { direction: TO_CLIENT });
  });

  test.each([
    ['to itself', [0xc0, 12]],
    ['ahead', [0xc0, 40]],
    ['in a circle', [1, 0x61, 0xc0, 12]],
    ['of a type that is not defined', [0x40, 1]],
  ])('a name that points %s is malformed', (_, bytes) => {
    const bad = Buffer.concat([u16(1, 0x0100, 1, 0, 0, 0), Buffer.from(bytes), u16(1, 1), Buffer.alloc(40)]);
    const { claimed, malformed, told } = offer(dns, bad);
    expect({ claimed, told }).toEqual({ claimed: false, told: [] });
    expect(malformed).toMatch(/^dns-(pointer|label)$/);
  });

  test('a name of 256 octets is malformed, one of 255 is not', () => {
    const labels = (last: number) => [...Array<string>(3).fill('x'.repeat(63)), 'y'.repeat(last)];
    expect(offer(dns, message({ questions: [{ name: labels(61), type: A }] })).claimed).toBe(true);
    expect(offer(dns, message({ questions: [{ name: labels(62), type: A }] })).malformed).toBe('dns-name');
  });

  test('elsewhere only what can be nothing else is claimed', () => {
    const good = message(asks('pacs.example', A));
    expect(offer(dns, good, { hinted: false }).claimed).toBe(true);
    expect(offer(dns, Buffer.concat([good, Buffer.from([0])]), { hinted: false }).claimed).toBe(false);
    for (const bad of [
      message({ questions: [{ name: 'pacs.example', type: 99 }] }),
      message({ questions: [{ name: 'pacs', type: A }] }),
      message({ flags: 0x0040, questions: [{ name: 'pacs.example', type: A }] }),
      message({ questions: [{ name: netbios('PC', 0), type: NB }] }),
      Buffer.from('NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n'),
      Buffer.alloc(64),
    ])
      expect(offer(dns, bad, { hinted: false }).claimed).toBe(false);
  });

  test('over TCP, however it is cut', () => {
    const framed = (written: Written): Uint8Array => {
      const bytes = message(written);
      return Buffer.concat([u16(bytes.length), bytes]);
    };
    const told = everySplit(dnsTcp, [
      { send: TO_SERVER, bytes: framed(asks('pacs.example', A)) },
      {
        send: TO_CLIENT,
        bytes: framed(
          answers('pacs.example', A, {
            answers: [{ name: 'pacs.example', type: A, data: ipv4('10.1.2.3') }],
          }),
        ),
      },
    ]);
    expect(said(told)).toEqual(['10.1.2.3 hostname=pacs.example (DNS A)']);
    expect(states(told)).toEqual(['asked', 'answered']);
  });

  test('over TCP: a zone transfer is passed over, a gap gives up, nonsense is malformed', () => {
    const question = message(asks('example', 252));
    const first = Buffer.concat([u16(question.length), question]);
    const large = Buffer.concat([u16(0x7fff), u16(7, 0x8400, 1, 600, 0, 0), Buffer.alloc(100)]);
    expect(
      said(
        play(dnsTcp, [
          { send: 0, bytes: first },
          { send: 1, bytes: large },
          { gap: 1, length: 9 },
        ]),
      ),
    ).toEqual([]);
    const bad = play(dnsTcp, [{ send: 0, bytes: Buffer.concat([first, u16(3), Buffer.alloc(3)]) }]);
    expect(bad.filter(({ fact }) => fact === 'malformed')).toMatchObject([{ kind: 'dns-length' }]);
  });

  test('over TCP: recognised by its first bytes', () => {
    const question = message(asks('pacs.example', A));
    const whole = Buffer.concat([u16(question.length), question]);
    expect(dnsTcp.probe(whole, TO_SERVER)).toBe(FROM_CLIENT);
    const answer = message({ ...asks('pacs.example', A), flags: 0x8180 });
    expect(dnsTcp.probe(Buffer.concat([u16(answer.length), answer]), TO_CLIENT)).toBe(FROM_SERVER);
    for (const text of [
      'GET / HTTP/1.1\r\nHost: pacs\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      '\x0bMSH|^~\\&|A|B',
      'SSH-2.0-x',
    ])
      expect(dnsTcp.probe(Buffer.from(text, 'latin1'), TO_SERVER)).toBe(NO);
    const association = Buffer.from([1, 0, 0, 0, 0, 205, 0, 1, 0, 0, 65, 66, 67, 68, 69, 70]);
    expect(dnsTcp.probe(association, TO_SERVER)).toBe(NO);
  });
});

describe('mDNS', () => {
  const group = { address: hostAt('224.0.0.251'), port: 5353, mac: -1 };
  const from = (address: string, port = 5353) => ({
    flow: { client: { address: hostAt(address), port, mac: -1 }, server: group },
  });
  const PRINTER: Written = {
    flags: ANSWER,
    answers: [
      { name: '_ipp._tcp.local', type: PTR, data: name(['Front.Desk Printer', '_ipp', '_tcp', 'local']) },
      {
        name: ['Front.Desk Printer', '_ipp', '_tcp', 'local'],
        type: TXT,
        class: 0x8001,
        data: strings('txtvers=1', 'ty=Example Laser 400', 'rp=ipp/print', 'usb_MFG=Example'),
      },
      {
        name: ['Front.Desk Printer', '_ipp', '_tcp', 'local'],
        type: SRV,
        class: 0x8001,
        data: srv('printer-7.local', 631),
      },
    ],
    additionals: [{ name: 'printer-7.local', type: A, class: 0x8001, data: ipv4('10.0.0.7') }],
  };

  test('a printer', () => {
    const { told } = offer(mdns, message(PRINTER), from('10.0.0.7'));
    expect(said(told)).toEqual([
      'client hostname=printer-7 (mDNS A)',
      'client model=Example Laser 400 (mDNS TXT ty (_ipp._tcp))',
      'client vendor=Example (mDNS TXT usb_MFG (_ipp._tcp))',
      'client device-class=printer (mDNS service _ipp._tcp)',
    ]);
    everyCut(mdns, message(PRINTER), from('10.0.0.7'));
  });

  test('a queue that a print server shares is no printer', () => {
    const txt = (text: string): Written => ({
      ...PRINTER,
      answers: PRINTER.answers!.map((record) =>
        record.type === TXT ? { ...record, data: strings(text) } : record,
      ),
    });
    for (const text of ['rp=printers/front', 'printer-type=0x809046'])
      expect(said(offer(mdns, message(txt(text)), from('10.0.0.7')).told)).toEqual([
        'client hostname=printer-7 (mDNS A)',
      ]);
  });

  test('who passes on what others say is not described by it', () => {
    const later: Written = { flags: ANSWER, answers: PRINTER.answers!.filter(({ type }) => type !== SRV) };
    const { told } = offerAll(
      mdns,
      [{ bytes: message(PRINTER) }, { bytes: message(later) }],
      from('10.0.0.99'),
    );
    expect(said(told).filter((line) => line.startsWith('client'))).toEqual([]);
    expect(said(told)).toContain('10.0.0.7 device-class=printer (mDNS service _ipp._tcp)');
  });

  test('leaving, probing, asking, other operations and other ports say nothing', () => {
    const leaving = (records: Written['answers']) => records!.map((record) => ({ ...record, ttl: 0 }));
    for (const [bytes, port] of [
      [
        message({ ...PRINTER, answers: leaving(PRINTER.answers), additionals: leaving(PRINTER.additionals) }),
        5353,
      ],
      [
        message({
          flags: 0,
          questions: [{ name: 'printer-7.local', type: 255 }],
          authorities: PRINTER.additionals!,
        }),
        5353,
      ],
      [message({ ...PRINTER, flags: 0 }), 5353],
      [message({ ...PRINTER, flags: 0xac00 }), 5353],
      [message({ ...PRINTER, flags: ANSWER | 3 }), 5353],
      [message(PRINTER), 40_000],
    ] as const) {
      const { claimed, told } = offer(mdns, bytes, from('10.0.0.7', port));
      expect({ claimed, told }).toEqual({ claimed: true, told: [] });
    }
    expect(offer(mdns, message(PRINTER), { hinted: false }).claimed).toBe(false);
  });

  test('DICOM, a workstation’s MAC address, the operating system, and models', () => {
    const service = (type: string, instance: string, ...texts: string[]): Written => ({
      flags: ANSWER,
      answers: [
        { name: [instance, type, '_tcp', 'local'], type: SRV, data: srv('ct1.local', 11112) },
        { name: [instance, type, '_tcp', 'local'], type: TXT, data: strings(...texts) },
      ],
      additionals: [{ name: 'ct1.local', type: A, data: ipv4('10.0.0.1') }],
    });
    const of = (written: Written) => said(offer(mdns, message(written), from('10.0.0.1')).told).slice(1);
    expect(of(service('_dicom', 'CT room', 'aet=CT1', 'PrimaryDeviceType=CT'))).toEqual([
      'client ae-title=CT1 (mDNS TXT AET (_dicom._tcp))',
      'client modality=CT (mDNS TXT PrimaryDeviceType (_dicom._tcp))',
      'client device-class=medical-device (mDNS TXT PrimaryDeviceType (_dicom._tcp))',
    ]);
    expect(of(service('_dicom-tls', 'Archive', 'AET=A\\B', 'PrimaryDeviceType=ARCHIVE'))).toEqual([]);
    expect(of(service('_workstation', 'ct1 [00:16:3e:01:02:03]'))).toEqual([
      '10.0.0.1 163e010203 hostname=ct1 (mDNS _workstation._tcp instance)',
    ]);
    expect(of(service('_airplay', 'Lounge', 'model=AppleTV5,3'))).toEqual([
      'client model=AppleTV5,3 (mDNS TXT model (_airplay._tcp))',
      'client device-class=television (mDNS TXT model (_airplay._tcp))',
    ]);
    expect(of(service('_device-info', 'Files', 'model=RackMac'))).toEqual([]);
    const info: Written = {
      flags: ANSWER,
      answers: [
        { name: 'ct1.local', type: HINFO, data: strings('X86_64', 'LINUX') },
        {
          name: ['Anna’s Mac', '_device-info', '_tcp', 'local'],
          type: TXT,
          data: strings('model=MacBookPro17,1'),
        },
      ],
    };
    expect(said(offer(mdns, message(info), from('10.0.0.1')).told)).toEqual([
      'client model=MacBookPro17,1 (mDNS TXT model (_device-info._tcp))',
      'client device-class=workstation (mDNS TXT model (_device-info._tcp))',
      'client os=LINUX (mDNS HINFO (OS))',
    ]);
  });

  test('names of any script are names, those that hold a control character or a blank are not', () => {
    const of = (host: string[]) =>
      said(
        offer(
          mdns,
          message({
            flags: ANSWER,
            answers: [{ name: [...host, 'local'], type: A, data: ipv4('10.0.0.1') }],
          }),
          from('10.0.0.1'),
        ).told,
      );
    expect(of(['Büro-Drucker'])).toEqual(['client hostname=Büro-Drucker (mDNS A)']);
    expect(of(['Anna-Beispiels-iPhone'])).toEqual(['client hostname=Anna-Beispiels-iPhone (mDNS A)']);
    for (const host of [
      ['a\u0007b'],
      ['a b'],
      ['localhost'],
      ['a.b'],
      ['10', '0', '0', '1'],
      ['\u202egpj'],
      [],
    ])
      expect(of(host)).toEqual([]);
  });
});

describe('LLMNR', () => {
  const question: Written = { id: 9, questions: [{ name: 'READING17', type: A }] };
  const answer: Written = {
    ...question,
    flags: 0x8000,
    answers: [{ name: 'READING17', type: A, data: ipv4('10.0.0.2') }],
  };

  test('a host answers for its name', () => {
    const { told } = offerAll(llmnr, [
      { bytes: message(question), direction: TO_SERVER },
      { bytes: message(answer), direction: TO_CLIENT },
    ]);
    expect(said(told)).toEqual(['server hostname=READING17 (LLMNR A)']);
    expect(states(told)).toEqual(['answered']);
    everyCut(llmnr, message(answer), { direction: TO_CLIENT });
  });

  test('unasked, in conflict, with an error, or of another name', () => {
    const of = (written: Written) => said(offer(llmnr, message(written), { direction: TO_CLIENT }).told);
    expect(of(answer)).toEqual(['server hostname=READING17 (LLMNR A, no question seen)']);
    expect(of({ ...answer, flags: 0x8400 })).toEqual([]);
    expect(of({ ...answer, flags: 0x8003 })).toEqual([]);
    expect(of({ ...answer, flags: 0xa800 })).toEqual([]);
    expect(of({ ...answer, questions: [{ name: 'OTHER', type: A }] })).toEqual([]);
  });
});

describe('NetBIOS', () => {
  test('what a host registers', () => {
    const register = (text: string, suffix: number, flags: number) =>
      said(
        offer(
          nbns,
          message({
            flags: 0x2910,
            questions: [{ name: netbios(text, suffix), type: NB }],
            additionals: [{ name: netbios(text, suffix), type: NB, data: nb(flags, '10.0.0.1') }],
          }),
        ).told,
      );
    expect(register('READING17', 0x00, 0)).toEqual(['client hostname=READING17 (NBNS registration <00>)']);
    expect(register('READING17', 0x20, 0x2000)).toEqual([
      'client hostname=READING17 (NBNS registration <20>)',
    ]);
    expect(register('RADIOLOGY', 0x00, 0x8000)).toEqual(['client domain=RADIOLOGY (NBNS registration <00>)']);
    expect(register('RADIOLOGY', 0x1c, 0x8000)).toEqual([
      'client domain=RADIOLOGY (NBNS registration <1C>)',
      'client device-class=server (NBNS registration <1C>)',
    ]);
    // Of a user, of a service, of every master browser, of a web server.
    expect(register('A.BEISPIEL', 0x03, 0)).toEqual([]);
    expect(register('IS~READING17', 0x00, 0)).toEqual([]);
    expect(register('\x01\x02__MSBROWSE__\x02', 0x01, 0x8000)).toEqual([]);
    expect(register('INet~Services', 0x1c, 0x8000)).toEqual([]);
  });

  test('the answer to a name', () => {
    const asked = message({ id: 5, flags: 0x0110, questions: [{ name: netbios('PACS1', 0x20), type: NB }] });
    const answer = message({
      id: 5,
      flags: 0x8500,
      answers: [
        {
          name: netbios('PACS1', 0x20),
          type: NB,
          data: Buffer.concat([nb(0, '10.0.0.2'), nb(0, '10.9.0.2')]),
        },
      ],
    });
    const { told } = offerAll(nbns, [
      { bytes: asked, direction: TO_SERVER },
      { bytes: answer, direction: TO_CLIENT },
    ]);
    expect(said(told)).toEqual([
      'server hostname=PACS1 (NBNS name <20>)',
      '10.9.0.2 hostname=PACS1 (NBNS name <20>)',
    ]);
    expect(said(offer(nbns, answer, { direction: TO_CLIENT }).told)[0]).toContain('no question seen');
    everyCut(nbns, answer, { direction: TO_CLIENT });
  });

  test('all names of a node, and its MAC address', () => {
    const status = message({
      flags: 0x8400,
      answers: [
        {
          name: netbios('*', 0),
          type: NBSTAT,
          data: nodeStatus(
            [
              ['READING17', 0x00, 0x0400],
              ['RADIOLOGY', 0x00, 0x8400],
              ['CONFLICTED', 0x20, 0x0c00],
              ['A.BEISPIEL', 0x03, 0x0400],
            ],
            '00:1b:21:0a:03:11',
          ),
        },
      ],
    });
    const { told } = offer(nbns, status, { direction: TO_CLIENT });
    expect(said(told)).toEqual([
      '10.0.0.2 1b210a0311 hostname=READING17 (NBNS node status <00>)',
      'server domain=RADIOLOGY (NBNS node status <00>)',
    ]);
    everyCut(nbns, status, { direction: TO_CLIENT });
  });

  test('what a host announces to the browsers', () => {
    const of = (opcode: number, type: number, comment = '') =>
      said(
        offer(
          nbdgm,
          browserDatagram(
            'READING17',
            '10.0.0.1',
            ['RADIOLOGY', 0x1d],
            announcement(opcode, 'READING17', [6, 1], type, comment),
          ),
        ).told,
      ).slice(1);
    expect(of(1, 0x00001003)).toEqual([
      'client hostname=READING17 (NetBIOS host announcement)',
      'client device-class=workstation (NetBIOS host announcement (server type))',
      'client os=Windows NT 6.1 (NetBIOS host announcement (OS version))',
    ]);
    expect(of(15, 0x00009a03, 'Samba 4.17.12-Debian')).toEqual([
      'client hostname=READING17 (NetBIOS host announcement)',
      'client device-class=server (NetBIOS host announcement (server type))',
      'client software=Samba 4.17.12-Debian (NetBIOS host announcement (comment))',
    ]);
    expect(of(12, 0x80001000, 'MASTER')).toEqual(['client domain=READING17 (NetBIOS domain announcement)']);
    expect(of(8, 0)).toEqual([]);
    const whole = browserDatagram(
      'READING17',
      '10.0.0.1',
      ['RADIOLOGY', 0x1d],
      announcement(1, 'READING17', [6, 1], 3, ''),
    );
    everyCut(nbdgm, whole);
    expect(said(offer(nbdgm, whole).told)[0]).toBe(
      'client hostname=READING17 (NetBIOS datagram source <20>)',
    );
  });

  test('other bytes on its ports are not claimed', () => {
    for (const bytes of [
      message({ questions: [{ name: 'pacs.example', type: A }] }),
      Buffer.alloc(80),
      Buffer.from('x'.repeat(99)),
    ]) {
      expect(offer(nbns, bytes).claimed).toBe(false);
      expect(offer(nbdgm, bytes).claimed).toBe(false);
    }
  });
});

test('damaged messages do nothing but be refused', () => {
  const random = new Random(20_260_302);
  const whole = [
    message({
      flags: 0x8400,
      questions: [{ name: 'a.example', type: A }],
      answers: [
        { name: 'a.example', type: CNAME, data: Buffer.concat([Buffer.from([1, 0x62]), u16(0xc00e)]) },
        { name: 'b.example', type: A, data: ipv4('10.0.0.1') },
      ],
    }),
    message({
      flags: ANSWER,
      answers: [
        { name: ['x', '_dicom', '_tcp', 'local'], type: TXT, data: strings('AET=A', 'b=c') },
        { name: ['x', '_dicom', '_tcp', 'local'], type: SRV, data: srv('ct.local', 104) },
      ],
      additionals: [{ name: 'ct.local', type: AAAA, data: ipv6('fe80:0:0:0:0:0:0:1') }],
    }),
    message({
      flags: 0x8400,
      answers: [
        {
          name: netbios('*', 0),
          type: NBSTAT,
          data: nodeStatus([['READING17', 0, 0x0400]], '00:1b:21:0a:03:11'),
        },
      ],
    }),
    browserDatagram(
      'READING17',
      '10.0.0.1',
      ['RADIOLOGY', 0x1d],
      announcement(1, 'READING17', [6, 1], 0x1003, 'x'),
    ),
  ];
  for (let times = 0; times < 4000; times++) {
    const bytes = mutateBytes(random.pick(whole), random);
    const direction = random.oneIn(2) ? TO_CLIENT : TO_SERVER;
    for (const dissector of [dns, mdns, llmnr, nbns, nbdgm])
      for (const { value } of offer(dissector, bytes, { direction, hinted: !random.oneIn(3) }).told)
        if (value !== undefined) expect(value).toMatch(/^[^\p{C}]{1,200}$/u);
  }
});
