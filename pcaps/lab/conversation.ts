/**
 * Conversations that no well-behaved program would have: both sides' lines in one file, each side saying its own and
 * waiting for the other's bytes before it goes on.
 *   conversation.ts listen PORT FILE
 *   conversation.ts connect HOST PORT FILE
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as tlsConnect, createServer as tlsCreateServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

export interface Turn {
  readonly from: 'client' | 'server';
  /** Each of these is a write, hence a TCP segment, of its own. Base64. */
  readonly writes: readonly string[];
}

export interface Conversation {
  readonly turns: readonly Turn[];
  /** Who ends it, with FIN or RST; the other one answers. */
  /** Over TLS of just this version, with these PEM files. */
  readonly tls?: {
    readonly version: 'TLSv1.2' | 'TLSv1.3';
    readonly key: string;
    readonly certificate: string;
  };
  readonly end: { readonly by: 'client' | 'server'; readonly how: 'fin' | 'reset' };
}

export function says(from: 'client' | 'server', ...writes: (Buffer | string)[]): Turn {
  return { from, writes: writes.map((one) => Buffer.from(one as string, 'latin1').toString('base64')) };
}

async function play(socket: Socket, side: 'client' | 'server', { turns, end }: Conversation): Promise<void> {
  let received = 0;
  let awaited = 0;
  let wake = () => {};
  socket.setNoDelay(true);
  socket.on('data', (data) => {
    received += data.length;
    wake();
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {});
  for (const turn of turns) {
    const writes = turn.writes.map((text) => Buffer.from(text, 'base64'));
    if (turn.from === side) {
      for (const bytes of writes) {
        await sleep(15);
        socket.write(bytes);
      }
    } else {
      awaited += writes.reduce((sum, bytes) => sum + bytes.length, 0);
      while (received < awaited && !socket.destroyed) await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  await sleep(30);
  if (end.by === side) {
    if (end.how === 'reset') socket.resetAndDestroy();
    else socket.end();
  }
  await closed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [mode, ...rest] = process.argv.slice(2);
  const script = JSON.parse(readFileSync(rest.at(-1)!, 'utf8')) as Conversation;
  if (mode === 'listen') listen(Number(rest[0]), script);
  else await call(rest[0], Number(rest[1]), script);
}

function listen(port: number, script: Conversation): void {
  const serve = async (socket: Socket) => {
    await play(socket, 'server', script);
    server.close();
  };
  const { tls } = script;
  const server = tls
    ? tlsCreateServer(
        {
          key: readFileSync(tls.key),
          cert: readFileSync(tls.certificate),
          minVersion: tls.version,
          maxVersion: tls.version,
        },
        serve,
      )
    : createServer(serve);
  server.listen(port);
}

async function call(host: string, port: number, script: Conversation): Promise<void> {
  const { tls } = script;
  const socket = tls
    ? tlsConnect({ host, port, servername: 'engine.zztest.example', rejectUnauthorized: false })
    : connect(port, host);
  await new Promise<void>((resolve, reject) => {
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
    socket.once('error', reject);
  });
  await play(socket, 'client', script);
}
