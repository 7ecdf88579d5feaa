import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import type { LooseFault, PolicyFault } from '../../mail/mta-sts/policy.ts';
import { mendedPolicy } from '../../mail/mta-sts/policy-mending.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-policy-syntax', 'mtasts-policy-version'];

const mend =
  (text: string) =>
  (d: { domain: Name; body: string }): Fix => ({
    stage: 'mend',
    effort: 'minutes',
    text,
    ...mendedPolicy(d.domain, d.body),
  });

const policySyntax = rule({
  title: 'The MTA-STS policy file is well formed',
  why: 'Senders that cannot read the policy deliver as if there were none, so nothing on the way to you has to be encrypted.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '3.2', level: 'MUST' }],
  reads: { inbound, mtaStsPolicy },
  cases: {
    clean: { passes: true, says: 'Every line of the policy is well formed.' },
    repeated: {
      passes: true,
      says: (d: { key: string }) =>
        `The policy is readable. \`${d.key}\` stands there more than once; the first one counts.`,
    },
    loose: {
      severity: 'low',
      says: (d: { what: string }) => `${d.what}. Many senders read it all the same, strict ones do not.`,
      fix: mend('Write each line as `key: value`, with nothing else in the file.'),
    },
    html: {
      severity: 'high',
      says: 'A web page is served where the policy should be.',
      fix: mend('Serve the policy as a plain text file that begins with `version: STSv1`.'),
    },
    version: {
      severity: 'high',
      says: (d: { written?: string }) =>
        d.written === undefined
          ? 'The policy does not say its version, so senders ignore it.'
          : `The policy says version \`${d.written}\`. Senders know only \`STSv1\`, in exactly these letters.`,
      fix: mend('Write the line `version: STSv1`, in exactly these letters.'),
    },
    'key-case': {
      severity: 'high',
      says: (d: { key: string }) =>
        `\`${d.key}\` is not written in lower case, so senders do not recognise it.`,
      fix: mend('Write `version`, `mode`, `mx` and `max_age` in lower case.'),
    },
    incomplete: {
      severity: 'high',
      says: (d: { keys: readonly string[] }) =>
        `The policy has no ${d.keys.map((key) => `\`${key}\``).join(' and no ')}, so senders ignore it.`,
      fix: mend('Add what is missing: `mode: testing` to begin with, `max_age: 604800` for one week.'),
    },
    line: {
      severity: 'high',
      says: (d: { line: string }) =>
        `This line is not \`key: value\`: \`${d.line}\`. Strict senders ignore the policy.`,
      fix: mend('Delete that line, or write it as `key: value`.'),
    },
  },
  judge({ inbound, mtaStsPolicy, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { announced, policy } = mtaStsPolicy;
    if (!announced) return { is: 'not-applicable', because: 'No valid MTA-STS record announces a policy.' };
    if (policy === undefined) return { is: 'not-applicable', because: 'The policy cannot be fetched.' };
    const fault = (...kinds: PolicyFault[]) => policy.faults.find((f) => kinds.includes(f.kind));
    const written = (f: { from: number; to: number }) => excerpt(policy.text.slice(f.from, f.to), 60);
    const served = { domain: scope.domain, body: policy.text };
    if (fault('html')) return { is: 'html', data: served };
    const keyCase = fault('key-case');
    if (keyCase) return { is: 'key-case', data: { key: written(keyCase), ...served } };
    const wrong = fault('bad-version');
    if (wrong) return { is: 'version', data: { written: written(wrong), ...served } };
    if (fault('no-version')) return { is: 'version', data: served };
    const keys = [...(fault('no-mode') ? ['mode'] : []), ...(fault('no-max-age') ? ['max_age'] : [])];
    if (keys.length > 0) return { is: 'incomplete', data: { keys, ...served } };
    const line = fault('not-a-pair', 'bad-extension');
    if (line) return { is: 'line', data: { line: written(line), ...served } };
    const [loose] = policy.loose;
    if (loose) return { is: 'loose', data: { what: LOOSE[loose.kind], ...served } };
    const [repeated] = policy.repeated;
    return repeated ? { is: 'repeated', data: { key: repeated.key } } : { is: 'clean' };
  },
});

export default policySyntax;

const LOOSE: Readonly<Record<LooseFault, string>> = {
  'empty-line': 'The policy has an empty line',
  'space-before-colon': 'A blank stands before a colon in the policy',
  'byte-order-mark': 'The file begins with a byte order mark, which no editor shows',
};

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (...lines: string[]) =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" ${lines.map((line) => `"${line}"`).join(' ')}`;
const [V, M, X, A] = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'max_age: 604800'];

export const weighs = {
  high: 'Senders ignore the policy, so what the record promises is not kept.',
  low: 'Many senders read it all the same.',
} satisfies Weights<typeof policySyntax>;

export const examples = [
  { name: 'usual', zone: policy(V, M, X, A), expect: 'clean' },
  { name: 'other order, unknown key', zone: policy(A, X, 'more: things', M, V), expect: 'clean' },
  { name: 'two modes', zone: policy(V, M, 'mode: none', X, A), expect: 'repeated' },
  { name: 'empty line', zone: policy(V, M, '', X, A), expect: 'loose' },
  { name: 'web page', zone: policy('<!doctype html>', '<html>'), expect: 'html' },
  { name: 'no version', zone: policy(M, X, A), expect: 'version' },
  { name: 'version in lower case', zone: policy('version: stsv1', M, X, A), expect: 'version' },
  { name: 'capital key', zone: policy(V, 'Mode: enforce', X, A), expect: 'key-case' },
  { name: 'no mode', zone: policy(V, X, A), expect: 'incomplete' },
  { name: 'neither mode nor max_age', zone: policy(V, X), expect: 'incomplete' },
  { name: 'a line that is no pair', zone: policy(V, M, X, A, 'please encrypt'), expect: 'line' },
  { name: 'not served', zone: `${MAIL}\nexample.com POLICY 404 "text/html"`, expect: 'not-applicable' },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof policySyntax>;
