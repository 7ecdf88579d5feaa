import type { Name } from '../../dns/name.ts';
import { parseName } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-txt-is-hostname'];

const aliasAsText = rule({
  title: 'A selector that points elsewhere is a CNAME, not a TXT record',
  why: 'A host name in a TXT record leads nowhere: receivers take it for a damaged key, and every signature under that selector fails.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.2.2' }],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    none: { passes: true, says: 'No selector found holds a host name as text.' },
    text: {
      severity: 'high',
      says: (d: { selectors: string }) =>
        `The TXT record under ${d.selectors} holds only a host name, which belongs in a CNAME record, so receivers find no key there.`,
      fix: (d: { aliases: readonly { name: Name; text: string; target: Name }[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Delete the TXT record and enter the same host name as a CNAME record under the same name.',
        changes: d.aliases.flatMap(({ name, text, target }) => [
          { op: 'delete', name, type: 'TXT', was: text },
          { op: 'add', name, type: 'CNAME', value: target },
        ]),
      }),
    },
  },
  judge({ dkim }) {
    const { keys, missing } = keysOf(dkim);
    const wrong = withFault(keys, 'host-name');
    const aliases = wrong.flatMap(({ chain, name, text }) => {
      const target = parseName(text.trim());
      return chain.length === 0 && target !== undefined ? [{ name, text, target }] : [];
    });
    if (aliases.length > 0)
      return {
        is: 'text',
        data: { selectors: selectorInWords(wrong), aliases },
        shows: recordsToShow(wrong, ['host-name']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'none' };
  },
});

export default aliasAsText;

export const weighs = {
  high: 'Every signature under the selector fails, and DMARC loses what it rests on.',
} satisfies Weights<typeof aliasAsText>;

export const examples = [
  { name: 'a key', zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'none' },
  {
    name: 'the target of a CNAME as text',
    zone: `selector1._domainkey.example.com TXT "selector1-example-com._domainkey.example.onmicrosoft.com"
           selector1-example-com._domainkey.example.onmicrosoft.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'text',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof aliasAsText>;
