import { type Name, prefixed } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dns-wildcard-txt'];

const wildcardText = rule({
  title: 'Invented names hold no mail policy by accident',
  why: 'A wildcard TXT record answers for every name you did not list, `_dmarc`, `_domainkey` and invented subdomains included. A record meant for one place then speaks in all of them.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '3.5' },
    { rfc: 6376, section: '6.1.2' },
    { rfc: 1034, section: '4.3.3' },
  ],
  reads: { mx, wildcard },
  cases: {
    none: { passes: true, says: 'No wildcard TXT record answers for invented names.' },
    'nobody-sends': {
      passes: true,
      says: 'A wildcard TXT record says that no invented name sends mail, which is what it is good for.',
    },
    aliased: {
      passes: true,
      says: (d: { alias: string }) =>
        `Invented names are aliases of \`${d.alias}\` and show the TXT records found there.`,
    },
    any: {
      severity: 'low',
      says: (d: { text: string }) =>
        `A wildcard TXT record, \`${d.text}\`, answers for every name you did not list. Services that look for a record of their own find it instead of nothing.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the wildcard TXT record, and publish it at the one name that needs it.',
        changes: d.changes,
      }),
    },
    leaks: {
      severity: 'medium',
      says: (d: { text: string; what: string }) =>
        `A wildcard TXT record gives every invented name ${d.what}: \`${d.text}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the wildcard TXT record, and publish it at the names that need it.',
        changes: d.changes,
      }),
    },
  },
  judge({ mx, wildcard, scope }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (wildcard.alias !== undefined) return { is: 'aliased', data: { alias: wildcard.alias } };
    const name = prefixed('*', scope.domain);
    if (wildcard.txt.length === 0 || name === undefined) return { is: 'none' };
    const shows = wildcard.txt.map((text) => ({ name, type: 'TXT' as const, text }));
    const changes = deletions(name, wildcard.txt);
    for (const text of wildcard.txt) {
      const what = leakOf(text);
      if (what) return { is: 'leaks', data: { text: excerpt(text), what, changes }, shows };
    }
    const other = wildcard.txt.find((text) => !isSpf(text));
    if (other !== undefined) return { is: 'any', data: { text: excerpt(other), changes }, shows };
    return { is: 'nobody-sends', shows };
  },
});

export default wildcardText;

function deletions(name: Name, texts: readonly string[]): Change[] {
  return [...new Set(texts)]
    .filter((text) => !isSpf(text) || leakOf(text) !== undefined)
    .map((was) => ({ op: 'delete', name, type: 'TXT', was }));
}

function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

function leakOf(text: string): string | undefined {
  if (isSpf(text))
    return /(?: \+?(?:all|include|a|mx|ptr|ip4|ip6|exists)(?:[:/ ]|$))|(?: redirect=)/i.test(text)
      ? 'an SPF record that lets senders pass'
      : undefined;
  if (/^v *= *DMARC1/i.test(text)) return 'a DMARC record';
  if (
    /^v *= *DKIM1|^k *= *(?:rsa|ed25519)|(?:^|; *)p=[A-Za-z0-9+/]{40}/.test(text) &&
    !/p= *(?:;|$)/.test(text)
  )
    return 'a DKIM key';
  return undefined;
}

export const weighs = {
  medium: 'Policies leak to names that nobody chose, and some of them let mail pass.',
  low: 'Only look-ups for other services are answered wrongly.',
} satisfies Weights<typeof wildcardText>;

export const examples = [
  { name: 'no wildcard', zone: 'example.com A 192.0.2.1', expect: 'none' },
  { name: 'a wildcard of addresses', zone: '*.example.com A 192.0.2.1', expect: 'none' },
  { name: 'nobody sends', zone: '*.example.com TXT "v=spf1 -all"', expect: 'nobody-sends' },
  {
    name: 'an alias for everything',
    zone: `*.example.com CNAME example.com
           example.com TXT "v=spf1 mx -all"`,
    expect: 'aliased',
  },
  {
    name: 'a site verification for everything',
    zone: `example.com A 192.0.2.1
           *.example.com TXT "site-verification=1"`,
    expect: 'any',
  },
  {
    name: 'senders for everything',
    zone: `example.com A 192.0.2.1
           *.example.com TXT "v=spf1 include:_spf.example.net ~all"
           _spf.example.net TXT "v=spf1 ip4:192.0.2.0/24 -all"`,
    expect: 'leaks',
  },
  {
    name: 'a DMARC record for everything',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none"\n*.example.com TXT "v=DMARC1; p=none"',
    expect: 'leaks',
  },
  {
    name: 'a key for everything',
    zone: 'example.com A 192.0.2.1\n*.example.com TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC"',
    expect: 'leaks',
  },
  { name: 'no answer', zone: '*.example.com TXT !servfail', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof wildcardText>;
