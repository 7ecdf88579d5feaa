import { excerpt, toOctets } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';

export const covers = ['mtasts-content-type'];

const contentType = rule({
  title: 'The MTA-STS policy is served as plain text',
  why: 'Senders are told to check the media type, so that nobody can plant a policy by uploading a web page. A sender that checks ignores a policy of another type.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '3.2', level: 'SHOULD' }],
  reads: { inbound, mtaStsPolicy },
  cases: {
    plain: { passes: true, says: 'The policy is served as `text/plain`.' },
    other: {
      severity: 'low',
      says: (d: { type: string }) => `The policy is served as ${d.type}. Senders that check may ignore it.`,
      fix: {
        stage: 'transport',
        effort: 'minutes',
        text: 'Set the web server to send `Content-Type: text/plain` with this file.',
      },
    },
  },
  judge({ inbound, mtaStsPolicy }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined) return { is: 'not-applicable', because };
    const type = mtaStsPolicy.answer?.contentType ?? '';
    // RFC 8461 §3.2: parameters are of no account.
    if (/^\s*text\/plain\s*(;|$)/i.test(type)) return { is: 'plain' };
    return {
      is: 'other',
      data: { type: type === '' ? 'nothing named' : `\`${excerpt(toOctets(type), 60)}\`` },
    };
  },
});

export default contentType;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const POLICY = '"version: STSv1" "mode: enforce" "mx: mail.example.com" "max_age: 604800"';

export const weighs = {
  low: 'Few senders check it, and mail arrives either way.',
} satisfies Weights<typeof contentType>;

export const examples = [
  { name: 'plain', zone: `${MAIL}\nexample.com POLICY 200 "text/plain" ${POLICY}`, expect: 'plain' },
  {
    name: 'plain with a parameter',
    zone: `${MAIL}\nexample.com POLICY 200 "text/plain; charset=utf-8" ${POLICY}`,
    expect: 'plain',
  },
  {
    name: 'download',
    zone: `${MAIL}\nexample.com POLICY 200 "application/octet-stream" ${POLICY}`,
    expect: 'other',
  },
  { name: 'not named', zone: `${MAIL}\nexample.com POLICY 200 "" ${POLICY}`, expect: 'other' },
  {
    name: 'web page',
    zone: `${MAIL}\nexample.com POLICY 200 "text/html" "<html>"`,
    expect: 'not-applicable',
  },
  { name: 'not served', zone: `${MAIL}\nexample.com POLICY 404 "text/html"`, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof contentType>;
