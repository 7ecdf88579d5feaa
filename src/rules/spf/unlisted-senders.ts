import { isWithin, type Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { endingIn, without } from '../../mail/spf/edit.ts';
import { nodesOf, strangerTerm } from '../../mail/spf/tree.ts';
import { type DmarcReading, dmarc } from '../../topics/dmarc.ts';
import { posture } from '../../topics/posture.ts';
import { nothingToJudge, replaced, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = [
  'spf-no-terminal',
  'spf-all-pass',
  'spf-nested-pass-all',
  'spf-all-neutral',
  'spf-all-softfail',
  'spf-all-fail',
  'spf-exists-constant',
];

const close =
  (text: string) =>
  (d: { changes: readonly Change[] }): Fix => ({
    stage: 'mend',
    effort: 'hour',
    text,
    ...(d.changes.length > 0 ? { changes: d.changes } : {}),
  });

const unlistedSenders = rule({
  title: 'Servers that SPF does not list do not pass',
  why: 'The end of the record tells receivers what to do with every server it does not list. If that is a pass, anybody can send mail in your name that passes SPF, and through it DMARC. Between `-all` and `~all` there is no fault: beside a DMARC policy both protect alike, and `~all` spares mail that is forwarded before DKIM is read. With no policy behind it `~all` stops little, but what is missing then is the policy, which has a finding of its own; so `~all` alone is a remark and no problem.',
  bears: ['impersonation'],
  cites: [
    { rfc: 7208, section: '5.1' },
    { rfc: 7208, section: '4.7' },
    { rfc: 7208, section: '8.2' },
    { rfc: 7208, section: '8.5' },
    { rfc: 9989, section: '7.1' },
  ],
  reads: { spf, dmarc, posture },
  partial: ['spf', 'dmarc', 'posture'],
  cases: {
    'all-fail': {
      passes: true,
      says: 'Servers you do not list fail SPF (`-all`). Mail that others forward may be refused before its DKIM signature is read, and such refusals never show in DMARC reports.',
    },
    'all-softfail': {
      passes: true,
      says: 'Servers you do not list softfail (`~all`), and your DMARC policy decides what happens then. That is the recommended pair.',
    },
    'softfail-alone': {
      severity: 'info',
      says: 'Servers you do not list softfail (`~all`). That keeps forgeries out only together with a DMARC policy that asks for more.',
      fix: {
        stage: 'enforce',
        effort: 'days',
        text: 'Keep `~all`. Let DMARC enforce: first reports with `p=none`, then, when your own mail passes, `p=quarantine` or `p=reject`.',
      },
    },
    'all-neutral': {
      severity: 'high',
      says: 'The record says `?all`: you have no opinion on servers you do not list. Receivers must treat their mail as if you had no SPF record.',
      fix: close('End the record with `~all`.'),
    },
    'no-terminal': {
      severity: 'high',
      says: 'The record ends without `all`. Receivers must treat servers you do not list as if you had no SPF record.',
      fix: close('End the record with `~all`.'),
    },
    'neutral-with-dmarc': {
      severity: 'medium',
      says: 'The record has no opinion on servers it does not list. Your DMARC policy still applies to their mail; receivers that look at SPF alone let it in.',
      fix: close('End the record with `~all`.'),
    },
    'all-pass': {
      severity: 'critical',
      says: (d: { at: string }) =>
        `Anybody can send mail in your name that passes SPF: ${d.at} lets every server in the world pass with \`+all\`.`,
      fix: close('End the record with `~all`, and list the servers that really send for you.'),
    },
    'nested-pass-all': {
      severity: 'critical',
      says: (d: { at: string; term: string }) =>
        `Anybody can send mail in your name that passes SPF: \`${d.term}\` in ${d.at} matches every server in the world.`,
      fix: close('Take the include out, and tell the service whose record it is.'),
    },
    'signed-pass-all': {
      severity: 'medium',
      says: (d: { at: string; term: string }) =>
        `Nobody passes by what stands right of it: \`${d.term}\` in ${d.at} matches every server in the world, and its sign decides for all of them.`,
      fix: close('Take the term out.'),
    },
    'everyone-network': {
      severity: 'critical',
      says: (d: { at: string; term: string }) =>
        `Anybody can send mail in your name that passes SPF: \`${d.term}\` in ${d.at} covers every address there is.`,
      fix: close('Take the term out, and list the addresses that really send for you.'),
    },
    'exists-constant': {
      severity: 'critical',
      says: (d: { at: string; term: string }) =>
        `Anybody can send mail in your name that passes SPF: \`${d.term}\` in ${d.at} asks whether a fixed name has an address, it has one, and so every server passes.`,
      fix: close('Take the term out.'),
    },
  },
  judge({ spf, dmarc, posture, scope }) {
    if (spf.got === 'none') return { is: 'unknown', because: spf.because };
    const { tree, record, stranger, unlisted } = spf.value;
    const because = nothingToJudge(spf.value);
    if (because !== undefined || !tree || !record)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const open = stranger.v4 === 'open' ? 'v4' : stranger.v6 === 'open' ? 'v6' : undefined;
    const found = strangerTerm(tree, open ?? 'v4') as Match | undefined;
    const own = found !== undefined && holdsPolicy(tree, found.node);
    if (found && (open || !own || found.term.term.kind !== 'all')) {
      const { node, term } = found;
      const { kind } = term.term;
      const data = {
        at: node.how === 'start' ? 'your record' : `the record of \`${node.name ?? '?'}\``,
        term: excerpt(node.text?.slice(term.term.from, term.term.to) ?? '', 60),
        changes: own && kind === 'all' ? ended(node, scope.domain) : removed(tree, node, term, scope.domain),
      };
      const shows = node.name && node.text ? shown(node.name, node.text, [term.term]) : [];
      if (!open) return { is: 'signed-pass-all', data, shows };
      if (kind === 'all') return { is: own ? 'all-pass' : 'nested-pass-all', data, shows };
      return { is: kind === 'exists' ? 'exists-constant' : 'everyone-network', data, shows };
    }
    const results = [unlisted.v4, unlisted.v6];
    if (results.includes('unknown'))
      return spf.got === 'part'
        ? { is: 'unknown', because: spf.because }
        : { is: 'not-applicable', because: 'Macros in the record make the result depend on each message.' };
    if (results.includes('permerror') || results.includes('none'))
      return {
        is: 'not-applicable',
        because: 'The check of this record ends in an error, which has a finding of its own.',
      };
    if (results.includes('open'))
      return { is: 'not-applicable', because: 'The result depends on each message.' };
    const policy = policyNode(tree);
    const all = policy.terms.find((term) => term.term.kind === 'all');
    const shows = policy.name && policy.text ? shown(policy.name, policy.text, all ? [all.term] : []) : [];
    if (!results.includes('neutral') && !results.includes('softfail')) return { is: 'all-fail', shows };
    if (posture.got !== 'whole') return { is: 'unknown', because: posture.because };
    if (PARKED.has(posture.value.kind))
      return { is: 'not-applicable', because: 'The domain shows no mail, which is judged as a whole.' };
    if (dmarc.got !== 'whole') return { is: 'unknown', because: dmarc.because };
    const enforced = enforces(dmarc.value);
    if (!results.includes('neutral')) return { is: enforced ? 'all-softfail' : 'softfail-alone', shows };
    const data = { changes: ended(policy, scope.domain) };
    if (enforced) return { is: 'neutral-with-dmarc', data, shows };
    return { is: all ? 'all-neutral' : 'no-terminal', data, shows };
  },
});

export default unlistedSenders;

interface Match {
  readonly node: SpfNode;
  readonly term: SpfNode['terms'][number];
}

const PARKED: ReadonlySet<string> = new Set(['declared-no-mail', 'undeclared', 'missing']);

/** Whether failing mail is at least junked, at receivers of both generations. */
function enforces({ rfc9989, rfc7489 }: DmarcReading): boolean {
  return [rfc9989, rfc7489].every(({ exact }) => ['quarantine', 'reject'].includes(exact.effective.policy));
}

/** The record whose end decides: the own one, or where redirects lead. */
function policyNode(node: SpfNode): SpfNode {
  const next = node.terms.find((term) => term.term.kind === 'redirect' && !term.dead)?.nested;
  return next && next.state === 'record' ? policyNode(next) : node;
}

function holdsPolicy(tree: SpfNode, node: SpfNode): boolean {
  for (let at: SpfNode | undefined = tree; at; ) {
    if (at === node) return true;
    at = at.terms.find((term) => term.term.kind === 'redirect' && !term.dead)?.nested;
  }
  return false;
}

/** Another end for a record of the owner's own zone. */
function ended(node: SpfNode, domain: Name): readonly Change[] {
  if (!node.record || !node.name || !node.text || !isWithin(node.name, domain) || node.chain.length > 0)
    return [];
  return replaced(node.name, node.text, endingIn(node.record, '~all'));
}

/** The own record without the term, or without the include that leads to it. */
function removed(tree: SpfNode, node: SpfNode, term: Match['term'], domain: Name): readonly Change[] {
  const top =
    node === tree ? term : tree.terms.find(({ nested }) => nested && [...nodesOf(nested)].includes(node));
  if (!tree.record || !tree.text || top?.term.kind === 'redirect' || !top) return [];
  return replaced(domain, tree.text, without(tree.record, [top.term]));
}

const SENDER = `_dmarc.example.com TXT "v=DMARC1; p=reject"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           mail.example.com AAAA 2001:db8::1`;

export const weighs = {
  critical: 'Any server in the world passes SPF, and through it DMARC, today.',
  high: 'Receivers treat every other server as if there were no record.',
  medium: 'A DMARC policy still stops what SPF lets by, or part of the record has lost its say.',
} satisfies Weights<typeof unlistedSenders>;

export const examples = [
  { name: 'hard end', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"', expect: 'all-fail' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'soft end under DMARC',
    zone: `example.com TXT "v=spf1 mx ~all"
           ${SENDER}`,
    expect: 'all-softfail',
  },
  {
    name: 'soft end alone',
    zone: `example.com TXT "v=spf1 mx ~all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'softfail-alone',
  },
  {
    name: 'neutral',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.1 ?all"
           _dmarc.example.com TXT "v=DMARC1; p=none"`,
    expect: 'all-neutral',
  },
  { name: 'no end', zone: 'example.com TXT "v=spf1 ip4:192.0.2.1"', expect: 'no-terminal' },
  {
    name: 'no end in the record redirected to',
    zone: `example.com TXT "v=spf1 redirect=spf.example.com"
           spf.example.com TXT "v=spf1 ip4:192.0.2.1"`,
    expect: 'no-terminal',
  },
  {
    name: 'neutral under DMARC',
    zone: `example.com TXT "v=spf1 mx ?all"
           ${SENDER}`,
    expect: 'neutral-with-dmarc',
  },
  {
    name: 'everybody passes',
    zone: `example.com TXT "v=spf1 mx +all"
           ${SENDER}`,
    expect: 'all-pass',
  },
  {
    name: 'everybody passes where a redirect leads',
    zone: `example.com TXT "v=spf1 redirect=spf.example.com"
           spf.example.com TXT "v=spf1 all"
           ${SENDER}`,
    expect: 'all-pass',
  },
  {
    name: 'everybody passes by an include',
    zone: `example.com TXT "v=spf1 mx include:spf.example.net -all"
           spf.example.net TXT "v=spf1 include:more.example.net -all"
           more.example.net TXT "v=spf1 +all"
           ${SENDER}`,
    expect: 'nested-pass-all',
  },
  {
    name: 'a neutral include of everybody',
    zone: `example.com TXT "v=spf1 mx ?include:spf.example.net -all"
           spf.example.net TXT "v=spf1 +all"
           ${SENDER}`,
    expect: 'signed-pass-all',
  },
  {
    name: 'the whole Internet as a network',
    zone: `example.com TXT "v=spf1 mx ip4:0.0.0.0/0 -all"
           ${SENDER}`,
    expect: 'everyone-network',
  },
  {
    name: 'the neighbours of one address, all of them',
    zone: `example.com TXT "v=spf1 mx/0 ip4:192.0.2.9 -all"
           ${SENDER}`,
    expect: 'everyone-network',
  },
  {
    name: 'a fixed name that exists',
    zone: `example.com TXT "v=spf1 mx exists:www.example.com -all"
           www.example.com A 192.0.2.80
           ${SENDER}`,
    expect: 'exists-constant',
  },
  {
    name: 'an include without an answer',
    zone: `example.com TXT "v=spf1 include:spf.example.net ~all"
           spf.example.net TXT !servfail`,
    expect: 'unknown',
  },
  {
    name: 'an include of nothing',
    zone: 'example.com TXT "v=spf1 include:spf.example.net ~all"',
    expect: 'not-applicable',
  },
] satisfies Examples<typeof unlistedSenders>;
