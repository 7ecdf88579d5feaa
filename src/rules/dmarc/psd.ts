import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { edited } from '../../mail/dmarc/mending.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { dmarcRecord, excerptOf, type GoverningRecord, rewriting } from '../../topics/dmarc-record.ts';

export const covers = ['dmarc-psd'];

const psd = rule({
  title: 'The record says rightly whether the domain is a registry',
  why: '`psd=y` is for registries under whose name others register. On an ordinary domain it splits the domain from its own subdomains: mail that one signs no longer counts for the other.',
  bears: ['acceptance', 'impersonation'],
  cites: [
    { rfc: 9989, section: '4.7' },
    { rfc: 9989, section: '4.10.2' },
  ],
  reads: { dmarc, dmarcRecord },
  cases: {
    ordinary: { passes: true, says: 'The record does not claim to be that of a registry.' },
    'psd-n': {
      passes: true,
      says: (d: { below: boolean }) =>
        d.below
          ? 'The record says `psd=n`: for receivers on RFC 9989 this subdomain stands apart from the domain above it, so that neither can authenticate mail for the other.'
          : 'The record says `psd=n`, which makes this the organizational domain whatever a registry above publishes.',
    },
    'psd-y': {
      severity: 'high',
      says: 'The record says `psd=y` though others do not register names below this domain. Receivers on RFC 9989 treat every subdomain as a separate organization.',
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { psd: null }), {
          stage: 'mend',
          effort: 'minutes',
          text: 'Delete `psd=y`.',
        }),
    },
    'psd-value': {
      severity: 'low',
      says: (d: { value: string }) =>
        `\`psd=${excerpt(d.value, 40)}\` means nothing; receivers read it as \`u\`, the default.`,
      fix: (d: { governing: GoverningRecord }) =>
        rewriting(d.governing, edited(d.governing.record.text, { psd: null }), {
          stage: 'tidy',
          effort: 'minutes',
          text: 'Delete the tag `psd`.',
        }),
    },
  },
  judge({ dmarc, dmarcRecord }) {
    if (dmarcRecord === undefined)
      return { is: 'not-applicable', because: 'No DMARC record governs the domain.' };
    const { record, domain } = dmarcRecord;
    const tag = record.settings.find(({ name }) => name === 'psd')?.tag;
    if (tag === undefined) return { is: 'ordinary' };
    const shows = excerptOf(dmarcRecord, [tag]);
    if (!/^[ynu]$/i.test(tag.value))
      return { is: 'psd-value', data: { value: tag.value, governing: dmarcRecord }, shows };
    if (record.psd === 'u') return { is: 'ordinary', shows };
    if (record.psd === 'n') {
      const organizational = dmarc.rfc7489.organizationalDomain;
      return { is: 'psd-n', data: { below: organizational !== domain }, shows };
    }
    // The suffix of a domain is at it or above: the record's own domain is a registry's when it is that suffix.
    if (dmarc.publicSuffix.suffix.length >= domain.length)
      return { is: 'not-applicable', because: 'The record is that of a registry.' };
    return { is: 'psd-y', data: { governing: dmarcRecord }, shows };
  },
});

export default psd;

export const weighs = {
  high: 'New receivers no longer take signatures of subdomains for the domain: mail of the owner fails.',
  low: 'Receivers read the value as the default.',
} satisfies Weights<typeof psd>;

export const examples = [
  { name: 'absent', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject"', expect: 'ordinary' },
  { name: 'psd=n', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; psd=n"', expect: 'psd-n' },
  { name: 'psd=y', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; psd=y"', expect: 'psd-y' },
  { name: 'psd=1', zone: '_dmarc.example.com TXT "v=DMARC1; p=reject; psd=1"', expect: 'psd-value' },
  {
    name: 'a registry',
    domain: 'co.uk',
    zone: '_dmarc.co.uk TXT "v=DMARC1; p=reject; psd=y"',
    expect: 'not-applicable',
  },
  { name: 'no record', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'no answer', zone: '_dmarc.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof psd>;
