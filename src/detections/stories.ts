import type { Address } from '../core/address.ts';
import { BoundedMap } from '../core/bounded.ts';
import { HOUR, isoTime, type Micros } from '../core/time.ts';
import type { DetectionMeta, Stage } from './detection.ts';
import { SEVERITIES, type Severity } from './finding.ts';

/** What a story needs to know of a case. */
export interface Step {
  readonly meta: DetectionMeta;
  readonly source: Address;
  readonly destination: Address;
  readonly severity: Severity;
  readonly firstSeen: Micros;
  story: Story | null;
  /** `Stories.generation` when it was last looked for a story: an exposure asks again only when there are new ones. */
  asked: number;
  summary(): string;
  /** The story got worse: its first step's listener may want to know. */
  tellIfWorse(time: Micros): void;
}

/** A quiet hour of its actor ends a story: what comes then is another one. */
const QUIET = HOUR;
const MAX_STORIES = 4096;
/** Steps and exposures of one story; more of the same add nothing for its reader. */
const MAX_STEPS = 64;

/** What follows once somebody is in. */
const FRUIT: ReadonlySet<Stage> = new Set(['discovery', 'collection', 'tampering', 'exfiltration']);

/**
 * What one actor did in one go: the cases of which it is the source, in the order they began, and the exposures between it
 * and others. One case alone is no incident, nor are several that are all of little weight.
 */
export class Story {
  readonly actor: Address;
  readonly steps: Step[] = [];
  /** Whom its deeds were done to. */
  readonly #others = new Set<string>();
  last: Micros;

  constructor(actor: Address, time: Micros) {
    this.actor = actor;
    this.last = time;
  }

  join(step: Step, time: Micros): void {
    if (this.steps.length >= MAX_STEPS) return;
    this.steps.push(step);
    if (isDeed(step)) this.#others.add(step.destination.text);
    if (time > this.last) this.last = time;
    step.story = this;
  }

  /** It lies between the actor and whom something was done to, or between the actor and the outside. */
  concerns({ source, destination }: Step): boolean {
    const other = source.text === this.actor.text ? destination : source;
    return other.external || this.#others.has(other.text);
  }

  /** Something that the actor did is high, `besides` what one detection found. */
  isGrave(besides = ''): boolean {
    return this.steps.some(
      (step) => isDeed(step) && step.meta.id !== besides && rank(step.severity) <= rank('high'),
    );
  }

  /** Stable: the actor and when it began. */
  get id(): string {
    return `${this.actor.text} ${isoTime(this.steps[0].firstSeen)}`;
  }

  /** The first step: its finding tells the story. */
  get lead(): Step {
    return this.steps[0];
  }

  /** True once it is one: two detections or more, of which one at least is high. Exposures alone do not make one. */
  get isIncident(): boolean {
    const deeds = this.steps.filter(isDeed);
    return this.isGrave() && new Set(deeds.map(({ meta }) => meta.id)).size > 1;
  }

  /** The worst of its steps; critical when somebody got in and then used it. */
  get severity(): Severity {
    let worst = this.steps.reduce(
      (least, { severity }) => Math.min(least, rank(severity)),
      SEVERITIES.length,
    );
    const access = this.steps.findIndex(
      ({ meta, severity }) => meta.stage === 'access' && rank(severity) <= rank('high'),
    );
    if (access >= 0 && this.steps.some(({ meta }, at) => at > access && FRUIT.has(meta.stage))) worst = 0;
    return SEVERITIES[worst];
  }
}

/**
 * Tells which cases belong together. An actor's deeds within an hour of each other are one story; what is open or in clear
 * between the actor and somebody joins it.
 */
export class Stories {
  /** By the text of its actor. */
  readonly #stories = new BoundedMap<string, Story>(MAX_STORIES);
  /** Counts stories begun. */
  generation = 0;

  get evictions(): number {
    return this.#stories.evictions;
  }

  /** A detection `besides` this one found something high of the actor, and it is not over. */
  suspects(actor: Address, time: Micros, besides: string): boolean {
    return this.#current(actor, time)?.isGrave(besides) ?? false;
  }

  /** A case was hit. */
  hit(step: Step, time: Micros): void {
    if (step.story !== null) {
      if (time > step.story.last) step.story.last = time;
      return;
    }
    if (isDeed(step)) this.#deed(step, time);
    else if (step.asked !== this.generation) this.#exposure(step, time);
  }

  #deed(step: Step, time: Micros): void {
    let story = this.#current(step.source, time);
    if (story === undefined) {
      story = new Story(step.source, time);
      this.#stories.set(step.source.text, story);
      this.generation++;
    }
    story.join(step, time);
  }

  #exposure(step: Step, time: Micros): void {
    step.asked = this.generation;
    for (const end of [step.source, step.destination]) {
      const story = this.#current(end, time);
      if (story?.concerns(step) !== true) continue;
      story.join(step, time);
      return;
    }
  }

  #current(actor: Address, time: Micros): Story | undefined {
    const story = this.#stories.get(actor.text);
    return story !== undefined && time - story.last <= QUIET ? story : undefined;
  }
}

/** Something that an actor did, rather than something that is open to all. */
function isDeed({ meta }: Step): boolean {
  return meta.stage !== 'exposure';
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
