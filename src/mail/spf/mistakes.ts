/*
 * The mistakes people make in SPF records, named as they make them. There are two lists: `faults`, which void the
 * record, and `slips`, which are legal and surely not meant: a misspelt modifier is no error but silently ignored
 * (RFC 7208 §6). Both have the octets to mark and, where the intention is plain, the octets to write instead.
 */

import { bitsOf, isIp4, isIp6 } from '../../dns/address.ts';
import { fromOctets } from '../../dns/text.ts';
import { asciiDomain } from './address.ts';
import { repaired } from './edit.ts';
import { type MacroFaultCode, parseMacros } from './macro.ts';
import {
  type Chunk,
  chunksOf,
  domainSpec,
  isModifierForMechanism,
  isSecondVersion,
  isSpf,
  parseSpf,
  type SpfRecord,
  strictTerm,
  TERM,
  type Term,
} from './record.ts';

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
  | 'sign-behind'
  | 'copied-along'
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

/** The mistakes of a record. */
export interface Mistakes {
  /** Those that void the record, in order. */
  readonly faults: readonly Mistake<FaultCode>[];
  /** What is legal and surely not meant, in order. */
  readonly slips: readonly Mistake<SlipCode>[];
}

/** Names the mistakes of a record, whose text `parseSpf` was given. */
export function mistakesOf({ text, terms }: SpfRecord): Mistakes {
  const faults: Mistake<FaultCode>[] = [];
  const slips: Mistake<SlipCode>[] = [];
  if (!isSpf(text)) return { faults: [{ code: 'no-version', from: 0, to: Math.min(6, text.length) }], slips };
  const chunks = chunksOf(text);
  for (let i = 0; i < chunks.length; i++) {
    const { chunk, from } = chunks[i] as Chunk;
    const next = chunks[i + 1];
    const bad = octetFaults(chunk, from);
    if (bad.length > 0) {
      faults.push(...(international(chunk, from) ?? bad));
      continue;
    }
    const term = strictTerm(chunk, from);
    if (term) {
      const slip = slipOf(term, text);
      if (slip) slips.push(slip);
      continue;
    }
    const together = next && octetFaults(next.chunk, next.from).length === 0 && joinedTerm(chunk, next.chunk);
    if (next && together) {
      const to = next.from + next.chunk.length;
      faults.push({ code: together.code, from, to, repair: together.repair });
      i++;
      continue;
    }
    faults.push(...diagnosed(chunk, from));
  }
  for (const kind of ['redirect', 'exp'] as const) {
    const [first, ...more] = terms.filter((term) => term.kind === kind);
    for (const { from, to } of more) {
      const same = first && text.slice(first.from, first.to) === text.slice(from, to);
      faults.push({ code: 'duplicate-modifier', from, to, ...(same ? { repair: '' } : {}) });
    }
  }
  faults.sort((a, b) => a.from - b.from);
  return { faults, slips };
}

/**
 * The record with every repairable mistake repaired; undefined when some fault has no plain repair or when there
 * is nothing to repair. The result follows the grammar.
 */
export function corrected(record: SpfRecord): string | undefined {
  let current = record;
  for (let round = 0; round < 4; round++) {
    const { faults, slips } = mistakesOf(current);
    const all = [...faults, ...slips];
    if (faults.some((fault) => fault.repair === undefined)) return undefined;
    const repairs = all.filter((mistake) => mistake.repair !== undefined);
    if (repairs.length === 0) return current === record ? undefined : current.text;
    const text = repaired(current.text, repairs);
    if (text === current.text) return undefined;
    current = parseSpf(text);
  }
  return undefined;
}

/** Octets no term may hold (RFC 7208 §3.1, §4.6.1), run by run. */
function octetFaults(chunk: string, at: number): Mistake<FaultCode>[] {
  if (!/[^\x21-\x7e]/.test(chunk)) return [];
  const faults: Mistake<FaultCode>[] = [];
  for (const match of chunk.matchAll(BAD_OCTETS)) {
    const { groups = {} } = match;
    const from = at + match.index;
    const place = { from, to: from + match[0].length };
    if (groups.dash !== undefined) faults.push({ ...place, code: 'typographic-dash', repair: '-' });
    else if (groups.space !== undefined) faults.push({ ...place, code: 'no-break-space', repair: ' ' });
    else if (groups.unseen !== undefined) faults.push({ ...place, code: 'invisible', repair: '' });
    else if (groups.quote !== undefined) faults.push({ ...place, code: 'quotation-mark', repair: '' });
    else if (groups.blank !== undefined) faults.push({ ...place, code: 'control', repair: ' ' });
    else if (groups.control !== undefined) faults.push({ ...place, code: 'control', repair: '' });
    else faults.push({ ...place, code: 'non-ascii' });
  }
  return faults;
}

/** A name in other than ASCII letters, to be written as A-labels (RFC 8616 §4); undefined where it is something else. */
function international(chunk: string, at: number): Mistake<FaultCode>[] | undefined {
  const [, head = '', name = ''] = /^([+~?-]?[A-Za-z]+[:=])([^\x00-\x20]+)$/.exec(chunk) ?? [];
  const text = fromOctets(name);
  if (!/^[\p{L}\p{N}\p{M}._-]+$/u.test(text)) return undefined;
  const ascii = asciiDomain(text);
  if (!valid(head + ascii)) return undefined;
  const from = at + head.length;
  return [{ code: 'non-ascii', from, to: from + name.length, repair: ascii }];
}

/** Two chunks that a stray space has parted. */
function joinedTerm(first: string, second: string): { code: FaultCode; repair: string } | undefined {
  if (/^[+~?-]$/.test(first) && valid(first + second)) return { code: 'sign-apart', repair: first + second };
  if (valid(second)) return undefined;
  if (/[:=]$/.test(first) || /^[:=]/.test(second))
    return valid(first + second) ? { code: 'space-after-colon', repair: first + second } : undefined;
  if (/^[+~?-]?(?:include|exists|ip4|ip6|a|mx)$/i.test(first) && valid(`${first}:${second}`))
    return { code: 'space-after-colon', repair: `${first}:${second}` };
  return undefined;
}

/** Whether a text is one or more faultless terms. */
function valid(text: string): boolean {
  return text.split(' ').every((chunk) => chunk !== '' && strictTerm(chunk, 0) !== undefined);
}

/** The mistake in a chunk that is no term. The first repair that gives faultless terms names it. */
function diagnosed(chunk: string, from: number): Mistake<FaultCode>[] {
  const place = { from, to: from + chunk.length };
  // Long chunks are machine-made; guessing at them is not worth the work.
  if (chunk.length <= 1024)
    for (const [code, repair] of guesses(chunk))
      if (repair !== undefined && repair !== chunk && (repair === '' || valid(repair)))
        return [{ ...place, code, repair }];
  const [, sign = '', written = '', rest = ''] = TERM.exec(chunk) ?? [];
  const name = written.toLowerCase();
  const value = rest.slice(1);
  const valueAt = from + sign.length + written.length + 1;
  if (TAKES_NAME.has(name) || rest.startsWith('=')) {
    const { faults } = parseMacros(value, valueAt);
    if (faults.length > 0) return faults;
  }
  const code = ((): FaultCode => {
    if (/^[+~?-]+$/.test(chunk)) return 'sign-apart';
    if (written === '') return chunk.includes('=') ? 'modifier-name' : 'mechanism-unknown';
    if (sign !== '' && rest.startsWith('=')) return 'signed-modifier';
    if (/^ip(?:v?[46])?$/.test(name)) {
      const [address = '', ...prefix] = value.split('/');
      if (value === '' || rest === '') return 'address-missing';
      if (isIp4(address) || isIp6(address))
        return prefix.length > 1
          ? 'prefix-slashes'
          : /^[0-9]+$/.test(prefix[0] ?? '')
            ? 'prefix-range'
            : 'prefix-form';
      if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?$/.test(address)) return 'address-short';
      return /[g-z]/i.test(address) && !/[:*]/.test(address) ? 'address-host' : 'address-form';
    }
    if (TAKES_NAME.has(name)) {
      if (value === '') return 'name-missing';
      const bare = value.replace(/\/[/0-9]*$/, '');
      if ((name === 'a' || name === 'mx') && domainSpec(bare.replace(/^:/, ''), 0)) return 'prefix-range';
      if ((name === 'a' || name === 'mx') && rest.startsWith('/')) return 'prefix-range';
      if (/^[A-Za-z0-9_-]+\.?$/.test(bare)) return 'name-one-label';
      return 'name-form';
    }
    return name === 'all' ? 'all-value' : 'mechanism-unknown';
  })();
  return [{ ...place, code }];
}

/** What a person may have meant, likeliest first: the name of the mistake and the chunk without it. */
function* guesses(chunk: string): Generator<[FaultCode, string | undefined]> {
  const [, sign = '', word = '', tail = ''] = /^([+~?-]?)([A-Za-z0-9_-]*)(.*)$/.exec(chunk) ?? [];
  const name = word.toLowerCase();
  yield ['quotation-mark', chunk.replace(/["'`\\]/g, '')];
  yield ['separator', chunk.replace(/^[;,|]+|[.;,|]*[;,|]+$/g, '')];
  if (/^(?:redirect|exp)$/.test(name)) yield ['colon-modifier', chunk.replace(':', '=')];
  yield ['signed-modifier', /^[+~?-]+[A-Za-z]+=/.test(chunk) ? chunk.replace(/^[+~?-]+/, '') : undefined];
  yield ['sign-behind', /^all[~?-]$/i.test(chunk) ? `${chunk.slice(3)}all` : undefined];
  if (name === 'all') yield ['all-value', sign + word];
  // The label of a button beside the record, taken along by the mouse.
  yield [
    'copied-along',
    /^[~?-]all(?:copy|copied|edit|save|delete)$/i.test(chunk) ? `${sign}all` : undefined,
  ];
  yield ['sign-repeated', chunk.replace(/^[+~?-]+(?=[+~?-])/, '')];
  yield ['separator', listed(chunk)];
  // Addresses.
  const address = /^[:=;.]?(.*)$/.exec(tail)?.[1] ?? '';
  if (/^(?:i?pv?[-_]?[456]?v?|ip[46]?addr(?:ess)?|inet[46]?)$/.test(name) && !/^ip[46]$/.test(name))
    yield ['address-mechanism', asAddress(sign, address)];
  yield ['address-bare', asAddress(sign, chunk.slice(sign.length))];
  if (name === 'ip4' || name === 'ip6') {
    if (!tail.startsWith(':')) yield ['address-mechanism', asAddress(sign, address)];
    yield ['address-family', asAddress(sign, address)];
    const head = `${sign}${name}:`;
    yield ['address-brackets', asAddress(sign, address.replace(/[[\]]/g, ''))];
    yield ['prefix-slashes', head + address.replace(/\/{2,}/, '/')];
    yield ['prefix-zero', head + address.replace(/\/0+(?=[0-9])/, '/')];
    yield ['prefix-netmask', head + address.replace(/\/([0-9.]+)$/, (_, mask) => `/${maskLength(mask)}`)];
    yield ['prefix-form', head + address.replace(/\/$/, '')];
    yield ['address-port', head + address.replace(/^([0-9.]+):[0-9]+/, '$1')];
    yield ['address-zero', head + address.replace(/(^|\.)0+(?=[0-9])/g, '$1')];
    yield ['address-short', /^[0-9.]+\/[0-9]+$/.test(address) ? head + filledUp(address) : undefined];
    yield ['address-wildcard', head + wildcard(address)];
    yield ['address-form', head + address.replace(/\.(?=\/|$)/, '')];
    if (/[A-Za-z]/.test(address) && !address.includes(':'))
      yield ['address-host', `${sign}a:${address.replace(/\/.*$/, '')}`];
  }
  // Names.
  if (TAKES_NAME.has(name) && /^[:=;]/.test(tail)) {
    const head = `${sign}${word}${tail[0] ?? ''}`;
    yield ['name-address', asAddress(sign, address)];
    const host = /^(?:[a-z]+:)?\/\/([^/:?#]+)/i.exec(address)?.[1];
    yield ['name-url', host && head + host];
    yield ['name-url', /^[^:@]+\/+$/.test(address) ? head + address.replace(/\/+$/, '') : undefined];
    yield [
      'prefix-not-allowed',
      MULTIHOMED.test(name) ? undefined : head + address.replace(/\/[/0-9]+$/, ''),
    ];
    yield ['name-port', head + address.replace(/:[0-9]+$/, '')];
  }
  if (TAKES_NAME.has(name)) {
    yield ['prefix-slashes', chunk.replace(/\/([0-9]+)\/([0-9]+)$/, '/$1//$2')];
    yield ['prefix-zero', chunk.replace(/\/0+(?=[0-9])/g, '/')];
    yield ['name-missing', tail === ':' ? sign + word : undefined];
    yield ['separator', chunk.replace(/^([^:=]+[:=])[:.=]+/, '$1')];
  }
  yield ['missing-space', parted(chunk)];
  // A misspelt mechanism, with or without the wrong mark after it.
  const near = nearest(name, MECHANISMS);
  if (near !== undefined) {
    yield ['mechanism-misspelt', sign + near + tail];
    const mark = near === 'redirect' ? '=' : ':';
    yield ['mechanism-misspelt', sign + near + tail.replace(/^[;.,/=:|]+/, mark)];
    yield ['mechanism-misspelt', tail.length <= 1 ? sign + near : undefined];
  }
}

/** `ip4:a,b` or `mx;-all` as terms of their own, a bare address taking the mechanism before it. */
function listed(chunk: string): string | undefined {
  if (!/[;,|]/.test(chunk)) return undefined;
  const pieces = chunk.split(/[;,|]+/).filter((piece) => piece !== '');
  return pieces.map((piece) => (strictTerm(piece, 0) ? piece : (asAddress('', piece) ?? piece))).join(' ');
}

/** An address written as a term of its family, or undefined when it is no address. */
function asAddress(sign: string, text: string): string | undefined {
  const address = text.replace(/\/.*$/, '');
  if (isIp4(address)) return `${sign}ip4:${text}`;
  return isIp6(address) ? `${sign}ip6:${text}` : undefined;
}

function maskLength(mask: string): string {
  const bits = bitsOf(mask, 'v4')?.toString(2).padStart(32, '0');
  const ones = /^(1*)0*$/.exec(bits ?? '-')?.[1];
  return ones === undefined ? '' : String(ones.length);
}

/** `192.0.2/24` as `192.0.2.0/24`. */
function filledUp(network: string): string {
  const [address = '', prefix = ''] = network.split('/');
  const octets = address.split('.').filter((octet) => octet !== '');
  if (octets.length >= 4 || Number(prefix) > octets.length * 8) return network;
  while (octets.length < 4) octets.push('0');
  return `${octets.join('.')}/${prefix}`;
}

/** `192.0.2.*` as `192.0.2.0/24`. */
function wildcard(address: string): string {
  const octets = address.split('.');
  const stars = octets.findIndex((octet) => /^[*xX]$/.test(octet));
  if (stars < 1 || octets.length > 4) return address;
  return filledUp(`${octets.slice(0, stars).join('.')}/${stars * 8}`);
}

/** The chunk with a space put in front of every term glued to the one before; undefined when there is none. */
function parted(chunk: string): string | undefined {
  let out = '';
  let rest = chunk;
  for (let n = 0; n < 16; n++) {
    const at = [...rest.matchAll(INNER_TERM)]
      .map((match) => match.index)
      .find((i) => i > 0 && valid(rest.slice(0, i)));
    if (at === undefined) break;
    out += `${rest.slice(0, at)} `;
    rest = rest.slice(at);
  }
  return out === '' ? undefined : out + rest;
}

/** What a faultless term says that is surely not meant. */
function slipOf(term: Term, text: string): Mistake<SlipCode> | undefined {
  const place = { from: term.from, to: term.to };
  if (term.kind === 'unknown') {
    const name = term.name.toLowerCase();
    if (isSecondVersion(term)) return { ...place, code: 'second-version', repair: '' };
    if (isModifierForMechanism(term)) {
      const meant = /^ip/.test(name)
        ? (asAddress('', term.value) ?? `${name}:${term.value}`)
        : `${name}:${term.value}`;
      return { ...place, code: 'equals-for-colon', ...(valid(meant) ? { repair: meant } : {}) };
    }
    const near = name.length >= 3 ? nearest(name, MODIFIERS) : undefined;
    if (near === undefined) return { ...place, code: 'modifier-unknown' };
    const meant = near === 'include' ? `include:${term.value}` : `${near}=${term.value}`;
    return { ...place, code: 'modifier-misspelt', ...(valid(meant) ? { repair: meant } : {}) };
  }
  if (!('spec' in term) || !term.spec) return undefined;
  const { spec } = term;
  const at = { from: spec.from, to: spec.to };
  if (/[:/@]/.test(spec.text)) {
    const whole = text.slice(term.from, term.to);
    const apart = parted(whole);
    if (apart !== undefined && valid(apart)) return { ...place, code: 'name-glued', repair: apart };
    const host = /^(?:[a-z]+:\/+)?(?:[^/@]*@)?([A-Za-z0-9_.-]+)/i.exec(spec.text)?.[1];
    const good = host !== undefined && domainSpec(host, 0) !== undefined && !spec.text.includes('%');
    return { ...at, code: 'name-address-like', ...(good ? { repair: host } : {}) };
  }
  const glued = /^(.*\.[A-Za-z]{2,})-all$/i.exec(spec.text);
  if (glued) return { ...at, code: 'name-glued', repair: `${glued[1]} -all` };
  // §4.8: what a name with an empty or over-long label leads to is not defined.
  const labels = spec.text
    .replace(/\.$/, '')
    .replace(/%\{[^}]*\}/g, 'x')
    .split('.');
  if (labels.some((label) => label === ''))
    return { ...at, code: 'name-empty-label', repair: spec.text.replace(/^\.+/, '').replace(/\.{2,}/g, '.') };
  if (labels.some((label) => label.length > 63)) return { ...at, code: 'name-long-label' };
  return undefined;
}

/** The known name closest in spelling, when it is close enough to be meant. */
function nearest(word: string, names: readonly string[]): string | undefined {
  if (word.length < 2 || word.length > 16) return undefined;
  let best: string | undefined;
  let least = word.length <= 3 ? 2 : 3;
  for (const name of names) {
    const distance = editDistance(word, name);
    if (distance < least && distance < name.length) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two short words. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const above = rows[i - 1] ?? [];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

const TAKES_NAME: ReadonlySet<string> = new Set(['include', 'exists', 'a', 'mx', 'ptr', 'redirect', 'exp']);
const MULTIHOMED = /^(?:a|mx)$/;
const MECHANISMS = ['include', 'redirect', 'exists', 'all', 'ip4', 'ip6', 'ptr', 'mx', 'a'];
const MODIFIERS = ['redirect', 'include', 'exp'];

const INNER_TERM =
  /(?:[+\-~?]?(?:ip4:|ip6:|include:|exists:|a:|mx:)|redirect=|exp=|[+\-~?](?:all|mx|a|ptr)(?=$))/gi;

const BAD_OCTETS =
  /(?<dash>\xe2\x80[\x90-\x95]|\xe2\x88\x92|[\x96\x97])|(?<space>\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe3\x80\x80|\xa0)|(?<unseen>\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf|\xc2\xad)|(?<quote>\xe2\x80[\x98-\x9f]|\xc2[\xab\xbb]|[\x91-\x94])|(?<blank>[\t\n\v\f\r]+)|(?<control>[\x00-\x1f\x7f]+)|[\x80-\uffff](?:[\x80-\xbf])*/g;
