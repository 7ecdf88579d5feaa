import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { meantFor } from '../../mail/dmarc/misplaced.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcElsewhere } from '../../topics/dmarc-elsewhere.ts';
import { dmarcDomains, dmarcHere, recordQuestion } from '../../topics/dmarc-record.ts';
import { posture } from '../../topics/posture.ts';
import { wildcard } from '../../topics/wildcard.ts';

export const covers = ['dmarc-present', 'dmarc-inherit'];

const presence = rule({
  title: 'A DMARC record governs mail in the domain’s name',
  why: 'Without DMARC nothing ties the sender address that people see to the server that sent the mail: receivers let forgeries through, and Google, Yahoo and Microsoft refuse bulk mail from such a domain.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.10.1' },
    { rfc: 7489, section: '6.6.3' },
  ],
  reads: { dmarc, dmarcElsewhere, dmarcHere, posture, wildcard },
  // What stands in the record's place only completes the words.
  partial: ['posture', 'wildcard'],
  cases: {
    own: { passes: true, says: 'The domain publishes a DMARC record of its own.' },
    inherited: {
      passes: true,
      says: (d: { from: Name }) =>
        `The domain has no record of its own; the record of \`${d.from}\` governs its mail.`,
    },
    'one-standard': {
      severity: 'high',
      says: (d: { from: Name; finds: string; misses: string }) =>
        `Only receivers that follow ${d.finds} find a record for this domain (the one of \`${d.from}\`). Those on ${d.misses} find none and let forgeries through.`,
      fix: (d: { name: Name; record: string }) => ({
        stage: 'report',
        effort: 'minutes',
        text: `Publish a record at \`${d.name}\` itself: every receiver looks there first.`,
        changes: [{ op: 'add', name: d.name, type: 'TXT', value: d.record }],
      }),
    },
    none: {
      severity: 'high',
      says: (d: { instead: ReturnType<typeof meantFor> }) =>
        `No DMARC record governs this domain, so nothing tells receivers what to do with forged mail.${d.instead ? ` ${d.instead.kind} stands where it belongs and does nothing there; its place is ${d.instead.belongs}.` : ''}`,
      fix: (d: { name: Name; record: string; silent: boolean; others: readonly string[] }) => ({
        stage: d.silent ? 'enforce' : 'report',
        effort: 'minutes',
        text: d.silent
          ? `The domain declares that it sends no mail, so nothing can be lost: publish a record at \`${d.name}\` that has all mail in its name rejected.`
          : `Start by watching: publish a record at \`${d.name}\` that changes nothing and sends you daily reports, to a mailbox that exists. Tighten it when the reports show that your own mail passes.`,
        changes: [
          { op: 'add', name: d.name, type: 'TXT', value: d.record },
          ...d.others.map((was): Change => ({ op: 'delete', name: d.name, type: 'TXT', was })),
        ],
      }),
    },
  },
  judge({ dmarc, dmarcElsewhere, dmarcHere, posture, wildcard, scope }) {
    const own = [dmarc.rfc9989, dmarc.rfc7489].every(
      ({ applied, exact }) => applied?.relation === 'own' && exact.stated !== 'not-applied',
    );
    if (own && dmarcElsewhere.length === 0) return { is: 'own' };
    const [rootFault] = [
      dmarcHere.candidates.length > 1 && 'Several records stand at the right name.',
      dmarcHere.misread.length > 0 &&
        dmarcHere.candidates.length === 0 &&
        'A record is there, but receivers do not recognise it.',
      dmarcHere.chain.length > 0 &&
        dmarcHere.candidates.length === 0 &&
        'The right name is an alias that leads to no record.',
      dmarcElsewhere.length > 0 && 'A record stands at a name where receivers do not look.',
    ].filter((text) => text !== false);
    if (rootFault) return { is: 'not-applicable', because: rootFault };
    const { rfc9989, rfc7489 } = dmarc;
    const name = dmarcHere.name;
    const watching = `v=DMARC1; p=none; rua=mailto:dmarc-reports@${scope.domain}`;
    const applied = rfc9989.applied ?? rfc7489.applied;
    if (applied === undefined) {
      if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
      const { kind } = posture.value;
      if (kind === 'missing') return { is: 'not-applicable', because: 'The domain does not exist.' };
      if (kind === 'undeclared')
        return {
          is: 'not-applicable',
          because:
            'The domain says nothing about mail at all; the finding on that names all records to publish.',
        };
      const silent = kind === 'declared-no-mail';
      // What a wildcard answers for every name was not put here.
      const others =
        wildcard.got === 'none' || dmarcHere.chain.length > 0
          ? []
          : dmarcHere.others.filter((text) => !wildcard.value.txt.includes(text));
      const instead = meantFor(others, dmarcHere.domain);
      const record = silent ? 'v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; aspf=s' : watching;
      return {
        is: 'none',
        data: { name, record, silent, instead, others: instead ? [...new Set(others)] : [] },
        ...(instead
          ? { shows: others.slice(0, 5).map((text) => ({ name, type: 'TXT', text }) as const) }
          : {}),
        rests: dmarcDomains(scope).flatMap((domain) => recordQuestion(domain) ?? []),
      };
    }
    if (rfc9989.applied === undefined || rfc7489.applied === undefined) {
      const [finds, misses] = rfc9989.applied
        ? ['RFC 9989', 'the older RFC 7489']
        : ['the older RFC 7489', 'RFC 9989'];
      return {
        is: 'one-standard',
        data: { from: applied.domain, finds, misses, name, record: watching },
      };
    }
    if (rfc9989.exact.stated === 'not-applied' && rfc7489.exact.stated === 'not-applied')
      return { is: 'not-applicable', because: 'The record is there but states no usable policy.' };
    if (applied.relation === 'own') return { is: 'own' };
    return { is: 'inherited', data: { from: applied.domain } };
  },
});

export default presence;

export const weighs = {
  high: 'Receivers have no word on forgeries and deliver them, and refuse bulk mail without a record.',
} satisfies Weights<typeof presence>;

export const examples = [
  { name: 'a record of its own', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'own' },
  {
    name: 'a subdomain under the record of the domain',
    domain: 'news.example.com',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=reject"
           news.example.com A 192.0.2.1`,
    expect: 'inherited',
  },
  {
    name: 'a record half-way up, which the older standard skips',
    domain: 'a.news.example.com',
    zone: `_dmarc.news.example.com TXT "v=DMARC1; p=reject"
           a.news.example.com A 192.0.2.1`,
    expect: 'one-standard',
  },
  {
    name: 'no record',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'none',
  },
  {
    name: 'no record on a domain that sends nothing',
    zone: `example.com TXT "v=spf1 -all"
           example.com MX 0 .`,
    expect: 'none',
  },
  {
    name: 'an SPF record in its place',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           _dmarc.example.com TXT "v=spf1 -all"`,
    expect: 'none',
  },
  {
    name: 'a DKIM target in its place',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           _dmarc.example.com TXT "abc.dkim.custom-email-domain.example"`,
    expect: 'none',
  },
  {
    name: 'two records',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'not-applicable',
  },
  {
    name: 'a record without a usable policy',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=x"',
    expect: 'not-applicable',
  },
  { name: 'no word about mail', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no such domain', zone: 'com NS a.nic.com', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof presence>;
