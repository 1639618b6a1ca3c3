import type { Address } from '../../src/core/address.ts';
import { BoundedMap } from '../../src/core/bounded.ts';
import type { DissectorContext } from '../../src/core/dissector.ts';
import type { Attribute, Fact, ServiceFact } from '../../src/core/facts.ts';
import type { Direction, Endpoint, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import type { Words } from './wire.ts';

type Context = DissectorContext<never>;

/** Who sent a datagram of `direction`, and who it was sent to. */
export function senderOf(flow: Flow, direction: Direction): Endpoint {
  return direction === TO_SERVER ? flow.client : flow.server;
}

export function receiverOf(flow: Flow, direction: Direction): Endpoint {
  return direction === TO_SERVER ? flow.server : flow.client;
}

const STATEMENTS = 4096;

/**
 * Says things about addresses. Each statement is one list, kept, so that the engine knows it again and does not hand
 * it on with every announcement.
 */
export class Statements {
  readonly #context: Context;
  readonly #lists = new BoundedMap<string, readonly Fact[]>(STATEMENTS);
  #sender: Address | null = null;
  #side: 'client' | 'server' = 'client';

  constructor(context: Context) {
    this.#context = context;
  }

  /** Whose datagram is read: what is said of its sender is said of that end of the flow. */
  from(flow: Flow, direction: Direction): void {
    this.#sender = senderOf(flow, direction).address;
    this.#side = direction === TO_SERVER ? 'client' : 'server';
  }

  address({ family, words: [w0, w1, w2, w3] }: Words): Address {
    return this.#context.address(family, w0, w1, w2, w3);
  }

  /** States `value` of the host that has `address`; `mac`: which it said is its own, -1 for none. */
  of(address: Address, attribute: Attribute, value: string, source: string, mac = -1): void {
    const own = address === this.#sender || address.text === this.#sender?.text;
    const subject = own && mac < 0 ? this.#side : `${address.text} ${mac}`;
    const key = `${subject}|${attribute}|${value}|${source}`;
    let list = this.#lists.get(key);
    const first = list?.[0];
    // Addresses are interned for a while only: a list with a former object would name another one.
    if (list === undefined || (first?.fact === 'device' && first.address !== address)) {
      list =
        own && mac < 0
          ? [{ fact: 'attribute', side: this.#side, attribute, value, source }]
          : [{ fact: 'device', address, mac, attribute, value, source }];
      this.#lists.set(key, list);
    }
    this.#context.tell(list);
  }
}

/** The three states of a service, as lists that are always the same. */
export interface ServiceStates {
  readonly asked: readonly [ServiceFact];
  readonly answered: readonly [ServiceFact];
  readonly refused: readonly [ServiceFact];
}

export function serviceStates(protocol: string): ServiceStates {
  const fact = (state: ServiceFact['state']): readonly [ServiceFact] => [
    { fact: 'service', protocol, medical: false, tls: false, state },
  ];
  return { asked: fact('asked'), answered: fact('answered'), refused: fact('refused') };
}
