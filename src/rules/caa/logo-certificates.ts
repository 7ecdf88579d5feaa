import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { bimi } from '../../topics/bimi.ts';
import { caa, issuanceOf } from '../../topics/caa.ts';

export const covers = ['caa-issuevmc', 'bimi-caa'];

const logoCertificates = rule({
  title: 'CAA leaves room for the certificate of a logo',
  why: 'An authority that `issuevmc` does not name cannot issue or renew the mark certificate without which Gmail and Apple show no logo.',
  bears: ['acceptance'],
  cites: [
    { rfc: 8659, section: '4.2' },
    {
      document: 'VMC Requirements, AuthIndicators Working Group',
      href: 'https://bimigroup.org/resources/VMC_Requirements_latest.pdf',
    },
  ],
  reads: { caa, bimi },
  cases: {
    free: { passes: true, says: 'CAA lets any authority issue a mark certificate.' },
    named: {
      passes: true,
      says: (d: { issuers: string }) => `CAA lets ${d.issuers} issue mark certificates.`,
    },
    nobody: {
      severity: 'low',
      says: 'The BIMI record names a mark certificate, and CAA lets nobody issue one: it cannot be renewed.',
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Add a CAA record `0 issuevmc "…"` with the domain that your certificate authority names for this.',
      },
    },
  },
  judge({ caa, bimi }) {
    if (caa.fails)
      return { is: 'not-applicable', because: 'The question for CAA records fails; that comes first.' };
    if (bimi.record === undefined) return { is: 'not-applicable', because: 'The domain has no BIMI record.' };
    const found = caa.records.filter(({ tag }) => tag.toLowerCase() === 'issuevmc');
    if (found.length === 0) return { is: 'free' };
    const issuers = found.flatMap(({ value }) => issuanceOf(value)?.issuer || []);
    if (issuers.length > 0)
      return {
        is: 'named',
        data: { issuers: [...new Set(issuers)].map((issuer) => `\`${issuer}\``).join(' and ') },
      };
    return bimi.record.evidence ? { is: 'nobody' } : { is: 'named', data: { issuers: 'nobody' } };
  },
});

export default logoCertificates;

const RECORD =
  'default._bimi.example.com TXT "v=BIMI1; l=https://example.com/l.svg; a=https://example.com/l.pem"';

export const weighs = {
  low: 'The certificate in use goes on working; only its renewal is barred, and with it a picture.',
} satisfies Weights<typeof logoCertificates>;

export const examples = [
  { name: 'no limit', zone: RECORD, expect: 'free' },
  { name: 'one authority', zone: `${RECORD}\nexample.com CAA 0 issuevmc "ca.example"`, expect: 'named' },
  { name: 'nobody', zone: `${RECORD}\nexample.com CAA 0 issuevmc ";"`, expect: 'nobody' },
  { name: 'no logo', zone: 'example.com CAA 0 issuevmc ";"', expect: 'not-applicable' },
  { name: 'no answer', zone: `${RECORD}\nexample.com CAA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof logoCertificates>;
