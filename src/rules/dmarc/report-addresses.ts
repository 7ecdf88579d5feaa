import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited, mended, mendedAddresses } from '../../mail/dmarc/mending.ts';
import { isValidAddress, type ReportAddress, secondRecord } from '../../mail/dmarc/record.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';
import { posture } from '../../topics/posture.ts';

export const covers = [
  'dmarc-rua-syntax',
  'dmarc-rua-scheme',
  'dmarc-rua-size-suffix',
  'dmarc-rua-registrar-default',
  'dmarc-rua-many',
  'dmarc-rua-present',
];

const reportAddresses = rule({
  title: 'Reports about mail in your name reach a mailbox',
  why: 'Receivers send daily summaries of all mail that used your name and whether it passed. Without them you cannot know what a stricter policy would stop, nor who forges you.',
  bears: ['impersonation', 'acceptance'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '4.6' },
    { rfc: 9989, section: '5.1.3' },
    { rfc: 7489, section: '6.2' },
    { rfc: 8616, section: '6' },
  ],
  reads: { dmarcRecord, posture },
  partial: ['posture'],
  cases: {
    present: {
      passes: true,
      says: (d: { count: number }) =>
        d.count === 1
          ? 'Reports are asked for at one address.'
          : `Reports are asked for at ${d.count} addresses.`,
    },
    quiet: {
      passes: true,
      says: 'The record asks for no reports. The domain sends no mail and its policy is in force, so little is lost.',
    },
    'rua-size-suffix': {
      passes: true,
      says: 'Reports are asked for. A size limit stands after an address: new receivers ignore it, older ones skip larger reports.',
    },
    'rua-many': {
      passes: true,
      says: (d: { count: number }) =>
        `Reports are asked for at ${d.count} addresses. Older receivers promise to serve two.`,
    },
    'rua-registrar-default': {
      passes: true,
      says: 'Reports go to your registrar’s collecting address, not to you. An address of your own shows you what they say.',
    },
    'rua-absent': {
      severity: 'medium',
      says: (d: { none: boolean }) =>
        d.none
          ? 'The record asks for no reports and for no action, so it has no effect at all.'
          : 'The record asks for no reports, so you do not hear when mail of your own fails.',
      fix: (d: { governing: GoverningRecord }) => withReports(d.governing),
    },
    'rua-syntax': {
      severity: 'medium',
      says: (d: { address: ReportAddress | undefined }) =>
        d.address === undefined
          ? 'Nothing stands after `rua=`, so no reports are sent.'
          : `No report address can be used. ${mistakeIn(d.address)}`,
      fix: (d: { governing: GoverningRecord }) => withReports(d.governing),
    },
    'rua-partly': {
      severity: 'medium',
      says: (d: { address: ReportAddress | undefined }) =>
        d.address === undefined
          ? 'A semicolon stands between two report addresses, so every address after it is lost. Commas separate addresses.'
          : `Reports reach some of your addresses only. ${mistakeIn(d.address)}`,
      fix: (d: { governing: GoverningRecord }) => withReports(d.governing),
    },
    'rua-scheme': {
      severity: 'low',
      says: (d: { scheme: string }) =>
        `A report address uses \`${excerpt(d.scheme, 20)}:\`. Receivers need only support \`mailto:\`, and hardly any does more.`,
      fix: (d: { governing: GoverningRecord }) => withReports(d.governing),
    },
  },
  judge({ dmarcRecord, posture }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record } = dmarcRecord;
    if (secondRecord(record.text))
      return {
        is: 'not-applicable',
        because: 'Two records stand in one text, which has a finding of its own.',
      };
    const governing = dmarcRecord;
    const tag = record.settings.find(({ name }) => name === 'rua')?.tag;
    const lost = record.faults.filter(({ kind }) => kind === 'lost-address');
    if (tag === undefined) {
      if (record.badPolicies.length > 0)
        return { is: 'not-applicable', because: 'The record’s policy cannot be read.' };
      if (record.faults.some(({ kind, meant }) => kind === 'tag-unknown' && meant === 'rua'))
        return { is: 'not-applicable', because: 'The tag `rua` is misspelt.' };
      const none = [record.p, record.sp, record.np].every((policy) => (policy ?? 'none') === 'none');
      const shows = excerptOf(governing, []);
      if (record.p === 'none') return { is: 'rua-absent', data: { governing, none }, shows };
      if (posture.got === 'none') return { is: 'unknown', because: posture.because };
      if (posture.value.sends) return { is: 'rua-absent', data: { governing, none }, shows };
      if (posture.got === 'part') return { is: 'unknown', because: posture.because };
      return { is: 'quiet', shows };
    }
    const shows = excerptOf(governing, [tag]);
    const broken = record.rua.filter((address) => !isValidAddress(address));
    const sound = record.rua.filter(isValidAddress);
    if (sound.length === 0)
      return {
        is: 'rua-syntax',
        data: { governing, address: broken[0] },
        shows: broken.length > 0 ? excerptOf(governing, broken) : shows,
      };
    if (broken[0])
      return {
        is: 'rua-partly',
        data: { governing, address: broken[0] },
        shows: excerptOf(governing, broken),
      };
    if (lost.length > 0)
      return { is: 'rua-partly', data: { governing, address: undefined }, shows: excerptOf(governing, lost) };
    const other = sound.filter(({ scheme }) => scheme !== 'mailto');
    if (other[0])
      return {
        is: 'rua-scheme',
        data: { governing, scheme: other[0].scheme ?? '' },
        shows: excerptOf(governing, other),
      };
    const sized = sound.filter(({ size }) => size !== undefined);
    if (sized.length > 0) return { is: 'rua-size-suffix', shows: excerptOf(governing, sized) };
    const registrar = sound.filter(({ address }) => REGISTRAR.test(address ?? ''));
    if (registrar.length === sound.length)
      return { is: 'rua-registrar-default', shows: excerptOf(governing, registrar) };
    const count = sound.length;
    return { is: count > 2 ? 'rua-many' : 'present', data: { count }, shows };
  },
});

export default reportAddresses;

function withReports(governing: GoverningRecord) {
  const { record, domain } = governing;
  const tag = record.settings.find(({ name }) => name === 'rua')?.tag;
  const lost = record.faults.some(({ kind }) => kind === 'lost-address');
  const whole = lost ? mended(record.text) : undefined;
  const saved = tag ? mendedAddresses(tag.value) : '';
  const rua = saved === '' ? `mailto:dmarc-reports@${domain}` : saved;
  return rewriting(governing, whole ?? edited(record.text, { rua }), {
    stage: tag ? 'mend' : 'report',
    effort: 'minutes',
    text: tag
      ? 'Write every address as `mailto:name@example.com`, with commas between them.'
      : `Add \`rua=${rua}\`, with a mailbox of yours that exists, or the address a report service gives you.`,
  });
}

function mistakeIn({ text, broken }: ReportAddress): string {
  const shown = excerpt(text, 60);
  switch (broken) {
    case 'no-scheme':
      return `\`${shown}\` lacks \`mailto:\` in front.`;
    case 'slashes':
      return `\`${shown}\` has two slashes after \`mailto:\`, where none belong.`;
    case 'blank':
      return `\`${shown}\` has a blank inside.`;
    case 'octet':
      return `\`${shown}\` has characters that no address can have; write the domain in its \`xn--\` form.`;
    case 'size':
      return `\`${shown}\` has something after \`!\` that is no size.`;
    case 'empty':
      return 'Nothing stands between two commas.';
    default:
      return `\`${shown}\` is no address.`;
  }
}

/** Collecting addresses of registrars that set a record by themselves. */
const REGISTRAR = /^dmarc_rua@onsecureserver\.net$/i;

const SENDS = `example.com TXT "v=spf1 ip4:192.0.2.1 -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1`;

export const weighs = {
  medium: 'The policy protects all the same; its owner is blind to what it stops.',
  low: 'Other addresses may work, and hardly any receiver offers more than mail.',
} satisfies Weights<typeof reportAddresses>;

export const examples = [
  {
    name: 'one address',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com"',
    expect: 'present',
  },
  {
    name: 'a domain without mail',
    zone: `example.com TXT "v=spf1 -all"
           example.com MX 0 .
           _dmarc.example.com TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s;"`,
    expect: 'quiet',
  },
  {
    name: 'a size limit',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com!10m"',
    expect: 'rua-size-suffix',
  },
  {
    name: 'three addresses',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.com,mailto:c@example.com"',
    expect: 'rua-many',
  },
  {
    name: 'the default of a registrar',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc_rua@onsecureserver.net"',
    expect: 'rua-registrar-default',
  },
  { name: 'none, and p=none', zone: '_dmarc.example.com TXT "v=DMARC1; p=none"', expect: 'rua-absent' },
  {
    name: 'none, and mail is sent',
    zone: `${SENDS}
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'rua-absent',
  },
  {
    name: 'without mailto',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=a@example.com"',
    expect: 'rua-syntax',
  },
  { name: 'empty', zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua="', expect: 'rua-syntax' },
  {
    name: 'one of two',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com,mailto://b@example.com"',
    expect: 'rua-partly',
  },
  {
    name: 'a semicolon between',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.com; mailto:b@example.com"',
    expect: 'rua-partly',
  },
  {
    name: 'a web address',
    zone: `example.com MX 10 mail.example.com
           _dmarc.example.com TXT "v=DMARC1; p=none; rua=https://example.com/dmarc"`,
    expect: 'rua-scheme',
  },
  {
    name: 'misspelt',
    zone: '_dmarc.example.com TXT "v=DMARC1; p=none; rau=mailto:a@example.com"',
    expect: 'not-applicable',
  },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof reportAddresses>;
