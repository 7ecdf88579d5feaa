import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { advice, keeperOf, selectorInWords } from '../../mail/dkim/correction.ts';
import {
  RSA_2048,
  RSA_EXPONENT_1,
  RSA_EXPONENT_3,
  RSA_EXPONENT_LARGE,
} from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-rsa-exponent'];

const rsaExponent = rule({
  title: 'RSA keys use the exponent 65537',
  why: 'The exponent is half of an RSA key. An even one or 1 is no key at all, and receivers may refuse very large ones because they are slow to check.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.3.2' },
    { rfc: 6376, section: '8.13' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    usual: { passes: true, says: 'Every RSA key found uses the exponent 65537.' },
    other: {
      passes: true,
      says: (d: { selectors: string; exponent: number }) =>
        `The key under ${d.selectors} uses the exponent ${d.exponent}. Receivers take it; 65537 is what signers should use.`,
    },
    useless: {
      severity: 'high',
      says: (d: { selectors: string; exponent: number }) =>
        `The key under ${d.selectors} has the exponent ${d.exponent}, with which it protects nothing; receivers refuse it.`,
      fix: (d: { keeper: string | undefined }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'hour',
          'Make a new key with ordinary settings under a new selector and sign with it.',
        ),
      }),
    },
    large: {
      severity: 'low',
      says: (d: { selectors: string; bits: number }) =>
        `The key under ${d.selectors} has an exponent of ${d.bits} bits. Some receivers refuse exponents over 32 bits.`,
      fix: (d: { keeper: string | undefined }) => ({
        stage: 'tidy',
        ...advice(
          d.keeper,
          'hour',
          'Make a new key with the exponent 65537 under a new selector and sign with it.',
        ),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const useless = withFault(keys, 'rsa-exponent');
    const [worst] = useless;
    if (worst?.record.key?.kind === 'rsa')
      return {
        is: 'useless',
        data: {
          selectors: selectorInWords(useless),
          exponent: worst.record.key.exponent,
          keeper: keeperOf(useless, scope.domain),
        },
        shows: recordsToShow(useless, ['p']),
      };
    if (missing) return { is: 'unknown', because: missing };
    const rsa = keys.flatMap((found) =>
      found.record.key?.kind === 'rsa' ? [{ found, key: found.record.key }] : [],
    );
    if (rsa.length === 0) return { is: 'not-applicable', because: 'No RSA key was found to judge.' };
    const large = rsa.filter(({ key }) => key.exponentBits > 32);
    const list = large.map(({ found }) => found);
    if (large[0])
      return {
        is: 'large',
        data: {
          selectors: selectorInWords(list),
          bits: large[0].key.exponentBits,
          keeper: keeperOf(list, scope.domain),
        },
        shows: recordsToShow(list, ['p']),
      };
    const other = rsa.filter(({ key }) => key.exponent !== 65537);
    if (other[0])
      return {
        is: 'other',
        data: {
          selectors: selectorInWords(other.map(({ found }) => found)),
          exponent: other[0].key.exponent,
        },
      };
    return { is: 'usual' };
  },
});

export default rsaExponent;

export const weighs = {
  high: 'Such a key protects nothing, and receivers refuse it.',
  low: 'Most receivers verify it; a few refuse to.',
} satisfies Weights<typeof rsaExponent>;

export const examples = [
  { name: '65537', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'usual' },
  { name: '3', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_EXPONENT_3}"`, expect: 'other' },
  { name: '1', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_EXPONENT_1}"`, expect: 'useless' },
  {
    name: '41 bits',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_EXPONENT_LARGE}"`,
    expect: 'large',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof rsaExponent>;
