import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { asAddresses, replacing } from '../../mail/spf/edit.ts';
import { liveTerms, nodesOf } from '../../mail/spf/tree.ts';
import { nothingToJudge, replaced, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-lookup-limit'];

/** RFC 7208 §4.6.4; one above it ends the check with an error. */
const LIMIT = 10;

const lookupLimit = rule({
  title: 'The SPF record needs at most ten lookups',
  why: 'Receivers stop with an error at the eleventh lookup, nested records included. Senders named early in the record still pass; those behind the tenth lookup fail, and forgeries get an error instead of a clear answer.',
  bears: ['acceptance', 'impersonation'],
  cites: [{ rfc: 7208, section: '4.6.4', level: 'MUST' }],
  reads: { spf },
  partial: ['spf'],
  cases: {
    within: {
      passes: true,
      says: (d: { lookups: number }) =>
        `The record needs ${d.lookups === 1 ? '1 lookup' : `${d.lookups} lookups`} of the ten allowed.`,
    },
    near: {
      severity: 'low',
      says: (d: { lookups: number; parts: string }) =>
        `The record needs ${d.lookups} of the ten lookups allowed: ${d.parts}. ${
          d.lookups === LIMIT ? 'One more' : 'Two more'
        }, and mail from your later senders fails; a service you include can add ${
          d.lookups === LIMIT ? 'it' : 'them'
        } without asking.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Take out services that no longer send for you. Give the rest a subdomain of their own, or name your own servers by `ip4:` and `ip6:`, which cost nothing.',
      },
    },
    over: {
      severity: 'high',
      says: (d: { lookups: number; parts: string; first: string }) =>
        `The SPF record makes receivers look up ${d.lookups} names, and they stop with an error after ten: ${d.parts}. The first term they do not finish is \`${d.first}\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'hour',
        text:
          d.changes.length > 0
            ? 'Take out what costs lookups without need, as below: repeated terms, and names of your own servers written as addresses. Update the addresses when the servers move.'
            : 'Take out services that no longer send for you, and give newsletters and the like a subdomain of their own.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, scope }) {
    if (spf.got === 'none') return { is: 'unknown', because: spf.because };
    const { tree, worst, blindRecord } = spf.value;
    const because = nothingToJudge(spf.value);
    if (because !== undefined || !tree?.record || !tree.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const { lookups } = worst.v4;
    const parts = costs(tree);
    const over = firstOver(tree);
    if (lookups > LIMIT && over)
      return {
        is: 'over',
        data: { lookups, parts, first: over.text, changes: replaced(scope.domain, tree.text, cheaper(tree)) },
        shows: shown(scope.domain, tree.text, [over.top.term]),
      };
    if (blindRecord) return { is: 'unknown', because: blindRecord };
    const nodes = [...nodesOf(tree)];
    if (nodes.some((node) => node.state === 'loop'))
      return { is: 'not-applicable', because: 'Records include each other, which has a finding of its own.' };
    const shows = shown(scope.domain, tree.text);
    if (lookups > LIMIT - 2) return { is: 'near', data: { lookups, parts }, shows };
    return { is: 'within', data: { lookups }, shows };
  },
});

export default lookupLimit;

/** "`include:a.example` 4, `mx` 1", for the terms of the own record that cost anything. */
function costs(tree: SpfNode): string {
  const paying = tree.terms.filter((term) => term.lookups > 0 && !term.dead);
  const named = paying
    .slice(0, 12)
    .map(
      (term) => `\`${excerpt(tree.text?.slice(term.term.from, term.term.to) ?? '', 40)}\` ${term.lookups}`,
    );
  const rest = paying.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The term of the own record in which the eleventh lookup falls. */
function firstOver(tree: SpfNode): { text: string; top: SpfNode['terms'][number] } | undefined {
  const top = tree.terms.find((term) => !term.dead && term.before + term.lookups > LIMIT);
  return top && { top, text: excerpt(tree.text?.slice(top.term.from, top.term.to) ?? '', 60) };
}

/** The own record with repeated terms dropped and own names as addresses, if that brings it within the limit. */
function cheaper(tree: SpfNode): string | undefined {
  const { record } = tree;
  if (!record) return undefined;
  const seen = new Set<string>();
  const changes: (readonly [SpfNode['terms'][number]['term'], string])[] = [];
  let saved = 0;
  let total = 0;
  for (const { term, node } of liveTerms(tree)) {
    total += term.cost;
    if (node !== tree || term.cost === 0) continue;
    const text = record.text.slice(term.term.from, term.term.to).toLowerCase();
    const addresses = asAddresses(term);
    if (seen.has(text)) changes.push([term.term, '']);
    else if (addresses !== undefined) changes.push([term.term, addresses]);
    else {
      seen.add(text);
      continue;
    }
    seen.add(text);
    saved += term.lookups;
  }
  // A fix that only just fits would leave the next finding behind, so it must leave two lookups to spare.
  return total - saved <= LIMIT - 2 ? replacing(record, changes) : undefined;
}

const vendors = (count: number) =>
  Array.from({ length: count }, (_, i) => `v${i}.example.net TXT "v=spf1 ip4:192.0.2.${i} -all"`).join('\n');
const includes = (count: number) =>
  Array.from({ length: count }, (_, i) => `include:v${i}.example.net`).join(' ');

export const weighs = {
  high: 'Mail of the senders behind the tenth lookup fails, and forgeries get no clear answer.',
  low: 'All is well today; a service can add the lookup that breaks it.',
} satisfies Weights<typeof lookupLimit>;

export const examples = [
  {
    name: 'few lookups',
    zone: `example.com TXT "v=spf1 ${includes(3)} -all"
           ${vendors(3)}`,
    expect: 'within',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'ten lookups',
    zone: `example.com TXT "v=spf1 ${includes(10)} -all"
           ${vendors(10)}`,
    expect: 'near',
  },
  {
    name: 'eleven lookups',
    zone: `example.com TXT "v=spf1 ${includes(11)} -all"
           ${vendors(11)}`,
    expect: 'over',
  },
  {
    name: 'eleven lookups, own servers by name',
    zone: `example.com TXT "v=spf1 mx a:one.example.com a:two.example.com ${includes(8)} -all"
           example.com MX 10 one.example.com
           one.example.com A 192.0.2.101
           one.example.com AAAA 2001:db8::1
           two.example.com A 192.0.2.102
           ${vendors(8)}`,
    expect: 'over',
  },
  {
    name: 'an include without an answer',
    zone: 'example.com TXT "v=spf1 include:v.example.net -all"\nv.example.net TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof lookupLimit>;
