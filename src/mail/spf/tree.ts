/*
 * The whole of an SPF policy as a tree: the domain's own record with every included and redirected record in
 * its place (RFC 7208 §5.2, §6.1). A receiver may ask at most ten questions and get two empty answers
 * (§4.6.4), over the whole tree and not for each record, and it stops at the first match; so each term shows
 * its own cost, the count before it and what lies below it. The worst path is the sum: a sender that matches
 * nothing goes through everything.
 */

import type { Name } from '../../dns/name.ts';
import type { SpfRecord, Term } from './record.ts';

/** Lookups and void lookups (RFC 7208 §4.6.4). */
export interface Cost {
  readonly lookups: number;
  readonly voids: number;
}

/** What stands at a name: a record, nothing, several, one that is an error, or not known. */
export type NodeState = 'record' | 'none' | 'multiple' | 'malformed' | 'loop' | 'limit' | 'macro' | 'blind';

/** One record of the tree. `B` is the caller's reason for not knowing. */
export interface SpfNode<B = unknown> {
  /** Whose record; absent where macros hide the name. */
  readonly name?: Name;
  readonly how: 'start' | 'include' | 'redirect';
  readonly state: NodeState;
  /** Why a question was not answered. */
  readonly because?: B;
  /** Names the question was led on to by CNAME. */
  readonly chain: readonly Name[];
  readonly text?: string;
  readonly record?: SpfRecord;
  readonly terms: readonly TermNode<B>[];
}

/** One term of a record in the tree. */
export interface TermNode<B = unknown> {
  readonly term: Term;
  /** Lookups the term itself costs, 0 or 1. */
  readonly cost: 0 | 1;
  /** Lookups made before this term by a sender that matched nothing so far. */
  readonly before: number;
  /** Lookups of the term and all below it. */
  readonly lookups: number;
  /** Void lookups of the term and all below it, for a client of each family. */
  readonly voids: { readonly v4: number; readonly v6: number };
  /** Never evaluated: right of `all`, or a redirect beside `all`. */
  readonly dead: boolean;
  /** The name asked for; absent where macros hide it or it is no name. */
  readonly target?: Name;
  /** Macros that need the sender's data hide what the term does. */
  readonly dynamic: boolean;
  /** `a`, `mx`, `exists`: the addresses found. */
  readonly addresses?: { readonly v4: readonly string[]; readonly v6: readonly string[] };
  /** `mx`: the names of the MX records found. */
  readonly exchanges?: readonly Name[];
  /** `include`, `redirect`: the record it leads to. */
  readonly nested?: SpfNode<B>;
  readonly because?: B;
}

/** What happens to a stranger's mail, an address covered by nothing. */
export type StrangerResult = 'open' | 'fail' | 'softfail' | 'neutral' | 'permerror' | 'none' | 'unknown';
