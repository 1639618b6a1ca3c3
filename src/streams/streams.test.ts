import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressBook } from '../core/address.ts';
import {
  type DissectorContext,
  type FlowEnd,
  MORE,
  NO,
  type Progress,
  type StreamDissector,
  type StreamParser,
  YES,
} from '../core/dissector.ts';
import { Malformed } from '../core/errors.ts';
import type { Fact } from '../core/facts.ts';
import type { Direction, Flow } from '../core/flow.ts';
import { KeyedHash } from '../core/hash.ts';
import { ACK, FIN, RST, Segment, SYN } from '../net/segment.ts';
import { type FlowOutput, type StreamLimits, Streams } from './index.ts';

/**
 * A protocol for these tests: messages of a mark `#`, one byte of length and that many bytes; the byte 0xff
 * is malformed. It writes down what it was told.
 */
type Said = { type: 'mark.said'; text: string };

class MarkParser implements StreamParser {
  readonly log: string[];
  constructor(log: string[]) {
    this.log = log;
  }
  data(direction: Direction, bytes: Uint8Array): Progress {
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] === 0xff) throw new Malformed('mark', 'a byte that cannot be');
      if (at + 2 > bytes.length) return { consumed: at, need: 2 };
      const length = bytes[at + 1];
      // Long messages are not wanted: only their length is told.
      if (length > 100) {
        this.log.push(`${direction} skip ${length}`);
        return { consumed: at + 2 + length, need: 0 };
      }
      if (at + 2 + length > bytes.length) return { consumed: at, need: 2 + length };
      this.log.push(
        `${direction} ${Buffer.from(bytes.subarray(at + 2, at + 2 + length)).toString('latin1')}`,
      );
      at += 2 + length;
    }
    return { consumed: at, need: 0 };
  }
  gap(direction: Direction, length: number): 'resync' {
    this.log.push(`${direction} gap ${length}`);
    return 'resync';
  }
  end(direction: Direction): void {
    this.log.push(`${direction} end`);
  }
  close(how: FlowEnd): void {
    this.log.push(`close ${how}`);
  }
}

function world(limits: Partial<StreamLimits> = {}) {
  const logs = new Map<number, string[]>();
  const facts: { fact: Fact; flow: Flow | null }[] = [];
  const mark: StreamDissector<'mark', Said> = {
    name: 'mark',
    over: 'tcp',
    ports: [7777],
    probe: (head) => (head.length < 1 ? MORE : head[0] === 0x23 ? YES : NO),
    find: (bytes) => bytes.indexOf(0x23),
    open: (flow, _context: DissectorContext<Said>) => {
      const log: string[] = [];
      logs.set(flow.id, log);
      return new MarkParser(log);
    },
  };
  const output: FlowOutput = {
    event: () => {},
    fact: (fact, flow) => facts.push({ fact, flow }),
    facts: (list, flow) => facts.push(...list.map((fact) => ({ fact, flow }))),
  };
  const streams = new Streams(
    {
      addresses: new AddressBook([]),
      dissectors: [mark],
      reveal: false,
      hash: new KeyedHash(new Uint8Array(8)),
      limits,
      rethrow: true,
    },
    output,
  );
  return { streams, logs, facts };
}

const CLIENT = 0x0a000001;
const SERVER = 0x0a000002;

interface Packet {
  from: 'client' | 'server';
  seq: number;
  ack?: number;
  flags?: number;
  data?: string;
  time?: number;
  wire?: number;
  clientPort?: number;
  serverPort?: number;
}

let clock = 1_000_000_000_000;

function send(streams: Streams, packet: Packet): void {
  const segment = new Segment();
  const fromClient = packet.from === 'client';
  clock += 1000;
  if (packet.time !== undefined) clock = packet.time;
  segment.time = clock;
  segment.proto = 6;
  segment.src2 = segment.dst2 = 0xffff;
  segment.src3 = fromClient ? CLIENT : SERVER;
  segment.dst3 = fromClient ? SERVER : CLIENT;
  const clientPort = packet.clientPort ?? 40000;
  const serverPort = packet.serverPort ?? 7777;
  segment.srcPort = fromClient ? clientPort : serverPort;
  segment.dstPort = fromClient ? serverPort : clientPort;
  segment.seq = packet.seq >>> 0;
  segment.ack = (packet.ack ?? 0) >>> 0;
  segment.flags = packet.flags ?? ACK;
  // The payload stands inside a larger buffer, as in a real chunk.
  const data = Buffer.from(packet.data ?? '', 'latin1');
  const bytes = Buffer.concat([Buffer.from('####'), data, Buffer.from('####')]);
  segment.bytes = bytes;
  segment.payloadOffset = 4;
  segment.payloadLength = data.length;
  segment.payloadWire = packet.wire ?? data.length;
  streams.tcp(segment);
  bytes.fill(0x2a);
}

function message(text: string): string {
  return `#${String.fromCharCode(text.length)}${text}`;
}

/** Opens a connection whose first bytes have the sequence numbers 1001 (client) and 5001 (server). */
function handshake(streams: Streams, isn = 1000): void {
  send(streams, { from: 'client', seq: isn, flags: SYN });
  send(streams, { from: 'server', seq: isn + 4000, ack: isn + 1, flags: SYN | ACK });
  send(streams, { from: 'client', seq: isn + 1, ack: isn + 4001 });
}

describe('order of bytes', () => {
  test('a connection from SYN to FIN', () => {
    const { streams, logs, facts } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'server', seq: 5001, ack: 1008, data: message('there') });
    send(streams, { from: 'client', seq: 1008, ack: 5008, flags: FIN | ACK });
    send(streams, { from: 'server', seq: 5008, ack: 1009, flags: FIN | ACK });
    send(streams, { from: 'client', seq: 1009, ack: 5009 });
    expect(logs.get(1)).toEqual(['0 hello', '1 there', '0 end', '1 end', 'close fin']);
    expect(streams.tcpFlows).toBe(1);
    expect(streams.activeTcp).toBe(0);
    const states = facts.map(({ fact }) => (fact.fact === 'flow' ? fact.state : fact.fact));
    expect(states).toEqual(['open', 'established', 'identified', 'end']);
    expect(facts[0].flow?.client.port).toBe(40000);
    expect(facts[0].flow?.orientation).toBe('syn');
  });

  test('every arrival order of four segments gives the same messages', () => {
    const texts = ['one', 'two', 'three', 'four'];
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
        const { streams, logs } = world();
        handshake(streams);
        const starts: number[] = [];
        let seq = 1001;
        for (const text of texts) {
          starts.push(seq);
          seq += text.length + 2;
        }
        for (const i of order)
          send(streams, { from: 'client', seq: starts[i], ack: 5001, data: message(texts[i]) });
        expect(logs.get(1)).toEqual(texts.map((text) => `0 ${text}`));
        expect(streams.missedBytes).toBe(0);
        expect(streams.bufferedBytes).toBe(0);
      }),
    );
  });

  test('any cut into segments, overlapping and repeated, gives the same messages, across the wrap of numbers', () => {
    const stream = ['alpha', 'b', '', 'gamma gamma', 'delta'].map(message).join('');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 20 })), { maxLength: 30 }),
        (extra) => {
          const { streams, logs } = world();
          const isn = 0xfffffff0;
          handshake(streams, isn);
          for (const [at, length] of extra) {
            send(streams, {
              from: 'client',
              seq: isn + 1 + at,
              ack: 5001,
              data: stream.slice(at, at + length),
            });
          }
          for (let at = 0; at < stream.length; at += 3) {
            send(streams, { from: 'client', seq: isn + 1 + at, ack: 5001, data: stream.slice(at, at + 3) });
          }
          expect(logs.get(1)).toEqual(['0 alpha', '0 b', '0 ', '0 gamma gamma', '0 delta']);
          expect(streams.bufferedBytes).toBe(0);
        },
      ),
    );
  });

  test('the first copy of a byte wins', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: `#\u0004ab` });
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: `#\u0004XYcd` });
    expect(logs.get(1)).toEqual(['0 abcd']);
    expect(streams.retransmittedBytes).toBe(4);
  });

  test('a keep-alive is neither data nor out of order', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1007, ack: 5001, data: 'x' });
    send(streams, { from: 'client', seq: 1007, ack: 5001 });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('again') });
    expect(logs.get(1)).toEqual(['0 hello', '0 again']);
    expect(streams.keepAlives).toBe(2);
  });

  test('data in the SYN (TCP fast open) is delivered once', () => {
    const { streams, logs } = world();
    send(streams, { from: 'client', seq: 1000, flags: SYN, data: message('early') });
    send(streams, { from: 'server', seq: 5000, ack: 1008, flags: SYN | ACK });
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('early') });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('late') });
    expect(logs.get(1)).toEqual(['0 early', '0 late']);
  });
});

describe('what the capture missed', () => {
  test('a hole that the receiver acknowledged is told as a gap, in bytes', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1058, ack: 5001, data: message('after') });
    send(streams, { from: 'server', seq: 5001, ack: 1065 });
    expect(logs.get(1)).toEqual(['0 hello']);
    send(streams, { from: 'client', seq: 1065, ack: 5001, data: message('later'), time: clock + 30_000 });
    expect(logs.get(1)).toEqual(['0 hello', '0 gap 50', '0 after', '0 later']);
    expect(streams.missedBytes).toBe(50);
    expect(streams.flowsWithGaps).toBe(1);
  });

  test('a hole that fills within the wait is no gap', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1015, ack: 5001, data: message('third') });
    send(streams, { from: 'server', seq: 5001, ack: 1022 });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('secnd') });
    expect(logs.get(1)).toEqual(['0 hello', '0 secnd', '0 third']);
    expect(streams.missedBytes).toBe(0);
  });

  test('a one-sided capture waits two seconds, then goes on', () => {
    const { streams, logs } = world();
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    send(streams, { from: 'client', seq: 1001, data: message('hello') });
    send(streams, { from: 'client', seq: 1058, data: message('after') });
    send(streams, { from: 'client', seq: 1065, data: message('more'), time: clock + 1_900_000 });
    expect(logs.get(1)).toEqual(['0 hello']);
    send(streams, { from: 'client', seq: 1071, data: message('last'), time: clock + 200_000 });
    expect(logs.get(1)).toEqual(['0 hello', '0 gap 50', '0 after', '0 more', '0 last']);
  });

  test('bytes cut by the snap length are a gap; those inside a skipped message are not told', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: `#\u00c8abc`, wire: 202 });
    send(streams, { from: 'client', seq: 1203, ack: 5001, data: message('next'), wire: 6 });
    send(streams, { from: 'client', seq: 1209, ack: 5001, data: message('cut'), wire: 15 });
    expect(logs.get(1)).toEqual(['0 skip 200', '0 next', '0 cut', '0 gap 10']);
    expect(streams.missedBytes).toBe(207);
  });

  test('the tail that only an acknowledgment or the FIN tells of is counted', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1108, ack: 5001, flags: FIN | ACK });
    send(streams, { from: 'server', seq: 5001, ack: 1109, flags: FIN | ACK });
    streams.flush();
    expect(logs.get(1)).toEqual(['0 hello', '1 end', '0 gap 100', '0 end', 'close cut']);
    expect(streams.missedBytes).toBe(100);
  });

  test('a mid-stream flow that starts inside a message is found at the next', () => {
    const { streams, logs, facts } = world();
    send(streams, { from: 'client', seq: 777, ack: 1, data: `some tail${message('hello')}` });
    send(streams, { from: 'client', seq: 793, ack: 1, data: message('again') });
    expect(logs.get(1)).toEqual(['0 hello', '0 again']);
    expect(facts[0].flow?.midstream).toBe(true);
    expect(facts[0].flow?.orientation).toBe('port');
  });

  test('the port tells the server of a mid-stream flow whose first packet it sent', () => {
    const { streams, facts, logs } = world();
    send(streams, { from: 'server', seq: 1, ack: 1, data: message('answer') });
    expect(facts[0].flow?.server.port).toBe(7777);
    expect(logs.get(1)).toEqual(['1 answer']);
  });

  test('a jump far outside the window is believed when a second segment continues it', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1001 + 0x10000000, ack: 5001, data: message('bogus') });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('right') });
    expect(logs.get(1)).toEqual(['0 hello', '0 right']);
    send(streams, { from: 'client', seq: 0x20000000, ack: 5001, data: message('far') });
    send(streams, { from: 'client', seq: 0x20000005, ack: 5001, data: message('off') });
    expect(logs.get(1)?.at(-1)).toBe('0 off');
  });
});

describe('ends', () => {
  test('a reset inside the window ends the flow, one outside does not', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'server', seq: 5001 - 90_000, flags: RST });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('still') });
    expect(logs.get(1)).toEqual(['0 hello', '0 still']);
    expect(streams.outOfWindow).toBe(1);
    send(streams, { from: 'server', seq: 5001, ack: 1015, flags: RST | ACK });
    expect(logs.get(1)).toEqual(['0 hello', '0 still', '0 end', '1 end', 'close rst']);
  });

  test('a refused connection is one flow', () => {
    const { streams, facts } = world();
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    send(streams, { from: 'server', seq: 0, ack: 1001, flags: RST | ACK });
    expect(streams.activeTcp).toBe(0);
    expect(facts.map(({ fact }) => fact.fact === 'flow' && (fact.how ?? fact.state))).toEqual([
      'open',
      'rst',
    ]);
  });

  test('late packets of a closed connection open no new one', () => {
    const { streams } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, flags: FIN | ACK });
    send(streams, { from: 'server', seq: 5001, ack: 1002, flags: FIN | ACK });
    send(streams, { from: 'client', seq: 1002, ack: 5002 });
    send(streams, { from: 'server', seq: 5001, ack: 1002, flags: FIN | ACK });
    expect(streams.tcpFlows).toBe(1);
  });

  test('the same ports again: a new connection, with and without the end of the old', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('first') });
    handshake(streams, 900_000_000);
    send(streams, { from: 'client', seq: 900_000_001, ack: 900_004_001, data: message('secnd') });
    expect(logs.get(1)).toEqual(['0 first', '0 end', '1 end', 'close cut']);
    expect(logs.get(2)).toEqual(['0 secnd']);
    expect(streams.tcpFlows).toBe(2);
  });

  test('a forged SYN inside a connection changes nothing', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('first') });
    send(streams, { from: 'client', seq: 123_456_789, flags: SYN });
    send(streams, { from: 'server', seq: 5001, ack: 1008 });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: message('secnd') });
    expect(logs.get(1)).toEqual(['0 first', '0 secnd']);
    expect(streams.tcpFlows).toBe(1);
  });

  test('a SYN that later data overtook on the way to the capture begins no other connection', () => {
    const { streams } = world();
    send(streams, { from: 'client', seq: 4001, ack: 5001, data: message('third') });
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    send(streams, { from: 'client', seq: 1001, ack: 5001 });
    send(streams, { from: 'client', seq: 4008, ack: 5001, data: message('fourth') });
    expect(streams.tcpFlows).toBe(1);
  });

  test('a repeated SYN is the same connection', () => {
    const { streams } = world();
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    send(streams, { from: 'client', seq: 1000, flags: SYN });
    expect(streams.tcpFlows).toBe(1);
  });

  test('an idle flow ends by packet time, without a packet of its own', () => {
    const { streams, logs } = world({ tcpIdle: 600 });
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 7, flags: SYN, clientPort: 40001, time: clock + 590_000_000 });
    expect(logs.get(1)).toEqual(['0 hello']);
    send(streams, { from: 'client', seq: 8, flags: SYN, clientPort: 40002, time: clock + 20_000_000 });
    expect(logs.get(1)).toEqual(['0 hello', '0 end', '1 end', 'close idle']);
  });
});

describe('bounds', () => {
  test('a full table gives up the flow that promises least, and counts it', () => {
    const { streams, logs } = world({ maxFlows: 8 });
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('keep') });
    for (let port = 1; port <= 5000; port++) {
      send(streams, { from: 'client', seq: port, flags: SYN, clientPort: 10_000 + port });
    }
    expect(streams.activeTcp).toBe(8);
    expect(streams.evictions.get('flows')).toBe(5001 - 8);
    send(streams, { from: 'client', seq: 1007, ack: 5001, data: message('kept') });
    expect(logs.get(1)).toEqual(['0 keep', '0 kept']);
  });

  test('what waits for a hole is bounded per flow and in all', () => {
    const { streams } = world({ earlyBytesPerFlow: 10_000, earlyBytes: 50_000 });
    const block = 'x'.repeat(500);
    for (let port = 1; port <= 40; port++) {
      send(streams, { from: 'client', seq: 999, flags: SYN, clientPort: port });
      for (let i = 1; i < 100; i++) {
        send(streams, { from: 'client', seq: 1000 + i * 600, data: block, clientPort: port });
        expect(streams.bufferedBytes).toBeLessThanOrEqual(50_500);
      }
    }
    expect(streams.evictions.get('reassembly')).toBeGreaterThan(40);
    streams.flush();
    expect(streams.bufferedBytes).toBe(0);
    expect(streams.activeTcp).toBe(0);
  });

  test('one-byte segments in front of a hole stay few', () => {
    const { streams } = world();
    handshake(streams);
    for (let i = 0; i < 5000; i++) send(streams, { from: 'client', seq: 2000 + 2 * i, ack: 5001, data: 'x' });
    expect(streams.bufferedBytes).toBeLessThanOrEqual(1024);
  });
});

describe('dispatch', () => {
  test('malformed ends one direction and is told, the other goes on', () => {
    const { streams, logs, facts } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: message('hello') });
    send(streams, { from: 'client', seq: 1008, ack: 5001, data: '\u00ff\u00ff' });
    send(streams, { from: 'client', seq: 1010, ack: 5001, data: message('never') });
    send(streams, { from: 'server', seq: 5001, ack: 1010, data: message('other') });
    expect(logs.get(1)).toEqual(['0 hello', '1 other']);
    const anomalies = facts.filter(({ fact }) => fact.fact === 'anomaly');
    expect(anomalies).toHaveLength(1);
    expect(anomalies[0].fact).toMatchObject({ protocol: 'mark', kind: 'mark', from: 'client' });
  });

  test('a flow of another protocol is left alone', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1001, ack: 5001, data: 'GET / HTTP/1.1\r\n#\u0003abc' });
    send(streams, { from: 'client', seq: 1022, ack: 5001, data: message('hello') });
    expect(logs.size).toBe(0);
  });

  test('when the first bytes were missed, the rest is searched', () => {
    const { streams, logs } = world();
    handshake(streams);
    send(streams, { from: 'client', seq: 1101, ack: 5001, data: message('hello') });
    send(streams, { from: 'server', seq: 5001, ack: 1108, time: clock + 30_000 });
    expect(logs.get(1)).toEqual(['0 hello']);
    expect(streams.missedBytes).toBe(100);
  });
});
