import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { holderOf, isOwn, selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_512, RSA_1024, RSA_2048, RSA_5120 } from '../../mail/dkim/example-keys.ts';
import { dkim, type FoundKey, keysOf, recordsToShow } from '../../topics/dkim.ts';

export const covers = ['dkim-rsa-size', 'req-dkim-1024'];

const rsaSize = rule({
  title: 'RSA keys have 2048 to 4096 bits',
  why: 'A short RSA key can be broken, and whoever breaks it signs mail in your name. Receivers refuse keys under 1024 bits and need not take keys over 4096. Keys of up to 829 bits have been broken in public, hence critical below 1024. At 1024 nobody has shown it, and receivers still accept the key: a medium problem, and a low one where only your provider can change it.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 8301, section: '3.2', level: 'MUST' }],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    strong: {
      passes: true,
      says: (d: { bits: string }) => `Every RSA key found has ${d.bits} bits.`,
    },
    breakable: {
      severity: 'critical',
      says: (d: { selectors: string; bits: number }) =>
        `Somebody with patience can sign mail as you: the key under ${d.selectors} has only ${d.bits} bits. Receivers that follow the standard refuse its signatures, so it does not serve you either.`,
      fix: (d: { own: readonly { name: Name; text: string }[] }) => ({
        stage: 'mend',
        effort: 'hour',
        text: 'Make a key of 2048 bits under a new selector, sign with it, and delete the short key. Delete it now if nothing signs with it any more.',
        ...(d.own.length > 0
          ? { changes: d.own.map(({ name, text }) => ({ op: 'delete', name, type: 'TXT', was: text })) }
          : {}),
      }),
    },
    weak: {
      severity: 'medium',
      says: (d: { selectors: string; bits: number }) =>
        `The key under ${d.selectors} has ${d.bits} bits. Receivers still accept it; it is within reach of a well-funded attacker.`,
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'Have a key of 2048 bits made under a new selector where your mail is signed: on your own server, or in the DKIM settings of the service that sends it. Publish it, switch signing over, and delete the old key a week later; if nothing signs with that any more, delete it now.',
      },
    },
    'weak-at-provider': {
      severity: 'low',
      says: (d: { selectors: string; bits: number; provider: string }) =>
        `The key under ${d.selectors} has ${d.bits} bits. It is kept by ${d.provider}, which alone can replace it.`,
      fix: (d: { provider: string }) => ({
        stage: 'authenticate',
        effort: 'provider',
        text: `See whether ${d.provider} offers keys of 2048 bits; often they come with setting up DKIM again.`,
      }),
    },
    oversized: {
      severity: 'low',
      says: (d: { selectors: string; bits: number }) =>
        `The key under ${d.selectors} has ${d.bits} bits. Receivers need not support keys over 4096 bits; some will not verify it.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Make a key of 2048 bits under a new selector, switch signing over, and delete this one a week later.',
      },
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const rsa = keys.flatMap((found) =>
      found.record.key?.kind === 'rsa' ? [{ found, bits: found.record.key.bits }] : [],
    );
    const of = (least: number, most: number, where: (key: FoundKey) => boolean = () => true) => {
      const some = rsa
        .filter(({ found, bits }) => bits >= least && bits <= most && where(found))
        .sort((a, b) => a.bits - b.bits);
      const list = some.map(({ found }) => found);
      return {
        list,
        data: { selectors: selectorInWords(list), bits: some[0]?.bits ?? 0 },
        shows: recordsToShow(list, ['p']),
      };
    };
    const own = (key: FoundKey) => isOwn(key, scope.domain);
    const breakable = of(0, 1023);
    if (breakable.list.length > 0)
      return {
        is: 'breakable',
        data: {
          ...breakable.data,
          own: breakable.list.filter(own).map((key) => ({ name: holderOf(key), text: key.text })),
        },
        shows: breakable.shows,
      };
    if (missing) return { is: 'unknown', because: missing };
    if (rsa.length === 0) return { is: 'not-applicable', because: 'No RSA key was found to judge.' };
    const weak = of(1024, 2047, own);
    if (weak.list.length > 0) return { is: 'weak', data: weak.data, shows: weak.shows };
    const theirs = of(1024, 2047);
    const [first] = theirs.list;
    if (first)
      return {
        is: 'weak-at-provider',
        data: { ...theirs.data, provider: first.provider ?? `whoever runs \`${holderOf(first)}\`` },
        shows: theirs.shows,
      };
    const large = of(4097, Number.MAX_SAFE_INTEGER);
    if (large.list.length > 0) return { is: 'oversized', data: large.data, shows: large.shows };
    const sizes = [...new Set(rsa.map(({ bits }) => bits))].sort((a, b) => a - b);
    return {
      is: 'strong',
      data: { bits: sizes.length === 1 ? `${sizes[0]}` : `${sizes[0]} to ${sizes.at(-1)}` },
    };
  },
});

export default rsaSize;

export const weighs = {
  critical:
    'Keys of up to 829 bits have been broken in public: whoever breaks this one passes as the domain.',
  medium: 'Nobody has shown a broken key of 1024 bits, and receivers still accept it; it will not stay so.',
  low: 'Only the provider can change the key, or only some receivers decline it for its size.',
} satisfies Weights<typeof rsaSize>;

export const examples = [
  { name: '2048 bits', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'strong' },
  {
    name: '512 bits',
    zone: `example.com A 192.0.2.1
           s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_512}"`,
    expect: 'breakable',
  },
  { name: '1024 bits', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_1024}"`, expect: 'weak' },
  {
    name: '1024 bits at a service',
    zone: `k1._domainkey.example.com CNAME dkim.mcsv.net
           dkim.mcsv.net TXT "v=DKIM1; p=${RSA_1024}"`,
    expect: 'weak-at-provider',
  },
  { name: '5120 bits', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_5120}"`, expect: 'oversized' },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof rsaSize>;
