/**
 * How makers fill H-5, sender name or id (LIS2-A2 §6.5), whose components the standard leaves to them. Only conventions
 * that a maker's host interface manual states, and only where the value itself shows that it follows one.
 */
export interface Sender {
  readonly vendor: string;
  readonly model: string;
  readonly software: string;
  readonly serial: string;
}

interface Convention {
  /** Of all components, joined by `^`. */
  readonly pattern: RegExp;
  /** Places of the components, the first is 1; 0 for what is not said. */
  readonly vendor: number;
  readonly model: number;
  readonly software: number;
  readonly serial: number;
  readonly source: string;
  readonly example: string;
}

export const CONVENTIONS: readonly Convention[] = [
  {
    pattern: /^[^^]+\^\d+(?:\.\d+)+\^[A-Z0-9]+\^H1P1O1R1C1Q1L1$/,
    vendor: 0,
    model: 1,
    software: 2,
    serial: 3,
    source:
      'Abbott Standard Interface manual 06F71: name, software version, serial number, interface version',
    example: 'ARCHITECT^8.10^F3453010020^H1P1O1R1C1Q1L1',
  },
  {
    pattern: /^[^^]+\^Roche\^[^^]+\^\d+(?:\.\d+)+\^\d+\^\w+$/,
    vendor: 2,
    model: 3,
    software: 4,
    serial: 6,
    source:
      'Roche cobas c 111 host interface manual §8: name, manufacturer, type, version, interface version, serial number',
    example: 'c111^Roche^c111^4.0.0.0730^1^1005',
  },
  {
    pattern: /^(?:X[NRSTE]|C[AS]|U[CFN]|KX|SP)-\d+[a-z]*\^\d\d-\d\d[A-Z]?\^\d+(?:\^|$)/i,
    vendor: 0,
    model: 1,
    software: 2,
    serial: 3,
    source:
      'Sysmex ASTM host interface specification: analyzer name, software version, serial number, …, PS code',
    example: 'XN-10^00-10^11001^^^^AP807129',
  },
  {
    pattern: /^OCD\^[^^]+\^\d+(?:\.\d+)+(?:\^|$)/,
    vendor: 0,
    model: 2,
    software: 3,
    serial: 0,
    source: 'Ortho VISION LIS specification: manufacturer, product, version, instrument id',
    example: 'OCD^VISION^5.13.1^JNUMBER',
  },
];

/** What H-5's components say by a known convention; null where none applies. */
export function senderOf(components: readonly string[]): Sender | null {
  const value = components.join('^');
  const convention = CONVENTIONS.find(({ pattern }) => pattern.test(value));
  if (convention === undefined) return null;
  const part = (place: number): string => (place === 0 ? '' : (components[place - 1] ?? ''));
  return {
    vendor: part(convention.vendor),
    model: part(convention.model),
    software: part(convention.software),
    serial: part(convention.serial),
  };
}
