import { excerpt } from '../../dns/text.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { lettersOf, type MacroLetter } from '../../mail/spf/macro.ts';
import { nothingToJudge, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-macro-dynamic', 'spf-macro-localpart'];

const macros = rule({
  title: 'SPF macros give away no more than the sending address',
  why: 'A macro puts data of each message into a DNS question. With the address of the sender in it, whoever runs that name learns who writes.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '7.3' },
    { rfc: 7208, section: '11.6' },
    { rfc: 8616, section: '4' },
  ],
  reads: { spf: spfText },
  cases: {
    none: { passes: true, says: 'The record uses no macros.' },
    'macro-dynamic': {
      passes: true,
      says: (d: { term: string }) =>
        `What \`${d.term}\` allows depends on each message and cannot be read from the record: try it with one sending address.`,
    },
    'macro-localpart': {
      passes: true,
      says: (d: { term: string }) =>
        `\`${d.term}\` puts the sender’s name into DNS questions: whoever runs that name learns who writes. It never matches senders whose name is not ASCII.`,
    },
    'macro-sender': {
      passes: true,
      says: (d: { term: string }) =>
        `\`${d.term}\` puts the sender’s domain or the name of the sending server into DNS questions. Receivers cannot keep the answer for the next message, and whoever runs that name sees who writes; \`%{i}\` alone gives away less.`,
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const using = (...wanted: MacroLetter[]) =>
      record.terms.filter(
        (term) =>
          term.kind !== 'exp' &&
          'spec' in term &&
          term.spec &&
          wanted.some((letter) => lettersOf(term.spec?.parts ?? []).has(letter)),
      );
    const telling = using('l', 's');
    const naming = using('o', 'h');
    const dynamic = using('i', 'v', 'p');
    const found = [telling, naming].find((terms) => terms.length > 0) ?? dynamic;
    const [first] = found;
    if (!first) return { is: 'none' };
    const data = { term: excerpt(record.text.slice(first.from, first.to), 60) };
    const shows = shown(scope.domain, record.text, found);
    if (found === telling) return { is: 'macro-localpart', data, shows };
    return found === naming ? { is: 'macro-sender', data, shows } : { is: 'macro-dynamic', data, shows };
  },
});

export default macros;

export const examples = [
  { name: 'none', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'none' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'by address',
    zone: 'example.com TXT "v=spf1 exists:%{ir}.spf.example.net -all"',
    expect: 'macro-dynamic',
  },
  {
    name: 'by sender',
    zone: 'example.com TXT "v=spf1 exists:%{l}.spf.example.net -all"',
    expect: 'macro-localpart',
  },
  {
    name: 'by the name of the server',
    zone: 'example.com TXT "v=spf1 include:%{i}._ip.%{h}._ehlo.spf.example.net -all"',
    expect: 'macro-sender',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof macros>;
