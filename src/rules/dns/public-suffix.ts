import { type Examples, rule } from '../../engine/rule.ts';
import { publicSuffix } from '../../topics/public-suffix.ts';

export const covers = ['dns-public-suffix'];

const suffix = rule({
  title: 'Names below the domain belong to its owner',
  why: 'Below a public suffix such as `co.uk` strangers register names of their own. DMARC treats such a name differently, and a policy there speaks for all of them.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7489, section: '3.2' },
    { document: 'Public Suffix List', href: 'https://publicsuffix.org/' },
  ],
  reads: { publicSuffix },
  cases: {
    suffix: {
      passes: true,
      says: (d: { domain: string }) =>
        `\`${d.domain}\` is a public suffix: names below it belong to others. Read this report as the operator of the suffix; for your own mail, check the whole name after the @.`,
    },
  },
  judge({ publicSuffix, scope }) {
    if (!publicSuffix.isSuffix)
      return { is: 'not-applicable', because: 'The domain is not a public suffix.' };
    return { is: 'suffix', data: { domain: scope.domain } };
  },
});

export default suffix;

export const examples = [
  { name: 'a registry', domain: 'co.uk', zone: 'co.uk NS ns.example.net', expect: 'suffix' },
  { name: 'an ordinary domain', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof suffix>;
