import { those } from '../../engine/agreement.ts';
import { type Cause, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { certificates, inHand } from '../../topics/certificates.ts';
import { type PolicyFault, policyFault } from '../../topics/protection.ts';
import { opened, placesOf, smtp, type Visit } from '../../topics/smtp.ts';
import { expectedOf, tlsContext } from '../../topics/tls-context.ts';

export const covers = ['mtasts-mx-tls'];

const fix = (d: Refused): Fix => ({
  stage: 'mend',
  effort: 'hour',
  cause: d.cause,
  text: `${d.what} Until that is mended set the policy to \`mode: testing\` and give its record a new id.`,
});

const mxTls = rule({
  title: 'Mail servers keep what the MTA-STS policy promises',
  why: 'Senders that honour an enforced policy deliver only over TLS 1.2 or newer, to a server with a valid certificate of a public authority that names it. Otherwise their mail waits and then returns.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 8461, section: '4', level: 'MUST' },
    { rfc: 8461, section: '4.2', level: 'MUST' },
    { rfc: 8461, section: '5' },
  ],
  ownersToMend: true,
  reads: { smtp, certificates, tlsContext },
  partial: ['smtp', 'certificates'],
  cases: {
    none: {
      severity: 'critical',
      says: (d: Refused) => `Senders that honour your policy reach no mail server: ${faults(d)}.`,
      fix,
    },
    some: {
      severity: 'high',
      says: (d: Refused) =>
        `Senders that honour your policy do not get through to all of your mail servers: ${faults(d)}. Others are in order.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Refused) => `${faults(d)}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
    kept: { passes: true, says: 'Each mail server that was reached is as the policy promises.' },
  },
  judge({ smtp, certificates, tlsContext, scope }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const { shown } = inHand(certificates);
    const good: Visit[] = [];
    const bad: { visit: Visit; fault: PolicyFault }[] = [];
    let blind = missing;
    let testing = false;
    for (const visit of visits) {
      const { sts } = expectedOf(tlsContext, visit.host);
      if (typeof sts === 'object') blind ??= sts;
      if (sts !== 'enforce' && sts !== 'testing') continue;
      testing ||= sts === 'testing';
      const fault = policyFault(
        visit,
        shown.find((one) => one.visit === visit),
        scope.now,
      );
      if (fault === undefined) good.push(visit);
      else if (typeof fault === 'object') blind ??= fault;
      else bad.push({ visit, fault });
    }
    const [first] = bad;
    const places = (some: typeof bad) =>
      placesOf(
        some.map(({ visit }) => visit),
        visits,
      );
    const data = first && {
      hosts: places(bad.filter(({ fault }) => fault === first.fault)),
      others: places(bad.filter(({ fault }) => fault !== first.fault)),
      ...FAULTS[first.fault],
    };
    if (data && testing) return { is: 'testing', data };
    // Some are in order and some are not, whatever others may turn out to be.
    if (data && good.length > 0) return { is: 'some', data };
    if (blind) return { is: 'unknown', because: blind };
    if (data) return { is: 'none', data };
    if (good.length > 0) return { is: 'kept' };
    return { is: 'not-applicable', because: 'No policy in force names a mail server that was reached.' };
  },
});

export default mxTls;

interface Refused {
  readonly hosts: readonly string[];
  /** Those that fail for other reasons. */
  readonly others: readonly string[];
  readonly fault: string;
  readonly what: string;
  readonly cause: Cause;
}

function faults(d: Refused): string {
  const others = d.others.length > 0 ? `, and ${those(d.others, 'fails')} for another reason` : '';
  return those(d.hosts, d.fault) + others;
}

const FAULTS: Readonly<Record<PolicyFault, Omit<Refused, 'hosts' | 'others'>>> = {
  starttls: {
    fault: 'does not offer encryption',
    what: 'Switch TLS on for port 25.',
    cause: 'starttls',
  },
  tls: {
    fault: 'does not complete TLS',
    what: 'Find out from the server’s log why TLS fails.',
    cause: 'tls',
  },
  version: {
    fault: 'speaks nothing newer than TLS 1.1',
    what: 'Update the server’s TLS library.',
    cause: 'tls-version',
  },
  dates: {
    fault: 'shows a certificate that is out of date',
    what: 'Renew the certificate.',
    cause: 'certificate-dates',
  },
  name: {
    fault: 'shows a certificate without its name',
    what: 'Get a certificate with the mail server’s own name among its DNS names.',
    cause: 'certificate-name',
  },
  chain: {
    fault: 'sends a certificate without its issuer’s',
    what: 'Let the server send the whole chain.',
    cause: 'certificate-chain',
  },
  trust: {
    fault: 'shows a certificate that no public authority vouches for',
    what: 'Get a certificate from a public authority.',
    cause: 'certificate-trust',
  },
};

const POLICY = (mode: string) =>
  `_mta-sts.example.com TXT "v=STSv1; id=1;"\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: *.example.com" "max_age: 604800"\n`;
const ENFORCED = POLICY('enforce');
const SECOND = 'example.com MX 20 mx2.example.com\n';
const EXPIRED = { chain: ['expired', 'issuer'], trust: 'CERT_HAS_EXPIRED' } as const;

export const weighs = {
  critical: 'Senders that honour the policy reach no server: mail is being lost now.',
  high: 'Senders that honour the policy skip these servers; others still take the mail.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
} satisfies Weights<typeof mxTls>;

export const examples = [
  { name: 'as promised', zone: ENFORCED + mxVisit(), expect: 'kept' },
  { name: 'no STARTTLS', zone: ENFORCED + mxVisit({ ehlo: ['SIZE'] }), expect: 'none' },
  { name: 'ran out', zone: ENFORCED + mxVisit(EXPIRED), expect: 'none' },
  { name: 'another name', zone: ENFORCED + mxVisit({ chain: ['foreign', 'issuer'] }), expect: 'none' },
  {
    name: 'one of two',
    zone: `${ENFORCED}${SECOND}${mxVisit()}\n${visitLine({ host: 'mx2.example.com', ...EXPIRED })}`,
    expect: 'some',
  },
  {
    name: 'two of two, each with its own fault',
    zone: `${ENFORCED}${SECOND}${mxVisit(EXPIRED)}\n${visitLine({ host: 'mx2.example.com', ehlo: ['SIZE'] })}`,
    expect: 'none',
  },
  { name: 'in testing', zone: POLICY('testing') + mxVisit(EXPIRED), expect: 'testing' },
  {
    name: 'one ran out, one not visited',
    zone: `${ENFORCED}${SECOND}${mxVisit(EXPIRED)}\nmx2.example.com SMTP 25 !relay-busy`,
    expect: 'unknown',
  },
  {
    name: 'turned away',
    zone: `${ENFORCED}example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting "421 no"`,
    expect: 'unknown',
  },
  { name: 'no policy', zone: mxVisit(EXPIRED), expect: 'not-applicable' },
  { name: 'no relay', zone: `${ENFORCED}example.com MX 10 mx.example.com`, expect: 'unknown' },
] satisfies Examples<typeof mxTls>;
