import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { isUsable } from '../../mail/dmarc/policy.ts';
import { parseDmarcRecord } from '../../mail/dmarc/record.ts';
import { dmarcHere } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-multiple'];

const singleRecord = rule({
  title: 'Exactly one DMARC record stands at the name',
  why: 'Receivers that find two DMARC records discard both, so the domain is as open to forgery as with none.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.10', level: 'MUST' },
    { rfc: 7489, section: '6.6.3' },
  ],
  reads: { dmarcHere },
  cases: {
    one: { passes: true, says: 'One DMARC record stands at the name.' },
    multiple: {
      severity: 'high',
      says: (d: { count: number; registrar: boolean }) =>
        `${d.count === 2 ? 'Two' : d.count} DMARC records stand at the name, and receivers discard them all.${d.registrar ? ' One of them is the default that a registrar sets by itself.' : ''}`,
      fix: (d: { name: Name; changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Keep the record you want at \`${d.name}\` and delete every other one.`,
        changes: d.changes,
      }),
    },
  },
  judge({ dmarcHere }) {
    const { candidates, name, chain } = dmarcHere;
    if (candidates.length === 0)
      return { is: 'not-applicable', because: 'No DMARC record stands at the domain itself.' };
    if (candidates.length === 1) return { is: 'one' };
    const kept =
      candidates.find(
        (text) => !REGISTRAR_DEFAULT.test(text) && isUsable(parseDmarcRecord(text), 'rfc9989'),
      ) ?? (candidates[0] as string);
    const changes: Change[] = [...new Set(candidates)]
      .filter((text) => text !== kept || candidates.indexOf(text) !== candidates.lastIndexOf(text))
      .map((was) => ({ op: 'delete', name, type: 'TXT', was }));
    // Deleting one of two equal records deletes both.
    if (changes.some((change) => change.op === 'delete' && change.was === kept))
      changes.push({ op: 'add', name, type: 'TXT', value: kept });
    return {
      is: 'multiple',
      data: {
        count: candidates.length,
        registrar: candidates.some((text) => REGISTRAR_DEFAULT.test(text)),
        name,
        changes: chain.length === 0 ? changes : [],
      },
      shows: candidates.slice(0, 10).map((text) => ({ name, type: 'TXT', text })),
    };
  },
});

export default singleRecord;

/** The report address of the record a large registrar adds unasked. */
const REGISTRAR_DEFAULT = /dmarc_rua@onsecureserver\.net/i;

export const weighs = {
  high: 'Receivers discard all of them, so forgeries are delivered as if there were none.',
} satisfies Weights<typeof singleRecord>;

export const examples = [
  { name: 'one record', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'one' },
  {
    name: 'one record beside another text',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none"
           _dmarc.example.com TXT "hello"`,
    expect: 'one',
  },
  {
    name: 'the record of the registrar beside the own one',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=quarantine; adkim=r; aspf=r; rua=mailto:dmarc_rua@onsecureserver.net"
           _dmarc.example.com TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"`,
    expect: 'multiple',
  },
  {
    name: 'the same record twice',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'multiple',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !servfail', expect: 'unknown' },
] satisfies Examples<typeof singleRecord>;
