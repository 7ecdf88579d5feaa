import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { asChanges, type Correction, corrections, selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, recordsToShow, withFault } from '../../topics/dkim.ts';

export const covers = ['dkim-copied-header-tags', 'dkim-legacy-g', 'dkim-tag-case'];

const obsoleteTags = rule({
  title: 'Key records hold only tags of key records, in small letters',
  why: 'Tags that mean nothing there are ignored by receivers that follow the standard. Older ones stumble over some of them.',
  bears: ['acceptance'],
  cites: [
    { rfc: 6376, section: '3.2' },
    { rfc: 6376, section: '3.5' },
    { rfc: 6376, section: '3.6.1' },
    { rfc: 6376, section: 'C.1' },
    { rfc: 6376, section: 'C.2' },
  ],
  reads: { dkim },
  cases: {
    clean: { passes: true, says: 'Every key record found holds only tags of key records.' },
    'signature-tags': {
      passes: true,
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} also holds tags of a signature. Receivers ignore them; they can be left out.`,
    },
    granularity: {
      passes: true,
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} has a \`g\` tag, which today's receivers ignore; it can be left out.`,
    },
    'empty-granularity': {
      severity: 'low',
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} has an empty \`g\` tag. Today's receivers ignore it; old ones take it to mean that the key is for nobody.`,
      fix: (d: { corrected: readonly Correction[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Leave the `g` tag out of the record.',
        ...asChanges(d.corrected),
      }),
    },
    'value-case': {
      severity: 'low',
      says: (d: { selectors: string }) =>
        `The record under ${d.selectors} has values in capitals. Most receivers read them all the same; the standard lets them refuse.`,
      fix: (d: { corrected: readonly Correction[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write the values of `k`, `h`, `s` and `t` in small letters.',
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys } = dkim;
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    const usable = keys.filter((key) => key.record.state === 'live');
    const say = (found: typeof keys) => ({
      selectors: selectorInWords(found),
      corrected: corrections(found, scope.domain),
    });
    const empty = usable.filter(({ record }) =>
      record.tags.some((tag) => tag.name === 'g' && tag.value === ''),
    );
    if (empty.length > 0)
      return { is: 'empty-granularity', data: say(empty), shows: recordsToShow(empty, ['granularity']) };
    const capitals = withFault(usable, 'value-case');
    if (capitals.length > 0)
      return { is: 'value-case', data: say(capitals), shows: recordsToShow(capitals, ['value-case']) };
    const copied = withFault(usable, 'signature-tag');
    if (copied.length > 0) return { is: 'signature-tags', data: { selectors: selectorInWords(copied) } };
    const old = withFault(usable, 'granularity');
    if (old.length > 0) return { is: 'granularity', data: { selectors: selectorInWords(old) } };
    return { is: 'clean' };
  },
});

export default obsoleteTags;

export const weighs = {
  low: 'Today’s receivers read the record; only old or strict ones stumble.',
} satisfies Weights<typeof obsoleteTags>;

export const examples = [
  {
    name: 'nothing but a key',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'clean',
  },
  {
    name: 'tags of a signature',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; a=rsa-sha256; p=${RSA_2048}"`,
    expect: 'signature-tags',
  },
  {
    name: 'g for anybody',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; g=*; p=${RSA_2048}"`,
    expect: 'granularity',
  },
  {
    name: 'g for nobody',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; g=; p=${RSA_2048}"`,
    expect: 'empty-granularity',
  },
  {
    name: 'RSA in capitals',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; k=RSA; p=${RSA_2048}"`,
    expect: 'value-case',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof obsoleteTags>;
