import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { replacing } from '../../mail/spf/edit.ts';
import type { SpfRecord, Term } from '../../mail/spf/record.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-huge-network', 'spf-a-mx-prefix'];

interface Wide {
  readonly term: string;
  readonly hosts: string;
}

const fix = (d: { changes: readonly Change[] }): Fix => ({
  stage: 'authenticate',
  effort: 'hour',
  text: 'List the addresses of the servers that really send for you.',
  ...(d.changes.length > 0 ? { changes: d.changes } : {}),
});

const networkSize = rule({
  title: 'The SPF record lets only your own networks pass',
  why: 'Every host in a listed network can send mail in your name that passes SPF and DMARC. In a network of a hosting company these are strangers.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '5.6' },
    { rfc: 7208, section: '5.3' },
    { rfc: 9989, section: '7.1' },
  ],
  reads: { spf: spfText },
  cases: {
    narrow: { passes: true, says: 'The networks listed are small.' },
    sizeable: {
      passes: true,
      says: (d: Wide) =>
        `\`${d.term}\` lets ${d.hosts} addresses pass. Make sure that all of them are yours.`,
    },
    broad: {
      severity: 'medium',
      says: (d: Wide) => `\`${d.term}\` lets ${d.hosts} addresses send in your name.`,
      fix,
    },
    'huge-network': {
      severity: 'critical',
      says: (d: Wide) =>
        `Strangers can send mail in your name that passes SPF: \`${d.term}\` lets ${d.hosts} addresses pass.`,
      fix,
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const sized = networks(record);
    if (sized.length === 0) return { is: 'not-applicable', because: 'The record lists no networks.' };
    const [widest] = sized.filter(({ level }) => level > 0).sort((a, b) => b.level - a.level);
    if (!widest) return { is: 'narrow' };
    const { term, level, hosts } = widest;
    const data = { term: excerpt(record.text.slice(term.from, term.to), 60), hosts };
    const shows = shown(scope.domain, record.text, [term]);
    if (level === 1) return { is: 'sizeable', data, shows };
    const changes = replaced(scope.domain, record.text, narrowed(record));
    return { is: level === 3 ? 'huge-network' : 'broad', data: { ...data, changes }, shows };
  },
});

export default networkSize;

/** Networks that can pass, with how wide they are: 0 small to 3 huge. Those of everything are judged elsewhere. */
function networks(record: SpfRecord): { term: Term; level: number; hosts: string }[] {
  return record.terms.flatMap((term) => {
    if (!('qualifier' in term) || term.qualifier !== '+') return [];
    const sizes: [prefix: number, bits: 32 | 128][] =
      term.kind === 'ip4'
        ? [[term.prefix, 32]]
        : term.kind === 'ip6'
          ? [[term.prefix, 128]]
          : term.kind === 'a' || term.kind === 'mx'
            ? [
                [term.v4, 32],
                [term.v6, 128],
              ]
            : [];
    return sizes
      .filter(([prefix]) => prefix > 0)
      .map(([prefix, bits]) => ({ term, level: levelOf(prefix, bits), hosts: hostsIn(prefix, bits) }));
  });
}

function levelOf(prefix: number, bits: 32 | 128): number {
  const [huge, broad, sizeable] = bits === 32 ? [8, 16, 19] : [16, 31, 39];
  return prefix <= (huge ?? 0) ? 3 : prefix <= (broad ?? 0) ? 2 : prefix <= (sizeable ?? 0) ? 1 : 0;
}

function hostsIn(prefix: number, bits: 32 | 128): string {
  if (bits === 128) return prefix >= 64 ? `2^${128 - prefix}` : `2^${64 - prefix} networks full of`;
  return String(2 ** (32 - prefix)).replace(/\B(?=([0-9]{3})+$)/g, ',');
}

/** `a` and `mx` without their prefix lengths; an address block nobody can narrow from outside stays. */
function narrowed(record: SpfRecord): string | undefined {
  const wide = networks(record).filter(({ level }) => level >= 2);
  if (wide.some(({ term }) => term.kind !== 'a' && term.kind !== 'mx')) return undefined;
  return replacing(
    record,
    wide.flatMap(({ term }) =>
      term.kind === 'a' || term.kind === 'mx'
        ? [[term, record.text.slice(term.from, term.to).replace(/\/[/0-9]*$/, '')] as const]
        : [],
    ),
  );
}

export const weighs = {
  critical: 'Strangers in the network, by the million, pass as the domain today.',
  medium: 'Whoever gets an address in the network passes; strangers there are likely, not certain.',
} satisfies Weights<typeof networkSize>;

export const examples = [
  { name: 'small networks', zone: 'example.com TXT "v=spf1 ip4:192.0.2.0/24 -all"', expect: 'narrow' },
  { name: 'no networks', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  {
    name: 'eight thousand addresses',
    zone: 'example.com TXT "v=spf1 ip4:198.18.0.0/19 -all"',
    expect: 'sizeable',
  },
  { name: 'a /16', zone: 'example.com TXT "v=spf1 ip4:198.18.0.0/16 -all"', expect: 'broad' },
  {
    name: 'the neighbours of a web host',
    zone: `example.com TXT "v=spf1 a/12 -all"
           example.com A 192.0.2.1
           example.com AAAA 2001:db8::1`,
    expect: 'broad',
  },
  { name: 'a /8', zone: 'example.com TXT "v=spf1 ip4:192.0.0.0/8 -all"', expect: 'huge-network' },
  { name: 'an IPv6 /16', zone: 'example.com TXT "v=spf1 ip6:2001::/16 -all"', expect: 'huge-network' },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof networkSize>;
