import { dns } from '../../dns/record.ts';
import { type Change, type Examples, rule } from '../../engine/rule.ts';
import { without } from '../../mail/spf/edit.ts';
import { parseMacros } from '../../mail/spf/macro.ts';
import { nothingToJudge, replaced, shown, spfExplanation, spfText } from '../../topics/spf.ts';

export const covers = ['spf-exp-broken'];

const explanation = rule({
  title: 'The explanation that SPF points to can be read',
  why: 'Receivers may quote your explanation when they refuse mail. One they cannot read is left out; it changes nothing else.',
  bears: ['acceptance'],
  cites: [{ rfc: 7208, section: '6' }],
  reads: { spf: spfText, explanation: spfExplanation },
  cases: {
    sound: { passes: true, says: (d: { name: string }) => `The explanation at \`${d.name}\` can be read.` },
    'exp-broken': {
      severity: 'info',
      says: (d: { name: string; what: string }) =>
        `Receivers leave your explanation out: \`${d.name}\` ${d.what}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Take `exp=` out, or publish one TXT record in plain ASCII there.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, explanation, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const exp = record.terms.find((term) => term.kind === 'exp');
    if (!exp) return { is: 'not-applicable', because: 'The record points to no explanation.' };
    const { name, texts } = explanation;
    if (name === undefined)
      return { is: 'not-applicable', because: 'Where the explanation stands depends on each message.' };
    const [text = ''] = texts;
    const what =
      texts.length === 0
        ? 'has no TXT record'
        : texts.length > 1
          ? 'has several TXT records'
          : /[^\x20-\x7e]/.test(text)
            ? 'holds other characters than plain ASCII'
            : parseMacros(text, 0, true).faults.length > 0
              ? 'holds a macro that cannot be read'
              : undefined;
    if (what === undefined) return { is: 'sound', data: { name }, shows: shown(name, text) };
    return {
      is: 'exp-broken',
      data: { name, what, changes: replaced(scope.domain, record.text, without(record, [exp])) },
      shows: [...shown(scope.domain, record.text, [exp]), ...(text ? shown(name, text) : [])],
      rests: texts.length === 0 ? [dns(name, 'TXT')] : [],
    };
  },
});

export default explanation;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  {
    name: 'a sentence',
    zone: `example.com TXT "v=spf1 -all exp=why.example.com"
           why.example.com TXT "%{i} may not send for %{d}"`,
    expect: 'sound',
  },
  { name: 'nothing there', zone: 'example.com TXT "v=spf1 -all exp=why.example.com"', expect: 'exp-broken' },
  {
    name: 'a stray percent sign',
    zone: `example.com TXT "v=spf1 -all exp=why.example.com"
           why.example.com TXT "100% forged"`,
    expect: 'exp-broken',
  },
  {
    name: 'no answer',
    zone: 'example.com TXT "v=spf1 -all exp=why.example.com"\nwhy.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof explanation>;
