/** Real traces of other people: whatever names and systems tshark reads in session setups are told. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AttributeFact, Fact } from '../../src/core/facts.ts';
import { capturesDir } from '../../src/testing/captures.ts';
import { openAnalysis, readInto } from '../../src/testing/replay.ts';
import { tools } from '../../src/testing/tools.ts';
import { tsharkFields } from '../../src/testing/tshark.ts';
import { dnsName, netbiosName } from './names.ts';

const root = join(capturesDir() ?? '', 'breadth');

async function told(path: string): Promise<AttributeFact[]> {
  const facts: Fact[] = [];
  const analysis = openAnalysis({ fact: (fact) => facts.push(fact), close: async () => {} });
  await readInto(path, analysis);
  analysis.end();
  return facts.filter((fact) => fact.fact === 'attribute');
}

const SURICATA = [
  'smb3-01',
  'smb-version-keyword',
  'smb-dce_iface',
  'smb2-named-pipe-unicode',
  'smb-eicar-file',
];
const ZEEK = [
  'smb3',
  'smb311',
  'smb1_transaction_request',
  'raw_ntlm_in_smb',
  'smb_v2_only_non_zero_reserved1',
];
const CAPTURES = [
  ...SURICATA.map((name) => `suricata-verify/${name}/input.pcap`),
  'suricata-verify/smb1-02/smb1_osx.pcap',
  'suricata-verify/smb-eicar-andx/smbandx.pcap',
  ...ZEEK.map((name) => `zeek/smb/${name}.pcap`),
  'zeek/krb/smb_gssapi.pcap',
  'arkime/smb-smbclient.pcap',
  'arkime/smbtorture-ntlmssp.pcap',
  'arkime/wireshark-smb-on-windows10.pcap',
];

describe.runIf(tools(['captures', 'tshark'], 'SMB names and systems agree with tshark'))('as tshark', () => {
  test.each(CAPTURES)('%s', async (name) => {
    const path = join(root, name);
    const fields = [
      'ntlmssp.challenge.target_info.nb_computer_name',
      'ntlmssp.challenge.target_info.dns_computer_name',
      'ntlmssp.auth.hostname',
      'smb.native_os',
      'smb.native_lanman',
    ];
    const facts = await told(path);
    const ours = (source: string): string[] =>
      facts.filter((fact) => fact.source === source).map(({ value }) => value);
    const names = facts
      .filter(({ attribute }) => attribute === 'hostname')
      .map(({ value }) => value.toLowerCase());
    const systems = [...ours('SMB native OS'), 'Windows 6.1'];
    for (const [computer, dns, workstation, os, manager] of tsharkFields(path, fields)) {
      if (computer) expect(ours('NTLM computer name')).toContain(netbiosName(computer));
      // The NetBIOS name once more is told as that.
      if (dns && dnsName(dns) !== null) expect(names).toContain(dns.toLowerCase());
      if (workstation && netbiosName(workstation) !== null)
        expect(ours('NTLM workstation')).toContain(workstation);
      // Samba's word for its own system is not.
      if (os) expect(systems).toContain(os);
      if (manager && !/^Windows/.test(manager)) expect(ours('SMB native LAN manager')).toContain(manager);
    }
  });
});

describe.runIf(capturesDir() !== null)('systems', () => {
  test.each([
    ['suricata-verify/smb3-01/input.pcap', 'server', 'Windows 10 1607 / Server 2016 (build 14393)'],
    ['zeek/smb/smb_v2_only_non_zero_reserved1.pcap', 'server', 'Windows 10 1809 / Server 2019 (build 17763)'],
  ])('%s', async (name, side, os) => {
    const versions = (await told(join(root, name))).filter(({ source }) => source === 'NTLM version');
    expect(versions.map((fact) => `${fact.side} ${fact.value}`)).toContain(`${side} ${os}`);
  });

  test("Apple's client and Samba are no Windows", async () => {
    const facts = await told(join(root, 'suricata-verify/smb1-02/smb1_osx.pcap'));
    expect(facts.filter(({ source }) => source === 'NTLM version')).toEqual([]);
  });

  test('a server that writes Unicode before it is agreed upon', async () => {
    const facts = await told(join(root, 'zeek/smb/smb1_transaction_request.pcap'));
    expect(facts.find(({ source }) => source === 'SMB domain name')?.value).toBe('TEST');
  });
});
