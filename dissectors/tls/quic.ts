import { BoundedMap } from '../../src/core/bounded.ts';
import type { DatagramDissector, DissectorContext } from '../../src/core/dissector.ts';
import type { ServiceFact } from '../../src/core/facts.ts';
import type { Direction, Flow } from '../../src/core/flow.ts';
import { TO_SERVER } from '../../src/core/flow.ts';
import { CryptoStream } from './crypto-stream.ts';
import type { QuicEvent } from './events.ts';
import { initialKeys, open, type PacketKeys } from './quic-keys.ts';
import {
  INITIAL,
  type LongHeader,
  type QuicVersion,
  readFrames,
  readLongHeader,
  VERSION_NEGOTIATION,
} from './quic-wire.ts';
import { ofClient, ofServerName } from './statements.ts';
import { readClientHello } from './wire.ts';

/** Initial packets that are decrypted of one flow; a ClientHello takes one to four of them. */
const OPENED_LIMIT = 24;
/** Packets in one datagram (RFC 9000 §12.2): Initial, 0-RTT, Handshake. */
const PACKETS_LIMIT = 4;
/** Connections whose beginning is remembered. */
const SESSIONS_LIMIT = 4096;

/** Keyed by the flow itself: its id counts from one again in another replay. */
const sessions = new BoundedMap<Flow, Session>(SESSIONS_LIMIT);

/** QUIC: recognised by an Initial packet, which everybody can decrypt, and described by the ClientHello in it. */
export const quic: DatagramDissector<'quic', QuicEvent> = {
  name: 'quic',
  over: 'udp',
  ports: [443],
  datagram(bytes, direction, flow, hinted, context) {
    const ours = flow.protocol === 'quic';
    // A short header packet: everything after the handshake.
    if ((bytes[0] & 0x80) === 0) return ours;
    const known = sessions.get(flow);
    if (known?.over) return ours;
    const session = known ?? new Session();
    const claimed = session.read(bytes, direction, ours || hinted);
    if (!ours && !claimed) return false;
    if (known === undefined) sessions.set(flow, session);
    session.tell(context);
    return true;
  },
};

class Session {
  /** Nothing more is to be learned of the flow. */
  over = false;
  #version: QuicVersion | null = null;
  #connectionId = '';
  #keys: readonly [PacketKeys, PacketKeys] | null = null;
  #crypto: CryptoStream | null = null;
  #opened = 0;
  #clientHello: Uint8Array | null = null;
  #sni = '';
  #told = false;
  #state: ServiceFact['state'] = 'asked';
  #stateTold: ServiceFact['state'] | '' = '';

  /** Reads the packets of a datagram; `likely`: a well-formed header is enough to call it QUIC. */
  read(bytes: Uint8Array, direction: Direction, likely: boolean): boolean {
    let claimed = false;
    let at = 0;
    for (let n = 0; n < PACKETS_LIMIT; n++) {
      const header = readLongHeader(bytes, at);
      if (header === null) break;
      if (direction !== TO_SERVER) this.#answer(bytes, at, header);
      else if (header.type === INITIAL && this.#hello(bytes, at, header)) claimed = true;
      if (likely && header.type !== VERSION_NEGOTIATION) claimed = true;
      at = header.end;
    }
    return claimed;
  }

  tell(context: DissectorContext<QuicEvent>): void {
    if (this.#state !== this.#stateTold) {
      this.#stateTold = this.#state;
      context.emit({ fact: 'service', protocol: 'quic', medical: false, tls: true, state: this.#state });
      if (this.#told && this.#state === 'answered') context.tell(ofServerName(this.#sni));
    }
    if (this.#clientHello !== null && !this.#told) this.#tellHello(this.#clientHello, context);
    this.over = (this.#told || this.#opened >= OPENED_LIMIT) && this.#state !== 'asked';
    if (!this.over) return;
    this.#keys = null;
    this.#crypto = null;
  }

  #tellHello(body: Uint8Array, context: DissectorContext<QuicEvent>): void {
    this.#told = true;
    this.#clientHello = null;
    this.#crypto = null;
    const hello = readClientHello(body);
    if (hello === null || this.#version === null) return;
    const statement = ofClient(hello, 'q');
    context.tell(statement.facts);
    this.#sni = hello.sni;
    if (this.#state === 'answered') context.tell(ofServerName(hello.sni));
    context.emit({
      type: 'quic.session',
      version: 'QUIC',
      quicVersion: this.#version.name,
      sni: hello.sni,
      alpn: hello.alpn.join(','),
      ja3: statement.ja3,
      ja4: statement.ja4,
    });
  }

  /** An Initial packet of the client; false when it cannot be decrypted. */
  #hello(bytes: Uint8Array, at: number, header: LongHeader): boolean {
    if (this.#told) return true;
    const plain = this.#open(bytes, at, header);
    if (plain === null) return false;
    this.#crypto ??= new CryptoStream();
    const crypto = this.#crypto;
    readFrames(plain, { crypto: (offset, part) => crypto.add(offset, part), closed: () => {} });
    this.#clientHello = crypto.hello();
    return true;
  }

  #open(bytes: Uint8Array, at: number, header: LongHeader): Uint8Array | null {
    if (this.#opened >= OPENED_LIMIT) return null;
    if (this.#keys !== null && header.version === this.#version) {
      this.#opened++;
      const plain = open(bytes, at, header, this.#keys[0]);
      if (plain !== null) return plain;
    }
    // The keys follow from the first Connection ID that the client made up, or the one that a Retry gave it.
    const id = bytes.subarray(header.idStart, header.idEnd);
    const connectionId = Buffer.from(id).toString('hex');
    if (header.version === null || (connectionId === this.#connectionId && header.version === this.#version))
      return null;
    this.#opened++;
    const keys = initialKeys(header.version, id);
    const plain = open(bytes, at, header, keys[0]);
    if (plain === null) return null;
    this.#keys = keys;
    this.#version = header.version;
    this.#connectionId = connectionId;
    this.#crypto = null;
    return plain;
  }

  /** A packet of the server: an answer, unless all it says is that the connection is closed. */
  #answer(bytes: Uint8Array, at: number, header: LongHeader): void {
    if (this.#state === 'answered') return;
    if (header.type !== INITIAL || this.#keys === null || this.#opened >= OPENED_LIMIT) {
      this.#state = 'answered';
      return;
    }
    this.#opened++;
    const plain = open(bytes, at, header, this.#keys[1]);
    let refuses = false;
    if (plain !== null) {
      let spoke = false;
      readFrames(plain, {
        crypto: () => {
          spoke = true;
        },
        closed: () => {
          refuses = !spoke;
        },
      });
    }
    this.#state = refuses ? 'refused' : 'answered';
  }
}
