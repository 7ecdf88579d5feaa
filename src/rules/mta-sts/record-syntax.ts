import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, type Excerpt, rule, type Weights } from '../../engine/rule.ts';
import { type StsFault, type StsRecord, stsIdAt } from '../../mail/mta-sts/record.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaSts } from '../../topics/mta-sts.ts';

export const covers = ['mtasts-record-syntax'];

interface Broken {
  readonly value: string;
  readonly name: Name;
  readonly target?: Name;
  readonly was: string;
}

const fix = ({ value, name, target, was }: Broken) =>
  ({
    stage: 'mend',
    effort: target ? 'provider' : 'minutes',
    text: target
      ? `The record stands at \`${target}\`, an alias. Ask who runs it to publish \`${value}\`.`
      : `Replace the record by \`${value}\`.`,
    ...(target ? {} : { changes: [{ op: 'replace', name, type: 'TXT', was, value } as Change] }),
  }) as const;

const recordSyntax = rule({
  title: 'The MTA-STS record is free of errors',
  why: 'One error makes senders ignore the whole record. They never look for the policy, and your mail travels as if there were none.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.1', level: 'MUST' },
    { rfc: 8461, section: '3.2' },
  ],
  reads: { inbound, mtaSts },
  cases: {
    clean: { passes: true, says: (d: { id: string }) => `The record is well formed; its id is \`${d.id}\`.` },
    'second-id': {
      passes: true,
      says: (d: { id: string }) => `The record has more than one id. Senders use the first, \`${d.id}\`.`,
    },
    'no-id': {
      severity: 'medium',
      says: 'The record has no `id`, so senders ignore it.',
      fix,
    },
    'bad-id': {
      severity: 'medium',
      says: 'The `id` may have 1 to 32 letters and digits and nothing else. Senders ignore this record.',
      fix,
    },
    grammar: {
      severity: 'medium',
      says: (d: { what: string }) => `The record breaks its grammar: ${d.what}. Senders ignore it.`,
      fix,
    },
  },
  judge({ inbound, mtaSts, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { record, name, chain } = mtaSts;
    if (record === undefined || name === undefined)
      return { is: 'not-applicable', because: 'There is no single MTA-STS record to read.' };
    const shows: Excerpt[] = [
      { name, type: 'TXT', text: record.text, marks: record.faults.map(({ from, to }) => [from, to]) },
    ];
    if (record.valid) {
      const id = record.id ?? '';
      return { is: record.repeated.length > 0 ? 'second-id' : 'clean', data: { id }, shows };
    }
    const target = chain.at(-1);
    const broken = {
      value: mended(record, scope.now),
      name,
      was: record.text,
      ...(target ? { target } : {}),
    };
    const grammar = record.faults.find((fault) => fault.kind !== 'no-id' && fault.kind !== 'bad-id');
    if (grammar) return { is: 'grammar', data: { ...broken, what: WORDS[grammar.kind] }, shows };
    return { is: record.faults[0]?.kind === 'no-id' ? 'no-id' : 'bad-id', data: broken, shows };
  },
});

export default recordSyntax;

/** The id is kept where it is a valid one: the policy did not change. */
function mended(record: StsRecord, now: number): string {
  return `v=STSv1; id=${record.id ?? stsIdAt(now)};`;
}

const WORDS: Readonly<Record<StsFault, string>> = {
  'empty-field': 'there is nothing between two semicolons',
  'no-equals': 'a field has no `=`',
  'space-at-equals': 'a blank stands beside `=`',
  'bad-name': 'a field has a name that is not allowed',
  'empty-value': 'a field has no value',
  'bad-value': 'a value holds a character that is not allowed',
  'not-selected': 'it does not begin with `v=STSv1;`',
  'no-id': 'it has no `id`',
  'bad-id': 'its `id` holds a character that is not allowed',
};

const zone = (text: string) => `example.com MX 10 mail.example.com
  mail.example.com A 192.0.2.1
  mta-sts.example.com A 192.0.2.2
  _mta-sts.example.com TXT "${text}"`;

export const weighs = {
  medium: 'Senders never look for the policy; mail arrives, without the protection that was set up.',
} satisfies Weights<typeof recordSyntax>;

export const examples = [
  { name: 'usual', zone: zone('v=STSv1; id=20261101T090000;'), expect: 'clean' },
  { name: 'unknown fields, no last semicolon', zone: zone('v=STSv1; x=1; id=a'), expect: 'clean' },
  { name: 'two ids', zone: zone('v=STSv1; id=a; id=b;'), expect: 'second-id' },
  { name: 'no id', zone: zone('v=STSv1;'), expect: 'no-id' },
  { name: 'hyphens in the id', zone: zone('v=STSv1; id=2026-11-01;'), expect: 'bad-id' },
  { name: 'blank beside the equals sign', zone: zone('v=STSv1; id = 1;'), expect: 'grammar' },
  { name: 'two semicolons', zone: zone('v=STSv1;; id=1;'), expect: 'grammar' },
  {
    name: 'behind an alias',
    zone: `example.com MX 10 mail.example.com
           _mta-sts.example.com CNAME sts.example.net
           sts.example.net TXT "v=STSv1;"`,
    expect: 'no-id',
  },
  { name: 'no record', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'no mail',
    zone: `example.com MX 0 .\n_mta-sts.example.com TXT "v=STSv1;"`,
    expect: 'not-applicable',
  },
  {
    name: 'not answered',
    zone: 'example.com MX 10 mail.example.com\n_mta-sts.example.com TXT !servfail',
    expect: 'unknown',
  },
] satisfies Examples<typeof recordSyntax>;
