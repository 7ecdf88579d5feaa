import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { reserved } from '../../mail/spf/address.ts';
import { replacing, without } from '../../mail/spf/edit.ts';
import type { Term } from '../../mail/spf/record.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';

export const covers = ['spf-hostbits', 'spf-nonpublic-address', 'spf-ip6-mapped'];

const networks = rule({
  title: 'The addresses in the SPF record can occur on the Internet',
  why: 'An address that no server on the Internet can have lets nobody pass. Usually it was copied from an internal list or an example, and the real address is missing.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '5.6' },
    { rfc: 7208, section: '5' },
    { rfc: 6890, section: '2.2.2' },
  ],
  reads: { spf: spfText },
  cases: {
    sound: { passes: true, says: 'All addresses listed can occur on the Internet.' },
    hostbits: {
      passes: true,
      says: (d: { term: string; network: string }) =>
        `\`${d.term}\` names one host and a prefix length. Receivers ignore the host part: the whole block \`${d.network}\` passes.`,
    },
    documentation: {
      passes: true,
      says: (d: { term: string }) =>
        `\`${d.term}\` is reserved for examples; no server on the Internet has such an address.`,
    },
    'nonpublic-address': {
      severity: 'low',
      says: (d: { term: string; what: string }) =>
        `\`${d.term}\` lets nobody pass: it is ${d.what}, which receivers never see.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Take it out. List the public address that your mail leaves from.',
        changes: d.changes,
      }),
    },
    'ip6-mapped': {
      severity: 'low',
      says: (d: { term: string }) =>
        `\`${d.term}\` lets nobody pass: it is an IPv4 address in IPv6 clothes, and receivers compare such clients as IPv4.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write the IPv4 address with `ip4:`.',
        changes: d.changes,
      }),
    },
  },
  judge({ spf, scope }) {
    const { record } = spf;
    const because = nothingToJudge(spf);
    if (!record || because !== undefined) return { is: 'not-applicable', because: because ?? '' };
    const terms = record.terms.filter((term) => term.kind === 'ip4' || term.kind === 'ip6');
    if (terms.length === 0) return { is: 'not-applicable', because: 'The record lists no addresses.' };
    const kinds = terms.map((term) => ({ term, is: reserved(term.address, term.prefix) }));
    const text = (term: Term) => excerpt(record.text.slice(term.from, term.to), 60);
    const of = (...wanted: string[]) => kinds.filter(({ is }) => is && wanted.includes(is.kind));
    const show = (found: readonly { term: Term }[]) =>
      shown(
        scope.domain,
        record.text,
        found.map(({ term }) => term),
      );
    const mapped = of('mapped');
    if (mapped[0]) {
      const value = replacing(
        record,
        mapped.map(({ term, is }) => [term, is?.instead ?? '']),
      );
      return {
        is: 'ip6-mapped',
        data: { term: text(mapped[0].term), changes: replaced(scope.domain, record.text, value) },
        shows: show(mapped),
      };
    }
    const nobody = of('nonpublic');
    if (nobody[0]) {
      const value = without(
        record,
        nobody.map(({ term }) => term),
      );
      return {
        is: 'nonpublic-address',
        data: {
          term: text(nobody[0].term),
          what: nobody[0].is?.what ?? 'not public',
          changes: replaced(scope.domain, record.text, value),
        },
        shows: show(nobody),
      };
    }
    const samples = of('documentation');
    if (samples[0])
      return { is: 'documentation', data: { term: text(samples[0].term) }, shows: show(samples) };
    const hosts = of('hostbits');
    if (hosts[0])
      return {
        is: 'hostbits',
        data: { term: text(hosts[0].term), network: hosts[0].is?.instead ?? '' },
        shows: show(hosts),
      };
    return { is: 'sound' };
  },
});

export default networks;

export const weighs = {
  low: 'The term lets nobody pass, so nothing is opened; a sender may be missing.',
} satisfies Weights<typeof networks>;

export const examples = [
  {
    name: 'public addresses',
    zone: 'example.com TXT "v=spf1 ip4:9.9.9.0/24 ip6:2620:fe::/48 -all"',
    expect: 'sound',
  },
  { name: 'no addresses', zone: 'example.com TXT "v=spf1 -all"', expect: 'not-applicable' },
  { name: 'a host with a prefix', zone: 'example.com TXT "v=spf1 ip4:9.9.9.77/24 -all"', expect: 'hostbits' },
  {
    name: 'an address for examples',
    zone: 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"',
    expect: 'documentation',
  },
  {
    name: 'an internal address',
    zone: 'example.com TXT "v=spf1 ip4:9.9.9.9 ip4:10.1.2.3 -all"',
    expect: 'nonpublic-address',
  },
  {
    name: 'an address for benchmarks',
    zone: 'example.com TXT "v=spf1 ip4:9.9.9.9 ip4:198.18.0.0/24 -all"',
    expect: 'nonpublic-address',
  },
  {
    name: 'a local IPv6 address',
    zone: 'example.com TXT "v=spf1 ip4:9.9.9.9 ip6:fd00::1 -all"',
    expect: 'nonpublic-address',
  },
  {
    name: 'a mapped address',
    zone: 'example.com TXT "v=spf1 ip4:9.9.9.9 ip6:::ffff:9.9.9.9 -all"',
    expect: 'ip6-mapped',
  },
  { name: 'no answer', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof networks>;
