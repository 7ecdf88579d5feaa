import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule } from '../../engine/rule.ts';
import { type Misplaced, misplaced } from '../../topics/misplaced.ts';

const doubledName = rule({
  title: 'Records stand at the names they are meant for',
  why: 'Many DNS panels add the domain to whatever is typed. A record entered with its whole name then stands at a doubled name, where nobody looks, and the real name stays empty.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 1034, section: '3.6' }],
  reads: { misplaced },
  cases: {
    placed: { passes: true, says: 'No record was found under a doubled name.' },
    doubled: {
      severity: 'medium',
      says: (d: { found: Misplaced }) =>
        `\`${excerpt(d.found.text)}\` stands at \`${d.found.at}\`, and nothing at \`${d.found.meant}\`, where it is looked for.`,
      fix: (d: { all: readonly Misplaced[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Enter the record again with the short name (`@` or `_dmarc`, without the domain), and delete the doubled one.',
        changes: d.all.flatMap(({ at, meant, text }): Change[] => [
          { op: 'add', name: meant, type: 'TXT', value: text },
          { op: 'delete', name: at, type: 'TXT', was: text },
        ]),
      }),
    },
  },
  judge({ misplaced }) {
    const [found] = misplaced;
    if (found === undefined) return { is: 'placed' };
    return {
      is: 'doubled',
      data: { found, all: misplaced },
      shows: misplaced.map(({ at, text }) => ({ name: at, type: 'TXT', text })),
    };
  },
});

export default doubledName;

export const examples = [
  {
    name: 'records at their names',
    zone: `example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'placed',
  },
  { name: 'no records at all', zone: 'example.com A 192.0.2.1', expect: 'placed' },
  {
    name: 'a DMARC record below the domain twice',
    zone: `example.com TXT "v=spf1 -all"
           _dmarc.example.com.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'doubled',
  },
  {
    name: 'an SPF record below the domain twice',
    zone: `example.com MX 0 .
           example.com.example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'doubled',
  },
  {
    name: 'real records with old copies',
    zone: `example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"
           _dmarc.example.com.example.com TXT "v=DMARC1; p=none"`,
    expect: 'placed',
  },
  {
    name: 'no answer',
    zone: 'example.com TXT "v=spf1 -all"\n_dmarc.example.com TXT !servfail',
    expect: 'unknown',
  },
] satisfies Examples<typeof doubledName>;
