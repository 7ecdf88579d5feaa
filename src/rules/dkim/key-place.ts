import { labelsOf, type Name, prefixed } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { parseKeyRecord } from '../../mail/dkim/key-record.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-wrong-label'];

const keyPlace = rule({
  title: 'Keys stand under `selector._domainkey`',
  why: 'Receivers look for a key at one name only: the selector, then `_domainkey`, then the domain. A key anywhere else is never found.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.2.1' }],
  reads: { dkim },
  cases: {
    right: { passes: true, says: 'No key was found in a wrong place.' },
    copy: {
      passes: true,
      says: (d: { name: Name }) =>
        `A copy of a key stands at \`${d.name}\`, where no receiver looks. The key itself is in its place, so the copy can be deleted.`,
    },
    'without-label': {
      severity: 'medium',
      says: (d: { name: Name }) =>
        `No receiver finds the key at \`${d.name}\`: the label \`_domainkey\` is missing.`,
      fix: (d: { name: Name; right: Name; text: string }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Move the record to \`${d.right}\`.`,
        changes: [
          { op: 'add', name: d.right, type: 'TXT', value: d.text },
          { op: 'delete', name: d.name, type: 'TXT', was: d.text },
        ],
      }),
    },
    'without-selector': {
      severity: 'medium',
      says: (d: { name: Name }) =>
        `No receiver finds the key at \`${d.name}\`: the selector in front is missing.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Ask your mail service for the selector it signs with and move the record to `selector._domainkey`, with that selector in front.',
      },
    },
  },
  judge({ dkim, scope }) {
    const bases = new Set(dkim.keys.map((key) => key.record.base64));
    const isCopy = (text: string) => bases.has(parseKeyRecord(text).base64);
    const stray = dkim.misplaced.find(({ text }) => !isCopy(text));
    if (!stray) {
      const [copy] = dkim.misplaced;
      return copy ? { is: 'copy', data: { name: copy.name } } : { is: 'right' };
    }
    const { name, text } = stray;
    const shows = [{ name, type: 'TXT' as const, text }];
    const selector = labelsOf(name).slice(0, -labelsOf(scope.domain).length).join('.');
    const right = prefixed(`${selector}._domainkey`, scope.domain);
    if (name === scope.domain || name === dkim.base || right === undefined)
      return { is: 'without-selector', data: { name }, shows };
    return { is: 'without-label', data: { name, right, text }, shows };
  },
});

export default keyPlace;

export const weighs = {
  medium: 'The key is never found; whether the selector was meant for mail in use, DNS does not show.',
} satisfies Weights<typeof keyPlace>;

export const examples = [
  {
    name: 'in its place',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'right',
  },
  {
    name: 'a copy at the domain itself',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"
           example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'copy',
  },
  {
    name: 'right under the domain',
    zone: `example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           example.com TXT "v=spf1 mx -all"
           s7.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['s7'],
    expect: 'without-label',
  },
  {
    name: 'at _domainkey itself',
    zone: `_domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'without-selector',
  },
  { name: 'a revoked key at a domain without mail', zone: 'example.com TXT "v=DKIM1; p="', expect: 'right' },
  { name: 'the domain not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof keyPlace>;
