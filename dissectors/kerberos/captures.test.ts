/** Real traces of other people: realms, machine accounts and NetBIOS addresses are those tshark reads. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttributeFact, Fact } from '../../src/core/facts.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';
import { tsharkFields } from '../../src/testing/tshark.ts';

const root = join(capturesDir() ?? '', 'breadth');

async function told(path: string): Promise<AttributeFact[]> {
  const facts: Fact[] = [];
  const analysis = openAnalysis({ fact: (fact) => facts.push(fact), close: async () => {} });
  await readInto(path, analysis);
  analysis.end();
  return facts.filter(
    (fact) => fact.fact === 'attribute' && fact.source.startsWith('Kerberos'),
  ) as AttributeFact[];
}

const CAPTURES = [
  'arkime/krb5-udp.pcap',
  'arkime/krb5-tcp.pcap',
  'suricata-verify/krb5-krb5_msg_type/input.pcap',
  'suricata-verify/krb5-kerberoasting/kerberoast.pcap',
  'suricata-verify/krb5-probing/krb.pcap',
  'suricata-verify/krb5-request-frag-log/krb5-frag.pcap',
  'zeek/krb/auth.pcap',
  'zeek/krb/kerberos_tso.pcapng',
];

describe.runIf(tools(['captures', 'tshark'], 'Kerberos names agree with tshark'))('as tshark', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const path = join(root, name);
    const facts = await told(path);
    const ours = (source: string): string[] => [
      ...new Set(facts.filter((fact) => fact.source === source).map(({ value }) => value)),
    ];
    const fields = ['kerberos.realm', 'kerberos.crealm', 'kerberos.addr_nb', 'kerberos.CNameString'];
    const realms = new Set<string>();
    for (const [realm, clientRealm, address, client] of tsharkFields(path, fields)) {
      for (const value of [realm, clientRealm]) if (value) realms.add(value);
      if (address) expect(ours('Kerberos host address')).toContain(address.replace(/<\w\w>.*$/, '').trim());
      if (client?.endsWith('$')) expect(ours('Kerberos machine account')).toContain(client.slice(0, -1));
    }
    for (const realm of ours('Kerberos realm')) expect([...realms]).toContain(realm);
    expect(ours('Kerberos realm')).not.toEqual([]);
  });

  test('users are not told', async () => {
    for (const name of CAPTURES) {
      const users = tsharkFields(join(root, name), ['kerberos.CNameString', 'kerberos.realm'])
        .map(([client]) => client)
        .filter((client) => client && !client.endsWith('$') && !client.includes('.'));
      for (const { value } of await told(join(root, name))) expect(users).not.toContain(value);
    }
  });
});
