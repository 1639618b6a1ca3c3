import { describe, expect, test } from 'vitest';
import { CLIENT_PRODUCTS, CLIENT_SYSTEMS, readProducts, SERVER_SYSTEMS, systemOf } from './agents.ts';
import { identifyWeb, PRODUCTS } from './products.ts';
import { agentList, knownOf, serverFacts } from './told.ts';

describe('products', () => {
  test.each(PRODUCTS.map((row) => [row.where, row.example, row] as const))('%s %s', (where, example, row) => {
    expect(row.source).not.toBe('');
    expect(PRODUCTS.filter((one) => one.where === where && one.pattern.test(example))).toEqual([row]);
    expect(identifyWeb(where, example)?.row).toBe(row);
  });

  test.each([
    ['title', 'Welcome to nginx!'],
    ['title', 'About Orthanc Explorer'],
    ['path', '/system'],
    ['path', '/index.html'],
    ['user-agent', 'Mozilla/5.0'],
    ['user-agent', 'Orthanc'],
    ['cookie', 'PHPSESSID=x'],
    ['realm', 'Restricted'],
  ] as const)('%s %j is nobody', (where, value) => {
    expect(identifyWeb(where, value)).toBeNull();
  });

  test('with their version where it shows', () => {
    expect(identifyWeb('title', 'Mirth Connect Administrator 4.4.0')?.version).toBe('4.4.0');
    expect(identifyWeb('title', 'Mirth Connect Administrator')?.version).toBe('');
    expect(identifyWeb('powered-by', 'HAPI FHIR 6.10.5 REST Server')?.version).toBe('6.10.5');
  });
});

describe('operating systems', () => {
  test.each(
    [...CLIENT_SYSTEMS, ...SERVER_SYSTEMS].map((row) => [row.example, row] as const),
  )('%s', (example, row) => {
    expect(row.source).not.toBe('');
    const table = CLIENT_SYSTEMS.includes(row) ? CLIENT_SYSTEMS : SERVER_SYSTEMS;
    expect(systemOf(table, example).startsWith(row.os)).toBe(true);
  });
});

test.each([
  ['nginx/1.22.1', ['nginx 1.22.1'], []],
  ['Apache/2.4.57 (Debian) OpenSSL/3.0.9', ['Apache 2.4.57', 'OpenSSL 3.0.9'], ['Debian']],
  ['Jetty(9.4.44.v20210927)', ['Jetty 9.4.44.v20210927'], []],
  ['SimpleHTTP/0.6 Python/3.11.2', ['SimpleHTTP 0.6', 'Python 3.11.2'], []],
  ['Microsoft-IIS/10.0', ['Microsoft-IIS 10.0'], []],
  ['Sante PACS Server', ['Sante PACS Server '], []],
  ['Apache', ['Apache '], []],
  ['(nothing', [], ['nothing']],
  ['\x01\x02', [], []],
  ['a/1 b/2 c/3 d/4 e/5', ['a 1', 'b 2', 'c 3', 'd 4'], []],
])('the product tokens of %j', (value, products, comments) => {
  const read = readProducts(value);
  expect(read.products.map(({ name, version }) => `${name} ${version}`)).toEqual(products);
  expect(read.comments).toEqual(comments);
});

test('programs by their first product token, browsers by none', () => {
  const software = (agent: string) =>
    agentList(agent).flatMap((fact) =>
      fact.fact === 'attribute' && fact.attribute === 'software' ? fact.value : [],
    );
  for (const name of CLIENT_PRODUCTS.keys()) expect(software(`${name}/1.2.3 (x)`)).toEqual([`${name} 1.2.3`]);
  expect(software('Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0')).toEqual([]);
  expect(software('Acme secret thing/1')).toEqual([]);
  expect(agentList('\x00')).toEqual([]);
});

test('what fields of a response may hold beside a product stays there', () => {
  const known = knownOf({ realm: 'Ward of ZZTEST', cookie: 'patient=ZZTEST', location: '/patients/ZZTEST' });
  expect(known).toEqual([]);
  const { facts } = serverFacts({ server: '', poweredBy: '', aspNet: '', known });
  expect(facts).toEqual([]);
});

test('the same value gives the same list, which is told once', () => {
  expect(agentList('curl/8.0')).toBe(agentList('curl/8.0'));
});

test('tokens of absurd fields are read in no time', () => {
  const started = process.cpuUsage().user;
  for (const value of ['('.repeat(4000), 'a/'.repeat(2000), 'a('.repeat(2000), '/'.repeat(4000)]) {
    readProducts(value);
    agentList(value);
  }
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(0.5);
});
