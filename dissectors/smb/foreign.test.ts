/** The bytes of every other trace: none of them is taken for SMB. */
import { expect, test } from 'vitest';
import { MORE, NO } from '../../src/core/dissector.ts';
import { PacketKeeper, streamsOf } from '../../src/testing/packets.ts';
import { readInto } from '../../src/testing/replay.ts';
import { traces } from '../../src/testing/traces.ts';
import { smb } from './index.ts';

const others = traces().filter((path) => !path.startsWith('pcaps/smb/'));

test.each(others)('%s', async (path) => {
  const kept = new PacketKeeper();
  await readInto(path, kept);
  for (const { clientToServer, serverToClient } of streamsOf(kept.packets))
    for (const [direction, bytes] of [clientToServer, serverToClient].entries()) {
      for (let length = 1; length <= Math.min(64, bytes.length); length++) {
        const verdict = smb.probe(bytes.subarray(0, length), direction as 0 | 1);
        expect([NO, MORE]).toContain(verdict);
        if (verdict === NO) break;
      }
      expect(smb.find(bytes)).toBe(-1);
    }
});
