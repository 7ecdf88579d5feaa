import type { Name } from '../../dns/name.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { isValidAddress } from '../../mail/dmarc/record.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';
import { dmarcReports } from '../../topics/dmarc-reports.ts';

export const covers = ['dmarc-ruf', 'dmarc-fo'];

const failureReports = rule({
  title: 'Failure reports are asked for rightly, or not at all',
  why: 'Failure reports carry parts of single messages, so few receivers send them, for privacy. Asking for them the wrong way brings none. Having none is no fault; what is asked for and cannot come is a small one, because the daily summaries tell nearly all there is to know.',
  bears: ['impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '4.8' },
    { rfc: 9989, section: '10.2' },
    { rfc: 7489, section: '6.4' },
    { rfc: 9991 },
  ],
  reads: { dmarcRecord, dmarcReports },
  partial: ['dmarcReports'],
  cases: {
    none: { passes: true, says: 'No failure reports are asked for.' },
    ruf: {
      passes: true,
      says: 'Failure reports are asked for. They may hold parts of messages: see that only those who may read mail can open that mailbox.',
    },
    'fo-unused': {
      passes: true,
      says: 'The record sets `fo`, which receivers ignore because `ruf` is not there.',
    },
    'ruf-syntax': {
      severity: 'low',
      says: (d: { address: string }) =>
        d.address === ''
          ? 'Nothing stands where `ruf` should name an address.'
          : `\`${excerpt(d.address, 60)}\` in \`ruf\` is no address for reports.`,
      fix: (d: { governing: GoverningRecord }) => withoutReports(d.governing),
    },
    'ruf-not-authorized': {
      severity: 'low',
      says: (d: { host: Name }) =>
        `\`${d.host}\` does not say that it takes failure reports about this domain, so receivers send none there.`,
      fix: (d: { governing: GoverningRecord }) => withoutReports(d.governing),
    },
    fo: {
      severity: 'low',
      says: (d: { value: string }) =>
        `\`fo=${excerpt(d.value, 40)}\` is not what receivers understand: \`0\` or \`1\`, and \`d\` and \`s\`, with colons between them and each once.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { fo: '1' }), {
          stage: 'tidy',
          effort: 'minutes',
          text: 'Write `fo=1` for a report whenever SPF or DKIM fails, or delete `fo`.',
        }),
    },
  },
  judge({ dmarcRecord, dmarcReports }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    const governing = dmarcRecord;
    const tag = (name: string) => record.settings.find((setting) => setting.name === name)?.tag;
    const [ruf, fo] = [tag('ruf'), tag('fo')];
    if (ruf === undefined)
      return fo ? { is: 'fo-unused', shows: excerptOf(governing, [fo]) } : { is: 'none' };
    const broken = record.ruf.filter((address) => !isValidAddress(address));
    if (broken.length > 0 || record.ruf.length === 0)
      return {
        is: 'ruf-syntax',
        data: { governing, address: broken[0]?.text ?? '' },
        shows: excerptOf(governing, broken),
      };
    const hosts = dmarcReports.got === 'none' ? [] : (dmarcReports.value?.hosts ?? []);
    const refusing = hosts.find(
      ({ ruf, authorization }) =>
        ruf.length > 0 && (authorization === 'silent' || authorization === 'too-long'),
    );
    if (refusing)
      return {
        is: 'ruf-not-authorized',
        data: { governing, host: refusing.host },
        shows: excerptOf(governing, refusing.ruf),
        rests: refusing.question ? [refusing.question] : [],
      };
    if (dmarcReports.got !== 'whole') return { is: 'unknown', because: dmarcReports.because };
    if (
      fo &&
      record.faults.some(({ kind, tag }) => (kind === 'value' || kind === 'empty-value') && tag === 'fo')
    )
      return { is: 'fo', data: { governing, value: fo.value }, shows: excerptOf(governing, [fo]) };
    return { is: 'ruf', shows: excerptOf(governing, [ruf]) };
  },
});

export default failureReports;

function withoutReports(governing: GoverningRecord) {
  return rewriting(governing, edited(governing.record.text, { ruf: null, fo: null }), {
    stage: 'tidy',
    effort: 'minutes',
    text: 'Delete `ruf`: the daily summaries of `rua` are what matters. Or write an address at your own domain.',
  });
}

export const weighs = {
  low: 'Few receivers send such reports at all, and the daily ones are untouched.',
} satisfies Weights<typeof failureReports>;

export const examples = [
  { name: 'none', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'none' },
  {
    name: 'own mailbox',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1:d:s"',
    expect: 'ruf',
  },
  { name: 'only fo', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; fo=1"', expect: 'fo-unused' },
  {
    name: 'no address',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf=a@example.com"',
    expect: 'ruf-syntax',
  },
  { name: 'empty', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf="', expect: 'ruf-syntax' },
  {
    name: 'not agreed',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf=mailto:a@example.net"',
    expect: 'ruf-not-authorized',
  },
  {
    name: 'both 0 and 1',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; ruf=mailto:a@example.com; fo=0:1"',
    expect: 'fo',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  {
    name: 'no answer of the host',
    zone: `_dmarc.example.com TXT "v=DMARC1; p=none; ruf=mailto:a@example.net"
           example.com._report._dmarc.example.net TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof failureReports>;
