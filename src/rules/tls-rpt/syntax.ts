import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Excerpt, type Fix, rule, type Weights } from '../../engine/rule.ts';
import type { TlsRptFault, TlsRptRecord } from '../../mail/tls-rpt/record.ts';
import { inbound } from '../../topics/inbound.ts';
import { tlsRpt } from '../../topics/tls-rpt.ts';

export const covers = ['tlsrpt-syntax'];

interface Broken {
  readonly value: string;
  readonly name: Name;
  readonly target?: Name;
  readonly was: string;
}

const fix = ({ value, name, target, was }: Broken): Fix => ({
  stage: 'mend',
  effort: target ? 'provider' : 'minutes',
  text: target
    ? `The record stands at \`${target}\`, an alias. Ask who runs it to publish \`${value}\`.`
    : `Replace the record by \`${value}\`, with the address that should get the reports.`,
  ...(target ? {} : { changes: [{ op: 'replace', name, type: 'TXT', was, value } as Change] }),
});

const syntax = rule({
  title: 'The TLS-RPT record is free of errors',
  why: 'A sender that cannot read the record, or finds no address in it, reports encryption failures to nobody.',
  bears: ['interception'],
  cites: [{ rfc: 8460, section: '3', level: 'MUST' }],
  reads: { inbound, tlsRpt },
  cases: {
    clean: {
      passes: true,
      says: (d: { count: number }) =>
        `The record is well formed and names ${d.count === 1 ? 'one destination' : `${d.count} destinations`}.`,
    },
    'several-rua': {
      passes: true,
      says: 'The record has more than one `rua`. That is allowed, but some senders read only one; a single `rua` with commas is safer.',
    },
    'no-destination': {
      severity: 'medium',
      says: 'The record names nobody to report to.',
      fix,
    },
    destination: {
      severity: 'medium',
      says: (d: { text: string; what: string }) => `\`${d.text}\` is not a usable destination: ${d.what}.`,
      fix,
    },
    grammar: {
      severity: 'medium',
      says: (d: { what: string }) => `The record breaks its grammar: ${d.what}. Strict senders ignore it.`,
      fix,
    },
  },
  judge({ inbound, tlsRpt, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { record, name, chain } = tlsRpt;
    if (record === undefined || name === undefined)
      return { is: 'not-applicable', because: 'There is no single TLS-RPT record to read.' };
    const shows: Excerpt[] = [
      { name, type: 'TXT', text: record.text, marks: record.faults.map(({ from, to }) => [from, to]) },
    ];
    if (record.valid && record.ruaFields > 1) return { is: 'several-rua', shows };
    if (record.valid) return { is: 'clean', data: { count: record.uris.length }, shows };
    const target = chain.at(-1);
    const broken = {
      value: mended(record, scope.domain),
      name,
      was: record.text,
      ...(target ? { target } : {}),
    };
    const [fault] = record.faults;
    if (record.uris.every((uri) => uri.text === '')) return { is: 'no-destination', data: broken, shows };
    const uri = record.faults.find((f) => URI_WORDS[f.kind] !== undefined);
    const what = uri && URI_WORDS[uri.kind];
    if (uri && what !== undefined)
      return {
        is: 'destination',
        data: { ...broken, text: excerpt(record.text.slice(uri.from, uri.to), 60), what },
        shows,
      };
    return {
      is: 'grammar',
      data: { ...broken, what: WORDS[fault?.kind ?? 'bad-value'] ?? 'it cannot be read' },
      shows,
    };
  },
});

export default syntax;

/** What can be used is kept; a bare address gets its scheme; with nothing left an address at the domain stands in. */
function mended(record: TlsRptRecord, domain: Name): string {
  const kept = record.uris.flatMap((uri) =>
    uri.scheme
      ? [uri.text]
      : /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/.test(uri.text)
        ? [`mailto:${uri.text}`]
        : [],
  );
  return `v=TLSRPTv1; rua=${kept.length > 0 ? kept.join(',') : `mailto:tls-reports@${domain}`}`;
}

const URI_WORDS: Readonly<Partial<Record<TlsRptFault, string>>> = {
  'no-scheme': 'it needs `mailto:` or `https://` in front',
  'bad-scheme': 'only `mailto:` and `https:` are allowed',
  'bad-address': 'it must read `mailto:` and an e-mail address',
  'bad-uri': 'it holds a character that has to be percent-encoded, or no host',
};

const WORDS: Readonly<Partial<Record<TlsRptFault, string>>> = {
  'empty-field': 'there is nothing between two semicolons',
  'no-equals': 'a field has no `=`',
  'space-at-equals': 'a blank stands beside `=`',
  'bad-name': 'a field has a name that is not allowed',
  'empty-value': 'a field has no value',
  'bad-value': 'a value holds a character that is not allowed',
  'empty-uri': 'there is nothing between two commas',
};

const zone = (text: string) => `example.com MX 10 mail.example.com
  mail.example.com A 192.0.2.1
  _smtp._tls.example.com TXT "${text}"`;

export const weighs = {
  medium: 'Mail is untouched; failures of its encryption go unnoticed.',
} satisfies Weights<typeof syntax>;

export const examples = [
  { name: 'mailto', zone: zone('v=TLSRPTv1; rua=mailto:tls@example.com'), expect: 'clean' },
  {
    name: 'two destinations',
    zone: zone('v=TLSRPTv1; rua=mailto:tls@example.com,https://report.example.net/tls;'),
    expect: 'clean',
  },
  {
    name: 'two rua',
    zone: zone('v=TLSRPTv1; rua=mailto:tls@example.com; rua=https://report.example.net/'),
    expect: 'several-rua',
  },
  { name: 'no rua', zone: zone('v=TLSRPTv1;'), expect: 'no-destination' },
  { name: 'empty rua', zone: zone('v=TLSRPTv1; rua='), expect: 'no-destination' },
  { name: 'bare address', zone: zone('v=TLSRPTv1; rua=tls@example.com'), expect: 'destination' },
  { name: 'http', zone: zone('v=TLSRPTv1; rua=http://report.example.net/'), expect: 'destination' },
  {
    name: 'size limit as in DMARC',
    zone: zone('v=TLSRPTv1; rua=mailto:tls@example.com!10m'),
    expect: 'destination',
  },
  { name: 'two semicolons', zone: zone('v=TLSRPTv1;; rua=mailto:tls@example.com'), expect: 'grammar' },
  { name: 'comma at the end', zone: zone('v=TLSRPTv1; rua=mailto:tls@example.com,'), expect: 'grammar' },
  {
    name: 'behind an alias',
    zone: `example.com MX 10 mail.example.com
           _smtp._tls.example.com CNAME tls.example.net
           tls.example.net TXT "v=TLSRPTv1; rua=tls@example.net"`,
    expect: 'destination',
  },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: 'example.com MX 10 mail.example.com\n_smtp._tls.example.com TXT !servfail',
    expect: 'unknown',
  },
] satisfies Examples<typeof syntax>;
