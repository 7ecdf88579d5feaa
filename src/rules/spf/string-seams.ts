import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gluedStrings, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-split-glue'];

const stringSeams = rule({
  title: 'The strings of the SPF record join without fusing terms',
  why: 'A long record is stored as several strings, and receivers join them with nothing between. Where the space at a seam is missing, two terms become one, and the senders named there no longer pass.',
  bears: ['acceptance'],
  cites: [{ rfc: 7208, section: '3.3', level: 'MUST' }],
  reads: { spf: spfText },
  cases: {
    clean: {
      passes: true,
      says: (d: { strings: number }) => `The record is stored as ${d.strings} strings that join cleanly.`,
    },
    'split-glue': {
      severity: 'high',
      says: (d: { fused: string }) =>
        `At the seam between two strings a space is missing: receivers read \`${d.fused}\` as one term.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Put a space at the end of the string before the seam.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, scope }) {
    const { record, strings } = spf;
    if (!record || !strings || strings.length < 2)
      return { is: 'not-applicable', because: 'No SPF record is stored as several strings.' };
    const glued = gluedStrings(spf);
    if (!glued) return { is: 'clean', data: { strings: strings.length } };
    const [from, to] = glued.fused;
    return {
      is: 'split-glue',
      data: {
        fused: excerpt(record.text.slice(from, to), 80),
        changes: replaced(scope.domain, record.text, glued.text),
      },
      shows: shown(scope.domain, record.text, [{ from, to }]),
    };
  },
});

export default stringSeams;

export const weighs = {
  high: 'The senders at the seam do not pass, or no mail does.',
} satisfies Weights<typeof stringSeams>;

export const examples = [
  { name: 'one string', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  {
    name: 'a space at the seam',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 " "ip4:192.0.2.2 -all"',
    expect: 'clean',
  },
  {
    name: 'a seam inside a name',
    zone: `example.com TXT "v=spf1 include:spf.exam" "ple.net -all"
           spf.example.net TXT "v=spf1 -all"`,
    expect: 'clean',
  },
  {
    name: 'no space at the seam',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1" "ip4:192.0.2.2 -all"',
    expect: 'split-glue',
  },
  {
    name: 'two includes fused into a legal name',
    zone: `example.com TXT "v=spf1 include:a.example.net" "include:b.example.net -all"
           a.example.net TXT "v=spf1 ip4:192.0.2.1 -all"
           b.example.net TXT "v=spf1 ip4:192.0.2.2 -all"`,
    expect: 'split-glue',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof stringSeams>;
