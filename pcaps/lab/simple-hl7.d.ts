/** What the laboratory uses of simple-hl7 3.3.0, which ships no types. */
declare module 'simple-hl7' {
  interface Fields {
    getField(index: number): unknown;
    setField(index: number, value: string): void;
  }
  interface Message {
    header: Fields;
    segments: Fields[];
  }
  interface Request {
    msg: Message;
  }
  interface Response {
    ack: Message;
    end(): void;
  }
  interface App {
    use(handler: (request: Request, response: Response) => void): void;
    start(port: number): void;
  }
  interface Client {
    send(message: { toString(): string }, done: (error: Error | null) => void): void;
    close(): void;
  }
  const simple: {
    tcp(): App;
    Server: { createTcpClient(options: { host: string; port: number; keepalive: boolean }): Client };
  };
  export default simple;
}
