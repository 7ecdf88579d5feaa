import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { MAX_AGE_LIMIT } from '../../mail/mta-sts/policy.ts';
import { USUAL_AGE } from '../../mail/mta-sts/policy-file.ts';
import { mendedPolicy } from '../../mail/mta-sts/policy-mending.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-max-age'];

const DAY = 86400;
const WEEK = 7 * DAY;

const longer = (d: Served): Fix => ({
  stage: 'transport',
  effort: 'minutes',
  text: 'Write `max_age: 604800` (one week) or more, and change the id in the TXT record.',
  ...mendedPolicy(d.domain, d.body, { maxAge: USUAL_AGE }),
});

const maxAge = rule({
  title: 'Senders remember the MTA-STS policy for a week or longer',
  why: 'A sender that remembers the policy cannot be talked out of it. Once it has forgotten, somebody on the way can hide the policy at the next fetch and read the mail.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.2' },
    { rfc: 8461, section: '10.2' },
  ],
  reads: { inbound, mtaStsPolicy },
  cases: {
    long: {
      passes: true,
      says: (d: { seconds: number }) => `Senders keep the policy for ${lasting(d.seconds)}.`,
    },
    ending: {
      passes: true,
      says: (d: { seconds: number }) =>
        `Senders keep the policy for ${lasting(d.seconds)}, which suits a policy that is being switched off.`,
    },
    short: {
      severity: 'low',
      says: (d: { seconds: number }) => `Senders keep the policy for only ${lasting(d.seconds)}.`,
      fix: longer,
    },
    'very-short': {
      severity: 'medium',
      says: (d: { seconds: number }) =>
        `Senders keep the policy for only ${lasting(d.seconds)}, so there is hardly anything to protect a first contact with.`,
      fix: longer,
    },
    invalid: {
      severity: 'medium',
      says: (d: { written: string }) =>
        `\`max_age: ${d.written}\` is not a number of seconds from 0 to ${MAX_AGE_LIMIT}, so senders ignore the policy.`,
      fix: (d: Served) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Write `max_age: 604800`: one week in seconds, digits only.',
        ...mendedPolicy(d.domain, d.body, { maxAge: USUAL_AGE }),
      }),
    },
  },
  judge({ inbound, mtaStsPolicy, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { policy } = mtaStsPolicy;
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined || policy === undefined)
      return { is: 'not-applicable', because: because ?? 'The policy cannot be fetched.' };
    const written = policy.written.max_age;
    if (written === undefined) return { is: 'not-applicable', because: 'The policy has no `max_age` line.' };
    const served = { domain: scope.domain, body: policy.text };
    const seconds = policy.maxAge;
    if (seconds === undefined)
      return { is: 'invalid', data: { written: excerpt(written.value, 40), ...served } };
    if (seconds >= WEEK) return { is: 'long', data: { seconds } };
    if (policy.mode === 'none') return { is: 'ending', data: { seconds } };
    return { is: seconds >= DAY ? 'short' : 'very-short', data: { seconds, ...served } };
  },
});

export default maxAge;

interface Served {
  readonly domain: Name;
  readonly body: string;
}

function lasting(seconds: number): string {
  const count = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
  if (seconds >= DAY) return count(Math.floor(seconds / DAY), 'day');
  return seconds >= 3600 ? count(Math.floor(seconds / 3600), 'hour') : count(seconds, 'second');
}

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (age: string, mode = 'enforce') =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mail.example.com" ${age}`;

export const weighs = {
  medium: 'Senders remember too briefly to be protected at all, or ignore the policy.',
  low: 'Senders are protected, for a shorter time than they could be.',
} satisfies Weights<typeof maxAge>;

export const examples = [
  { name: 'a week', zone: policy('"max_age: 604800"'), expect: 'long' },
  { name: 'the most', zone: policy('"max_age: 31557600"'), expect: 'long' },
  { name: 'a day, switched off', zone: policy('"max_age: 86400"', 'none'), expect: 'ending' },
  { name: 'a day', zone: policy('"max_age: 86400"'), expect: 'short' },
  { name: 'an hour', zone: policy('"max_age: 3600"'), expect: 'very-short' },
  { name: 'one second', zone: policy('"max_age: 1"'), expect: 'very-short' },
  { name: 'with a unit', zone: policy('"max_age: 1w"'), expect: 'invalid' },
  { name: 'too long', zone: policy('"max_age: 31557601"'), expect: 'invalid' },
  { name: 'missing', zone: policy(''), expect: 'not-applicable' },
  { name: 'not served', zone: `${MAIL}\nexample.com POLICY 404 ""`, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof maxAge>;
