import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { replacing } from '../../mail/spf/edit.ts';
import { nothingToJudge, replaced, shown, spfText } from '../../topics/spf.ts';
import { nearVendors } from '../../topics/takeover.ts';

export const covers = ['take-typo-vendor'];

const similarNames = rule({
  title: 'SPF names the services in use letter by letter',
  why: 'A name that is one slip away from that of a service is often registered by somebody who waits for the slip: they would pass as you, and the service you meant would not.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 7208, section: '5.2' }],
  reads: { spfText, nearVendors },
  cases: {
    exact: { passes: true, says: 'No name in the SPF record resembles a service’s without being one.' },
    near: {
      severity: 'high',
      says: (d: { written: string; meant: string; service: string }) =>
        `\`${d.written}\` is a slip away from \`${d.meant}\` of ${d.service}, and none of the names we know of that service.`,
      fix: (d: { meant: string; changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Write \`${d.meant}\`, if that is the service you use; compare with what it tells you to enter.`,
        changes: d.changes,
      }),
    },
  },
  judge({ spfText, nearVendors, scope }) {
    const because = nothingToJudge(spfText);
    const { record } = spfText;
    if (because !== undefined || !record)
      return { is: 'not-applicable', because: because ?? 'The domain has no SPF record.' };
    const [near] = nearVendors;
    if (!near) return { is: 'exact' };
    const { term, written, meant, service } = near;
    const was = record.text.slice(term.from, term.to);
    const changes = replaced(
      scope.domain,
      record.text,
      replacing(record, [[term, was.toLowerCase().replace(written, meant)]]),
    );
    return {
      is: 'near',
      data: { written, meant, service, changes },
      shows: shown(scope.domain, record.text, [term]),
    };
  },
});

export default similarNames;

export const weighs = {
  high: 'The service that was meant does not pass, and whoever holds the other name does.',
} satisfies Weights<typeof similarNames>;

export const examples = [
  {
    name: 'the service itself',
    zone: `example.com TXT "v=spf1 include:spf.mandrillapp.com -all"
           spf.mandrillapp.com TXT "v=spf1 ip4:45.0.1.0/24 -all"`,
    expect: 'exact',
  },
  {
    name: 'a letter left out',
    zone: `example.com TXT "v=spf1 include:spf.mandrilapp.com -all"
           spf.mandrilapp.com TXT "v=spf1 ip4:45.0.1.0/24 -all"
           spf.mandrillapp.com TXT "v=spf1 ip4:45.0.2.0/24 -all"`,
    expect: 'near',
  },
  {
    name: 'more than one slip in a short name',
    zone: `example.com TXT "v=spf1 include:senrdgid.net -all"
           senrdgid.net TXT "v=spf1 ip4:45.0.1.0/24 -all"
           sendgrid.net TXT "v=spf1 ip4:45.0.2.0/24 -all"`,
    expect: 'exact',
  },
  {
    name: 'a letter doubled',
    zone: `example.com TXT "v=spf1 include:sendgrrid.net -all"
           sendgrrid.net TXT "v=spf1 ip4:45.0.1.0/24 -all"
           sendgrid.net TXT "v=spf1 ip4:45.0.2.0/24 -all"`,
    expect: 'near',
  },
  {
    name: 'a short name of its own',
    zone: `example.com TXT "v=spf1 include:zoha.com -all"
           zoha.com TXT "v=spf1 ip4:45.0.1.0/24 -all"`,
    expect: 'exact',
  },
  { name: 'no record', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof similarNames>;
