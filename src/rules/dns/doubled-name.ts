import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type Misplaced, misplaced } from '../../topics/misplaced.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dns-doubled-suffix'];

const doubledName = rule({
  title: 'The SPF record stands at the domain itself',
  why: 'Many DNS panels add the domain to whatever is typed. A record entered with its whole name then stands at a doubled name, where nobody looks, and the domain has no SPF.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 7208, section: '3' }],
  reads: { mx, misplaced },
  cases: {
    placed: { passes: true, says: 'No SPF record was found under a doubled name.' },
    doubled: {
      severity: 'medium',
      says: (d: Misplaced) =>
        `The SPF record \`${excerpt(d.text)}\` stands at \`${d.at}\`, and none at \`${d.meant}\`, where receivers look.`,
      fix: (d: Misplaced) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Enter the record again with the short name `@` (or an empty name), and delete the doubled one.',
        changes: [
          { op: 'add', name: d.meant, type: 'TXT', value: d.text },
          { op: 'delete', name: d.at, type: 'TXT', was: d.text },
        ],
      }),
    },
  },
  seldom: true,
  judge({ mx, misplaced }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (misplaced === undefined) return { is: 'placed' };
    return {
      is: 'doubled',
      data: misplaced,
      shows: [{ name: misplaced.at, type: 'TXT', text: misplaced.text }],
    };
  },
});

export default doubledName;

export const weighs = {
  medium: 'The record does nothing where it stands; what its lack means for mail has findings of its own.',
} satisfies Weights<typeof doubledName>;

export const examples = [
  { name: 'a record at its name', zone: 'example.com TXT "v=spf1 -all"', expect: 'placed' },
  { name: 'no record at all', zone: 'example.com A 192.0.2.1', expect: 'placed' },
  {
    name: 'a record below the domain twice',
    zone: `example.com MX 0 .
           example.com.example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'doubled',
  },
  {
    name: 'a wildcard',
    zone: 'example.com MX 0 .\n*.example.com TXT "v=spf1 -all"',
    expect: 'placed',
  },
  { name: 'no answer', zone: 'example.com TXT !servfail', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof doubledName>;
