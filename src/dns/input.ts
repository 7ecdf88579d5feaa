/*
 * Reading what a person typed or pasted: a domain, an e-mail address, a web address. Whatever can be understood
 * is; for the rest one sentence says what is wrong and what to enter. International names are kept as A-labels
 * (RFC 5890 §2.3.2.1), the form every record uses (RFC 8616 §3), and shown in both forms, because letters of
 * several scripts in one word can imitate another name.
 */

import { toUnicode } from 'punycode/';
import { isAddress } from './address.ts';
import { labelsOf, type Name, parseName } from './name.ts';
import { DOMAIN_TAKEN, MAILBOX_HASHED } from './plain-input.ts';
import { printable } from './text.ts';

/** What was understood, or what to enter instead. */
export type Input =
  | {
      readonly ok: true;
      /** The domain in A-labels. */
      readonly domain: Name;
      /** The part before the @, where an address was typed whose keys can be looked for. */
      readonly mailbox?: string;
      /** The domain as people read it: Unicode for an international name, safe to print. */
      readonly display: string;
      /** Sentences on what was taken from the text, and on what may surprise. */
      readonly notes: readonly string[];
    }
  | {
      readonly ok: false;
      /** What is wrong and what to enter. */
      readonly sentence: string;
      /** The name that was probably meant. */
      readonly instead?: Name;
    };

/**
 * Reads `text`. `toAscii` turns a host with other than ASCII characters into A-labels, or undefined when it is
 * no name; it is given by the surroundings (observe/idna.ts).
 */
export function readInput(text: string, toAscii: (host: string) => string | undefined): Input {
  if (text.length > MOST_CHARACTERS) return no(`That is far too long for a name. ${ENTER}`);
  const { host, mailbox, notes, refusal } = hostOf(bare(text));
  if (refusal !== undefined) return no(refusal);
  if (host === '') return no(ENTER);
  if (isIp(host))
    return no(`\`${inert(host)}\` is an IP address. Enter the domain whose mail you ask about, ${EXAMPLE}.`);
  if (/\s/u.test(host)) return no(`A domain name has no spaces in it. Enter one name, ${EXAMPLE}.`);
  const ascii = isAscii(host) ? host.toLowerCase() : toAscii(host)?.toLowerCase();
  if (ascii === undefined || isIp(ascii)) return no(`\`${inert(host)}\` is not a domain name. ${ENTER}`);
  const plain = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const refused = refuse(plain, host);
  if (refused) return refused;
  const domain = parseName(plain);
  if (domain === undefined) return no(`\`${inert(host)}\` is not a domain name. ${ENTER}`);
  const display = displayOf(domain, toAscii);
  return {
    ok: true,
    domain,
    ...(mailbox === undefined ? {} : { mailbox }),
    display,
    notes: [...notes, ...remarksOn(domain, display)],
  };
}

/**
 * An A-label name as people read it, printable. Labels that do not decode, or whose decoded form would not lead
 * back to the same name, stay as they are.
 */
export function displayOf(domain: Name, toAscii: (host: string) => string | undefined): string {
  if (!domain.includes('xn--')) return domain;
  return domain
    .split('.')
    .map((label) => {
      if (!label.startsWith('xn--')) return label;
      try {
        const decoded = toUnicode(label);
        return printable(decoded) === decoded && toAscii(decoded) === label ? decoded : label;
      } catch {
        return label;
      }
    })
    .join('.');
}

interface Host {
  readonly host: string;
  readonly mailbox?: string;
  readonly notes: readonly string[];
  readonly refusal?: string;
}

/** The text without what pasting brings along: blanks, invisible marks, quotes, angle brackets, a final comma. */
function bare(text: string): string {
  let rest = text.replace(INVISIBLE, '').trim();
  const angled = /<([^<>]*@[^<>]*)>/.exec(rest);
  if (angled) rest = angled[1] as string;
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest
      .replace(/^["'`“”„‘’«»<(]+/u, '')
      .replace(/["'`“”‘’«»>),;!?]+$/u, '')
      .trim();
  }
  return rest;
}

function hostOf(text: string): Host {
  if (isIp(text)) return { host: text, notes: [] };
  const mailto = /^mailto:/i.exec(text);
  if (mailto) return afterAt(text.slice(mailto[0].length).split('?')[0] as string);
  const scheme = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.exec(text);
  const rest = scheme ? text.slice(scheme[0].length) : text;
  const authority = rest.split(/[/?#\\]/)[0] as string;
  if (!scheme && (authority.includes('@') || /^[^/]*@/.test(rest))) return afterAt(rest);
  const host = withoutPort(authority.slice(authority.lastIndexOf('@') + 1));
  const taken = scheme !== null || rest.length > authority.length || host.length < authority.length;
  return { host, notes: taken && host !== '' ? [`The name was taken from a web address.`] : [] };
}

function afterAt(address: string): Host {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).trim();
  if (/[,;\s]/.test(domain) || /@[^"]*[,;\s]+[^"@]*@/.test(address))
    return { host: '', notes: [], refusal: `Enter one address or domain at a time, ${EXAMPLE}.` };
  if (domain === '')
    return { host: '', notes: [], refusal: `The part after the @ is missing. Enter it, ${EXAMPLE}.` };
  const mailbox = /^[^\s"\\%<>@]{1,64}$/.exec(address.slice(0, Math.max(0, at)))?.[0];
  return {
    host: domain,
    ...(mailbox === undefined ? {} : { mailbox }),
    notes: at < 0 ? [] : [mailbox === undefined ? DOMAIN_TAKEN : `${DOMAIN_TAKEN} ${MAILBOX_HASHED}`],
  };
}

function withoutPort(authority: string): string {
  return isIp(authority) ? authority : authority.replace(/:[0-9]*$/, '');
}

/** What speaks against a name in ASCII without a final dot. `typed` is shown. */
function refuse(plain: string, typed: string): Input | undefined {
  const labels = plain.split('.');
  const shown = inert(typed);
  if (labels[0] === '*')
    return instead(labels.slice(1), (name) => `\`${shown}\` stands for many names at once. Enter ${name}.`);
  if (labels.includes(''))
    return instead(
      labels.filter((label) => label !== ''),
      (name) => `\`${shown}\` has a dot too many. Enter ${name}.`,
    );
  const odd = labels.join('').match(/[^a-z0-9_-]/)?.[0];
  if (odd !== undefined)
    return no(
      `\`${inert(odd)}\` cannot be part of a domain name. Enter letters, digits, hyphens and dots, ${EXAMPLE}.`,
    );
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined)
    return no(`A part of a name has at most 63 characters; \`${inert(long)}\` has ${long.length}. ${ENTER}`);
  if (plain.length > 253)
    return no(`A domain name has at most 253 characters; this one has ${plain.length}. ${ENTER}`);
  const service = serviceIn(labels);
  if (service) return service;
  if (labels.some((label) => /^-|-$/.test(label)))
    return no(`No part of a name begins or ends with a hyphen, as in \`${shown}\`. ${ENTER}`);
  if (labels.length === 1)
    return no(
      `\`${shown}\` alone is no mail domain. Enter the whole name with its ending, as you would after the @, ${EXAMPLE}.`,
    );
  if (/^[0-9]+$/.test(labels.at(-1) ?? ''))
    return no(`\`${shown}\` ends in a number, as no domain name does. ${ENTER}`);
  return undefined;
}

/** Names that hold a record about a domain are not domains with mail of their own. */
function serviceIn(labels: readonly string[]): Input | undefined {
  const last = labels.findLastIndex((label) => label.startsWith('_'));
  if (last < 0) return undefined;
  const above = labels.slice(last + 1);
  const name = labels.join('.');
  if (labels[last] === '_domainkey') {
    const selector = labels.slice(0, last).join('.');
    return instead(above, (domain) =>
      selector === ''
        ? `\`${inert(name)}\` is where DKIM keys live. Enter ${domain}.`
        : `\`${inert(name)}\` holds a DKIM key. Enter ${domain}, and \`${inert(selector)}\` as the selector.`,
    );
  }
  const holds = SERVICES.get(labels[last] ?? '');
  return instead(above, (domain) =>
    holds === undefined
      ? `\`${inert(name)}\` is a name for a service, not for mail. Enter ${domain}.`
      : `\`${inert(name)}\` is where ${holds} is published. Enter ${domain}: it is found from there.`,
  );
}

function remarksOn(domain: Name, display: string): string[] {
  const remarks: string[] = [];
  const labels = labelsOf(domain);
  if (labels[0] === 'www' && labels.length > 2)
    remarks.push(
      `\`${domain}\` is the name of a web site. If your addresses end in \`${labels.slice(1).join('.')}\`, check that.`,
    );
  if (labels.some((label) => label.includes('_')))
    remarks.push('The name has an underscore in it, which host names and mail addresses may not have.');
  if (display !== domain) remarks.push(`In records this name is written \`${domain}\`.`);
  for (const label of display.split('.')) {
    const scripts = scriptsIn(label);
    if (!isUsualMix(scripts))
      remarks.push(
        `\`${label}\` mixes letters of ${scripts.length} scripts (${scripts.join(', ')}). Such names can imitate others: make sure it is the one you mean.`,
      );
    else if (scripts.length === 1 && LOOKS_LATIN.test(label))
      remarks.push(
        `Every letter of \`${label}\` is ${scripts[0]}, although it looks Latin. Such names can imitate others: make sure it is the one you mean.`,
      );
  }
  return remarks;
}

function scriptsIn(label: string): string[] {
  return SCRIPTS.filter(([, pattern]) => pattern.test(label)).map(([script]) => script);
}

/** Scripts that are written together in everyday use (UTS 39 §5.2, highly restrictive). */
function isUsualMix(scripts: readonly string[]): boolean {
  return (
    scripts.length < 2 ||
    [
      ['Latin', 'Han', 'Hiragana', 'Katakana'],
      ['Latin', 'Han', 'Bopomofo'],
      ['Latin', 'Han', 'Hangul'],
    ].some((together) => scripts.every((script) => together.includes(script)))
  );
}

function isIp(text: string): boolean {
  return isAddress(text.replace(/^\[(?:IPv6:)?(.*)\]$/i, '$1'));
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

function no(sentence: string): Input {
  return { ok: false, sentence };
}

/** A refusal that names what to enter, where that is a whole domain. */
function instead(labels: readonly string[], sentence: (name: string) => string): Input {
  const text = labels.join('.');
  const whole = labels.length > 1 && /^[a-z0-9.-]+$/.test(text);
  const name = whole ? parseName(text) : undefined;
  return name === undefined
    ? no(sentence(`the domain itself, ${EXAMPLE}`))
    : { ok: false, sentence: sentence(`\`${name}\``), instead: name };
}

/** Typed text inside a sentence: one line, nothing active, short. */
function inert(text: string): string {
  const chars = [...printable(text.replaceAll('`', "'"))];
  return chars.length > 60 ? `${chars.slice(0, 59).join('')}…` : chars.join('');
}

const MOST_CHARACTERS = 4096;
const EXAMPLE = 'such as `example.com`';
const ENTER = `Enter a domain or an e-mail address, ${EXAMPLE}.`;

const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SERVICES: ReadonlyMap<string, string> = new Map([
  ['_dmarc', 'the DMARC record'],
  ['_mta-sts', 'the MTA-STS record'],
  ['_tls', 'the record for TLS reports'],
  ['_bimi', 'a logo record (BIMI)'],
  ['_report', 'permission for DMARC reports'],
  ['_tcp', 'a record about one server port'],
]);

/** Labels written only with Cyrillic or Greek letters that look like Latin ones. */
const LOOKS_LATIN = /^(?:[асԁеһіјӏорԛѕѵԝхуѡ0-9-]+|[ορνυικ0-9-]+)$/u;

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Bengali', /\p{Script=Bengali}/u],
  ['Tamil', /\p{Script=Tamil}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Georgian', /\p{Script=Georgian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Hiragana', /\p{Script=Hiragana}/u],
  ['Katakana', /\p{Script=Katakana}/u],
  ['Bopomofo', /\p{Script=Bopomofo}/u],
  ['Han', /\p{Script=Han}/u],
];
