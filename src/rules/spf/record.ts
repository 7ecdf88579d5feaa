import type { Name } from '../../dns/name.ts';
import { isWithin } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { merge } from '../../mail/spf/edit.ts';
import { SERVICE_INCLUDES } from '../../mail/spf/includes.ts';
import { corrected } from '../../mail/spf/mistakes.ts';
import { isSpf, parseSpf } from '../../mail/spf/record.ts';
import { mx } from '../../topics/mx.ts';
import { posture } from '../../topics/posture.ts';
import { provider } from '../../topics/provider.ts';
import { replaced, spfElsewhere, spfText } from '../../topics/spf.ts';

export const covers = [
  'spf-present',
  'spf-multiple',
  'spf-near-miss',
  'spf-wrong-name',
  'dns-txt-decoration',
];

const record = rule({
  title: 'The domain has exactly one SPF record',
  why: 'Without an SPF record receivers cannot tell your servers from anybody else’s, and the large mailbox providers refuse or junk such mail. With two records they must count neither.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 7208, section: '4.5', level: 'MUST' },
    { rfc: 7208, section: '3.2', level: 'MUST' },
    { rfc: 7208, section: '3.1' },
  ],
  reads: { spf: spfText, mx, posture, provider, elsewhere: spfElsewhere },
  partial: ['mx', 'posture', 'provider', 'elsewhere'],
  cases: {
    present: {
      passes: true,
      says: (d: { text: string }) => `One SPF record: \`${d.text}\`.`,
    },
    missing: {
      severity: 'high',
      says: 'The domain has no SPF record, so receivers have no list of the servers that may send for it.',
      fix: (d: { domain: Name; propose?: string }) => ({
        stage: 'authenticate',
        effort: 'hour',
        text: d.propose
          ? 'Publish this record, and add whatever else sends for you: newsletters, shop, invoices, printers.'
          : 'List every service that sends for you, then publish one TXT record at the domain: `v=spf1`, an `include:` for each service, `~all` at the end.',
        ...(d.propose
          ? { changes: [{ op: 'add', name: d.domain, type: 'TXT', value: d.propose }] as const }
          : {}),
      }),
    },
    'wrong-name': {
      severity: 'high',
      says: (d: { at: Name }) =>
        `The domain has no SPF record; yours stands at \`${d.at}\`, where receivers do not look.`,
      fix: (d: { domain: Name; text: string }) => ({
        stage: 'authenticate',
        effort: 'minutes',
        text: 'Publish the same record at the domain itself.',
        changes: [{ op: 'add', name: d.domain, type: 'TXT', value: d.text }],
      }),
    },
    'near-miss': {
      severity: 'high',
      says: (d: { text: string; reason: string }) =>
        `Receivers find no SPF record: \`${d.text}\` was meant as one, but ${d.reason}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Publish the record in its right form; it begins with exactly `v=spf1` and a space.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    multiple: {
      severity: 'high',
      says: (d: { count: number; same: boolean }) =>
        `The domain has ${d.count === 2 ? 'two' : d.count} SPF records${d.same ? ' with the same text' : ''}. Receivers must treat that as an error, so no mail passes SPF.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Keep one record that lists all your senders, and delete the others.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, mx, posture, provider, elsewhere, scope }) {
    const { candidates, texts } = spf;
    const [text] = candidates;
    const shows = candidates.map((text) => ({ name: scope.domain, type: 'TXT' as const, text }));
    if (candidates.length > 1) {
      const distinct = [...new Set(candidates)];
      return {
        is: 'multiple',
        data: {
          count: candidates.length,
          same: distinct.length === 1,
          changes: mergers(scope.domain, distinct),
        },
        shows,
      };
    }
    if (text !== undefined) return { is: 'present', data: { text: excerpt(text, 200) }, shows };
    const near = texts.flatMap((text) => nearMiss(text) ?? [])[0];
    if (near) {
      const fixed = parseSpf(near.meant);
      const value = fixed.error === undefined ? near.meant : corrected(fixed);
      return {
        is: 'near-miss',
        data: {
          text: excerpt(near.text, 120),
          reason: near.reason,
          changes: replaced(scope.domain, near.text, value),
        },
        shows: [
          { name: scope.domain, type: 'TXT', text: near.text, marks: [[0, Math.min(8, near.text.length)]] },
        ],
        rests: [dns(scope.domain, 'TXT')],
      };
    }
    // What is missing on a domain without mail is judged as a whole, by the rules about posture.
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    const { kind } = posture.value;
    if (kind === 'missing') return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (kind === 'declared-no-mail' || kind === 'undeclared')
      return { is: 'not-applicable', because: 'Nothing shows that the domain sends mail.' };
    if (elsewhere.got !== 'whole') return { is: 'unknown', because: elsewhere.because };
    const [other] = elsewhere.value;
    if (other)
      return {
        is: 'wrong-name',
        data: { at: other.name, domain: scope.domain, text: other.text },
        shows: [{ name: other.name, type: 'TXT', text: other.text }],
        rests: [dns(scope.domain, 'TXT')],
      };
    if (mx.got !== 'whole') return { is: 'unknown', because: mx.because };
    const { hosts } = mx.value;
    const own = hosts.length > 0 && hosts.every(({ exchange }) => isWithin(exchange, scope.domain));
    const mailbox = provider.got === 'none' ? undefined : provider.value.mailbox;
    const include = mailbox && SERVICE_INCLUDES[mailbox.id];
    const propose = include ? `v=spf1 include:${include} ~all` : own ? 'v=spf1 mx ~all' : undefined;
    return {
      is: 'missing',
      data: { domain: scope.domain, ...(propose ? { propose } : {}) },
      rests: [dns(scope.domain, 'TXT')],
    };
  },
});

export default record;

/** One record that says what all say, put in the place of the first; nothing where one of them is not readable. */
function mergers(name: Name, texts: readonly string[]): Change[] {
  const records = texts.map((text) => {
    const record = parseSpf(text);
    return record.error === undefined ? record : parseSpf(corrected(record) ?? 'not readable');
  });
  const [first, ...others] = texts;
  if (first === undefined || records.some(({ error }) => error)) return [];
  const value = texts.length === 1 ? first : merge(records);
  return [
    { op: 'replace', name, type: 'TXT', was: first, value },
    ...others.map((was) => ({ op: 'delete', name, type: 'TXT', was }) as const),
  ];
}

/** A text that was meant as an SPF record and is none: why, and what was meant. */
function nearMiss(text: string): { text: string; reason: string; meant: string } | undefined {
  if (isSpf(text) || /^spf2\./i.test(text) || text.length > 4096) return undefined;
  // The name field, or a whole line of a zone file, pasted along.
  const front =
    /^(?:@|[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?)(?:\s+[0-9]+)?(?:\s+IN)?(?:\s+TXT)?[\s"]+(?=v=spf1 )/i.exec(
      text,
    )?.[0] ?? '';
  const match = /^([\s"'\\\x80-\xff]*)(v\s*[=:]?\s*spf\s*-?[0-9.]*|spf1)([\s;:,.]*)(.*)$/is.exec(
    text.slice(front.length),
  );
  if (!match) return undefined;
  const [, before = '', version = '', between = '', rest = ''] = match;
  if (!/\b(?:all|include:|ip[46]:|redirect=|mx|a)\b/i.test(rest) && !/^v\s*=\s*spf1$/i.test(version))
    return undefined;
  const meant = `v=spf1 ${rest.replace(/^[\s;:,.]+/, '').replace(/["'\\]+$/, '')}`.trim();
  const reason = front
    ? `\`${excerpt(front.replace(/[\s"]+$/, ''), 60)}\` stands in front of it, which belongs into other fields`
    : /["'\\]/.test(before)
      ? 'it begins with a quotation mark or backslash that belongs to the panel, not to the record'
      : before !== ''
        ? 'it begins with a space or an invisible character'
        : !/^v=spf1$/i.test(version)
          ? `it begins with \`${excerpt(version, 20)}\` instead of \`v=spf1\``
          : between === ''
            ? 'the space after `v=spf1` is missing'
            : between.startsWith(' ')
              ? 'it is not readable'
              : between.startsWith('\t')
                ? 'a tab follows `v=spf1` where a space belongs'
                : 'another character than a space follows `v=spf1`';
  return { text, reason, meant };
}

export const weighs = {
  high: 'Large receivers refuse or junk mail without a usable record, and forgeries look like it.',
} satisfies Weights<typeof record>;

export const examples = [
  {
    name: 'one record',
    zone: `example.com TXT "v=spf1 mx -all"
           example.com TXT "site-verification=1"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'present',
  },
  {
    name: 'none, own mail server',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           mail.example.com AAAA 2001:db8::1
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'missing',
  },
  {
    name: 'none, mailboxes at a known service',
    zone: `example.com MX 1 smtp.google.com
           smtp.google.com A 192.0.2.25
           _spf.google.com TXT "v=spf1 ip4:192.0.2.0/24 ~all"`,
    expect: 'missing',
  },
  {
    name: 'none, mailboxes elsewhere',
    zone: 'example.com MX 10 mx.example.net\nmx.example.net A 192.0.2.1',
    expect: 'missing',
  },
  {
    name: 'at another name',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           _spf.example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'wrong-name',
  },
  { name: 'a web site without mail', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'a name that does not exist', zone: 'other.example A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'quotation marks of the panel',
    zone: String.raw`example.com TXT "\"v=spf1 ip4:192.0.2.1 -all\""`,
    expect: 'near-miss',
  },
  {
    name: 'a leading space',
    zone: 'example.com TXT " v=spf1 ip4:192.0.2.1 -all"',
    expect: 'near-miss',
  },
  { name: 'no space', zone: 'example.com TXT "v=spf1ip4:192.0.2.1 -all"', expect: 'near-miss' },
  { name: 'no version', zone: 'example.com TXT "spf1 ip4:192.0.2.1 -all"', expect: 'near-miss' },
  { name: 'version two', zone: 'example.com TXT "v=spf2 ip4:192.0.2.1 -all"', expect: 'near-miss' },
  { name: 'a semicolon', zone: 'example.com TXT "v=spf1; ip4:192.0.2.1 -all"', expect: 'near-miss' },
  {
    name: 'two records',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           example.com TXT "v=spf1 ip4:192.0.2.2 ~all"`,
    expect: 'multiple',
  },
  {
    name: 'the same record twice',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           example.com TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'multiple',
  },
  { name: 'no answer', zone: 'example.com TXT !servfail', expect: 'unknown' },
] satisfies Examples<typeof record>;
