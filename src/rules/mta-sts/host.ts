import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { policyHost } from '../../topics/mta-sts.ts';

export const covers = ['mtasts-host-dns'];

const host = rule({
  title: 'The host that serves the MTA-STS policy has an address',
  why: 'Senders fetch the policy from `mta-sts.` in front of your domain. When that name has no address they find no policy and deliver as if you had never asked for encryption.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.2' },
    { rfc: 8461, section: '3.3' },
    { rfc: 8461, section: '8.2' },
  ],
  reads: { inbound, policyHost },
  cases: {
    found: {
      passes: true,
      says: (d: { name: Name }) => `\`${d.name}\` has an address.`,
    },
    missing: {
      severity: 'high',
      says: (d: { name: Name }) => `The record announces a policy, but \`${d.name}\` has no address.`,
      fix: (d: { name: Name }) => ({
        stage: 'mend',
        effort: 'hour',
        text: `Give \`${d.name}\` the address of a web server that serves \`https://${d.name}/.well-known/mta-sts.txt\` with a certificate for that name.`,
      }),
    },
    'dead-alias': {
      severity: 'high',
      says: (d: { name: Name; target: Name }) =>
        `\`${d.name}\` is an alias for \`${d.target}\`, which has no address, so senders find no policy.`,
      fix: (d: { name: Name }) => ({
        stage: 'mend',
        effort: 'hour',
        text: `Point \`${d.name}\` at the host that serves your policy today. Until then nobody else should be able to claim the name it points at.`,
      }),
    },
  },
  judge({ inbound, policyHost }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { announced, name, found, chain } = policyHost;
    if (!announced || name === undefined)
      return { is: 'not-applicable', because: 'No valid MTA-STS record announces a policy.' };
    if (found) return { is: 'found', data: { name } };
    const rests = [dns(name, 'A'), dns(name, 'AAAA')];
    const target = chain.at(-1);
    if (target !== undefined) return { is: 'dead-alias', data: { name, target }, rests };
    return { is: 'missing', data: { name }, rests };
  },
});

export default host;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;

export const weighs = {
  high: 'Senders find no policy, so what the record promises is not kept.',
} satisfies Weights<typeof host>;

export const examples = [
  { name: 'an address', zone: `${MAIL}\nmta-sts.example.com A 192.0.2.2`, expect: 'found' },
  { name: 'only IPv6', zone: `${MAIL}\nmta-sts.example.com AAAA 2001:db8::2`, expect: 'found' },
  { name: 'no address', zone: MAIL, expect: 'missing' },
  {
    name: 'alias to nowhere',
    zone: `${MAIL}\nmta-sts.example.com CNAME gone.example.net`,
    expect: 'dead-alias',
  },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}\nmta-sts.example.com A !timeout`, expect: 'unknown' },
] satisfies Examples<typeof host>;
