/** One per TLS connection: at the server's answer, or when it ends unanswered. */
export interface TlsSession {
  readonly type: 'tls.session';
  /** `TLS 1.3`, `TLS 1.2`, …, `SSL 3.0`; '' unknown (taken up mid-stream). */
  readonly version: string;
  /** Server name indication; ''. */
  readonly sni: string;
  /** Chosen cipher suite as four hexadecimal digits; ''. */
  readonly cipherSuite: string;
  readonly alpn: string;
  /** Medical protocol that the port suggests is inside: `dicom`, `hl7`, or ''. */
  readonly inside: string;
  /** The server answered the ClientHello. */
  readonly answered: boolean;
}

export type TlsEvent = TlsSession;
