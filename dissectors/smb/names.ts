/** Names of computers and domains, as Windows lets them be. */

/** RFC 1001 §14 with what Windows permits: 15 characters of these. */
const NETBIOS = /^[\p{L}\p{N}!@#$%^&()'{}._-]{1,15}$/u;
/** RFC 1123 §2.1 with the underscore of practice and letters of any script. */
const DNS = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62})(?:\.[\p{L}\p{N}_-]{1,63})*$/u;
const ADDRESS = /^(?:\d+\.)*\d+$|:/;
/** Names that every host gives itself, and servers' name for whoever they are asked as. */
const NOBODY = new Set(['localhost', 'unknown', 'none', 'null', 'workstation', 'computer', 'smbserver']);
/** Where a user is known rather than which domain a computer is in. */
const NO_DOMAIN = new Set(['microsoftaccount', 'azuread', 'nt authority', 'builtin', '(null)']);
/** Programs that make up a name for each connection. */
const INVENTED = /^JCIFS\d/i;

/** The name without padding, or null when no computer is called so. */
export function netbiosName(text: string): string | null {
  const name = text.replace(/[\0 ]+$/, '');
  if (!NETBIOS.test(name) || !/[\p{L}\p{N}]/u.test(name)) return null;
  if (ADDRESS.test(name) || NOBODY.has(name.toLowerCase()) || INVENTED.test(name)) return null;
  return name;
}

export function dnsName(text: string): string | null {
  const name = text.replace(/\.$/, '');
  if (name.length > 200 || !DNS.test(name) || ADDRESS.test(name)) return null;
  const [first] = name.toLowerCase().split('.');
  return NOBODY.has(first) ? null : name;
}

/** A domain or workgroup, of either kind. */
export function domainName(text: string): string | null {
  const name = netbiosName(text) ?? dnsName(text);
  return name === null || NO_DOMAIN.has(name.toLowerCase()) || name.includes('@') ? null : name;
}
