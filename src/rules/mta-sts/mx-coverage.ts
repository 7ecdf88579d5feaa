import { type Name, ROOT } from '../../dns/name.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { matcherOf } from '../../mail/mta-sts/policy.ts';
import { mendedPolicy } from '../../mail/mta-sts/policy-mending.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mtasts-mx-listed'];

interface Unlisted {
  readonly hosts: readonly Name[];
  readonly of: number;
  readonly domain: Name;
  readonly body: string;
}

const fix = (d: Unlisted): Fix => ({
  stage: 'mend',
  effort: 'minutes',
  ...mendedPolicy(d.domain, d.body, { mx: d.hosts }),
  text: `Add ${d.hosts.map((host) => `\`mx: ${host}\``).join(', ')} to the policy, one a line, and then change the id in the TXT record.`,
});

const listed = (d: Unlisted) =>
  d.hosts.length === d.of
    ? `The policy names none of your mail servers (${names(d.hosts)})`
    : `The policy does not name ${names(d.hosts)}`;

const mxCoverage = rule({
  title: 'The MTA-STS policy names every mail server of the domain',
  why: 'Senders that honour the policy do not deliver to a mail server it does not name. Their mail waits for days and then returns.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '4.1', level: 'MUST' },
    { rfc: 8461, section: '5' },
  ],
  reads: { inbound, mx, mtaStsPolicy },
  cases: {
    all: {
      passes: true,
      says: (d: { of: number }) =>
        d.of === 1 ? 'The policy names the mail server.' : `The policy names all ${d.of} mail servers.`,
    },
    primary: {
      severity: 'critical',
      says: (d: Unlisted) => `${listed(d)}, so senders that honour it do not deliver there.`,
      fix,
    },
    backup: {
      severity: 'high',
      says: (d: Unlisted) =>
        `${listed(d)}. Nobody notices until the first mail server fails: then senders that honour the policy do not use the others.`,
      fix,
    },
    testing: {
      severity: 'medium',
      says: (d: Unlisted) => `${listed(d)}. In testing mode mail still arrives; enforced, it would not.`,
      fix,
    },
  },
  judge({ inbound, mx, mtaStsPolicy, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { policy } = mtaStsPolicy;
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined || policy === undefined)
      return { is: 'not-applicable', because: because ?? 'The policy cannot be fetched.' };
    if (policy.mode === 'none')
      return { is: 'not-applicable', because: 'The policy is switched off (`mode: none`).' };
    // A policy that is invalid is ignored as a whole, so it keeps no mail server out.
    if (!policy.valid)
      return { is: 'not-applicable', because: 'The policy has errors, so senders ignore it.' };
    const isNamed = matcherOf(policy.mx.flatMap((line) => line.pattern ?? []));
    const hosts = mx.hosts.filter((host) => host.exchange !== ROOT);
    const unmatched = hosts.filter((host) => !isNamed(host.exchange));
    const distinct = [...new Set(unmatched.map((host) => host.exchange))];
    const of = new Set(hosts.map((host) => host.exchange)).size;
    if (distinct.length === 0) return { is: 'all', data: { of } };
    const data = { hosts: distinct, of, domain: scope.domain, body: policy.text };
    if (policy.mode !== 'enforce') return { is: 'testing', data };
    const best = hosts[0]?.preference;
    const first = hosts.filter((host) => host.preference === best);
    const primary = first.every((host) => !isNamed(host.exchange));
    return { is: primary ? 'primary' : 'backup', data };
  },
});

export default mxCoverage;

function names(hosts: readonly Name[]): string {
  const some = hosts.slice(0, 3).map((host) => `\`${host}\``);
  return hosts.length > 3 ? `${some.join(', ')} and ${hosts.length - 3} more` : some.join(' and ');
}

const RECORD = '_mta-sts.example.com TXT "v=STSv1; id=1;"';
const policy = (mx: string, mode = 'enforce') =>
  `${RECORD}\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" ${mx} "max_age: 604800"`;
const ONE = 'example.com MX 10 mail.example.com';
const TWO = `${ONE}\nexample.com MX 20 backup.example.net`;

export const weighs = {
  critical: 'Senders that honour the policy deliver nothing: mail is being lost now.',
  high: 'Mail is lost as soon as the first server fails, and nobody notices before.',
  medium: 'Mail arrives while the policy is on trial, and would stop the day it is enforced.',
} satisfies Weights<typeof mxCoverage>;

export const examples = [
  { name: 'named', zone: `${ONE}\n${policy('"mx: mail.example.com"')}`, expect: 'all' },
  {
    name: 'by patterns',
    zone: `${TWO}\n${policy('"mx: *.example.com" "mx: *.example.net"')}`,
    expect: 'all',
  },
  { name: 'another host', zone: `${ONE}\n${policy('"mx: mx.example.com"')}`, expect: 'primary' },
  {
    name: 'pattern one level short',
    zone: `example.com MX 10 a.mx.example.com\n${policy('"mx: *.example.com"')}`,
    expect: 'primary',
  },
  { name: 'backup left out', zone: `${TWO}\n${policy('"mx: mail.example.com"')}`, expect: 'backup' },
  { name: 'testing', zone: `${TWO}\n${policy('"mx: mail.example.com"', 'testing')}`, expect: 'testing' },
  { name: 'switched off', zone: `${ONE}\n${policy('', 'none')}`, expect: 'not-applicable' },
  { name: 'policy with errors', zone: `${ONE}\n${policy('"mx: x" "mx: *"')}`, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: `${ONE}\n${RECORD}`, expect: 'unknown' },
] satisfies Examples<typeof mxCoverage>;
