import { enumerated } from '../../engine/prose.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dkim } from '../../topics/dkim.ts';
import { posture } from '../../topics/posture.ts';

export const covers = ['park-dkim-revoked'];

const parkedDkim = rule({
  title: 'A domain without mail has no live keys',
  why: 'Whoever holds the private part of a forgotten DKIM key can sign mail as the domain, and receivers take it for real.',
  bears: ['impersonation'],
  cites: [{ rfc: 6376, section: '3.6.1' }],
  reads: { posture, dkim },
  cases: {
    none: { passes: true, says: 'No live DKIM key was found.' },
    revoked: { passes: true, says: 'All DKIM keys of the domain are revoked.' },
    live: {
      severity: 'low',
      says: (d: { names: readonly string[] }) =>
        `The domain has no mail, but ${d.names.length === 1 ? 'a live DKIM key stands' : 'live DKIM keys stand'} at ${enumerated(d.names)}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the keys if nothing signs with them any more.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ posture, dkim }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    const live = dkim.keys.filter((key) => key.record.state === 'live');
    if (live.length > 0) {
      const changes = live.map(({ name, chain, text }): Change => {
        const [alias] = chain;
        return alias === undefined
          ? { op: 'delete', name, type: 'TXT', was: text }
          : { op: 'delete', name, type: 'CNAME', was: alias };
      });
      return { is: 'live', data: { names: live.map((key) => key.name), changes } };
    }
    return { is: dkim.keys.some((key) => key.record.state === 'revoked') ? 'revoked' : 'none' };
  },
});

export default parkedDkim;

const NO_MAIL = 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\n';

export const weighs = {
  low: 'Somebody must still hold the private half, and only mail that it signs gains.',
} satisfies Weights<typeof parkedDkim>;

export const examples = [
  { name: 'no key', zone: NO_MAIL, expect: 'none' },
  {
    name: 'a wildcard of revoked keys',
    zone: `${NO_MAIL}*._domainkey.example.com TXT "v=DKIM1; p="`,
    expect: 'revoked',
  },
  {
    name: 'a key left behind',
    selectors: ['s1'],
    zone: `${NO_MAIL}s1._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="`,
    expect: 'live',
  },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: `${NO_MAIL}_domainkey.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof parkedDkim>;
