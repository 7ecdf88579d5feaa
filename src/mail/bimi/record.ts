/*
 * The TXT record at `default._bimi.<domain>` (draft-brand-indicators-for-message-identification §4.3): where a
 * mailbox provider finds the logo to show beside mail that passed DMARC under an enforced policy. `l=` is the
 * address of an SVG, `a=` that of a mark certificate. Both empty means the domain declines to show a logo.
 * A tag list as in DKIM: unknown tags are ignored, a repeated tag invalidates the list.
 */

import { type Fault, MAX_FAULTS } from '../mta-sts/fields.ts';

/** What makes a record invalid, or a tag of it useless. */
type BimiFault =
  | 'not-bimi'
  | 'empty-tag'
  | 'no-equals'
  | 'bad-name'
  | 'repeated'
  | 'no-location'
  | 'empty-location'
  | 'bad-location'
  | 'not-svg'
  | 'bad-evidence'
  | 'bad-avatar-preference';

/** One tag; offsets are octets in the record. */
interface BimiTag {
  readonly name: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** A record as read. */
export interface BimiRecord {
  readonly text: string;
  readonly tags: readonly BimiTag[];
  /** `l=` as written; undefined when the tag is missing. */
  readonly location?: string;
  /** `a=` as written; undefined when the tag is missing. */
  readonly evidence?: string;
  /** `l=` and `a=` are both there and both empty: the domain takes no part. */
  readonly declines: boolean;
  /** The tag list follows the grammar, whatever the values say. */
  readonly wellFormed: boolean;
  readonly faults: readonly Fault<BimiFault>[];
}

/** Whether a text has the version tag first: `v`, blanks around `=` allowed, exactly `BIMI1`. */
export function isBimiRecord(text: string): boolean {
  return /^[ \t]{0,64}v[ \t]{0,64}=[ \t]{0,64}BIMI1[ \t]{0,64}(;|$)/.test(text);
}

/** Whether a text that is dropped was evidently meant to be a BIMI record. */
export function resemblesBimi(text: string): boolean {
  return (
    !isBimiRecord(text) && /^[\s"'\\\xef\xbb\xbf\xa0\xc2]{0,8}v\s{0,4}=\s{0,4}["']?\s{0,4}bimi/i.test(text)
  );
}

/** Reads a record. Total and linear. */
export function parseBimiRecord(text: string): BimiRecord {
  const faults: Fault<BimiFault>[] = [];
  const fault = (kind: BimiFault, from: number, to: number) => {
    if (faults.length < MAX_FAULTS) faults.push({ kind, from, to });
  };
  const tags: BimiTag[] = [];
  if (!isBimiRecord(text)) fault('not-bimi', 0, Math.min(text.length, 8));
  const names = new Set<string>();
  for (let at = 0; at <= text.length; ) {
    const semicolon = text.indexOf(';', at);
    const end = semicolon === -1 ? text.length : semicolon;
    let [from, to] = [at, end];
    at = end + 1;
    while (from < to && /\s/.test(text.charAt(from))) from++;
    while (to > from && /\s/.test(text.charAt(to - 1))) to--;
    if (from === to) {
      if (semicolon !== -1) fault('empty-tag', Math.max(0, end - 1), end + 1);
      continue;
    }
    const piece = text.slice(from, to);
    const equals = piece.indexOf('=');
    if (equals === -1) {
      fault('no-equals', from, to);
      continue;
    }
    const name = piece.slice(0, equals).trimEnd();
    const value = piece.slice(equals + 1).trimStart();
    const tag: BimiTag = { name, value, from, to };
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) fault('bad-name', from, to);
    else if (names.has(name)) fault('repeated', from, to);
    names.add(name);
    tags.push(tag);
  }
  const wellFormed = faults.length === 0;
  const find = (name: string) => tags.find((tag) => tag.name === name);
  const [location, evidence, avatar] = [find('l'), find('a'), find('avp')];
  const declines = location?.value === '' && evidence?.value === '';
  if (!location) fault('no-location', 0, text.length);
  else if (location.value === '' && !declines && evidence)
    fault('empty-location', location.from, location.to);
  else if (location.value !== '' && !isHttps(location.value))
    fault('bad-location', location.from, location.to);
  else if (OTHER_IMAGE.test(location.value)) fault('not-svg', location.from, location.to);
  if (evidence && evidence.value !== '' && !isHttps(evidence.value))
    fault('bad-evidence', evidence.from, evidence.to);
  if (avatar && avatar.value !== 'brand' && avatar.value !== 'personal')
    fault('bad-avatar-preference', avatar.from, avatar.to);
  return {
    text,
    tags,
    ...(location ? { location: location.value } : {}),
    ...(evidence ? { evidence: evidence.value } : {}),
    declines,
    wellFormed,
    faults,
  };
}

function isHttps(uri: string): boolean {
  return /^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?([/?#][\x21-\x7e]*)?$/i.test(uri);
}

const OTHER_IMAGE = /\.(png|jpe?g|gif|webp|ico|bmp|svgz|pdf)([?#]|$)/i;
