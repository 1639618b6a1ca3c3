import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capturesDir } from '../../src/testing/captures.ts';
import { recordEvents } from '../../src/testing/record.ts';
import { tools } from '../../src/testing/tools.ts';
import { tsharkFields } from '../../src/testing/tshark.ts';

const there = tools(['tshark', 'captures'], 'server names and JA3 agree with tshark');
const root = join(capturesDir() ?? '', 'breadth');

/** Captures of whole handshakes, of TLS over TCP and of QUIC. */
const FOLDERS = ['ja4/pcap', 'zeek/tls', 'zeek/quic', 'zeek/quic/interop/quic-go_quic-go'];

/** TLS begins inside another protocol's connection, which is that protocol's: STARTTLS, an HTTP proxy's CONNECT. */
const NOT_READ = /starttls|https-connect/;

/** Values by the client's port: what tells connections of one capture apart well enough. */
type Values = Map<string, Set<string>>;

function add(values: Values, port: string, value: string): void {
  if (port === '' || value === '') return;
  values.set(port, (values.get(port) ?? new Set()).add(value));
}

const FIELDS = [
  'tcp.srcport',
  'udp.srcport',
  'tls.handshake.type',
  'tls.handshake.extensions_server_name',
  'tls.handshake.ja3',
];

function ofTshark(path: string): { names: Values; ja3: Values } {
  const names: Values = new Map();
  const ja3: Values = new Map();
  for (const [tcp, udp, type, name, hash] of tsharkFields(path, FIELDS)) {
    if (type !== '1') continue;
    add(names, tcp || udp, name);
    add(ja3, tcp || udp, hash);
  }
  return { names, ja3 };
}

async function ofAuscult(path: string): Promise<{ names: Values; ja3: Values }> {
  const names: Values = new Map();
  const ja3: Values = new Map();
  for (const line of await recordEvents(path)) {
    const said = JSON.parse(line) as Record<string, string>;
    if (said.type !== 'tls.session' && said.type !== 'quic.session') continue;
    const port = /:(\d+) > /.exec(said.flow)?.[1] ?? '';
    add(names, port, said.sni);
    add(ja3, port, said.ja3);
  }
  return { names, ja3 };
}

/** What tshark found and auscult did not: of a flow with several hellos, none of them. */
function missing(theirs: Values, ours: Values): string[] {
  return [...theirs].flatMap(([port, values]) => {
    const found = ours.get(port);
    return found !== undefined && [...found].some((value) => values.has(value))
      ? []
      : [`${port}: ${[...values]}`];
  });
}

describe.runIf(there)('agrees with tshark', () => {
  const captures = FOLDERS.flatMap((folder) =>
    !there
      ? []
      : readdirSync(join(root, folder))
          .filter((name) => /\.(?:pcap|pcapng|trace)$/.test(name) && !NOT_READ.test(name))
          .map((name) => join(folder, name)),
  );
  test.each(captures)('%s', async (capture) => {
    const path = join(root, capture);
    const theirs = ofTshark(path);
    const ours = await ofAuscult(path);
    expect({ names: missing(theirs.names, ours.names), ja3: missing(theirs.ja3, ours.ja3) }).toEqual({
      names: [],
      ja3: [],
    });
  }, 30_000);
});
