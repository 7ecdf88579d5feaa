import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { ED25519, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, recordsToShow } from '../../topics/dkim.ts';

export const covers = ['dkim-ed25519-only'];

const ed25519Only = rule({
  title: 'An Ed25519 key stands beside an RSA key',
  why: 'Not every receiver can verify Ed25519 yet. Those that cannot treat mail signed with it alone as unsigned.',
  bears: ['acceptance'],
  cites: [
    { rfc: 8463, section: '5' },
    { rfc: 8463, section: '6' },
  ],
  reads: { dkim },
  cases: {
    beside: {
      passes: true,
      says: 'There is an Ed25519 key and an RSA key, so every receiver finds one it can use.',
    },
    only: {
      severity: 'low',
      says: (d: { selectors: string }) =>
        `Only an Ed25519 key was found, under ${d.selectors}. Receivers that cannot verify it see your mail as unsigned, unless you also sign with an RSA key under another selector.`,
      fix: {
        stage: 'authenticate',
        effort: 'hour',
        text: 'Sign every message twice: with this key and with an RSA key of 2048 bits under a selector of its own.',
      },
    },
  },
  judge({ dkim }) {
    const live = dkim.keys.filter((key) => key.record.state === 'live');
    const edwards = live.filter((key) => key.record.key?.kind === 'ed25519');
    if (edwards.length === 0) return { is: 'not-applicable', because: 'No Ed25519 key was found.' };
    if (edwards.length < live.length) return { is: 'beside' };
    return {
      is: 'only',
      data: { selectors: selectorInWords(edwards) },
      shows: recordsToShow(edwards, ['k']),
    };
  },
});

export default ed25519Only;

export const weighs = {
  low: 'An RSA key may stand under a selector that nobody can guess, and then nothing is lost.',
} satisfies Weights<typeof ed25519Only>;

export const examples = [
  {
    name: 'both types',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           s2._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519}"`,
    expect: 'beside',
  },
  {
    name: 'Ed25519 alone',
    zone: `s2._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519}"`,
    expect: 'only',
  },
  {
    name: 'RSA alone',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'not-applicable',
  },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof ed25519Only>;
