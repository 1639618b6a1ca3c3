/** A run of the detections over invented events, for their tests. Nothing in the product imports this. */

import type { Association, AssociationOutcome, DimseMessage } from '../../../dissectors/dicom/events.ts';
import type { AnyEvent } from '../../../dissectors/index.ts';
import type { Fact } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import type { Micros } from '../../core/time.ts';
import type { DetectionsOptions } from '../../detections/engine.ts';
import type { Finding } from '../../detections/finding.ts';
import { Detections } from '../../detections/index.ts';
import type { Baseline } from '../../trackers/baseline.ts';
import type { Trackers } from '../../trackers/index.ts';
import { NO_POLICY } from '../../trackers/policy.ts';
import { flowFact, START, trackers } from './facts.ts';

export class Run {
  readonly trackers: Trackers;
  readonly detections: Detections;
  readonly told: { finding: Finding; change: 'new' | 'update' }[] = [];
  last: Micros = START;

  constructor(options: Partial<DetectionsOptions> & { baseline?: Baseline } = {}) {
    this.trackers = trackers({}, options.baseline);
    this.detections = new Detections({
      inventory: this.trackers,
      baseline: this.trackers.baseline,
      policy: NO_POLICY,
      listener: (finding, change) => this.told.push({ finding, change }),
      ...options,
    });
  }

  fact(fact: Fact, flow: Flow | null, time = START): this {
    this.last = Math.max(this.last, time);
    this.trackers.tick(time);
    this.trackers.fact(fact, flow, time);
    this.detections.fact(fact, flow, time);
    this.detections.tick(time);
    return this;
  }

  event(event: AnyEvent, flow: Flow, time = START): this {
    this.last = Math.max(this.last, time);
    this.trackers.tick(time);
    this.detections.event(event, flow, time);
    this.detections.tick(time);
    return this;
  }

  /** Opens a flow, tells facts about it, ends it. */
  play(flow: Flow, facts: readonly Fact[] = [], time = START): this {
    this.fact(flowFact('open'), flow, time);
    if (flow.bothSides) this.fact(flowFact('established'), flow, time);
    for (const fact of facts) this.fact(fact, flow, time);
    return this.fact(flowFact('end'), flow, time);
  }

  /** The findings of one detection after the end of the capture. */
  findings(detection: string): Finding[] {
    this.detections.end(this.last);
    return this.detections.findings().filter((finding) => finding.detection === detection);
  }
}

export function association(
  called: string,
  more: Partial<Association> & { calling?: string } = {},
): Association {
  const { calling = 'SCU', ...rest } = more;
  return {
    callingAe: calling,
    calledAe: called,
    withoutRequest: false,
    accepted: false,
    outcome: null,
    protocolVersion: 1,
    applicationContext: '1.2.840.10008.3.1.1.1',
    contexts: [],
    client: { classUid: '', versionName: '' },
    server: { classUid: '', versionName: '' },
    maxPduClient: 0,
    maxPduServer: 0,
    asyncOperations: null,
    roles: [],
    extendedNegotiation: [],
    userIdentity: 0,
    reserved: '',
    reservedAnswer: '',
    rejection: null,
    abort: null,
    pdus: [0, 1, 0, 0, 0, 0, 0, 0],
    messages: {},
    statuses: {},
    objects: {},
    bytesToServer: 0,
    bytesToClient: 0,
    start: START,
    end: START,
    anomalies: {},
    ...rest,
  };
}

/** A message of the client's, of which nothing is known but what `more` says. */
export function dimse(one: Association, more: Partial<DimseMessage> = {}): DimseMessage {
  return {
    type: 'dicom.message',
    association: one,
    command: 'C-ECHO-RQ',
    from: 'client',
    contextId: 1,
    messageId: 1,
    sopClass: '',
    sopInstance: '',
    status: '',
    statusClass: '',
    statusText: '',
    moveDestination: '',
    subOperations: null,
    latency: null,
    dataSetBytes: 0,
    partial: false,
    moveOriginator: '',
    transferSyntax: '',
    inferred: false,
    identifiers: [],
    patient: null,
    phi: [],
    queryLevel: '',
    universalQuery: false,
    prefixQuery: false,
    queryKey: null,
    queryDays: null,
    modality: '',
    pixelDigest: null,
    ...more,
  };
}

export const rejection = (reason = 7, result = 1, source = 1) => ({
  result,
  source,
  reason,
  text: 'rejected',
});

/** The events of one association: asked, answered as given, over. */
export function associate(run: Run, flow: Flow, one: Association, time: Micros): void {
  run.event({ type: 'dicom.requested', association: one }, flow, time);
  if (one.accepted || one.rejection !== null)
    run.event({ type: 'dicom.answered', association: one }, flow, time);
  const outcome: AssociationOutcome = one.accepted
    ? 'released'
    : one.rejection !== null
      ? 'rejected'
      : 'unanswered';
  one.outcome ??= outcome;
  run.event({ type: 'dicom.association', association: one }, flow, time);
}
