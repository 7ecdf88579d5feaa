/*
 * An SPF record that is not published, judged as if it were: by the rules about SPF, from the report's own facts
 * with this one record in its place. Records it refers to are reused where the report saw them.
 */

import { type DnsAnswer, dns, joined } from '../../../dns/record.ts';
import type { Finding } from '../../../engine/verdict.ts';
import { type Blind, type Observation, type Reading, seen } from '../../../facts/observation.ts';
import { keyOf, type Question } from '../../../facts/question.ts';
import { isSpf } from '../../../mail/spf/record.ts';
import { type SpfReading, spf } from '../../../topics/spf.ts';
import type { Check } from '../../check.svelte.ts';
import { diagnose, rules, viewRules } from '../../engine.ts';

/** What a draft comes to. */
export interface Draft {
  readonly reading: SpfReading;
  /** Why not all of it was seen. */
  readonly missing?: Blind;
  /** Findings of the rules about SPF. */
  readonly findings: readonly Finding[];
}

/** Judges a record (a byte string) in the place of those published. `observe` answers everything else. */
export async function judgeDraft(
  check: Check,
  text: string,
  observe: (question: Question) => Promise<Observation>,
): Promise<Draft | undefined> {
  const { scope } = check.source;
  const place = dns(scope.domain, 'TXT');
  const published = check.facts.get(keyOf(place));
  let reading: Reading<SpfReading> | undefined;
  const report = await diagnose({
    scope,
    rules: {
      ...Object.fromEntries(Object.entries(rules).filter(([id]) => id.startsWith('spf/'))),
      ...viewRules({ spf }, (readings) => {
        reading = readings.spf;
      }),
    },
    headlines: {},
    observer: {
      observe: async (question) =>
        keyOf(question) === keyOf(place) ? withRecord(place, published, text, scope.now) : observe(question),
    },
  });
  if (!reading || reading.got === 'none') return undefined;
  return {
    reading: reading.value,
    ...(reading.got === 'part' ? { missing: reading.because } : {}),
    findings: report.findings.filter(({ rule }) => rule in rules),
  };
}

/** The answer with the draft in the place of all SPF records. */
function withRecord(
  question: ReturnType<typeof dns<'TXT'>>,
  published: Observation | undefined,
  text: string,
  now: number,
): Observation {
  const old = published?.result.seen ? (published.result.answer as DnsAnswer<'TXT'>) : undefined;
  const others = old?.records.filter(({ data }) => !isSpf(joined(data))) ?? [];
  const own = { ttl: old?.records[0]?.ttl ?? 3600, data: text.match(/.{1,255}/gs) ?? [''] };
  const answer: DnsAnswer<'TXT'> = {
    rcode: 'NOERROR',
    chain: [],
    records: [own, ...others],
    authentic: old?.authentic ?? false,
    errors: [],
  };
  return { question, result: seen(answer), at: now, by: '', tries: [] };
}
