/*
 * DKIM key records: a tag list in TXT at `<selector>._domainkey.<domain>` (RFC 6376 §3.6.1, RFC 8301 on sizes
 * and hashes, RFC 8463 on Ed25519). `v`, if there, comes first and is exactly `DKIM1`; `p` holds the key in
 * base64 and is empty for a revoked key; what a verifier does not know it ignores; what breaks the form makes it
 * discard the record.
 *
 * Known deviations: blanks after the last semicolon and empty tags (`;;`) are let pass with a light fault or
 * none, as verifiers do; a value that differs from a known one only by case is read as the known one.
 */

import { parseTagList, type Tag } from '../dmarc/tags.ts';
import { decodeBase64 } from './base64.ts';
import { isWrappedEd25519, type RsaKey, readRsaKey } from './der.ts';

/** The key itself. */
type PublicKey = RsaKey | { readonly kind: 'ed25519' };

/** Faults for which verifiers discard the record or cannot use the key. */
type BreakingFault =
  /** Something before the first `=` or between semicolons that is no tag. */
  | 'not-a-tag'
  | 'duplicate'
  /** An octet that is not printable ASCII, in a tag that is read. */
  | 'octet'
  /** The whole record is a host name: the target of a CNAME pasted as TXT. */
  | 'host-name'
  /** `v` stands elsewhere than first, or is not exactly `DKIM1`. */
  | 'version'
  | 'no-key'
  | 'base64'
  | 'truncated'
  /** Octets that are no key of the stated type. */
  | 'encoding'
  | 'key-type'
  /** A key of the other type than stated. */
  | 'key-type-mismatch'
  /** An Ed25519 key wrapped in DER, or not of 32 octets. */
  | 'ed25519-shape'
  | 'rsa-short'
  | 'rsa-exponent'
  /** `h=` leaves out sha256. */
  | 'hashes'
  /** `s=` leaves out e-mail. */
  | 'services';

/** Faults that all or most verifiers overlook. */
type LightFault =
  | 'empty-tag'
  /** A name that no tag can have, so that strict verifiers refuse the record and others ignore the tag. */
  | 'tag-name'
  /** The same octets in a note or an unknown tag, with the same consequence. */
  | 'note-octet'
  | 'value-case'
  | 'sha1-listed'
  /** A tag that belongs into the signature, not into the key record. */
  | 'signature-tag'
  | 'granularity'
  | 'upper-case-tag';

/** What is wrong and where: octets `[from, to)` of the record. */
export interface KeyFault {
  readonly kind: BreakingFault | LightFault;
  readonly from: number;
  readonly to: number;
}

/** A key record as read. Never a throw: what is wrong stands in `faults`. */
export interface KeyRecord {
  readonly text: string;
  readonly tags: readonly Tag[];
  readonly faults: readonly KeyFault[];
  /** `live`: a verifier can use it for mail; `revoked`: `p=` is empty; `broken`: verifiers discard it. */
  readonly state: 'live' | 'revoked' | 'broken';
  /** `k=`, in lower case; "rsa" where none is stated. */
  readonly type: string;
  /** `h=`, absent where all hashes are allowed. */
  readonly hashes?: readonly string[];
  /** `s=`, `*` where none is stated. */
  readonly services: readonly string[];
  /** `t=`: `y` testing, `s` strict identity. */
  readonly flags: readonly string[];
  /** The base64 of `p=` without blanks; absent without `p=`. */
  readonly base64?: string;
  readonly key?: PublicKey;
}

/** Whether a text means to be a key record: a DKIM version, or a `p` tag with nothing or a key in it. */
export function looksLikeKey(text: string): boolean {
  return parseTagList(text.slice(0, 2048).replace(/^[\s"]+/, '')).tags.some(
    ({ name, value }) =>
      (/^v$/i.test(name) && /^DKIM/i.test(value)) ||
      (/^p$/i.test(name) && (value === '' || /^[A-Za-z0-9+/ \t]{40}/.test(value))),
  );
}

/** Reads a key record (RFC 6376 §3.6.1). Total, and linear in the length of the text. */
export function parseKeyRecord(text: string): KeyRecord {
  const { tags, faults: form } = parseTagList(text);
  const faults: KeyFault[] = [];
  const fault = (kind: KeyFault['kind'], at: { from: number; to: number }) =>
    faults.push({ kind, from: at.from, to: at.to });
  const all = { from: 0, to: text.length };
  const find = (name: string) => tags.find((tag) => tag.name === name);
  const read = READ.flatMap((name) => find(name) ?? []);
  if (HOST_NAME.test(text)) fault('host-name', all);
  else
    for (const { kind, from, to } of form) {
      const isRead = read.some((tag) => from >= tag.from && to <= tag.to);
      if (kind === 'no-equals') fault('not-a-tag', { from, to });
      else if (kind === 'octet' && !isRead) fault('note-octet', { from, to });
      else fault(TAG_FAULTS[kind], { from, to });
    }

  const version = find('v');
  // RFC 6376 §3.6.1: compared as a string; "DKIM1.0" and "dkim1" are other versions.
  if (version && (version !== tags[0] || version.value !== 'DKIM1')) fault('version', version);
  for (const tag of tags) {
    if (/^[VKPHST]$/.test(tag.name)) fault('upper-case-tag', tag);
    if (SIGNATURE_TAGS.has(tag.name)) fault('signature-tag', tag);
    if (tag.name === 'g') fault('granularity', tag);
  }

  const k = find('k');
  const type = k ? known(k, ['rsa', 'ed25519'], fault) : 'rsa';
  if (k && type !== 'rsa' && type !== 'ed25519') fault('key-type', k);

  const h = find('h');
  const hashes = h && listed(h, ['sha1', 'sha256'], fault);
  // RFC 6376 §6.1.2 step 6, RFC 8301 §3.1: sha256 is the only hash left; a list without it allows nothing.
  if (h && hashes && !hashes.includes('sha256')) fault('hashes', h);
  else if (h && hashes?.includes('sha1')) fault('sha1-listed', h);

  const s = find('s');
  const services = s ? listed(s, ['email', '*'], fault) : ['*'];
  if (s && !services.includes('*') && !services.includes('email')) fault('services', s);

  const t = find('t');
  const flags = t ? listed(t, ['y', 's'], fault) : [];

  const p = find('p');
  const base64 = p?.value.replace(/[ \t\r\n]+/g, '');
  let key: PublicKey | undefined;
  if (p === undefined) {
    if (!faults.some((found) => found.kind === 'host-name')) fault('no-key', all);
  } else if (base64 !== '') {
    const decoded = decodeBase64(p.value);
    // A record cut off in the middle of the key is told by what the key itself announces.
    const cut = decoded.wrongAt === p.value.length - 1 && readKey(type, decoded.octets) === 'truncated';
    if (decoded.wrongAt !== undefined && !cut) {
      const at = p.valueFrom + decoded.wrongAt;
      fault('base64', { from: at, to: Math.min(at + 1, p.valueTo) });
    } else {
      const found = readKey(type, decoded.octets);
      if (typeof found === 'string') fault(found, { from: p.valueFrom, to: p.valueTo });
      else {
        key = found;
        const value = { from: p.valueFrom, to: p.valueTo };
        // RFC 8301 §3.2: signatures by shorter keys fail for good.
        if (key?.kind === 'rsa' && key.bits < 1024) fault('rsa-short', value);
        if (key?.kind === 'rsa' && (!key.exponentOdd || key.exponent < 3)) fault('rsa-exponent', value);
      }
    }
  }
  faults.sort((a, b) => a.from - b.from || a.to - b.to);
  const broken = faults.some((found) => isBreaking(found.kind));
  return {
    text,
    tags,
    faults,
    state: broken ? 'broken' : base64 === '' ? 'revoked' : 'live',
    type,
    ...(hashes ? { hashes } : {}),
    services,
    flags,
    ...(base64 === undefined ? {} : { base64 }),
    ...(key ? { key } : {}),
  };
}

/** Whether a fault of this kind makes verifiers discard the record. */
function isBreaking(kind: KeyFault['kind']): kind is BreakingFault {
  return !LIGHT.has(kind);
}

/** The key in the octets of `p=`, or what is wrong with them; undefined for types not known. */
function readKey(type: string, octets: string): PublicKey | BreakingFault | undefined {
  if (type === 'ed25519') {
    // RFC 8463 §4.2: the 32 octets of the key as they are, without DER.
    if (octets.length === 32) return { kind: 'ed25519' };
    return typeof readRsaKey(octets) === 'object' ? 'key-type-mismatch' : 'ed25519-shape';
  }
  if (type !== 'rsa') return undefined;
  if (octets.length === 32 || isWrappedEd25519(octets)) return 'key-type-mismatch';
  const key = readRsaKey(octets);
  return key === undefined ? 'encoding' : key;
}

/** A value in its known spelling where it differs from a known one only by case, else as written. */
function known(tag: Tag, words: readonly string[], fault: (kind: LightFault, at: Tag) => void): string {
  const lower = tag.value.toLowerCase();
  if (lower === tag.value || !words.includes(lower)) return tag.value;
  fault('value-case', tag);
  return lower;
}

/** The parts of a colon-separated value, blanks around each dropped. */
function listed(tag: Tag, words: readonly string[], fault: (kind: LightFault, at: Tag) => void): string[] {
  let odd = false;
  const parts = tag.value.split(':').map((part) => {
    const word = part.trim();
    const lower = word.toLowerCase();
    if (lower === word || !words.includes(lower)) return word;
    odd = true;
    return lower;
  });
  if (odd) fault('value-case', tag);
  return parts;
}

const HOST_NAME = /^\s*(?:[A-Za-z0-9_-]{1,63}\.){2,30}[A-Za-z][A-Za-z0-9-]{0,62}\.?\s*$/;
const TAG_FAULTS = { empty: 'empty-tag', name: 'tag-name', duplicate: 'duplicate', octet: 'octet' } as const;
/** Tags whose values are read. */
const READ = ['v', 'k', 'h', 's', 't', 'p'] as const;
const LIGHT: ReadonlySet<string> = new Set<LightFault>([
  'empty-tag',
  'tag-name',
  'note-octet',
  'value-case',
  'sha1-listed',
  'signature-tag',
  'granularity',
  'upper-case-tag',
]);
/** Tags of the DKIM-Signature field that mean nothing in a key record (RFC 6376 §3.5). */
const SIGNATURE_TAGS: ReadonlySet<string> = new Set(['a', 'b', 'bh', 'c', 'd', 'i', 'l', 'q', 'x', 'z']);
