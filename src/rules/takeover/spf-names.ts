import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { without } from '../../mail/spf/edit.ts';
import { replaced, shown, spfText } from '../../topics/spf.ts';
import {
  gravest,
  parkedIncludes,
  restsOf,
  type SpfReference,
  spfTargets,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-spf-include', 'take-spf-parked'];

interface Taken {
  readonly term: string;
  readonly holder: string;
  readonly who: string;
}

const fix = (d: { changes: readonly Change[]; foreign: boolean }): Fix => ({
  stage: 'mend',
  effort: 'minutes',
  text: d.foreign
    ? 'The name stands in a record that yours includes. Take that include out now, and tell whoever publishes it.'
    : 'Take the term out now. If the service still sends for you, it has a new name for its record.',
  ...(d.changes.length > 0 ? { changes: d.changes } : {}),
});

const spfNames = rule({
  title: 'Every domain that SPF refers to belongs to somebody',
  why: 'Whoever holds a domain that your SPF record refers to decides which servers pass as yours. Lapsed names in such records are bought to send mail that passes SPF and DMARC in the name of their users.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '5.2' },
    { rfc: 7208, section: '11.4' },
  ],
  reads: { spfText, spfTargets, parkedIncludes },
  partial: ['spfTargets', 'parkedIncludes'],
  cases: {
    held: {
      passes: true,
      says: (d: { count: number }) =>
        d.count === 1
          ? 'The one name that SPF refers to stands in a domain that exists.'
          : `All ${d.count} names that SPF refers to stand in domains that exist.`,
    },
    unregistered: {
      severity: 'critical',
      says: (d: Taken) =>
        `\`${d.term}\` in ${d.holder} hands SPF to a name that is nobody’s. ${d.who} Its new holder could send mail that passes as yours.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: Taken) => `\`${d.term}\` in ${d.holder} refers to a name that is gone. ${d.who}`,
      fix,
    },
    parked: {
      severity: 'high',
      says: (d: Taken & { server: string }) =>
        `\`${d.term}\` in ${d.holder} lets nobody pass, and its domain stands on \`${d.server}\`, a service that offers or parks domains. Its next holder could send mail that passes as yours.`,
      fix,
    },
  },
  judge({ spfText, spfTargets, parkedIncludes, scope }) {
    if (spfTargets.got === 'none') return { is: 'unknown', because: spfTargets.because };
    const dataOf = ({ term, node, top }: SpfReference) => {
      const { record } = spfText;
      const own = term === top;
      const leads = top.term.kind !== 'redirect' && record;
      return {
        term: excerpt(node.text?.slice(term.term.from, term.term.to) ?? '', 80),
        holder: own ? 'your record' : `the record of \`${node.name ?? '?'}\``,
        foreign: !own,
        changes: leads ? replaced(scope.domain, record.text, without(record, [top.term])) : [],
      };
    };
    const shows = ({ term, node }: SpfReference) =>
      node.name && node.text ? shown(node.name, node.text, [term.term]) : [];
    const first = gravest(spfTargets.value);
    const grave = first && (first.standing === 'unregistered' || first.standing === 'claimable');
    if (grave && first.standing === 'unregistered')
      return {
        is: 'unregistered',
        data: { ...dataOf(first.from), who: takers(first) },
        shows: shows(first.from),
        rests: restsOf(spfTargets.value),
      };
    if (spfTargets.got === 'part') return { is: 'unknown', because: spfTargets.because };
    if (grave)
      return {
        is: 'claimable',
        data: { ...dataOf(first.from), who: takers(first) },
        shows: shows(first.from),
        rests: restsOf(spfTargets.value),
      };
    if (parkedIncludes.got !== 'whole') return { is: 'unknown', because: parkedIncludes.because };
    const [parked] = parkedIncludes.value;
    if (parked)
      return {
        is: 'parked',
        data: { ...dataOf(parked.reference), who: '', server: parked.server },
        shows: shows(parked.reference),
      };
    const { count } = spfTargets.value;
    if (count === 0) return { is: 'not-applicable', because: 'SPF refers to no other name.' };
    return { is: 'held', data: { count } };
  },
});

export default spfNames;

const HELD = `vendor.example NS ns1.vendor.example
  _spf.vendor.example TXT "v=spf1 ip4:45.0.1.0/24 -all"`;

export const weighs = {
  critical: 'Anybody can register the name and pass SPF and DMARC as the domain, today.',
  high: 'Somebody may be able to get the name; DNS does not prove it.',
} satisfies Weights<typeof spfNames>;

export const examples = [
  {
    name: 'a service that exists',
    zone: `example.com TXT "v=spf1 include:_spf.vendor.example -all"\n${HELD}`,
    expect: 'held',
  },
  {
    name: 'a service that gave its domain up',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 45.0.0.25
           example.com TXT "v=spf1 mx include:spf.lapsed-mailer.com -all"`,
    expect: 'unregistered',
  },
  {
    name: 'the name of a server whose domain lapsed',
    zone: 'example.com TXT "v=spf1 ip4:45.0.0.25 a:out.lapsed-mailer.net ~all"',
    expect: 'unregistered',
  },
  {
    name: 'a service that includes a lapsed one',
    zone: `example.com TXT "v=spf1 include:_spf.vendor.example -all"
           _spf.vendor.example TXT "v=spf1 ip4:45.0.1.0/24 include:spf.lapsed-mailer.com -all"`,
    expect: 'unregistered',
  },
  {
    name: 'a redirect to a lapsed domain',
    zone: 'example.com TXT "v=spf1 redirect=spf.lapsed-mailer.com"',
    expect: 'unregistered',
  },
  {
    name: 'an alias to a lapsed domain',
    zone: `example.com TXT "v=spf1 include:_spf.vendor.example -all"
           _spf.vendor.example CNAME spf.lapsed-mailer.com`,
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: 'example.com TXT "v=spf1 ip4:45.0.0.25 a:our-mailer.azurewebsites.net -all"',
    expect: 'claimable',
  },
  {
    name: 'a domain for sale',
    zone: `example.com TXT "v=spf1 ip4:45.0.0.25 include:spf.old-mailer.com -all"
           spf.old-mailer.com TXT "v=spf1 -all"
           old-mailer.com NS ns1.sedoparking.com`,
    expect: 'parked',
  },
  {
    name: 'a name gone from a domain that exists',
    zone: `example.com TXT "v=spf1 ip4:45.0.0.25 a:old.vendor.example -all"\n${HELD}`,
    expect: 'held',
  },
  { name: 'a name of one’s own', zone: 'example.com TXT "v=spf1 a:gone.example.com -all"', expect: 'held' },
  { name: 'no other names', zone: 'example.com TXT "v=spf1 ip4:45.0.0.25 -all"', expect: 'not-applicable' },
  { name: 'no record', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  {
    name: 'the registry does not answer',
    zone: `example.com TXT "v=spf1 include:spf.lapsed-mailer.com -all"
           lapsed-mailer.com NS !servfail
           spf.lapsed-mailer.com TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof spfNames>;
