import { type Examples, rule } from '../../engine/rule.ts';
import { bimi } from '../../topics/bimi.ts';

export const covers = ['bimi-selector-tags'];

const avatarPreference = rule({
  title: 'The BIMI record asks for a picture that exists',
  why: 'The tag `avp` says whether the logo or the sender’s own picture is preferred. With another word some providers drop the record.',
  bears: ['acceptance'],
  cites: [
    {
      document: 'Brand Indicators for Message Identification (Internet-Draft)',
      href: 'https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/',
    },
  ],
  reads: { bimi },
  cases: {
    known: { passes: true, says: (d: { value: string }) => `The record prefers the ${d.value} picture.` },
    other: {
      severity: 'info',
      says: 'The tag `avp` has a value that is neither `brand` nor `personal`.',
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write `avp=brand` or `avp=personal`, or leave the tag out.',
      },
    },
  },
  judge({ bimi }) {
    const { record, name } = bimi;
    const tag = record?.tags.find((one) => one.name === 'avp');
    if (record === undefined || name === undefined || !record.wellFormed || tag === undefined)
      return { is: 'not-applicable', because: 'No BIMI record states a preference.' };
    const shows = [{ name, type: 'TXT', text: record.text, marks: [[tag.from, tag.to] as const] }] as const;
    const known = tag.value === 'brand' || tag.value === 'personal';
    return known ? { is: 'known', data: { value: tag.value }, shows } : { is: 'other', shows };
  },
});

export default avatarPreference;

const zone = (tags: string) =>
  `default._bimi.example.com TXT "v=BIMI1; l=https://example.com/logo.svg; ${tags}"`;

export const examples = [
  { name: 'brand', zone: zone('avp=brand'), expect: 'known' },
  { name: 'another word', zone: zone('avp=company'), expect: 'other' },
  { name: 'not stated', zone: zone(''), expect: 'not-applicable' },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof avatarPreference>;
