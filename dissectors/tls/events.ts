/** One per TLS connection: at the server's answer, or when it ends unanswered. */
export interface TlsSession {
  readonly type: 'tls.session';
  /** `TLS 1.3`, `TLS 1.2`, …, `SSL 3.0`; '' unknown (taken up mid-stream). */
  readonly version: string;
  /** Server name indication; ''. */
  readonly sni: string;
  /** Chosen cipher suite as four hexadecimal digits; ''. */
  readonly cipherSuite: string;
  /**
   * Application protocol: what the server chose; where TLS 1.3 hides that, what the client offered, with commas
   * between; ''.
   */
  readonly alpn: string;
  /** Medical protocol that the port suggests is inside: `dicom`, `hl7`, or ''. */
  readonly inside: string;
  /** The server took the session up: ServerHello, or application data where the hellos were not seen. */
  readonly answered: boolean;
}

export type TlsEvent = TlsSession;
