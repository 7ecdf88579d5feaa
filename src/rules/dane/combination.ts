import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { KEY_DIGESTS } from '../../mail/certificate/example-certificates.ts';
import { tlsaFault, tlsaKind } from '../../mail/dane/record.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { placesShown } from '../../topics/certificates.ts';
import { type DaneMatch, daneMatch } from '../../topics/dane-match.ts';

export const covers = ['dane-combination'];

const combination = rule({
  title: 'Each kind of TLSA record has one that matches now',
  why: 'Senders may know only some kinds of record. One that knows a kind of which no record matches keeps the mail back.',
  bears: ['interception'],
  cites: [
    { rfc: 7671, section: '8' },
    { rfc: 7671, section: '8.4' },
    { rfc: 7672, section: '9.2' },
  ],
  reads: { daneMatch },
  partial: ['daneMatch'],
  cases: {
    stale: {
      severity: 'medium',
      says: (d: { places: readonly string[]; kinds: readonly string[] }) =>
        `Of the TLSA records of kind ${enumerated(d.kinds)} none matches ${enumerated(d.places)} at present, while other kinds do.`,
      fix: {
        stage: 'transport',
        effort: 'minutes',
        text: 'Publish a record of each kind for the key in use, or delete the kinds that are left over.',
      },
    },
    complete: { passes: true, says: 'Of each kind a record matches.' },
  },
  judge({ daneMatch }) {
    if (daneMatch.got === 'none') return { is: 'unknown', because: daneMatch.because };
    if (daneMatch.got === 'whole' && daneMatch.value.length === 0)
      return { is: 'not-applicable', because: NONE };
    const found = gravest(
      daneMatch.value,
      ['stale', 'complete'],
      (one) => {
        const { chain } = one.shown;
        if (one.host.usable.length === 0 || chain === 'unreadable') return undefined;
        if (!('length' in chain)) return chain;
        // Where nothing matches at all, that is the matter.
        if (one.authenticated !== true) return undefined;
        return staleKinds(one).length > 0 ? 'stale' : 'complete';
      },
      daneMatch.got === 'part' ? daneMatch.because : undefined,
    );
    if (found === undefined) return { is: 'not-applicable', because: NONE };
    if (found.is === 'unknown') return found;
    if (found.is === 'complete') return { is: 'complete' };
    const places = placesShown(
      found.of.map(({ shown }) => shown),
      daneMatch.value.map(({ shown }) => shown),
    );
    return { is: 'stale', data: { places, kinds: [...new Set(found.of.flatMap(staleKinds))] } };
  },
});

const NONE = 'No mail server that was reached has a TLSA record that matches.';

export default combination;

/** Kinds of which no record matches. */
function staleKinds({ host, alone }: DaneMatch): readonly string[] {
  const kinds = new Map<string, boolean>();
  for (const [i, record] of host.records.entries()) {
    if (tlsaFault(record) !== undefined) continue;
    const kind = tlsaKind(record);
    kinds.set(kind, (kinds.get(kind) ?? false) || alone[i] === 'matches' || alone[i] === 'unknown');
  }
  return [...kinds].filter(([, matches]) => !matches).map(([kind]) => kind);
}

const tlsa = (...data: string[]) =>
  `mx.example.com A 192.0.2.25\n$SIGNED example.com\n${data.map((each) => `_25._tcp.mx.example.com TLSA ${each}\n`).join('')}`;

export const weighs = {
  medium: 'Mail still arrives by the records that match; senders that know only the others keep it back.',
} satisfies Weights<typeof combination>;

export const examples = [
  {
    name: 'one kind, now and next',
    zone: tlsa(`3 1 1 ${KEY_DIGESTS.good}`, `3 1 1 ${KEY_DIGESTS.other}`) + mxVisit(),
    expect: 'complete',
  },
  {
    name: 'two kinds',
    zone: tlsa(`3 1 1 ${KEY_DIGESTS.good}`, `2 1 1 ${KEY_DIGESTS.issuer}`) + mxVisit(),
    expect: 'complete',
  },
  {
    name: 'one left over',
    zone: tlsa(`3 1 1 ${KEY_DIGESTS.good}`, `2 1 1 ${KEY_DIGESTS.root}`) + mxVisit(),
    expect: 'stale',
  },
  { name: 'none matches', zone: tlsa(`3 1 1 ${KEY_DIGESTS.other}`) + mxVisit(), expect: 'not-applicable' },
  {
    name: 'no relay',
    zone: `${tlsa(`3 1 1 ${KEY_DIGESTS.good}`)}example.com MX 10 mx.example.com`,
    expect: 'unknown',
  },
] satisfies Examples<typeof combination>;
