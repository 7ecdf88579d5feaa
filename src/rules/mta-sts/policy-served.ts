import type { Name } from '../../dns/name.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { policyFile, USUAL_AGE } from '../../mail/mta-sts/policy-file.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy } from '../../topics/mta-sts-policy.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mtasts-fetch', 'mtasts-https-cert'];

const fix =
  (text: (domain: Name) => string) =>
  (d: { domain: Name }): Fix => ({ stage: 'mend', effort: 'hour', text: text(d.domain) });

const policyServed = rule({
  title: 'The MTA-STS policy file can be fetched',
  why: 'Senders that find the record but cannot fetch the file deliver as if you had no policy, and those that hold an older policy keep to it until it expires.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '3.3', level: 'MUST' }],
  reads: { inbound, mtaStsPolicy, mx },
  partial: ['mx'],
  cases: {
    served: { passes: true, says: (d: { ms: number }) => `The file came in ${(d.ms / 1000).toFixed(1)} s.` },
    slow: {
      severity: 'medium',
      says: 'The file takes longer than a minute or is larger than 64 kB. Senders may give up on it.',
      fix: fix(
        (domain) => `Serve \`https://mta-sts.${domain}/.well-known/mta-sts.txt\` as a plain small file.`,
      ),
    },
    redirect: {
      severity: 'high',
      says: (d: { status: number }) =>
        `The web server answers with a redirect (${d.status}). Senders must not follow it, so they find no policy.`,
      fix: fix(
        (domain) =>
          `Serve the file itself at \`https://mta-sts.${domain}/.well-known/mta-sts.txt\`, without a redirect.`,
      ),
    },
    status: {
      severity: 'high',
      says: (d: { status: number }) =>
        `The web server answers with status ${d.status} where senders need 200.`,
      fix: (d: { domain: Name; hosts: readonly Name[] }) => ({
        ...fix((domain) => `Serve the file at \`https://mta-sts.${domain}/.well-known/mta-sts.txt\`.`)(d),
        ...(d.hosts.length > 0
          ? { file: policyFile(d.domain, { mode: 'testing', mx: d.hosts, maxAge: USUAL_AGE }) }
          : {}),
      }),
    },
    certificate: {
      severity: 'high',
      says: 'The web server’s certificate is not valid for this name, so senders do not read the policy.',
      fix: fix(
        (domain) =>
          `Give the web server a certificate from a public authority that names \`mta-sts.${domain}\`, also where that name is an alias, and see that it renews by itself.`,
      ),
    },
    unreachable: {
      severity: 'high',
      says: (d: { domain: Name }) => `No connection to \`mta-sts.${d.domain}\` over HTTPS was possible.`,
      fix: fix((domain) => `See that a web server answers at \`mta-sts.${domain}\` on port 443.`),
    },
  },
  judge({ inbound, mtaStsPolicy, mx, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { announced, answer } = mtaStsPolicy;
    if (!announced || answer === undefined)
      return { is: 'not-applicable', because: 'No valid MTA-STS record announces a policy.' };
    const { status, failure, ms } = answer;
    const { domain } = scope;
    if (failure === 'no-address') return { is: 'not-applicable', because: 'The policy host has no address.' };
    if (failure === 'certificate') return { is: 'certificate', data: { domain } };
    if (failure === 'too-slow' || failure === 'too-large' || ms > 60_000)
      return { is: 'slow', data: { domain } };
    if (failure !== undefined || status === 0) return { is: 'unreachable', data: { domain } };
    if (status >= 300 && status < 400) return { is: 'redirect', data: { domain, status } };
    if (status !== 200) {
      const hosts = mx.got === 'none' ? [] : mx.value.hosts.slice(0, 10).map(({ exchange }) => exchange);
      return { is: 'status', data: { domain, status, hosts } };
    }
    return { is: 'served', data: { ms } };
  },
});

export default policyServed;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"
              mta-sts.example.com A 192.0.2.2`;
const POLICY = '"version: STSv1" "mode: enforce" "mx: mail.example.com" "max_age: 604800"';

export const weighs = {
  high: 'Senders find no policy, so what the record promises is not kept.',
  medium: 'Senders may give up before they have read the file; most have the patience.',
} satisfies Weights<typeof policyServed>;

export const examples = [
  { name: 'served', zone: `${MAIL}\nexample.com POLICY 200 "text/plain" ${POLICY}`, expect: 'served' },
  { name: 'too large', zone: `${MAIL}\nexample.com POLICY 0 too-large`, expect: 'slow' },
  { name: 'redirect', zone: `${MAIL}\nexample.com POLICY 301 "text/html"`, expect: 'redirect' },
  { name: 'not found', zone: `${MAIL}\nexample.com POLICY 404 "text/html" "<html>"`, expect: 'status' },
  { name: 'wrong certificate', zone: `${MAIL}\nexample.com POLICY 0 certificate`, expect: 'certificate' },
  { name: 'closed port', zone: `${MAIL}\nexample.com POLICY 0 no-connection`, expect: 'unreachable' },
  { name: 'no address', zone: `${MAIL}\nexample.com POLICY 0 no-address`, expect: 'not-applicable' },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof policyServed>;
