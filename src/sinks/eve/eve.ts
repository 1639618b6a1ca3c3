import type {
  Association,
  AssociationEnded,
  DimseMessage,
  PresentationContext,
} from '../../../dissectors/dicom/events.ts';
import type { Hl7Message, Hl7Session } from '../../../dissectors/hl7/events.ts';
import type { AnyEvent } from '../../../dissectors/index.ts';
import type { QuicSession, TlsCertificate, TlsSession } from '../../../dissectors/tls/events.ts';
import type { AnomalyFact, Fact, FlowFact, Side } from '../../core/facts.ts';
import type { Flow } from '../../core/flow.ts';
import type { Identifier, Sealed } from '../../core/sealed.ts';
import { type Micros, SECOND } from '../../core/time.ts';
import type { Finding, FindingChange } from '../../detections/finding.ts';
import { findingData } from '../documents.ts';
import type { Sink } from '../sink.ts';
import { isAcknowledgement, PDU_NAMES } from '../tally.ts';
import { uidName } from '../uids.ts';
import { type Drain, LineWriter } from './lines.ts';
import { KEY, PIECE } from './pieces.ts';
import { ALERT_SEVERITY, category, SIGNATURE_IDS, UNNUMBERED } from './signatures.ts';

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
 * flow, anomaly, finding (`alert`: when it appears, when it gets more severe, and once a minute while it goes on)
 * and, at the end, per asset, and one `stats`.
 *
 * A record about a message has its sender as `src_ip`; one about an association, a session, a flow or an
 * anomaly has the client there. Byte counts of flows are of TCP and UDP payload. A patient is never in a
 * record: `identifiers` says which kinds of identifier went by; their values are in `phi` only with
 * `--reveal-phi`.
 */
export class EveLog implements Sink {
  readonly #out: LineWriter;
  readonly #identifierLists = new Map<readonly Identifier[], string>();

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
      case 'quic.session':
        this.#quic(event, flow, time);
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
    this.#alert(finding, change, flow, time);
  }

  /** One record of the inventory, in the form of assets.json. */
  asset(asset: { ips: readonly string[] }, time: Micros): void {
    const out = this.#out;
    this.#start(PIECE.eventAsset, time);
    if (asset.ips.length > 0) {
      out.piece(KEY.src_ip);
      out.text(asset.ips[0]);
    }
    out.piece(KEY.asset);
    out.value(asset);
    this.#finish();
  }

  /** Totals, in the form of summary.json's sections. */
  stats(totals: object, time: Micros): void {
    this.#start(PIECE.eventStats, time);
    this.#out.piece(KEY.stats);
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

  #start(event: Uint8Array, time: Micros): void {
    const out = this.#out;
    out.piece(PIECE.timestamp);
    out.time(time);
    out.piece(event);
  }

  #startFlow(event: Uint8Array, flow: Flow, time: Micros, from: Side): void {
    const out = this.#out;
    this.#start(event, time);
    this.#count(KEY.flow_id, flow.id);
    if (flow.vlan0 >= 0) {
      this.#count(PIECE.vlan, flow.vlan0);
      if (flow.vlan1 >= 0) this.#count(PIECE.comma, flow.vlan1);
      out.raw(']');
    }
    const source = from === 'client' ? flow.client : flow.server;
    const destination = from === 'client' ? flow.server : flow.client;
    out.piece(PIECE.sourceAddress);
    out.raw(source.address.text);
    this.#count(PIECE.sourcePort, source.port);
    out.piece(PIECE.destinationAddress);
    out.raw(destination.address.text);
    this.#count(PIECE.destinationPort, destination.port);
    out.piece(flow.proto === 'tcp' ? PIECE.tcp : PIECE.udp);
    out.raw(flow.communityId());
    out.raw('"');
  }

  #finish(): void {
    this.#out.raw('}');
    this.#out.end();
  }

  #hl7Message(message: Hl7Message, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow(PIECE.eventHl7, flow, time, message.from);
    out.piece(isAcknowledgement(message) ? PIECE.hl7Acknowledgement : PIECE.hl7Message);
    out.text(message.messageType);
    this.#member(KEY.structure, message.structure);
    out.piece(KEY.control_id);
    out.text(message.controlId);
    this.#member(KEY.sending_application, message.sendingApplication);
    this.#member(KEY.sending_facility, message.sendingFacility);
    this.#member(KEY.receiving_application, message.receivingApplication);
    this.#member(KEY.receiving_facility, message.receivingFacility);
    this.#member(KEY.version, message.version);
    this.#member(KEY.processing_id, message.processingId);
    this.#member(KEY.charset, message.charset);
    this.#member(KEY.ack_code, message.ackCode);
    this.#member(KEY.acked_control_id, message.ackedControlId);
    if (message.latency !== null) {
      out.piece(KEY.latency_ms);
      out.ratio(message.latency, 1000);
    }
    out.piece(KEY.bytes);
    out.number(message.bytes);
    out.piece(KEY.segments);
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
    this.#startFlow(PIECE.eventHl7, flow, time, 'client');
    out.piece(PIECE.hl7Session);
    out.text(session.outcome);
    out.piece(KEY.messages);
    out.number(session.messages);
    out.piece(KEY.acks);
    out.number(session.acks);
    out.piece(KEY.unacknowledged);
    out.number(session.unacknowledged);
    if (session.commitAcks + session.commitNaks > 0) {
      out.piece(KEY.commit_acks);
      out.number(session.commitAcks);
      out.piece(KEY.commit_naks);
      out.number(session.commitNaks);
    }
    this.#record(KEY.by_type, session.byType);
    this.#record(KEY.by_ack, session.byAck);
    this.#list(KEY.senders, session.senders);
    this.#list(KEY.receivers, session.receivers);
    out.piece(KEY.patients);
    out.number(session.patients);
    this.#span(session.start, session.end);
    if (!isEmpty(session.anomalies)) this.#record(KEY.anomalies, session.anomalies);
    out.raw('}');
    this.#finish();
  }

  #dimse(message: DimseMessage, flow: Flow, time: Micros): void {
    const out = this.#out;
    const { association } = message;
    this.#startFlow(PIECE.eventDicom, flow, time, message.from);
    out.piece(PIECE.dicomMessage);
    out.text(message.command);
    out.piece(KEY.calling_ae);
    out.text(association.callingAe);
    out.piece(KEY.called_ae);
    out.text(association.calledAe);
    out.piece(KEY.context_id);
    out.number(message.contextId);
    out.piece(KEY.message_id);
    out.number(message.messageId);
    this.#uid(KEY.sop_class, KEY.sop_class_name, message.sopClass);
    this.#member(KEY.sop_instance, message.sopInstance);
    if (message.status !== '') {
      out.piece(KEY.status);
      out.text(message.status);
      this.#member(KEY.status_class, message.statusClass);
      this.#member(KEY.status_text, message.statusText);
    }
    if (message.latency !== null) {
      out.piece(KEY.latency_ms);
      out.ratio(message.latency, 1000);
    }
    this.#member(KEY.move_destination, message.moveDestination);
    this.#member(KEY.move_originator, message.moveOriginator);
    if (message.subOperations !== null) {
      const { remaining, completed, failed, warning } = message.subOperations;
      out.raw(',"sub_operations":{"remaining":');
      out.number(remaining);
      out.piece(KEY.completed);
      out.number(completed);
      out.piece(KEY.failed);
      out.number(failed);
      out.piece(KEY.warning);
      out.number(warning);
      out.raw('}');
    }
    if (message.dataSetBytes > 0) {
      out.piece(KEY.data_set_bytes);
      out.number(message.dataSetBytes);
      this.#uid(KEY.transfer_syntax, KEY.transfer_syntax_name, message.transferSyntax);
      if (message.inferred) out.raw(',"inferred":true');
    }
    if (message.partial) out.raw(',"partial":true');
    this.#member(KEY.modality, message.modality);
    this.#member(KEY.query_level, message.queryLevel);
    if (message.universalQuery) out.raw(',"universal_query":true');
    this.#identifiers(message.identifiers, message.phi);
    out.raw('}');
    this.#finish();
  }

  #association(event: AssociationEnded, flow: Flow, time: Micros): void {
    const out = this.#out;
    const { association } = event;
    this.#startFlow(PIECE.eventDicom, flow, time, 'client');
    out.piece(PIECE.dicomAssociation);
    out.text(association.callingAe);
    out.piece(KEY.called_ae);
    out.text(association.calledAe);
    out.piece(KEY.outcome);
    out.text(association.outcome ?? 'cut');
    out.raw(association.accepted ? ',"accepted":true' : ',"accepted":false');
    if (association.withoutRequest) out.raw(',"without_request":true');
    this.#negotiation(association);
    this.#refusal(association);
    this.#traffic(association);
    this.#span(association.start, association.end);
    if (!isEmpty(association.anomalies)) this.#record(KEY.anomalies, association.anomalies);
    out.raw('}');
    this.#finish();
  }

  #negotiation(association: Association): void {
    const out = this.#out;
    this.#member(KEY.application_context, association.applicationContext);
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
      out.piece(KEY.version_name);
      out.text(versionName);
      out.raw('}');
    }
    if (association.maxPduClient >= 0) this.#count(KEY.max_pdu_client, association.maxPduClient);
    if (association.maxPduServer >= 0) this.#count(KEY.max_pdu_server, association.maxPduServer);
    if (association.asyncOperations !== null) {
      this.#count(PIECE.asyncOperations, association.asyncOperations.invoked);
      this.#count(KEY.performed, association.asyncOperations.performed);
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
      this.#list(KEY.extended_negotiation, association.extendedNegotiation);
    if (association.userIdentity > 0)
      this.#member(KEY.user_identity, USER_IDENTITIES[association.userIdentity] ?? 'unknown');
  }

  #context(context: PresentationContext): void {
    const out = this.#out;
    out.raw('{"id":');
    out.number(context.id);
    this.#uid(KEY.abstract_syntax, KEY.abstract_syntax_name, context.abstractSyntax);
    this.#list(KEY.transfer_syntaxes, context.transferSyntaxes);
    if (context.result !== null) this.#member(KEY.result, CONTEXT_RESULTS[context.result] ?? 'unknown');
    this.#uid(KEY.transfer_syntax, KEY.transfer_syntax_name, context.transferSyntax);
    if (context.inferred) out.raw(',"inferred":true');
    out.raw('}');
  }

  #refusal(association: Association): void {
    const out = this.#out;
    if (association.rejection !== null) {
      const { result, source, reason, text } = association.rejection;
      this.#count(PIECE.rejection, result);
      this.#count(KEY.source, source);
      this.#count(KEY.reason, reason);
      out.piece(KEY.text);
      out.text(text);
      out.raw('}');
    }
    if (association.abort !== null) {
      const { source, reason, text, by } = association.abort;
      this.#count(PIECE.abort, source);
      this.#count(KEY.reason, reason);
      out.piece(KEY.text);
      out.text(text);
      out.piece(KEY.by);
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
    this.#record(KEY.messages, association.messages);
    if (!isEmpty(association.statuses)) {
      out.raw(',"statuses":{');
      first = true;
      for (const command in association.statuses) {
        if (!first) out.raw(',');
        first = false;
        out.text(command);
        this.#record(PIECE.colon, association.statuses[command]);
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
        if (name !== null) this.#member(KEY.name, name);
        this.#count(KEY.count, association.objects[sopClass]);
        out.raw('}');
      }
      out.raw(']');
    }
    this.#count(KEY.bytes_toserver, association.bytesToServer);
    this.#count(KEY.bytes_toclient, association.bytesToClient);
  }

  #tls(session: TlsSession, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow(PIECE.eventTls, flow, time, 'client');
    out.raw(',"tls":{"version":');
    out.text(session.version);
    this.#member(KEY.sni, session.sni);
    this.#member(KEY.cipher_suite, session.cipherSuite);
    this.#member(KEY.alpn, session.alpn);
    this.#member(KEY.inside, session.inside);
    if (session.certificate !== null) this.#certificate(session.certificate);
    this.#fingerprint(PIECE.ja3, session.ja3);
    this.#fingerprint(PIECE.ja3s, session.ja3s);
    this.#member(KEY.ja4, session.ja4);
    out.raw(session.answered ? ',"answered":true}' : ',"answered":false}');
    this.#finish();
  }

  #quic(session: QuicSession, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow(PIECE.eventTls, flow, time, 'client');
    out.piece(PIECE.quic);
    this.#member(KEY.quic_version, session.quicVersion);
    this.#member(KEY.sni, session.sni);
    this.#member(KEY.alpn, session.alpn);
    this.#fingerprint(PIECE.ja3, session.ja3);
    this.#member(KEY.ja4, session.ja4);
    out.raw('}');
    this.#finish();
  }

  #certificate(certificate: TlsCertificate): void {
    this.#member(KEY.subject, certificate.subject);
    this.#member(KEY.issuerdn, certificate.issuer);
    this.#member(KEY.fingerprint, certificate.fingerprint);
    this.#member(KEY.notbefore, certificate.notBefore);
    this.#member(KEY.notafter, certificate.notAfter);
    if (certificate.names.length > 0) this.#list(KEY.subjectaltname, certificate.names);
    this.#out.raw(certificate.selfSigned ? ',"self_signed":true' : ',"self_signed":false');
  }

  #fingerprint(piece: Uint8Array, hash: string): void {
    if (hash === '') return;
    this.#out.piece(piece);
    this.#out.text(hash);
    this.#out.raw('}');
  }

  #flow(fact: FlowFact, flow: Flow, time: Micros): void {
    const out = this.#out;
    const how = fact.how ?? 'cut';
    this.#startFlow(PIECE.eventFlow, flow, time, 'client');
    this.#member(KEY.app_proto, flow.protocol);
    this.#count(PIECE.flow, flow.packetsToServer);
    this.#count(KEY.pkts_toclient, flow.packetsToClient);
    this.#count(KEY.bytes_toserver, flow.bytesToServer);
    this.#count(KEY.bytes_toclient, flow.bytesToClient);
    out.piece(KEY.start);
    out.time(flow.start);
    out.piece(KEY.end);
    out.time(flow.last);
    out.piece(KEY.age);
    out.number(Math.max(0, Math.floor((flow.last - flow.start) / SECOND)));
    out.raw(',"state":"');
    out.raw(flow.bothSides ? FLOW_STATES[how] : 'new');
    out.raw('","reason":"');
    out.raw(FLOW_REASONS[how]);
    out.raw('","closed_by":"');
    out.raw(how);
    out.raw('"');
    if (flow.missedBytes > 0) this.#count(KEY.missed_bytes, flow.missedBytes);
    if (flow.midstream) out.raw(',"midstream":true');
    if (flow.orientation !== 'syn') this.#member(KEY.orientation, flow.orientation);
    this.#member(KEY.tunnel, flow.tunnel);
    out.raw('}');
    this.#finish();
  }

  #anomaly(fact: AnomalyFact, flow: Flow, time: Micros): void {
    const out = this.#out;
    this.#startFlow(PIECE.eventAnomaly, flow, time, fact.from);
    const type = fact.protocol === 'ip' ? 'decode' : fact.protocol === 'tcp' ? 'stream' : 'applayer';
    if (type === 'applayer') this.#member(KEY.app_proto, fact.protocol);
    out.raw(',"anomaly":{"type":"');
    out.raw(type);
    out.raw('","event":');
    out.text(fact.kind);
    out.piece(KEY.detail);
    out.text(fact.detail);
    out.raw('}');
    this.#finish();
  }

  #alert(finding: Finding, change: FindingChange, flow: Flow | null, time: Micros): void {
    const out = this.#out;
    const { source, destination } = finding;
    if (
      flow !== null &&
      flow.client.address.text === source.ip &&
      flow.server.address.text === destination.ip
    )
      this.#startFlow(PIECE.eventAlert, flow, time, 'client');
    else if (
      flow !== null &&
      flow.server.address.text === source.ip &&
      flow.client.address.text === destination.ip
    )
      this.#startFlow(PIECE.eventAlert, flow, time, 'server');
    else {
      this.#start(PIECE.eventAlert, time);
      out.piece(KEY.src_ip);
      out.text(source.ip);
      out.piece(KEY.dest_ip);
      out.text(destination.ip);
      if (destination.port !== null) this.#count(KEY.dest_port, destination.port);
      if (finding.communityIds.length > 0) this.#member(KEY.community_id, finding.communityIds[0]);
    }
    out.raw(',"alert":{"action":"allowed","gid":1,"signature_id":');
    out.number(SIGNATURE_IDS[finding.detection] ?? UNNUMBERED);
    out.raw(',"rev":1,"signature":');
    out.text(finding.title);
    out.piece(KEY.category);
    out.text(category(finding.detection));
    this.#count(KEY.severity, ALERT_SEVERITY[finding.severity]);
    out.raw(',"metadata":{"detection":');
    out.text(finding.detection);
    out.piece(KEY.severity);
    out.text(finding.severity);
    this.#list(KEY.attack, finding.attack);
    out.raw(`,"change":"${change}"`);
    if (finding.incident !== null) {
      out.raw(',"incident":');
      out.text(finding.incident.id);
    }
    out.raw('},"count":');
    out.number(finding.count);
    out.raw(',"summary":');
    out.text(finding.summary);
    this.#member(KEY.country, destination.country ?? '');
    out.piece(KEY.data);
    out.value(findingData(finding));
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

  #member(key: Uint8Array, value: string): void {
    if (value === '') return;
    this.#out.piece(key);
    this.#out.text(value);
  }

  #count(key: Uint8Array, value: number): void {
    this.#out.piece(key);
    this.#out.number(value);
  }

  #uid(key: Uint8Array, nameKey: Uint8Array, uid: string): void {
    if (uid === '') return;
    this.#out.piece(key);
    this.#out.text(uid);
    const name = uidName(uid);
    if (name !== null) this.#member(nameKey, name);
  }

  #list(key: Uint8Array, values: readonly string[]): void {
    const out = this.#out;
    out.piece(key);
    out.raw('[');
    for (let i = 0; i < values.length; i++) {
      if (i > 0) out.raw(',');
      out.text(values[i]);
    }
    out.raw(']');
  }

  #record(key: Uint8Array, counts: Readonly<Record<string, number>>): void {
    const out = this.#out;
    out.piece(key);
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
    this.#out.piece(KEY.start);
    this.#out.time(start);
    this.#out.piece(KEY.end);
    this.#out.time(end);
    this.#out.piece(KEY.duration);
    this.#out.ratio(Math.max(0, end - start), SECOND);
  }
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _ in record) return false;
  return true;
}
