import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { endingIn, without } from '../../mail/spf/edit.ts';
import { isSecondVersion } from '../../mail/spf/record.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-terms-after-all', 'spf-redirect-with-all', 'spf-modifier-position'];

const termOrder = rule({
  title: 'Every term of the SPF record is read',
  why: 'Receivers read from left to right and stop at `all`. What stands behind it, and a `redirect=` beside it, never counts: servers listed there do not pass.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '5.1', level: 'MUST' },
    { rfc: 7208, section: '4.6.2' },
    { rfc: 7208, section: '6' },
  ],
  reads: { spf: spfText },
  cases: {
    ordered: { passes: true, says: 'No term stands behind `all`.' },
    'modifier-position': {
      passes: true,
      says: (d: { term: string }) =>
        `\`${d.term}\` stands in front of other terms. Receivers read it after all of them all the same, so it is clearer at the end.`,
    },
    'terms-after-all': {
      severity: 'medium',
      says: (d: { term: string; count: number; all: string }) =>
        d.count === 1
          ? `\`${d.term}\` stands behind \`${d.all}\` and is never read.`
          : `${d.count} terms stand behind \`${d.all}\` and are never read, \`${d.term}\` first.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Move `all` to the end, or delete what stands behind it.',
        changes: d.changes,
      }),
    },
    'redirect-with-all': {
      severity: 'medium',
      says: (d: { term: string; all: string }) =>
        `\`${d.term}\` is ignored, because the record has \`${d.all}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Keep one of the two. To allow the servers of the other record as well, write `include:` instead of `redirect=`.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    if (record.terms.some(isSecondVersion))
      return {
        is: 'not-applicable',
        because: 'A second `v=spf1` is the cause, and has a finding of its own.',
      };
    const { terms } = record;
    const text = (term: { from: number; to: number }) => excerpt(record.text.slice(term.from, term.to), 60);
    const at = terms.findIndex((term) => term.kind === 'all');
    const all = terms[at];
    const behind = all ? terms.slice(at + 1).filter((term) => 'qualifier' in term) : [];
    const [first] = behind;
    if (all && first) {
      const end = record.text.slice(all.from, all.to);
      // Two different ends leave it open which was meant; the one that counts today stays.
      const value = behind.every((term) => term.kind === 'all')
        ? without(record, behind)
        : endingIn(record, end);
      return {
        is: 'terms-after-all',
        data: {
          term: text(first),
          count: behind.length,
          all: text(all),
          changes: replaced(scope.domain, record.text, value),
        },
        shows: shown(scope.domain, record.text, behind),
      };
    }
    const redirect = terms.find((term) => term.kind === 'redirect');
    if (all && redirect)
      return {
        is: 'redirect-with-all',
        data: {
          term: text(redirect),
          all: text(all),
          changes: replaced(scope.domain, record.text, without(record, [redirect])),
        },
        shows: shown(scope.domain, record.text, [redirect]),
      };
    const early = terms.find(
      (term, i) =>
        (term.kind === 'redirect' || term.kind === 'exp') &&
        terms.slice(i + 1).some((later) => 'qualifier' in later),
    );
    if (early)
      return {
        is: 'modifier-position',
        data: { term: text(early) },
        shows: shown(scope.domain, record.text, [early]),
      };
    return { is: 'ordered' };
  },
});

export default termOrder;

export const weighs = {
  medium: 'What stands behind the end is not listed; what stands before it passes.',
} satisfies Weights<typeof termOrder>;

export const examples = [
  { name: 'in order', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'ordered' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'a redirect in front',
    zone: `example.com TXT "v=spf1 redirect=spf.example.com ip4:192.0.2.1"
           spf.example.com TXT "v=spf1 -all"`,
    expect: 'modifier-position',
  },
  {
    name: 'a server behind all',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all ip4:192.0.2.2"',
    expect: 'terms-after-all',
  },
  {
    name: 'two ends',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 ~all -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'terms-after-all',
  },
  {
    name: 'redirect beside all',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 redirect=spf.example.com -all"
           spf.example.com TXT "v=spf1 -all"`,
    expect: 'redirect-with-all',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof termOrder>;
