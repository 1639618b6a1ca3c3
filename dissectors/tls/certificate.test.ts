import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { readCertificate } from './certificate.ts';

/** The certificate of a recorded handshake: the message with its lengths, then the DER. */
function recorded(trace: string): Uint8Array {
  const bytes = readFileSync(new URL(`../../pcaps/tls/${trace}.pcap`, import.meta.url));
  for (let at = bytes.indexOf(0x0b); at >= 0; at = bytes.indexOf(0x0b, at + 1)) {
    const [message, list, one] = [1, 4, 7].map((offset) => bytes.readUIntBE(at + offset, 3));
    if (message === list + 3 && list === one + 3 && bytes[at + 10] === 0x30)
      return Uint8Array.from(bytes.subarray(at + 10, at + 10 + one));
  }
  throw new Error('no certificate in it');
}

const der = recorded('certificate');

describe('a certificate', () => {
  test('says what OpenSSL says it does', () => {
    const read = readCertificate(der)!;
    const other = new X509Certificate(der);
    expect(read.subject).toBe(other.subject.split('\n').join(', '));
    expect(read.issuer).toBe(other.issuer.split('\n').join(', '));
    expect(new Date(`${read.notBefore}Z`)).toEqual(new Date(other.validFrom));
    expect(new Date(`${read.notAfter}Z`)).toEqual(new Date(other.validTo));
    expect(read.names).toEqual(['archive.zztest.example', 'pacs.zztest.example', '10.20.2.40']);
    expect(read.selfSigned).toBe(true);
    expect(read.commonName).toBe('archive.zztest.example');
  });

  test('cut anywhere, or damaged, is read without an exception', () => {
    for (let length = 0; length < der.length; length++)
      expect(readCertificate(der.slice(0, length))).toBeNull();
    const random = new Random(20260302);
    for (let n = 0; n < 20_000; n++) {
      const read = readCertificate(mutateBytes(der, random));
      if (read === null) continue;
      expect(JSON.stringify(read)).not.toMatch(/[\x00-\x1f\x7f]/);
      expect(read.subject.length + read.issuer.length).toBeLessThan(40_000);
    }
  });
});

/** DER by hand. */
const der1 = (tag: number, ...parts: number[][]): number[] => {
  const body = parts.flat();
  return body.length < 128
    ? [tag, body.length, ...body]
    : [tag, 0x82, body.length >> 8, body.length & 255, ...body];
};
const bytesOf = (value: string) => [...Buffer.from(value, 'utf8')];
const attribute = (oid: number[], tag: number, value: number[]) =>
  der1(0x31, der1(0x30, der1(0x06, oid), der1(tag, value)));
const CN = [0x55, 4, 3];
const name = (...attributes: number[][]) => der1(0x30, ...attributes);
function certificate(
  subject: number[],
  notAfter: number[] = der1(0x18, bytesOf('20510102030405Z')),
): Uint8Array {
  const fields = [
    der1(0x02, [1]),
    der1(0x30, der1(0x06, [42, 3])),
    name(attribute(CN, 0x13, bytesOf('ZZ CA'))),
    der1(0x30, der1(0x17, bytesOf('510102030405Z')), notAfter),
    subject,
    der1(0x30),
  ];
  return Uint8Array.from(der1(0x30, der1(0x30, ...fields), der1(0x30), der1(0x03, [0])));
}

describe('its fields', () => {
  test('of version 1; both kinds of time; other letters', () => {
    const read = readCertificate(certificate(name(attribute(CN, 0x0c, bytesOf('Ärzte, Süd')))))!;
    expect(read).toMatchObject({ subject: 'CN=Ärzte\\, Süd', issuer: 'CN=ZZ CA', selfSigned: false });
    expect([read.notBefore, read.notAfter]).toEqual(['1951-01-02T03:04:05', '2051-01-02T03:04:05']);
  });
  test('of two-byte letters, and what cannot be printed', () => {
    expect(readCertificate(certificate(name(attribute(CN, 0x1e, [0, 0x41, 0x03, 0xa9]))))!.subject).toBe(
      'CN=AΩ',
    );
    expect(readCertificate(certificate(name(attribute(CN, 0x13, [0x41, 0, 10, 0x7f]))))!.subject).toBe(
      'CN=A\\x00\\x0a\\x7f',
    );
  });
  test('that make no time', () => {
    expect(readCertificate(certificate(name(), der1(0x18, bytesOf('yesterday'))))!.notAfter).toBe('');
  });
  test('of a hundred attributes are bounded', () => {
    const long = attribute(CN, 0x0c, bytesOf('x'.repeat(5000)));
    const read = readCertificate(certificate(name(...Array.from({ length: 100 }, () => long))))!;
    expect(read.subject.length).toBeLessThan(24 * 210);
  });
});
