import { describe, expect, test } from 'vitest';
import { TO_CLIENT } from '../../src/core/flow.ts';
import { everyCut, type OfferOptions, offer } from '../../src/testing/datagrams.ts';
import type { Emitted } from '../../src/testing/every-split.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { wsd } from './index.ts';
import { readScopes } from './scopes.ts';
import { CODES, SCOPES, TYPES, typeRow } from './tables.ts';
import { readMessage } from './wire.ts';
import { walkXml } from './xml.ts';

const UUID = '5e0a7c11-3d52-4a68-8f1e-001ec914060b';
const NAMESPACES = {
  old: 'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"',
  new: "xmlns:d='http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01'",
};
const DEVICES =
  'xmlns:print="http://schemas.microsoft.com/windows/2006/08/wdp/print" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"' +
  ' xmlns:m="http://standards.ieee.org/downloads/11073/11073-20702-2016"';

const soap = (body: string, version: keyof typeof NAMESPACES = 'new'): Uint8Array =>
  Buffer.from(
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ${NAMESPACES[version]} ${DEVICES}>` +
      `<s:Header/><s:Body>${body}</s:Body></s:Envelope>`,
  );
const target = (types: string, scopes = '', transports = '', address = `urn:uuid:${UUID}`): string =>
  `<a:EndpointReference xmlns:a="x"><a:Address>${address}</a:Address></a:EndpointReference>` +
  `<d:Types>${types}</d:Types><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${transports}</d:XAddrs>`;
const hello = (...of: Parameters<typeof target>): Uint8Array => soap(`<d:Hello>${target(...of)}</d:Hello>`);

const said = (told: readonly Emitted[]): string[] =>
  told
    .filter(({ fact }) => fact === 'attribute' || fact === 'device')
    .map((fact) => {
      const whom = fact.fact === 'attribute' ? fact.side : (fact.address as { text: string }).text;
      return `${whom} ${fact.attribute}=${fact.value}`;
    });
const of = (bytes: Uint8Array, options?: OfferOptions): string[] => said(offer(wsd, bytes, options).told);

describe('WS-Discovery', () => {
  test('a printer says hello, in either version', () => {
    for (const version of ['old', 'new'] as const)
      expect(of(soap(`<d:Hello>${target('print:PrintDeviceType')}</d:Hello>`, version))).toEqual([
        `client device-id=${UUID}`,
        'client device-class=printer',
      ]);
    everyCut(wsd, hello('print:PrintDeviceType'));
  });

  test('a medical device answers: its kind, its place, and a service that is medical', () => {
    const scopes =
      'sdc.mds.pkp:1.2.840.10004.20701.1.1 sdc.cdc.type:///70001 ' +
      'sdc.ctxt.loc:/sdc.ctxt.loc.detail/H%2F%2F%2FICU?fac=HOSP&amp;poc=ICU%202&amp;bed=7';
    const { told } = offer(
      wsd,
      soap(
        `<d:ProbeMatches><d:ProbeMatch>${target('m:MedicalDevice', scopes)}</d:ProbeMatch></d:ProbeMatches>`,
      ),
      { direction: TO_CLIENT },
    );
    expect(said(told)).toEqual([
      `server device-id=${UUID}`,
      'server device-class=ventilator',
      'server institution=HOSP',
      'server station=ICU 2 / 7',
    ]);
    expect(told.find(({ fact }) => fact === 'service')).toMatchObject({
      protocol: 'sdc',
      medical: true,
      state: 'answered',
    });
  });

  test('a patient’s identifier is counted and never told', () => {
    const { told } = offer(wsd, hello('m:MedicalDevice', 'sdc.ctxt.pat:/hosp.example/TEST%2D4711'));
    expect(JSON.stringify(told)).not.toContain('4711');
    expect(told.filter(({ fact }) => fact === 'phi')).toMatchObject([
      { protocol: 'other', identifiers: ['medical-record-number'], to: 'server' },
    ]);
  });

  test('a proxy speaks for another address', () => {
    expect(of(hello('print:PrintDeviceType', '', 'http://10.0.0.77:5357/x http://printer/x'))).toEqual([
      `10.0.0.77 device-id=${UUID}`,
      '10.0.0.77 device-class=printer',
    ]);
    expect(of(hello('print:PrintDeviceType', '', 'http://10.9.9.9/x http://10.0.0.1:5357/x'))[0]).toMatch(
      /^client/,
    );
  });

  test('a camera', () => {
    const scopes =
      'onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/D1%2D566 onvif://www.onvif.org/name/Example';
    expect(of(hello('dn:NetworkVideoTransmitter', scopes)).slice(1)).toEqual([
      'client device-class=camera',
      'client model=D1-566',
      'client product=Example',
    ]);
  });

  test('goodbyes and questions say nothing; types of an undeclared prefix are nobody’s', () => {
    expect(of(soap(`<d:Bye>${target('print:PrintDeviceType')}</d:Bye>`))).toEqual([]);
    const { claimed, told } = offer(wsd, soap('<d:Probe><d:Types>print:PrintDeviceType</d:Types></d:Probe>'));
    expect({ claimed, told }).toEqual({ claimed: true, told: [] });
    expect(of(hello('nobody:PrintDeviceType PrintDeviceType', '', '', 'urn:x'))).toEqual([]);
  });

  test.each([
    ['another XML', Buffer.from('<?xml version="1.0"?><Envelope><Body/></Envelope>')],
    [
      'SOAP of something else',
      Buffer.from('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'),
    ],
    [
      'a message in the header',
      Buffer.from(Buffer.from(hello('x')).toString().replaceAll('s:Body', 's:Other')),
    ],
    ['nothing', new Uint8Array(0)],
  ])('%s is not claimed', (_, bytes) => {
    expect(offer(wsd, bytes).claimed).toBe(false);
  });

  test('each row of the tables is what its example says', () => {
    for (const row of TYPES) {
      expect(typeRow(row)).toBe(row);
      expect(row.example.split(':')[1]).toBe(row.name);
    }
    for (const row of CODES) expect(readScopes([row.example]).class).toBe(row.class);
    for (const row of SCOPES)
      expect(readScopes([row.example]).facts).toMatchObject([{ attribute: row.attribute }]);
    // The nomenclature may be named; one of a maker's own has other codes.
    expect(readScopes(['sdc.cdc.type:/urn:oid:1.2.840.10004.1.1.1.0.0.1//69985']).class).toBe(
      'infusion-pump',
    );
    expect(readScopes(['sdc.cdc.type:/urn:oid:1.3.6.1.4.1.3592.2.1.1.0//69985']).class).toBeNull();
  });

  test('damaged messages say nothing but printable text', () => {
    const random = new Random(3702);
    const whole = hello(
      'm:MedicalDevice dn:NetworkVideoTransmitter',
      'sdc.ctxt.loc:/x?fac=A&amp;bed=1 onvif://www.onvif.org/name/a',
    );
    for (let times = 0; times < 2000; times++)
      for (const { value } of offer(wsd, mutateBytes(whole, random)).told)
        if (value !== undefined) expect(value).toMatch(/^[^\p{C}]{1,300}$/u);
  });
});

describe('XML', () => {
  const walk = (text: string): { whole: boolean; told: string[] } => {
    const told: string[] = [];
    const whole = walkXml(text, {
      open: (namespace, name) => told.push(`<${namespace}|${name}`),
      text: (said) => told.push(said),
      close: () => told.push('>'),
    });
    return { whole, told };
  };

  test('namespaces in scope, empty elements, comments, CDATA and references', () => {
    expect(
      walk(
        '<?x y?><a xmlns="u" xmlns:p="v"><!-- <b> --><p:b xmlns:p=\'w\' c="/>"/><p:b>1 &lt; &#50;<![CDATA[&lt;]]></p:b></a>',
      ),
    ).toEqual({
      whole: true,
      told: ['<u|a', '<w|b', '>', '<v|b', '1 < 2&lt;', '>', '>'],
    });
  });

  test.each([
    ['a document type, and with it every entity of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['tags that do not match', '<a></b>'],
    ['what does not end', '<a><b>'],
    ['an attribute that does not end', '<a b="c></a>'],
    ['no element', 'text'],
  ])('%s is not read', (_, text) => {
    expect(walk(text).whole).toBe(false);
  });

  test('depth and declarations are bounded, and long nonsense costs little', () => {
    expect(walk('<a>'.repeat(32) + '</a>'.repeat(32)).whole).toBe(true);
    expect(walk('<a>'.repeat(33) + '</a>'.repeat(33)).whole).toBe(false);
    const declarations = Array.from({ length: 129 }, (_, n) => `xmlns:n${n}="u"`).join(' ');
    expect(walk(`<a ${declarations}/>`).whole).toBe(false);
    const before = performance.now();
    for (const bad of ['<', '<a ', '<a b="', '<!--', '<a b="c" ', '&#', '<![CDATA[', '<a/>'])
      walk(`<r>${bad.repeat(Math.floor(16_000 / bad.length))}`);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('a message has so many targets and no more', () => {
    const one = `<d:ProbeMatch>${target('x')}</d:ProbeMatch>`;
    const message = readMessage(soap(`<d:ProbeMatches>${one.repeat(40)}</d:ProbeMatches>`));
    expect(message?.targets).toHaveLength(16);
  });
});
