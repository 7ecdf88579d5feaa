/*
 * DKIM-Signature header fields (RFC 6376 §3.5), read from whatever a person pastes: a whole message, a few header
 * lines, or only the value. Signatures are where selectors are told, so this is the way to keys that DNS alone
 * cannot list. The form is checked (§6.1.1, RFC 8301 §3.1), the cryptography is not.
 *
 * Known deviations: lines that lost their indentation when they were copied are taken as continued; U-labels in
 * `d=`, `i=` and `s=` are faulted although RFC 8616 §5 allows them in internationalized messages.
 */

import { parseTagList, type Tag } from '../dmarc/tags.ts';
import { decodeBase64 } from './base64.ts';
import type { KeyRecord } from './key-record.ts';

/** For a fault of these kinds a verifier ignores the signature. */
export type SignatureBreak =
  | 'not-a-tag'
  | 'tag-name'
  | 'empty-tag'
  | 'duplicate'
  | 'octet'
  | 'missing'
  | 'version'
  | 'algorithm'
  /** rsa-sha1, which RFC 8301 §3.1 forbids. */
  | 'sha1'
  | 'base64'
  | 'body-hash'
  | 'canonicalization'
  | 'domain'
  | 'selector'
  | 'from-unsigned'
  /** `i=` does not lie at or below `d=`. */
  | 'identity'
  | 'number'
  /** `x=` is not after `t=`. */
  | 'expires-before-made'
  | 'query';

/** What a verifier overlooks, and a sender should not. */
type SignatureLight =
  /** `l=`: text can be appended to the message without breaking the signature (RFC 6376 §8.2). */
  'body-length' | 'trailing-blank' | 'expired';

/** What is wrong and where: characters `[from, to)` of the pasted text. `detail`: the tag that is missing. */
export interface SignatureFault {
  readonly kind: SignatureBreak | SignatureLight;
  readonly from: number;
  readonly to: number;
  readonly detail?: string;
}

/** One signature as read; tags that are absent or unreadable are left out. */
export interface Signature {
  readonly tags: readonly Tag[];
  readonly faults: readonly SignatureFault[];
  /** `s=` and `d=`, in lower case: where its key stands. */
  readonly selector?: string;
  readonly domain?: string;
  /** `i=`, or `@` and the domain. */
  readonly identity?: string;
  /** `a=`: "rsa" and "sha256". */
  readonly keyType?: string;
  readonly hash?: string;
  /** `h=`, in lower case. */
  readonly headers: readonly string[];
  /** `t=` and `x=`, seconds since 1970. */
  readonly made?: number;
  readonly expires?: number;
  /** From is listed once more than it stands in the message, so that none can be added (RFC 6376 §8.15). */
  readonly oversigned: boolean;
}

/** What a pasted text holds. */
export interface Pasted {
  readonly signatures: readonly Signature[];
  /** Domains of the From addresses, in lower case, as far as they can be told. */
  readonly fromDomains: readonly string[];
}

/** Why a signature with this key cannot hold, before any cryptography. */
export type PairFault =
  | 'revoked'
  | 'broken'
  | 'key-type'
  | 'hash'
  | 'service'
  | 'identity-strict'
  | 'testing';

/** Characters of a pasted text that are read. */
const MOST_PASTED = 262_144;

/** Finds and reads all signatures of a pasted text. `now` in seconds since 1970 tells what has expired. Total. */
export function readPasted(text: string, now?: number): Pasted {
  const fields = headerFields(text.slice(0, MOST_PASTED));
  const from = fields.filter((field) => FROM.test(field.name));
  const signed = fields.filter((field) => field.name === 'dkim-signature');
  const ranges =
    signed.length > 0 || !BARE.test(text.slice(0, 4096))
      ? signed
      : [{ from: 0, to: Math.min(text.length, MOST_PASTED) }];
  return {
    signatures: ranges
      .slice(0, 50)
      .map((range) => readSignature(text.slice(range.from, range.to), range.from, now)),
    fromDomains: [...new Set(from.flatMap((field) => domainsOf(text.slice(field.from, field.to))))],
  };
}

/** The faults a verifier would find between a signature and its key (RFC 6376 §6.1.2). */
export function pairFaults(signature: Signature, key: KeyRecord): PairFault[] {
  const found: PairFault[] = [];
  if (key.state === 'revoked') found.push('revoked');
  if (key.state === 'broken') found.push('broken');
  if (signature.keyType !== undefined && signature.keyType !== key.type) found.push('key-type');
  if (signature.hash !== undefined && key.hashes && !key.hashes.includes(signature.hash)) found.push('hash');
  if (!key.services.includes('*') && !key.services.includes('email')) found.push('service');
  if (key.flags.includes('s') && hostOf(signature.identity) !== signature.domain)
    found.push('identity-strict');
  if (key.flags.includes('y')) found.push('testing');
  return found;
}

/** Whether a verifier ignores the signature for this fault. */
export function breaksSignature(kind: SignatureFault['kind']): kind is SignatureBreak {
  return kind !== 'body-length' && kind !== 'trailing-blank' && kind !== 'expired';
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Reads one signature's value; `base` is where it stands in the pasted text. */
function readSignature(value: string, base: number, now: number | undefined): Signature {
  const list = parseTagList(value);
  const faults: SignatureFault[] = [];
  const fault = (kind: SignatureFault['kind'], { from, to }: Range, detail?: string) =>
    faults.push({ kind, from: base + from, to: base + to, ...(detail === undefined ? {} : { detail }) });
  const all = { from: 0, to: value.length };

  for (const { kind, from, to } of list.faults)
    fault(
      kind === 'no-equals'
        ? 'not-a-tag'
        : kind === 'name'
          ? 'tag-name'
          : kind === 'empty'
            ? 'empty-tag'
            : kind,
      {
        from,
        to,
      },
    );
  // RFC 6376 §3.2: nothing may follow the last semicolon, not even a blank.
  if (/;[ \t]+$/.test(value.slice(-200).replace(/\r?\n$/, '')))
    fault('trailing-blank', { from: value.length - 1, to: value.length });

  const tag = (name: string) => list.tags.find((candidate) => candidate.name === name);
  const text = (name: string) => tag(name)?.value.replace(/[ \t\r\n]+/g, '');
  for (const name of REQUIRED) if (tag(name) === undefined) fault('missing', all, name);
  const check = (name: string, kind: SignatureBreak, fine: (value: string) => boolean) => {
    const found = tag(name);
    const value = text(name);
    if (found && value !== undefined && !fine(value)) fault(kind, found);
  };

  check('v', 'version', (v) => v === '1');
  const algorithm = /^([a-z][a-z0-9]*)-([a-z][a-z0-9]*)$/i.exec(text('a') ?? '');
  const [keyType, hash] = [algorithm?.[1]?.toLowerCase(), algorithm?.[2]?.toLowerCase()];
  if (hash === 'sha1') check('a', 'sha1', () => false);
  else check('a', 'algorithm', () => hash === 'sha256' && (keyType === 'rsa' || keyType === 'ed25519'));
  check('b', 'base64', (b) => b !== '' && decodeBase64(b).wrongAt === undefined);
  check('bh', 'body-hash', (bh) => {
    const { octets, wrongAt } = decodeBase64(bh);
    return wrongAt === undefined && (hash === 'sha1' || octets.length === 32);
  });
  check('c', 'canonicalization', (c) => /^(?:simple|relaxed)(?:\/(?:simple|relaxed))?$/i.test(c));
  // RFC 6376 §3.5: d= names a domain; one label alone is nobody's to sign for.
  check('d', 'domain', (d) => DOMAIN.test(d) && d.includes('.'));
  check('s', 'selector', (s) => DOMAIN.test(s));
  check('q', 'query', (q) => q.toLowerCase().split(':').includes('dns/txt'));
  for (const name of ['l', 't', 'x']) check(name, 'number', (n) => /^[0-9]{1,76}$/.test(n));

  const domain = text('d')?.toLowerCase();
  const identity = text('i') ?? (domain === undefined ? undefined : `@${domain}`);
  check('i', 'identity', (i) => {
    const host = hostOf(i);
    return host !== undefined && domain !== undefined && (host === domain || host.endsWith(`.${domain}`));
  });
  const headers = (text('h') ?? '').toLowerCase().split(':').slice(0, 2000);
  check('h', 'from-unsigned', () => headers.some((header) => FROM.test(header)));
  const [made, expires] = [seconds(text('t')), seconds(text('x'))];
  if (made !== undefined && expires !== undefined) check('x', 'expires-before-made', () => expires > made);
  const past = tag('x');
  if (past && expires !== undefined && now !== undefined && expires < now) fault('expired', past);
  const length = tag('l');
  if (length) fault('body-length', length);

  const selector = text('s')?.toLowerCase();
  return {
    tags: list.tags.map((found) => ({
      ...found,
      from: found.from + base,
      to: found.to + base,
      valueFrom: found.valueFrom + base,
      valueTo: found.valueTo + base,
    })),
    faults: faults.sort((a, b) => a.from - b.from || a.to - b.to),
    ...(selector !== undefined && DOMAIN.test(selector) ? { selector } : {}),
    ...(domain !== undefined && DOMAIN.test(domain) ? { domain } : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(keyType === undefined || hash === undefined ? {} : { keyType, hash }),
    headers,
    ...(made === undefined ? {} : { made }),
    ...(expires === undefined ? {} : { expires }),
    oversigned: headers.filter((header) => FROM.test(header)).length > 1,
  };
}

/** Header fields of a text up to its first empty line: lower-case name and the range of the value. */
function headerFields(text: string): (Range & { readonly name: string })[] {
  const fields: { name: string; from: number; to: number }[] = [];
  let begun = false;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline + 1;
    const line = text.slice(at, Math.min(end, at + 1000));
    if (/^\r?\n?$/.test(line)) {
      if (begun) break;
    } else {
      const name = /^[ \t]/.test(line) ? undefined : /^([A-Za-z][A-Za-z0-9-]{0,76})[ \t]*:/.exec(line);
      const last = fields.at(-1);
      if (name) {
        fields.push({ name: (name[1] as string).toLowerCase(), from: at + name[0].length, to: end });
        begun = true;
      } else if (last) last.to = end;
    }
    at = end;
  }
  return fields.slice(0, 5000);
}

function domainsOf(from: string): string[] {
  const flat = from.slice(0, 2000);
  return [...flat.matchAll(/@([A-Za-z0-9_.-]{1,253})/g)].map((match) =>
    (match[1] as string).toLowerCase().replace(/\.$/, ''),
  );
}

/** The domain of an identity, in lower case; undefined without `@`. */
function hostOf(identity: string | undefined): string | undefined {
  const at = identity?.lastIndexOf('@') ?? -1;
  return identity === undefined || at === -1 ? undefined : identity.slice(at + 1).toLowerCase();
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

const FROM = /^from$/;
const REQUIRED = ['v', 'a', 'b', 'bh', 'd', 'h', 's'];
const DOMAIN = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*$/;
/** The value of a signature pasted without its field name. */
const BARE = /^\s*v\s*=\s*1\s*;[^\0]*\bs\s*=/;
