import { SEQUENCE } from '../../src/core/ber.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, ServiceFact, Side } from '../../src/core/facts.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { isHostName } from '../../src/core/host-name.ts';
import { readMessage } from './wire.ts';

type Context = DissectorContext<never>;

const SERVICE = { asked: service('asked'), answered: service('answered') };

function service(state: ServiceFact['state']): readonly ServiceFact[] {
  return [{ fact: 'service', protocol: 'ldap', medical: false, tls: false, state }];
}

/** Connectionless LDAP: how computers find a domain controller of Windows, and what it says of itself. */
export const cldap: DatagramDissector<'ldap', never> = {
  name: 'ldap',
  over: 'udp',
  ports: [389],
  datagram(bytes, direction, _flow, hinted, context) {
    if (bytes.length < 12 || bytes[0] !== SEQUENCE) return false;
    const message = readMessage(bytes);
    if (message === null || !(hinted || message.netlogon)) return false;
    // What is said against the direction of the flow is nobody's statement.
    if ((message.kind === 'request') !== (direction === TO_SERVER)) return true;
    context.tell(message.kind === 'request' ? SERVICE.asked : SERVICE.answered);
    if (message.netlogon) tell(context, 'client', 'hostname', message.host, 'LDAP Netlogon filter (Host)');
    tell(context, 'server', 'hostname', message.dnsHostName, 'LDAP dnsHostName');
    const { controller } = message;
    if (controller !== null) {
      tell(context, 'server', 'hostname', controller.dnsHost, 'LDAP Netlogon (DnsHostName)');
      tell(context, 'server', 'hostname', controller.computer, 'LDAP Netlogon (NetbiosComputerName)');
      tell(context, 'server', 'domain', controller.dnsDomain, 'LDAP Netlogon (DnsDomainName)');
      tell(context, 'server', 'domain', controller.domain, 'LDAP Netlogon (NetbiosDomainName)');
      tell(context, 'server', 'device-class', 'server', 'LDAP Netlogon');
    }
    return true;
  },
};

const LISTS = 4096;
const lists = new FactLists(LISTS);

/** All that is told has the form of a host's name. */
function tell(context: Context, side: Side, attribute: Attribute, value: string, source: string): void {
  if (!isHostName(value)) return;
  const key = `${side}|${attribute}|${value}|${source}`;
  context.tell(lists.of(key, () => [{ fact: 'attribute', side, attribute, value, source }]));
}
