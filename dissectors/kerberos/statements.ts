/** What is told of the client, as lists that are the same object for the same values. */
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Attribute, Fact, ServiceFact } from '../../src/core/facts.ts';
import type { Message } from './wire.ts';

const lists = new FactLists(2048);

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})$/;
const NOBODY = new Set(['localhost', 'unknown']);

/** A host's name, of one or more labels (RFC 1123 §2.1, with the underscore of practice), and no address. */
function isHost(text: string): boolean {
  if (text.length > 200 || /(?:^|\.)\d+$/.test(text)) return false;
  const labels = text.split('.');
  return labels.every((label) => LABEL.test(label)) && !NOBODY.has(labels[0].toLowerCase());
}

export function ofClient({ realm, machine, netbios }: Message): readonly Fact[] {
  return lists.of(`${realm}\0${machine}\0${netbios}`, () => {
    const facts: Fact[] = [];
    const add = (attribute: Attribute, value: string, source: string): void => {
      if (isHost(value)) facts.push({ fact: 'attribute', side: 'client', attribute, value, source });
    };
    add('domain', realm, 'Kerberos realm');
    // Service accounts may end with the same sign: where the computer says its own name, that is what it is called.
    if (netbios === '' || sameHost(machine, netbios)) add('hostname', machine, 'Kerberos machine account');
    add('hostname', netbios, 'Kerberos host address');
    return facts;
  });
}

/** NetBIOS has 15 characters of the first label. */
function sameHost(machine: string, netbios: string): boolean {
  return machine.split('.')[0].slice(0, 15).toLowerCase() === netbios.toLowerCase();
}

function service(state: ServiceFact['state']): readonly Fact[] {
  return [{ fact: 'service', protocol: 'kerberos', medical: false, tls: false, state }];
}

export const ASKED = service('asked');
export const ANSWERED = service('answered');
