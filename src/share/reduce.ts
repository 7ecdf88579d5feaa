/*
 * Facts as links carry them: without what no rule reads. Certificates are most of what a relay brings, and rules
 * read their names, dates, key and signature; where TLSA records are compared with them also their digests, and
 * whether one signed the other. Where a summary would not be judged as the certificate is (TLSA records that ask
 * for more than SHA-256, names that differ in their octets alone, dates before 1970), the chain stays as it is.
 * Times a server took are left out where they are below a second.
 */

import type { DnsAnswer } from '../dns/record.ts';
import { type Observation, seen } from '../facts/observation.ts';
import type { PolicyAnswer } from '../facts/question.ts';
import {
  type CertificateKey,
  type CertificateSummary,
  readSummary,
  type SmtpAddress,
  type SmtpAnswer,
  type SmtpReply,
} from '../facts/smtp.ts';
import { type Certificate, type PublicKey, pathOf } from '../mail/certificate/certificate.ts';

/** The same facts with summaries in place of certificates. */
export async function reduced(facts: readonly Observation[]): Promise<readonly Observation[]> {
  const chains = facts.flatMap(({ question, result }) =>
    question.kind === 'smtp' && result.seen ? chainsOf(result.answer as SmtpAnswer) : [],
  );
  const summaries = await summariesOf(chains, wantedBy(facts));
  return facts.map((observation): Observation => {
    const { question, result } = observation;
    if (!result.seen || question.kind === 'dns') return observation;
    if (question.kind === 'smtp')
      return { ...observation, result: seen(smaller(result.answer as SmtpAnswer, summaries)) };
    const { chain: _, ...answer } = result.answer as PolicyAnswer;
    return { ...observation, result: seen(answer) };
  });
}

type Chain = readonly (string | CertificateSummary)[];

/** Which digests the TLSA records among the facts are compared with. */
interface Wanted {
  readonly of: 'none' | 'own' | 'all';
  /** Those of whole certificates too, not only of keys. */
  readonly whole: boolean;
}

/** Undefined where digests are not enough. */
function wantedBy(facts: readonly Observation[]): Wanted | undefined {
  const records = facts.flatMap(({ question, result }) =>
    question.kind === 'dns' && question.type === 'TLSA' && result.seen
      ? (result.answer as DnsAnswer<'TLSA'>).records
      : [],
  );
  if (records.some(({ data }) => data.matching !== 1)) return undefined;
  return {
    of: records.length === 0 ? 'none' : records.some(({ data }) => data.usage === 2) ? 'all' : 'own',
    whole: records.some(({ data }) => data.selector === 0),
  };
}

function chainsOf({ addresses }: SmtpAnswer): Chain[] {
  return addresses.flatMap(({ handshakes }) => handshakes.flatMap(({ chain }) => (chain ? [chain] : [])));
}

/** Chains by their JSON. Empty when any cannot be summarized: with some whole, those of a host could not be compared. */
async function summariesOf(
  chains: readonly Chain[],
  wanted: Wanted | undefined,
): Promise<ReadonlyMap<string, Chain>> {
  const none = new Map<string, Chain>();
  if (chains.length === 0 || wanted === undefined) return none;
  const summarize = await summarizer(wanted);
  const summaries = new Map<string, Chain>();
  for (const chain of chains) {
    const key = JSON.stringify(chain);
    const summary = summaries.get(key) ?? (await summarize(chain));
    if (summary === undefined) return none;
    summaries.set(key, summary);
  }
  return summaries;
}

/** Loads what reads certificates, and gives what makes a chain of summaries of a chain. */
async function summarizer(wanted: Wanted): Promise<(chain: Chain) => Promise<Chain | undefined>> {
  const [{ readCertificate }, { digestsOf }, { isSignedBy }] = await Promise.all([
    import('../mail/certificate/read.ts'),
    import('../mail/dane/match.ts'),
    import('../mail/certificate/signature.ts'),
  ]);
  const read = new Map<string, Certificate | undefined>();
  const known = new Map<string, string[]>();
  return async (chain) => {
    const certificates = chain.flatMap((each) => {
      if (typeof each !== 'string') return [];
      if (!read.has(each)) read.set(each, readCertificate(each));
      return read.get(each) ?? [];
    });
    if (certificates.length < chain.length || !isPlain(certificates)) return undefined;
    const path = pathOf(certificates);
    const summaries: CertificateSummary[] = [];
    for (const [i, certificate] of certificates.entries()) {
      const compared = wanted.of === 'all' || (wanted.of === 'own' && i === 0);
      const digests = compared ? await digestsOf(certificate) : {};
      if (digests === undefined) return undefined;
      const kept = wanted.whole || digests.key === undefined ? digests : { key: digests.key };
      const place = path.indexOf(certificate);
      const above = wanted.of === 'all' && place >= 0 ? path[place + 1] : undefined;
      const signed = above && (await isSignedBy(certificate, above.octets?.spki));
      const summary = {
        ...summaryOf(certificate, kept, known),
        ...(signed === undefined ? {} : { signed }),
      };
      if (readSummary(summary) === undefined) return undefined;
      summaries.push(summary);
    }
    return summaries;
  };
}

/** Whether words and numbers say all that is judged. */
function isPlain(chain: readonly Certificate[]): boolean {
  return chain.every(
    ({ notBefore, notAfter, subject, subjectKey, issuer, issuerKey }) =>
      notBefore >= 0 &&
      notAfter >= notBefore &&
      (subject === issuer) === (subjectKey === issuerKey) &&
      chain.every((other) => (other.subject === issuer) === (other.subjectKey === issuerKey)),
  );
}

/** `known` holds the identities of those that have the same words, so that each gets a number of its own. */
function summaryOf(
  certificate: Certificate,
  digests: NonNullable<Certificate['digests']>,
  known: Map<string, string[]>,
): CertificateSummary {
  const { subject, issuer, commonNames, dnsNames, notBefore, notAfter, keyUsage, purposes } = certificate;
  const { authority, mustStaple, signature } = certificate;
  const summary: CertificateSummary = {
    subject,
    issuer,
    commonNames,
    ...(dnsNames === undefined ? {} : { dnsNames }),
    notBefore: notBefore / 1000,
    lifetime: (notAfter - notBefore) / 1000,
    key: keyOf(certificate.key),
    signature: signature.name,
    ...(signature.hash === undefined ? {} : { hash: signature.hash }),
    ...(authority ? { authority } : {}),
    ...(keyUsage === undefined ? {} : { keyUsage }),
    ...(purposes === undefined ? {} : { purposes }),
    ...(mustStaple ? { mustStaple } : {}),
    ...(digests.whole === undefined ? {} : { digest: digests.whole }),
    ...(digests.key === undefined ? {} : { keyDigest: digests.key }),
  };
  const words = JSON.stringify(summary);
  const twins = known.get(words) ?? [];
  if (!twins.includes(certificate.identity)) twins.push(certificate.identity);
  known.set(words, twins);
  const twin = twins.indexOf(certificate.identity);
  return twin === 0 ? summary : { ...summary, twin };
}

function keyOf(key: PublicKey): CertificateKey {
  switch (key.kind) {
    case 'rsa':
      return { kind: key.kind, bits: key.bits };
    case 'ec':
      return { kind: key.kind, bits: key.bits, name: key.curve };
    case 'other':
      return { kind: key.kind, name: key.algorithm };
    default:
      return { kind: key.kind };
  }
}

function smaller(answer: SmtpAnswer, summaries: ReadonlyMap<string, Chain>): SmtpAnswer {
  return {
    ...answer,
    ms: seconds(answer.ms),
    addresses: answer.addresses.map(
      (address): SmtpAddress => ({
        ...address,
        connectMs: seconds(address.connectMs),
        ...quick(address, 'greeting'),
        ...quick(address, 'ehlo'),
        ...quick(address, 'starttls'),
        ...quick(address, 'ehloTls'),
        ...quick(address, 'quit'),
        handshakes: address.handshakes.map((handshake) => ({
          ...handshake,
          ms: seconds(handshake.ms),
          ...(handshake.chain === undefined
            ? {}
            : { chain: summaries.get(JSON.stringify(handshake.chain)) ?? handshake.chain }),
        })),
      }),
    ),
  };
}

function quick(address: SmtpAddress, which: ReplyName): { [K in ReplyName]?: SmtpReply } {
  const reply = address[which];
  return reply === undefined ? {} : { [which]: { ...reply, ms: seconds(reply.ms) } };
}

type ReplyName = 'greeting' | 'ehlo' | 'starttls' | 'ehloTls' | 'quit';

function seconds(ms: number): number {
  return ms < 1000 ? 0 : ms;
}
