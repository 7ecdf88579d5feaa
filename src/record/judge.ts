/*
 * One record judged alone. It is put where it belongs in a domain that takes mail and of which nothing else is
 * known. Which servers take that mail must not matter: only what the rules say alike with quite different ones is
 * said of the record.
 */

import { mustName, type Name } from '../dns/name.ts';
import { type DnsQuestion, dns, type RecordData, type RecordType } from '../dns/record.ts';
import { diagnose } from '../engine/diagnose.ts';
import { SEVERITIES } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { Finding } from '../engine/verdict.ts';
import { fetchWords } from '../engine/words.ts';
import { Log } from '../facts/log.ts';
import { type Millis, type Observation, type Observer, seen } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { isBimiRecord, parseBimiRecord, resemblesBimi } from '../mail/bimi/record.ts';
import { looksLikeKey, parseKeyRecord } from '../mail/dkim/key-record.ts';
import { parseDmarcRecord } from '../mail/dmarc/record.ts';
import { parseStsPolicy } from '../mail/mta-sts/policy.ts';
import { isStsRecord, parseStsRecord, resemblesSts } from '../mail/mta-sts/record.ts';
import { parseSpf } from '../mail/spf/record.ts';
import { isTlsRptRecord, parseTlsRptRecord, resemblesTlsRpt } from '../mail/tls-rpt/record.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { rules } from '../rules/index.ts';

/** What a record can be. */
export type RecordKind = 'dmarc' | 'spf' | 'dkim' | 'mta-sts' | 'mta-sts-policy' | 'tls-rpt' | 'bimi';

/** What one record comes to; findings stand worst first. */
export interface RecordReport {
  readonly kind: RecordKind;
  readonly record: string;
  readonly parsed: unknown;
  readonly findings: readonly Finding[];
  readonly facts: readonly Observation[];
}

/** Judges one record (a byte string) of a kind, alone. */
export async function recordReport(kind: RecordKind, text: string, now: Millis): Promise<RecordReport> {
  const { place, parse, area } = KIND[kind];
  const observation = observed(place, text, now, HOSTING[0]);
  const key = keyOf(observation.question);
  const [findings, others] = await Promise.all(
    WORLDS.map(async (world, i) => {
      const observation = observed(place, text, now, HOSTING[i]);
      const known = world(now).filter(({ question }) => keyOf(question) !== key);
      const observer = recordedObserver(Log.of([...known, observation]));
      const report = await diagnose({
        scope: scopeOf(EXAMPLE, now, { intent: 'mail', selectors: ['selector', 'other'] }),
        rules,
        headlines: {},
        observer: kind === 'dkim' ? amongKeys(observer, i > 0 ? [[OTHER_KEY]] : [], now) : observer,
      });
      const judged = report.findings.filter(
        ({ outcome, asked, rule }) =>
          (outcome === 'pass' || outcome === 'problem') && asked.includes(key) && rule.startsWith(`${area}/`),
      );
      return Promise.all(
        judged.map(async (finding) => {
          const rule = rules[finding.rule];
          return rule ? (await fetchWords(finding, rule)).finding : finding;
        }),
      );
    }),
  );
  const alike = new Set(others?.map(saying));
  return {
    kind,
    record: text,
    parsed: parse(text),
    findings: (findings ?? [])
      .filter((finding) => alike.has(saying(finding)))
      .sort((a, b) => urgency(a) - urgency(b) || (a.rule < b.rule ? -1 : 1)),
    facts: [observation],
  };
}

/** Tells what a record is by how it begins; slips of the pen in the version still tell. */
export function kindOf(text: string): RecordKind | undefined {
  return KINDS.find((kind) => KIND[kind].resembles(text));
}

function observed(
  place: Name | 'policy',
  text: string,
  at: Millis,
  hosting: (typeof HOSTING)[number] | undefined,
): Observation {
  if (place === 'policy') {
    const answer = { status: 200, ms: 0, ...hosting, body: text };
    return {
      question: { kind: 'policy', domain: EXAMPLE },
      result: seen(answer),
      at,
      by: 'given',
      tries: [],
    };
  }
  return given(dns(place, 'TXT'), [text.match(/.{1,255}/gs) ?? ['']], at);
}

/** An answer that was never asked for. */
function given<T extends RecordType>(
  question: DnsQuestion<T>,
  data: readonly RecordData[T][],
  at: Millis,
): Observation {
  const records = data.map((each) => ({ ttl: 3600, data: each }));
  const answer = { rcode: 'NOERROR' as const, chain: [], records, authentic: false, errors: [] };
  return { question, result: seen(answer), at, by: 'given', tries: [] };
}

/** Answers all else that is asked for keys: another selector holds these records, and no name holds more. */
function amongKeys(inner: Observer, other: readonly RecordData['TXT'][], at: Millis): Observer {
  return {
    async observe(question, lane) {
      const found = await inner.observe(question, lane);
      if (found.result.seen || question.kind !== 'dns' || question.type !== 'TXT') return found;
      const isOther = question.name === mustName('other._domainkey.example.com');
      return given(dns(question.name, 'TXT'), isOther ? other : [], at);
    },
  };
}

/**
 * The record with the slips of the pen mended, as far as the findings' own fixes do it: what it means stays as it is,
 * and no policy is made stricter. Undefined where there is nothing to mend.
 */
export async function mendedRecord(report: RecordReport, now: Millis): Promise<string | undefined> {
  let best = report;
  for (let round = 0; round < MOST_MENDED; round++) {
    const value = best.findings.flatMap(({ fix }) =>
      fix?.stage === 'mend' || fix?.stage === 'tidy'
        ? [
            ...(fix.file && report.kind === 'mta-sts-policy' ? [fix.file.text] : []),
            ...(fix.changes ?? []).flatMap((change) =>
              change.op === 'replace' && change.was === best.record ? change.value : [],
            ),
          ]
        : [],
    )[0];
    if (value === undefined || value === best.record) break;
    best = await recordReport(report.kind, value, now);
  }
  return best === report ? undefined : best.record;
}

function saying({ rule, case: is, says, fix }: Finding): string {
  return JSON.stringify([rule, is, says, fix]);
}

function urgency({ outcome, severity }: Finding): number {
  return outcome === 'problem' && severity !== undefined ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
}

/** Character-strings as a master file writes them, "one" "two", are joined. */
export function withoutQuotes(text: string): string {
  const trimmed = text.trim();
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/s.test(trimmed)) return text.replace(/\r?\n$/, '');
  return [...trimmed.matchAll(/"((?:[^"\\]|\\.)*)"/gs)]
    .map(([, part]) => part?.replace(/\\(.)/gs, '$1') ?? '')
    .join('');
}

/** The domain that a record is put into. */
const EXAMPLE = mustName('example.com');
const OTHER_KEY = 'v=DKIM1; k=ed25519; p=JGADaaPuqw9Mw48gumg7nJk29LPxVdHiaElUy6PaMHI=';

/** The same domain with different mail servers; a policy needs a record that announces it. */
const WORLDS: readonly ((at: Millis) => Observation[])[] = [
  [{ preference: 10, exchange: mustName('mail.example.com') }],
  [
    { preference: 5, exchange: mustName('mx1.example.net') },
    { preference: 20, exchange: mustName('mx2.example.org') },
  ],
].map((servers) => (at) => [
  given(dns(EXAMPLE, 'MX'), servers, at),
  given(dns(mustName('_mta-sts.example.com'), 'TXT'), [['v=STSv1; id=1;']], at),
]);

/** A record has more slips than this only when somebody plays with it. */
const MOST_MENDED = 6;

/** Two web servers a policy may come from; how they serve it is not the policy's doing. */
const HOSTING = [{ contentType: 'text/plain', ms: 100 }, { ms: 1300 }] as const;

/** For each kind: where it stands, how it is read, how it is recognised. In the order they are tried. */
const KIND: Readonly<
  Record<
    RecordKind,
    {
      readonly place: Name | 'policy';
      /** The folder of the rules about it. */
      readonly area: string;
      readonly parse: (text: string) => unknown;
      readonly resembles: (text: string) => boolean;
    }
  >
> = {
  dmarc: {
    area: 'dmarc',
    place: mustName('_dmarc.example.com'),
    parse: parseDmarcRecord,
    resembles: (text) => /^\W*v\W*d-?marc/i.test(text),
  },
  spf: {
    area: 'spf',
    place: EXAMPLE,
    parse: parseSpf,
    resembles: (text) => /^\W*(v\W*)?(spf|senderid)/i.test(text),
  },
  'tls-rpt': {
    area: 'tls-rpt',
    place: mustName('_smtp._tls.example.com'),
    parse: parseTlsRptRecord,
    resembles: (text) => isTlsRptRecord(text) || resemblesTlsRpt(text),
  },
  'mta-sts-policy': {
    area: 'mta-sts',
    place: 'policy',
    parse: parseStsPolicy,
    resembles: (text) => /^\W*(version|mode|mx|max_age)\s*:/i.test(text),
  },
  'mta-sts': {
    area: 'mta-sts',
    place: mustName('_mta-sts.example.com'),
    parse: parseStsRecord,
    resembles: (text) => isStsRecord(text) || resemblesSts(text),
  },
  bimi: {
    area: 'bimi',
    place: mustName('default._bimi.example.com'),
    parse: parseBimiRecord,
    resembles: (text) => isBimiRecord(text) || resemblesBimi(text),
  },
  dkim: {
    area: 'dkim',
    place: mustName('selector._domainkey.example.com'),
    parse: parseKeyRecord,
    resembles: (text) => looksLikeKey(text) || /(^|[;\s])k\s*=\s*(rsa|ed25519)/i.test(text),
  },
};

/** Every kind, in the order in which they are tried. */
export const KINDS = Object.keys(KIND) as readonly RecordKind[];

/** Kinds as people call them. */
export const TITLES: Readonly<Record<RecordKind, string>> = {
  dmarc: 'DMARC record',
  spf: 'SPF record',
  dkim: 'DKIM key record',
  'mta-sts': 'MTA-STS record',
  'mta-sts-policy': 'MTA-STS policy',
  'tls-rpt': 'TLS report record',
  bimi: 'BIMI record',
};
