import type { Name } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { dmarcReportSink } from '../../topics/dmarc-reports.ts';

export const covers = ['dmarc-report-sink'];

const reportSink = rule({
  title: 'The domain takes reports only about domains it knows',
  why: 'A wildcard below `_report._dmarc` lets anybody have their DMARC reports sent to your mailboxes. Report services want that; others only get unasked mail.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7489, section: '7.1' },
    { rfc: 9989, section: '11.6' },
  ],
  reads: { dmarcReportSink },
  cases: {
    closed: { passes: true, says: 'The domain takes no reports about strangers.' },
    'report-sink': {
      passes: true,
      says: (d: { name: Name }) =>
        `The domain agrees to take DMARC reports about any other domain (a wildcard below \`_report._dmarc.${d.name}\`). That is for services that collect reports.`,
    },
  },
  judge({ dmarcReportSink, scope }) {
    const { name, text } = dmarcReportSink;
    if (text === undefined) return { is: 'closed' };
    return { is: 'report-sink', data: { name: scope.domain }, shows: [{ name, type: 'TXT', text }] };
  },
});

export default reportSink;

export const examples = [
  { name: 'closed', zone: 'example.com A 192.0.2.1', expect: 'closed' },
  {
    name: 'open',
    zone: '*._report._dmarc.example.com TXT "v=DMARC1;"',
    expect: 'report-sink',
  },
  { name: 'no answer', zone: '*.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof reportSink>;
