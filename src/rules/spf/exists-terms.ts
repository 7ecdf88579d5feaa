import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { without } from '../../mail/spf/edit.ts';
import { liveTerms } from '../../mail/spf/tree.ts';
import { nothingToJudge, replaced, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-exists-constant'];

const existsTerms = rule({
  title: 'Each `exists` in the SPF record depends on the sender',
  why: 'An `exists` term asks whether a name has an address. With a fixed name the answer is the same for every server: all pass or none.',
  bears: ['impersonation'],
  cites: [{ rfc: 7208, section: '5.7' }],
  reads: { spf },
  cases: {
    dynamic: { passes: true, says: 'Every `exists` term asks for a name that depends on the sender.' },
    'exists-constant': {
      severity: 'low',
      says: (d: { term: string }) =>
        `\`${d.term}\` matches nobody and costs a lookup: its name is fixed and has no address. Whoever gives it one lets every server pass.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Take the term out.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, scope }) {
    const { tree } = spf;
    const because = nothingToJudge(spf);
    if (because !== undefined || !tree?.record || !tree.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const found = [...liveTerms(tree)].filter(({ term }) => term.term.kind === 'exists');
    if (found.length === 0) return { is: 'not-applicable', because: 'The record has no `exists` term.' };
    const fixed = found.filter(({ term }) => term.addresses);
    if (fixed.some(({ term }) => term.addresses?.v4.length !== 0))
      return {
        is: 'not-applicable',
        because: 'A fixed name that exists lets everybody match, which is judged there.',
      };
    const [first] = fixed;
    if (!first) return { is: 'dynamic' };
    const own = fixed.filter(({ node }) => node === tree).map(({ term }) => term.term);
    return {
      is: 'exists-constant',
      data: {
        term: excerpt(first.node.text?.slice(first.term.term.from, first.term.term.to) ?? '', 60),
        changes: replaced(scope.domain, tree.text, without(tree.record, own)),
      },
      shows: shown(scope.domain, tree.text, own),
      rests: fixed.flatMap(({ term }) => (term.target ? [dns(term.target, 'A')] : [])),
    };
  },
});

export default existsTerms;

export const weighs = {
  low: 'Nobody passes by it today; it costs a lookup and waits for somebody to fill the name.',
} satisfies Weights<typeof existsTerms>;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  {
    name: 'by address',
    zone: 'example.com TXT "v=spf1 exists:%{i}.spf.example.net -all"',
    expect: 'dynamic',
  },
  {
    name: 'a fixed name that is gone',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 exists:spf.example.net -all"',
    expect: 'exists-constant',
  },
  {
    name: 'no answer',
    zone: 'example.com TXT "v=spf1 exists:spf.example.net -all"\nspf.example.net A !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof existsTerms>;
