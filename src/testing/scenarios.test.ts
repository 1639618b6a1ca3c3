import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DETECTIONS } from '../detections/index.ts';
import { goldenOf, traces } from './traces.ts';

/**
 * What is found in each trace, as bad as it is, and nothing else: `detection source > destination` → severity. PHI in the
 * clear and known vulnerabilities, which most have, are tested by the detections' own tests and by goldens.
 */
const FOUND: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'attacks/beacon': {
    'external.device-to-internet 10.20.4.10 > 203.133.248.10': 'high',
    'external.suspicious-port 10.20.4.10 > 203.133.248.10': 'high',
  },
  'attacks/flood': { 'dicom.association-flood 10.20.5.99 > 10.20.2.10': 'high' },
  'attacks/half-open': { 'dicom.half-open 10.20.5.99 > 10.20.2.20': 'medium' },
  'attacks/message-replayed': {
    'hl7.replayed-message 10.20.5.99 > 10.20.3.10': 'high',
    'hl7.sender-conflict 10.20.5.99 > 10.20.3.10': 'high',
  },
  'attacks/result-altered': { 'hl7.altered-result 10.20.3.10 > 10.20.3.20': 'critical' },
  'attacks/sender-borrowed': { 'hl7.sender-conflict 10.20.5.99 > 10.20.3.10': 'high' },
  'attacks/title-borrowed': { 'dicom.ae-title-conflict 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/aborted-mid-object': { 'dicom.nonstandard-port 10.20.1.10 > 10.20.2.20': 'low' },
  'dicom/altered-object': { 'dicom.altered-object 10.20.2.10 > 10.20.5.10': 'medium' },
  'dicom/application-context': { 'dicom.unknown-application-context 10.20.5.99 > 10.20.2.10': 'low' },
  'dicom/asynchronous': { 'dicom.nonstandard-port 10.20.1.10 > 10.20.2.20': 'low' },
  'dicom/brute-force-nmap': {
    'dicom.scanner 10.20.5.99 > 10.20.2.10': 'high',
    'dicom.ae-title-brute-force 10.20.5.99 > 10.20.2.10': 'high',
  },
  'dicom/brute-force': { 'dicom.ae-title-brute-force 10.20.5.99 > 10.20.2.10': 'critical' },
  'dicom/bulk-get-outside': {
    'external.medical-service-exposed 84.205.75.66 > 10.20.2.10': 'critical',
    'dicom.bulk-retrieve 84.205.75.66 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 84.205.75.66': 'critical',
  },
  'dicom/covert-channel': { 'dicom.covert-channel 10.20.5.99 > 10.20.2.10': 'low' },
  'dicom/enumerate-prefixes': { 'dicom.patient-enumeration 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/failure-ratio': { 'dicom.failure-ratio 10.20.1.10 > 10.20.2.10': 'low' },
  'dicom/find-everyone': { 'dicom.patient-enumeration 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/flood': { 'dicom.association-flood 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/half-open': { 'dicom.half-open 10.20.5.99 > 10.20.2.10': 'medium' },
  'dicom/incident': {
    'dicom.ae-title-brute-force 10.20.5.99 > 10.20.2.10': 'critical',
    'dicom.patient-enumeration 10.20.5.99 > 10.20.2.10': 'high',
    'dicom.bulk-retrieve 10.20.5.99 > 10.20.2.10': 'high',
  },
  'dicom/malformed-context-not-accepted': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-control-header': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-data-before-acceptance': { 'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium' },
  'dicom/malformed-even-context': { 'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium' },
  'dicom/malformed-impossible-length': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-item-past-pdu': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-over-maximum': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-release-length': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-second-request': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/malformed-unknown-pdu': {
    'dicom.malformed 10.20.5.99 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.5.99 > 10.20.2.20': 'low',
  },
  'dicom/many-items': { 'dicom.nonstandard-port 10.20.1.10 > 10.20.2.20': 'low' },
  'dicom/move-outside': {
    'dicom.unexpected-move-destination 10.20.5.99 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 203.133.248.10': 'critical',
    'external.device-to-internet 10.20.2.10 > 203.133.248.10': 'medium',
  },
  'dicom/move-unknown-destination': { 'dicom.unexpected-move-destination 10.20.5.10 > 10.20.2.10': 'medium' },
  'dicom/no-release': {
    'dicom.scanner 10.20.1.10 > 10.20.2.20': 'medium',
    'dicom.nonstandard-port 10.20.1.10 > 10.20.2.20': 'low',
  },
  'dicom/odd-port': { 'dicom.nonstandard-port 10.20.1.10 > 10.20.5.10': 'low' },
  'dicom/promiscuous': { 'dicom.promiscuous-scp 10.20.5.99 > 10.20.2.10': 'medium' },
  'dicom/reset': { 'dicom.nonstandard-port 10.20.1.10 > 10.20.2.20': 'low' },
  'dicom/scanner-nmap': { 'dicom.scanner 10.20.5.99 > 10.20.2.10': 'medium' },
  'dicom/suspicious-title': {
    'dicom.suspicious-ae-title 10.20.5.99 > 10.20.2.10': 'high',
    'dicom.unknown-application-context 10.20.5.99 > 10.20.2.10': 'low',
  },
  'dicom/sweep': { 'dicom.sweep 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/title-conflict': { 'dicom.ae-title-conflict 10.20.5.99 > 10.20.2.10': 'high' },
  'dicom/user-identity': { 'dicom.cleartext-credentials 10.20.1.10 > 10.20.5.10': 'high' },
  'external/archive-emptied': {
    'external.medical-service-exposed 84.205.75.66 > 10.20.2.10': 'critical',
    'dicom.bulk-retrieve 84.205.75.66 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 84.205.75.66': 'critical',
  },
  'external/archive-moved': {
    'dicom.unexpected-move-destination 10.20.5.10 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 84.205.75.66': 'critical',
    'external.device-to-internet 10.20.2.10 > 84.205.75.66': 'medium',
  },
  'external/archive-only-asked': { 'external.medical-service-exposed 84.205.75.66 > 10.20.2.10': 'high' },
  'external/archive-queried': {
    'external.medical-service-exposed 84.205.75.66 > 10.20.2.10': 'critical',
    'dicom.patient-enumeration 84.205.75.66 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 84.205.75.66': 'critical',
  },
  'external/beacon-515': {
    'external.device-to-internet 10.20.4.30 > 203.133.248.10': 'high',
    'external.suspicious-port 10.20.4.30 > 203.133.248.10': 'high',
  },
  'external/device-to-internet': { 'external.device-to-internet 10.20.1.10 > 203.133.248.10': 'high' },
  'external/hl7-sent': {
    'external.phi-to-internet 10.20.3.10 > 203.133.248.10': 'critical',
    'external.device-to-internet 10.20.3.10 > 203.133.248.10': 'medium',
  },
  'external/login-in-clear': { 'device.cleartext-login 10.20.5.99 > 10.20.2.10': 'medium' },
  'ftp/dicom-file': { 'dicom.polyglot 10.20.9.20 > 10.20.9.10': 'high' },
  'hl7/altered-result': { 'hl7.altered-result 10.20.3.10 > 10.20.3.20': 'critical' },
  'hl7/broken-framing': {
    'hl7.malformed 10.20.5.99 > 10.20.3.10': 'medium',
    'hl7.unacknowledged 10.20.5.99 > 10.20.3.10': 'low',
  },
  'hl7/many-naks': { 'hl7.negative-acknowledgements 10.20.3.20 > 10.20.3.10': 'low' },
  'hl7/replayed': {
    'hl7.replayed-message 10.20.5.99 > 10.20.3.10': 'high',
    'hl7.sender-conflict 10.20.5.99 > 10.20.3.10': 'high',
  },
  'hl7/second-sender': { 'hl7.sender-conflict 10.20.5.99 > 10.20.3.10': 'high' },
  'hl7/unacknowledged': { 'hl7.unacknowledged 10.20.3.20 > 10.20.3.10': 'low' },
  'hospital-day': {
    'external.medical-service-exposed 84.205.75.66 > 10.20.2.10': 'critical',
    'dicom.patient-enumeration 84.205.75.66 > 10.20.2.10': 'critical',
    'external.phi-to-internet 10.20.2.10 > 84.205.75.66': 'critical',
    'dicom.ae-title-brute-force 10.20.5.99 > 10.20.2.10': 'critical',
    'external.device-to-internet 10.20.1.10 > 203.133.248.10': 'high',
  },
  'http/polyglot': { 'dicom.polyglot 10.20.0.1 > 10.20.0.2': 'high' },
  'link/arp-spoof': { 'network.address-conflict 10.20.4.99 > 10.20.4.20': 'high' },
  'smb/dicom-file': { 'dicom.polyglot 10.20.9.20 > 10.20.9.10': 'high' },
  'tls/dicom-old-version': { 'dicom.weak-tls 10.20.1.10 > 10.20.2.40': 'medium' },
  'tls/dicom-self-signed': { 'dicom.weak-tls 10.20.1.10 > 10.20.2.40': 'medium' },
  'tls/dicom-weak-cipher': { 'dicom.weak-tls 10.20.1.10 > 10.20.2.40': 'medium' },
  'tls/hl7-1.2': { 'dicom.weak-tls 10.20.3.20 > 10.20.3.10': 'medium' },
};

/** Where patients go by in clear, and no more is wrong: a hospital as it is. */
const QUIET: readonly string[] = ['quiet-day'];

const ordinary = (finding: string): boolean =>
  /^(?:phi\.cleartext-|device\.vulnerable-version)/.test(finding);

/** Findings of a trace by its golden, which the golden test compares with what is found. */
function findingsOf(trace: string): Record<string, string> {
  const last = readFileSync(goldenOf(trace), 'utf8').trimEnd().split('\n').at(-1)!;
  const { end } = JSON.parse(last) as { end: { findings: Record<string, string> } };
  return Object.fromEntries(
    Object.entries(end.findings).map(([finding, severity]) => [finding, severity.split(' ')[0]]),
  );
}

const name = (trace: string): string => trace.replace(/^pcaps\//, '').replace(/\.pcap$/, '');

describe('findings of the traces', () => {
  test.each(traces().map((trace) => [name(trace), trace]))('%s', (path, trace) => {
    const others = Object.entries(findingsOf(trace)).filter(([finding]) => !ordinary(finding));
    expect(Object.fromEntries(others)).toEqual(FOUND[path] ?? {});
  });

  test('are of traces that are there', () => {
    const known = new Set(traces().map(name));
    expect(Object.keys(FOUND).filter((path) => !known.has(path))).toEqual([]);
  });

  test.each(QUIET)('nothing in %s is worse than patients in clear', (path) => {
    const severities = new Set(Object.values(findingsOf(`pcaps/${path}.pcap`)));
    expect([...severities]).toEqual(['medium']);
  });
});

/** A trace that comes close, and on which the detection stays silent. */
const NEAR: Readonly<Record<string, string>> = {
  'external.medical-service-exposed': 'dicom/echo',
  'external.device-to-internet': 'external/office-to-internet',
  'external.phi-to-internet': 'external/archive-only-asked',
  'external.suspicious-port': 'external/printing-515',
  'phi.cleartext-dicom': 'dicom/echo',
  'phi.cleartext-hl7': 'tls/hl7-1.2',
  'phi.cleartext-http': 'http/servers',
  'phi.cleartext-other': 'other/form-template',
  'dicom.ae-title-brute-force': 'dicom/mistyped-title',
  'dicom.scanner': 'dicom/echo-gdcm',
  'dicom.sweep': 'dicom/sweep-archive',
  'dicom.promiscuous-scp': 'dicom/promiscuous-partitions',
  'dicom.ae-title-conflict': 'dicom/title-moved',
  'dicom.patient-enumeration': 'dicom/typed-prefixes',
  'dicom.unexpected-move-destination': 'dicom/move',
  'dicom.bulk-retrieve': 'dicom/get',
  'dicom.association-flood': 'dicom/flood-burst',
  'dicom.half-open': 'dicom/half-open-checks',
  'dicom.malformed': 'dicom/many-items',
  'dicom.suspicious-ae-title': 'dicom/suspicious-title-padded',
  'dicom.cleartext-credentials': 'dicom/store-explicit-le',
  'dicom.unknown-application-context': 'dicom/application-context-padded',
  'dicom.nonstandard-port': 'dicom/worklist',
  'dicom.failure-ratio': 'dicom/failure-ratio-near',
  'dicom.altered-object': 'dicom/resent-object',
  'dicom.polyglot': 'http/dual-tiff',
  'dicom.covert-channel': 'dicom/covert-channel-constant',
  'dicom.weak-tls': 'tls/dicom-good',
  'hl7.unacknowledged': 'hl7/adt',
  'hl7.negative-acknowledgements': 'hl7/nak-ae',
  'hl7.sender-conflict': 'hl7/forwarded',
  'hl7.replayed-message': 'hl7/forwarded',
  'hl7.altered-result': 'hl7/corrected-result',
  'hl7.malformed': 'hl7/odd-delimiters',
  'device.vulnerable-version': 'http/engine-fixed',
  'device.cleartext-login': 'http/orthanc',
  'network.address-conflict': 'link/virtual-router',
};

/** Those that judge by a baseline or a policy: over whole days in baseline.test.ts and suggest.test.ts. */
const BY_COMPARISON: ReadonlySet<string> = new Set([
  'dicom.new-association',
  'hl7.unexpected-message-type',
  'device.cross-zone',
]);

describe.each(DETECTIONS.map(({ meta }) => meta.id).filter((id) => !BY_COMPARISON.has(id)))('%s', (id) => {
  const fires = (trace: string) =>
    Object.keys(findingsOf(trace)).some((finding) => finding.startsWith(`${id} `));

  test('fires on a trace', () => {
    expect(traces().filter(fires).map(name)).not.toEqual([]);
  });

  test('is silent on one close to it', () => {
    expect(fires(`pcaps/${NEAR[id]}.pcap`)).toBe(false);
  });
});
