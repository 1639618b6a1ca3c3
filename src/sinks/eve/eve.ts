import type {
  Association,
  AssociationEnded,
  DimseMessage,
  PresentationContext,
} from '../../../dissectors/dicom/events.ts';
import type { Hl7Message, Hl7Session } from '../../../dissectors/hl7/events.ts';
import type { AnyEvent } from '../../../dissectors/index.ts';
import type { TlsSession } from '../../../dissectors/tls/events.ts';
import type { Address } from '../../core/address.ts';
import type { AnomalyFact, Fact, FlowFact, Side } from '../../core/facts.ts';
import type { Endpoint, Flow } from '../../core/flow.ts';
import type { Identifier, Sealed } from '../../core/sealed.ts';
import { type Micros, SECOND } from '../../core/time.ts';
import type { Finding, FindingChange, Severity } from '../../detections/finding.ts';
import { SEVERITY_RANK } from '../severity.ts';
import type { Sink } from '../sink.ts';
import { isAcknowledgement, PDU_NAMES } from '../tally.ts';
import { uidName } from '../uids.ts';
import { type Drain, LineWriter } from './lines.ts';
import { ALERT_SEVERITY, category, SIGNATURE_IDS, UNNUMBERED } from './signatures.ts';

/** Flows whose addresses are kept as bytes, so that the records of one flow do not build them again. */
const PREFIXES = 4096;

/** What a flow contributes to each of its records, as bytes of JSON, in both directions. */
interface Prefix {
  id: number;
  client: Address;
  clientPort: number;
  toServer: Uint8Array;
  toClient: Uint8Array | null;
}

const CONTEXT_RESULTS = [
  'acceptance',
  'user-rejection',
  'no-reason',
  'abstract-syntax-not-supported',
  'transfer-syntaxes-not-supported',
];
const USER_IDENTITIES = ['', 'username', 'username-and-passcode', 'kerberos', 'saml', 'jwt'];
const FLOW_STATES = { fin: 'closed', rst: 'closed', idle: 'established', cut: 'established' } as const;
const FLOW_REASONS = { fin: 'shutdown', rst: 'shutdown', idle: 'timeout', cut: 'forced' } as const;

/**
 * EVE, the JSON lines of Suricata (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html): what
 * SIEMs already read. One record per association, DIMSE message, HL7 message, HL7 session, TLS connection,
 * flow, anomaly, finding (`alert`: when it appears and each time it gets more severe, not per repetition)
 * and, at the end, per asset, and one `stats`.
 *
 * A record about a message has its sender as `src_ip`; one about an association, a session, a flow or an
 * anomaly has the client there. Byte counts of flows are of TCP and UDP payload. A patient is never in a
 * record: `identifiers` says which kinds of identifier went by; their values are in `phi` only with
 * `--reveal-phi`.
 */
export class EveLog implements Sink {
  readonly #out: LineWriter;
  readonly #prefixes: (Prefix | undefined)[] = new Array(PREFIXES);
  readonly #identifierLists = new Map<readonly Identifier[], string>();
  /** The severity an alert was last written with. */
  readonly #alerted = new WeakMap<Finding, Severity>();

  constructor(drain: Drain) {
    this.#out = new LineWriter(drain);
  }

  event(event: AnyEvent, flow: Flow, time: Micros): void {
    switch (event.type) {
      case 'hl7.message':
        this.#hl7Message(event, flow, time);
        break;
      case 'hl7.session':
        this.#hl7Session(event, flow, time);
        break;
      case 'dicom.message':
        this.#dimse(event, flow, time);
        break;
      case 'dicom.association':
        this.#association(event, flow, time);
        break;
      case 'tls.session':
        this.#tls(event, flow, time);
        break;
    }
  }

  fact(fact: Fact, flow: Flow | null, time: Micros): void {
    if (flow === null) return;
    if (fact.fact === 'flow') {
      if (fact.state === 'end') this.#flow(fact, flow, time);
    } else if (fact.fact === 'anomaly') this.#anomaly(fact, flow, time);
  }

  finding(finding: Finding, change: FindingChange, flow: Flow | null, time: Micros): void {
    const before = this.#alerted.get(finding);
    if (change === 'update' && before !== undefined && !isWorse(finding.severity, before)) return;
    this.#alerted.set(finding, finding.severity);
    this.#alert(finding, flow, time);
  }

  /** One record of the inventory, in the form of assets.json. */
  asset(asset: { ips: readonly string[] }, time: Micros): void {
    const out = this.#out;
    this.#start('asset', time);
    if (asset.ips.length > 0) {
      out.raw(',"src_ip":');
      out.text(asset.ips[0]);
    }
    out.raw(',"asset":');
    out.value(asset);
    this.#finish();
  }

  /** Totals, in the form of summary.json's sections. */
  stats(totals: object, time: Micros): void {
    this.#start('stats', time);
    this.#out.raw(',"stats":');
    this.#out.value(totals);
    this.#finish();
  }

  /** Hands on what is buffered. */
  flush(): void {
    this.#out.flush();
  }

  async close(): Promise<void> {
    this.flush();
  }

  #start(type: string, time: Micros): void {
    const out = this.#out;
    out.raw('{"timestamp":');
    out.time(time);
    out.raw(',"event_type":"');
    out.raw(type);
    out.raw('"');
  }

  #startFlow(type: string, flow: Flow, time: Micros, from: Side): void {
    this.#start(type, time);
    const prefix = this.#prefix(flow);
    if (from === 'client') this.#out.piece(prefix.toServer);
    else {
      prefix.toClient ??= prefixBytes(flow, flow.server, flow.client);
      this.#out.piece(prefix.toClient);
    }
  }

  #finish(): void {
    this.#out.raw('}');
    this.#out.end();
  }

  #prefix(flow: Flow): Prefix {
    const slot = flow.id & (PREFIXES - 1);
    const known = this.#prefixes[slot];
    // `streams` may reuse a flow's object, and may turn a flow round before a dissector takes it.
    if (
      known !== undefined &&
      known.id === flow.id &&
      known.client === flow.client.address &&
      known.clientPort === flow.client.port
    )
      return known;
    const prefix: Prefix = {
      id: flow.id,
      client: flow.client.address,
      clientPort: flow.client.port,
      toServer: prefixBytes(flow, flow.client, flow.server),
      toClient: null,
    };
    this.#prefixes[slot] = prefix;
    return prefix;
  }

  #hl7Message(message: Hl7Message, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow('hl7', flow, time, message.from);
    out.raw(
      isAcknowledgement(message)
        ? ',"hl7":{"kind":"acknowledgement","type":'
        : ',"hl7":{"kind":"message","type":',
    );
    out.text(message.messageType);
    this.#member(',"structure":', message.structure);
    out.raw(',"control_id":');
    out.text(message.controlId);
    this.#member(',"sending_application":', message.sendingApplication);
    this.#member(',"sending_facility":', message.sendingFacility);
    this.#member(',"receiving_application":', message.receivingApplication);
    this.#member(',"receiving_facility":', message.receivingFacility);
    this.#member(',"version":', message.version);
    this.#member(',"processing_id":', message.processingId);
    this.#member(',"charset":', message.charset);
    this.#member(',"ack_code":', message.ackCode);
    this.#member(',"acked_control_id":', message.ackedControlId);
    if (message.latency !== null) {
      out.raw(',"latency_ms":');
      out.ratio(message.latency, 1000);
    }
    out.raw(',"bytes":');
    out.number(message.bytes);
    out.raw(',"segments":');
    out.number(message.segments);
    if (message.framing !== 'mllp') out.raw(',"framing":"raw"');
    if (message.partial) out.raw(',"partial":true');
    if (message.batch) out.raw(',"batch":true');
    this.#identifiers(message.identifiers, message.phi);
    out.raw('}');
    this.#finish();
  }

  #hl7Session(session: Hl7Session, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow('hl7', flow, time, 'client');
    out.raw(',"hl7":{"kind":"session","outcome":');
    out.text(session.outcome);
    out.raw(',"messages":');
    out.number(session.messages);
    out.raw(',"acks":');
    out.number(session.acks);
    out.raw(',"unacknowledged":');
    out.number(session.unacknowledged);
    if (session.commitAcks + session.commitNaks > 0) {
      out.raw(',"commit_acks":');
      out.number(session.commitAcks);
      out.raw(',"commit_naks":');
      out.number(session.commitNaks);
    }
    this.#record(',"by_type":', session.byType);
    this.#record(',"by_ack":', session.byAck);
    this.#list(',"senders":', session.senders);
    this.#list(',"receivers":', session.receivers);
    out.raw(',"patients":');
    out.number(session.patients);
    this.#span(session.start, session.end);
    if (!isEmpty(session.anomalies)) this.#record(',"anomalies":', session.anomalies);
    out.raw('}');
    this.#finish();
  }

  #dimse(message: DimseMessage, flow: Flow, time: Micros): void {
    const out = this.#out;
    const { association } = message;
    this.#startFlow('dicom', flow, time, message.from);
    out.raw(',"dicom":{"kind":"message","command":');
    out.text(message.command);
    out.raw(',"calling_ae":');
    out.text(association.callingAe);
    out.raw(',"called_ae":');
    out.text(association.calledAe);
    out.raw(',"context_id":');
    out.number(message.contextId);
    out.raw(',"message_id":');
    out.number(message.messageId);
    this.#uid(',"sop_class":', ',"sop_class_name":', message.sopClass);
    this.#member(',"sop_instance":', message.sopInstance);
    if (message.status !== '') {
      out.raw(',"status":');
      out.text(message.status);
      this.#member(',"status_class":', message.statusClass);
      this.#member(',"status_text":', message.statusText);
    }
    if (message.latency !== null) {
      out.raw(',"latency_ms":');
      out.ratio(message.latency, 1000);
    }
    this.#member(',"move_destination":', message.moveDestination);
    if (message.subOperations !== null) {
      const { remaining, completed, failed, warning } = message.subOperations;
      out.raw(',"sub_operations":{"remaining":');
      out.number(remaining);
      out.raw(',"completed":');
      out.number(completed);
      out.raw(',"failed":');
      out.number(failed);
      out.raw(',"warning":');
      out.number(warning);
      out.raw('}');
    }
    if (message.dataSetBytes > 0) {
      out.raw(',"data_set_bytes":');
      out.number(message.dataSetBytes);
      this.#uid(',"transfer_syntax":', ',"transfer_syntax_name":', message.transferSyntax);
      if (message.inferred) out.raw(',"inferred":true');
    }
    this.#member(',"modality":', message.modality);
    this.#member(',"query_level":', message.queryLevel);
    if (message.universalQuery) out.raw(',"universal_query":true');
    this.#identifiers(message.identifiers, message.phi);
    out.raw('}');
    this.#finish();
  }

  #association(event: AssociationEnded, flow: Flow, time: Micros): void {
    const out = this.#out;
    const { association } = event;
    this.#startFlow('dicom', flow, time, 'client');
    out.raw(',"dicom":{"kind":"association","calling_ae":');
    out.text(association.callingAe);
    out.raw(',"called_ae":');
    out.text(association.calledAe);
    out.raw(',"outcome":');
    out.text(association.outcome ?? 'cut');
    out.raw(association.accepted ? ',"accepted":true' : ',"accepted":false');
    if (association.withoutRequest) out.raw(',"without_request":true');
    this.#negotiation(association);
    this.#refusal(association);
    this.#traffic(association);
    this.#span(association.start, association.end);
    if (!isEmpty(association.anomalies)) this.#record(',"anomalies":', association.anomalies);
    out.raw('}');
    this.#finish();
  }

  #negotiation(association: Association): void {
    const out = this.#out;
    this.#member(',"application_context":', association.applicationContext);
    out.raw(',"contexts":[');
    for (let i = 0; i < association.contexts.length; i++) {
      if (i > 0) out.raw(',');
      this.#context(association.contexts[i]);
    }
    out.raw(']');
    for (const side of ['client', 'server'] as const) {
      const { classUid, versionName } = association[side];
      if (classUid === '' && versionName === '') continue;
      out.raw(side === 'client' ? ',"client":{"class_uid":' : ',"server":{"class_uid":');
      out.text(classUid);
      out.raw(',"version_name":');
      out.text(versionName);
      out.raw('}');
    }
    if (association.maxPduClient >= 0) this.#count(',"max_pdu_client":', association.maxPduClient);
    if (association.maxPduServer >= 0) this.#count(',"max_pdu_server":', association.maxPduServer);
    if (association.asyncOperations !== null) {
      this.#count(',"async_operations":{"invoked":', association.asyncOperations.invoked);
      this.#count(',"performed":', association.asyncOperations.performed);
      out.raw('}');
    }
    if (association.roles.length > 0) {
      out.raw(',"roles":[');
      for (let i = 0; i < association.roles.length; i++) {
        const role = association.roles[i];
        out.raw(i > 0 ? ',{"sop_class":' : '{"sop_class":');
        out.text(role.sopClass);
        out.raw(role.scu ? ',"scu":true' : ',"scu":false');
        out.raw(role.scp ? ',"scp":true}' : ',"scp":false}');
      }
      out.raw(']');
    }
    if (association.extendedNegotiation.length > 0)
      this.#list(',"extended_negotiation":', association.extendedNegotiation);
    if (association.userIdentity > 0)
      this.#member(',"user_identity":', USER_IDENTITIES[association.userIdentity] ?? 'unknown');
  }

  #context(context: PresentationContext): void {
    const out = this.#out;
    out.raw('{"id":');
    out.number(context.id);
    this.#uid(',"abstract_syntax":', ',"abstract_syntax_name":', context.abstractSyntax);
    this.#list(',"transfer_syntaxes":', context.transferSyntaxes);
    if (context.result !== null) this.#member(',"result":', CONTEXT_RESULTS[context.result] ?? 'unknown');
    this.#uid(',"transfer_syntax":', ',"transfer_syntax_name":', context.transferSyntax);
    if (context.inferred) out.raw(',"inferred":true');
    out.raw('}');
  }

  #refusal(association: Association): void {
    const out = this.#out;
    if (association.rejection !== null) {
      const { result, source, reason, text } = association.rejection;
      this.#count(',"rejection":{"result":', result);
      this.#count(',"source":', source);
      this.#count(',"reason":', reason);
      out.raw(',"text":');
      out.text(text);
      out.raw('}');
    }
    if (association.abort !== null) {
      const { source, reason, text, by } = association.abort;
      this.#count(',"abort":{"source":', source);
      this.#count(',"reason":', reason);
      out.raw(',"text":');
      out.text(text);
      out.raw(',"by":');
      out.text(by);
      out.raw('}');
    }
  }

  #traffic(association: Association): void {
    const out = this.#out;
    out.raw(',"pdus":{');
    let first = true;
    for (let type = 0; type < PDU_NAMES.length; type++) {
      const count = association.pdus[type] ?? 0;
      if (count === 0) continue;
      out.raw(first ? '"' : ',"');
      out.raw(PDU_NAMES[type]);
      out.raw('":');
      out.number(count);
      first = false;
    }
    out.raw('}');
    this.#record(',"messages":', association.messages);
    if (!isEmpty(association.statuses)) {
      out.raw(',"statuses":{');
      first = true;
      for (const command in association.statuses) {
        if (!first) out.raw(',');
        first = false;
        out.text(command);
        this.#record(':', association.statuses[command]);
      }
      out.raw('}');
    }
    if (!isEmpty(association.objects)) {
      out.raw(',"objects":[');
      first = true;
      for (const sopClass in association.objects) {
        if (!first) out.raw(',');
        first = false;
        out.raw('{"sop_class":');
        out.text(sopClass);
        const name = uidName(sopClass);
        if (name !== null) this.#member(',"name":', name);
        this.#count(',"count":', association.objects[sopClass]);
        out.raw('}');
      }
      out.raw(']');
    }
    this.#count(',"bytes_toserver":', association.bytesToServer);
    this.#count(',"bytes_toclient":', association.bytesToClient);
  }

  #tls(session: TlsSession, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow('tls', flow, time, 'client');
    out.raw(',"tls":{"version":');
    out.text(session.version);
    this.#member(',"sni":', session.sni);
    this.#member(',"cipher_suite":', session.cipherSuite);
    this.#member(',"alpn":', session.alpn);
    this.#member(',"inside":', session.inside);
    out.raw(session.answered ? ',"answered":true}' : ',"answered":false}');
    this.#finish();
  }

  #flow(fact: FlowFact, flow: Flow, time: Micros): void {
    const out = this.#out;
    const how = fact.how ?? 'cut';
    this.#startFlow('flow', flow, time, 'client');
    this.#member(',"app_proto":', flow.protocol);
    this.#count(',"flow":{"pkts_toserver":', flow.packetsToServer);
    this.#count(',"pkts_toclient":', flow.packetsToClient);
    this.#count(',"bytes_toserver":', flow.bytesToServer);
    this.#count(',"bytes_toclient":', flow.bytesToClient);
    out.raw(',"start":');
    out.time(flow.start);
    out.raw(',"end":');
    out.time(flow.last);
    out.raw(',"age":');
    out.number(Math.max(0, Math.floor((flow.last - flow.start) / SECOND)));
    out.raw(',"state":"');
    out.raw(flow.bothSides ? FLOW_STATES[how] : 'new');
    out.raw('","reason":"');
    out.raw(FLOW_REASONS[how]);
    out.raw('","closed_by":"');
    out.raw(how);
    out.raw('"');
    if (flow.missedBytes > 0) this.#count(',"missed_bytes":', flow.missedBytes);
    if (flow.midstream) out.raw(',"midstream":true');
    if (flow.orientation !== 'syn') this.#member(',"orientation":', flow.orientation);
    this.#member(',"tunnel":', flow.tunnel);
    out.raw('}');
    this.#finish();
  }

  #anomaly(fact: AnomalyFact, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow('anomaly', flow, time, fact.from);
    const type = fact.protocol === 'ip' ? 'decode' : fact.protocol === 'tcp' ? 'stream' : 'applayer';
    if (type === 'applayer') this.#member(',"app_proto":', fact.protocol);
    out.raw(',"anomaly":{"type":"');
    out.raw(type);
    out.raw('","event":');
    out.text(fact.kind);
    out.raw(',"detail":');
    out.text(fact.detail);
    out.raw('}');
    this.#finish();
  }

  #alert(finding: Finding, flow: Flow | null, time: Micros): void {
    const out = this.#out;
    const { source, destination } = finding;
    if (
      flow !== null &&
      flow.client.address.text === source.ip &&
      flow.server.address.text === destination.ip
    )
      this.#startFlow('alert', flow, time, 'client');
    else if (
      flow !== null &&
      flow.server.address.text === source.ip &&
      flow.client.address.text === destination.ip
    )
      this.#startFlow('alert', flow, time, 'server');
    else {
      this.#start('alert', time);
      out.raw(',"src_ip":');
      out.text(source.ip);
      out.raw(',"dest_ip":');
      out.text(destination.ip);
      if (destination.port !== null) this.#count(',"dest_port":', destination.port);
      if (finding.communityIds.length > 0) this.#member(',"community_id":', finding.communityIds[0]);
    }
    out.raw(',"alert":{"action":"allowed","gid":1,"signature_id":');
    out.number(SIGNATURE_IDS[finding.detection] ?? UNNUMBERED);
    out.raw(',"rev":1,"signature":');
    out.text(finding.title);
    out.raw(',"category":');
    out.text(category(finding.detection));
    this.#count(',"severity":', ALERT_SEVERITY[finding.severity]);
    out.raw(',"metadata":{"detection":');
    out.text(finding.detection);
    out.raw(',"severity":');
    out.text(finding.severity);
    this.#list(',"attack":', finding.attack);
    out.raw('},"summary":');
    out.text(finding.summary);
    this.#member(',"country":', destination.country ?? '');
    out.raw(',"data":');
    out.value(finding.data);
    out.raw('}');
    this.#finish();
  }

  #identifiers(identifiers: readonly Identifier[], phi: readonly Sealed[]): void {
    if (identifiers.length > 0) {
      let json = this.#identifierLists.get(identifiers);
      if (json === undefined) {
        json = `,"identifiers":${JSON.stringify(identifiers)}`;
        // Dissectors share one frozen list per distinct set, so this stays small; if not, it is only slower.
        if (this.#identifierLists.size < 4096) this.#identifierLists.set(identifiers, json);
      }
      this.#out.raw(json);
    }
    if (phi.length > 0) this.#phi(phi);
  }

  /** Without `--reveal-phi` no sealed value has a text, and nothing is written. */
  #phi(phi: readonly Sealed[]): void {
    const out = this.#out;
    let first = true;
    for (const sealed of phi) {
      const text = sealed.revealPhi();
      if (text === null) continue;
      out.raw(first ? ',"phi":[{"' : ',{"');
      out.raw(sealed.kind);
      out.raw('":');
      out.text(text);
      out.raw('}');
      first = false;
    }
    if (!first) out.raw(']');
  }

  #member(key: string, value: string): void {
    if (value === '') return;
    this.#out.raw(key);
    this.#out.text(value);
  }

  #count(key: string, value: number): void {
    this.#out.raw(key);
    this.#out.number(value);
  }

  #uid(key: string, nameKey: string, uid: string): void {
    if (uid === '') return;
    this.#out.raw(key);
    this.#out.text(uid);
    const name = uidName(uid);
    if (name !== null) this.#member(nameKey, name);
  }

  #list(key: string, values: readonly string[]): void {
    const out = this.#out;
    out.raw(key);
    out.raw('[');
    for (let i = 0; i < values.length; i++) {
      if (i > 0) out.raw(',');
      out.text(values[i]);
    }
    out.raw(']');
  }

  #record(key: string, counts: Readonly<Record<string, number>>): void {
    const out = this.#out;
    out.raw(key);
    out.raw('{');
    let first = true;
    for (const label in counts) {
      if (!first) out.raw(',');
      first = false;
      out.text(label);
      out.raw(':');
      out.number(counts[label]);
    }
    out.raw('}');
  }

  #span(start: Micros, end: Micros): void {
    this.#out.raw(',"start":');
    this.#out.time(start);
    this.#out.raw(',"end":');
    this.#out.time(end);
    this.#out.raw(',"duration":');
    this.#out.ratio(Math.max(0, end - start), SECOND);
  }
}

function prefixBytes(flow: Flow, from: Endpoint, to: Endpoint): Uint8Array {
  let text = `,"flow_id":${flow.id}`;
  if (flow.vlan0 >= 0) text += `,"vlan":[${flow.vlan0}${flow.vlan1 >= 0 ? `,${flow.vlan1}` : ''}]`;
  text += `,"src_ip":"${from.address.text}","src_port":${from.port}`;
  text += `,"dest_ip":"${to.address.text}","dest_port":${to.port}`;
  text += `,"proto":"${flow.proto === 'tcp' ? 'TCP' : 'UDP'}","community_id":"${flow.communityId()}"`;
  return Buffer.from(text, 'latin1');
}

function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITY_RANK[severity] < SEVERITY_RANK[than];
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false;
  return true;
}
