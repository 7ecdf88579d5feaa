import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { corrected, type FaultCode, type Mistake, mistakesOf } from '../../mail/spf/mistakes.ts';
import type { SpfRecord } from '../../mail/spf/record.ts';
import { gluedStrings, nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = [
  'spf-syntax',
  'spf-nonascii',
  'spf-control-whitespace',
  'spf-typo-address',
  'spf-typo-colon-modifier',
  'spf-typo-qualified-modifier',
  'spf-typo-separator',
  'spf-typo-a-ip',
  'spf-typo-short-name',
  'spf-duplicate-modifier',
  'spf-macro-invalid',
  'dns-typographic-dash',
  'dns-idn-alabel',
  'spf-exp-broken',
  'spf-typo-include',
];

/** What the words of every case need. */
interface Faulty {
  /** The first mistake, in words, and how many more there are. */
  readonly first: string;
  readonly more: number;
}

const says = (d: Faulty) =>
  `Receivers cannot read the SPF record, so no mail passes SPF: ${d.first}${ALSO[Math.min(d.more, 2)]?.(d.more) ?? ''}`;

const fix = (d: { changes: readonly Change[]; hint: string }): Fix => ({
  stage: 'mend',
  effort: 'minutes',
  text: d.changes.length > 0 ? `Publish the corrected record. ${d.hint}` : d.hint,
  ...(d.changes.length > 0 ? { changes: d.changes } : {}),
});

const ALSO: readonly ((more: number) => string)[] = [
  () => '',
  () => ' There is one more mistake.',
  (more) => ` There are ${more} more mistakes.`,
];

const faulty = { severity: 'high', says, fix } as const;

const syntax = rule({
  title: 'The SPF record is free of errors',
  why: 'One error anywhere voids the whole record: receivers answer with an error for all your mail, also for servers that are listed correctly.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 7208, section: '4.6', level: 'MUST' },
    { rfc: 7208, section: '12' },
    { rfc: 7208, section: '7.1' },
  ],
  reads: { spf: spfText },
  cases: {
    sound: { passes: true, says: 'The record follows the grammar.' },
    nonascii: faulty,
    'control-whitespace': faulty,
    'typo-address': faulty,
    'typo-colon-modifier': faulty,
    'typo-qualified-modifier': faulty,
    'typo-include': faulty,
    'typo-separator': faulty,
    'typo-a-ip': faulty,
    'typo-short-name': faulty,
    'duplicate-modifier': faulty,
    'exp-broken': faulty,
    'macro-invalid': faulty,
    'unknown-term': faulty,
  },
  judge({ spf, scope }) {
    const { record } = spf;
    if (!record) return { is: 'not-applicable', because: nothingToJudge(spf) ?? '' };
    if (!record.error) return { is: 'sound', shows: shown(scope.domain, record.text) };
    if (gluedStrings(spf)?.mended)
      return {
        is: 'not-applicable',
        because: 'The error comes from the seam between two strings, which has a finding of its own.',
      };
    const { faults } = mistakesOf(record);
    const [first, ...others] = faults as readonly [Mistake<FaultCode>, ...Mistake<FaultCode>[]];
    const text = corrected(record);
    // A misspelt `all` may have been meant to refuse; nobody is told to publish one that lets everybody pass.
    const open = text === undefined || / \+?all(?: |$)/i.test(text);
    const data = {
      first: sentence(record, first),
      more: others.length,
      changes: open ? [] : replaced(scope.domain, record.text, text),
      hint: HINTS[first.code] ?? 'Correct the part that is marked.',
    };
    return { is: caseOf(record, first), data, shows: shown(scope.domain, record.text, faults) };
  },
});

export default syntax;

type Faultful =
  | 'nonascii'
  | 'control-whitespace'
  | 'typo-address'
  | 'typo-colon-modifier'
  | 'typo-qualified-modifier'
  | 'typo-include'
  | 'typo-separator'
  | 'typo-a-ip'
  | 'typo-short-name'
  | 'duplicate-modifier'
  | 'exp-broken'
  | 'macro-invalid'
  | 'unknown-term';

function caseOf(record: SpfRecord, { code, from, to }: Mistake<FaultCode>): Faultful {
  if (
    /^exp[=:]/i.test(record.text.slice(from, to)) &&
    code !== 'colon-modifier' &&
    code !== 'duplicate-modifier'
  )
    return 'exp-broken';
  return CASES[code] ?? 'unknown-term';
}

function sentence(record: SpfRecord, { code, from, to }: Mistake<FaultCode>): string {
  // A mark that cannot be seen alone is shown with what stands around it.
  const alone = /[!-~]/.test(record.text.slice(from, to));
  const around = record.terms.find((term) => term.from <= from && to <= term.to);
  const [a, b] = alone || !around ? [from, to] : [around.from, around.to];
  return `in \`${excerpt(record.text.slice(a, b), 60)}\` ${WORDS[code]}.`;
}

const CASES: Readonly<Partial<Record<FaultCode, Faultful>>> = {
  'no-break-space': 'nonascii',
  invisible: 'nonascii',
  'typographic-dash': 'nonascii',
  'quotation-mark': 'nonascii',
  'non-ascii': 'nonascii',
  control: 'control-whitespace',
  separator: 'typo-separator',
  'sign-apart': 'typo-separator',
  'sign-repeated': 'typo-separator',
  'missing-space': 'typo-separator',
  'space-after-colon': 'typo-include',
  'colon-modifier': 'typo-colon-modifier',
  'signed-modifier': 'typo-qualified-modifier',
  'duplicate-modifier': 'duplicate-modifier',
  'address-mechanism': 'typo-address',
  'address-bare': 'typo-address',
  'address-family': 'typo-address',
  'address-short': 'typo-address',
  'address-port': 'typo-address',
  'address-host': 'typo-address',
  'address-zero': 'typo-address',
  'address-brackets': 'typo-address',
  'address-wildcard': 'typo-address',
  'address-missing': 'typo-address',
  'address-form': 'typo-address',
  'prefix-range': 'typo-address',
  'prefix-zero': 'typo-address',
  'prefix-slashes': 'typo-address',
  'prefix-netmask': 'typo-address',
  'prefix-form': 'typo-address',
  'prefix-not-allowed': 'typo-address',
  'mechanism-misspelt': 'typo-include',
  'name-url': 'typo-include',
  'name-missing': 'typo-include',
  'name-form': 'typo-include',
  'name-port': 'typo-include',
  'name-address': 'typo-a-ip',
  'name-one-label': 'typo-short-name',
  'macro-percent': 'macro-invalid',
  'macro-form': 'macro-invalid',
  'macro-letter': 'macro-invalid',
  'macro-explanation-only': 'macro-invalid',
  'macro-zero': 'macro-invalid',
};

/** Completes "in `…` ". */
const WORDS: Readonly<Record<FaultCode, string>> = {
  'no-version': 'the version `v=spf1` is missing',
  control: 'a tab or line break stands where only spaces may',
  'no-break-space': 'a no-break space stands where an ordinary space belongs',
  invisible: 'an invisible character hides',
  'typographic-dash': 'a typographic dash stands where a plain `-` belongs',
  'quotation-mark': 'a quotation mark or backslash has slipped into the record',
  'non-ascii': 'there are letters that SPF does not know',
  separator: 'a comma, semicolon or other mark stands where only a space may',
  'sign-apart': 'a sign stands apart from its term',
  'sign-behind': 'the sign stands behind `all` instead of before it',
  'copied-along': 'a word that is not part of the record was copied along',
  'sign-repeated': 'there are several signs where one may stand',
  'space-after-colon': 'a space cuts the term in two',
  'missing-space': 'the space between two terms is missing',
  'colon-modifier': 'a colon stands where an equals sign belongs',
  'signed-modifier': 'there is a sign, which `redirect=` and `exp=` may not have',
  'modifier-name': 'the word before the equals sign is no name',
  'duplicate-modifier': 'a modifier stands for the second time, and each may stand once',
  'address-mechanism': 'the word in front of the address is none that SPF knows; it knows `ip4:` and `ip6:`',
  'address-bare': 'an address stands without `ip4:` or `ip6:` in front of it',
  'address-family': 'the address is of the other family: IPv4 addresses follow `ip4:`, IPv6 addresses `ip6:`',
  'address-short': 'the address has fewer than four parts',
  'address-port': 'the address has a port, and SPF knows none',
  'address-host': 'a host name stands where an address belongs',
  'address-zero': 'a part of the address begins with a zero',
  'address-brackets': 'the address stands in brackets',
  'address-wildcard': 'an asterisk stands for a part of the address',
  'address-missing': 'the address is missing',
  'address-form': 'the address is none',
  'prefix-range': 'the number after the slash is too large',
  'prefix-zero': 'the number after the slash begins with a zero',
  'prefix-slashes':
    'the slashes are wrong: one stands before an IPv4 prefix, two before an IPv6 prefix of `a` and `mx`',
  'prefix-netmask': 'a netmask stands where the number of bits belongs',
  'prefix-form': 'no number of bits follows the slash',
  'prefix-not-allowed': 'there is a network size, which only `ip4`, `ip6`, `a` and `mx` may have',
  'all-value': 'something follows `all`, which takes no value',
  'mechanism-misspelt': 'the word is misspelt',
  'mechanism-unknown': 'the word is none that SPF knows',
  'name-missing': 'the domain name is missing',
  'name-address': 'an IP address stands where a domain name belongs',
  'name-one-label': 'the name has one part only; SPF wants a full domain name',
  'name-port': 'the name has a port, and SPF knows none',
  'name-url': 'a web address stands where a domain name belongs',
  'name-form': 'the name is no domain name',
  'macro-percent': 'a `%` begins no macro',
  'macro-form': 'a macro is not finished or wrongly written',
  'macro-letter': 'the macro’s letter is none that SPF knows',
  'macro-explanation-only': 'the macro may stand in explanations only',
  'macro-zero': 'the macro keeps zero parts',
};

const HINTS: Readonly<Partial<Record<FaultCode, string>>> = {
  'duplicate-modifier': 'Keep the one that you mean.',
  'address-short': 'Write all four parts of the address.',
  'address-missing': 'Write the address right after the colon.',
  'address-form': 'Write one address, or a network such as `192.0.2.0/24`; SPF knows no ranges.',
  'prefix-range': 'A prefix is at most 32 for IPv4 and 128 for IPv6.',
  'name-missing': 'Write the full domain name after the mark, or take the term out.',
  'name-one-label': 'Write the full name, such as `mail.example.com`.',
  'name-form': 'Write a full domain name.',
  'mechanism-unknown':
    'Take the word out, or write the term that you mean: `include:`, `ip4:`, `ip6:`, `a`, `mx`.',
  'non-ascii': 'International names are written in their `xn--` form.',
  'all-value': 'Write `~all` or `-all` at the end.',
  'mechanism-misspelt': 'Write `~all` or `-all` at the end if `all` was meant.',
};

export const weighs = {
  high: 'Receivers end with an error, so no mail passes; DKIM can still carry it.',
} satisfies Weights<typeof syntax>;

export const examples = [
  { name: 'a sound record', zone: `example.com TXT "v=spf1 ip4:192.0.2.1 -all"`, expect: 'sound' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'a dash from a word processor',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 –all"',
    expect: 'nonascii',
  },
  {
    name: 'a no-break space',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1\\194\\160-all"',
    expect: 'nonascii',
  },
  {
    name: 'a name with an umlaut',
    zone: `example.com TXT "v=spf1 include:bücher.example -all"
           xn--bcher-kva.example TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'nonascii',
  },
  { name: 'a tab', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1\\009-all"', expect: 'control-whitespace' },
  { name: 'ipv4', zone: 'example.com TXT "v=spf1 ipv4:192.0.2.1 -all"', expect: 'typo-address' },
  { name: 'prefix 33', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1/33 -all"', expect: 'typo-address' },
  {
    name: 'an address and a port',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1:25 -all"',
    expect: 'typo-address',
  },
  {
    name: 'redirect with a colon',
    zone: `example.com TXT "v=spf1 redirect:spf.example.com"
           spf.example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-colon-modifier',
  },
  {
    name: 'redirect with a sign',
    zone: `example.com TXT "v=spf1 ~redirect=spf.example.com"
           spf.example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-qualified-modifier',
  },
  {
    name: 'a misspelt include',
    zone: `example.com TXT "v=spf1 inlcude:spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-include',
  },
  {
    name: 'a space after the colon',
    zone: `example.com TXT "v=spf1 include: spf.example.net -all"
           spf.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'typo-include',
  },
  {
    name: 'a semicolon at the end',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all;"',
    expect: 'typo-separator',
  },
  { name: 'a with an address', zone: 'example.com TXT "v=spf1 a:192.0.2.1 -all"', expect: 'typo-a-ip' },
  { name: 'one part only', zone: 'example.com TXT "v=spf1 include:spf -all"', expect: 'typo-short-name' },
  {
    name: 'two redirects',
    zone: `example.com TXT "v=spf1 redirect=spf.example.com redirect=spf.example.com"
           spf.example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'duplicate-modifier',
  },
  {
    name: 'an empty explanation',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 exp= -all"',
    expect: 'exp-broken',
  },
  {
    name: 'a stray percent sign',
    zone: 'example.com TXT "v=spf1 exists:%i.example.net -all"',
    expect: 'macro-invalid',
  },
  {
    name: 'an unknown word',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 office -all"',
    expect: 'unknown-term',
  },
  {
    name: 'strings glued together',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1" "ip4:192.0.2.2 -all"',
    expect: 'not-applicable',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof syntax>;
