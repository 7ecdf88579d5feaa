import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mendedPolicy } from '../../mail/mta-sts/policy-mending.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-mx-pattern', 'mtasts-mx-missing'];

const mxPattern = rule({
  title: 'The MTA-STS policy names mail servers in the way senders read',
  why: 'A policy without readable `mx` lines is invalid: senders ignore it, or refuse every mail server you have.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.2', level: 'MUST' },
    { rfc: 8461, section: '4.1' },
  ],
  reads: { inbound, mtaStsPolicy },
  cases: {
    readable: {
      passes: true,
      says: (d: { count: number }) =>
        `The policy has ${d.count === 1 ? 'one `mx` line' : `${d.count} \`mx\` lines`}, and each is well formed.`,
    },
    missing: {
      severity: 'high',
      says: 'The policy names no mail server, so senders ignore it.',
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Add a line `mx: ` with the name of each mail server, one a line.',
      },
    },
    malformed: {
      severity: 'high',
      says: (d: { values: readonly string[] }) =>
        `${d.values.length === 1 ? 'One `mx` line is' : `${d.values.length} \`mx\` lines are`} not a host name: ${d.values
          .slice(0, 3)
          .map((value) => (value === '' ? 'an empty one' : `\`${value}\``))
          .join(', ')}.`,
      fix: (d: { domain: Name; body: string }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Write one host name a line, in ASCII (\`xn--\` for other scripts), without a final dot. \`*.\` may stand for the first label and nowhere else.`,
        ...mendedPolicy(d.domain, d.body),
      }),
    },
  },
  judge({ inbound, mtaStsPolicy, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { policy, answer } = mtaStsPolicy;
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined || policy === undefined)
      return { is: 'not-applicable', because: because ?? 'The policy cannot be fetched.' };
    const bad = policy.mx.filter((line) => line.pattern === undefined);
    if (bad.length > 0)
      return {
        is: 'malformed',
        data: {
          values: bad.map((line) => excerpt(line.value, 40)),
          domain: scope.domain,
          body: answer?.body ?? '',
        },
      };
    if (policy.mx.length > 0) return { is: 'readable', data: { count: policy.mx.length } };
    if (policy.mode === 'none')
      return { is: 'not-applicable', because: 'The policy is switched off (`mode: none`).' };
    if (policy.mode === undefined) return { is: 'not-applicable', because: 'The policy has no valid mode.' };
    return { is: 'missing' };
  },
});

export default mxPattern;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (mx: string, mode = 'enforce') =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" ${mx} "max_age: 604800"`;

export const weighs = {
  high: 'Senders ignore the policy, or refuse servers that it should name.',
} satisfies Weights<typeof mxPattern>;

export const examples = [
  { name: 'a host', zone: policy('"mx: mail.example.com"'), expect: 'readable' },
  {
    name: 'a pattern and a host',
    zone: policy('"mx: *.example.com" "mx: MX.example.net"'),
    expect: 'readable',
  },
  { name: 'none', zone: policy(''), expect: 'missing' },
  { name: 'none in testing', zone: policy('', 'testing'), expect: 'missing' },
  { name: 'none, switched off', zone: policy('', 'none'), expect: 'not-applicable' },
  { name: 'no valid mode', zone: policy('', 'x'), expect: 'not-applicable' },
  { name: 'two on a line', zone: policy('"mx: a.example.com, b.example.com"'), expect: 'malformed' },
  { name: 'star inside', zone: policy('"mx: mx*.example.com"'), expect: 'malformed' },
  { name: 'nothing', zone: policy('"mx:"'), expect: 'malformed' },
  {
    name: 'an address and a final dot',
    zone: policy('"mx: 192.0.2.1" "mx: mail.example.com."'),
    expect: 'malformed',
  },
  { name: 'not served', zone: `${MAIL}\nexample.com POLICY 404 ""`, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof mxPattern>;
