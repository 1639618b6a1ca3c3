import type { TlsSession } from '../../dissectors/tls/events.ts';
import type { Flow } from '../core/flow.ts';
import type { Micros } from '../core/time.ts';
import { type SuiteWeakness, suiteWeakness } from './cipher-suites.ts';
import { type Case, type Context, defineDetection, type Handlers } from './detection.ts';
import { amount, enumerate, quote, who } from './words.ts';

type Weakness = 'version' | SuiteWeakness | 'expired-certificate' | 'self-signed-certificate';

interface State {
  /** Sessions by weakness. */
  readonly weaknesses: Map<Weakness, number>;
  readonly versions: Set<string>;
  readonly suites: Set<string>;
  readonly inside: Set<string>;
  /** Of the last certificate that was found fault with. */
  subject: string;
  notAfter: string;
  fingerprint: string;
}

const OLD_VERSIONS: ReadonlySet<string> = new Set(['SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.1']);
const MANY = 16;

/** TLS around DICOM or HL7 that protects less than it seems to, per client and server; its count is sessions. */
export const dicomWeakTls = defineDetection<State>({
  meta: {
    id: 'dicom.weak-tls',
    title: 'Weak TLS around DICOM or HL7',
    severity: 'medium',
    escalation: 'none',
    why: 'TLS of old versions, without encryption or authentication, or with a certificate that nobody can check looks safe and is not: whoever is on the path reads or changes what goes by. DICOM names what is enough: the profiles of PS3.15 Annex B ask for TLS 1.2 or later.',
    action:
      'Set the server to TLS 1.2 or 1.3 with the suites of PS3.15 B.9–B.12, and give it a certificate of the hospital’s own authority; then let clients refuse anything else.',
    reference: 'DICOM PS3.15 Annex B; RFC 9325; RFC 8996',
    attack: ['T1557', 'T1040', 'T0830'],
    stage: 'exposure',
    thresholds: {},
    example: {
      fires:
        'A session on port 2762 with TLS_RSA_WITH_3DES_EDE_CBC_SHA, or with a certificate that signed itself.',
      silent: 'TLS 1.2 with ECDHE and AES-GCM and a certificate of another issuer; weak TLS of a web page.',
    },
  },
  create,
});

function create(context: Context<State>): Handlers<State> {
  const newState = (): State => ({
    weaknesses: new Map(),
    versions: new Set(),
    suites: new Set(),
    inside: new Set(),
    subject: '',
    notAfter: '',
    fingerprint: '',
  });

  function session(event: TlsSession, flow: Flow, time: Micros): void {
    if (event.inside === '' || !event.answered) return;
    const found = weaknessesOf(event, time);
    if (found.length === 0) return;
    const one = context.open(flow.client.address, flow.server.address, flow.server.port, newState);
    const { state } = one;
    for (const weakness of found) state.weaknesses.set(weakness, (state.weaknesses.get(weakness) ?? 0) + 1);
    if (state.versions.size < MANY && found.includes('version')) state.versions.add(event.version);
    if (state.suites.size < MANY && suiteWeakness(event.cipherSuite) !== null)
      state.suites.add(event.cipherSuite);
    state.inside.add(event.inside);
    if (found.some((weakness) => weakness.endsWith('certificate')) && event.certificate !== null) {
      state.subject = event.certificate.subject;
      state.notAfter = event.certificate.notAfter;
      state.fingerprint = event.certificate.fingerprint;
    }
    context.hit(one, 'medium', flow, time);
  }

  return { events: { 'tls.session': session }, describe: (found) => describe(context, found) };
}

/** What is weak about a session: a session has one version, one suite, one certificate, so at most four things. */
function weaknessesOf({ version, cipherSuite, certificate }: TlsSession, time: Micros): Weakness[] {
  const found: Weakness[] = [];
  if (OLD_VERSIONS.has(version)) found.push('version');
  const suite = suiteWeakness(cipherSuite);
  if (suite !== null) found.push(suite);
  if (certificate === null) return found;
  // A time without a zone would be read as that of this machine.
  if (certificate.notAfter !== '' && Date.parse(`${certificate.notAfter}Z`) * 1000 < time)
    found.push('expired-certificate');
  if (certificate.selfSigned) found.push('self-signed-certificate');
  return found;
}

const WORDS: Readonly<Record<Exclude<Weakness, 'version'>, string>> = {
  null: 'no encryption (NULL cipher suite)',
  anonymous: 'no authentication (anonymous cipher suite)',
  export: 'an export cipher suite',
  rc4: 'RC4',
  des: 'DES',
  '3des': '3DES',
  'expired-certificate': 'a certificate that is out of date',
  'self-signed-certificate': 'a self-signed certificate',
};

function describe({ inventory }: Context<State>, found: Case<State>) {
  const { source, destination, port, state } = found;
  const faults = [...state.weaknesses.keys()].map((weakness) =>
    weakness === 'version' ? enumerate([...state.versions].sort()) : WORDS[weakness],
  );
  const inside = [...state.inside].sort();
  const names = enumerate(inside.map((protocol) => protocol.toUpperCase()));
  const certificate = state.subject === '' ? '' : ` The certificate is of ${quote(state.subject, 80)}.`;
  return {
    summary:
      `${who(inventory, source)} and ${who(inventory, destination, port)} speak ${names} over TLS with ` +
      `${enumerate(faults)}, in ${amount(found.count, 'session')}.${certificate}`,
    data: {
      protocols: inside,
      weaknesses: Object.fromEntries(state.weaknesses),
      versions: [...state.versions].sort(),
      cipher_suites: [...state.suites].sort(),
      certificate_subject: state.subject,
      certificate_not_after: state.notAfter,
      certificate_sha1: state.fingerprint,
    },
  };
}
