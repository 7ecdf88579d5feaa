import { isWithin } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-redirect-foreign'];

const redirectTarget = rule({
  title: 'A redirect hands SPF to a record of the same organization',
  why: 'With `redirect=` the other record decides everything, its end included. That is meant for domains in the same hands.',
  bears: ['impersonation'],
  cites: [{ rfc: 7208, section: '6' }],
  reads: { spf: spfText, dmarc },
  cases: {
    'same-hands': {
      passes: true,
      says: (d: { target: string }) =>
        `\`${d.target}\`, where the redirect leads, belongs to the same organization.`,
    },
    'redirect-foreign': {
      passes: true,
      says: (d: { target: string }) =>
        `The redirect hands your whole policy to \`${d.target}\`, its end included. With \`include:\` and an \`all\` of your own you would keep the last word.`,
    },
  },
  judge({ spf, dmarc, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const redirect = record.terms.find((term) => term.kind === 'redirect');
    if (!redirect || record.terms.some((term) => term.kind === 'all'))
      return { is: 'not-applicable', because: 'The record has no redirect.' };
    const { suffix } = dmarc.publicSuffix;
    const organization =
      [scope.domain, ...scope.parents].find((_, i, all) => (all[i + 1] ?? suffix) === suffix) ?? scope.domain;
    const target = excerpt(redirect.spec.text.toLowerCase().replace(/\.$/, ''), 80);
    const own = target === organization || target.endsWith(`.${organization}`) || target.startsWith('%{d}');
    const shows = shown(scope.domain, record.text, [redirect]);
    return own && isWithin(scope.domain, organization)
      ? { is: 'same-hands', data: { target }, shows }
      : { is: 'redirect-foreign', data: { target }, shows };
  },
});

export default redirectTarget;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  {
    name: 'to a name of one’s own',
    zone: `example.com TXT "v=spf1 redirect=spf.example.com"
           spf.example.com TXT "v=spf1 -all"`,
    expect: 'same-hands',
  },
  {
    name: 'from a subdomain to the domain',
    domain: 'shop.example.com',
    zone: `shop.example.com TXT "v=spf1 redirect=example.com"
           example.com TXT "v=spf1 -all"`,
    expect: 'same-hands',
  },
  {
    name: 'to somebody else',
    zone: `example.com TXT "v=spf1 redirect=spf.example.net"
           spf.example.net TXT "v=spf1 -all"`,
    expect: 'redirect-foreign',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof redirectTarget>;
