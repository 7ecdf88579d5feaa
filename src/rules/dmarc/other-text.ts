import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { meantFor } from '../../mail/dmarc/misplaced.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcHere } from '../../topics/dmarc-record.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dmarc-other-text-at-name'];

const otherText = rule({
  title: 'Nothing but the DMARC record stands at its name',
  why: 'Receivers skip texts that are not DMARC records, but a record meant for another place does nothing here, and some simple tools read only the first text they find.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.5' },
    { rfc: 9989, section: '4.10' },
  ],
  reads: { dmarcHere, wildcard, dmarc },
  cases: {
    clean: { passes: true, says: 'The DMARC record has its name to itself.' },
    beside: {
      severity: 'low',
      says: (d: { text: string }) =>
        `A text that is no DMARC record stands beside it: \`${excerpt(d.text)}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Delete the other text, after a look at whether it belongs elsewhere.',
        changes: d.changes,
      }),
    },
    misplaced: {
      severity: 'medium',
      says: (d: { kind: string; belongs: string }) =>
        `${d.kind} stands where the DMARC record belongs. It does nothing there; its place is ${d.belongs}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Move the record to its own name.',
        changes: d.changes,
      }),
    },
  },
  judge({ dmarcHere, wildcard, dmarc }) {
    const { candidates, misread, name, chain } = dmarcHere;
    // What a wildcard answers for every name was not put here.
    const others = [
      ...dmarcHere.others,
      ...(candidates.length > 0 ? misread.map(({ text }) => text) : []),
    ].filter((text) => !wildcard.txt.includes(text));
    const [text] = others;
    if (text === undefined && candidates.length > 0) return { is: 'clean' };
    if (text === undefined)
      return { is: 'not-applicable', because: 'No text of that kind stands at the name.' };
    const changes =
      chain.length > 0
        ? []
        : [...new Set(others)].map((was): Change => ({ op: 'delete', name, type: 'TXT', was }));
    const shows = others.slice(0, 5).map((text) => ({ name, type: 'TXT' as const, text }));
    if (candidates.length > 0) return { is: 'beside', data: { text, changes }, shows };
    if (dmarc.rfc9989.applied === undefined && dmarc.rfc7489.applied === undefined)
      return {
        is: 'not-applicable',
        because: 'No DMARC record governs the domain; the finding on that says what stands in its place.',
      };
    const meant = meantFor(others, dmarcHere.domain);
    return meant
      ? { is: 'misplaced', data: { ...meant, changes }, shows }
      : { is: 'not-applicable', because: 'No DMARC record stands at the name.' };
  },
});

export default otherText;

export const weighs = {
  medium: 'A record is missing where it belongs, so something set up does not work.',
  low: 'Receivers skip the text, so the policy stands.',
} satisfies Weights<typeof otherText>;

export const examples = [
  { name: 'only the record', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'clean' },
  {
    name: 'a verification beside it',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none"
           _dmarc.example.com TXT "verify=abc"`,
    expect: 'beside',
  },
  {
    name: 'an SPF record at a subdomain',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           news.example.com A 192.0.2.1
           _dmarc.news.example.com TXT "v=spf1 -all"`,
    expect: 'misplaced',
  },
  {
    name: 'a DKIM target at a subdomain',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           news.example.com A 192.0.2.1
           _dmarc.news.example.com TXT "abc.dkim.custom-email-domain.example"`,
    expect: 'misplaced',
  },
  {
    name: 'an SPF record, and no DMARC record anywhere',
    zone: `example.com A 192.0.2.1
           _dmarc.example.com TXT "v=spf1 -all"`,
    expect: 'not-applicable',
  },
  {
    name: 'a wildcard answers',
    zone: `*.example.com TXT "v=spf1 -all"
           example.com TXT "v=spf1 -all"`,
    expect: 'not-applicable',
  },
  { name: 'nothing', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof otherText>;
