import { AddressBook } from '../../src/core/address.ts';
import type { StreamDissector } from '../../src/core/dissector.ts';
import type { Direction } from '../../src/core/flow.ts';
import { KeyedHash } from '../../src/core/hash.ts';
import { Net } from '../../src/net/index.ts';
import { Streams } from '../../src/streams/index.ts';
import { type Emitted, everySplit, type PlayOptions, type Step } from '../../src/testing/every-split.ts';
import { readInto } from '../../src/testing/replay.ts';
import { dissectors } from '../index.ts';
import { HttpConnection, type Observer } from './dissector.ts';
import { http } from './index.ts';
import { SERVER, USER_AGENT } from './reader.ts';

/** Conversations for tests, written as text. */

export const toServer = (...parts: readonly (string | Uint8Array)[]): Step => send(0, parts);
export const toClient = (...parts: readonly (string | Uint8Array)[]): Step => send(1, parts);

function send(direction: Direction, parts: readonly (string | Uint8Array)[]): Step {
  return { send: direction, bytes: new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part)))) };
}

type Fields = Readonly<Record<string, string>>;

function head(line: string, fields: Fields, body: string | Uint8Array | undefined): string {
  const all = {
    ...fields,
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.from(body).length) }),
  };
  return [line, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}

export function request(line: string, fields: Fields = {}, body?: string | Uint8Array): Uint8Array {
  const parts = [head(`${line} HTTP/1.1`, { Host: 'a.example', ...fields }, body), body ?? ''];
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
}

export function response(status: string, fields: Fields = {}, body: string | Uint8Array = ''): Uint8Array {
  const parts = [head(`HTTP/1.1 ${status}`, fields, body), body];
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
}

export function chunked(...chunks: readonly string[]): string {
  return `${chunks.map((chunk) => `${Buffer.from(chunk).length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}

export function said(steps: readonly Step[], options: PlayOptions = {}): Emitted[] {
  return everySplit(http, steps, options);
}

export const services = (all: readonly Emitted[], protocol: string) =>
  all.filter((fact) => fact.fact === 'service' && fact.protocol === protocol).map((fact) => fact.state);

/** `side attribute: value (source)` */
export const attributes = (all: readonly Emitted[]) =>
  all
    .filter((fact) => fact.fact === 'attribute')
    .map((fact) => `${fact.side} ${fact.attribute}: ${fact.value} (${fact.source})`);

export const activities = (all: readonly Emitted[]) =>
  all
    .filter((fact) => fact.fact === 'activity')
    .map((fact) => `${fact.side} ${fact.activity}${fact.detail === '' ? '' : ` ${fact.detail}`}`);

export const phi = (all: readonly Emitted[]) => all.filter((fact) => fact.fact === 'phi');
export const anomalies = (all: readonly Emitted[]) =>
  all.filter((fact) => fact.fact === 'anomaly' || fact.fact === 'malformed').map((fact) => fact.kind);

export interface Counts {
  methods: Record<string, number>;
  statuses: Record<string, number>;
  servers: Set<string>;
  agents: Set<string>;
}

/** What the heads of a capture say. */
export async function countsOf(path: string): Promise<Counts> {
  const counts: Counts = { methods: {}, statuses: {}, servers: new Set(), agents: new Set() };
  const observer: Observer = {
    message(reader) {
      if (reader.response) {
        counts.statuses[reader.status] = (counts.statuses[reader.status] ?? 0) + 1;
        if (reader.field(SERVER) !== '') counts.servers.add(reader.field(SERVER));
      } else {
        counts.methods[reader.method] = (counts.methods[reader.method] ?? 0) + 1;
        if (reader.field(USER_AGENT) !== '') counts.agents.add(reader.field(USER_AGENT));
      }
    },
  };
  const watched: StreamDissector<'http', never> = {
    ...http,
    open: (_, context) => new HttpConnection(context, observer),
  };
  const addresses = new AddressBook([]);
  const streams = new Streams(
    {
      addresses,
      dissectors: [...dissectors.filter((one) => one.over === 'tcp' && one.name !== 'http'), watched],
      reveal: false,
      hash: new KeyedHash(new Uint8Array(8)),
      rethrow: true,
    },
    { event: () => {}, fact: () => {}, facts: () => {} },
  );
  const net = new Net(streams);
  await readInto(path, net);
  net.close();
  streams.flush();
  return counts;
}
