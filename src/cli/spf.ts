/*
 * `mailproof spf`: would this address pass? One message by options, or with `--batch` one JSON case a line, each
 * with its own zone, answered line by line in order.
 */

import { createInterface } from 'node:readline';
import { familyOf } from '../dns/address.ts';
import { printable, shown } from '../dns/text.ts';
import { answerFrom } from '../dns/zone.ts';
import type { Observer } from '../facts/observation.ts';
import { type CheckResult, checkHost, type SpfResult, type Step } from '../mail/spf/check-host.ts';
import type { Lookup } from '../mail/spf/lookup.ts';
import { JSON_VERSION } from '../report/json.ts';
import { batchZone } from './batch-zone.ts';
import { observerFor } from './check.ts';
import { safeJson } from './json-output.ts';
import { type ExitStatus, oneOf, readArguments, UsageError } from './usage.ts';

/** Checks one message, or a batch from standard input. */
export async function spf(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = readArguments(args, {
    batch: { type: 'boolean' },
    ip: { type: 'string' },
    'mail-from': { type: 'string' },
    helo: { type: 'string' },
    zone: { type: 'string' },
    resolver: { type: 'string', multiple: true },
    format: { type: 'string' },
  });
  if (positionals.length > 0) throw new UsageError(`spf takes options only, not "${positionals[0]}".`);
  if (values.batch) {
    if (Object.keys(values).length > 1)
      throw new UsageError('--batch stands alone: every line on standard input brings its own case.');
    return batch();
  }
  const { ip, 'mail-from': mailFrom, helo } = values;
  if (ip === undefined) throw new UsageError('The sending address is missing: --ip ADDRESS.');
  if (familyOf(ip) === undefined) throw new UsageError(`--ip takes an IPv4 or IPv6 address, not "${ip}".`);
  if (mailFrom === undefined && helo === undefined)
    throw new UsageError('The sender is missing: --mail-from ADDR, or --helo NAME for a bounce.');
  const format = oneOf('--format', values.format, ['text', 'json'], 'text');
  const now = Date.now();
  const { observer } = observerFor(values.zone, values.resolver, now);
  const result = await checkHost(
    { ip, sender: senderOf(mailFrom ?? ''), helo: helo ?? '' },
    lookupOf(observer),
    { now: Math.floor(now / 1000) },
  );
  process.stdout.write(format === 'json' ? `${safeJson(jsonOf(result), 2)}\n` : textOf(ip, result));
  return STATUS[result.result];
}

/** Answers one line of a batch. A line that cannot be understood is answered by what is wrong with it. */
export async function answerLine(line: string): Promise<object> {
  let id: unknown = null;
  try {
    const given: unknown = JSON.parse(line);
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new Error('the line is not a JSON object');
    const { id: name = null, ip, mailFrom = '', helo = '', zone } = given as Record<string, unknown>;
    id = name;
    if (typeof ip !== 'string' || familyOf(ip) === undefined)
      throw new Error('ip is not an IPv4 or IPv6 address');
    if (typeof mailFrom !== 'string') throw new Error('mailFrom is not text');
    if (typeof helo !== 'string') throw new Error('helo is not text');
    const known = batchZone(zone ?? {});
    const lookup: Lookup = async (question) => {
      const reply = answerFrom(known, question);
      return 'answer' in reply
        ? { seen: true, answer: reply.answer }
        : { seen: false, because: reply.failure };
    };
    const { result, explanation, lookups, voids } = await checkHost(
      { ip, sender: senderOf(mailFrom), helo },
      lookup,
    );
    return { id, result, ...(explanation === undefined ? {} : { explanation }), lookups, voids };
  } catch (error) {
    const message = error instanceof SyntaxError ? 'the line is not JSON' : (error as Error).message;
    return { id, error: printable(message) };
  }
}

async function batch(): Promise<ExitStatus> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const written = process.stdout.write(`${safeJson(await answerLine(line))}\n`);
    if (!written) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
  return 0;
}

/** A bare domain is taken as the domain of a sender without a local part (RFC 7208 §4.3). */
function senderOf(mailFrom: string): string {
  return mailFrom.replace(/^<(.*)>$/s, '$1');
}

function lookupOf(observer: Observer): Lookup {
  return async (question) => {
    const { result } = await observer.observe(question, 'main');
    return result as never;
  };
}

function jsonOf({ result, explanation, lookups, voids, reason, path }: CheckResult) {
  return {
    version: JSON_VERSION,
    result,
    ...(explanation === undefined ? {} : { explanation: shown(explanation) }),
    ...(reason === undefined ? {} : { reason }),
    lookups,
    voids,
    path: path.map(({ domain, how, term, result: here }) => ({
      domain,
      how,
      ...(term === undefined ? {} : { term: shown(term.text) }),
      result: here,
    })),
  };
}

function textOf(ip: string, { result, explanation, lookups, voids, reason, path }: CheckResult): string {
  const out = [`${result}: ${MEANS[result]}`];
  if (reason !== undefined) out.push(`reason: ${reason}`);
  if (explanation !== undefined) out.push(`the domain says: ${shown(explanation)}`);
  out.push(
    `${plural(lookups, 'lookup')} of 10, ${plural(voids, 'void lookup')} of 2`,
    '',
    `${ip} took this path:`,
  );
  for (const step of path) out.push(`  ${stepWords(step)}`);
  return `${out.map(printable).join('\n')}\n`;
}

function stepWords({ domain, how, term, result }: Step): string {
  const lead = how === 'start' ? '' : `${how} `;
  return `${lead}${domain}: ${term === undefined ? 'no term decided' : shown(term.text)} → ${result}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a receiver concludes (RFC 7208 §2.6). */
const MEANS: Readonly<Record<SpfResult, string>> = {
  pass: 'the domain lets this address send.',
  fail: 'the domain says this address may not send.',
  softfail: 'the domain says this address is probably not allowed to send.',
  neutral: 'the domain says nothing about this address.',
  none: 'the domain has no SPF record.',
  permerror: 'the SPF record cannot be used; receivers treat the domain as misconfigured.',
  temperror: 'an answer did not come; a receiver would try again later.',
};

const STATUS: Readonly<Record<SpfResult, ExitStatus>> = {
  pass: 0,
  none: 0,
  neutral: 0,
  softfail: 0,
  fail: 1,
  permerror: 1,
  temperror: 3,
};
