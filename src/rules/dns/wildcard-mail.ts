import { prefixed } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { mx } from '../../topics/mx.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dns-wildcard-mx'];

const wildcardMail = rule({
  title: 'Invented names receive no mail',
  why: 'With a wildcard MX record every subdomain anybody can think of exists and takes mail: forgers get names that can be answered, and a DMARC policy for invented subdomains never applies.',
  bears: ['impersonation'],
  cites: [
    { rfc: 1034, section: '4.3.3' },
    { rfc: 5321, section: '5.1' },
  ],
  reads: { mx, wildcard },
  cases: {
    none: { passes: true, says: 'No wildcard MX record takes mail for invented names.' },
    declined: { passes: true, says: 'A wildcard null MX declines mail for every invented name.' },
    aliased: {
      passes: true,
      says: (d: { alias: string }) =>
        `Invented names are aliases of \`${d.alias}\` and take mail where that name does.`,
    },
    wildcard: {
      severity: 'medium',
      says: (d: { records: readonly string[] }) =>
        `A wildcard MX record (${enumerated(d.records)}) takes mail for every name you did not list.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the wildcard MX record. Publish an MX record at each subdomain that really receives mail first.',
        changes: d.changes,
      }),
    },
  },
  judge({ mx, wildcard, scope }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (!wildcard.mx) return { is: wildcard.exchanges.length > 0 ? 'declined' : 'none' };
    if (wildcard.alias !== undefined) return { is: 'aliased', data: { alias: wildcard.alias } };
    const name = prefixed('*', scope.domain) ?? scope.domain;
    const changes = wildcard.exchanges.map((was) => ({ op: 'delete', name, type: 'MX', was }) as const);
    return {
      is: 'wildcard',
      data: { records: wildcard.exchanges, changes },
      shows: wildcard.exchanges.map((text) => ({ name, type: 'MX', text })),
    };
  },
});

export default wildcardMail;

export const weighs = {
  medium: 'Forgers get names that exist and can be answered; the domain itself is untouched.',
} satisfies Weights<typeof wildcardMail>;

export const examples = [
  { name: 'no wildcard', zone: 'example.com MX 10 mail.example.com', expect: 'none' },
  { name: 'a null MX for everything', zone: '*.example.com MX 0 .', expect: 'declined' },
  {
    name: 'an alias for everything',
    zone: '*.example.com CNAME example.com\nexample.com MX 10 mail.example.com',
    expect: 'aliased',
  },
  {
    name: 'a mail server for everything',
    zone: `example.com MX 10 mail.example.com
           *.example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'wildcard',
  },
  { name: 'no answer', zone: '*.example.com MX !timeout', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof wildcardMail>;
