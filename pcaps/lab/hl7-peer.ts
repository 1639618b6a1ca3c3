/**
 * A real HL7 engine and a real sender, both simple-hl7 over its own MLLP:
 *   hl7-peer.ts serve PORT            acknowledges everything with AA
 *   hl7-peer.ts serve PORT AE|AR      says no to everything
 *   hl7-peer.ts send HOST PORT FILE   sends each message of a JSON array, one connection per message
 *   hl7-peer.ts stream HOST PORT FILE the same over one connection
 */
import { readFileSync } from 'node:fs';
import hl7 from 'simple-hl7';

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'serve') serve(Number(rest[0]), rest[1] ?? 'AA');
else if (mode === 'send' || mode === 'stream')
  await send(rest[0], Number(rest[1]), rest[2], mode === 'stream');
else throw new Error(`no such mode: ${mode}`);

function serve(port: number, code: string): void {
  const app = hl7.tcp();
  let count = 0;
  app.use((request, response) => {
    // The laboratory's day is not today: the acknowledgement takes its time from the message.
    const sent = String(request.msg.header.getField(5));
    response.ack.header.setField(5, sent);
    response.ack.header.setField(8, `ACK${sent}${++count}`);
    if (code !== 'AA') response.ack.segments[0].setField(1, code);
    response.end();
  });
  app.start(port);
  process.on('SIGTERM', () => process.exit(0));
}

async function send(host: string, port: number, file: string, keepalive: boolean): Promise<void> {
  const messages = JSON.parse(readFileSync(file, 'utf8')) as string[];
  let client = hl7.Server.createTcpClient({ host, port, keepalive });
  for (const message of messages) {
    if (!keepalive) client = hl7.Server.createTcpClient({ host, port, keepalive });
    // The text goes out as it is: the client only frames it.
    await new Promise<void>((resolve, reject) => {
      client.send({ toString: () => message }, (error) => (error ? reject(error) : resolve()));
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  if (keepalive) client.close();
}
