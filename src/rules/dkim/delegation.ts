import type { Name } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-delegated'];

const delegation = rule({
  title: 'A `_domainkey` zone of its own answers',
  why: 'Some services keep all selectors in a zone that is delegated to them. If that zone fails, no signature of the domain can be verified.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.2.1' }],
  reads: { dkim },
  cases: {
    answers: {
      passes: true,
      says: (d: { base: Name }) =>
        `\`${d.base}\` is a zone of its own and answers. Whoever runs it manages your selectors; other services' selectors must be added there.`,
    },
  },
  judge({ dkim }) {
    if (dkim.underscore !== 'delegated')
      return { is: 'not-applicable', because: 'The selectors are not delegated to another zone.' };
    return { is: 'answers', data: { base: dkim.base } };
  },
});

export default delegation;

export const examples = [
  {
    name: 'selectors in a zone of a service',
    zone: '_domainkey.example.com SOA ns.vendor.example root.vendor.example 1 3600 600 86400 300',
    expect: 'answers',
  },
  { name: 'no such zone', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'the zone fails', zone: '_domainkey.example.com * !servfail', expect: 'unknown' },
] satisfies Examples<typeof delegation>;
