import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/core/facts.ts';
import { isHostName } from '../../src/core/host-name.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';

const CAPTURES = [
  'zeek/snmp/snmpwalk-short.pcap',
  'zeek/snmp/snmpv1_get.pcap',
  'zeek/snmp/snmpv1_set.pcap',
  'zeek/snmp/snmpv2_get.pcap',
  'zeek/snmp/leak_test.pcapng',
  'zeek/snmp/snmpv3_get_next.pcap',
];

const ready = tools(['tshark', 'captures'], 'values of SNMP agents agree with tshark');

describe.runIf(ready)('descriptions and names of real agents are those that tshark reads', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const path = `${capturesDir()}/breadth/${name}`;
    const args = ['-n', '-r', path, '-Y', 'snmp.data == 2', '-T', 'fields', '-E', 'aggregator=|'];
    const text = execFileSync('tshark', [...args, '-e', 'snmp.name', '-e', 'snmp.value.octets'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const names = new Set<string>();
    const descriptions = new Set<string>();
    for (const line of text.split('\n')) {
      const [oids = '', values = ''] = line.split('\t').map((cell) => cell.split('|'));
      // A packet whose values are not all octets has fewer values than names: which is whose is not told.
      if (oids.length !== values.length) continue;
      for (const [index, oid] of [...oids].entries()) {
        const value = Buffer.from(values[index], 'hex').toString('utf8');
        if (oid === '1.3.6.1.2.1.1.1.0') descriptions.add(value);
        else if (oid === '1.3.6.1.2.1.1.5.0' && isHostName(value)) names.add(value);
      }
    }
    const said = { 'SNMP sysName': new Set<string>(), description: new Set<string>() };
    const sink = {
      fact(fact: Fact) {
        if (fact.fact !== 'attribute') return;
        if (fact.source === 'SNMP sysName') said['SNMP sysName'].add(fact.value);
        if (fact.attribute === 'description') said.description.add(fact.value);
      },
      close: async () => {},
    };
    const analysis = openAnalysis(sink);
    await readInto(path, analysis);
    analysis.end();
    expect([...said['SNMP sysName']]).toEqual(expect.arrayContaining([...names]));
    expect([...said.description]).toEqual(expect.arrayContaining([...descriptions]));
  });
});
