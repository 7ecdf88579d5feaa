/*
 * The policy file at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2): lines of `key: value`
 * with `version`, `mode`, `max_age` once each and one `mx` a line. A sender that honours `mode: enforce` delivers
 * only to MX hosts that match an `mx` pattern and prove their name with a trusted certificate, until `max_age`
 * seconds after its last fetch. A repeated key other than `mx` is ignored, as are unknown keys.
 * Deviation: empty lines, a blank before the colon and a byte order mark are outside the grammar; they are
 * noted as loose, for many senders accept them.
 */

import { type Name, parentOf, parseName } from '../../dns/name.ts';
import { type Fault, MAX_FAULTS, trimmed } from './fields.ts';

/** What makes a policy invalid for every sender that follows the text. */
export type PolicyFault =
  | 'html'
  | 'no-version'
  | 'bad-version'
  | 'no-mode'
  | 'bad-mode'
  | 'no-max-age'
  | 'bad-max-age'
  | 'no-mx'
  | 'bad-mx'
  | 'key-case'
  | 'not-a-pair'
  | 'bad-extension';

/** What is outside the grammar but commonly accepted. */
export type LooseFault = 'empty-line' | 'space-before-colon' | 'byte-order-mark';

/** One `mx` line. `pattern` is in lower case without a final dot; absent when the value is no pattern. */
interface MxPattern {
  readonly value: string;
  readonly pattern?: string;
  readonly from: number;
  readonly to: number;
}

/** A policy as read. `valid` means no sender has a reason to reject it, loose faults apart. */
export interface StsPolicy {
  readonly text: string;
  readonly version?: string;
  readonly mode?: 'enforce' | 'testing' | 'none';
  /** Seconds. */
  readonly maxAge?: number;
  readonly mx: readonly MxPattern[];
  /** The values as written, with their places, also when they are no valid ones. */
  readonly written: Readonly<Partial<Record<'version' | 'mode' | 'max_age', Line>>>;
  /** Keys that stand more than once although only the first counts. */
  readonly repeated: readonly Line[];
  readonly faults: readonly Fault<PolicyFault>[];
  readonly loose: readonly Fault<LooseFault>[];
  readonly valid: boolean;
}

/** A `key: value` line; offsets of the value are octets in the file. */
interface Line {
  readonly key: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** The longest lifetime a policy may state, in seconds (RFC 8461 §3.2): about one year. */
export const MAX_AGE_LIMIT = 31557600;

/** Reads a policy body given as a byte string. Total and linear. */
export function parseStsPolicy(text: string): StsPolicy {
  const faults: Fault<PolicyFault>[] = [];
  const loose: Fault<LooseFault>[] = [];
  const note = <K extends string>(list: Fault<K>[], kind: K, from: number, to: number) => {
    if (list.length < MAX_FAULTS) list.push({ kind, from, to });
  };
  if (/^[\s\xef\xbb\xbf]{0,64}</.test(text)) {
    note(faults, 'html', 0, Math.min(text.length, 64));
    return { text, mx: [], written: {}, repeated: [], faults, loose, valid: false };
  }
  const written: Partial<Record<Single, Line>> = {};
  const repeated: Line[] = [];
  const mx: MxPattern[] = [];
  let start = 0;
  if (text.startsWith(BYTE_ORDER_MARK)) {
    note(loose, 'byte-order-mark', 0, 3);
    start = 3;
  }
  for (let at = start; at < text.length; ) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    const [from, to] = [at, end > at && text[end - 1] === '\r' ? end - 1 : end];
    at = end + 1;
    const [contentFrom, contentTo] = trimmed(text, from, to);
    if (contentFrom === contentTo) {
      note(loose, 'empty-line', Math.max(0, from - 1), Math.max(to, from));
      continue;
    }
    const colon = text.indexOf(':', from);
    if (colon === -1 || colon >= to) {
      note(faults, 'not-a-pair', from, to);
      continue;
    }
    const [keyFrom, keyTo] = trimmed(text, from, colon);
    const key = text.slice(keyFrom, keyTo);
    if (keyFrom !== from || keyTo !== colon) note(loose, 'space-before-colon', from, colon);
    const [valueFrom, valueTo] = trimmed(text, colon + 1, to);
    const line: Line = { key, value: text.slice(valueFrom, valueTo), from: valueFrom, to: valueTo };
    if (key === 'mx') {
      const pattern = readPattern(line.value);
      mx.push({
        value: line.value,
        from: valueFrom,
        to: valueTo,
        ...(pattern === undefined ? {} : { pattern }),
      });
      if (pattern === undefined) note(faults, 'bad-mx', from, to);
    } else if (isSingle(key)) {
      if (written[key]) repeated.push(line);
      else written[key] = line;
    } else if (isSingle(key.toLowerCase()) || key.toLowerCase() === 'mx')
      note(faults, 'key-case', from, colon);
    else if (!EXTENSION.test(key) || !isExtensionValue(line.value)) note(faults, 'bad-extension', from, to);
  }
  const { version, mode, max_age: maxAge } = written;
  const whole = [0, text.length] as const;
  if (!version) note(faults, 'no-version', ...whole);
  else if (version.value !== 'STSv1') note(faults, 'bad-version', version.from, version.to);
  if (!mode) note(faults, 'no-mode', ...whole);
  else if (!isMode(mode.value)) note(faults, 'bad-mode', mode.from, mode.to);
  const seconds = maxAge && readMaxAge(maxAge.value);
  if (!maxAge) note(faults, 'no-max-age', ...whole);
  else if (seconds === undefined) note(faults, 'bad-max-age', maxAge.from, maxAge.to);
  if (mx.length === 0 && mode?.value !== 'none') note(faults, 'no-mx', ...whole);
  return {
    text,
    ...(version ? { version: version.value } : {}),
    ...(mode && isMode(mode.value) ? { mode: mode.value } : {}),
    ...(seconds === undefined ? {} : { maxAge: seconds }),
    mx,
    written,
    repeated,
    faults,
    loose,
    valid: faults.length === 0,
  };
}

/**
 * Tells which MX host names, as published, a policy's patterns name (RFC 8461 §4.1): equal ones, or `*.` in place
 * of exactly one label. `*.example.com` matches `mx1.example.com`, not `example.com` and not `a.b.example.com`.
 */
export function matcherOf(patterns: readonly string[]): (host: Name) => boolean {
  const exact = new Set<Name>();
  const above = new Set<Name>();
  for (const pattern of patterns) {
    const wild = pattern.startsWith('*.');
    const name = parseName(wild ? pattern.slice(2) : pattern);
    if (name !== undefined) (wild ? above : exact).add(name);
  }
  return (host) => {
    const parent = parentOf(host);
    return exact.has(host) || (parent !== undefined && above.has(parent));
  };
}

/** `["*."] Domain` of RFC 5321 §4.1.2 in lower case, undefined for anything else. */
function readPattern(value: string): string | undefined {
  if (value.length > 255 || !PATTERN.test(value)) return undefined;
  const domain = value.startsWith('*.') ? value.slice(2) : value;
  // An address written as a name is no host name (RFC 1123 §2.1: the top label is not all digits).
  if (/(^|\.)[0-9]+$/.test(domain) || parseName(domain) === undefined) return undefined;
  return value.toLowerCase();
}

function readMaxAge(value: string): number | undefined {
  if (!/^[0-9]{1,10}$/.test(value)) return undefined;
  const seconds = Number(value);
  return seconds <= MAX_AGE_LIMIT ? seconds : undefined;
}

type Single = 'version' | 'mode' | 'max_age';

function isSingle(key: string): key is Single {
  return key === 'version' || key === 'mode' || key === 'max_age';
}

function isMode(value: string): value is 'enforce' | 'testing' | 'none' {
  return value === 'enforce' || value === 'testing' || value === 'none';
}

function isExtensionValue(value: string): boolean {
  return value !== '' && !/[\x00-\x1f\x7f]/.test(value);
}

const BYTE_ORDER_MARK = '\xef\xbb\xbf';
const EXTENSION = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
const PATTERN =
  /^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
