/*
 * DMARC in plain words: what each tag means with the value in force, how each generation of receivers takes it, and
 * what becomes of forged mail.
 */

import type { DmarcRecord, Setting, Standing } from '../../../mail/dmarc/record.ts';
import type { Fate, Level } from '../../../mail/dmarc/spoofability.ts';

/** What a tag's value means; for tags nobody knows, that. */
export function meaningOf({ name, value }: Setting, record: DmarcRecord): string {
  switch (name.toLowerCase()) {
    case 'v':
      return 'Marks the text as a DMARC record.';
    case 'p':
      return value === ''
        ? 'What to do with mail that fails, for the domain itself.'
        : `Mail from the domain itself that fails: ${does(value)}.`;
    case 'sp':
      return value === ''
        ? 'The same for subdomains that exist.'
        : `Mail from subdomains that fails: ${does(value)}.`;
    case 'np':
      return value === ''
        ? 'The same for subdomains that do not exist.'
        : `Mail from subdomains that do not exist: ${does(value)}.`;
    case 'rua':
      return record.rua.length === 0
        ? 'Nobody gets the daily reports about who sends in your name.'
        : `Daily reports go to ${addresses(record.rua.length)}.`;
    case 'ruf':
      return record.ruf.length === 0
        ? 'No reports on single messages are asked for.'
        : `Reports on single messages go to ${addresses(record.ruf.length)}. Few receivers send them.`;
    case 'adkim':
      return value === 's'
        ? 'A DKIM signature counts only if it is by exactly the name in From.'
        : 'A DKIM signature counts if it is by any name of the same organization.';
    case 'aspf':
      return value === 's'
        ? 'An SPF pass counts only if it is for exactly the name in From.'
        : 'An SPF pass counts if it is for any name of the same organization.';
    case 'fo':
      return `When to report a single message: ${value
        .split(/[ \t]*:[ \t]*/)
        .map((option) => (Object.hasOwn(WHEN, option) ? WHEN[option] : option))
        .join(', ')}.`;
    case 'psd':
      return PSD[value] ?? 'Whether the domain is a registry’s.';
    case 't':
      return value === 'y'
        ? 'A test: receivers take one step less than the policy says.'
        : 'No test: the policy counts.';
    case 'pct':
      return value === '100'
        ? 'The policy is for all mail. Gone from today’s standard.'
        : `The policy is for ${value}\u00a0% of the mail that fails. Gone from today’s standard, which applies it to all.`;
    case 'rf':
      return 'The form of reports on single messages. Gone from today’s standard.';
    case 'ri':
      return 'Seconds between reports. Gone from today’s standard; reports come daily.';
    default:
      return 'No tag of DMARC. Receivers skip it.';
  }
}

/** How one generation takes a tag. */
export const STANDINGS: Readonly<Record<Standing, string>> = {
  declared: 'declared',
  default: 'default',
  replaced: 'bad value, default taken',
  ignored: 'ignored',
  invalid: 'invalid: no policy',
};

/** Whether an absent tag takes its value from another one. */
export function inherits({ name, tag, value }: Setting, record: DmarcRecord): string | undefined {
  if (tag !== undefined || value === '') return undefined;
  if (name === 'sp') return 'p';
  if (name === 'np') return record.sp ? 'sp' : 'p';
  return undefined;
}

/** What a policy asks for. */
export function does(policy: string): string {
  return Object.hasOwn(DOES, policy) ? (DOES[policy] as string) : policy;
}

/** What becomes of a forgery at one generation of receivers. */
export function fateWords({ worst, best, because, percent }: Fate): string {
  if (because === 'unseen' && worst === 'pass' && best === 'block') return 'could not be checked';
  if (because === 'unseen' && worst !== best) return `not known: ${LEVELS[best]}, or ${LEVELS[worst]}`;
  if (worst === best) return LEVELS[worst];
  if (because === 'sampled') return `${percent} % ${LEVELS[best]}, the rest ${LEVELS[worst]}`;
  return `${LEVELS[worst]} or ${LEVELS[best]}`;
}

function addresses(count: number): string {
  return count === 1 ? 'this address' : 'these addresses';
}

const DOES: Readonly<Record<string, string>> = {
  none: 'deliver as usual',
  quarantine: 'put into the spam folder',
  reject: 'refuse',
  'not-applied': 'no policy',
};

const LEVELS: Readonly<Record<Level, string>> = {
  pass: 'passes as genuine',
  open: 'delivered',
  junk: 'put into the spam folder',
  block: 'refused',
};

const WHEN: Readonly<Record<string, string>> = {
  0: 'if neither SPF nor DKIM passes for your name',
  1: 'if either of them does not',
  d: 'if a DKIM signature is broken',
  s: 'if SPF fails',
};

const PSD: Readonly<Record<string, string>> = {
  y: 'The domain is a registry’s, under which others register.',
  n: 'The domain is an organization’s own top, whatever stands above it.',
  u: 'Receivers find out by themselves where the organization begins.',
};
