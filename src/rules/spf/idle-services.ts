import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { longestMatch } from '../../mail/provider/match.ts';
import { dkim } from '../../topics/dkim.ts';
import { mx } from '../../topics/mx.ts';
import { provider } from '../../topics/provider.ts';
import { nothingToJudge, spfText } from '../../topics/spf.ts';

export const covers = ['spf-stale-vendor'];

const idleServices = rule({
  title: 'Every service in the SPF record is set up to sign as well',
  why: 'A service that may send for you and has no key of yours is either left over, and costs lookups for nothing, or was never set up to the end: its mail then has no signature that counts for your domain.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.6.4' },
    { rfc: 9989, section: '4.5' },
  ],
  reads: { spf: spfText, provider, mx, dkim },
  cases: {
    busy: { passes: true, says: 'Services in the record whose selectors are known have keys.' },
    idle: {
      severity: 'info',
      says: (d: { service: string; selectors: readonly string[] }) =>
        `${d.service} may send for you by SPF, but none of its usual selectors has a key: ${enumerated(d.selectors)}.`,
      fix: (d: { service: string }) => ({
        stage: 'tidy',
        effort: 'hour',
        text: `If ${d.service} sends for you, set DKIM up there. If it does not any more, take its include out of SPF; your DMARC reports show whether it still sends.`,
      }),
    },
  },
  judge({ spf, provider, mx, dkim }) {
    const because = nothingToJudge(spf);
    if (because !== undefined) return { is: 'not-applicable', because };
    const known = provider.senders.filter(({ id }) => SAME_FOR_ALL.has(id));
    if (known.length === 0)
      return { is: 'not-applicable', because: 'The record includes no service whose selectors are known.' };
    if (dkim.parked || dkim.underscore === 'wildcard')
      return { is: 'not-applicable', because: 'Selectors tell nothing here.' };
    const traces = new Set([
      ...dkim.keys.flatMap(({ provider, selector }) => [provider, selector]),
      ...dkim.dangling.flatMap(({ provider, selector }) => [provider, selector]),
      ...mx.hosts.map(({ exchange }) => longestMatch(PROVIDERS, 'mx', exchange)?.name),
    ]);
    const idle = known.find(
      ({ name, selectors = [] }) =>
        !traces.has(name) &&
        selectors.every((selector) => dkim.tried.includes(selector) && !traces.has(selector)),
    );
    if (idle === undefined) return { is: 'busy' };
    return { is: 'idle', data: { service: idle.name, selectors: idle.selectors ?? [] } };
  },
});

export default idleServices;

/** Services that give every customer the same selectors; those of others cannot be guessed. */
const SAME_FOR_ALL: ReadonlySet<string> = new Set([
  'mailchimp',
  'mandrill',
  'brevo',
  'klaviyo',
  'zendesk',
  'help-scout',
  'aweber',
  'campaign-monitor',
  'activecampaign',
  'mailjet',
  'sender-net',
]);

const MAIL = `example.com MX 10 mail.example.com
  mail.example.com A 192.0.2.25
  example.com TXT "v=spf1 mx include:mail.zendesk.com -all"
  mail.zendesk.com TXT "v=spf1 ip4:192.0.2.0/24 -all"`;

export const examples = [
  {
    name: 'a service with its keys',
    zone: `${MAIL}
      zendesk1._domainkey.example.com CNAME zendesk1._domainkey.zendesk.com
      zendesk1._domainkey.zendesk.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'busy',
  },
  { name: 'a service without keys', zone: MAIL, expect: 'idle' },
  {
    name: 'a service whose selectors nobody can guess',
    zone: `example.com MX 10 mail.example.com
      example.com TXT "v=spf1 include:amazonses.com -all"
      amazonses.com TXT "v=spf1 ip4:192.0.2.0/24 -all"`,
    expect: 'not-applicable',
  },
  {
    name: 'every selector is answered',
    zone: `${MAIL}\n*._domainkey.example.com TXT "v=DKIM1; p="`,
    expect: 'not-applicable',
  },
  { name: 'no SPF', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof idleServices>;
