/** The bytes of every other trace: none of them is taken for Kerberos. */
import { expect, test } from 'vitest';
import { MORE, NO } from '../../src/core/dissector.ts';
import { offer } from '../../src/testing/datagrams.ts';
import { type Packet, PacketKeeper, streamsOf } from '../../src/testing/packets.ts';
import { readInto } from '../../src/testing/replay.ts';
import { traces } from '../../src/testing/traces.ts';
import { kerberos, kerberosTcp } from './index.ts';

const others = traces().filter((path) => !path.startsWith('pcaps/kerberos/'));

/** Payload of UDP over IPv4 in Ethernet; null for anything else. */
function datagramOf({ bytes, linkType }: Packet): Uint8Array | null {
  if (linkType !== 1 || bytes[12] !== 8 || bytes[13] !== 0 || bytes[23] !== 17) return null;
  return bytes.slice(14 + (bytes[14] & 15) * 4 + 8);
}

test.each(others)('%s', async (path) => {
  const kept = new PacketKeeper();
  await readInto(path, kept);
  for (const packet of kept.packets) {
    const bytes = datagramOf(packet);
    if (bytes !== null) expect(offer(kerberos, bytes).claimed).toBe(false);
  }
  for (const stream of streamsOf(kept.packets))
    for (const bytes of [stream.clientToServer, stream.serverToClient]) {
      for (let length = 1; length <= Math.min(64, bytes.length); length++) {
        const verdict = kerberosTcp.probe(bytes.subarray(0, length), 0);
        expect([NO, MORE]).toContain(verdict);
        if (verdict === NO) break;
      }
      expect(kerberosTcp.find(bytes)).toBe(-1);
    }
});
