export { tls } from './dissector.ts';
export type { QuicEvent, QuicSession, TlsCertificate, TlsEvent, TlsSession } from './events.ts';
export { quic } from './quic.ts';
