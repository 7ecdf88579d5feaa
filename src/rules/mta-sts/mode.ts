import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mendedPolicy } from '../../mail/mta-sts/policy-mending.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-mode'];

const mode = rule({
  title: 'The MTA-STS policy is enforced',
  why: 'Only `enforce` stops a delivery that cannot be encrypted. `testing` lets every message through and only reports what would have failed. `testing` is the right first step and loses no mail, so it weighs medium: what is missing is protection against somebody who is already on the way between two servers.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.2' },
    { rfc: 8461, section: '5' },
  ],
  reads: { inbound, mtaStsPolicy },
  cases: {
    enforce: { passes: true, says: 'The mode is `enforce`.' },
    testing: {
      severity: 'medium',
      says: 'The mode is `testing`: mail is still delivered without encryption when somebody on the way prevents it.',
      fix: (d: Served) => ({
        stage: 'transport',
        effort: 'minutes',
        text: 'When one to two weeks of TLS reports show no failure, change the policy to `mode: enforce`, and then the id in the TXT record.',
        ...mendedPolicy(d.domain, d.body, { mode: 'enforce' }),
      }),
    },
    off: {
      passes: true,
      says: 'The mode is `none`: MTA-STS is switched off on purpose. Keep serving this policy until every older one has expired.',
    },
    invalid: {
      severity: 'medium',
      says: (d: { written: string }) =>
        `The mode \`${d.written}\` does not exist, so senders ignore the policy.`,
      fix: (d: Served) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Write \`mode: testing\` or \`mode: enforce\`, in lower case, and then change the id in the TXT record.`,
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
    if (policy.written.mode === undefined)
      return { is: 'not-applicable', because: 'The policy has no `mode` line.' };
    if (policy.mode === 'enforce') return { is: 'enforce' };
    const served = { domain: scope.domain, body: answer?.body ?? '' };
    if (policy.mode === 'testing') return { is: 'testing', data: served };
    if (policy.mode === 'none') return { is: 'off' };
    return {
      is: 'invalid',
      data: { written: excerpt(policy.written.mode.value, 40), ...served },
    };
  },
});

export default mode;

interface Served {
  readonly domain: Name;
  readonly body: string;
}

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (line: string) =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" "version: STSv1" ${line} "mx: mail.example.com" "max_age: 604800"`;

export const weighs = {
  medium: 'No mail is lost, but protection against somebody on the way is not there yet.',
} satisfies Weights<typeof mode>;

export const examples = [
  { name: 'enforce', zone: policy('"mode: enforce"'), expect: 'enforce' },
  { name: 'testing', zone: policy('"mode: testing"'), expect: 'testing' },
  { name: 'none', zone: policy('"mode: none"'), expect: 'off' },
  { name: 'a word of its own', zone: policy('"mode: enforced"'), expect: 'invalid' },
  { name: 'capital letter', zone: policy('"mode: Enforce"'), expect: 'invalid' },
  { name: 'missing', zone: policy(''), expect: 'not-applicable' },
  {
    name: 'web page',
    zone: `${MAIL}\nexample.com POLICY 200 "text/html" "<html>"`,
    expect: 'not-applicable',
  },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof mode>;
