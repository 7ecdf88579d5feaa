import type { Name } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { DIGESTS, KEY_DIGESTS } from '../../mail/certificate/example-certificates.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { placesShown } from '../../topics/certificates.ts';
import { type DaneMatch, daneMatch } from '../../topics/dane-match.ts';

export const covers = ['dane-match', 'dane-ta-chain', 'dane-ee-ignored-fields'];

const match = rule({
  title: 'TLSA records match what the mail servers show',
  why: 'Senders that use DANE, large European operators and Microsoft among them, deliver to a server only if a TLSA record matches its certificate.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 7672, section: '3.2' },
    { rfc: 7672, section: '2.2' },
    { rfc: 7672, section: '3.2.2' },
    { rfc: 7671, section: '5.2.2' },
    { rfc: 7671, section: '9' },
  ],
  reads: { daneMatch },
  partial: ['daneMatch'],
  cases: {
    differs: {
      severity: 'critical',
      says: (d: Mismatch) =>
        `No TLSA record matches the certificate of ${enumerated(d.places)}. Senders that use DANE do not deliver there.`,
      fix: (d: Mismatch): Fix => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Publish the record of the key in use beside the old ones now. From then on publish a new key’s record two lifetimes of the record before the server changes to it.',
        changes: d.offers.map(({ name, value }) => ({ op: 'add', name, type: 'TLSA', value })),
      }),
    },
    name: {
      severity: 'critical',
      says: (d: Mismatch) =>
        `The TLSA record of ${enumerated(d.places)} names the issuer, but the certificate does not name the server. Senders that use DANE do not deliver there.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        cause: 'certificate-name',
        text: 'Get a certificate that names the mail server, or publish a record of its own key (`3 1 1`), with which names do not count.',
      },
    },
    dates: {
      severity: 'critical',
      says: (d: Mismatch) =>
        `The TLSA record of ${enumerated(d.places)} names the issuer, but a certificate ran out. Senders that use DANE do not deliver there.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        cause: 'certificate-dates',
        text: 'Renew the certificate and have the mail server load it.',
      },
    },
    matches: { passes: true, says: 'At every address that was reached a TLSA record matches.' },
  },
  judge({ daneMatch }) {
    if (daneMatch.got === 'none') return { is: 'unknown', because: daneMatch.because };
    if (daneMatch.got === 'whole' && daneMatch.value.length === 0)
      return { is: 'not-applicable', because: NONE };
    const found = gravest(
      daneMatch.value,
      ['differs', 'name', 'dates', 'matches'],
      resultOf,
      daneMatch.got === 'part' ? daneMatch.because : undefined,
    );
    if (found === undefined) return { is: 'not-applicable', because: NONE };
    if (found.is === 'unknown') return found;
    if (found.is === 'matches') return { is: 'matches' };
    const all = daneMatch.value.map(({ shown }) => shown);
    const places = placesShown(
      found.of.map(({ shown }) => shown),
      all,
    );
    return { is: found.is, data: { places, offers: offersOf(found.of) } };
  },
});

const NONE = 'No mail server that was reached has signed TLSA records that can be used.';

export default match;

interface Mismatch {
  readonly places: readonly string[];
  readonly offers: readonly { readonly name: Name; readonly value: string }[];
}

function resultOf({ shown: { chain }, host, results, authenticated }: DaneMatch) {
  if (host.usable.length === 0 || chain === 'unreadable') return undefined;
  if (!('length' in chain)) return chain;
  if (authenticated === undefined) return { reason: 'rule-broke', detail: 'no digests here' } as const;
  if (authenticated) return 'matches' as const;
  if (results.includes('wrong-name')) return 'name' as const;
  return results.includes('dates') ? ('dates' as const) : ('differs' as const);
}

/** Records for the keys in use, where a weaker digest than the present ones would still be looked at. */
function offersOf(some: readonly DaneMatch[]): Mismatch['offers'] {
  const offers = new Map<string, { name: Name; value: string }>();
  for (const { host, offer } of some) {
    const strong = host.usable.some((each) => each.usage === 3 && each.selector === 1 && each.matching === 2);
    if (offer !== undefined && !strong && host.chain.length === 0)
      offers.set(`${host.name} ${offer}`, { name: host.name, value: offer });
  }
  return [...offers.values()];
}

const SIGNED = 'mx.example.com A 192.0.2.25\n$SIGNED example.com\n';
const tlsa = (data: string) => `${SIGNED}_25._tcp.mx.example.com TLSA ${data}\n`;

export const weighs = {
  critical: 'Senders that use DANE deliver nothing there: mail is being lost now.',
} satisfies Weights<typeof match>;

export const examples = [
  { name: 'its own key', zone: tlsa(`3 1 1 ${KEY_DIGESTS.good}`) + mxVisit(), expect: 'matches' },
  { name: 'its own certificate', zone: tlsa(`3 0 1 ${DIGESTS.good}`) + mxVisit(), expect: 'matches' },
  { name: 'its issuer', zone: tlsa(`2 1 1 ${KEY_DIGESTS.issuer}`) + mxVisit(), expect: 'matches' },
  {
    name: 'its own key, ran out and misnamed',
    zone: tlsa(`3 1 1 ${KEY_DIGESTS.good}`) + mxVisit({ chain: ['expired', 'issuer'] }),
    expect: 'matches',
  },
  { name: 'another key', zone: tlsa(`3 1 1 ${KEY_DIGESTS.other}`) + mxVisit(), expect: 'differs' },
  {
    name: 'one address with another key',
    zone: `${tlsa(`3 1 1 ${KEY_DIGESTS.good}`)}${mxVisit()}\n${visitLine({ address: '192.0.2.26', chain: ['other', 'issuer'] })}`,
    expect: 'differs',
  },
  { name: 'issuer not sent', zone: tlsa(`2 1 1 ${KEY_DIGESTS.root}`) + mxVisit(), expect: 'differs' },
  {
    name: 'its issuer, misnamed',
    zone: tlsa(`2 1 1 ${KEY_DIGESTS.issuer}`) + mxVisit({ chain: ['foreign', 'issuer'] }),
    expect: 'name',
  },
  {
    name: 'its issuer, ran out',
    zone: tlsa(`2 1 1 ${KEY_DIGESTS.issuer}`) + mxVisit({ chain: ['expired', 'issuer'] }),
    expect: 'dates',
  },
  {
    name: 'records that cannot be used',
    zone: tlsa(`1 1 1 ${KEY_DIGESTS.good}`) + mxVisit(),
    expect: 'not-applicable',
  },
  { name: 'no records', zone: SIGNED + mxVisit(), expect: 'not-applicable' },
  {
    name: 'records that are not signed',
    zone: `${mxVisit()}\n_25._tcp.mx.example.com TLSA 3 1 1 ${KEY_DIGESTS.other}`,
    expect: 'not-applicable',
  },
  {
    name: 'no relay',
    zone: `${tlsa(`3 1 1 ${KEY_DIGESTS.good}`)}example.com MX 10 mx.example.com`,
    expect: 'unknown',
  },
] satisfies Examples<typeof match>;
