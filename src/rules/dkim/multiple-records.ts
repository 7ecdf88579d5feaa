import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { holderOf, isOwn, selectorInWords } from '../../mail/dkim/correction.ts';
import { ED25519, RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf } from '../../topics/dkim.ts';

export const covers = ['dkim-multi-record'];

const multipleRecords = rule({
  title: 'Each selector has one TXT record',
  why: 'With several records under one selector a receiver may take any of them, so the same mail passes at one place and fails at another.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.6.2.2' },
    { rfc: 6376, section: '6.1.2' },
    { rfc: 8463, section: '6' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    one: { passes: true, says: 'Every selector found has one record.' },
    several: {
      severity: 'high',
      says: (d: { selectors: string; count: number }) =>
        `Under ${d.selectors} stand ${d.count} TXT records. Receivers may take the wrong one, and your mail then fails.`,
      fix: (d: { strays: readonly { name: Name; text: string }[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Keep the record of the key you sign with. Give every other key a selector of its own, and delete what is no key.',
        ...(d.strays.length > 0
          ? { changes: d.strays.map(({ name, text }) => ({ op: 'delete', name, type: 'TXT', was: text })) }
          : {}),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const several = keys.filter((key) => key.texts.length > 1);
    const [first] = several;
    if (first) {
      // Only where everything but one record is no key can it be said what to delete.
      const strays = several.flatMap((key) => {
        const rest = [...key.texts];
        rest.splice(rest.indexOf(key.text), 1);
        const plain = rest.every((text) => !/(?:^|[;\s])p\s*=/i.test(text.slice(0, 4096)));
        return plain && isOwn(key, scope.domain) ? rest.map((text) => ({ name: holderOf(key), text })) : [];
      });
      return {
        is: 'several',
        data: { selectors: selectorInWords(several), count: first.texts.length, strays },
        shows: several.flatMap((key) =>
          key.texts.slice(0, 3).map((text) => ({ name: key.name, type: 'TXT', text })),
        ),
      };
    }
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'one' };
  },
});

export default multipleRecords;

export const weighs = {
  high: 'Signatures fail at those receivers that take the wrong record, and nobody can say where.',
} satisfies Weights<typeof multipleRecords>;

export const examples = [
  { name: 'one record', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'one' },
  {
    name: 'two keys under one selector',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           s1._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=${ED25519}"`,
    expect: 'several',
  },
  {
    name: 'a key and something else',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           s1._domainkey.example.com TXT "v=spf1 -all"`,
    expect: 'several',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof multipleRecords>;
