import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type CaaRecord, caa, isOwn, whyNoSet, written } from '../../topics/caa.ts';

export const covers = ['caa-iodef'];

const reports = rule({
  title: 'Authorities can report refused certificates',
  why: 'An authority that is asked for a certificate it may not issue can tell you, if `iodef` names an address it can use.',
  bears: ['interception'],
  cites: [{ rfc: 8659, section: '4.4' }],
  reads: { caa },
  cases: {
    reachable: { passes: true, says: 'Reports about refused certificates can be sent.' },
    none: {
      passes: true,
      says: 'No reports about refused certificates are asked for; few authorities send any.',
    },
    scheme: {
      severity: 'low',
      says: (d: { record: CaaRecord }) =>
        `\`${written(d.record)}\` is no address that authorities can use: it must begin with \`mailto:\`, \`http:\` or \`https:\`.`,
      fix: (d: { record: CaaRecord; at: Name; own: boolean; value: string | undefined }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write an e-mail address with `mailto:` in front.',
        ...(d.own && d.value !== undefined
          ? {
              changes: [{ op: 'replace', name: d.at, type: 'CAA', was: written(d.record), value: d.value }],
            }
          : {}),
      }),
    },
  },
  judge({ caa, scope }) {
    const because = whyNoSet(caa);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = caa.records.filter(({ tag }) => tag.toLowerCase() === 'iodef');
    if (found.length === 0) return { is: 'none' };
    const wrong = found.find(({ value }) => !/^(?:mailto:[^@\s]+@[^@\s]+|https?:\/\/\S+)$/i.test(value));
    if (!wrong) return { is: 'reachable' };
    const bare = /^[^@\s:]+@[^@\s:]+\.[^@\s:]+$/.test(wrong.value);
    return {
      is: 'scheme',
      data: {
        record: wrong,
        at: caa.at ?? scope.domain,
        own: isOwn(caa, scope.domain),
        value: bare ? written({ ...wrong, value: `mailto:${wrong.value}` }) : undefined,
      },
    };
  },
});

export default reports;

export const weighs = {
  low: 'Certificates are issued and refused as they should be; only a report is lost.',
} satisfies Weights<typeof reports>;

export const examples = [
  { name: 'an address', zone: 'example.com CAA 0 iodef "mailto:ca@example.com"', expect: 'reachable' },
  { name: 'a page', zone: 'example.com CAA 0 iodef "https://example.com/r"', expect: 'reachable' },
  { name: 'no mailto', zone: 'example.com CAA 0 iodef "ca@example.com"', expect: 'scheme' },
  { name: 'another scheme', zone: 'example.com CAA 0 iodef "tel:123"', expect: 'scheme' },
  { name: 'none asked for', zone: 'example.com CAA 0 issue "ca.example"', expect: 'none' },
  { name: 'no CAA', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'no answer', zone: 'example.com CAA !timeout', expect: 'unknown' },
] satisfies Examples<typeof reports>;
