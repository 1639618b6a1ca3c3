import type { Attribute } from '../core/facts.ts';
import { osFamily } from '../knowledge/os.ts';
import type { Contradiction } from './asset.ts';
import type { Group, Statement, Subject } from './host.ts';
import { isOfEquipment, rankOf } from './rank.ts';

/** A statement as it competes for an attribute. */
export type Candidate = Statement;

/**
 * What of a value makes it another's: statements with the same key agree, one only says more than the other. A host's
 * short name and its name with a domain are one, as are a system's family and its release.
 */
function keyOf(attribute: string, value: string): string {
  if (attribute === 'hostname') return shortName(value);
  if (attribute === 'os') return osFamily(value) || value.toLowerCase();
  return value.toLowerCase();
}

function shortName(name: string): string {
  const dot = name.indexOf('.');
  return (dot < 0 ? name : name.slice(0, dot)).toLowerCase();
}

/** NetBIOS keeps 15 characters of a name. */
const NETBIOS = 15;

/** Agreeing statements, the best of them first. */
interface Side {
  readonly key: string;
  readonly candidates: Candidate[];
}

/** Highest rank of source, then said most often, then said first. */
function better(attribute: string, a: Candidate, b: Candidate): number {
  return rankOf(attribute, b.source) - rankOf(attribute, a.source) || b.count - a.count || a.at - b.at;
}

/** The sides of an argument, the winner's first. */
function sidesOf(attribute: string, candidates: readonly Candidate[]): Side[] {
  const sides: Side[] = [];
  const sorted = [...candidates].sort((a, b) => better(attribute, a, b));
  for (const candidate of sorted) {
    const key = keyOf(attribute, candidate.value);
    const side = sides.find((one) => one.key === key || (attribute === 'hostname' && isCut(one.key, key)));
    if (side === undefined) sides.push({ key, candidates: [candidate] });
    else side.candidates.push(candidate);
  }
  return sides;
}

function isCut(a: string, b: string): boolean {
  return (
    (a.length === NETBIOS && b.length > NETBIOS && b.startsWith(a)) ||
    (b.length === NETBIOS && a.length > NETBIOS && a.startsWith(b))
  );
}

/** The value that is shown; null where there is none. */
export function winner(attribute: string, candidates: readonly Candidate[]): string | null {
  if (candidates.length === 0) return null;
  const [{ candidates: agreeing }] = sidesOf(attribute, candidates);
  if (attribute === 'hostname') return (wholeName(agreeing) ?? agreeing[0]).value;
  if (attribute === 'os') return (agreeing.find(({ value }) => /\d/.test(value)) ?? agreeing[0]).value;
  return agreeing[0].value;
}

/** A name with its domain says where the host belongs; `.local` (mDNS) says only that it is near. */
function wholeName(agreeing: readonly Candidate[]): Candidate | undefined {
  return agreeing.find(({ value }) => value.includes('.') && !/\.local\.?$/i.test(value));
}

/** Attributes of which a device has one at a time, so that two values contradict each other. */
const SINGLE: readonly Attribute[] = ['hostname', 'vendor', 'model', 'serial', 'os'];
/** Sources below this are no contradiction to others: a network card's maker, names that others give. */
const SERIOUS = 50;
/** How a stack opens connections tells families of systems apart, and no more. */
const SERIOUS_OS = 10;
const VALUES = 8;

/** Where serious sources disagree, with the winning value first. */
export function contradictions(
  candidatesOf: (attribute: Attribute) => readonly Candidate[],
): Contradiction[] {
  return SINGLE.flatMap((attribute) => {
    const serious = candidatesOf(attribute).filter(
      ({ source }) => rankOf(attribute, source) >= (attribute === 'os' ? SERIOUS_OS : SERIOUS),
    );
    const sides = sidesOf(attribute, serious);
    if (sides.length < 2) return [];
    const said = sides.slice(0, VALUES).map(({ candidates: [{ value, source }] }) => ({ value, source }));
    return [{ attribute, said }];
  });
}

/** A name said by one source so often anew that no renaming explains it. */
const MANY_NAMES = 4;

/**
 * Why the statements of one address are those of several devices behind it; '' when they are not. One source of one
 * address that says different things is a device renamed or installed anew; two that do, or one that gives four
 * names, are an address translator, a load balancer, or an address that changed hands unseen.
 */
export function severalDevices(group: Group): string {
  for (const subject of [...group.hosts, ...group.cards]) {
    const disagreeing = selfContradictions(subject);
    if (disagreeing.length >= 2 || disagreeing.some(({ many }) => many))
      return disagreeing.map(({ text }) => text).join('; ');
  }
  return '';
}

/** Sources that say several things of one subject which a device has once. */
function selfContradictions(subject: Subject): { text: string; many: boolean }[] {
  const found: { text: string; many: boolean }[] = [];
  for (const attribute of ['hostname', 'os', 'model', 'serial'] as const) {
    const bySource = new Map<string, Candidate[]>();
    for (const statement of subject.told(attribute)) {
      const { source } = statement;
      if (isOfEquipment(source)) continue;
      if (attribute !== 'os' && rankOf(attribute, source) < SERIOUS) continue;
      const list = bySource.get(source);
      if (list === undefined) bySource.set(source, [statement]);
      else list.push(statement);
    }
    for (const [source, statements] of bySource) {
      const sides = sidesOf(attribute, statements);
      if (sides.length < 2) continue;
      const values = sides.slice(0, VALUES).map(({ candidates: [{ value }] }) => value);
      found.push({
        text: `${attribute} ${values.join(', ')} by ${source}`,
        many: attribute === 'hostname' && sides.length >= MANY_NAMES,
      });
    }
  }
  return found;
}
