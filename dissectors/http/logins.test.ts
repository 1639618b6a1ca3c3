import { expect, test } from 'vitest';
import type { Step } from '../../src/testing/every-split.ts';
import { request, response, said, toClient, toServer } from './testing.ts';

const SECRET = 'enp0ZXN0Onp6c2VjcmV0';

function logins(...steps: Step[]): string[] {
  const all = said(steps);
  expect(JSON.stringify(all)).not.toMatch(/enp0|zzsecret/);
  return all.filter(({ fact }) => fact === 'login').map(({ method, accepted }) => `${method} ${accepted}`);
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

test('Basic: refused, then accepted, and told once each', () => {
  const ask = toServer(request('GET /a', { authorization: `basic ${SECRET}` }));
  const done = toClient(response('200 OK'));
  expect(logins(ask, toClient(response('401 Unauthorized')), ask, done, ask, done)).toEqual([
    'HTTP Basic false',
    'HTTP Basic true',
  ]);
  expect(logins(ask)).toEqual(['HTTP Basic null']);
  expect(logins(ask, toClient(response('403 Forbidden')))).toEqual(['HTTP Basic null']);
});

test('to a proxy, by a form, by JSON', () => {
  expect(
    logins(
      toServer(request('GET http://b.example/', { 'Proxy-Authorization': `Basic ${SECRET}` })),
      toClient(response('407 No')),
    ),
  ).toEqual(['HTTP Basic to a proxy false']);
  expect(
    logins(
      toServer(request('POST /login', form, 'user=zz&login%5Bpassword=zzsecret&x=1')),
      toClient(response('302 Found')),
    ),
  ).toEqual(['HTTP form null']);
  expect(
    logins(
      toServer(
        request('POST /login', { 'Content-Type': 'application/json' }, '{"u":"zz","password": "zzsecret"}'),
      ),
      toClient(response('401 No')),
    ),
  ).toEqual(['HTTP JSON false']);
});

test('no logins: a challenge, schemes without a secret, an empty field, a word that is no password', () => {
  const answer = toClient(response('200 OK'));
  expect(
    logins(
      toServer(request('GET /')),
      toClient(response('401 No', { 'WWW-Authenticate': 'Basic realm="a"' })),
    ),
  ).toEqual([]);
  expect(logins(toServer(request('GET /', { Authorization: `Bearer ${SECRET}` })), answer)).toEqual([]);
  expect(logins(toServer(request('GET /', { Authorization: 'Digest username="zz"' })), answer)).toEqual([]);
  expect(logins(toServer(request('GET /', { Authorization: 'Basic' })), answer)).toEqual(['HTTP Basic true']);
  expect(logins(toServer(request('POST /', form, 'user=zz&password=&compass=zz')), answer)).toEqual([]);
  expect(logins(toServer(request('POST /', form, 'note=password')), answer)).toEqual([]);
});
