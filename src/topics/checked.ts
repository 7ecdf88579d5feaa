/*
 * Signatures that do not verify are never told in so many words: a validating resolver answers SERVFAIL (RFC 4035
 * §5.5), which is also what it says when it stumbles or name servers are down. Two things together prove them: the
 * question fails the same way when put another way (with DNSSEC records, or without), and it is answered when
 * checking is disabled. The other way of putting it is a question of its own, so its failure is a second failure
 * and not the memory of the first.
 */

import type { DnsAnswer, DnsQuestion, RecordType } from '../dns/record.ts';
import type { Look } from '../engine/topic.ts';
import type { Seen } from '../facts/observation.ts';

/** An answer, and what the resolver's checking did to it. */
export interface Checked<T extends RecordType> {
  /** What was answered: where `bogus`, without checking. */
  readonly result: Seen<DnsAnswer<T>>;
  /** Refused with checking, whichever way it was asked, and answered without. */
  readonly bogus: boolean;
  /** Refused whichever way it was asked, and without checking as well: the name servers fail. */
  readonly failing: boolean;
}

/** Asks a question; only where it fails as broken signatures do, it is put another way and without checking too. */
export async function askChecked<T extends RecordType>(
  ask: Look['ask'],
  question: DnsQuestion<T>,
): Promise<Checked<T>> {
  const put = (other: DnsQuestion<T>) => ask(other) as Promise<Seen<DnsAnswer<T>>>;
  const result = await put(question);
  if (!refused(result)) return { result, bogus: false, failing: false };
  const { dnssec, ...plain } = question;
  const [again, unchecked] = await Promise.all([
    put(dnssec ? plain : { ...question, dnssec: true }),
    put({ ...question, cd: true }),
  ]);
  // An answer is an answer, unless it lacks the signatures that were asked for.
  if (again.seen && !dnssec) return { result: again, bogus: false, failing: false };
  if (!refused(again)) return { result, bogus: false, failing: false };
  if (unchecked.seen) return { result: unchecked, bogus: true, failing: false };
  return { result, bogus: false, failing: refused(unchecked) };
}

function refused(result: Seen<DnsAnswer>): boolean {
  return !result.seen && result.because.reason === 'servfail';
}
