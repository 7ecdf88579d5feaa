import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, recordsToShow } from '../../topics/dkim.ts';

export const covers = ['dkim-wildcard'];

const wildcard = rule({
  title: 'No wildcard answers for every selector',
  why: 'Where any selector is answered, a selector that was mistyped or retired looks alive, and one key stands behind names you never chose.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '6.1.2' },
    { rfc: 1034, section: '4.3.3' },
  ],
  reads: { dkim },
  cases: {
    none: { passes: true, says: 'A selector that nobody published has no key.' },
    revoked: {
      passes: true,
      says: 'A wildcard says that every other selector is revoked. That is harmless.',
    },
    live: {
      severity: 'medium',
      says: (d: { name: Name }) => `Any selector has a key, because \`${d.name}\` is a wildcard.`,
      fix: (d: { name: Name }) => ({
        stage: 'tidy',
        effort: 'hour',
        text: `Publish the selectors you sign with under their own names first, then delete \`${d.name}\`.`,
      }),
    },
    broken: {
      severity: 'low',
      says: (d: { name: Name }) =>
        `Any selector is answered with a key record that no receiver can use, because \`${d.name}\` is a wildcard.`,
      fix: (d: { name: Name; text: string; own: boolean }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: `Delete the wildcard \`${d.name}\`.`,
        ...(d.own ? { changes: [{ op: 'delete', name: d.name, type: 'TXT', was: d.text }] } : {}),
      }),
    },
  },
  judge({ dkim }) {
    const key = dkim.keys.find((found) => found.how === 'wildcard');
    if (!key) return { is: 'none' };
    const { name, text, record } = key;
    if (record.state === 'revoked') return { is: 'revoked' };
    const shows = recordsToShow([key], ['p']);
    if (record.state === 'live') return { is: 'live', data: { name }, shows };
    return { is: 'broken', data: { name, text, own: key.chain.length === 0 }, shows };
  },
});

export default wildcard;

export const weighs = {
  medium: 'Nobody gains a key by it, but slips and retired selectors stay hidden.',
  low: 'No receiver can use what is answered, so nothing passes and nothing is lost.',
} satisfies Weights<typeof wildcard>;

export const examples = [
  {
    name: 'no wildcard',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'none',
  },
  { name: 'a wildcard for other things', zone: '*.example.com TXT "v=spf1 -all"', expect: 'none' },
  { name: 'every selector revoked', zone: '*._domainkey.example.com TXT "v=DKIM1; p="', expect: 'revoked' },
  {
    name: 'every selector a key',
    zone: `*._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'live',
  },
  {
    name: 'every selector a damaged key',
    zone: `example.com A 192.0.2.1
 *._domainkey.example.com TXT "v=DKIM1; p=MIGf"`,
    expect: 'broken',
  },
  { name: 'wildcard not answered', zone: '*._domainkey.example.com TXT !servfail', expect: 'unknown' },
] satisfies Examples<typeof wildcard>;
