import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type CaaRecord, caa, isOwn, issuanceOf, whyNoSet, written } from '../../topics/caa.ts';

export const covers = ['caa-syntax'];

interface Found {
  readonly record: CaaRecord;
  readonly changes: readonly Change[];
}

const remove = (d: Found) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    text: 'Delete the record, or write it again as your certificate authority shows it.',
    ...(d.changes.length > 0 ? { changes: d.changes } : {}),
  }) as const;

const syntax = rule({
  title: 'CAA records say what they are meant to',
  why: 'A CAA record that authorities cannot read forbids more than it was meant to: they must then refuse certificates for your mail servers and web sites.',
  bears: ['interception'],
  cites: [
    { rfc: 8659, section: '4.1' },
    { rfc: 8659, section: '4.2' },
    { rfc: 8659, section: '4.5', level: 'MUST' },
  ],
  reads: { caa },
  cases: {
    sound: {
      passes: true,
      says: (d: { at: Name; count: number }) =>
        `${d.count === 1 ? 'The CAA record' : `All ${d.count} CAA records`} at \`${d.at}\` can be read.`,
    },
    critical: {
      severity: 'medium',
      says: (d: Found) =>
        `\`${written(d.record)}\` is marked critical, and authorities do not know the property \`${d.record.tag}\`: they must not issue any certificate.`,
      fix: remove,
    },
    nobody: {
      severity: 'medium',
      says: (d: Found) =>
        `\`${written(d.record)}\` cannot be read, and no other record names an authority: nobody may issue certificates.`,
      fix: remove,
    },
    malformed: {
      severity: 'low',
      says: (d: Found) => `\`${written(d.record)}\` cannot be read and permits nobody.`,
      fix: remove,
    },
    'unknown-tag': {
      severity: 'low',
      says: (d: Found) =>
        `Authorities do not know the property \`${d.record.tag}\` in \`${written(d.record)}\` and skip it.`,
      fix: remove,
    },
    'reserved-flags': {
      severity: 'low',
      says: (d: Found) =>
        `The number ${d.record.flags} in \`${written(d.record)}\` has no meaning. 0 is the usual one, 128 marks a property as critical.`,
      fix: (d: { again: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Write 0 at its beginning.',
        ...(d.again.length > 0 ? { changes: d.again } : {}),
      }),
    },
  },
  judge({ caa, scope }) {
    const because = whyNoSet(caa);
    const { at, records } = caa;
    if (because !== undefined || at === undefined)
      return { is: 'not-applicable', because: because ?? 'There is no CAA record.' };
    const own = isOwn(caa, scope.domain);
    const data = (record: CaaRecord) => {
      const was = written(record);
      return {
        record,
        changes: own ? ([{ op: 'delete', name: at, type: 'CAA', was }] as const) : [],
        again: own
          ? ([
              { op: 'replace', name: at, type: 'CAA', was, value: written({ ...record, flags: 0 }) },
            ] as const)
          : [],
      };
    };
    const shows = (record: CaaRecord) => [{ name: at, type: 'CAA' as const, text: written(record) }];
    const known = (record: CaaRecord) => TAGS.has(record.tag.toLowerCase());
    const critical = records.find((record) => record.flags >= 128 && !known(record));
    if (critical) return { is: 'critical', data: data(critical), shows: shows(critical) };
    const issuing = records.filter((record) => /^issue(?:wild|mail|vmc)?$/i.test(record.tag));
    const malformed = issuing.find((record) => issuanceOf(record.value) === undefined);
    if (malformed) {
      const others = issuing.filter((record) => record.tag.toLowerCase() === malformed.tag.toLowerCase());
      const alone = others.every((record) => !issuanceOf(record.value)?.issuer);
      return { is: alone ? 'nobody' : 'malformed', data: data(malformed), shows: shows(malformed) };
    }
    const strange = records.find((record) => !known(record));
    if (strange) return { is: 'unknown-tag', data: data(strange), shows: shows(strange) };
    const flagged = records.find((record) => record.flags !== 0 && record.flags !== 128);
    if (flagged) return { is: 'reserved-flags', data: data(flagged), shows: shows(flagged) };
    return { is: 'sound', data: { at, count: records.length } };
  },
});

export default syntax;

/** Properties that authorities know (RFC 8659 §4.2 to §4.4, RFC 9495, the registry of the CA/Browser Forum). */
const TAGS: ReadonlySet<string> = new Set([
  'issue',
  'issuewild',
  'issuemail',
  'issuevmc',
  'iodef',
  'contactemail',
  'contactphone',
]);

export const weighs = {
  medium: 'No authority may issue, so the next renewal fails; until then all works.',
  low: 'Other records still say who may issue, or the part that is wrong is skipped.',
} satisfies Weights<typeof syntax>;

export const examples = [
  {
    name: 'one authority',
    zone: 'example.com CAA 0 issue "letsencrypt.org"\nexample.com CAA 0 iodef "mailto:a@example.com"',
    expect: 'sound',
  },
  { name: 'nobody, on purpose', zone: 'example.com CAA 0 issue ";"', expect: 'sound' },
  {
    name: 'a set above',
    zone: 'com CAA 0 issue "ca.example"\nexample.com A 45.0.0.80',
    expect: 'sound',
  },
  {
    name: 'a critical slip',
    zone: 'example.com A 45.0.0.80\nexample.com CAA 128 isue "letsencrypt.org"',
    expect: 'critical',
  },
  {
    name: 'a web address',
    zone: 'example.com A 45.0.0.80\nexample.com CAA 0 issue "https://letsencrypt.org/"',
    expect: 'nobody',
  },
  {
    name: 'a web address beside a name',
    zone: 'example.com CAA 0 issue "https://a.example/"\nexample.com CAA 0 issue "b.example"',
    expect: 'malformed',
  },
  {
    name: 'a slip',
    zone: 'example.com CAA 0 issue "a.example"\nexample.com CAA 0 iodev "mailto:a@example.com"',
    expect: 'unknown-tag',
  },
  { name: 'flags of 1', zone: 'example.com CAA 1 issue "letsencrypt.org"', expect: 'reserved-flags' },
  { name: 'none', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'no answer', zone: 'example.com CAA !timeout', expect: 'unknown' },
] satisfies Examples<typeof syntax>;
