import type { Association } from '../../../dissectors/dicom/events.ts';
import type { AnyEvent } from '../../../dissectors/index.ts';
import { type Address, isLikelyBroadcast, isRoutable } from '../../core/address.ts';
import { isAnswered } from '../../core/border.ts';
import type { Fact } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import type { Micros } from '../../core/time.ts';
import type { Sink } from '../../sinks/sink.ts';

/** What one host had with a port of another. */
export interface Need {
  readonly client: Address;
  readonly server: Address;
  readonly proto: 'tcp' | 'udp';
  readonly port: number;
  /** Connections that were answered and carried something, by the protocol that was recognised; '' for none. */
  readonly protocols: Map<string, number>;
  /** Flows that were not answered, that were refused or carried nothing, and of which it is a guess who opened them. */
  unanswered: number;
  empty: number;
  guessed: number;
  first: Micros;
  last: Micros;
  /** What was done, in words that are the same for many: `stores objects`, `sends ORU`. */
  readonly deeds: Set<string>;
}

/** An association that was accepted: who called whom by which names. */
export interface Called {
  readonly calling: string;
  readonly called: string;
  readonly client: Address;
  readonly server: Address;
}

/** Objects that somebody asked a server to send to a third. */
export interface Move {
  readonly calling: string;
  readonly destination: string;
  readonly client: Address;
  readonly server: Address;
}

const NEEDS = 50_000;
const TITLES = 16_384;
const DEEDS = 8;

/** All that a policy is suggested from, kept while packets come. It exists only where one was asked for. */
export class Observed implements Sink {
  readonly #needs = new Map<string, Need>();
  readonly #titles = new Map<string, Called>();
  readonly #moves = new Map<string, Move>();
  /** Addresses at which a medical service answered. */
  readonly medicalServers = new Set<string>();
  /** Flows and names that did not fit. */
  omitted = 0;

  event(event: AnyEvent, flow: Flow): void {
    if (event.type === 'dicom.association') this.#association(event.association, flow);
    else if (event.type === 'dicom.message') {
      if (event.command !== 'C-MOVE-RQ' || event.moveDestination === '') return;
      const { callingAe: calling } = event.association;
      const [client, server] = [flow.client.address, flow.server.address];
      const move = { calling, destination: event.moveDestination, client, server };
      this.#keep(this.#moves, [calling, move.destination, client.text, server.text], move);
    } else if (event.type === 'hl7.session') {
      const need = this.#need(flow);
      for (const type in event.byType) {
        const [kind] = type.split('^');
        if (/^[A-Z0-9]{3}$/.test(kind)) did(need, `sends ${kind}`);
      }
    }
  }

  fact(fact: Fact, flow: Flow | null): void {
    if (flow === null) return;
    if (fact.fact === 'service') {
      if (!fact.medical || fact.state !== 'answered') return;
      if (this.medicalServers.size < NEEDS) this.medicalServers.add(flow.server.address.text);
      if (fact.tls) did(this.#need(flow), `speaks ${fact.protocol} within TLS`);
      else if (fact.protocol !== flow.protocol) did(this.#need(flow), `speaks ${fact.protocol}`);
      return;
    }
    if (fact.fact !== 'flow' || fact.state !== 'end') return;
    const answered = isAnswered(fact, flow);
    if (!answered && flow.proto === 'udp' && isLikelyBroadcast(flow.server.address)) return;
    const need = this.#need(flow);
    if (need === null) return;
    if (!answered && flow.proto === 'tcp' && flow.bothSides) need.empty++;
    else if (!answered) need.unanswered++;
    else if (flow.orientation === 'guess') need.guessed++;
    else {
      const { protocol } = flow;
      need.protocols.set(protocol, (need.protocols.get(protocol) ?? 0) + 1);
    }
    if (flow.start < need.first) need.first = flow.start;
    if (flow.last > need.last) need.last = flow.last;
  }

  async close(): Promise<void> {}

  needs(): Need[] {
    return [...this.#needs.values()];
  }

  called(): Called[] {
    return [...this.#titles.values()];
  }

  moves(): Move[] {
    return [...this.#moves.values()];
  }

  #association(association: Association, flow: Flow): void {
    if (!association.accepted) return;
    const { callingAe: calling, calledAe: called } = association;
    const [client, server] = [flow.client.address, flow.server.address];
    const names = { calling, called, client, server };
    this.#keep(this.#titles, [calling, called, client.text, server.text], names);
    const need = this.#need(flow);
    for (const command in association.messages) {
      const deed = DEEDS_BY_COMMAND[command];
      if (deed !== undefined) did(need, deed);
    }
  }

  #need(flow: Flow): Need | null {
    const { client, server, proto } = flow;
    if (!isRoutable(client.address) || !isRoutable(server.address)) return null;
    const key = `${client.address.text} ${server.address.text} ${proto}/${server.port}`;
    let need = this.#needs.get(key);
    if (need === undefined) {
      if (this.#needs.size >= NEEDS) {
        this.omitted++;
        return null;
      }
      need = {
        client: client.address,
        server: server.address,
        proto,
        port: server.port,
        protocols: new Map(),
        unanswered: 0,
        empty: 0,
        guessed: 0,
        first: flow.start,
        last: flow.last,
        deeds: new Set(),
      };
      this.#needs.set(key, need);
    }
    return need;
  }

  #keep<T>(table: Map<string, T>, key: readonly string[], value: T): void {
    const text = key.join('\n');
    if (table.has(text)) return;
    if (table.size >= TITLES) this.omitted++;
    else table.set(text, value);
  }
}

function did(need: Need | null, deed: string): void {
  if (need !== null && need.deeds.size < DEEDS) need.deeds.add(deed);
}

/** PS3.7 §9 and §10: what a client asks for. */
const DEEDS_BY_COMMAND: Readonly<Record<string, string>> = {
  'C-STORE-RQ': 'stores objects',
  'C-FIND-RQ': 'queries',
  'C-MOVE-RQ': 'retrieves',
  'C-GET-RQ': 'retrieves',
  'C-ECHO-RQ': 'tests the connection',
  'N-CREATE-RQ': 'reports or prints',
  'N-SET-RQ': 'reports or prints',
  'N-ACTION-RQ': 'orders actions',
  'N-EVENT-REPORT-RQ': 'reports events',
};
