import { dns } from '../../dns/record.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { longestMatch, type Provider } from '../../mail/provider/match.ts';
import { SERVICE_INCLUDES } from '../../mail/spf/includes.ts';
import { isModifierForMechanism } from '../../mail/spf/record.ts';
import { liveTerms, nodesOf } from '../../mail/spf/tree.ts';
import { posture } from '../../topics/posture.ts';
import { provider } from '../../topics/provider.ts';
import { nothingToJudge, replaced, type SpfNode, shown, spf } from '../../topics/spf.ts';

export const covers = ['spf-provider-gap', 'spf-deny-all-but-sends'];

const mailboxProvider = rule({
  title: 'SPF lets the servers pass that send for the domain',
  why: 'Mail that leaves from a server your record does not list fails SPF: receivers junk or refuse it, although it is yours.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '10.1.2' },
    { rfc: 7208, section: '5.2' },
  ],
  reads: { spf, provider, posture },
  cases: {
    listed: {
      passes: true,
      says: (d: { name: string }) => `${d.name}, where your mailboxes are, is in the record.`,
    },
    'provider-gap': {
      severity: 'high',
      says: (d: { name: string }) =>
        `Mail from your mailboxes at ${d.name} fails SPF: the record does not list its servers.`,
      fix: (d: { name: string; changes: readonly Change[] }) => ({
        stage: 'authenticate',
        effort: 'minutes',
        text: `Add the include that ${d.name} names in its instructions${d.changes.length > 0 ? ', as below' : ''}.`,
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
    'deny-all-but-sends': {
      severity: 'high',
      says: (d: { evidence: string }) =>
        `All your mail fails SPF: the record lets no server pass, yet ${d.evidence}.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'authenticate',
        effort: 'hour',
        text:
          d.changes.length > 0
            ? 'List the servers that send for you; those of your mailboxes are below. If the domain sends no mail, remove its mailboxes and keys instead.'
            : 'List the services that send for you, each by its `include:`. If the domain sends no mail, remove its keys and mailboxes instead.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ spf, provider, posture, scope }) {
    const { tree, record } = spf;
    const because = nothingToJudge(spf);
    if (because !== undefined || !tree?.text || !record)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const { mailbox, gateway } = provider;
    const shows = shown(scope.domain, tree.text);
    if (!posture.sends) return { is: 'not-applicable', because: 'Nothing shows that the domain sends mail.' };
    const changes = mailbox ? replaced(scope.domain, tree.text, withInclude(tree, mailbox)) : [];
    if (!spf.sends && record.terms.some(isModifierForMechanism))
      return {
        is: 'not-applicable',
        because:
          'Senders in the record are written so that receivers skip them, which has a finding of its own.',
      };
    if (!spf.sends && spf.stranger.v4 === 'fail')
      return {
        is: 'deny-all-but-sends',
        data: {
          evidence: mailbox
            ? `your mailboxes are at ${mailbox.name}`
            : 'the domain shows signs of sending mail',
          changes,
        },
        shows,
      };
    if (!mailbox?.spf?.length || gateway)
      return {
        is: 'not-applicable',
        because: 'No mailbox service is recognised whose servers we could look for.',
      };
    if (lists(tree, mailbox)) return { is: 'listed', data: { name: mailbox.name }, shows };
    // Networks, macros or a broken branch may well cover those servers under another name.
    const unclear =
      [...nodesOf(tree)].some((node) => node.state !== 'record') ||
      [...beyondSenders(tree)].some(
        (term) =>
          term.dynamic || ((term.term.kind === 'ip4' || term.term.kind === 'ip6') && term.term.prefix < 31),
      );
    if (unclear)
      return {
        is: 'not-applicable',
        because: `Networks in the record may cover the servers of ${mailbox.name}.`,
      };
    return {
      is: 'provider-gap',
      data: { name: mailbox.name, changes },
      shows,
      rests: [dns(scope.domain, 'TXT')],
    };
  },
});

export default mailboxProvider;

/** The terms that count, but for those in records of services that send from networks of their own. */
function* beyondSenders(node: SpfNode): Generator<SpfNode['terms'][number]> {
  for (const term of node.terms) {
    if (term.dead) continue;
    const service = term.target === undefined ? undefined : longestMatch(PROVIDERS, 'spf', term.target);
    if (service?.role === 'sender') continue;
    yield term;
    if (term.nested) yield* beyondSenders(term.nested);
  }
}

function lists(tree: SpfNode, mailbox: Provider): boolean {
  return [...liveTerms(tree)].some(
    ({ term }) => term.target !== undefined && longestMatch([mailbox], 'spf', term.target) !== undefined,
  );
}

/** The record with the service's include in front of its end, where that include is the same for all customers. */
function withInclude(tree: SpfNode, { id }: Provider): string | undefined {
  const include = SERVICE_INCLUDES[id];
  if (include === undefined || !tree.record) return undefined;
  return tree.record.text.replace(/^v=spf1 ?/i, `v=spf1 include:${include} `).trim();
}

const GOOGLE = `example.com MX 1 smtp.google.com
           smtp.google.com A 192.0.2.25
           _spf.google.com TXT "v=spf1 ip4:192.0.2.0/24 ~all"`;

export const weighs = {
  high: 'The mail people write fails SPF; only DKIM can carry it.',
} satisfies Weights<typeof mailboxProvider>;

export const examples = [
  {
    name: 'the mailboxes are listed',
    zone: `example.com TXT "v=spf1 include:_spf.google.com ~all"
           ${GOOGLE}`,
    expect: 'listed',
  },
  { name: 'no record', zone: GOOGLE, expect: 'not-applicable' },
  {
    name: 'an own server',
    zone: `example.com TXT "v=spf1 mx -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`,
    expect: 'not-applicable',
  },
  {
    name: 'a network that may cover them',
    zone: `example.com TXT "v=spf1 ip4:192.0.2.0/24 -all"
           ${GOOGLE}`,
    expect: 'not-applicable',
  },
  {
    name: 'the mailboxes are missing',
    zone: `example.com TXT "v=spf1 a ~all"
           example.com A 192.0.2.80
           ${GOOGLE}`,
    expect: 'provider-gap',
  },
  {
    name: 'the mailboxes are missing beside a service for newsletters',
    zone: `example.com TXT "v=spf1 include:servers.mcsv.net -all"
           servers.mcsv.net TXT "v=spf1 ip4:198.51.100.0/24 -all"
           ${GOOGLE}`,
    expect: 'provider-gap',
  },
  {
    name: 'nobody may send, and somebody does',
    zone: `example.com TXT "v=spf1 -all"
           ${GOOGLE}`,
    expect: 'deny-all-but-sends',
  },
  {
    name: 'a sender that receivers skip',
    zone: `example.com TXT "v=spf1 include=_spf.google.com -all"
           ${GOOGLE}`,
    expect: 'not-applicable',
  },
  {
    name: 'a parked domain',
    zone: `example.com TXT "v=spf1 -all"
           example.com MX 0 .`,
    expect: 'not-applicable',
  },
  {
    name: 'MX without an answer',
    zone: `example.com TXT "v=spf1 a ~all"
           example.com A 192.0.2.80
           example.com MX !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof mailboxProvider>;
