/** How MAC addresses, kept as 48-bit integers, are written. */

/** `00:1b:21:3c:4d:5e`. */
export function macText(mac: number): string {
  return macHex(mac).replace(/..(?=.)/g, '$&:');
}

/** `001b213c4d5e`. */
export function macHex(mac: number): string {
  return mac.toString(16).padStart(12, '0');
}
