/*
 * The text of an SPF record (RFC 7208 §4.5, §4.6, §12). A record is `v=spf1` and terms between spaces:
 * mechanisms, which say who may send, and modifiers, `name=value`. One error anywhere makes the whole record
 * an error for every receiver (§4.6), while a misspelt modifier is no error at all but is silently ignored
 * (§6). So there are two lists: `faults`, which void the record, and `slips`, which are legal and surely not
 * meant. Both name the mistake as people make it, with the octets to mark and, where the intention is plain,
 * the octets to write instead.
 */

import ipaddr from 'ipaddr.js';
import { type MacroFaultCode, type MacroPart, parseMacros } from './macro.ts';

/** What a matching mechanism says: pass, fail, softfail, neutral (RFC 7208 §4.6.2). */
export type Qualifier = '+' | '-' | '~' | '?';

/** A name with or without macros (RFC 7208 §7.1); octet offsets in the record. */
export interface DomainSpec {
  readonly text: string;
  readonly parts: readonly MacroPart[];
  readonly from: number;
  readonly to: number;
}

interface Place {
  /** Octets of the whole term, `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

interface Directive extends Place {
  readonly qualifier: Qualifier;
  /** Whether the qualifier is written out. */
  readonly signed: boolean;
}

/** One term that follows the grammar, or one that does not (`broken`). */
export type Term =
  | (Directive & { readonly kind: 'all' })
  | (Directive & { readonly kind: 'include' | 'exists'; readonly spec: DomainSpec })
  | (Directive & {
      readonly kind: 'a' | 'mx';
      readonly spec?: DomainSpec;
      readonly v4: number;
      readonly v6: number;
    })
  | (Directive & { readonly kind: 'ptr'; readonly spec?: DomainSpec })
  | (Directive & { readonly kind: 'ip4' | 'ip6'; readonly address: string; readonly prefix: number })
  | (Place & { readonly kind: 'redirect' | 'exp'; readonly spec: DomainSpec })
  | (Place & { readonly kind: 'unknown'; readonly name: string; readonly value: string })
  | (Place & { readonly kind: 'broken' });

/** A mistake that voids the record, named as people make it. */
export type FaultCode =
  | MacroFaultCode
  | 'no-version'
  | 'control'
  | 'no-break-space'
  | 'invisible'
  | 'typographic-dash'
  | 'quotation-mark'
  | 'non-ascii'
  | 'separator'
  | 'sign-apart'
  | 'sign-repeated'
  | 'space-after-colon'
  | 'missing-space'
  | 'colon-modifier'
  | 'signed-modifier'
  | 'modifier-name'
  | 'duplicate-modifier'
  | 'address-mechanism'
  | 'address-bare'
  | 'address-family'
  | 'address-short'
  | 'address-port'
  | 'address-host'
  | 'address-zero'
  | 'address-brackets'
  | 'address-wildcard'
  | 'address-missing'
  | 'address-form'
  | 'prefix-range'
  | 'prefix-zero'
  | 'prefix-slashes'
  | 'prefix-netmask'
  | 'prefix-form'
  | 'prefix-not-allowed'
  | 'all-value'
  | 'mechanism-misspelt'
  | 'mechanism-unknown'
  | 'name-missing'
  | 'name-address'
  | 'name-one-label'
  | 'name-port'
  | 'name-url'
  | 'name-form';

/** Something legal that is surely not meant. */
export type SlipCode =
  | 'equals-for-colon'
  | 'second-version'
  | 'modifier-misspelt'
  | 'modifier-unknown'
  | 'name-empty-label'
  | 'name-long-label'
  | 'name-address-like'
  | 'name-glued';

/** A mistake: the octets concerned `[from, to)` and, where the intention is plain, what to write there. */
export interface Mistake<C extends string> {
  readonly code: C;
  readonly from: number;
  readonly to: number;
  readonly repair?: string;
}

/** A record as read. Terms stand in order; those that `faults` point into are `broken`. */
export interface SpfRecord {
  readonly text: string;
  readonly terms: readonly Term[];
  readonly faults: readonly Mistake<FaultCode>[];
  readonly slips: readonly Mistake<SlipCode>[];
}
