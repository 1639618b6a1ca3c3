import { Connection, type Packet, type Stream } from './packets.ts';
import type { Random } from './random.ts';

/** Values that lengths, counts and types are wrong about. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A trace's packets, damaged as a broken tap, a broken sender or an attacker would. The input is left alone. */
export function mutatePackets(
  packets: readonly Packet[],
  others: readonly Packet[],
  random: Random,
): Packet[] {
  let result = packets.map((packet) => ({ ...packet }));
  for (let times = 1 + random.below(12); times > 0 && result.length > 0; times--) {
    const at = random.below(result.length);
    const packet = result[at];
    switch (random.below(9)) {
      case 0:
      case 1:
      case 2:
        packet.bytes = mutateBytes(packet.bytes, random);
        break;
      case 3:
        // Cut by a snap length: the rest was on the wire.
        packet.bytes = packet.bytes.slice(0, random.below(packet.bytes.length + 1));
        break;
      case 4:
        result.splice(at, 1 + random.below(4));
        break;
      case 5:
        result.splice(at + random.below(3), 0, { ...packet });
        break;
      case 6: {
        const [moved] = result.splice(at, 1);
        result.splice(random.below(result.length + 1), 0, moved);
        break;
      }
      case 7:
        if (others.length > 0) {
          const from = random.below(others.length);
          result = [...result.slice(0, at), ...others.slice(from, from + 20), ...result.slice(at)];
        }
        break;
      default:
        packet.time = random.pick([
          0,
          -1e15,
          9e18,
          packet.time - 3.6e9,
          packet.time + 8.64e10,
          Number.MAX_SAFE_INTEGER,
        ]);
        if (random.oneIn(2)) packet.wire = random.pick(EXTREMES);
        if (random.oneIn(3)) packet.linkType = random.below(300);
    }
  }
  return result;
}

/** A conversation whose bytes are damaged, sent on as well-formed TCP: what a dissector alone must withstand. */
export function mutateStream(stream: Stream, other: Stream, random: Random): Packet[] {
  const sides = [stream.clientToServer, stream.serverToClient];
  const strange = [other.clientToServer, other.serverToClient];
  for (let times = 1 + random.below(6); times > 0; times--) {
    const side = random.below(2);
    const bytes = sides[side];
    const at = random.below(bytes.length + 1);
    switch (random.below(6)) {
      case 0:
      case 1:
        sides[side] = mutateBytes(bytes, random);
        break;
      case 2:
        sides[side] = bytes.slice(0, at);
        break;
      case 3: {
        const length = random.below(64);
        sides[side] = concat(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      }
      case 4:
        sides[side] = concat(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random.below(256))));
        break;
      default: {
        const from = random.pick(strange);
        const start = random.below(from.length + 1);
        sides[side] = concat(
          bytes.subarray(0, at),
          from.subarray(start, start + random.below(2048)),
          bytes.subarray(at),
        );
      }
    }
  }
  return segments(sides, stream.serverPort, random);
}

function segments(sides: readonly Uint8Array[], serverPort: number, random: Random): Packet[] {
  const port = random.oneIn(3) ? 1 + random.below(65_535) : serverPort;
  const connection = new Connection(port);
  if (!random.oneIn(3)) connection.handshake();
  // Whole, in frames of the usual size, or in crumbs; the two sides in turn, as far as each has more.
  const size = random.pick([1, 7, 536, 1448, 1448, 65_000]);
  const limit = size < 8 ? 4000 : 200_000;
  const at = [0, 0];
  const ends = sides.map((side) => Math.min(side.length, limit));
  while (at[0] < ends[0] || at[1] < ends[1]) {
    for (const direction of [0, 1] as const) {
      if (at[direction] >= ends[direction]) continue;
      const end = Math.min(ends[direction], at[direction] + 1 + random.below(size));
      if (random.oneIn(400)) connection.lose(direction, end - at[direction]);
      else connection.send(direction, sides[direction].subarray(at[direction], end));
      at[direction] = end;
    }
  }
  if (!random.oneIn(4)) connection.close();
  const { packets } = connection;
  if (random.oneIn(4)) {
    // Out of order and sent again, by a few places.
    for (let times = random.below(packets.length); times > 0; times--) {
      const at = random.below(packets.length);
      packets.splice(at, random.below(2), packets[Math.min(packets.length - 1, at + random.below(8))]);
    }
  }
  return packets;
}

/** Bits flipped, bytes and would-be lengths overwritten, a run repeated. The input is left alone. */
export function mutateBytes(input: Uint8Array, random: Random): Uint8Array {
  if (input.length === 0) return input;
  // Not `slice`, which on a Buffer copies nothing.
  const bytes = new Uint8Array(input);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length);
    switch (random.below(5)) {
      case 0:
        bytes[at] ^= 1 << random.below(8);
        break;
      case 1:
        // A byte that means something here is often one that stands elsewhere.
        bytes[at] = random.oneIn(2) ? random.pick(EXTREMES) & 0xff : input[random.below(input.length)];
        break;
      case 2:
        if (at + 2 <= bytes.length)
          view.setUint16(at, lengthNear(bytes.length - at, random), random.oneIn(2));
        break;
      case 3:
        if (at + 4 <= bytes.length)
          view.setUint32(at, lengthNear(bytes.length - at, random), random.oneIn(2));
        break;
      default:
        bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
    }
  }
  return bytes;
}

/** A length that is an extreme, or just beside what would be right. */
function lengthNear(right: number, random: Random): number {
  return random.oneIn(2) ? random.pick(EXTREMES) : right - 8 + random.below(16);
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
