import { labelCount, type Name, parentOf } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import type { Scope } from '../../engine/scope.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { replacing, without } from '../../mail/spf/edit.ts';
import { mistakesOf } from '../../mail/spf/mistakes.ts';
import type { SpfRecord } from '../../mail/spf/record.ts';
import { liveTerms, nodesOf } from '../../mail/spf/tree.ts';
import { nothingToJudge, replaced, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = [
  'spf-include-none',
  'spf-include-permerror',
  'spf-include-loop',
  'spf-redirect-none',
  'spf-include-dnserror',
  'spf-dead-vendor-include',
];

interface Broken {
  /** The term that leads there. */
  readonly term: string;
  readonly name: string;
  /** Whose record holds that term. */
  readonly holder: string;
}

const fix = (d: { changes: readonly Change[]; foreign: boolean; remedy: string }): Fix => ({
  stage: 'mend',
  effort: d.changes.length > 0 ? 'minutes' : 'provider',
  text: d.foreign
    ? 'The fault lies in a record of somebody else. Tell them; until it is mended, take the include that leads there out.'
    : d.remedy,
  ...(d.changes.length > 0 ? { changes: d.changes } : {}),
});

const nestedRecords = rule({
  title: 'Every record that SPF includes can be used',
  why: 'When an included record is missing or broken, receivers end the check with an error: mail from every server listed behind it fails, whoever’s fault it is.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '5.2', level: 'MUST' },
    { rfc: 7208, section: '6', level: 'MUST' },
  ],
  reads: { spf },
  partial: ['spf'],
  cases: {
    sound: {
      passes: true,
      says: (d: { count: number }) =>
        d.count === 1 ? 'The one record included is sound.' : `All ${d.count} records included are sound.`,
    },
    'include-none': {
      severity: 'critical',
      says: (d: Broken) =>
        `Mail fails SPF with an error: \`${d.term}\` in ${d.holder} leads to \`${d.name}\`, which has no SPF record.`,
      fix,
    },
    'redirect-none': {
      severity: 'high',
      says: (d: Broken) =>
        `Mail fails SPF with an error: \`${d.term}\` in ${d.holder} hands the decision to \`${d.name}\`, which has no SPF record.`,
      fix,
    },
    'include-permerror': {
      severity: 'high',
      says: (d: Broken & { what: string }) =>
        `Mail fails SPF with an error: \`${d.term}\` in ${d.holder} leads to \`${d.name}\`, ${d.what}.`,
      fix,
    },
    'include-loop': {
      severity: 'high',
      says: (d: Broken) =>
        `Mail fails SPF with an error: \`${d.term}\` in ${d.holder} leads back to \`${d.name}\`, whose record is already being read, and so on until the limit of ten lookups.`,
      fix,
    },
  },
  judge({ spf, scope }) {
    if (spf.got === 'none') return { is: 'unknown', because: spf.because };
    const { tree, blindRecord } = spf.value;
    const because = nothingToJudge(spf.value);
    if (because !== undefined || !tree?.record || !tree.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    if (blindRecord) return { is: 'unknown', because: blindRecord };
    const reached = [...liveTerms(tree)].filter(({ term }) => term.nested);
    if (reached.length === 0)
      return { is: 'not-applicable', because: 'The record includes no other records.' };
    const bad = reached.find(({ term }) => BAD.has(term.nested?.state ?? 'record'));
    if (!bad && reached.some(({ term }) => term.nested?.state === 'limit'))
      return { is: 'not-applicable', because: 'The record leads to more records than we follow.' };
    if (!bad) return { is: 'sound', data: { count: reached.length } };
    return whatBroke(bad, { tree, record: tree.record, text: tree.text }, scope);
  },
});

export default nestedRecords;

type Bad = { readonly term: SpfNode['terms'][number]; readonly node: SpfNode };

function whatBroke(
  { term, node }: Bad,
  { tree, record, text }: { tree: SpfNode; record: SpfRecord; text: string },
  scope: Scope,
) {
  const misnamed = (slip: { code: string; from: number; to: number }) =>
    slip.code.startsWith('name-') && slip.from >= term.term.from && slip.to <= term.term.to;
  if (node === tree && mistakesOf(record).slips.some(misnamed))
    return {
      is: 'not-applicable' as const,
      because: 'The name it leads to is misspelt, which has a finding of its own.',
    };
  const nested = term.nested as SpfNode;
  const top =
    node === tree
      ? term
      : tree.terms.find((candidate) => candidate.nested && [...nodesOf(candidate.nested)].includes(node));
  const kind = term.term.kind as 'include' | 'redirect';
  const sister =
    nested.state === 'none' && node === tree && kind === 'include' ? sisterOf(nested.name) : undefined;
  const data = {
    term: excerpt(node.text?.slice(term.term.from, term.term.to) ?? '', 60),
    name: nested.name ?? 'a name that cannot exist',
    holder: node === tree ? 'your record' : `the record of \`${node.name ?? '?'}\``,
    foreign: node !== tree,
    remedy:
      (nested.name && DEAD[nested.name]) ||
      (sister
        ? `${sister.service} publishes its record at \`${sister.name}\`: write that name, or take the include out if you no longer use the service.`
        : REMEDY[kind]),
    changes:
      top && top.term.kind === 'include' && record
        ? replaced(
            scope.domain,
            text,
            sister ? replacing(record, [[top.term, `include:${sister.name}`]]) : without(record, [top.term]),
          )
        : [],
    what: nested.state === 'multiple' ? 'which has several SPF records' : 'whose SPF record has an error',
  };
  const shows = [
    ...(node.name && node.text ? shown(node.name, node.text, [term.term]) : []),
    ...(nested.name && nested.text && nested.state === 'malformed'
      ? shown(nested.name, nested.text, nested.record ? mistakesOf(nested.record).faults : [])
      : []),
  ];
  const rests = nested.state === 'none' && nested.name ? [dns(nested.name as Name, 'TXT')] : [];
  if (nested.state === 'loop') return { is: 'include-loop' as const, data, shows };
  if (nested.state === 'none')
    return {
      is: kind === 'include' ? ('include-none' as const) : ('redirect-none' as const),
      data,
      shows,
      rests,
    };
  return { is: 'include-permerror' as const, data, shows };
}

/** The one name of a service that stands beside a name it does not have: `spf.` where `_spf.` was written. */
function sisterOf(name: Name | undefined): { readonly service: string; readonly name: string } | undefined {
  const parent = name && parentOf(name);
  if (parent === undefined || labelCount(parent) < 2 || DEAD[name ?? '']) return undefined;
  const [found, another] = PROVIDERS.flatMap(({ name: service, spf = [] }) =>
    spf
      .filter((suffix) => suffix.replace(/^_?spf\./, '') === parent && suffix !== parent)
      .map((name) => ({ service, name })),
  );
  return another === undefined ? found : undefined;
}

const BAD: ReadonlySet<string> = new Set(['none', 'multiple', 'malformed', 'loop']);

const REMEDY: Readonly<Record<'include' | 'redirect', string>> = {
  include: 'Take the include out, or write the name that the service gives you today.',
  redirect:
    'Write the name of a domain that has an SPF record, or list your senders here and end with `~all`.',
};

/** Names that services told their customers to include once and that hold no record today. */
const DEAD: Readonly<Record<string, string>> = {
  '_spf.marketo.com': 'Take the include out: Marketo no longer publishes this name.',
  '_spf.mimecast.com':
    'Take the include out: Mimecast publishes no such name. Its record is named in your administration console.',
  '_spf.pphosted.com':
    'Take the include out: Proofpoint publishes no such name. Its record is named after your account.',
};

export const weighs = {
  critical:
    'Receivers end with an error for all mail not listed before, and the name may be there for the taking.',
  high: 'Receivers end with an error for all mail not listed before.',
} satisfies Weights<typeof nestedRecords>;

export const examples = [
  { name: 'nothing included', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'not-applicable' },
  {
    name: 'sound includes',
    zone: `example.com TXT "v=spf1 include:a.example.net -all"
           a.example.net TXT "v=spf1 include:b.example.net -all"
           b.example.net TXT "v=spf1 ip4:192.0.2.1 -all"`,
    expect: 'sound',
  },
  {
    name: 'an include of nothing',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 include:_spf.marketo.com -all"',
    expect: 'include-none',
  },
  {
    name: 'a name that is almost the service’s',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 include:_spf.privateemail.com ~all"
           spf.privateemail.com TXT "v=spf1 ip4:192.0.2.128/25 ~all"`,
    expect: 'include-none',
  },
  {
    name: 'a service that includes nothing',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 include:a.example.net -all"
           a.example.net TXT "v=spf1 include:b.example.net -all"
           b.example.net TXT "something else"`,
    expect: 'include-none',
  },
  {
    name: 'an include without a space behind it',
    zone: 'example.com TXT "v=spf1 include:a.example.net-all"',
    expect: 'not-applicable',
  },
  {
    name: 'a redirect to nothing',
    zone: 'example.com TXT "v=spf1 redirect=spf.example.net"',
    expect: 'redirect-none',
  },
  {
    name: 'an include with an error',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 include:a.example.net -all"
           a.example.net TXT "v=spf1 ipv4:192.0.2.1 -all"`,
    expect: 'include-permerror',
  },
  {
    name: 'an include with two records',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 include:a.example.net -all"
           a.example.net TXT "v=spf1 ip4:192.0.2.1 -all"
           a.example.net TXT "v=spf1 ip4:192.0.2.2 -all"`,
    expect: 'include-permerror',
  },
  {
    name: 'an include of itself',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 include:example.com -all"',
    expect: 'include-loop',
  },
  {
    name: 'no answer',
    zone: 'example.com TXT "v=spf1 include:a.example.net -all"\na.example.net TXT !servfail',
    expect: 'unknown',
  },
] satisfies Examples<typeof nestedRecords>;
