import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { holderOf, isOwn, selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { printedIn } from '../../mail/dkim/printed-keys.ts';
import { dkim, keysOf, recordsToShow } from '../../topics/dkim.ts';

export const covers = ['dkim-sample-key'];

const sampleKey = rule({
  title: 'No key is one printed in a standard',
  why: 'The standards print example keys together with their private halves. Whoever publishes one lets everybody sign mail in the domain’s name.',
  bears: ['impersonation'],
  cites: [
    { rfc: 6376, section: 'C' },
    { rfc: 8463, section: 'A.1' },
  ],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    own: { passes: true, says: 'No key found is an example from a standard.' },
    printed: {
      severity: 'critical',
      says: (d: { selectors: string; document: string }) =>
        `Anybody can sign mail as you: the key under ${d.selectors} is the example printed in ${d.document}, and its private half is printed beside it.`,
      fix: (d: { own: readonly { name: Name; text: string }[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Delete this record now. Then make a key of your own with your mail service and publish that.',
        ...(d.own.length > 0
          ? { changes: d.own.map(({ name, text }) => ({ op: 'delete', name, type: 'TXT', was: text })) }
          : {}),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const printed = keys.filter((key) => printedIn(key.record) !== undefined);
    const [first] = printed;
    if (first)
      return {
        is: 'printed',
        data: {
          selectors: selectorInWords(printed),
          document: printedIn(first.record) ?? '',
          own: printed
            .filter((key) => isOwn(key, scope.domain))
            .map((key) => ({ name: holderOf(key), text: key.text })),
        },
        shows: recordsToShow(printed, ['p']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'own' };
  },
});

export default sampleKey;

export const weighs = {
  critical: 'The private half is printed for everybody, so anybody can pass as the domain today.',
} satisfies Weights<typeof sampleKey>;

export const examples = [
  {
    name: 'a key of one’s own',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'own',
  },
  {
    name: 'the Ed25519 key of RFC 8463',
    zone: `example.com A 192.0.2.1
           s1._domainkey.example.com TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="`,
    expect: 'printed',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof sampleKey>;
