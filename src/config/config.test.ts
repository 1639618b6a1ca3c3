import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AddressBook, DEFAULT_INTERNAL } from '../core/address.ts';
import { parseNetwork } from './cidr.ts';
import { parseDuration, parseSize } from './duration.ts';
import { type Known, parseConfig, problemText } from './load.ts';
import { schemaText } from './schema.ts';
import { parseService } from './service.ts';
import { CONFIG } from './shape.ts';
import { suggestion } from './suggest.ts';

const KNOWN: Known = {
  detections: [{ id: 'dicom.malformed', thresholds: { kinds: 2 } }],
  protocols: ['dicom', 'hl7', 'snmp'],
};

function check(text: string): string[] {
  return parseConfig(Buffer.from(text), KNOWN).problems.map((problem) => problemText('f', problem));
}

describe('networks', () => {
  const inside = (cidr: string, family: 4 | 6, words: [number, number, number, number]) => {
    const network = parseNetwork(cidr);
    expect(network, cidr).not.toBeNull();
    return new AddressBook(network ? [network] : []).isInternal(family, ...words);
  };
  const v4 = (text: string): [number, number, number, number] => [
    0,
    0,
    0xffff,
    text.split('.').reduce((value, part) => (value << 8) | Number(part), 0),
  ];
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.168.4.7/22', '192.168.7.255', true],
    ['192.168.4.7/22', '192.168.8.0', false],
    ['203.0.113.9', '203.0.113.9', true],
    ['203.0.113.9', '203.0.113.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
  ])('%s holds %s: %s', (cidr, address, expected) => {
    expect(inside(cidr, 4, v4(address))).toBe(expected);
  });
  test('IPv6, of which no IPv4 address is a part', () => {
    expect(inside('2001:db8::/32', 6, [0x20010db8, 1, 2, 3])).toBe(true);
    expect(inside('2001:db8::/33', 6, [0x20010db8, -1, 2, 3])).toBe(false);
    expect(inside('::/0', 4, v4('10.0.0.1'))).toBe(false);
  });
  test.each([
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '010.0.0.1',
    '0x0a.0.0.1',
    'fe80::1%eth0',
    '::/129',
    '',
    'banana',
    '10.0.0.0/-1',
    '1.2.3.4.5',
  ])('%j is none', (text) => expect(parseNetwork(text)).toBeNull());
  test('bits of the host do not count', () => {
    expect(parseNetwork('192.168.4.7/22')).toEqual(parseNetwork('192.168.4.0/22'));
    expect(parseNetwork('2001:db8::5/64')).toEqual(parseNetwork('2001:db8::/64'));
  });
  test('the default ones are networks', () => {
    for (const cidr of DEFAULT_INTERNAL) expect(parseNetwork(cidr), cidr).not.toBeNull();
  });
});

describe('durations and sizes', () => {
  test.each([
    ['30s', 30e6],
    ['15m', 900e6],
    ['7d', 604_800e6],
    ['1.5 h', 5400e6],
    ['7', null],
    ['7 moons', null],
    ['-1s', null],
  ])('%s', (text, expected) => expect(parseDuration(text)).toBe(expected));
  test.each([
    ['200 MB', 2e8],
    ['64KiB', 65_536],
    ['1', null],
    ['1 mb', null],
  ])('%s', (text, expected) => expect(parseSize(text)).toBe(expected));
});

describe('did you mean', () => {
  test.each([
    ['intern', 'internal'],
    ['zoens', 'zones'],
    ['xyz', null],
    ['', null],
  ])('%s', (word, expected) => {
    expect(suggestion(word, ['internal', 'zones'])).toBe(expected);
  });
});

describe('a configuration', () => {
  test('with everything in it', () => {
    const loaded = parseConfig(
      Buffer.from(`
internal: [10.0.0.0/8, "2001:db8::/32"]
zones:
  radiology: { cidrs: [10.1.0.0/16], medical: true }
  ward: [10.2.0.0/16]
allow:
  - { from: ward, to: radiology, service: dicom, reason: viewing stations }
  - { from: CT 1, to: any }
ae_titles:
  ORTHANC: { hosts: [10.1.0.9], move_destinations: [WS1] }
  1234: [10.1.0.10]
devices:
  - { ip: 10.1.0.5, name: CT 1, role: modality }
  - { mac: 00:11:22:aa:bb:cc, role: pacs }
detections:
  dicom.malformed: { enabled: true, severity: low, thresholds: { kinds: 3 }, ignore: [ { source: 10.1.0.5, until: 2027-01-31, reason: test } ] }
learn: 7d
outputs:
  eve: { file: /var/log/auscult/eve.json, rotate: { size: 100 MB, keep: 7 } }
  syslog: { to: "siem.example:6514", tls: true, min_severity: high }
  webhook: { url: "https://hook.example/x" }
  nats: { servers: ["nats://127.0.0.1:4222"] }
web: { bind: 127.0.0.1:9464, basic_auth: { user: soc, password_file: /etc/auscult/password } }
metrics: { max_assets: 500 }
limits: { memory: 200 MB, flows: 100000 }
`),
      KNOWN,
    );
    expect(loaded.problems.filter((problem) => problem.level === 'error')).toEqual([]);
    expect(loaded.config).toMatchObject({ learn: '7d', metrics: { max_assets: 500 } });
    const idle = loaded.problems.map((problem) => problem.key);
    expect(idle).toEqual(['outputs', 'web', 'limits.memory']);
  });

  test.each(['', '# nothing but a comment\n', '{}', '---\n'])('may be empty: %j', (text) => {
    expect(parseConfig(Buffer.from(text), KNOWN)).toEqual({ config: {}, problems: [] });
  });

  test.each([
    ['intern: [10.0.0.0/8]', 'f:1:1: intern: unknown key (did you mean internal?); expected one of'],
    [
      'internal:\n  - 10.0.0.0/8\n  - 10/8',
      'f:3:5: internal.1: "10/8" is not valid: expected a network such as',
    ],
    ['internal: 10.0.0.0/8', 'f:1:11: internal: "10.0.0.0/8" is not valid: expected'],
    ['internal: []', 'f:1:11: internal: an empty list is not valid'],
    ['learn: 7 moons', 'f:1:8: learn: "7 moons" is not valid: expected a duration such as'],
    [
      'metrics: { max_assets: many }',
      'f:1:24: metrics.max_assets: "many" is not valid: expected a whole number',
    ],
    [
      'zones:\n  a:\n    medical: true',
      'f:2:3: zones.a: cidrs is missing: the networks that make up the zone',
    ],
    ['zones:\n  a: { cidrs: [10.0.0.0/8], medicl: true }', 'unknown key (did you mean medical?)'],
    [
      'ae_titles:\n  ABCDEFGHIJKLMNOPQ: [10.0.0.1]',
      'f:2:3: ae_titles.ABCDEFGHIJKLMNOPQ: this cannot be a key here: expected an AE title',
    ],
    [
      'devices:\n  - name: x',
      'f:2:5: devices.0: a mapping is not valid: expected a mapping (a device with an ip or a mac',
    ],
    ['zones: { any: [10.0.0.0/8] }', 'f:1:10: zones.any: this cannot name a zone'],
    [
      'zones:\n  a: { cidrs: [10.1.0.0/16], medical: true }\n  b: [10.1.2.3/16]',
      'f:3:7: zones.b.0: "10.1.2.3/16" is in the zone "a" already: a network has one zone',
    ],
    ['zones: { a: [10.1.0.0/16, 10.1.0.0/16] }', '"10.1.0.0/16" is named twice'],
    ['zones: { a: [] }', 'f:1:13: zones.a: an empty list is not valid'],
    [
      'zones: { a: [10.0.0.0/8] }\ndevices: [{ ip: 10.0.0.1, name: a }]',
      'devices.0.name: "a" means something else in allow: a zone has this name',
    ],
    [
      'devices: [{ ip: 10.0.0.1 }, { ip: 10.0.0.1 }]',
      'f:1:35: devices.1.ip: "10.0.0.1" is another device\'s already',
    ],
    ['devices: [{ mac: "00:11:22:aa:bb:cc" }, { mac: 00-11-22-AA-BB-CC }]', "is another device's already"],
    [
      'devices: [{ mac: "00:11:22:aa:bb:cc", name: CT }]\nallow: [{ from: CT, to: any }]',
      '"CT" is known by its MAC alone: give the device its ip',
    ],
    ['ae_titles: { "A ": [10.0.0.1], A: [10.0.0.2] }', 'the same AE title again'],
    ['ae_titles: { "  ": [10.0.0.1] }', 'spaces alone are no AE title'],
    [
      'allow: [{ from: any, to: any, service: dicm }]',
      'f:1:40: allow.0.service: "dicm" is not recognised by what it says (did you mean dicom?); expected a port',
    ],
    [
      'allow: [{ from: any, to: any, service: [hl7, ntp] }]',
      'f:1:46: allow.0.service.1: "ntp" is not recognised by what it says: write udp/123',
    ],
    [
      'allow: [{ from: any, to: any, service: tcp/70000 }]',
      '"tcp/70000" is not valid: expected a protocol such as dicom, a port such as tcp/443',
    ],
    ['allow: [{ from: any, to: any, service: [sctp/1] }]', '"sctp/1" is not valid: expected a protocol'],
    [
      'detections:\n  dicom.malfromed: {}',
      'f:2:3: detections.dicom.malfromed: there is no such detection (did you mean dicom.malformed?)',
    ],
    [
      'detections:\n  dicom.malformed: { severity: bad }',
      'expected one of critical, high, medium, low, info',
    ],
    [
      'detections:\n  dicom.malformed: { thresholds: { kind: 1 } }',
      'f:2:36: detections.dicom.malformed.thresholds.kind: unknown threshold (did you mean kinds?)',
    ],
    [
      'detections:\n  dicom.malformed: { ignore: [{ until: 2027-13-45, source: 10.0.0.1 }] }',
      'expected a date such as',
    ],
    ['allow: [{ from: nowhere, to: any }]', 'f:1:17: allow.0.from: "nowhere" is no zone, device or network'],
    ['a: 1\na: 2', 'f:2:1: not valid YAML: Map keys must be unique'],
    ['internal: [10.0.0.0/8', 'f:1:22: not valid YAML'],
    ['- a list', 'f:1:1: a list is not valid'],
    ['just text', 'f:1:1: "just text" is not valid'],
    ['__proto__: { x: 1 }', 'unknown key'],
    ['"\\u001b[31m": 1', 'f:1:1: \\x1b[31m: unknown key'],
  ])('%j', (text, expected) => {
    const problems = check(text);
    expect(problems.join('\n')).toContain(expected);
    expect(parseConfig(Buffer.from(text), KNOWN).config).toBeNull();
  });

  test.each(['reveal-phi', 'reveal_phi', 'revealPhi'])('cannot reveal patients: %s', (key) => {
    expect(check(`${key}: true`)[0]).toContain('never by a file');
    expect(check(`outputs: { ${key}: true }`)[0]).toContain('never by a file');
  });

  test('all problems at once, in the order of the file', () => {
    expect(check('x: 1\ninternal: [a]\nlearn: b\n')).toHaveLength(3);
    expect(check('x: 1\ninternal: [a]\nlearn: b\n').map((line) => line.slice(0, 4))).toEqual([
      'f:1:',
      'f:2:',
      'f:3:',
    ]);
  });

  test('unknown names are said together with values of the wrong kind', () => {
    const problems = check(
      'learn: 7 moons\ndetections: { dicom.malfromed: {}, dicom.malformed: { thresholds: { kind: 1 }, severity: bad } }\n' +
        'zones: { a: { cidrs: [10.0.0.0/8], medical: yes please } }\nallow: [{ from: b, to: a, service: dicm }]',
    );
    expect(problems.map((line) => /^f:(\d+:\d+)/.exec(line)![1])).toEqual([
      '1:8',
      '2:15',
      '2:69',
      '2:90',
      '3:45',
      '4:17',
      '4:36',
    ]);
  });

  test('an exception is better with an end and a reason', () => {
    const problems = (entry: string) => check(`detections: { dicom.malformed: { ignore: [${entry}] } }`);
    expect(problems('{ source: 10.0.0.1 }')).toEqual([
      'f:1:43: warning: detections.dicom.malformed.ignore.0: better with until: an end date, and reason: why',
    ]);
    expect(problems('{ source: 10.0.0.1, reason: x }')[0]).toMatch(/better with until: an end date$/);
    expect(problems('{ source: 10.0.0.1, reason: x, until: 2027-01-31 }')).toEqual([]);
  });

  test('zones of which none is medical are said to judge nothing', () => {
    expect(check('zones: { a: [10.0.0.0/8] }')).toEqual([
      'f:1:1: warning: zones: no zone has medical: true, so that no traffic between them is judged',
    ]);
  });

  test.each([
    ['dicom', 'dicom', null],
    ['tcp/443', null, ['tcp', 443, 443]],
    ['udp/8000-8010', null, ['udp', 8000, 8010]],
    ['hl7 tcp/2575', 'hl7', ['tcp', 2575, 2575]],
  ])('a service: %s', (text, protocol, ports) => {
    const service = parseService(text);
    expect(service?.protocol).toBe(protocol);
    expect(service?.ports && [service.ports.transport, service.ports.from, service.ports.to]).toEqual(ports);
  });

  test.each([
    '',
    'tcp/',
    'tcp/9-8',
    'tcp/1 dicom',
    'dicom hl7',
    'tcp/1-2-3',
    'DICOM',
    'tcp/65536',
  ])('no service: %j', (text) => expect(parseService(text)).toBeNull());

  test('a bomb of aliases is refused', () => {
    let text = 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n';
    for (let i = 1; i < 9; i++) text += `a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]\n`;
    expect(check(text).join()).toContain('not usable YAML');
  });

  test('what is no text is refused', () => {
    expect(parseConfig(Uint8Array.of(0xff, 0xfe, 0x00), KNOWN).problems[0].message).toContain('not UTF-8');
  });
});

describe('the schema for editors', () => {
  test('knows every section and closes every mapping', () => {
    const schema = JSON.parse(schemaText());
    expect(Object.keys(schema.properties)).toEqual(Object.keys(CONFIG.shape));
    expect(schema.additionalProperties).toBe(false);
    expect(readFileSync(new URL('./shape.ts', import.meta.url), 'utf8')).not.toContain('z.object(');
  });
});
