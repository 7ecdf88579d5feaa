import { wordsFor } from '../engine/blindness.ts';
import { type AnswerLine, headline } from '../engine/rule.ts';
import { boundBy, dane } from '../topics/dane.ts';
import { dnssec } from '../topics/dnssec.ts';
import { mtaSts } from '../topics/mta-sts.ts';
import { mtaStsPolicy } from '../topics/mta-sts-policy.ts';
import { mx } from '../topics/mx.ts';
import { posture } from '../topics/posture.ts';
import { type HostProtection, protection } from '../topics/protection.ts';

const interception = headline({
  asks: 'Is mail on its way to you protected?',
  reads: { posture, mx, mtaSts, mtaStsPolicy, dane, protection, dnssec },
  partial: ['posture', 'mx', 'mtaSts', 'mtaStsPolicy', 'dane', 'protection', 'dnssec'],
  cases: {
    'no-mail': {
      passes: true,
      headline: 'No mail is on its way here.',
      reason: 'The domain shows no sign of receiving mail, so there is nothing to intercept.',
    },
    unreachable: {
      severity: 'critical',
      headline: 'Much of it never arrives.',
      reason:
        'Your DNS signatures do not verify. Large mail providers check them and find no server to deliver to, so their users’ mail does not reach you. Mend that first.',
    },
    'nothing-binding': {
      severity: 'medium',
      headline: (d: { encrypted: Encrypted }) => UNBOUND[d.encrypted][0],
      reason: (d: { encrypted: Encrypted }) => UNBOUND[d.encrypted][1],
    },
    testing: {
      severity: 'medium',
      headline: 'Not yet. The policy is only being tried out.',
      reason:
        'Your MTA-STS policy is in testing mode: senders report what fails and deliver all the same. Once the reports are clean, set it to `enforce`.',
    },
    broken: {
      severity: 'high',
      headline: 'Careful senders cannot deliver.',
      reason:
        'Your MTA-STS policy or TLSA records promise more than the mail servers named below keep. Senders that honour them hold the mail back.',
    },
    partly: {
      severity: 'medium',
      headline: 'Only at some of your mail servers.',
      reason:
        'Somebody who interferes chooses the mail server: as long as one of them binds senders to nothing, the others protect little.',
    },
    announced: {
      unknown: true,
      headline: 'It is asked for. Whether it works was not tested.',
      reason: (d: { by: string; why: string }) =>
        `${d.by} Whether your mail servers keep to it can only be seen by connecting to them: ${d.why}.`,
    },
    protected: {
      passes: true,
      headline: 'Yes. Senders that can insist on encryption do.',
      reason:
        'Every mail server keeps what your MTA-STS policy or TLSA records promise. Senders that know neither still decide for themselves.',
    },
  },
  judge({ posture, mx: hosts, mtaSts, mtaStsPolicy, dane, protection, dnssec }) {
    if (dnssec.got === 'whole' && dnssec.value.bogus) return { is: 'unreachable' };
    if (hosts.got !== 'whole') return { is: 'unknown', because: hosts.because };
    const mx = hosts.value;
    const nullOnly = mx.hasNull && mx.hosts.length === 1;
    if (nullOnly || (posture.got === 'whole' && !posture.value.receives)) return { is: 'no-mail' };
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    if (mtaSts.got !== 'whole') return { is: 'unknown', because: mtaSts.because };
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    if (protection.got === 'none') return { is: 'unknown', because: protection.because };
    const all = protection.value;
    // Without a relay every line would say the same, which the answer itself says once.
    const lines = all.every(isUnvisited) ? [] : all.map(lineOf);
    const insisted = all.filter((each) => each.sts === 'enforce' || promised(each));
    if (insisted.some(isBroken)) return { is: 'broken', lines };
    if (dane.got === 'part') return { is: 'unknown', because: dane.because };
    const bound = boundBy(dane.value).length > 0;
    const { policy } = mtaStsPolicy.got === 'whole' ? mtaStsPolicy.value : {};
    const byPolicy =
      mtaStsPolicy.got === 'whole' ? policy?.valid && policy.mode !== 'none' : mtaSts.value.usable;
    if (!bound && !byPolicy) return { is: 'nothing-binding', data: { encrypted: encryptedOf(all) }, lines };
    const hidden = all.flatMap(blindOf)[0];
    if (hidden || mtaStsPolicy.got === 'none') {
      const because = hidden ?? (mtaStsPolicy.got === 'none' ? mtaStsPolicy.because : undefined);
      const by = [
        ...(byPolicy
          ? ['An MTA-STS policy, which tells senders to insist on encryption, is announced.']
          : []),
        ...(bound ? ['DANE (signed TLSA records) tells senders to insist on encryption.'] : []),
      ].join(' ');
      return { is: 'announced', data: { by, why: because ? wordsFor(because) : '' }, lines };
    }
    if (insisted.length === all.length) return { is: 'protected', lines };
    if (insisted.length > 0) return { is: 'partly', lines };
    if (all.some(({ sts }) => sts === 'testing')) return { is: 'testing', lines };
    return { is: 'nothing-binding', data: { encrypted: encryptedOf(all) }, lines };
  },
});

export default interception;

/** Whether mail is encrypted where nothing demands it. */
type Encrypted = 'no-relay' | 'untested' | 'yes' | 'partly' | 'no';

const UNBOUND: Readonly<Record<Encrypted, readonly [headline: string, reason: string]>> = {
  'no-relay': [
    'Not against someone who interferes.',
    'Nothing tells senders to insist on encryption, so it can be switched off on the way. MTA-STS or DANE would tell them; neither is in force. How your servers encrypt was not tested, because no relay is connected.',
  ],
  untested: [
    'Not against someone who interferes.',
    'Nothing tells senders to insist on encryption, so it can be switched off on the way. MTA-STS or DANE would tell them; neither is in force. How your servers encrypt was not tested; the lines below say why.',
  ],
  yes: [
    'Against listeners, not against someone who interferes.',
    'Your servers offer encryption and senders use it. But nothing tells senders to insist on it, so whoever interferes can switch it off. MTA-STS or DANE would tell them; neither is in force.',
  ],
  partly: [
    'Not everywhere.',
    'Some of your mail servers take mail in clear text only, and nothing tells senders to insist on encryption.',
  ],
  no: [
    'No. Mail to you crosses the Internet in clear text.',
    'None of your mail servers offers encryption that works.',
  ],
};

function promised({ dane }: HostProtection): boolean {
  return typeof dane === 'string' && dane !== 'none';
}

function isBroken(host: HostProtection): boolean {
  if (host.tlsa === 'differs' || host.encryption === 'clear' || host.encryption === 'fails') return true;
  return host.sts === 'enforce' && typeof host.policy === 'string' && host.policy !== 'kept';
}

function blindOf({ encryption, policy, tlsa, sts, dane }: HostProtection) {
  return [sts, dane, encryption, policy, tlsa].flatMap((each) => (typeof each === 'object' ? [each] : []));
}

function isUnvisited({ encryption }: HostProtection): boolean {
  return typeof encryption === 'object' && encryption.reason === 'relay-absent';
}

function encryptedOf(hosts: readonly HostProtection[]): Encrypted {
  if (hosts.every(isUnvisited)) return 'no-relay';
  const clear = hosts.filter(({ encryption }) => encryption === 'clear' || encryption === 'fails').length;
  if (clear > 0) return clear === hosts.length ? 'no' : 'partly';
  return hosts.every(({ encryption }) => encryption === 'tls') ? 'yes' : 'untested';
}

function lineOf(host: HostProtection): AnswerLine {
  const { encryption, version, policy, tlsa } = host;
  const who = host.host;
  if (typeof encryption === 'object')
    return { who, what: `not tested: ${wordsFor(encryption)}`, tone: 'unknown' };
  if (encryption === 'shut') return { who, what: 'nobody answers on port 25', tone: 'bad' };
  if (encryption === 'clear') return { who, what: 'in clear text', tone: 'bad' };
  if (encryption === 'fails') return { who, what: 'encryption is offered and fails', tone: 'bad' };
  const parts = [`encrypted${version ? ` (${VERSIONS[version] ?? version})` : ''}`];
  let tone: AnswerLine['tone'] = 'warn';
  if (tlsa === 'matches') parts.push('a TLSA record matches');
  if (policy === 'kept' && host.sts === 'enforce') parts.push('the policy is kept');
  if (policy === 'kept' && host.sts === 'testing') parts.push('the policy, in testing, would be kept');
  if (tlsa === 'matches' || (policy === 'kept' && host.sts === 'enforce')) tone = 'good';
  if (tlsa === 'differs') parts.push('no TLSA record matches');
  if (typeof policy === 'string' && policy !== 'kept')
    parts.push(`the policy is not kept: ${FAULTS[policy]}`);
  if (isBroken(host)) tone = 'bad';
  if (typeof tlsa === 'object' || typeof policy === 'object') {
    parts.push('the certificate was not seen');
    if (tone !== 'bad') tone = 'unknown';
  }
  if (parts.length === 1) parts.push('nothing tells senders to insist');
  return { who, what: parts.join('; '), tone };
}

const VERSIONS: Readonly<Record<string, string>> = {
  SSLv3: 'SSL 3',
  TLSv1: 'TLS 1.0',
  'TLSv1.1': 'TLS 1.1',
  'TLSv1.2': 'TLS 1.2',
  'TLSv1.3': 'TLS 1.3',
};

const FAULTS = {
  starttls: 'no encryption is offered',
  tls: 'TLS fails',
  version: 'TLS is too old',
  dates: 'the certificate is out of date',
  name: 'the certificate does not name the server',
  chain: 'the certificate comes without its issuer’s',
  trust: 'no public authority vouches for the certificate',
} as const;
