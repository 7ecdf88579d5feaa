import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { without } from '../../mail/spf/edit.ts';
import { lettersOf } from '../../mail/spf/macro.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-ptr'];

const ptr = rule({
  title: 'SPF does not depend on reverse names',
  why: 'The standard asks not to use `ptr`: it is slow, costs a lookup, and some receivers skip it. Mail that passes only by a reverse name fails there.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '5.5', level: 'SHOULD' },
    { rfc: 7208, section: '7.2' },
  ],
  reads: { spf: spfText },
  cases: {
    none: { passes: true, says: 'The record uses no reverse names.' },
    ptr: {
      severity: 'medium',
      says: (d: { term: string }) =>
        `\`${d.term}\` asks for reverse names, which the standard says not to do.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'hour',
        text: 'Take it out, once the servers that it covers are listed by `ip4:`, `ip6:` or `a:`.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'ptr-only': {
      severity: 'high',
      says: (d: { term: string }) =>
        `Your mail passes SPF only by \`${d.term}\`, which the standard says not to use and some receivers skip.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'List the servers that send for you by `ip4:`, `ip6:`, `a:`, `mx` or `include:`, then take `ptr` out.',
      },
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const found = record.terms.filter(
      (term) => term.kind === 'ptr' || ('spec' in term && term.spec && lettersOf(term.spec.parts).has('p')),
    );
    const [first] = found;
    if (!first) return { is: 'none' };
    const term = excerpt(record.text.slice(first.from, first.to), 60);
    const shows = shown(scope.domain, record.text, found);
    const others = record.terms.some(
      (term) =>
        !found.includes(term) &&
        (term.kind === 'redirect' || ('qualifier' in term && term.qualifier === '+' && term.kind !== 'all')),
    );
    const passes = found.some((term) => 'qualifier' in term && term.qualifier === '+');
    if (passes && !others) return { is: 'ptr-only', data: { term }, shows };
    const drop = found.filter((term) => 'qualifier' in term);
    return {
      is: 'ptr',
      data: {
        term,
        changes:
          drop.length === found.length ? replaced(scope.domain, record.text, without(record, drop)) : [],
      },
      shows,
    };
  },
});

export default ptr;

export const weighs = {
  high: 'All mail of the domain depends on a look-up that some receivers skip.',
  medium: 'Other terms carry the mail; this one is slow and may be skipped.',
} satisfies Weights<typeof ptr>;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'none' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'ptr beside others', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 ptr -all"', expect: 'ptr' },
  {
    name: 'the macro',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 exists:%{p}.x.example.net -all"',
    expect: 'ptr',
  },
  { name: 'ptr alone', zone: 'example.com TXT "v=spf1 ptr -all"', expect: 'ptr-only' },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof ptr>;
