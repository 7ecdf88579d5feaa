import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-mx-broad'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Name each mail server by its full host name instead, and then change the id in the TXT record.',
};

const mxBreadth = rule({
  title: 'The MTA-STS policy names no more than the mail servers',
  why: 'A wide pattern lets any host below it pass as your mail server, if somebody can get a name and a certificate there.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '10.4' }],
  reads: { inbound, mtaStsPolicy },
  cases: {
    narrow: { passes: true, says: 'No pattern is wider than a group of mail servers.' },
    'own-domain': {
      severity: 'medium',
      says: (d: { pattern: string }) =>
        `\`mx: ${d.pattern}\` makes every host name of your domain a mail server, web sites run by others included.`,
      fix,
    },
    suffix: {
      severity: 'high',
      says: (d: { pattern: string }) =>
        `\`mx: ${d.pattern}\` matches domains that anybody can register, so the policy keeps nobody out.`,
      fix,
    },
  },
  judge({ inbound, mtaStsPolicy, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { policy } = mtaStsPolicy;
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined || policy === undefined)
      return { is: 'not-applicable', because: because ?? 'The policy cannot be fetched.' };
    if (policy.mode === 'none')
      return { is: 'not-applicable', because: 'The policy is switched off (`mode: none`).' };
    const patterns = policy.mx.flatMap((line) => line.pattern ?? []);
    if (patterns.length === 0) return { is: 'not-applicable', because: 'The policy names no mail server.' };
    const suffix = patterns.find((pattern) => SUFFIX.test(pattern));
    if (suffix !== undefined) return { is: 'suffix', data: { pattern: suffix } };
    const own = patterns.find((pattern) => pattern === `*.${scope.domain}`);
    return own === undefined ? { is: 'narrow' } : { is: 'own-domain', data: { pattern: own } };
  },
});

export default mxBreadth;

/** A top-level domain, or the registrable level of the usual second-level schemes of countries. */
const SUFFIX = /^\*\.(?:[a-z0-9-]+|(?:ac|co|com|edu|gov|net|or|org)\.[a-z]{2})$/;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (mx: string, mode = 'enforce') =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" ${mx} "max_age: 604800"`;

export const weighs = {
  high: 'Anybody can register a name that the policy lets pass, so it protects nothing.',
  medium:
    'Whoever gets a name and a certificate within the domain can take your mail in spite of the policy.',
} satisfies Weights<typeof mxBreadth>;

export const examples = [
  { name: 'a host', zone: policy('"mx: mail.example.com"'), expect: 'narrow' },
  { name: 'a group of mail servers', zone: policy('"mx: *.mail.example.net"'), expect: 'narrow' },
  { name: 'the whole domain', zone: policy('"mx: *.example.com"'), expect: 'own-domain' },
  { name: 'a top-level domain', zone: policy('"mx: *.com"'), expect: 'suffix' },
  { name: 'a second level', zone: policy('"mx: *.co.uk"'), expect: 'suffix' },
  { name: 'switched off', zone: policy('"mx: *.com"', 'none'), expect: 'not-applicable' },
  { name: 'nothing named', zone: policy(''), expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof mxBreadth>;
