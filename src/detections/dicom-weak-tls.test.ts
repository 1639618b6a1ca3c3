import { describe, expect, test } from 'vitest';
import type { TlsCertificate, TlsSession } from '../../dissectors/tls/events.ts';
import { flow } from '../testing/analysis/facts.ts';
import { Run } from '../testing/analysis/run.ts';
import { suiteWeakness } from './cipher-suites.ts';

const ID = 'dicom.weak-tls';
const CERTIFICATE: TlsCertificate = {
  subject: 'CN=pacs.hospital.example',
  issuer: 'CN=Hospital CA',
  notBefore: '2025-03-02T00:00:00',
  notAfter: '2027-03-02T00:00:00',
  names: [],
  selfSigned: false,
  fingerprint: 'ab:cd',
};
const session = (more: Partial<TlsSession> = {}): TlsSession => ({
  type: 'tls.session',
  version: 'TLS 1.2',
  sni: '',
  cipherSuite: 'c02f',
  alpn: '',
  inside: 'dicom',
  answered: true,
  ja3: '',
  ja4: '',
  ja3s: '',
  certificate: CERTIFICATE,
  ...more,
});
const certified = (more: Partial<TlsCertificate>) => session({ certificate: { ...CERTIFICATE, ...more } });
const found = (...events: TlsSession[]) => {
  const run = new Run();
  for (const event of events) run.event(event, flow('10.0.0.1', '10.0.0.2', 2762));
  return run.findings(ID);
};

describe(ID, () => {
  test.each<[string, TlsSession, string]>([
    ['TLS 1.0', session({ version: 'TLS 1.0' }), 'version'],
    ['SSL 3.0', session({ version: 'SSL 3.0' }), 'version'],
    ['no encryption', session({ cipherSuite: '003b' }), 'null'],
    ['no authentication', session({ cipherSuite: 'c018' }), 'anonymous'],
    ['an export suite', session({ cipherSuite: '0008' }), 'export'],
    ['RC4', session({ cipherSuite: 'c011' }), 'rc4'],
    ['DES', session({ cipherSuite: '0009' }), 'des'],
    ['3DES', session({ cipherSuite: '000a' }), '3des'],
    ['integrity only in TLS 1.3', session({ version: 'TLS 1.3', cipherSuite: 'c0b4' }), 'null'],
    ['a certificate out of date', certified({ notAfter: '2026-03-02T08:14:59' }), 'expired-certificate'],
    ['a certificate that signed itself', certified({ selfSigned: true }), 'self-signed-certificate'],
  ])('%s', (_, event, weakness) => {
    expect(found(event)).toMatchObject([
      { severity: 'medium', count: 1, data: { weaknesses: { [weakness]: 1 } } },
    ]);
  });

  test('is told in words, all of it together', () => {
    const weak = session({
      inside: 'hl7',
      version: 'TLS 1.1',
      cipherSuite: '000a',
      certificate: { ...CERTIFICATE, selfSigned: true },
    });
    expect(found(weak, weak)).toMatchObject([
      {
        count: 2,
        summary:
          '10.0.0.1 and 10.0.0.2:2762 speak HL7 over TLS with TLS 1.1, 3DES and a self-signed certificate, in 2 sessions. ' +
          'The certificate is of "CN=pacs.hospital.example".',
        data: { versions: ['TLS 1.1'], cipher_suites: ['000a'], protocols: ['hl7'] },
      },
    ]);
  });

  test.each<[string, TlsSession]>([
    ['good TLS 1.2', session()],
    ['good TLS 1.3', session({ version: 'TLS 1.3', cipherSuite: '1301', certificate: null })],
    ['a certificate that ends this second', certified({ notAfter: '2026-03-02T08:15:00' })],
    ['a certificate without a readable end', certified({ notAfter: '' })],
    ['a version that was not seen', session({ version: '', cipherSuite: '' })],
    ['an offer nobody took', session({ version: 'TLS 1.0', answered: false })],
    ['a web page', session({ version: 'TLS 1.0', inside: '' })],
  ])('%s is none', (_, event) => {
    expect(found(event)).toEqual([]);
  });

  test('suites of today are not weak', () => {
    for (const suite of ['1301', '1302', '1303', 'c02b', 'c02f', 'c030', 'cca8', '009e', '003c', '002f', ''])
      expect(suiteWeakness(suite), suite).toBeNull();
  });
});
