import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dns-domain-exists'];

const existence = rule({
  title: 'The domain exists',
  why: 'A name that does not exist can neither send nor receive mail, and many receivers refuse mail from it at once.',
  bears: ['acceptance', 'interception'],
  cites: [{ rfc: 8020, section: '2' }],
  reads: { mx },
  cases: {
    exists: { passes: true, says: 'The DNS knows the domain.' },
    missing: {
      severity: 'critical',
      says: (d: { domain: Name }) =>
        `The DNS says that \`${d.domain}\` does not exist. No mail can reach it, and whatever is sent from it looks forged.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Check the spelling first. If it is right, see at your registrar whether the domain is paid for and which name servers it is delegated to.',
      },
    },
  },
  judge({ mx, scope }) {
    return mx.nameMissing
      ? { is: 'missing', data: { domain: scope.domain }, rests: [dns(scope.domain, 'MX')] }
      : { is: 'exists' };
  },
});

export default existence;

export const weighs = {
  critical: 'No mail can reach the name, and whatever is sent from it is refused.',
} satisfies Weights<typeof existence>;

export const examples = [
  { name: 'a domain with mail', zone: 'example.com MX 10 mail.example.com', expect: 'exists' },
  {
    name: 'a domain with nothing but a service name',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"',
    expect: 'exists',
  },
  { name: 'an alias to nowhere', zone: 'example.com CNAME gone.example.net', expect: 'exists' },
  { name: 'another domain only', zone: 'example.net A 192.0.2.1', expect: 'missing' },
  { name: 'no answer', zone: 'example.com MX !servfail', expect: 'unknown' },
] satisfies Examples<typeof existence>;
