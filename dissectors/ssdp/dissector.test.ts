import { describe, expect, test } from 'vitest';
import { TO_CLIENT, TO_SERVER } from '../../src/core/flow.ts';
import { everyCut, type OfferOptions, offer } from '../../src/testing/datagrams.ts';
import type { Emitted } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { ssdp } from './index.ts';
import { classOf, TYPES } from './tables.ts';
import { readServer } from './wire.ts';

const lines = (...text: string[]): Uint8Array => Buffer.from([...text, '', ''].join('\r\n'));
const said = (told: readonly Emitted[]): string[] =>
  told
    .filter(({ fact }) => fact === 'attribute')
    .map((fact) => `${fact.side} ${fact.attribute}=${fact.value}`);
const of = (bytes: Uint8Array, options?: OfferOptions): string[] => said(offer(ssdp, bytes, options).told);

const UUID = '5e0a7c11-3d52-4a68-8f1e-001ec9140001';
const NOTIFY = [
  'NOTIFY * HTTP/1.1',
  'HOST: 239.255.255.250:1900',
  'SERVER: Linux/3.10.20 UPnP/1.1 MiniUPnPd/2.3.1',
  'NT: urn:schemas-upnp-org:device:InternetGatewayDevice:2',
  `USN: uuid:${UUID}::upnp:rootdevice`,
  'NTS: ssdp:alive',
];

describe('SSDP', () => {
  test('a device announces itself', () => {
    expect(of(lines(...NOTIFY))).toEqual([
      'client os=Linux 3.10.20',
      'client software=MiniUPnPd/2.3.1',
      'client device-class=router',
      `client device-id=${UUID}`,
    ]);
    // Some end their lines with LF alone, and write names in lower case.
    expect(of(Buffer.from(`${NOTIFY.join('\n').replace('SERVER:', 'server :')}\n\n`))).toHaveLength(4);
    everyCut(ssdp, lines(...NOTIFY));
  });

  test('answers a search: the answer shows a server, and comes to no usual port', () => {
    const answer = lines(
      'HTTP/1.1 200 OK',
      'ST: urn:schemas-upnp-org:device:Printer:1',
      `USN: uuid:${UUID}`,
      'SERVER: Example/1.0, UPnP/1.0, Print Server/4.2',
    );
    const { claimed, told } = offer(ssdp, answer, { direction: TO_CLIENT, hinted: false });
    expect(claimed).toBe(true);
    expect(said(told)).toEqual([
      'server os=Example 1.0',
      'server software=Print Server/4.2',
      'server device-class=printer',
    ]);
    expect(told.find(({ fact }) => fact === 'service')).toMatchObject({
      state: 'answered',
      product: 'Print Server',
      version: '4.2',
    });
    expect(offer(ssdp, answer, { direction: TO_SERVER }).told.some(({ fact }) => fact === 'service')).toBe(
      false,
    );
  });

  test('goodbyes say nothing, nor what lies at another address; searches tell the asker', () => {
    expect(of(lines(...NOTIFY.slice(0, -1), 'NTS: ssdp:byebye'))).toEqual([]);
    expect(of(lines(...NOTIFY, 'LOCATION: http://10.0.0.77:80/x.xml'))).toEqual([]);
    expect(of(lines(...NOTIFY, 'LOCATION: http://10.0.0.1:80/x.xml'))).toHaveLength(4);
    const search = ['M-SEARCH * HTTP/1.1', 'MAN: "ssdp:discover"', 'ST: ssdp:all'];
    expect(of(lines(...search, 'USER-AGENT: Example/10 UPnP/1.1 Viewer/4'))).toEqual([
      'client user-agent=Example/10 UPnP/1.1 Viewer/4',
    ]);
    expect(of(lines(...search))).toEqual([]);
  });

  test.each([
    ['HTTP', lines('HTTP/1.1 200 OK', 'Server: nginx/1.24', 'Content-Length: 0')],
    ['an error', lines('HTTP/1.1 404 Not Found', 'ST: x', 'USN: y')],
    ['SIP', lines('NOTIFY sip:ward@10.0.0.1 SIP/2.0', 'NT: x')],
    ['nothing', new Uint8Array(0)],
    ['half a start', Buffer.from('NOTIFY * HT')],
  ])('%s is not claimed', (_, bytes) => {
    expect(offer(ssdp, bytes, { hinted: true }).claimed).toBe(false);
  });

  test('without the port only what the standard requires is claimed', () => {
    expect(offer(ssdp, lines('M-SEARCH * HTTP/1.1', 'ST: ssdp:all'), { hinted: false }).claimed).toBe(false);
    expect(offer(ssdp, lines('HTTP/1.1 200 OK', 'ST: x'), { hinted: false }).claimed).toBe(false);
    expect(offer(ssdp, lines(...NOTIFY), { hinted: false }).claimed).toBe(true);
  });

  test.each([
    [
      'Microsoft-Windows/10.0 UPnP/1.0 UPnP-Device-Host/1.0',
      'Microsoft-Windows 10.0',
      'UPnP-Device-Host/1.0',
    ],
    ['Debian/12 DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0', 'Debian 12', 'MiniDLNA/1.3.0'],
    ['FreeRTOS/7.4.2, UPnP/1.0, IpBridge/1.26.0', 'FreeRTOS 7.4.2', 'IpBridge/1.26.0'],
    ['Custom/1.0 UPnP/1.0 Proc/Ver', null, null],
    ['OS/version UPnP/1.0 product/version', null, null],
    ['Apache/2.4', null, null],
    ['UPnP/1.0', null, null],
  ])('SERVER %j', (value, os, software) => {
    expect(readServer(value)).toMatchObject({ os, software });
  });

  test('each row of the table is what its example says; Windows is no television', () => {
    for (const row of TYPES) expect(classOf(row.example, 'Example/1 UPnP/1.0')).toBe(row.class);
    expect(
      classOf('urn:schemas-upnp-org:device:MediaRenderer:1', 'Microsoft-Windows/10.0 UPnP/1.0'),
    ).toBeNull();
    expect(classOf('urn:schemas-upnp-org:device:Basic:1', '')).toBeNull();
  });

  test('damaged messages say nothing but printable text', () => {
    const random = new Random(1900);
    for (let times = 0; times < 2000; times++)
      for (const { value } of offer(ssdp, mutateBytes(lines(...NOTIFY), random)).told)
        if (value !== undefined) expect(value).toMatch(/^[\x20-\x7e]{1,200}$/);
  });
});
