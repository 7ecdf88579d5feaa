import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { liveTerms } from '../../mail/spf/tree.ts';
import { nothingToJudge, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-mx-sublimit'];

const fix = {
  stage: 'mend',
  effort: 'hour',
  text: 'Name the servers that send by `ip4:` and `ip6:` instead of `mx`.',
} as const;

const mxNames = rule({
  title: 'Each `mx` in the SPF record stands for at most ten mail servers',
  why: 'Receivers look up at most ten mail servers for one `mx` term. With an eleventh they end with an error, and no mail passes SPF.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '4.6.4', level: 'MUST' },
    { rfc: 7208, section: '5.4' },
  ],
  reads: { spf },
  cases: {
    within: { passes: true, says: 'No `mx` term stands for more than ten mail servers.' },
    'mx-sublimit': {
      severity: 'high',
      says: (d: { term: string; count: number }) =>
        `Mail fails SPF with an error: \`${d.term}\` stands for ${d.count} mail servers, and receivers accept ten.`,
      fix,
    },
    'many-addresses': {
      severity: 'low',
      says: (d: { term: string; name: string; count: number }) =>
        `\`${d.term}\` leads to \`${d.name}\`, which has ${d.count} addresses. Receivers that take the standard to the letter accept ten for one mail server.`,
      fix,
    },
  },
  judge({ spf, scope }) {
    const { tree } = spf;
    const because = nothingToJudge(spf);
    if (because !== undefined || !tree?.text)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const found = [...liveTerms(tree)].filter(({ term }) => term.exchanges !== undefined);
    if (found.length === 0) return { is: 'not-applicable', because: 'The record has no `mx` term.' };
    for (const { term, node } of found) {
      const text = excerpt(node.text?.slice(term.term.from, term.term.to) ?? '', 60);
      const shows = node.name && node.text ? shown(node.name, node.text, [term.term]) : [];
      const count = term.exchanges?.length ?? 0;
      if (count > 10) return { is: 'mx-sublimit', data: { term: text, count }, shows };
      const many = term.exchanges?.find(
        ({ addresses }) => addresses.v4.length > 10 || addresses.v6.length > 10,
      );
      if (many) {
        const data = {
          term: text,
          name: many.name,
          count: Math.max(many.addresses.v4.length, many.addresses.v6.length),
        };
        return { is: 'many-addresses', data, shows };
      }
    }
    return { is: 'within', shows: shown(scope.domain, tree.text) };
  },
});

export default mxNames;

const servers = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `example.com MX 10 m${i}.example.com\nm${i}.example.com A 192.0.2.${i}`,
  ).join('\n');

export const weighs = {
  high: 'Receivers end with an error, and no mail passes.',
  low: 'Only receivers that count by the letter stop there.',
} satisfies Weights<typeof mxNames>;

export const examples = [
  { name: 'no mx', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'not-applicable' },
  { name: 'two servers', zone: `example.com TXT "v=spf1 mx -all"\n${servers(2)}`, expect: 'within' },
  { name: 'eleven servers', zone: `example.com TXT "v=spf1 mx -all"\n${servers(11)}`, expect: 'mx-sublimit' },
  {
    name: 'eleven addresses',
    zone: `example.com TXT "v=spf1 mx -all"
           example.com MX 10 m.example.com
           ${Array.from({ length: 11 }, (_, i) => `m.example.com A 192.0.2.${i}`).join('\n')}`,
    expect: 'many-addresses',
  },
  {
    name: 'MX without an answer',
    zone: 'example.com TXT "v=spf1 mx -all"\nexample.com MX !servfail',
    expect: 'unknown',
  },
] satisfies Examples<typeof mxNames>;
