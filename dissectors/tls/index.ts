export { tls } from './dissector.ts';
export type { TlsEvent, TlsSession } from './events.ts';
