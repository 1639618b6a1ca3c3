/** What a server's certificate says; nothing of it was verified. */
export interface TlsCertificate {
  /** Distinguished names in the order they are encoded: `C=DE, O=Hospital, CN=pacs.hospital.example`. */
  readonly subject: string;
  readonly issuer: string;
  /** UTC, as `2026-03-02T00:00:00`; '' when it is no time. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** DNS names and IP addresses it is also good for (subjectAltName). */
  readonly names: readonly string[];
  /** Subject and issuer are the same. */
  readonly selfSigned: boolean;
  /** SHA-1 of the certificate, as `ab:cd:…`. */
  readonly fingerprint: string;
}

/** One per TLS connection: when the server has said in clear what it will, or when it ends unanswered. */
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
  /** Fingerprints of the (first) ClientHello and of the ServerHello; ''. */
  readonly ja3: string;
  readonly ja4: string;
  readonly ja3s: string;
  /** The server's; null in TLS 1.3, which encrypts it, and in a session resumed. */
  readonly certificate: TlsCertificate | null;
}

export type TlsEvent = TlsSession;

/** One per QUIC connection: when its ClientHello is whole. */
export interface QuicSession {
  readonly type: 'quic.session';
  readonly version: 'QUIC';
  /** `1`, `2`, `draft-29`. */
  readonly quicVersion: string;
  readonly sni: string;
  /** Application protocols that the client offers, with commas between: QUIC encrypts the server's choice; ''. */
  readonly alpn: string;
  readonly ja3: string;
  readonly ja4: string;
}

export type QuicEvent = QuicSession;
