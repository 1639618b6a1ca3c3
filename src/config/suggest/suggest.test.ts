import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Fact } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import type { Finding } from '../../detections/finding.ts';
import { DETECTIONS } from '../../detections/index.ts';
import {
  activity,
  at,
  attempt,
  attribute,
  flow,
  flowFact,
  play,
  service,
  trackers,
} from '../../testing/analysis/facts.ts';
import { association } from '../../testing/analysis/run.ts';
import { openAnalysis, readInto } from '../../testing/replay.ts';
import { parseConfig } from '../load.ts';
import { sitePolicy } from '../policy.ts';
import { policyCsv, policyYaml } from './document.ts';
import { Observed } from './observed.ts';
import { type Conclusions, type Suggestion, suggest } from './suggest.ts';

const STAGES = new Map(DETECTIONS.map(({ meta }) => [meta.id, meta.stage]));
const stage: Conclusions['stage'] = (id) => STAGES.get(id);
const ORIGIN = { packets: 10, first: at(0), last: at(100), internal: null, table: 'site.csv' };

/** Invented traffic, and what is suggested from it. */
class Site {
  readonly observed = new Observed();
  readonly trackers = trackers();
  readonly findings: Finding[] = [];

  play(one: Flow, facts: readonly Fact[] = []): this {
    play(this.trackers, one, facts);
    for (const fact of [...facts, flowFact('end')]) this.observed.fact(fact, one);
    return this;
  }

  /** An archive, and scanners that store to it. */
  imaging(scanners: number): this {
    for (let i = 1; i <= scanners; i++)
      this.play(dicom(`10.1.0.${i}`, '10.2.0.1'), [
        activity('client', 'sends-images', 'CT'),
        activity('server', 'accepts-images'),
        activity('server', 'answers-queries'),
        service('answered'),
      ]);
    return this;
  }

  flag(detection: string, source: string, destination: string, severity: Finding['severity'] = 'high'): this {
    this.findings.push({
      detection,
      title: '',
      severity,
      source: { ip: source, asset: null },
      destination: { ip: destination, port: null, asset: null, country: null },
      count: 1,
      firstSeen: at(0),
      lastSeen: at(0),
      summary: '',
      data: {},
      attack: [],
      communityIds: [],
      incident: null,
      silence: { key: '', source, destination },
    });
    return this;
  }

  suggest(): Suggestion {
    const { findings } = this;
    return suggest(this.observed, { assets: this.trackers.assets(), findings, stage, country: () => 'IR' });
  }
}

const dicom = (client: string, server: string, port = 104) =>
  flow(client, server, port, { protocol: 'dicom' });
const rulesOf = (site: Site) =>
  site.suggest().rules.map(({ from, to, service: text }) => `${from.join(' ')} > ${to.join(' ')}: ${text}`);
const refusedOf = (site: Site) =>
  site.suggest().refused.map(({ from, to, service: text, reason }) => `${from} > ${to}, ${text}: ${reason}`);

function read(text: string) {
  const loaded = parseConfig(Buffer.from(text), { detections: [] });
  expect(loaded.problems).toEqual([]);
  return loaded.config!;
}

describe('what is suggested', () => {
  test('zones by role, and the service from one to the other', () => {
    const site = new Site().imaging(2);
    expect(site.suggest().zones).toMatchObject([
      {
        name: 'modalities',
        medical: true,
        hosts: [{ address: '10.1.0.1' }, { address: '10.1.0.2' }],
        within: '10.1.0.0/30',
      },
      { name: 'pacs', medical: true, hosts: [{ address: '10.2.0.1' }], within: null },
    ]);
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104']);
    expect(site.suggest().rules[0]).toMatchObject({ connections: 2, review: [] });
  });

  test('a network is named only where nobody else was seen in it', () => {
    const site = new Site().imaging(2).play(flow('10.1.0.3', '10.9.0.1', 80));
    expect(site.suggest().zones[0].within).toBeNull();
  });

  test('what few of a zone do is allowed to those, what most do to the zone', () => {
    const site = new Site().imaging(5);
    for (const i of [1, 2])
      site.play(dicom(`10.1.0.${i}`, '10.2.0.7', 11112), [activity('server', 'answers-worklist')]);
    expect(rulesOf(site)).toContain('10.1.0.1 10.1.0.2 > worklist-servers: dicom tcp/11112');
    site.play(dicom('10.1.0.3', '10.2.0.7', 11112));
    const { rules } = site.suggest();
    expect(rules.at(-1)).toMatchObject({
      from: ['modalities'],
      fromHosts: ['10.1.0.1', '10.1.0.2', '10.1.0.3'],
      review: ["seen of 3 of the zone's 5 hosts"],
    });
  });

  test('a server by its address where its zone has others', () => {
    const site = new Site().imaging(2);
    const archive = [activity('server', 'accepts-images'), activity('server', 'answers-queries')];
    site.play(dicom('10.1.0.1', '10.2.0.2', 11112), archive);
    expect(rulesOf(site)).toEqual([
      'modalities > 10.2.0.1: dicom tcp/104',
      '10.1.0.1 > 10.2.0.2: dicom tcp/11112',
    ]);
  });

  test('infrastructure that devices use; nothing between hosts that are no devices; nothing within a zone', () => {
    const site = new Site().imaging(2);
    const dns = { proto: 'udp', protocol: 'dns' } as const;
    site.play(flow('10.1.0.1', '10.9.0.53', 53, dns), [service('answered', 'dns', { medical: false })]);
    site.play(flow('10.8.0.1', '10.9.0.53', 53, dns)).play(dicom('10.1.0.1', '10.1.0.2'));
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104', '10.1.0.1 > servers: dns udp/53']);
    expect(site.suggest().zones.at(-1)).toMatchObject({ name: 'servers', medical: false });
    expect(refusedOf(site)).toEqual([]);
  });

  test('a host that is medical by what it answers alone has a zone of its own kind', () => {
    const site = new Site().imaging(1);
    site.play(flow('10.1.0.1', '10.2.0.9', 2762, { protocol: 'tls' }), [
      service('answered', 'dicom', { tls: true }),
    ]);
    expect(site.suggest().rules.at(-1)).toMatchObject({
      to: ['medical-servers'],
      service: 'tls tcp/2762',
      why: 'modalities to medical-servers: speaks dicom within TLS',
    });
    expect(site.suggest().zones.at(-1)).toMatchObject({ name: 'medical-servers', medical: true });
  });

  test('an office PC that was answered is allowed, with a question', () => {
    const site = new Site().imaging(1).play(flow('10.5.0.1', '10.2.0.1', 80, { protocol: 'http' }));
    expect(site.suggest().rules.at(-1)).toMatchObject({
      from: ['clients'],
      review: ['seen once', 'not from a medical device: is it meant to be?'],
    });
  });

  test('many ports of one protocol are a range, and said to be', () => {
    const site = new Site().imaging(1);
    for (let port = 5000; port < 5009; port++) site.play(flow('10.1.0.1', '10.2.0.1', port));
    expect(site.suggest().rules.at(-1)).toMatchObject({
      service: 'tcp/5000-5008',
      connections: 9,
      review: ['not recognised: find out what it is', 'many ports, of which only some were seen'],
    });
  });

  test('connections that said too little are of the protocol of the others', () => {
    const site = new Site().imaging(1).play(flow('10.1.0.1', '10.2.0.1', 104));
    expect(site.suggest().rules).toMatchObject([{ service: 'dicom tcp/104', connections: 2 }]);
  });
});

describe('what is not', () => {
  test('the outside', () => {
    const site = new Site().imaging(1).play(dicom('203.0.113.7', '10.2.0.1'));
    site.play(flow('10.1.0.1', '198.51.100.9', 443));
    expect(refusedOf(site)).toEqual([
      '10.1.0.1 > 198.51.100.9, tcp/443: outside: 198.51.100.9 is in IR',
      '203.0.113.7 > 10.2.0.1, dicom tcp/104: outside: 203.0.113.7 is in IR',
    ]);
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104']);
  });

  test('what was not answered, carried nothing, or has no known opener', () => {
    const site = new Site().imaging(1).play(attempt('10.5.0.1', '10.2.0.1', 445));
    site.play(flow('10.5.0.2', '10.2.0.1', 80, { bytesToServer: 0, bytesToClient: 0 }));
    site.play(flow('10.5.0.3', '10.2.0.1', 50_000, { orientation: 'guess' }));
    site.play(flow('10.5.0.4', '10.2.0.1', 514, { proto: 'udp', bothSides: false, bytesToClient: 0 }));
    expect(refusedOf(site).map((line) => line.slice(line.indexOf(':') + 2))).toEqual([
      'it was not answered',
      'it was refused or carried nothing',
      'who opened it was not seen',
      'it was not answered',
    ]);
  });

  test('but what others of the zone need is allowed to one that was not answered, and within a zone nothing is asked', () => {
    const site = new Site().imaging(3).play(attempt('10.1.0.1', '10.2.0.1', 445));
    site.play(attempt('10.1.0.1', '10.1.0.2', 445));
    expect(refusedOf(site)).toEqual([]);
    site.play(attempt('10.2.0.1', '10.1.0.1', 104));
    expect(refusedOf(site)).toEqual(['10.2.0.1 > 10.1.0.1, tcp/104: it was not answered']);
  });

  test('an attacker: not the pair, and nothing else of a host that is no device', () => {
    const site = new Site()
      .imaging(3)
      .play(dicom('10.5.0.9', '10.2.0.1'))
      .play(dicom('10.5.0.9', '10.1.0.1'));
    site.flag('dicom.ae-title-brute-force', '10.5.0.9', '10.2.0.1');
    expect(refusedOf(site)).toEqual([
      '10.5.0.9 > 10.1.0.1, dicom tcp/104: 10.5.0.9 is suspect: finding dicom.ae-title-brute-force (high)',
      '10.5.0.9 > 10.2.0.1, dicom tcp/104: finding dicom.ae-title-brute-force (high)',
    ]);
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104']);
  });

  test('an attacker who asks as workstations do gets none of what they may', () => {
    const site = new Site().imaging(3);
    for (let i = 1; i <= 5; i++)
      site.play(dicom(`10.5.0.${i}`, '10.2.0.1'), [activity('client', 'asks-queries')]);
    site.play(dicom('10.5.0.5', '10.1.0.1', 80)).flag('dicom.ae-title-brute-force', '10.5.0.5', '10.2.0.1');
    const { zones, refused } = site.suggest();
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104', 'workstations > pacs: dicom tcp/104']);
    expect(zones.map(({ name, hosts }) => [name, hosts.length])).toEqual([
      ['modalities', 3],
      ['pacs', 1],
      ['workstations', 4],
      ['flagged', 1],
    ]);
    expect(refused.map(({ from }) => from)).toEqual(['10.5.0.5', '10.5.0.5']);
  });

  test('exposures and small things take nothing away', () => {
    const site = new Site().imaging(3).flag('phi.cleartext-dicom', '10.1.0.1', '10.2.0.1', 'critical');
    site.flag('dicom.malformed', '10.1.0.2', '10.2.0.1', 'medium');
    expect(rulesOf(site)).toEqual(['modalities > pacs: dicom tcp/104']);
    expect(refusedOf(site)).toEqual([]);
  });
});

describe('AE titles', () => {
  const accepted = (site: Site, calling: string, called: string, one: Flow) => {
    site.play(one);
    const event = {
      type: 'dicom.association' as const,
      association: association(called, { calling, accepted: true }),
    };
    site.observed.event(event, one);
  };
  const move = (site: Site, calling: string, destination: string, one: Flow) =>
    site.observed.event(
      {
        type: 'dicom.message',
        command: 'C-MOVE-RQ',
        moveDestination: destination,
        association: association('ARCHIVE', { calling }),
      } as never,
      one,
    );

  test('are at home where they were accepted, and move where that is known', () => {
    const site = new Site().imaging(1);
    accepted(site, 'WS1', 'ARCHIVE', dicom('10.5.0.1', '10.2.0.1'));
    accepted(site, 'ARCHIVE', 'WS1', dicom('10.2.0.1', '10.5.0.1', 11112));
    move(site, 'WS1', 'WS1', dicom('10.5.0.1', '10.2.0.1'));
    move(site, 'WS1', 'EVIL', dicom('10.5.0.1', '10.2.0.1'));
    accepted(site, 'OUTSIDE', 'ARCHIVE', dicom('203.0.113.7', '10.2.0.1'));
    expect(site.suggest().titles).toEqual([
      { title: 'ARCHIVE', hosts: ['10.2.0.1'], moveDestinations: [] },
      { title: 'WS1', hosts: ['10.5.0.1'], moveDestinations: ['WS1'] },
    ]);
    expect(site.suggest().notes).toEqual([
      'WS1 asked to move objects to EVIL, whose address was not seen: not allowed.',
    ]);
  });

  test('that a configuration cannot hold are left out; odd ones are read again as they are', () => {
    const site = new Site().imaging(1);
    for (const title of ['1234', 'A: B', '# x', 'true', "it's", 'A\\x1b', '- a', '?', '{a'])
      accepted(site, title, 'ARCHIVE', dicom('10.5.0.1', '10.2.0.1'));
    const config = read(policyYaml(site.suggest(), ORIGIN));
    expect(Object.keys(config.ae_titles!).sort()).toEqual(
      ['# x', '- a', '1234', '?', 'A: B', 'ARCHIVE', "it's", 'true', '{a'].sort(),
    );
  });
});

describe('the files', () => {
  test('names of the wire end no comment and no field', () => {
    const site = new Site().imaging(1);
    const name = 'x\nallow: [{ from: any, to: any }]\u2028\r#\u001b[31m';
    site.play(dicom('10.1.0.1', '10.2.0.1'), [attribute('client', 'hostname', name, 'DHCP option 12')]);
    const text = policyYaml(site.suggest(), ORIGIN);
    expect(read(text).allow).toEqual([{ from: 'modalities', to: 'pacs', service: 'dicom tcp/104' }]);
    expect(text).toContain('10.1.0.1 # x\\x0aallow');
    expect(policyCsv(site.suggest())).not.toMatch(/[^\r\n\x20-\x7e]/);
  });

  test('of nothing: no zones, and it is said', () => {
    const text = policyYaml(new Site().suggest(), { ...ORIGIN, packets: 0 });
    expect(read(text)).toEqual({});
    expect(text).toContain('No traffic between zones of medical devices was seen');
  });

  test('say which networks were called internal', () => {
    const text = policyYaml(new Site().imaging(1).suggest(), {
      ...ORIGIN,
      internal: ['10.0.0.0/8', 'fd00::/8'],
    });
    expect(read(text).internal).toEqual(['10.0.0.0/8', 'fd00::/8']);
  });

  test('tables are bounded, and it is said what did not fit', () => {
    const site = new Site().imaging(1);
    for (let i = 0; i < 60_000; i++)
      site.observed.fact(
        flowFact('end'),
        flow('10.5.0.9', '10.2.0.1', i, { bothSides: false, bytesToClient: 0, bytesToServer: 0 }),
      );
    const { refused, refusedOmitted, notes } = site.suggest();
    expect(refused).toHaveLength(500);
    expect(refusedOmitted).toBeGreaterThan(49_000);
    expect(notes[0]).toMatch(/^1000\d flows or names did not fit/);
  });
});

const TRACES = [
  'hospital-day',
  'dicom/move',
  'dicom/brute-force',
  'external/archive-queried',
  'tls/dicom',
  'hl7/laboratory',
  'intellivue/export',
];

describe.each(TRACES)('%s', (name) => {
  const path = `pcaps/${name}.pcap`;
  let suggestion: Suggestion;
  let text: string;

  beforeAll(async () => {
    ({ suggestion, text } = await suggestionOf(path));
  });

  test('is read again without a complaint, the same every time', async () => {
    read(text);
    expect((await suggestionOf(path)).text).toBe(text);
  });

  test('with it, a replay tells of what is not allowed, and of nothing else', async () => {
    const analysis = openAnalysis({ async close() {} }, { policy: sitePolicy(read(text)) });
    await readInto(path, analysis);
    analysis.end();
    const told = analysis.findings().filter(({ detection }) => detection === 'device.cross-zone');
    expect(new Set(told.map(({ source, destination }) => `${source.ip} ${destination.ip}`))).toEqual(
      new Set(suggestion.refused.map(({ from, to }) => `${from} ${to}`)),
    );
  });
});

async function suggestionOf(path: string): Promise<{ suggestion: Suggestion; text: string }> {
  const observed = new Observed();
  const analysis = openAnalysis(observed);
  await readInto(path, analysis);
  analysis.end();
  const suggestion = suggest(observed, {
    assets: analysis.assets(),
    findings: analysis.findings(),
    stage,
    country: () => null,
  });
  const { packets, first, last } = analysis.net();
  return {
    suggestion,
    text: policyYaml(suggestion, { packets, first, last, internal: null, table: 'x.csv' }),
  };
}

test('a quiet day needs no exception: what attackers and outsiders did is all that is left', async () => {
  const { suggestion } = await suggestionOf('pcaps/hospital-day.pcap');
  expect(suggestion.refused.map(({ from, to }) => `${from} ${to}`)).toEqual([
    '10.20.1.10 203.133.248.10',
    '10.20.5.99 10.20.2.10',
    '84.205.75.66 10.20.2.10',
  ]);
  expect(suggestion.rules).toHaveLength(17);
});

test('the excerpt in the README is of this day', async () => {
  const { text } = await suggestionOf('pcaps/hospital-day.pcap');
  const section = readFileSync('README.md', 'utf8').split('## Segment the network')[1];
  const excerpt = section.split('```yaml\n')[1].split('```')[0];
  const lines = new Set(text.split('\n'));
  for (const line of excerpt.split('\n')) if (!line.includes(': outside: ')) expect(lines).toContain(line);
});
