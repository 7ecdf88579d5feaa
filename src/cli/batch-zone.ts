/*
 * The zones of SPF test suites, as JSON: `{"name": [{"TXT": "…"}, {"MX": [10, "host"]}, "TIMEOUT"]}`, the form the
 * community's RFC 7208 suite made common. A TXT may be a list of strings; SPF rows stand for TXT where a name has
 * no TXT of its own, and `"TXT": "NONE"` hides them. A bare "TIMEOUT" (or "SERVFAIL") fails every other type there.
 */

import { type Name, parseName } from '../dns/name.ts';
import type { RecordType } from '../dns/record.ts';
import { toOctets } from '../dns/text.ts';
import { DEFAULT_TTL, parseZone, type Zone, type ZoneRecord } from '../dns/zone.ts';

/**
 * Reads a zone; throws an Error that says what is wrong with it. Names that cannot be asked for and types that no
 * SPF evaluation asks for are left out.
 */
export function batchZone(value: unknown): Zone {
  if (!isObject(value)) throw new Error('zone is not an object of names');
  const records: ZoneRecord[] = [];
  const failures: { name: Name; type: string; reason: string }[] = [];
  for (const [text, rows] of Object.entries(value)) {
    const name = parseName(text);
    if (name === undefined) continue;
    const own = ownTypes(rowsOf(rows, text));
    for (const { type, data } of own.records) records.push(...recordsOf(name, type, data));
    if (own.failure === undefined) continue;
    const held = new Set(own.records.map(({ type }) => type));
    for (const type of ASKED) if (!held.has(type)) failures.push({ name, type, reason: own.failure });
  }
  return { records, failures, signed: [], compact: [], faults: [] };
}

interface Row {
  readonly type: string;
  readonly data: unknown;
}

function rowsOf(value: unknown, name: string): (Row | 'TIMEOUT' | 'SERVFAIL')[] {
  if (!Array.isArray(value)) throw new Error(`zone: ${name} is not a list of records`);
  return value.flatMap((row) => {
    if (row === 'TIMEOUT' || row === 'SERVFAIL') return [row];
    if (!isObject(row)) throw new Error(`zone: ${name} holds something that is no record`);
    return Object.entries(row).map(([type, data]) =>
      type === 'TIMEOUT' || type === 'SERVFAIL' ? type : { type: type.toUpperCase(), data },
    );
  });
}

function ownTypes(rows: readonly (Row | 'TIMEOUT' | 'SERVFAIL')[]): { records: Row[]; failure?: string } {
  const failed = rows.find((row) => typeof row === 'string');
  const records = rows.filter((row) => typeof row !== 'string');
  const hasTxt = records.some(({ type }) => type === 'TXT');
  const read = records
    .filter(({ type, data }) => !(type === 'TXT' && data === 'NONE'))
    .flatMap(({ type, data }): Row[] => {
      if (type !== 'SPF') return [{ type, data }];
      return hasTxt
        ? [{ type, data }]
        : [
            { type, data },
            { type: 'TXT', data },
          ];
    });
  return failed === undefined ? { records: read } : { records: read, failure: failed.toLowerCase() };
}

function recordsOf(name: Name, type: string, data: unknown): ZoneRecord[] {
  if (type === 'TXT' || type === 'SPF') {
    const strings = Array.isArray(data) ? data : [data];
    if (!strings.every((part) => typeof part === 'string'))
      throw new Error(`zone: ${name} ${type} is no text`);
    return [{ name, type, ttl: DEFAULT_TTL, data: strings.map(toOctets) }];
  }
  if (type === 'MX') {
    const [preference, host] = Array.isArray(data) ? data : [undefined, undefined];
    const exchange = host === '' ? parseName('.') : parseName(String(host));
    if (typeof preference !== 'number' || exchange === undefined)
      throw new Error(`zone: ${name} MX is not [preference, host]`);
    return [{ name, type, ttl: DEFAULT_TTL, data: { preference, exchange } }];
  }
  if (type === 'CNAMELOOP') return [{ name, type: 'CNAME', ttl: DEFAULT_TTL, data: name }];
  if (!ASKED.some((asked) => asked === type)) return [];
  if (typeof data !== 'string') throw new Error(`zone: ${name} ${type} is no text`);
  // Names and addresses are read as a text zone reads them.
  const [record] = parseZone(`owner ${type} ${data === '' ? '.' : data}`).records;
  if (record === undefined) throw new Error(`zone: ${name} ${type} cannot be read`);
  return [{ ...record, name }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What SPF may ask for, and what stands beside it in zones. */
const ASKED: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SPF', 'TXT'];
