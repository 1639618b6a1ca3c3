import type { AnyEvent } from '../../dissectors/index.ts';
import type { Address } from '../core/address.ts';
import type { Fact } from '../core/facts.ts';
import type { Flow } from '../core/flow.ts';
import { PairCache } from '../core/pairs.ts';
import type { Sink } from './sink.ts';

/** What one client and one medical service said to each other. */
export interface Conversation {
  readonly client: Address;
  readonly server: Address;
  readonly port: number;
  readonly protocol: 'dicom' | 'hl7';
  readonly tls: boolean;
  /** Associations, HL7 sessions, or TLS connections. */
  connections: number;
  /** Associations that were rejected or never answered. */
  refused: number;
  /** DIMSE or HL7 messages, acknowledgements included. */
  messages: number;
  /** Composite objects moved (DICOM). */
  objects: number;
  /** Bytes of PDUs or of the flow. */
  bytes: number;
  /** Who spoke, at most `NAMES` of each: AE titles, or `application|facility`. */
  readonly callers: string[];
  readonly called: string[];
}

/** An address of the Internet and how it was met. */
export interface Peer {
  readonly address: Address;
  inbound: number;
  outbound: number;
  bytes: number;
  /** Insiders it talked to and ports it came to or was called on; at most `NAMES` of each. */
  readonly insiders: string[];
  readonly ports: string[];
}

const NAMES = 4;
const CONVERSATIONS = 10_000;
const PEERS = 10_000;

/** Who talks to whom: what the printed summary shows and no tracker keeps. Bounded; what did not fit is counted. */
export class Conversations implements Sink {
  /** Flows between two public addresses: a site that uses such inside has to name them as its own. */
  outsideOnly = 0;
  /**
   * client → server → port and kind. By identity: addresses are interned, and a network of so many that the
   * interning forgets some has filled this table long before.
   */
  readonly #table = new Map<Address, Map<Address, Map<number, Conversation>>>();
  readonly #recent = new PairCache<Conversation>();
  readonly #peers = new Map<string, Peer>();
  #count = 0;
  /** Connections of conversations that did not fit the table. */
  omitted = 0;
  omittedPeers = 0;

  event(event: AnyEvent, flow: Flow): void {
    if (event.type === 'dicom.association') {
      const { association } = event;
      const entry = this.#entry(flow, 'dicom', false);
      if (entry === null) return;
      entry.connections++;
      if (association.outcome === 'rejected' || association.outcome === 'unanswered') entry.refused++;
      for (const command in association.messages) entry.messages += association.messages[command];
      for (const sopClass in association.objects) entry.objects += association.objects[sopClass];
      entry.bytes += association.bytesToServer + association.bytesToClient;
      name(entry.callers, association.callingAe);
      name(entry.called, association.calledAe);
    } else if (event.type === 'hl7.session') {
      const entry = this.#entry(flow, 'hl7', false);
      if (entry === null) return;
      entry.connections++;
      entry.messages += event.messages + event.acks;
      entry.bytes += flow.bytesToServer + flow.bytesToClient;
      const { senders, receivers } = event;
      for (let i = 0; i < senders.length; i++) name(entry.callers, senders[i]);
      for (let i = 0; i < receivers.length; i++) name(entry.called, receivers[i]);
    } else if (event.type === 'tls.session' && (event.inside === 'dicom' || event.inside === 'hl7')) {
      const entry = this.#entry(flow, event.inside, true);
      if (entry === null) return;
      entry.connections++;
      if (!event.answered) entry.refused++;
    }
  }

  fact(fact: Fact, flow: Flow | null): void {
    if (fact.fact !== 'flow' || fact.state !== 'end' || flow === null) return;
    const client = flow.client.address;
    const server = flow.server.address;
    if (client.external && server.external) this.outsideOnly++;
    else if (client.external) this.#peer(flow, client, true);
    else if (server.external) this.#peer(flow, server, false);
  }

  async close(): Promise<void> {}

  /** Busiest first: by bytes, then messages, then connections; ties by address. */
  list(): Conversation[] {
    const all: Conversation[] = [];
    for (const servers of this.#table.values())
      for (const kinds of servers.values()) all.push(...kinds.values());
    return all.sort(
      (a, b) =>
        b.bytes - a.bytes ||
        b.messages - a.messages ||
        b.connections - a.connections ||
        order(a.client.text, b.client.text) ||
        order(a.server.text, b.server.text) ||
        a.port - b.port,
    );
  }

  /** Those that came in first, by number of connections. */
  peers(): Peer[] {
    return [...this.#peers.values()].sort(
      (a, b) => b.inbound - a.inbound || b.outbound - a.outbound || order(a.address.text, b.address.text),
    );
  }

  #entry(flow: Flow, protocol: 'dicom' | 'hl7', tls: boolean): Conversation | null {
    const { client, server } = flow;
    const recent = this.#recent.get(client.address, server.address);
    if (
      recent !== undefined &&
      recent.port === server.port &&
      recent.protocol === protocol &&
      recent.tls === tls
    )
      return recent;
    const kind = server.port * 4 + (protocol === 'dicom' ? 2 : 0) + (tls ? 1 : 0);
    let servers = this.#table.get(client.address);
    let kinds = servers?.get(server.address);
    const known = kinds?.get(kind);
    if (known !== undefined) {
      this.#recent.set(client.address, server.address, known);
      return known;
    }
    if (this.#count >= CONVERSATIONS) {
      this.omitted++;
      return null;
    }
    this.#count++;
    if (servers === undefined) this.#table.set(client.address, (servers = new Map()));
    if (kinds === undefined) servers.set(server.address, (kinds = new Map()));
    const entry: Conversation = {
      client: client.address,
      server: server.address,
      port: server.port,
      protocol,
      tls,
      connections: 0,
      refused: 0,
      messages: 0,
      objects: 0,
      bytes: 0,
      callers: [],
      called: [],
    };
    kinds.set(kind, entry);
    return entry;
  }

  #peer(flow: Flow, address: Address, inbound: boolean): void {
    let peer = this.#peers.get(address.text);
    if (peer === undefined) {
      if (this.#peers.size >= PEERS) {
        this.omittedPeers++;
        return;
      }
      peer = { address, inbound: 0, outbound: 0, bytes: 0, insiders: [], ports: [] };
      this.#peers.set(address.text, peer);
    }
    if (inbound) peer.inbound++;
    else peer.outbound++;
    peer.bytes += flow.bytesToServer + flow.bytesToClient;
    name(peer.insiders, (inbound ? flow.server : flow.client).address.text);
    if (peer.ports.length < NAMES)
      name(peer.ports, `${flow.server.port}/${flow.protocol === '' ? flow.proto : flow.protocol}`);
  }
}

function name(list: string[], value: string): void {
  if (value !== '' && list.length < NAMES && !list.includes(value)) list.push(value);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
