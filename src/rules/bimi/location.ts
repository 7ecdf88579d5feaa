import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { bimi } from '../../topics/bimi.ts';

export const covers = ['bimi-location'];

const location = rule({
  title: 'The BIMI record names a logo that can be shown',
  why: 'Mailbox providers fetch the logo only over HTTPS and only as SVG; anything else is not shown.',
  bears: ['acceptance'],
  cites: [
    {
      document: 'Brand Indicators for Message Identification (Internet-Draft)',
      href: 'https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/',
    },
  ],
  reads: { bimi },
  cases: {
    named: { passes: true, says: 'The record names an `https` address for the logo.' },
    missing: {
      severity: 'low',
      says: 'The record names no logo, so there is nothing to show.',
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Add `l=` with the `https` address of the logo as SVG (profile Tiny PS), or write `l=; a=;` to say that you want none.',
      },
    },
    address: {
      severity: 'low',
      says: 'The address of the logo is not one that is fetched: it must begin with `https://` and a host name.',
      fix: ({ changes }: { changes?: readonly Change[] }): Fix => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write the full `https://` address of the logo, and see that it is served there.',
        ...(changes ? { changes } : {}),
      }),
    },
    format: {
      severity: 'low',
      says: 'The logo is not an SVG file by its name. Other formats are not shown.',
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Convert the logo to SVG (profile Tiny PS), serve it under a name that ends in `.svg`, and name that address.',
      },
    },
  },
  judge({ bimi }) {
    const { record, name, chain } = bimi;
    if (record === undefined || name === undefined || !record.wellFormed)
      return { is: 'not-applicable', because: 'There is no readable BIMI record.' };
    if (record.declines) return { is: 'not-applicable', because: 'The domain wants no logo shown.' };
    const fault = record.faults.find((f) => PLACES.has(f.kind));
    const shows = [
      { name, type: 'TXT', text: record.text, marks: fault ? [[fault.from, fault.to] as const] : [] },
    ] as const;
    if (fault === undefined)
      return record.location === '' ? { is: 'missing', shows } : { is: 'named', shows };
    if (fault.kind === 'not-svg') return { is: 'format', shows };
    if (fault.kind !== 'bad-location') return { is: 'missing', shows };
    const changes = chain.length === 0 ? overHttps(name, record.text, record.location ?? '') : undefined;
    return { is: 'address', data: changes ? { changes } : {}, shows };
  },
});

export default location;

const PLACES: ReadonlySet<string> = new Set(['no-location', 'empty-location', 'bad-location', 'not-svg']);

/** Where only the scheme is wrong, the same address over HTTPS. */
function overHttps(name: Name, was: string, location: string): Change[] | undefined {
  if (!/^http:\/\/[A-Za-z0-9.-]+(\/[\x21-\x7e]*)?$/i.test(location)) return undefined;
  const value = was.replace(location, location.replace(/^http:/i, 'https:'));
  return [{ op: 'replace', name, type: 'TXT', was, value }];
}

const zone = (tags: string) => `default._bimi.example.com TXT "v=BIMI1; ${tags}"`;

export const weighs = {
  low: 'Only a picture is missing; mail and its protection are untouched.',
} satisfies Weights<typeof location>;

export const examples = [
  { name: 'https and SVG', zone: zone('l=https://example.com/logo.svg;'), expect: 'named' },
  { name: 'no l tag', zone: zone('a=https://example.com/mark.pem'), expect: 'missing' },
  { name: 'empty l tag', zone: zone('l=; a=https://example.com/mark.pem'), expect: 'missing' },
  { name: 'empty l tag alone', zone: zone('l=;'), expect: 'missing' },
  { name: 'http', zone: zone('l=http://example.com/logo.svg'), expect: 'address' },
  { name: 'no scheme', zone: zone('l=example.com/logo.svg'), expect: 'address' },
  { name: 'PNG', zone: zone('l=https://example.com/logo.png'), expect: 'format' },
  { name: 'declined', zone: zone('l=; a=;'), expect: 'not-applicable' },
  { name: 'none', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'default._bimi.example.com TXT !servfail', expect: 'unknown' },
] satisfies Examples<typeof location>;
