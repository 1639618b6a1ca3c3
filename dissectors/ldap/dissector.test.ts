import { describe, expect, test } from 'vitest';
import { entry, ping, RESPONSE, search } from '../../pcaps/lab/written/ldap.ts';
import { message, pdu } from '../../pcaps/lab/written/snmp.ts';
import { everyCut, type OfferOptions, offer } from '../../src/testing/datagrams.ts';
import { mutateBytes } from '../../src/testing/mutate.ts';
import { Random } from '../../src/testing/random.ts';
import { cldap } from './index.ts';

const words = (bytes: Uint8Array, options: OfferOptions = {}): string[] =>
  offer(cldap, bytes, options).told.map((said) =>
    said.fact === 'service' ? `service ${said.state}` : `${said.side} ${said.attribute}: ${said.value}`,
  );
const answer: OfferOptions = { direction: 1 };

describe('looking for a domain controller', () => {
  test('the client names itself', () => {
    expect(words(ping('REPORT01'))).toEqual(['service asked', 'client hostname: REPORT01']);
    for (const host of ['', '10.0.0.1', 'a b']) expect(words(ping(host))).toEqual(['service asked']);
  });

  test('the controller answers', () => {
    expect(words(entry('netlogon', RESPONSE), answer)).toEqual([
      'service answered',
      'server hostname: dc1.hospital.example',
      'server hostname: DC1',
      'server domain: hospital.example',
      'server domain: HOSPITAL',
      'server device-class: server',
    ]);
  });

  test('users are never named', () => {
    const all = [offer(cldap, ping('A', 'reader')), offer(cldap, entry('netlogon', RESPONSE), answer)];
    expect(JSON.stringify(all)).not.toContain('reader');
  });

  test('the rootDSE', () => {
    expect(words(entry('dnsHostName', 'dc1.hospital.example'), answer)).toEqual([
      'service answered',
      'server hostname: dc1.hospital.example',
    ]);
    expect(words(search([], 'dnsHostName'))).toEqual(['service asked']);
  });

  test('a pointer that leads forward or to itself names nobody', () => {
    for (const target of [24, 25, 39, 63]) {
      const value = Buffer.from(RESPONSE);
      value.set([0xc0, target], 24);
      expect(words(entry('netlogon', value), answer)).toEqual(['service answered']);
    }
  });
});

describe('datagrams', () => {
  test('are claimed on any port only when they are of Netlogon', () => {
    expect(offer(cldap, ping('A'), { hinted: false }).claimed).toBe(true);
    expect(offer(cldap, search([], 'dnsHostName'), { hinted: false }).claimed).toBe(false);
    expect(offer(cldap, message(pdu(0xa0, []), 1))).toMatchObject({ claimed: false, told: [] });
    expect(offer(cldap, Buffer.alloc(64))).toMatchObject({ claimed: false, told: [] });
  });

  test('cut at any length, damaged in any way', () => {
    const messages = [ping('REPORT01', 'reader'), entry('netlogon', RESPONSE), entry('dnsHostName', 'a.b')];
    for (const bytes of messages) everyCut(cldap, bytes, answer);
    const random = new Random(20260308);
    for (let round = 0; round < 20_000; round++)
      offer(cldap, mutateBytes(random.pick(messages), random), { direction: random.oneIn(2) ? 1 : 0 });
  });
});
