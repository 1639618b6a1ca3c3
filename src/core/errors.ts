/**
 * The one exception a dissector may throw: what was read inside a message of known length cannot be that
 * message. It is caught in one place and becomes an anomaly of the flow. Its text names fields and numbers,
 * never a value from the wire that could identify a patient.
 */
export class Malformed extends Error {
  /** A short, stable word for metrics and goldens, such as `pdu-length`. */
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.name = 'Malformed';
    this.kind = kind;
  }
}
