/**
 * What hellos and certificates say of the two ends, as lists of facts: the same objects for the same values, so that a
 * list is told once and not in every connection.
 */
import { createHash } from 'node:crypto';
import { BoundedMap } from '../../src/core/bounded.ts';
import { FactLists } from '../../src/core/fact-lists.ts';
import type { Fact } from '../../src/core/facts.ts';
import { isHostName } from '../../src/core/host-name.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { ja3sText, ja3Text, ja4, md5 } from './fingerprints.ts';
import { type ClientHello, isGrease, type ServerHello } from './wire.ts';

export interface ClientStatement {
  readonly ja3: string;
  readonly ja4: string;
  readonly facts: readonly Fact[];
}

export interface CertificateStatement {
  readonly certificate: Certificate;
  /** SHA-1 of the certificate, as `ab:cd:…`. */
  readonly fingerprint: string;
  readonly facts: readonly Fact[];
}

const NOTHING: readonly Fact[] = [];
const VALUE_LIMIT = 200;

const clients = new BoundedMap<string, ClientStatement>(2048);
const servers = new BoundedMap<string, string>(1024);
const names = new FactLists(2048);
const certificates = new BoundedMap<string, CertificateStatement | null>(1024);

export function ofClient(hello: ClientHello, transport: 't' | 'q'): ClientStatement {
  const text = ja3Text(hello);
  const alpn = Buffer.from(hello.firstAlpn).toString('latin1');
  const greases = hello.extensions.some(isGrease);
  const key = `${transport}${greases ? 1 : 0}${hello.version};${text};${hello.signatureAlgorithms.join()};${alpn}`;
  let known = clients.get(key);
  if (known === undefined) {
    const ja3 = md5(text);
    const fourth = ja4(hello, transport);
    const facts: Fact[] = [
      { fact: 'attribute', side: 'client', attribute: 'fingerprint', value: fourth, source: 'TLS JA4' },
    ];
    // Programs that send GREASE shuffle their extensions too: their JA3 is another one each time and tells nothing.
    if (!greases)
      facts.push({
        fact: 'attribute',
        side: 'client',
        attribute: 'fingerprint',
        value: ja3,
        source: 'TLS JA3',
      });
    known = { ja3, ja4: fourth, facts };
    clients.set(key, known);
  }
  return known;
}

export function ja3s(hello: ServerHello): string {
  const text = ja3sText(hello);
  let known = servers.get(text);
  if (known === undefined) {
    known = md5(text);
    servers.set(text, known);
  }
  return known;
}

/** A client calls the server by the name it asks for. */
export function ofServerName(sni: string): readonly Fact[] {
  if (sni === '') return NOTHING;
  return names.of(sni, () =>
    isHostName(sni)
      ? [{ fact: 'attribute', side: 'server', attribute: 'hostname', value: sni, source: 'TLS SNI' }]
      : NOTHING,
  );
}

/** `named`: the server is known to be one that makes its own certificate out of its name (Windows does for RDP). */
export function ofCertificate(der: Uint8Array, named: boolean): CertificateStatement | null {
  const digest = createHash('sha1').update(der).digest('hex');
  const key = named ? `${digest}+` : digest;
  const known = certificates.get(key);
  if (known !== undefined) return known;
  const certificate = readCertificate(der);
  const statement =
    certificate === null
      ? null
      : {
          certificate,
          fingerprint: digest.replace(/..(?=.)/g, '$&:'),
          facts: factsOf(certificate, named),
        };
  certificates.set(key, statement);
  return statement;
}

function factsOf(certificate: Certificate, named: boolean): readonly Fact[] {
  const facts: Fact[] = [];
  const subject = certificate.subject.slice(0, VALUE_LIMIT);
  if (subject !== '')
    facts.push({
      fact: 'attribute',
      side: 'server',
      attribute: 'certificate',
      value: subject,
      source: 'TLS certificate subject',
    });
  const name = hostNameOf(certificate, named);
  if (name !== '')
    facts.push({
      fact: 'attribute',
      side: 'server',
      attribute: 'hostname',
      value: name,
      source: 'TLS certificate name',
    });
  return facts;
}

/**
 * The common name, or else the only alternative name. A single word may be anything (`Device`, a serial number): it is a
 * host's name where an alternative name repeats it.
 */
function hostNameOf({ commonName, names }: Certificate, named: boolean): string {
  if (isHostName(commonName) && (commonName.includes('.') || named || names.includes(commonName)))
    return commonName;
  const hosts = names.filter((name) => isHostName(name) && name.includes('.'));
  return hosts.length === 1 && names.length === 1 ? hosts[0] : '';
}
