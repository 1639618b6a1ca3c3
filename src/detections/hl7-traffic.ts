import type { Hl7Message } from '../../dissectors/hl7/events.ts';
import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import type { Flow } from '../core/flow.ts';
import { type Micros, SECOND } from '../core/time.ts';

/** One address sends to another under a name. */
export class Leg {
  readonly name: SenderName;
  readonly source: Address;
  readonly destination: Address;
  /** The pair between its two ends; another object once the first was forgotten. */
  pair: Pair;
  /** Up to date while another name goes between the two. */
  left = Number.NEGATIVE_INFINITY;

  constructor(name: SenderName, pair: Pair) {
    this.name = name;
    this.source = pair.sender;
    this.destination = pair.receiver;
    this.pair = pair;
  }

  /** The last message under this name from here to there. */
  get lastSeen(): Micros {
    return this.pair.leg === this ? this.pair.lastSeen : this.left;
  }
}

interface Passed {
  readonly from: Address;
  readonly by: Address;
  /** To the same receiver, before that had answered: both sides of an address translation. */
  readonly copy: boolean;
}

/** MSH-3 and MSH-4, and whoever sends under them. */
export class SenderName {
  readonly application: string;
  readonly facility: string;
  readonly seed: number;
  readonly legs: Leg[] = [];
  /** Pairs of which the second was seen to pass on what the first sent, wherever it got it from. */
  readonly passed: Passed[] = [];

  constructor(application: string, facility: string) {
    this.application = application;
    this.facility = facility;
    this.seed = mixText(mixText(SEED, application), facility);
  }

  /**
   * Messages under this name went from one to the other, perhaps through others: one passes on what the other sends.
   * `inferred`: it also counts that the same message was seen at both.
   */
  related(one: Address, other: Address, inferred: boolean): boolean {
    return this.#reaches(one, other, inferred) || this.#reaches(other, one, inferred);
  }

  #reaches(from: Address, to: Address, inferred: boolean): boolean {
    const reached = [from];
    for (let i = 0; i < reached.length; i++) {
      const at = reached[i].text;
      for (const { source, destination } of this.legs) {
        if (source.text !== at) continue;
        if (destination.text === to.text) return true;
        if (!reached.some(({ text }) => text === destination.text)) reached.push(destination);
      }
      for (const { from: first, by, copy } of this.passed) {
        if (first.text !== at || !(copy || inferred)) continue;
        if (by.text === to.text) return true;
        if (!reached.some(({ text }) => text === by.text)) reached.push(by);
      }
    }
    return false;
  }
}

/** What an acknowledgement made of a message. */
const OPEN = 0;
const ACCEPTED = 1;
const REFUSED = 2;

/** What is known of a message's MSH-10 under its name. */
export type Repeat =
  /** Not seen before, or not long enough remembered, or has none. */
  | 'new'
  /** The same message again, or one that replaces what was not accepted. */
  | 'resent'
  /** Its receiver had accepted another body with this MSH-10 from the same address. */
  | 'changed'
  /** Its receiver had accepted this MSH-10 from another address. */
  | 'moved';

/** What one message shows. Filled again for each. */
export interface Sighting {
  leg: Leg;
  /** Nothing went this way under this name before. */
  newLeg: boolean;
  repeat: Repeat;
  /** Of a repeat: when the first one was seen, to the second; whether its body was the same. */
  firstSeen: Micros;
  sameBody: boolean;
  /** Of `moved`: where the first one came from. */
  firstSource: Address | null;
}

/** A host as far as results go. */
export interface Host {
  resultsSent: number;
  resultsReceived: number;
  /** How often the capture missed bytes between it and somebody it exchanges HL7 with: messages that nobody saw. */
  gaps: number;
}

/** What one address sends to another, and how that answers. What detections count of it stands here: one look-up for all. */
export class Pair {
  sender: Address;
  receiver: Address;
  readonly from: Host;
  readonly to: Host;
  /** Names under which it sends, the last new one first. */
  readonly legs: Leg[] = [];
  /** The one that was last used, and what is asked of it with every message: most pairs have no other. */
  leg: Leg | null = null;
  application = '';
  facility = '';
  seed = 0;
  lastSeen: Micros = Number.NEGATIVE_INFINITY;
  /** Acknowledgements lately, and the negative ones among them. */
  acknowledgements = 0;
  negative = 0;
  /** Texts and codes in results that were passed on as they came, and those that were not. */
  sameTexts = 0;
  otherTexts = 0;

  constructor(sender: Address, receiver: Address, from: Host, to: Host) {
    this.sender = sender;
    this.receiver = receiver;
    this.from = from;
    this.to = to;
  }
}

const MAX_PAIRS = 8192;
const MAX_HOSTS = 8192;
const MAX_NAMES = 8192;
const MAX_LEGS = 64;
const MAX_PASSED = 32;
const LEGS_BY_PAIR = 8;

const SEED = 0x68_6c_37;
const PRIME = 0x9e3779b1;

function mixText(seed: number, text: string): number {
  let mixed = seed;
  for (let i = 0; i < text.length; i++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(i), PRIME);
    mixed ^= mixed >>> 15;
  }
  return Math.imul(mixed ^ text.length, PRIME);
}

/** Places for pairs: a power of two. */
const RECENT = 16_384;

function placeOf(sender: Address, receiver: Address): number {
  const hash = Math.imul(addressDigest(sender), PRIME) ^ Math.imul(addressDigest(receiver), 0x85ebca6b);
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 18) & (RECENT - 2);
}

function addressDigest({ w0, w1, w2, w3 }: Address): number {
  return w3 ^ Math.imul(w2 ^ 0xffff, PRIME) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w0, 0x2c1b3c6d);
}

// A slot of the table of control ids: words, so that a look-up touches two lines of memory.
const WORDS = 8;
const ID = 0;
const ID_TOO = 1;
const RECEIVER = 2;
const SENDER = 3;
const BODY = 4;
/** Seconds since 1970; 0 for a free slot. */
const SECONDS = 5;
const FATE = 6;
const WAYS = 4;
const SETS = 16_384;

/**
 * The last 65,536 messages by name, MSH-10 and receiver: four places for each hash, of which the oldest is used again.
 * 2 MiB, taken with the first message.
 */
class ControlIds {
  #words: Int32Array | null = null;
  #base = 0;
  #id = 0;
  #idToo = 0;

  /** Turns to the places of one control id of the name with this seed. */
  seek(seed: number, controlId: string): this {
    let id = seed;
    let idToo = ~seed;
    for (let i = 0; i < controlId.length; i++) {
      const unit = controlId.charCodeAt(i);
      id = Math.imul(id ^ unit, PRIME);
      id ^= id >>> 15;
      idToo = Math.imul(idToo ^ unit, 0x85ebca6b);
      idToo ^= idToo >>> 13;
    }
    this.#id = id;
    this.#idToo = idToo;
    this.#base = ((id ^ (idToo >>> 7)) & (SETS - 1)) * WAYS * WORDS;
    return this;
  }

  /** The slot of the message to this receiver; -1 for none. */
  find(receiver: number): number {
    const words = this.#words;
    if (words === null) return -1;
    const end = this.#base + WAYS * WORDS;
    for (let at = this.#base; at < end; at += WORDS)
      if (this.#isHere(words, at) && words[at + RECEIVER] === receiver) return at;
    return -1;
  }

  /** The slot of the message to another receiver, from another sender; -1 for none. */
  findElsewhere(sender: number, receiver: number): number {
    const words = this.#words;
    if (words === null) return -1;
    const end = this.#base + WAYS * WORDS;
    for (let at = this.#base; at < end; at += WORDS)
      if (this.#isHere(words, at) && words[at + RECEIVER] !== receiver && words[at + SENDER] !== sender)
        return at;
    return -1;
  }

  word(slot: number, which: number): number {
    return this.#words![slot + which];
  }

  /** Notes what became of the message in a slot; false when the slot is none, or another pair's by now. */
  settle(slot: number, sender: number, receiver: number, fate: number): boolean {
    const words = this.#words;
    if (slot < 0 || words === null) return false;
    if (words[slot + SENDER] !== sender || words[slot + RECEIVER] !== receiver) return false;
    words[slot + FATE] = fate;
    return true;
  }

  /** Puts a message into a slot, or into the oldest of its places when that is -1. */
  put(slot: number, sender: number, receiver: number, body: number, seconds: number): void {
    this.#words ??= new Int32Array(SETS * WAYS * WORDS);
    const words = this.#words;
    let to = slot;
    if (to < 0) {
      to = this.#base;
      for (let at = to + WORDS; at < this.#base + WAYS * WORDS; at += WORDS)
        if (words[at + SECONDS] < words[to + SECONDS]) to = at;
    }
    words[to + ID] = this.#id;
    words[to + ID_TOO] = this.#idToo;
    words[to + RECEIVER] = receiver;
    words[to + SENDER] = sender;
    words[to + BODY] = body;
    words[to + SECONDS] = seconds;
    words[to + FATE] = OPEN;
  }

  #isHere(words: Int32Array, at: number): boolean {
    return words[at + ID] === this.#id && words[at + ID_TOO] === this.#idToo && words[at + SECONDS] !== 0;
  }
}

/**
 * Who sends HL7 to whom under which name, and which of it was seen before: what the detections of HL7 have in common.
 * Each of them asks about every message; the first to ask has the work done.
 */
export class Traffic {
  readonly #names = new BoundedMap<string, SenderName>(MAX_NAMES);
  readonly #hosts = new BoundedMap<string, Host>(MAX_HOSTS);
  readonly #pairs = new BoundedMap<string, Pair>(MAX_PAIRS);
  /** Two places for each hash. The pair is its own key: a look-up touches the place and what is wanted anyway. */
  readonly #recent = new Array<Pair | null>(RECENT).fill(null);
  /** Flows of which bytes were missed: how many when that was last counted. */
  readonly #missed = new WeakMap<Flow, number>();
  readonly #ids = new ControlIds();
  /** The event whose pair is known, and the one whose sighting is. */
  #paired: Hl7Message | null = null;
  #pair: Pair = new Pair(null!, null!, null!, null!);
  #looked: Hl7Message | null = null;
  #answer: Sighting | null = null;
  readonly #sighting: Sighting = {
    leg: null!,
    newLeg: false,
    repeat: 'new',
    firstSeen: 0,
    sameBody: false,
    firstSource: null,
  };

  /** The one that belongs to `owner`: whatever all detections of a run share. */
  static of(owner: object): Traffic {
    let known = all.get(owner);
    if (known === undefined) {
      known = new Traffic();
      all.set(owner, known);
    }
    return known;
  }

  /** Between whom a message goes; of an acknowledgement, between whom the messages go that it answers. */
  pair(event: Hl7Message, flow: Flow): Pair {
    if (event === this.#paired) return this.#pair;
    this.#paired = event;
    const { client, server } = flow;
    const toServer = (event.from === 'client') === (event.ackCode === '');
    const sender = toServer ? client.address : server.address;
    const receiver = toServer ? server.address : client.address;
    const place = placeOf(sender, receiver);
    let pair = this.#recent[place];
    if (pair === null || pair.sender !== sender || pair.receiver !== receiver) {
      pair = this.#recent[place + 1];
      if (pair === null || pair.sender !== sender || pair.receiver !== receiver)
        pair = this.#findPair(sender, receiver, place);
    }
    if (flow.missedBytes > 0) this.missed(flow);
    this.#pair = pair;
    return pair;
  }

  /** What a message shows; null for an acknowledgement, and for a message without MSH-3. Valid until the next one. */
  message(event: Hl7Message, flow: Flow, time: Micros): Sighting | null {
    if (event === this.#looked) return this.#answer;
    this.#looked = event;
    this.#answer = this.#look(event, this.pair(event, flow), time);
    return this.#answer;
  }

  /** Counts what the capture missed of a flow since it was last looked at, where both exchange HL7. */
  missed(flow: Flow): void {
    const { client, server, missedBytes } = flow;
    if (missedBytes <= (this.#missed.get(flow) ?? 0)) return;
    const one = this.#hosts.get(client.address.text);
    const other = this.#hosts.get(server.address.text);
    if (one === undefined || other === undefined) return;
    this.#missed.set(flow, missedBytes);
    one.gaps++;
    other.gaps++;
  }

  #findPair(sender: Address, receiver: Address, place: number): Pair {
    const key = `${sender.text} ${receiver.text}`;
    let pair = this.#pairs.get(key);
    // An address that was interned anew is another object from now on.
    if (pair !== undefined && (pair.sender !== sender || pair.receiver !== receiver)) {
      pair.sender = sender;
      pair.receiver = receiver;
    }
    if (pair === undefined) {
      pair = new Pair(sender, receiver, this.#hostOf(sender), this.#hostOf(receiver));
      this.#pairs.set(key, pair);
    } else this.#pairs.touch(key);
    this.#recent[place + 1] = this.#recent[place];
    this.#recent[place] = pair;
    return pair;
  }

  #hostOf({ text }: Address): Host {
    let host = this.#hosts.get(text);
    if (host === undefined) {
      host = { resultsSent: 0, resultsReceived: 0, gaps: 0 };
      this.#hosts.set(text, host);
    }
    return host;
  }

  #look(event: Hl7Message, pair: Pair, time: Micros): Sighting | null {
    if (event.ackCode !== '') {
      this.#acknowledged(event, pair);
      return null;
    }
    if (event.sendingApplication === '' || event.messageType === 'ACK') return null;
    const sighting = this.#sighting;
    sighting.newLeg = false;
    if (pair.application !== event.sendingApplication || pair.facility !== event.sendingFacility)
      this.#turnTo(event, pair);
    pair.lastSeen = time;
    sighting.leg = pair.leg!;
    sighting.repeat = 'new';
    if (event.controlId !== '' && !event.partial) this.#compare(event, sighting, pair, time);
    return sighting;
  }

  /** The pair goes on under another name than before. */
  #turnTo({ sendingApplication: application, sendingFacility: facility }: Hl7Message, pair: Pair): void {
    if (pair.leg !== null) pair.leg.left = pair.lastSeen;
    const { legs } = pair;
    let leg = legs.find(({ name }) => name.application === application && name.facility === facility);
    if (leg === undefined) {
      leg = this.#findLeg(application, facility, pair);
      if (legs.length >= LEGS_BY_PAIR) legs.pop();
      legs.unshift(leg);
    }
    pair.leg = leg;
    pair.application = application;
    pair.facility = facility;
    pair.seed = leg.name.seed;
  }

  #findLeg(application: string, facility: string, pair: Pair): Leg {
    const key = `${application}|${facility}`;
    let name = this.#names.get(key);
    if (name === undefined) {
      name = new SenderName(application, facility);
      this.#names.set(key, name);
    } else this.#names.touch(key);
    const { legs } = name;
    const { sender, receiver } = pair;
    for (const leg of legs) {
      if (leg.source.text !== sender.text || leg.destination.text !== receiver.text) continue;
      leg.pair = pair;
      return leg;
    }
    const leg = new Leg(name, pair);
    if (legs.length >= MAX_LEGS) legs.shift();
    legs.push(leg);
    this.#sighting.newLeg = true;
    return leg;
  }

  #compare({ controlId, digest }: Hl7Message, sighting: Sighting, pair: Pair, time: Micros): void {
    const ids = this.#ids.seek(pair.seed, controlId);
    const sender = addressDigest(pair.sender);
    const receiver = addressDigest(pair.receiver);
    const seconds = Math.floor(time / SECOND) | 0;
    const slot = ids.find(receiver);
    if (slot < 0) {
      const elsewhere = ids.findElsewhere(sender, receiver);
      if (elsewhere >= 0) this.#passedOn(sighting.leg.name, ids.word(elsewhere, SENDER), pair.sender, false);
      ids.put(-1, sender, receiver, digest, seconds);
      return;
    }
    const { name, source } = sighting.leg;
    const fate = ids.word(slot, FATE);
    sighting.firstSeen = ids.word(slot, SECONDS) * SECOND;
    sighting.sameBody = ids.word(slot, BODY) === digest;
    if (ids.word(slot, SENDER) === sender) {
      if (sighting.sameBody) {
        sighting.repeat = 'resent';
        return;
      }
      sighting.repeat = fate === ACCEPTED ? 'changed' : 'resent';
    } else {
      sighting.firstSource = sourceOf(name, ids.word(slot, SENDER));
      sighting.repeat = fate === ACCEPTED && sighting.firstSource !== null ? 'moved' : 'resent';
      // Before its receiver can have answered it is a copy: both sides of an address translation in one capture.
      if (fate === OPEN && sighting.sameBody) this.#passedOn(name, ids.word(slot, SENDER), source, true);
      return;
    }
    ids.put(slot, sender, receiver, digest, seconds);
  }

  #passedOn(name: SenderName, sender: number, by: Address, copy: boolean): void {
    const from = sourceOf(name, sender);
    if (from === null || name.passed.length >= MAX_PASSED) return;
    if (
      name.passed.some((one) => one.from.text === from.text && one.by.text === by.text && one.copy === copy)
    )
      return;
    name.passed.push({ from, by, copy });
  }

  #acknowledged({ ackCode, ackedControlId }: Hl7Message, pair: Pair): void {
    if (ackedControlId === '') return;
    const ids = this.#ids;
    const sender = addressDigest(pair.sender);
    const receiver = addressDigest(pair.receiver);
    const fate = ackCode === 'AA' || ackCode === 'CA' ? ACCEPTED : REFUSED;
    if (ids.settle(ids.seek(pair.seed, ackedControlId).find(receiver), sender, receiver, fate)) return;
    const { legs } = pair;
    for (let i = 0; i < legs.length; i++)
      if (ids.settle(ids.seek(legs[i].name.seed, ackedControlId).find(receiver), sender, receiver, fate))
        return;
  }
}

function sourceOf({ legs }: SenderName, sender: number): Address | null {
  for (const { source } of legs) if (addressDigest(source) === sender) return source;
  return null;
}

const all = new WeakMap<object, Traffic>();
