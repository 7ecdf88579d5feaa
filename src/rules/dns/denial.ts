import { type Examples, rule } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dns-denial-type'];

const denial = rule({
  title: 'The zone tells invented names from real ones',
  why: 'Receivers apply a DMARC policy for invented subdomains (`np`) only where the DNS says that a name does not exist. It also decides whether a missing DKIM key can be proved.',
  bears: ['impersonation'],
  cites: [
    { rfc: 8020, section: '2' },
    { rfc: 1034, section: '4.3.3' },
    {
      document: 'RFC 9824, Compact Denial of Existence in DNSSEC',
      href: 'https://www.rfc-editor.org/rfc/rfc9824.html',
    },
  ],
  reads: { mx, wildcard },
  cases: {
    nxdomain: { passes: true, says: 'For an invented name the zone answers that it does not exist.' },
    compact: {
      passes: true,
      says: 'For an invented name the zone answers that it exists without records (compact denial). A policy for invented subdomains (`np`) may therefore not be applied: let `sp` say the same.',
    },
    wildcard: {
      passes: true,
      says: 'A wildcard answers for every invented name, so all of them exist. A policy for invented subdomains (`np`) does not apply: let `sp` say the same.',
    },
  },
  judge({ mx, wildcard }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    return { is: wildcard.denial };
  },
});

export default denial;

export const examples = [
  { name: 'names that do not exist', zone: 'example.com A 192.0.2.1', expect: 'nxdomain' },
  { name: 'compact denial', zone: '$COMPACT example.com\nexample.com A 192.0.2.1', expect: 'compact' },
  { name: 'a wildcard', zone: '*.example.com A 192.0.2.1', expect: 'wildcard' },
  { name: 'no answer', zone: '*.example.com * !servfail', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof denial>;
