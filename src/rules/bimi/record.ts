import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { versionSlip } from '../../mail/dmarc/tags.ts';
import { bimi } from '../../topics/bimi.ts';

export const covers = ['bimi-present', 'bimi-version', 'bimi-decline'];

const fix =
  (text: string) =>
  ({ changes }: { changes?: readonly Change[] }): Fix => ({
    stage: 'tidy',
    effort: 'minutes',
    text,
    ...(changes ? { changes } : {}),
  });

const record = rule({
  title: 'The BIMI record is one that mailbox providers read',
  why: 'A BIMI record asks mailbox providers to show your logo beside your mail. A record they cannot read shows nothing.',
  bears: ['acceptance'],
  cites: [
    {
      document: 'Brand Indicators for Message Identification (Internet-Draft)',
      href: 'https://datatracker.ietf.org/doc/draft-brand-indicators-for-message-identification/',
    },
  ],
  reads: { bimi },
  cases: {
    there: {
      passes: true,
      says: (d: { at: Name }) => `One BIMI record is there, at \`${d.at}\`.`,
    },
    declines: { passes: true, says: 'The record says that the domain wants no logo shown.' },
    dropped: {
      severity: 'low',
      says: (d: { text: string; slip?: string }) =>
        `A record is there, but it is dropped: it must begin with \`v=BIMI1\` in exactly these letters and a semicolon${d.slip ? `, and ${d.slip}` : ''}. It reads \`${d.text}\`.`,
      fix: fix('Begin the record with `v=BIMI1;`, with nothing in front.'),
    },
    several: {
      severity: 'low',
      says: (d: { count: number }) => `${d.count} BIMI records are there, so no logo is shown.`,
      fix: fix('Keep one of them and delete the rest.'),
    },
    grammar: {
      severity: 'low',
      says: (d: { what: string }) => `The record breaks its grammar: ${d.what}.`,
      fix: fix('Write `name=value` pairs with one semicolon between, each name once.'),
    },
  },
  judge({ bimi }) {
    const { name, candidates, near, record, chain } = bimi;
    const own = chain.length === 0;
    if (name !== undefined && candidates.length > 1) {
      const [kept, ...others] = candidates;
      const changes = others.map((was): Change => ({ op: 'delete', name, type: 'TXT', was }));
      return {
        is: 'several',
        data: { count: candidates.length, ...(own && !others.includes(kept ?? '') ? { changes } : {}) },
        shows: candidates.map((text) => ({ name, type: 'TXT', text })),
      };
    }
    if (name !== undefined && record !== undefined) {
      const marks = record.faults.map(({ from, to }) => [from, to] as const);
      const shows = [{ name, type: 'TXT', text: record.text, marks }] as const;
      if (!record.wellFormed) {
        const kind = record.faults[0]?.kind ?? 'no-equals';
        return { is: 'grammar', data: { what: WORDS[kind] ?? 'it cannot be read' }, shows };
      }
      return record.declines ? { is: 'declines', shows } : { is: 'there', data: { at: name }, shows };
    }
    const [meant] = near;
    if (name === undefined || meant === undefined)
      return {
        is: 'not-applicable',
        because: 'There is no BIMI record. It is optional and only concerns a logo beside your mail.',
      };
    const value = meant
      .replace(/^[^A-Za-z]*v\s*=\s*["']?\s*bimi\s*v?[0-9]*[ \t"',]*(;|$)?[ \t]*/i, 'v=BIMI1; ')
      .replace(/, *(?=(?:l|a|avp|lps) *=)/g, '; ')
      .trimEnd();
    const slip = versionSlip(meant, 'BIMI1');
    const changes: Change[] = [{ op: 'replace', name, type: 'TXT', was: meant, value }];
    return {
      is: 'dropped',
      data: {
        text: excerpt(meant),
        ...(slip ? { slip } : {}),
        ...(own && near.length === 1 ? { changes } : {}),
      },
      shows: [{ name, type: 'TXT', text: meant, marks: [[0, Math.min(meant.length, 8)]] }],
    };
  },
});

export default record;

const WORDS: Readonly<Record<string, string>> = {
  'empty-tag': 'there is nothing between two semicolons',
  'no-equals': 'a tag has no `=`',
  'bad-name': 'a tag has a name that is not allowed',
  repeated: 'a tag stands there twice',
};

const DMARC = '_dmarc.example.com TXT "v=DMARC1; p=reject"';
const LOGO = 'l=https://example.com/logo.svg; a=https://example.com/mark.pem';

export const weighs = {
  low: 'Only a picture is missing; mail and its protection are untouched.',
} satisfies Weights<typeof record>;

export const examples = [
  { name: 'a logo', zone: `default._bimi.example.com TXT "v=BIMI1; ${LOGO}"`, expect: 'there' },
  {
    name: 'at the organizational domain',
    domain: 'news.example.com',
    zone: `default._bimi.example.com TXT "v=BIMI1; ${LOGO}"
           _dmarc.example.com TXT "v=DMARC1; p=reject"
           news.example.com A 192.0.2.1`,
    expect: 'there',
  },
  { name: 'declined', zone: 'default._bimi.example.com TXT "v=BIMI1; l=; a=;"', expect: 'declines' },
  {
    name: 'lower case',
    zone: `default._bimi.example.com TXT "v=bimi1; ${LOGO}"\n${DMARC}`,
    expect: 'dropped',
  },
  {
    name: 'two records',
    zone: `default._bimi.example.com TXT "v=BIMI1; ${LOGO}"
           default._bimi.example.com TXT "v=BIMI1; l=https://example.com/other.svg"
           ${DMARC}`,
    expect: 'several',
  },
  {
    name: 'a tag twice',
    zone: 'default._bimi.example.com TXT "v=BIMI1; l=https://example.com/a.svg; l=https://example.com/b.svg"',
    expect: 'grammar',
  },
  { name: 'none', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'default._bimi.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof record>;
