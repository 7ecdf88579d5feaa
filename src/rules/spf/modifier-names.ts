import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { replacing } from '../../mail/spf/edit.ts';
import { type Mistake, mistakesOf, type SlipCode } from '../../mail/spf/mistakes.ts';
import { isSecondVersion, type SpfRecord } from '../../mail/spf/record.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-typo-silent', 'spf-second-version', 'spf-unknown-modifier'];

const modifierNames = rule({
  title: 'No term of the SPF record is silently ignored',
  why: 'Receivers skip every `name=value` they do not know, without an error. A sender written with `=` instead of `:` is therefore not authorised, and nobody is told.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '6', level: 'MUST' },
    { rfc: 7208, section: '4.6.1' },
  ],
  reads: { spf: spfText },
  cases: {
    none: { passes: true, says: 'Every term means something to receivers.' },
    unheeded: {
      passes: true,
      says: (d: { term: string }) =>
        `\`${d.term}\` means nothing to receivers and is skipped. That is allowed.`,
    },
    'typo-silent': {
      severity: 'high',
      says: (d: { term: string; meant: string }) =>
        `\`${d.term}\` authorises nobody: receivers skip it, because of the \`=\`. Meant was probably \`${d.meant}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Write a colon instead of the equals sign.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'near-known': {
      severity: 'medium',
      says: (d: { term: string; meant: string }) =>
        `Receivers skip \`${d.term}\`: the word is not known. Meant was probably \`${d.meant}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Correct the spelling, or take the term out.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'second-version': {
      severity: 'medium',
      says: '`v=spf1` stands again in the middle of the record, as if two records had been pasted together. Receivers skip it, and what follows the first `all` is never read.',
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Make it one record: all senders first, one `all` at the end.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    if (!record.suspect) return { is: 'none' };
    const { slips } = mistakesOf(record);
    const found = (code: SlipCode) => slips.find((slip) => slip.code === code);
    const seen = (slip: Mistake<SlipCode>) => excerpt(record.text.slice(slip.from, slip.to), 60);
    const verdict = (slip: Mistake<SlipCode>) => ({
      data: {
        term: seen(slip),
        meant: excerpt(slip.repair ?? 'something else', 60),
        changes: slip.repair === undefined ? [] : replaced(scope.domain, record.text, mended(record)),
      },
      shows: shown(scope.domain, record.text, [slip]),
    });
    const second = found('second-version');
    if (second)
      return {
        is: 'second-version',
        data: { changes: replaced(scope.domain, record.text, mended(record)) },
        shows: shown(scope.domain, record.text, [second]),
      };
    const silent = found('equals-for-colon');
    if (silent) return { is: 'typo-silent', ...verdict(silent) };
    const near = found('modifier-misspelt');
    if (near) return { is: 'near-known', ...verdict(near) };
    const unknown = found('modifier-unknown');
    if (unknown)
      return {
        is: 'unheeded',
        data: { term: seen(unknown) },
        shows: shown(scope.domain, record.text, [unknown]),
      };
    return { is: 'none' };
  },
});

export default modifierNames;

/** The record with such terms as they were meant, and of several `all` only the last, at the end. */
function mended(record: SpfRecord): string {
  const { slips } = mistakesOf(record);
  const changes = slips.flatMap((slip) => {
    const term = record.terms.find((term) => term.from === slip.from && term.kind === 'unknown');
    return term && slip.repair !== undefined ? [[term, slip.repair] as const] : [];
  });
  const ends = record.terms.filter((term) => term.kind === 'all').slice(0, -1);
  const second = record.terms.some(isSecondVersion);
  return replacing(record, [...changes, ...(second ? ends.map((term) => [term, ''] as const) : [])]);
}

export const weighs = {
  high: 'A sender that was to be listed is not, and its mail fails.',
  medium: 'What was meant is lost; servers listed rightly still pass.',
} satisfies Weights<typeof modifierNames>;

export const examples = [
  { name: 'only known terms', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'none' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'a modifier of somebody’s own',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 vendor=example -all"',
    expect: 'unheeded',
  },
  { name: 'ip4=', zone: 'example.com TXT "v=spf1 ip4=192.0.2.1 -all"', expect: 'typo-silent' },
  {
    name: 'include=',
    zone: `example.com TXT "v=spf1 include=spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-silent',
  },
  {
    name: 'redirct=',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.9 redirct=spf.example.net"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'near-known',
  },
  {
    name: 'two records in one',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 ~all v=spf1 ip4:192.0.2.2 -all"',
    expect: 'second-version',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof modifierNames>;
