import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { replacing } from '../../mail/spf/edit.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-qualifier-odd'];

const qualifiers = rule({
  title: 'No sender in the SPF record is denied by its sign',
  why: 'A sign in front of a term replaces the pass. With `-include:` every server of that service is refused instead of allowed.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.6.2' },
    { rfc: 7208, section: '5.2' },
    { rfc: 9989, section: '11.1' },
  ],
  reads: { spf: spfText },
  cases: {
    plain: { passes: true, says: 'All senders listed pass.' },
    muted: {
      passes: true,
      says: (d: { term: string }) =>
        `Mail that matches \`${d.term}\` does not pass SPF, because of the sign. It needs a DKIM signature of yours to pass DMARC; for a pool shared with strangers that is wise.`,
    },
    excluded: {
      passes: true,
      says: (d: { term: string }) => `Mail that matches \`${d.term}\` is refused, because of the sign.`,
    },
    'denied-include': {
      severity: 'medium',
      says: (d: { term: string }) =>
        `\`${d.term}\` refuses mail from every server of that service, because of the \`-\` in front.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'If the service sends for you, take the sign away; if not, take the term out.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const signed = record.terms.filter(
      (term) => 'qualifier' in term && term.kind !== 'all' && term.qualifier !== '+',
    );
    const text = (from: number, to: number) => excerpt(record.text.slice(from, to), 60);
    const denied = signed.filter((term) => term.kind === 'include' && term.qualifier === '-');
    if (denied[0])
      return {
        is: 'denied-include',
        data: {
          term: text(denied[0].from, denied[0].to),
          changes: replaced(
            scope.domain,
            record.text,
            replacing(
              record,
              denied.map((term) => [term, record.text.slice(term.from + 1, term.to)]),
            ),
          ),
        },
        shows: shown(scope.domain, record.text, denied),
      };
    const [first] = signed;
    if (!first || !('qualifier' in first)) return { is: 'plain' };
    const data = { term: text(first.from, first.to) };
    const shows = shown(scope.domain, record.text, signed);
    return first.qualifier === '-' ? { is: 'excluded', data, shows } : { is: 'muted', data, shows };
  },
});

export default qualifiers;

export const weighs = {
  medium: 'Mail of that service is refused, if it sends for the domain at all.',
} satisfies Weights<typeof qualifiers>;

export const examples = [
  { name: 'no signs', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'plain' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'a neutral include',
    zone: `example.com TXT "v=spf1 ?include:spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'muted',
  },
  {
    name: 'a refused address',
    zone: 'example.com TXT "v=spf1 -ip4:192.0.2.9 ip4:192.0.2.0/24 -all"',
    expect: 'excluded',
  },
  {
    name: 'a refused service',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.9 -include:spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'denied-include',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof qualifiers>;
