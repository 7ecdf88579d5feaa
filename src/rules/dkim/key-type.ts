import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  advice,
  asChanges,
  type Correction,
  corrections,
  keeperOf,
  selectorInWords,
} from '../../mail/dkim/correction.ts';
import { ED25519, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-key-type', 'dkim-key-type-mismatch'];

const keyType = rule({
  title: 'The stated key type is known and is that of the key',
  why: 'Receivers ignore key types they do not know, and cannot use a key that is not what it says it is. Signatures made with it fail.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.1', level: 'MUST' },
    { rfc: 6376, section: '6.1.2', level: 'MUST' },
    { rfc: 8463, section: '3' },
    { rfc: 8463, section: '4.2' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    known: { passes: true, says: 'Every key found is of the type it states.' },
    mismatch: {
      severity: 'high',
      says: (d: { selectors: string; stated: string; real: string }) =>
        `The record under ${d.selectors} says \`k=${d.stated}\`, but its key is ${d.real}, so every signature made with it fails.`,
      fix: (d: { real: string; keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          `State the type the key has: ${d.real === 'Ed25519' ? '`k=ed25519`' : '`k=rsa`'}.`,
        ),
        ...asChanges(d.corrected),
      }),
    },
    'unknown-type': {
      severity: 'high',
      says: (d: { selectors: string; stated: string }) =>
        `The record under ${d.selectors} states the key type \`${d.stated}\`, which receivers do not know and ignore.`,
      fix: (d: { keeper: string | undefined; corrected: readonly Correction[] }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'State `k=rsa` for an RSA key, `k=ed25519` for an Ed25519 key, or make a key of one of these types.',
        ),
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const mismatched = withFault(keys, 'key-type-mismatch');
    const first = mismatched[0];
    if (first) {
      const real = first.record.type === 'rsa' ? 'ed25519' : 'rsa';
      return {
        is: 'mismatch',
        data: {
          selectors: selectorInWords(mismatched),
          stated: first.record.type,
          real: real === 'rsa' ? 'RSA' : 'Ed25519',
          keeper: keeperOf(mismatched, scope.domain),
          corrected: corrections(mismatched, scope.domain, (record) => ({
            k: record.type === 'rsa' ? 'ed25519' : 'rsa',
          })),
        },
        shows: recordsToShow(mismatched, ['k', 'key-type-mismatch']),
      };
    }
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    // A record with another version is thrown away before its type is read.
    const unknown = withFault(keys, 'key-type').filter((key) => withFault([key], 'version').length === 0);
    const one = unknown[0];
    if (one)
      return {
        is: 'unknown-type',
        data: {
          selectors: selectorInWords(unknown),
          stated: one.record.type,
          keeper: keeperOf(unknown, scope.domain),
          corrected: corrections(unknown, scope.domain, () => ({ k: 'rsa' })),
        },
        shows: recordsToShow(unknown, ['key-type']),
      };
    return { is: 'known' };
  },
});

export default keyType;

export const weighs = {
  high: 'Every signature made with the key fails.',
} satisfies Weights<typeof keyType>;

export const examples = [
  {
    name: 'both types',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${RSA_2048}"
           s2._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519}"`,
    expect: 'known',
  },
  {
    name: 'an Ed25519 key that does not say so',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${ED25519}"`,
    expect: 'mismatch',
  },
  {
    name: 'an RSA key called Ed25519',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${RSA_2048}"`,
    expect: 'mismatch',
  },
  {
    name: 'a type nobody knows',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; k=rsa2048; p=${RSA_2048}"`,
    expect: 'unknown-type',
  },
  {
    name: 'a version nobody knows, whatever the type',
    zone: `s1._domainkey.example.com TXT "v=DKIM1\\\\; k=rsa\\\\; p=${RSA_2048}"`,
    expect: 'known',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof keyType>;
