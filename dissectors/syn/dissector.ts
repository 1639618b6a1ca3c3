import { BoundedMap } from '../../src/core/bounded.ts';
import type { Handshake, HandshakeDissector } from '../../src/core/dissector.ts';
import type { Fact } from '../../src/core/facts.ts';
import { layoutText, NO_SCALE, options, readOptions } from './options.ts';
import { systemOf } from './systems.ts';

/** Initial values of the time to live that are in use; a packet has crossed fewer routers than lie between two. */
const TTLS = [32, 64, 128, 255] as const;

/** A power of two: signatures that are known without making their text. */
const SLOTS = 1024;
const layouts = new Float64Array(SLOTS);
const numbers = new Float64Array(SLOTS).fill(-1);
const lists: (readonly Fact[])[] = new Array<readonly Fact[]>(SLOTS).fill([]);
/** The same by text: two signatures of one slot still have one list each. */
const known = new BoundedMap<string, readonly Fact[]>(4096);

/** Every connection passes here: what its SYN says is looked up by two numbers, and made only once. */
export const syn: HandshakeDissector<'syn'> = {
  name: 'syn',
  over: 'handshake',
  handshake(handshake, _direction, _flow, context) {
    if (!readOptions(handshake.bytes, handshake.optionsOffset, handshake.optionsLength)) return;
    const { layout, mss, scale } = options;
    const ttl = initialTtl(handshake.ttl);
    const flags = ttl * 2 + (handshake.answers ? 1 : 0);
    const number = handshake.window + mss * 65_536 + (scale + flags * 512) * 2 ** 32;
    const mixed = Math.imul(handshake.window ^ (mss << 16), 0x9e3779b1) ^ Math.imul(layout | 0, 0x85ebca6b);
    const slot = ((mixed >>> 16) ^ scale ^ flags) & (SLOTS - 1);
    if (numbers[slot] !== number || layouts[slot] !== layout) {
      numbers[slot] = number;
      layouts[slot] = layout;
      lists[slot] = statements(handshake, TTLS[ttl]);
    }
    if (lists[slot].length > 0) context.tell(lists[slot]);
  },
};

function initialTtl(ttl: number): number {
  return ttl <= 32 ? 0 : ttl <= 64 ? 1 : ttl <= 128 ? 2 : 3;
}

function statements({ window, answers }: Handshake, ttl: number): readonly Fact[] {
  const { layout, mss, scale } = options;
  const text = layoutText(layout);
  const signature = `${ttl}:${window}:${mss}:${scale === NO_SCALE ? '-' : scale}:${text}`;
  const key = answers ? `${signature}+` : signature;
  let facts = known.get(key);
  if (facts === undefined) {
    facts = factsOf(signature, systemOf(ttl, window, mss, text, answers), answers);
    known.set(key, facts);
  }
  return facts;
}

function factsOf(signature: string, os: string, answers: boolean): readonly Fact[] {
  // An answer has the options that were asked for: only where it still tells a system is it the server's own.
  if (answers && os === '') return [];
  const side = answers ? 'server' : 'client';
  const source = answers ? 'TCP SYN+ACK' : 'TCP SYN';
  const facts: Fact[] = [{ fact: 'attribute', side, attribute: 'fingerprint', value: signature, source }];
  if (os !== '') facts.push({ fact: 'attribute', side, attribute: 'os', value: os, source });
  return facts;
}
