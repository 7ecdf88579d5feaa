/*
 * The DMARC record to read and mend: the one at the domain itself, or, when it has none, the one above it that
 * governs it (RFC 9989 §4.10). What stands at the domain's own `_dmarc` is a reading of its own, so that its
 * findings wait for one answer only.
 */

import type { Name } from '../dns/name.ts';
import { labelCount } from '../dns/name.ts';
import { type DnsQuestion, dns, texts } from '../dns/record.ts';
import { shown } from '../dns/text.ts';
import type { Excerpt, Fix } from '../engine/rule.ts';
import type { Scope } from '../engine/scope.ts';
import { type Look, late, topic } from '../engine/topic.ts';
import { type Blind, none, whole } from '../facts/observation.ts';
import { discover9989, recordName } from '../mail/dmarc/discovery.ts';
import type { VersionFault } from '../mail/dmarc/mending.ts';
import { type DmarcRecord, isDmarcRecord, parseDmarcRecord } from '../mail/dmarc/record.ts';

/** What is published at `_dmarc.<domain>`. */
export interface DmarcName {
  /** The domain, and the name the texts stand at. */
  readonly domain: Name;
  readonly name: Name;
  /** Names it is an alias for, in order. */
  readonly chain: readonly Name[];
  readonly texts: readonly string[];
  /** Texts that receivers take for a DMARC record. */
  readonly candidates: readonly string[];
  /** Texts meant as one and ignored, with the mistake. */
  readonly misread: readonly { readonly text: string; readonly fault: VersionFault }[];
  /** Texts that are something else. */
  readonly others: readonly string[];
  readonly ttl?: number;
}

/** The record that governs the domain, ready to be shown and mended. */
export interface GoverningRecord {
  readonly domain: Name;
  readonly name: Name;
  readonly record: DmarcRecord;
  /** It stands above the domain, not at it. */
  readonly inherited: boolean;
  /** Where an alias at `name` leads (CNAME): the record stands there, perhaps in somebody else's hands. */
  readonly alias?: Name;
}

/** What stands at the domain's own `_dmarc`. */
export const dmarcHere = topic<DmarcName>('dmarc-here', async ({ scope, ask }) => {
  const question = recordQuestion(scope.domain);
  if (question === undefined) return whole(nothingAt(scope.domain));
  const result = await ask(question);
  if (!result.seen) return none(result.because);
  const all = texts(result.answer);
  const ttl = result.answer.records[0]?.ttl;
  const strange = all.filter((text) => !isDmarcRecord(text));
  const named = strange.length === 0 ? [] : await withFaults(strange);
  return whole({
    domain: scope.domain,
    name: question.name,
    chain: result.answer.chain,
    texts: all,
    candidates: all.filter(isDmarcRecord),
    misread: named.flatMap(({ text, fault }) => (fault ? [{ text, fault }] : [])),
    others: named.flatMap(({ text, fault }) => (fault ? [] : [text])),
    ...(ttl === undefined ? {} : { ttl }),
  });
});

/** Texts that are no records, each with the mistake where it was meant to be one. */
async function withFaults(
  texts: readonly string[],
): Promise<{ text: string; fault: VersionFault | undefined }[]> {
  const { versionFault } = await late(() => import('../mail/dmarc/mending.ts'));
  return texts.map((text) => ({ text, fault: versionFault(text) }));
}

/**
 * The governing record: the domain's own when exactly one stands there, else the inherited one. Undefined when
 * there is none, or when several at the domain cancel each other.
 */
export const dmarcRecord = topic<GoverningRecord | undefined>('dmarc-record', async (look) => {
  const [here, published] = await Promise.all([look.read(dmarcHere), askNames(look, 1)]);
  if (here.got === 'none') return here;
  const { candidates, domain, name, chain } = here.value;
  const [only] = candidates;
  if (only !== undefined)
    return whole(
      candidates.length === 1
        ? { domain, name, record: parseDmarcRecord(only), inherited: false, ...aliased(chain) }
        : undefined,
    );
  const above = await published();
  if (above.because) return none(above.because);
  const found = discover9989(domain, (asked) => (asked === domain ? [] : above.published.get(asked)));
  if (!found?.applied) return whole(undefined);
  const at = recordName(found.applied.domain);
  return whole(
    at && {
      domain: found.applied.domain,
      name: at,
      record: found.applied.record,
      inherited: true,
      ...aliased(above.chains.get(found.applied.domain) ?? []),
    },
  );
});

/**
 * The domains whose `_dmarc` is asked: the domain, its four nearest parents and all of at most seven labels. They
 * hold every name either standard can ask for (RFC 9989 §4.10 goes no deeper than the last seven labels, and no
 * public suffix is that long).
 */
export function dmarcDomains(scope: Scope): Name[] {
  return [scope.domain, ...scope.parents].filter((domain, i) => i < 5 || labelCount(domain) <= 7);
}

/** The question for the record of a domain; undefined when the name would be too long, so that nothing stands there. */
export function recordQuestion(domain: Name): DnsQuestion<'TXT'> | undefined {
  const name = recordName(domain);
  return name && dns(name, 'TXT');
}

/** What is published at each domain, and the aliases on the way; `because` when some of it is not known. */
export interface AllPublished {
  readonly published: ReadonlyMap<Name, readonly string[]>;
  readonly chains: ReadonlyMap<Name, readonly Name[]>;
  readonly because?: Blind;
}

/** Asks all `dmarcDomains` from index `first` on, at once; the promise of the answers is waited for by the caller. */
export async function askNames({ scope, ask }: Look, first: number): Promise<() => Promise<AllPublished>> {
  const asked = dmarcDomains(scope)
    .slice(first)
    .map(async (domain) => {
      const question = recordQuestion(domain);
      return { domain, result: question && (await ask(question)) };
    });
  return async () => {
    const published = new Map<Name, readonly string[]>();
    const chains = new Map<Name, readonly Name[]>();
    let because: Blind | undefined;
    for (const { domain, result } of await Promise.all(asked)) {
      if (result && !result.seen) because ??= result.because;
      else {
        published.set(domain, result ? texts(result.answer) : []);
        chains.set(domain, result?.answer.chain ?? []);
      }
    }
    return { published, chains, ...(because ? { because } : {}) };
  };
}

/** The governing record as "what we saw", with octets marked. */
export function excerptOf(
  governing: GoverningRecord,
  marks: readonly { from: number; to: number }[],
): Excerpt[] {
  const { name, record } = governing;
  return [
    { name, type: 'TXT', text: record.text, marks: marks.slice(0, 50).map(({ from, to }) => [from, to]) },
  ];
}

/**
 * A fix that writes another record in place of the governing one. Where the record stands above the domain, or an
 * alias leads elsewhere, the advice says so; behind an alias no change is proposed, for it is not the owner's to make.
 */
export function rewriting(governing: GoverningRecord, value: string, fix: Omit<Fix, 'changes'>): Fix {
  const { name, record, inherited, alias } = governing;
  if (alias !== undefined)
    return {
      ...fix,
      effort: 'provider',
      text: `${fix.text} \`${name}\` is an alias of \`${alias}\`, so whoever runs that name has to publish it: \`${shown(value)}\`.`,
    };
  const text = inherited ? `${fix.text} The record stands at \`${name}\`.` : fix.text;
  return { ...fix, text, changes: [{ op: 'replace', name, type: 'TXT', was: record.text, value }] };
}

function aliased(chain: readonly Name[]): { alias?: Name } {
  const end = chain.at(-1);
  return end === undefined ? {} : { alias: end };
}

function nothingAt(domain: Name): DmarcName {
  return { domain, name: domain, chain: [], texts: [], candidates: [], misread: [], others: [] };
}
