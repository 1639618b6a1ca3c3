import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DETECTIONS } from '../detections/index.ts';

/**
 * The files of a replay as other programs read them, field by field: whoever renames one breaks a dashboard.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TRACE = 'pcaps/hospital-day.pcap';

type Json = { [key: string]: Json } & Json[];

const out = mkdtempSync(join(tmpdir(), 'auscult-contract-'));
afterAll(() => rmSync(out, { recursive: true }));
beforeAll(() => {
  const args = ['--import', 'tsx', 'src/main.ts', 'replay', '--quiet', '--out', out, TRACE];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 120_000);

const text = (name: string) => readFileSync(join(out, name), 'utf8');
const json = (name: string) => JSON.parse(text(name)) as Json;
const keys = (value: Json) => Object.keys(value).join(' ');

/** Paths of a document with the kind of what is there; `*` for keys of `open` mappings, `[]` for elements. */
function shape(value: unknown, open: readonly string[], path = '', into = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const one of value) shape(one, open, `${path}[]`, into);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value))
      shape(inner, open, `${path}.${open.includes(path) ? '*' : key}`, into);
  else into.add(`${path}: ${value === null ? 'null' : typeof value}`);
  return into;
}

const numbers = (path: string, names: string) => names.split(' ').map((name) => `${path}.${name}: number`);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];
const ROLES =
  'modality pacs workstation worklist-server print-server integration-engine ehr medication-dispensing infusion-pump patient-monitor ecg lab-analyzer server client network printer unknown';

test('summary.json', () => {
  const summary = json('summary.json');
  const open = ['.dicom.messages', '.hl7.by_type', '.hl7.by_ack', '.assets.by_role', '.external.by_country'];
  open.push('.phi.by_protocol', '.phi.by_identifier');
  const roles = ['inbound', 'outbound'].map((direction) => `.external.by_role.*.${direction}`);
  expect([...shape(summary, [...open, '.external.by_role', ...roles])].sort()).toEqual(
    [
      '.version: number',
      '.capture.inputs[].path: string',
      '.capture.inputs[].error: null',
      ...numbers('.capture.inputs[]', 'packets bytes'),
      '.capture.first: string',
      '.capture.last: string',
      ...numbers('.capture', 'packets bytes seconds truncated_packets undecoded_packets duplicate_packets'),
      ...numbers('.flows', 'tcp udp with_gaps missed_bytes'),
      ...numbers(
        '.dicom',
        'associations accepted rejected released aborted unanswered without_request over_tls',
      ),
      ...numbers(
        '.dicom.pdus',
        'A-ASSOCIATE-RQ A-ASSOCIATE-AC A-ASSOCIATE-RJ P-DATA-TF A-RELEASE-RQ A-RELEASE-RP A-ABORT',
      ),
      ...numbers('.hl7', 'messages acks unacknowledged over_tls'),
      ...numbers('.assets', 'total medical'),
      ...numbers('.external', 'peers inbound_connections outbound_connections'),
      ...numbers('.phi', 'exposures patients'),
      ...numbers('.findings', SEVERITIES.join(' ')),
      ...[...open, ...roles].map((path) => `${path}.*: number`),
    ].sort(),
  );
  expect(summary.capture.first).toMatch(TIME);
  expect(summary.capture.last).toMatch(TIME);
  expect(keys(summary)).toBe('version capture flows dicom hl7 assets external phi findings');
  // The parts agree with the whole, and the files with each other.
  const sum = (counts: Json) => Object.values(counts).reduce((total, one) => total + Number(one), 0);
  expect(sum(summary.assets.by_role)).toBe(summary.assets.total);
  expect(sum(summary.hl7.by_type)).toBe(summary.hl7.messages);
  const crossed = (direction: string) =>
    Object.values(summary.external.by_role).reduce((total, role) => total + sum(role[direction]), 0);
  expect(crossed('inbound')).toBe(summary.external.inbound_connections);
  expect(crossed('outbound')).toBe(summary.external.outbound_connections);
  expect(sum(summary.hl7.by_ack)).toBe(summary.hl7.acks);
  expect(json('assets.json')).toHaveLength(Number(summary.assets.total));
  expect(json('findings.json')).toHaveLength(sum(summary.findings));
  expect(text('assets.csv').trimEnd().split('\n')).toHaveLength(Number(summary.assets.total) + 1);
});

test('assets.json', () => {
  for (const asset of json('assets.json')) {
    expect(keys(asset)).toBe(
      'id ips macs hostname vendor model serial software os role modality ae_titles hl7_applications hl7_facilities implementation services exposure vulnerabilities first_seen last_seen confidence evidence',
    );
    expect(keys(asset.implementation)).toBe('class_uid version_name product version');
    expect(keys(asset.exposure)).toBe('inbound outbound countries');
    for (const service of asset.services)
      expect(keys(service)).toBe('port proto protocol tls product version');
    for (const vulnerability of asset.vulnerabilities)
      expect(keys(vulnerability)).toBe('cve product version fixed_in confidence reference');
    for (const item of asset.evidence) expect(keys(item)).toBe('attribute value source at');
    expect(ROLES.split(' ')).toContain(asset.role);
    expect(['high', 'medium', 'low']).toContain(asset.confidence);
    expect(asset.first_seen).toMatch(TIME);
    expect(asset.last_seen).toMatch(TIME);
  }
});

test('findings.json', () => {
  const ids = DETECTIONS.map(({ meta }) => meta.id);
  const seen = new Set<string>();
  for (const finding of json('findings.json')) {
    expect(keys(finding)).toBe(
      'detection title severity source destination count first_seen last_seen summary data attack community_ids',
    );
    expect(keys(finding.source)).toBe('ip asset');
    expect(keys(finding.destination)).toBe('ip port asset country');
    expect(ids).toContain(finding.detection);
    expect(SEVERITIES).toContain(finding.severity);
    expect(finding.summary).toMatch(/^[^\n]+\.$/);
    expect(Number(finding.count)).toBeGreaterThan(0);
    for (const id of finding.community_ids) expect(id).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
    for (const id of finding.attack) expect(id).toMatch(/^T\d{4}(\.\d{3})?$/);
    seen.add(`${finding.detection} ${finding.source.ip} ${finding.destination.ip}`);
  }
  expect(seen.size).toBe(json('findings.json').length);
});

describe('eve.json', () => {
  const TYPES = ['dicom', 'hl7', 'flow', 'tls', 'asset', 'alert', 'anomaly', 'stats'];
  const lines = () =>
    text('eve.json')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);

  test('one object a line, with one object named after its type', () => {
    for (const event of lines()) {
      const type = String(event.event_type);
      expect(TYPES).toContain(type);
      expect(event.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$/);
      expect(TYPES.filter((name) => name in event)).toEqual([type]);
      const { timestamp: _, event_type: __, [type]: ___, ...rest } = event;
      for (const key of Object.keys(rest))
        expect(
          'flow_id community_id src_ip src_port dest_ip dest_port proto vlan app_proto'.split(' '),
        ).toContain(key);
      if (['dicom', 'hl7', 'flow', 'tls'].includes(type))
        expect(Object.keys(event)).toEqual(
          expect.arrayContaining(['flow_id', 'community_id', 'src_ip', 'src_port', 'dest_ip', 'dest_port']),
        );
    }
  });

  test('as many as the summary counts', () => {
    const all = lines();
    const summary = json('summary.json');
    const count = (type: string, kind?: string) =>
      all.filter(
        (event) => event.event_type === (type as never) && (!kind || event[type].kind === (kind as never)),
      ).length;
    expect(count('dicom', 'association')).toBe(summary.dicom.associations);
    expect(count('asset')).toBe(summary.assets.total);
    expect(count('hl7', 'message')).toBe(summary.hl7.messages);
    expect(count('hl7', 'acknowledgement')).toBe(summary.hl7.acks);
    expect(count('flow')).toBe(Number(summary.flows.tcp) + Number(summary.flows.udp));
    expect(count('stats')).toBe(1);
  });

  test('alerts', () => {
    const alerts = lines().filter((event) => 'alert' in event);
    expect(alerts.length).toBeGreaterThan(10);
    const { findings } = json('summary.json');
    expect(new Set(alerts.map(({ alert }) => alert.metadata.detection)).size).toBeGreaterThan(4);
    expect(Number(findings.critical)).toBeGreaterThan(0);
    for (const { alert } of alerts) {
      expect(keys(alert)).toMatch(/^action gid signature_id rev signature category severity metadata\b/);
      expect([1, 2, 3, 4]).toContain(alert.severity);
    }
  });
});

test('metrics.prom', () => {
  const series = text('metrics.prom')
    .split('\n')
    .filter((line) => line.startsWith('# TYPE'))
    .map((line) => line.split(' ').slice(2).join(' '));
  const counters =
    'packets_total bytes_total packets_dropped_total packets_undecoded_total flow_evictions_total dicom_associations_total dicom_messages_total dicom_bytes_total hl7_messages_total hl7_acknowledgements_total phi_exposures_total external_connections_total findings_total dissector_errors_total';
  const gauges =
    'flows_active assets asset_info asset_info_omitted asset_vulnerabilities detection_last_seen_timestamp_seconds build_info';
  expect(series).toEqual(
    expect.arrayContaining([
      ...counters.split(' ').map((name) => `auscult_${name} counter`),
      ...gauges.split(' ').map((name) => `auscult_${name} gauge`),
      'auscult_dicom_association_duration_seconds histogram',
      'auscult_hl7_acknowledgement_seconds histogram',
    ]),
  );
});
