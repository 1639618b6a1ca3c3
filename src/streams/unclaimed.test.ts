import { describe, expect, test } from 'vitest';
import { datagramPackets } from '../../pcaps/lab/written/datagram.ts';
import { AddressBook } from '../core/address.ts';
import {
  type Dissector,
  FROM_SERVER,
  MORE,
  NO,
  type StreamDissector,
  type UnclaimedDissector,
  YES,
} from '../core/dissector.ts';
import { KeyedHash } from '../core/hash.ts';
import { Net } from '../net/index.ts';
import { Connection, feed, type Packet } from '../testing/packets.ts';
import { Streams } from './index.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));

/** Claims what begins with `KNOWN`, from either side; waits for the rest of a part of it. */
const known: StreamDissector = {
  name: 'known',
  over: 'tcp',
  ports: [],
  probe(head, direction) {
    const text = Buffer.from(head).toString('latin1');
    if (text.startsWith('KNOWN')) return direction === 1 ? FROM_SERVER : YES;
    return 'KNOWN'.startsWith(text) ? MORE : NO;
  },
  find: (all) => Buffer.from(all).indexOf('KNOWN'),
  open: () => ({
    data: (_, all) => ({ consumed: all.length, need: 0 }),
    gap: () => 'give-up',
    end: () => {},
    close: () => {},
  }),
};

/** What is shown: `direction text`, `direction gap`, `direction end`. */
function shown(
  packets: readonly Packet[],
  { budget = 16, enough = Number.POSITIVE_INFINITY, dissectors = [known] as readonly Dissector[] } = {},
): { log: string[]; facts: string[]; opened: number } {
  const log: string[] = [];
  const facts: string[] = [];
  let opened = 0;
  const curious: UnclaimedDissector = {
    name: 'curious',
    over: 'unclaimed',
    budget,
    open(_flow, context) {
      opened++;
      let seen = 0;
      return {
        data(direction, all) {
          const text = Buffer.from(all).toString('latin1');
          log.push(`${direction} ${text}`);
          seen += all.length;
          if (text.includes('!')) context.emit({ fact: 'login', method: 'test', accepted: null });
          return seen < enough;
        },
        gap: (direction) => log.push(`${direction} gap`),
        end: (direction) => log.push(`${direction} end`),
      };
    },
  };
  const streams = new Streams(
    {
      addresses: new AddressBook([]),
      dissectors: [...dissectors, curious],
      reveal: false,
      hash: new KeyedHash(new Uint8Array(8)),
      rethrow: true,
    },
    {
      event: () => {},
      fact: (fact) => facts.push(fact.fact === 'flow' ? fact.state : fact.fact),
      facts: () => {},
    },
  );
  const net = new Net(streams);
  feed(packets, net);
  net.close();
  streams.flush();
  return { log, facts, opened };
}

const connection = () => new Connection(9999).handshake();

describe('a connection that nobody claims', () => {
  test('is shown as it comes, in both directions, as far as the budget goes', () => {
    const { packets } = connection()
      .send(0, bytes('0123456789'))
      .send(1, bytes('abc'))
      .send(0, bytes('ABCDEFGHIJ'))
      .send(0, bytes('beyond'))
      .send(1, bytes('def'))
      .close();
    expect(shown(packets).log).toEqual(['0 0123456789', '1 abc', '0 ABCDEF', '0 end', '1 def', '1 end']);
  });

  test('until nothing more is wanted', () => {
    const { packets } = connection()
      .send(0, bytes('01234'))
      .send(0, bytes('56789'))
      .send(0, bytes('no'))
      .close();
    expect(shown(packets, { enough: 10 }).log).toEqual(['0 01234', '0 56789', '0 end']);
  });

  test('a beginning that waited for a dissector is shown with what follows, or at the end', () => {
    expect(shown(connection().send(0, bytes('KNO')).send(0, bytes('T')).close().packets).log).toEqual([
      '0 KNOT',
      '0 end',
    ]);
    expect(shown(connection().send(0, bytes('KNO')).close().packets).log).toEqual(['0 KNO', '0 end']);
  });

  test('gaps are told', () => {
    const { packets } = connection().send(0, bytes('0123')).lose(0, 5).send(0, bytes('4567')).close();
    const { log } = shown(packets);
    expect(log.filter((line) => line.startsWith('0'))).toEqual(['0 0123', '0 gap', '0 4567', '0 end']);
  });

  test('from the middle', () => {
    const { packets } = new Connection(9999)
      .send(0, bytes('0123'))
      .send(1, bytes('abc'))
      .send(0, bytes('4567'));
    expect(shown(packets).log).toEqual(['0 0123', '1 abc', '0 4567', '0 end', '1 end']);
  });

  test('what is told of it comes behind the flow', () => {
    const { packets } = new Connection(9999).send(0, bytes('hello!'));
    expect(shown(packets).facts).toEqual(['open', 'established', 'login', 'end']);
  });
});

describe('a connection that is claimed', () => {
  test('is not shown', () => {
    const { packets } = connection().send(0, bytes('KNOWN words')).send(1, bytes('abc')).close();
    expect(shown(packets)).toMatchObject({ log: [], opened: 0 });
  });

  test('later, by its other side or in the middle, is shown no more', () => {
    const late = connection()
      .send(1, bytes('KNO'))
      .send(0, bytes('hello'))
      .send(1, bytes('WN'))
      .send(0, bytes('bye'));
    expect(shown(late.close().packets).log).toEqual(['0 hello', '0 end']);
    const middle = new Connection(9999)
      .send(0, bytes('hello'))
      .send(0, bytes('a KNOWN'))
      .send(0, bytes('bye'));
    expect(shown(middle.packets).log).toEqual(['0 hello', '0 end']);
  });
});

test('datagrams that nobody claims are shown, each as it is, as far as the budget goes', () => {
  const datagram = (text: string) => ({ from: '10.0.0.1:5000', to: '10.0.0.2:9999', bytes: bytes(text) });
  const packets = datagramPackets(['one', 'two', 'three', 'four', 'five', 'six'].map(datagram));
  expect(shown(packets).log).toEqual(['0 one', '0 two', '0 three', '0 four', '0 f', '0 end']);
});

test('without anybody who looks, nothing is kept', () => {
  const streams = new Streams(
    {
      addresses: new AddressBook([]),
      dissectors: [known],
      reveal: false,
      hash: new KeyedHash(new Uint8Array(8)),
      rethrow: true,
    },
    { event: () => {}, fact: () => {}, facts: () => {} },
  );
  const net = new Net(streams);
  feed(connection().send(0, bytes('hello')).send(0, bytes('again')).packets, net);
  expect(streams.bufferedBytes).toBe(0);
});
