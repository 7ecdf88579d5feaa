import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { advice, keeperOf, selectorInWords } from '../../mail/dkim/correction.ts';
import { EC_P256, ED25519, ED25519_WRAPPED, RSA_1024_BARE, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-key-encoding', 'dkim-ed25519-shape'];

const keyEncoding = rule({
  title: 'Keys are encoded as receivers expect them',
  why: 'What stands in `p` must decode to a public key in the one form verifiers read. Anything else verifies nothing.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.1' },
    { rfc: 6376, section: 'C' },
    { rfc: 8463, section: '4.2' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    usual: { passes: true, says: 'Every key found is in the form all receivers read.' },
    bare: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The key under ${d.selectors} is a bare RSA key without the usual frame. The standard words it so and most receivers read it; tools write the other form.`,
    },
    unreadable: {
      severity: 'high',
      says: (d: { selectors: string; lower: boolean }) =>
        `What stands in \`p\` under ${d.selectors} is no RSA key${d.lower ? ' any more: all its letters are in lower case, and base64 keeps capitals and small letters apart' : ''}, so every signature made with it fails.`,
      fix: (d: { keeper: string | undefined }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'Export the public key again (`openssl rsa -pubout`) and enter its base64 without the first and last line, or copy the record anew from your mail service.',
        ),
      }),
    },
    'ed25519-form': {
      severity: 'high',
      says: (d: { selectors: string }) =>
        `The Ed25519 key under ${d.selectors} is not the plain 32 octets receivers expect, so every signature made with it fails.`,
      fix: (d: { keeper: string | undefined }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          'Enter the base64 of the 32 octets of the key alone: 44 characters, the last of them `=`. From a PEM file: `openssl pkey -pubin -outform DER | tail -c 32 | base64`.',
        ),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const unreadable = withFault(keys, 'encoding');
    if (unreadable.length > 0)
      return {
        is: 'unreadable',
        data: {
          lower: isLower(unreadable[0]?.record.base64 ?? ''),
          selectors: selectorInWords(unreadable),
          keeper: keeperOf(unreadable, scope.domain),
        },
        shows: recordsToShow(unreadable, ['encoding']),
      };
    if (missing) return { is: 'unknown', because: missing };
    const shaped = withFault(keys, 'ed25519-shape');
    if (shaped.length > 0)
      return {
        is: 'ed25519-form',
        data: { selectors: selectorInWords(shaped), keeper: keeperOf(shaped, scope.domain) },
        shows: recordsToShow(shaped, ['ed25519-shape']),
      };
    const read = keys.filter((key) => key.record.key);
    if (read.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    const bare = read.filter(({ record: { key } }) => key?.kind === 'rsa' && key.shape === 'pkcs1');
    return bare.length > 0 ? { is: 'bare', data: { selectors: selectorInWords(bare) } } : { is: 'usual' };
  },
});

export default keyEncoding;

/** Long base64 without a single capital is no accident. */
function isLower(base64: string): boolean {
  return base64.length > 60 && base64 === base64.toLowerCase();
}

export const weighs = {
  high: 'Every signature made with the key fails.',
} satisfies Weights<typeof keyEncoding>;

export const examples = [
  {
    name: 'the usual forms',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           s2._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519}"`,
    expect: 'usual',
  },
  {
    name: 'a bare RSA key',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_1024_BARE}"`,
    expect: 'bare',
  },
  {
    name: 'an elliptic-curve key',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${EC_P256}"`,
    expect: 'unreadable',
  },
  {
    name: 'a wrapped Ed25519 key',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519_WRAPPED}"`,
    expect: 'ed25519-form',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof keyEncoding>;
