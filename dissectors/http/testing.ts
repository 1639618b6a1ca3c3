import type { Direction } from '../../src/core/flow.ts';
import { type Emitted, everySplit, type PlayOptions, type Step } from '../../src/testing/every-split.ts';
import { http } from './index.ts';

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
