import { type Name, parseName } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarcHere } from '../../topics/dmarc-record.ts';
import { mtaSts } from '../../topics/mta-sts.ts';
import { mx } from '../../topics/mx.ts';
import { tlsRpt } from '../../topics/tls-rpt.ts';

export const covers = ['dns-record-on-wrong-type'];

const recordType = rule({
  title: 'Aliases are entered as aliases, not as text',
  why: 'Providers often ask for an alias (CNAME) at a service name. The same value entered as text is read by nobody: the service finds no record.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 1034, section: '3.6.2' }],
  reads: { mx, dmarcHere, mtaSts, tlsRpt },
  cases: {
    right: { passes: true, says: 'No service name holds a host name as text.' },
    'host-name': {
      severity: 'high',
      says: (d: { name: Name; text: string }) =>
        `\`${d.name}\` holds the host name \`${excerpt(d.text)}\` as text. Entered as TXT it does nothing; it was meant as CNAME.`,
      fix: (d: { name: Name; text: string; target: Name }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Delete the TXT record and create a CNAME record with the same name and value.',
        changes: [
          { op: 'delete', name: d.name, type: 'TXT', was: d.text },
          { op: 'add', name: d.name, type: 'CNAME', value: d.target },
        ],
      }),
    },
  },
  judge({ mx, dmarcHere, mtaSts, tlsRpt }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    const places = [dmarcHere, mtaSts, tlsRpt].flatMap(({ name, texts, chain }) =>
      name === undefined || chain.length > 0
        ? []
        : texts.map((text) => ({ name, text, only: texts.length === 1 })),
    );
    for (const { name, text, only } of places) {
      const shows = [{ name, type: 'TXT' as const, text }];
      // A DKIM target at `_dmarc` was meant for a selector; as an alias it would be no better there.
      if (name === dmarcHere.name && /dkim|domainkey/i.test(text)) continue;
      const target = HOST_NAME.test(text) ? parseName(text) : undefined;
      if (target !== undefined && only) return { is: 'host-name', data: { name, text, target }, shows };
    }
    return { is: 'right' };
  },
});

export default recordType;

/** At least three labels, as the targets of providers have; a word or a version string is something else. */
const HOST_NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.){2,}[a-z][a-z0-9-]*[a-z0-9]\.?$/i;

export const weighs = {
  high: 'The service behind the name finds nothing, and what it signs or serves fails.',
} satisfies Weights<typeof recordType>;

export const examples = [
  { name: 'a DMARC record', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'right' },
  {
    name: 'an alias',
    zone: '_dmarc.example.com CNAME r.dmarc.example.net\nr.dmarc.example.net TXT "v=DMARC1; p=none"',
    expect: 'right',
  },
  { name: 'nothing there', zone: 'example.com A 192.0.2.1', expect: 'right' },
  {
    name: 'a host name as text',
    zone: `_dmarc.example.com TXT "example-com.dmarc.example.net"
           example-com.dmarc.example.net TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"`,
    expect: 'host-name',
  },
  { name: 'no answer', zone: '_dmarc.example.com TXT !servfail', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof recordType>;
