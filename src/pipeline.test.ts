import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseNetwork } from './config/cidr.ts';
import { DEFAULT_INTERNAL, type Network } from './core/address.ts';
import { Pipeline, type PipelineOptions } from './pipeline.ts';
import { Connection, feed } from './testing/packets.ts';
import { readInto } from './testing/replay.ts';

const ADT = fileURLToPath(new URL('../pcaps/hl7/adt.pcap', import.meta.url));

function pipeline(more: Partial<PipelineOptions> = {}): Pipeline {
  return new Pipeline(
    {
      internal: DEFAULT_INTERNAL.map((cidr) => parseNetwork(cidr) as Network),
      reveal: false,
      hashKey: new Uint8Array(8),
      country: () => null,
      vendor: () => null,
      rethrow: true,
      ...more,
    },
    [],
  );
}

describe('what was let go is told', () => {
  test('of every table', () => {
    const engine = pipeline({ streams: { maxFlows: 4 } });
    for (let port = 40_000; port < 40_010; port++)
      feed(new Connection(104, port).handshake().packets, engine);
    expect(Object.fromEntries(engine.evictions())).toEqual({
      fragments: 0,
      flows: 6,
      reassembly: 0,
      assets: 0,
      macs: 0,
      'told-macs': 0,
      'former-holders': 0,
      'external-flows': 0,
      baseline: 0,
      'baseline-leases': 0,
      findings: 0,
    });
  });

  test('and what a site ignores', async () => {
    const ignored = async (ignore: { reason: string }[]) => {
      const engine = pipeline({ detections: { 'phi.cleartext-hl7': { ignore } } });
      await readInto(ADT, engine);
      engine.end();
      const found = engine.findings().some((finding) => finding.detection === 'phi.cleartext-hl7');
      return { found, ignored: engine.ignored() > 0 };
    };
    expect(await ignored([])).toEqual({ found: true, ignored: false });
    expect(await ignored([{ reason: 'known' }])).toEqual({ found: false, ignored: true });
  });
});
