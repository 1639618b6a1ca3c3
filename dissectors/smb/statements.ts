/** What is told of the two ends, as lists that are the same object for the same values. */
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, Fact, ServiceFact, Side } from '../../src/core/facts.ts';
import { told } from '../../src/core/told.ts';
import { dnsName, domainName, netbiosName } from './names.ts';
import type { Challenge, Client } from './ntlm.ts';
import type { NegotiateReply, SessionSetup } from './smb1.ts';
import type { Ticket } from './ticket.ts';

const lists = new FactLists(2048);

class Facts {
  readonly all: Fact[] = [];
  readonly #side: Side;

  constructor(side: Side) {
    this.#side = side;
  }

  add(attribute: Attribute, value: string | null, source: string): void {
    if (value === null || value === '') return;
    this.all.push({ fact: 'attribute', side: this.#side, attribute, value, source });
  }
}

/** A server of no domain names itself as one. */
function same(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one.toLowerCase() === other.toLowerCase();
}

export function ofChallenge(challenge: Challenge): readonly Fact[] {
  const { netbiosComputer, netbiosDomain, dnsComputer, dnsDomain, os } = challenge;
  const key = ['challenge', netbiosComputer, netbiosDomain, dnsComputer, dnsDomain, os ?? ''].join('\0');
  return lists.of(key, () => {
    const facts = new Facts('server');
    const computer = netbiosName(netbiosComputer);
    const host = dnsName(dnsComputer);
    facts.add('hostname', computer, 'NTLM computer name');
    // Where there is no domain it is the NetBIOS name once more.
    if (!same(host, computer)) facts.add('hostname', host, 'NTLM DNS computer name');
    const domain = domainName(netbiosDomain);
    if (!same(domain, computer)) facts.add('domain', domain, 'NTLM domain name');
    const zone = dnsName(dnsDomain);
    if (!same(zone, host) && !same(zone, computer)) facts.add('domain', zone, 'NTLM DNS domain name');
    facts.add('os', os, 'NTLM version');
    return facts.all;
  });
}

/** `server`: what the server calls itself, '' when it did not say: users of its own are in a domain of that name. */
export function ofClient(client: Client, server: string): readonly Fact[] {
  const { workstation, domain, os } = client;
  return lists.of(['client', workstation, domain, os ?? '', server].join('\0'), () => {
    const facts = new Facts('client');
    const name = netbiosName(workstation) ?? dnsName(workstation);
    facts.add('hostname', name, 'NTLM workstation');
    const of = domainName(domain);
    if (!same(of, name) && !same(of, server)) facts.add('domain', of, 'NTLM domain');
    facts.add('os', os, 'NTLM version');
    return facts.all;
  });
}

/** The server as its clients call it: by the name that the ticket is for. */
export function ofTicket({ realm, service }: Ticket): readonly Fact[] {
  return lists.of(['ticket', realm, ...service].join('\0'), () => {
    const facts = new Facts('server');
    const [kind, host] = service;
    if (service.length === 2 && /^(?:cifs|host)$/i.test(kind))
      facts.add('hostname', dnsName(host), 'Kerberos service name');
    facts.add('domain', dnsName(realm), 'Kerberos realm');
    return facts.all;
  });
}

export function ofNegotiate({ domain, server }: NegotiateReply): readonly Fact[] {
  return lists.of(['negotiate', domain, server].join('\0'), () => {
    const facts = new Facts('server');
    const name = netbiosName(server);
    facts.add('hostname', name, 'SMB server name');
    const of = domainName(domain);
    if (!same(of, name)) facts.add('domain', of, 'SMB domain name');
    return facts.all;
  });
}

/** LAN managers that are Windows' own say no more than the system's name does. */
const OF_WINDOWS = /^(?:Windows|NT LAN Manager)\b/i;
const SAMBA = /^Samba(?: (\d\S*))?/;

export function ofSetup(setup: SessionSetup, side: Side): readonly Fact[] {
  const { domain, nativeOs, nativeLanManager } = setup;
  return lists.of(['setup', side, domain, nativeOs, nativeLanManager].join('\0'), () => {
    const facts = new Facts(side);
    // Samba as a server says that its system is Windows 6.1.
    if (!SAMBA.test(nativeLanManager) || !nativeOs.startsWith('Windows'))
      facts.add('os', told(nativeOs), 'SMB native OS');
    if (!OF_WINDOWS.test(nativeLanManager))
      facts.add('software', told(nativeLanManager), 'SMB native LAN manager');
    facts.add('domain', domainName(domain), 'SMB primary domain');
    const samba = side === 'server' ? SAMBA.exec(told(nativeLanManager)) : null;
    if (samba !== null) {
      const [, version] = samba;
      facts.all.push({
        ...service('answered'),
        product: 'Samba',
        ...(version === undefined ? {} : { version }),
      });
    }
    return facts.all;
  });
}

export function ofSession(side: Side, name: string, source: string): readonly Fact[] {
  return lists.of(['session', side, name, source].join('\0'), () => {
    const facts = new Facts(side);
    facts.add('hostname', netbiosName(name), source);
    return facts.all;
  });
}

function service(state: ServiceFact['state']): ServiceFact {
  return { fact: 'service', protocol: 'smb', medical: false, tls: false, state };
}

export const SERVICE: Readonly<Record<ServiceFact['state'], readonly Fact[]>> = {
  asked: [service('asked')],
  answered: [service('answered')],
  refused: [service('refused')],
};
