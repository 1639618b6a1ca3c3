/**
 * Versions as products write them, so that one can be said to be older than another: dotted numbers (`3.6.10` is
 * newer than `3.6.9`), years (`2025.1`), pre-releases (`3.6.7~rc1`, `4.4.1-SNAPSHOT`), patch levels (`7.0.2 (1)`,
 * `8.2p1`, `1.0.2k`), builds (`2023.3 (Build 9342)`) and what distributions append (`1.10.1+dfsg-2`).
 */
export interface Version {
  /** `7.0.2 (1)` is 7, 0, 2, 1. A missing number is 0. */
  readonly numbers: readonly number[];
  /** The patch letter of `1.0.2k`; ''. */
  readonly letter: string;
  /** What goes on within one release: the `1` of `8.2p1`, the `9342` of `(Build 9342)`; 0. */
  readonly build: number;
  /** Where before its release it stands; `RELEASED` for a release. */
  readonly stage: number;
  readonly stageNumber: number;
  /** A distribution built it, as its suffix shows: fixes may be in it that its number does not tell. */
  readonly packaged: boolean;
}

const STAGES: Readonly<Record<string, number>> = {
  snapshot: 0,
  dev: 0,
  pre: 1,
  a: 2,
  alpha: 2,
  b: 3,
  beta: 3,
  rc: 4,
};
const RELEASED = 5;

const NUMBERS = /^(?:version )?v?(\d{1,9}(?:[._]\d{1,9}){0,7})/i;
const STAGE = /^[-~._+ ]?(snapshot|dev|pre|alpha|beta|rc|a|b)[-._]?(\d{0,9})(?![a-z0-9])/i;
const PATCH_LETTER = /^([a-z])(?![a-z0-9])/;
const PATCH_LEVEL = /^p(\d{1,9})(?!\w)|^ ?\((\d{1,4})\)/;
const BUILD = /^ ?\(?build ?(\d{1,9})\)?/i;
/** `1.9.2+really1.9.1`: a distribution went back, and its own order could not. */
const REALLY = /\+really(\d[\d.]*)/;
const SUFFIX = /^[-+~]|^[ ,;)]|^$/;
const PACKAGED = /[+~.-](?:dfsg|ds\d|deb|ubuntu|really|el\d|fc\d|bp\d)|^-\d/;
/** A patch level in parentheses stands for the fourth number. */
const BEFORE_PATCH_LEVEL = 3;

/** What a text says as a version; null when it is none that can be compared: `mainline`, `1.x`. */
export function parseVersion(text: string): Version | null {
  const trimmed = text.trim().slice(0, 64);
  const match = NUMBERS.exec(trimmed);
  if (match === null) return null;
  let rest = trimmed.slice(match[0].length);
  const really = REALLY.exec(rest);
  const numbers = (really?.[1] ?? match[1]).split(/[._]/).filter(Boolean).map(Number);
  let letter = '';
  let build = 0;
  let stage = RELEASED;
  let stageNumber = 0;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    if (found !== null) rest = rest.slice(found[0].length);
    return found;
  };
  const staged = take(STAGE);
  if (staged !== null) {
    // One letter that touches the number is a patch of a release, with a number or a separator it comes before it.
    const alone = staged[1].length === 1 && staged[2] === '' && /^[a-z]/.test(staged[0]);
    if (alone) letter = staged[1].toLowerCase();
    else {
      stage = STAGES[staged[1].toLowerCase()];
      stageNumber = Number(staged[2]);
    }
  } else letter = take(PATCH_LETTER)?.[1] ?? '';
  const level = take(PATCH_LEVEL);
  if (level?.[1] !== undefined) build = Number(level[1]);
  else if (level !== null) {
    while (numbers.length < BEFORE_PATCH_LEVEL) numbers.push(0);
    numbers.push(Number(level[2]));
  }
  const built = take(BUILD);
  if (built !== null) build = Number(built[1]);
  if (!SUFFIX.test(rest)) return null;
  return { numbers, letter, build, stage, stageNumber, packaged: PACKAGED.test(rest) };
}

/** Below 0 when `a` is older than `b`, above when it is newer, 0 when they are the same release. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    a.build - b.build ||
    a.stage - b.stage ||
    a.stageNumber - b.stageNumber
  );
}

/** `outer` says as much as `inner` or less, and nothing else: `3.6` of `3.6.7`. */
export function isPrefix(outer: Version, inner: Version): boolean {
  return outer.numbers.every((number, i) => number === inner.numbers[i]);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length || i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
