/**
 * Conversations that no well-behaved program would have: both sides' lines in one file, each side saying its own and
 * waiting for the other's bytes before it goes on.
 *   conversation.ts listen PORT FILE
 *   conversation.ts connect HOST PORT FILE
 */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Turn {
  readonly from: 'client' | 'server';
  /** Each of these is a write, hence a TCP segment, of its own. Base64. */
  readonly writes: readonly string[];
}

export interface Conversation {
  readonly turns: readonly Turn[];
  /** Who ends it, with FIN or RST; the other one answers. */
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
  if (mode === 'listen') {
    const server = createServer(async (socket) => {
      await play(socket, 'server', script);
      server.close();
    });
    server.listen(Number(rest[0]));
  } else {
    const socket = connect(Number(rest[1]), rest[0]);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    await play(socket, 'client', script);
  }
}
