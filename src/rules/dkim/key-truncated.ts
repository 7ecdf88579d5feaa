import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { advice, keeperOf, selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-key-truncated'];

const keyTruncated = rule({
  title: 'Keys are published whole',
  why: 'One string of a TXT record holds 255 characters. Panels that cut a longer key there leave a key that verifies nothing.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.2.2', level: 'MUST' }],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    whole: { passes: true, says: 'Every key found is whole.' },
    cut: {
      severity: 'high',
      says: (d: { selectors: string; octets: number; at255: boolean }) =>
        `The key under ${d.selectors} is cut off${d.at255 ? ' after 255 characters' : ''}, so every signature made with it fails.`,
      fix: (d: { octets: number; keeper: string | undefined }) => ({
        stage: 'mend',
        ...advice(
          d.keeper,
          'minutes',
          `Enter the whole record again; it is longer than the ${d.octets} characters there now. Where the panel takes at most 255 characters in one string, split it into several quoted strings of the same record.`,
        ),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const cut = withFault(keys, 'truncated');
    const first = cut[0];
    if (first)
      return {
        is: 'cut',
        data: {
          selectors: selectorInWords(cut),
          keeper: keeperOf(cut, scope.domain),
          octets: first.text.length,
          at255: first.text.length >= 250 && first.text.length <= 257,
        },
        shows: recordsToShow(cut, ['truncated']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'whole' };
  },
});

export default keyTruncated;

const HEAD = 'v=DKIM1; k=rsa; p=';

export const weighs = {
  high: 'Every signature made with the key fails.',
} satisfies Weights<typeof keyTruncated>;

export const examples = [
  {
    name: 'in two strings',
    zone: `default._domainkey.example.com TXT "${HEAD}${RSA_2048.slice(0, 200)}" "${RSA_2048.slice(200)}"`,
    expect: 'whole',
  },
  {
    name: 'cut at 255 characters',
    zone: `default._domainkey.example.com TXT "${(HEAD + RSA_2048).slice(0, 255)}"`,
    expect: 'cut',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof keyTruncated>;
