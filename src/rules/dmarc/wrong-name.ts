import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { dmarcElsewhere } from '../../topics/dmarc-elsewhere.ts';
import { dmarcHere, dmarcRecord } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-wrong-name'];

const wrongName = rule({
  title: 'The DMARC record stands at `_dmarc` below the domain',
  why: 'Receivers ask for the record at one name only. A record at any other name does nothing, though it looks right in the control panel.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.5' },
    { rfc: 7489, section: '6.1' },
  ],
  reads: { dmarcElsewhere, dmarcHere, dmarcRecord },
  cases: {
    right: { passes: true, says: 'The record stands where receivers look.' },
    'wrong-name': {
      severity: 'high',
      says: (d: { wrong: Name; name: Name }) =>
        `A DMARC record stands at \`${d.wrong}\`, where receivers do not look. At \`${d.name}\`, where they do, there is none.`,
      fix: (d: { name: Name; text: string; remove: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Publish the record at \`${d.name}\` and delete it from the wrong name. Many control panels add the domain by themselves: enter only \`_dmarc\` there.`,
        changes: [{ op: 'add', name: d.name, type: 'TXT', value: d.text }, ...d.remove],
      }),
    },
  },
  judge({ dmarcElsewhere, dmarcHere, dmarcRecord }) {
    const { candidates, name } = dmarcHere;
    if (candidates.length > 0) return { is: 'right' };
    const [stray] = dmarcElsewhere;
    if (stray === undefined || dmarcRecord !== undefined)
      return { is: 'not-applicable', because: 'No DMARC record stands at the domain itself.' };
    // A record of the host `www` may be meant for that host.
    const remove = stray.name.startsWith('_dmarc.www.')
      ? []
      : [{ op: 'delete', name: stray.name, type: 'TXT', was: stray.text } as const];
    return {
      is: 'wrong-name',
      data: { wrong: stray.name, name, text: stray.text, remove },
      shows: [{ name: stray.name, type: 'TXT', text: stray.text }],
    };
  },
});

export default wrongName;

export const weighs = {
  high: 'Receivers see no record, so forgeries are delivered.',
} satisfies Weights<typeof wrongName>;

export const examples = [
  { name: 'right', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'right' },
  { name: 'at the domain', zone: 'example.com TXT "v=DMARC1; p=none"', expect: 'wrong-name' },
  { name: 'without underscore', zone: 'dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'wrong-name' },
  {
    name: 'the domain twice',
    zone: '_dmarc.example.com.example.com TXT "v=DMARC1; p=none"',
    expect: 'wrong-name',
  },
  { name: 'below www', zone: '_dmarc.www.example.com TXT "v=DMARC1; p=none"', expect: 'wrong-name' },
  { name: 'nowhere', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'no answer',
    zone: 'example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof wrongName>;
