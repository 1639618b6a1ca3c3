import { hostName, isHost, keyOf, reversed } from './names.ts';
import type { Statements } from './statements.ts';
import type { Message, Name, Resource } from './wire.ts';
import { A, AAAA, addressIn, CLASS_IN, CNAME, nameIn, PTR } from './wire.ts';

/** Longest chain of aliases that is followed. */
const CHAIN = 16;

/**
 * What an answer says of addresses: records whose owner is the name asked for, or what that is an alias of (RFC 1034
 * §3.6.2). Others were slipped in and are passed over. `protocol` begins the source; `unasked` ends it.
 */
export function bindNames(
  bytes: Uint8Array,
  message: Message,
  statements: Statements,
  protocol: string,
  unasked: string,
): void {
  const question = message.questions[0];
  if (question === undefined || question.class !== CLASS_IN) return;
  const chain = namesAskedFor(bytes, message.answers, question.name);
  const alias = chain.size > 1 ? hostName(question.name) : null;
  for (const record of message.answers) {
    if (record.class !== CLASS_IN || !chain.has(keyOf(record.name))) continue;
    if (record.type === PTR) bindReverse(bytes, record, question.name, statements, protocol, unasked);
    else if (record.type === A || record.type === AAAA) {
      bindForward(bytes, record, statements, protocol, unasked);
      const address = addressIn(bytes, record);
      if (alias !== null && address !== null && isHost(address))
        statements.of(
          statements.address(address),
          'hostname',
          lowered(alias, protocol),
          `${protocol} CNAME${unasked}`,
        );
    }
  }
}

/** The owner of an A or AAAA record is the name of the host that has the address. */
export function bindForward(
  bytes: Uint8Array,
  record: Resource,
  statements: Statements,
  protocol: string,
  unasked: string,
): void {
  const address = addressIn(bytes, record);
  const name = hostName(record.name);
  if (address === null || name === null || !isHost(address)) return;
  const kind = record.type === A ? 'A' : 'AAAA';
  statements.of(
    statements.address(address),
    'hostname',
    lowered(name, protocol),
    `${protocol} ${kind}${unasked}`,
  );
}

/** `asked`: the name of the question, which an alias may delegate (RFC 2317). */
export function bindReverse(
  bytes: Uint8Array,
  record: Resource,
  asked: Name,
  statements: Statements,
  protocol: string,
  unasked: string,
): void {
  const address = reversed(asked);
  const target = nameIn(bytes, record);
  const name = target === null ? null : hostName(target);
  if (address === null || name === null || !isHost(address)) return;
  statements.of(
    statements.address(address),
    'hostname',
    lowered(name, protocol),
    `${protocol} PTR${unasked}`,
  );
}

/** Resolvers that mix upper and lower case at random, as a defence, get their own case back: it says nothing. */
function lowered(name: string, protocol: string): string {
  return protocol.startsWith('DNS') ? name.toLowerCase() : name;
}

function namesAskedFor(bytes: Uint8Array, answers: readonly Resource[], asked: Name): Set<string> {
  const aliases = new Map<string, string>();
  for (const record of answers) {
    if (record.type !== CNAME) continue;
    const target = nameIn(bytes, record);
    if (target !== null) aliases.set(keyOf(record.name), keyOf(target));
  }
  const chain = new Set<string>();
  for (
    let name: string | undefined = keyOf(asked);
    name !== undefined && !chain.has(name) && chain.size < CHAIN;
    name = aliases.get(name)
  )
    chain.add(name);
  return chain;
}
