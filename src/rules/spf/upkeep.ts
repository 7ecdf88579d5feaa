import { isWithin } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { provider } from '../../topics/provider.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-mx-hosted-inbound', 'spf-include-not-needed', 'spf-flattened'];

const upkeep = rule({
  title: 'The SPF record holds what is needed and stays current by itself',
  why: 'Addresses copied from a service go stale without notice, and includes that help nobody use up the ten lookups that receivers allow.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.6.4' },
    { rfc: 7208, section: '10.1.1' },
  ],
  reads: { spf: spfText, mx, provider },
  cases: {
    tidy: { passes: true, says: 'Nothing in the record looks left over.' },
    flattened: {
      passes: true,
      says: (d: { count: number }) =>
        `The record lists ${d.count} addresses and includes no service. If they were copied from services, they go stale when those move.`,
    },
    'include-not-needed': {
      passes: true,
      says: (d: { include: string; service: string }) =>
        `\`include:${d.include}\` hardly helps: ${d.service} sends with a return address of its own, so SPF for your domain is not asked. Your DMARC reports show whether it can go.`,
    },
    'mx-hosted-inbound': {
      passes: true,
      says: (d: { service: string }) =>
        `\`mx\` lists the servers at which ${d.service} takes mail in. Mail goes out from others, so the term only costs a lookup.`,
    },
  },
  judge({ spf, mx, provider, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const { terms } = record;
    for (const term of terms) {
      const service =
        term.kind === 'include' && OWN_RETURN_PATH[term.spec.text.toLowerCase().replace(/\.$/, '')];
      if (service && term.kind === 'include')
        return {
          is: 'include-not-needed',
          data: { include: term.spec.text, service },
          shows: shown(scope.domain, record.text, [term]),
        };
    }
    const own = terms.find((term) => term.kind === 'mx' && !term.spec && term.qualifier === '+');
    const hosted = provider.gateway ?? provider.mailbox;
    if (
      own &&
      hosted &&
      INBOUND_ONLY.has(hosted.id) &&
      mx.hosts.every(({ exchange }) => !isWithin(exchange, scope.domain))
    )
      return {
        is: 'mx-hosted-inbound',
        data: { service: hosted.name },
        shows: shown(scope.domain, record.text, [own]),
      };
    const count = terms.filter((term) => term.kind === 'ip4' || term.kind === 'ip6').length;
    if (count > 30 && !terms.some((term) => term.kind === 'include' || term.kind === 'redirect'))
      return { is: 'flattened', data: { count }, shows: shown(scope.domain, record.text) };
    return { is: 'tidy' };
  },
});

export default upkeep;

/** Includes of services whose mail carries a return address of the service’s own, or of a subdomain. */
const OWN_RETURN_PATH: Readonly<Record<string, string>> = {
  'servers.mcsv.net': 'Mailchimp',
  'spf.mandrillapp.com': 'Mandrill',
};

/** Services whose mail hosts take mail and send none. */
const INBOUND_ONLY: ReadonlySet<string> = new Set([
  'google',
  'microsoft-365',
  'proton',
  'fastmail',
  'icloud',
]);

export const examples = [
  { name: 'tidy', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'tidy' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'many addresses',
    zone: `example.com TXT "v=spf1 ${Array.from({ length: 31 }, (_, i) => `ip4:192.0.2.${i}`).join(' ')} -all"`,
    expect: 'flattened',
  },
  {
    name: 'a newsletter service',
    zone: `example.com TXT "v=spf1 include:servers.mcsv.net -all"
           servers.mcsv.net TXT "v=spf1 ip4:192.0.2.0/24 -all"`,
    expect: 'include-not-needed',
  },
  {
    name: 'mx at a mailbox service',
    zone: `example.com TXT "v=spf1 mx include:_spf.google.com -all"
           example.com MX 1 smtp.google.com
           smtp.google.com A 192.0.2.25
           _spf.google.com TXT "v=spf1 ip4:192.0.2.0/24 ~all"`,
    expect: 'mx-hosted-inbound',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof upkeep>;
