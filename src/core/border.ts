import { BoundedMap } from './bounded.ts';
import type { FlowFact } from './facts.ts';
import type { Flow } from './flow.ts';

/** Which way a flow crosses the border; null for one that does not. */
export function crossing(flow: Flow): 'inbound' | 'outbound' | null {
  const client = flow.client.address;
  const server = flow.server.address;
  if (client.external) return server.internal ? 'inbound' : null;
  return server.external && client.internal ? 'outbound' : null;
}

/**
 * True once a flow is a connection rather than an attempt: TCP that was established or carries data; UDP that
 * somebody inside sent, or that somebody inside answered.
 */
export function isConnection(fact: FlowFact, flow: Flow): boolean {
  if (flow.proto === 'udp') return flow.bothSides || flow.client.address.internal;
  return fact.state === 'established' || flow.bytesToServer > 0 || flow.bytesToClient > 0;
}

/** True once both ends take part: TCP that was established or carries data, UDP that was answered. */
export function isAnswered(fact: FlowFact, flow: Flow): boolean {
  return flow.proto === 'udp' ? flow.bothSides : isConnection(fact, flow);
}

/** True when who opened the flow cannot be judged otherwise any more. */
export function isSettled(fact: FlowFact, flow: Flow): boolean {
  return flow.orientation === 'syn' || fact.state === 'identified' || fact.state === 'end';
}

/** Remembers which open flows were dealt with, so that each is once. */
export class FlowMemory {
  readonly #flows: BoundedMap<number, true>;

  constructor(limit: number) {
    this.#flows = new BoundedMap(limit);
  }

  get evictions(): number {
    return this.#flows.evictions;
  }

  /** True the first time it is asked about a flow. */
  first(flow: Flow): boolean {
    if (this.#flows.has(flow.id)) return false;
    this.#flows.set(flow.id, true);
    return true;
  }

  has(flow: Flow): boolean {
    return this.#flows.has(flow.id);
  }

  forget(flow: Flow): void {
    this.#flows.delete(flow.id);
  }
}
