/** Whether a text is a host's name (RFC 1123 §2.1), and not an address, a wildcard or a name that every host has. */
export function isHostName(text: string): boolean {
  if (text.length > 253 || !HOST_NAME.test(text) || ADDRESS_LIKE.test(text)) return false;
  const [first] = text.toLowerCase().split('.');
  return first !== 'localhost';
}

const HOST_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/i;
/** No top-level domain consists of digits (RFC 3696 §2), and no host is called by a number alone. */
const ADDRESS_LIKE = /(?:^|\.)\d+$/;
