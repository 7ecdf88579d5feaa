import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { tlsaKind } from '../../mail/dane/record.ts';
import { boundBy, type DaneHost, dane } from '../../topics/dane.ts';

export const covers = ['dane-params'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  text: 'Publish `3 1 1` records: the server’s own key, SHA-256.',
};

const parameters = rule({
  title: 'TLSA records use parameters every sender knows',
  why: 'Senders must know SHA-256 and may not know SHA-512. Whole certificates make answers large, and digests over them break at each renewal.',
  bears: ['interception'],
  cites: [
    { rfc: 7672, section: '3.1' },
    { rfc: 7671, section: '5.1' },
    { rfc: 7671, section: '10.1' },
    { rfc: 6698, section: '6' },
  ],
  reads: { dane },
  partial: ['dane'],
  cases: {
    unreadable: {
      severity: 'medium',
      says: (d: Kinds) =>
        `${those(d.hosts, 'has')} only TLSA records no sender can read (${enumerated(d.kinds)}).`,
      fix,
    },
    large: {
      severity: 'low',
      says: (d: Kinds) =>
        `${those(d.hosts, 'has')} TLSA records that hold whole certificates or keys (${enumerated(d.kinds)}), which makes answers large.`,
      fix,
    },
    optional: {
      severity: 'low',
      says: (d: Kinds) =>
        `${those(d.hosts, 'has')} TLSA records by SHA-512 only (${enumerated(d.kinds)}), which senders need not know.`,
      fix,
    },
    brittle: {
      passes: true,
      says: (d: Kinds) =>
        `${those(d.hosts, 'uses')} ${enumerated(d.kinds)}: each renewal of the certificate needs a new record first.`,
    },
    usual: {
      passes: true,
      says: (d: Kinds) => `The TLSA records are of usual kinds (${enumerated(d.kinds)}).`,
    },
  },
  judge({ dane }) {
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    const { because } = dane.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const bound = boundBy(dane.value);
    if (bound.length === 0 && dane.got === 'whole') return { is: 'not-applicable', because: NONE };
    const found = gravest(
      bound,
      ['unreadable', 'large', 'optional', 'brittle', 'usual'],
      gradeOf,
      dane.got === 'part' ? dane.because : undefined,
    );
    if (found === undefined) return { is: 'not-applicable', because: NONE };
    if (found.is === 'unknown') return found;
    const kinds = [...new Set(found.of.flatMap(({ records }) => records.map(tlsaKind)))];
    return { is: found.is, data: { hosts: found.of.map(({ host }) => host), kinds } };
  },
});

export default parameters;

const NONE = 'No mail server has signed TLSA records of usage 2 or 3.';

interface Kinds {
  readonly hosts: readonly string[];
  readonly kinds: readonly string[];
}

function gradeOf({ records }: DaneHost) {
  // Usages 0 and 1 are judged by themselves.
  const mail = records.filter(({ usage }) => usage === 2 || usage === 3);
  if (mail.length === 0) return undefined;
  const known = mail.filter(({ selector, matching }) => selector <= 1 && matching <= 2);
  if (known.length === 0) return 'unreadable' as const;
  if (known.some(({ matching }) => matching === 0)) return 'large' as const;
  if (known.every(({ matching }) => matching === 2)) return 'optional' as const;
  return known.every(({ usage, selector }) => usage === 3 && selector === 0)
    ? ('brittle' as const)
    : ('usual' as const);
}

const MX = 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n$SIGNED example.com\n';
const tlsa = (kind: string, data = 'ab'.repeat(32)) => `_25._tcp.mx.example.com TLSA ${kind} ${data}\n`;

export const weighs = {
  medium: 'No sender can use the records, so the protection is gone; mail still arrives.',
  low: 'Nearly every sender copes; a few may not.',
} satisfies Weights<typeof parameters>;

export const examples = [
  { name: '3 1 1', zone: MX + tlsa('3 1 1'), expect: 'usual' },
  { name: '2 1 1', zone: MX + tlsa('2 1 1'), expect: 'usual' },
  { name: '3 0 1', zone: MX + tlsa('3 0 1'), expect: 'brittle' },
  { name: '3 1 0', zone: MX + tlsa('3 1 0', '300100'), expect: 'large' },
  { name: '3 1 2', zone: MX + tlsa('3 1 2', 'ab'.repeat(64)), expect: 'optional' },
  { name: '3 1 9', zone: MX + tlsa('3 1 9'), expect: 'unreadable' },
  { name: '1 1 1', zone: MX + tlsa('1 1 1'), expect: 'not-applicable' },
  { name: 'none', zone: MX, expect: 'not-applicable' },
  { name: 'not answered', zone: `${MX}_25._tcp.mx.example.com TLSA !timeout`, expect: 'unknown' },
] satisfies Examples<typeof parameters>;
