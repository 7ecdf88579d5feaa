/*
 * A rule states one requirement, reads topics, and says which of its worded cases holds. The type system ties
 * verdict to text: a rule can return only cases it words, with the data those words need.
 */

import type { Name } from '../dns/name.ts';
import type { DnsQuestion, RecordType } from '../dns/record.ts';
import type { Blind, Millis, Reading } from '../facts/observation.ts';
import type { Scope } from './scope.ts';
import type { Topic, ValueOf } from './topic.ts';

/**
 * How grave a problem is. Critical: mail is lost now, or anybody can pass as the domain. High: forgeries are likely
 * delivered, or a large receiver refuses the owner's mail. Medium: protection is partial or fragile. Low: order.
 * Info: a remark that asks for nothing and follows from nothing graver.
 */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** Severities from graver to lighter. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** The headline question a rule bears on. */
export type Concern = 'impersonation' | 'interception' | 'submission' | 'acceptance';

/** Where a requirement is written: an RFC section, or another named document with its address. */
export type Citation =
  | { readonly rfc: number; readonly section?: string; readonly level?: 'MUST' | 'SHOULD' | 'MAY' }
  | { readonly document: string; readonly href: string };

/** One change to the zone. `value` and `was` are presentation data; for TXT the joined text without quotes. */
export type Change =
  | { readonly op: 'add'; readonly name: Name; readonly type: RecordType; readonly value: string }
  | {
      readonly op: 'replace';
      readonly name: Name;
      readonly type: RecordType;
      readonly was: string;
      readonly value: string;
    }
  | { readonly op: 'delete'; readonly name: Name; readonly type: RecordType; readonly was: string };

/** Stages of the safe order: mend what is broken, get reports, authenticate, enforce, protect transport, tidy up. */
export type Stage = 'mend' | 'report' | 'authenticate' | 'enforce' | 'transport' | 'tidy';

/** A text file to serve, line by line, before the records are changed. */
export interface ServedFile {
  readonly address: string;
  readonly text: string;
}

/** Faults that more than one rule meets. */
export type Cause =
  | 'certificate-chain'
  | 'certificate-dates'
  | 'certificate-name'
  | 'certificate-trust'
  | 'dkim-key'
  | 'mail-server'
  | 'report-host'
  | 'starttls'
  | 'tls'
  | 'tls-version';

/** What to do about a problem. `text` is for people; `changes` are records a test applies and judges again. */
export interface Fix {
  readonly stage: Stage;
  readonly effort: 'minutes' | 'hour' | 'days' | 'provider';
  readonly text: string;
  /** What it mends, where several rules meet one fault from their sides: of their fixes only the first is a step. */
  readonly cause?: Cause;
  readonly file?: ServedFile;
  readonly changes?: readonly Change[];
}

/** A piece of a record to show, octet ranges marked (`[from, to)` in the joined byte string). */
export interface Excerpt {
  readonly name: Name;
  readonly type: RecordType;
  readonly text: string;
  readonly marks?: readonly (readonly [from: number, to: number])[];
}

/** A worded case. Backticks in texts mark records, names and values. */
export type PassingCase<D> = { readonly passes: true; readonly says: string | ((data: D) => string) };
export type ProblemCase<D> = {
  readonly severity: Severity;
  readonly says: string | ((data: D) => string);
  readonly fix: Fix | ((data: D) => Fix);
};
// biome-ignore lint/suspicious/noExplicitAny: a case of any data; the data type is recovered by DataOf.
export type AnyCase = PassingCase<any> | ProblemCase<any>;

/** The data a case's words and fix need; undefined when they need none. */
export type DataOf<C> = Merge<
  C extends { readonly says: infer S } ? Parameter<S> : undefined,
  C extends { readonly fix: infer F } ? Parameter<F> : undefined
>;

type Parameter<F> = F extends (data: infer D) => unknown ? D : undefined;
type Merge<A, B> = A extends undefined ? B : B extends undefined ? A : A & B;

/** What else a verdict may carry. */
export interface Showing {
  /** Records to show as "what we saw". */
  readonly shows?: readonly Excerpt[];
  /** Questions whose answer "absent" this verdict rests on; a second resolver is asked before it stands. */
  readonly rests?: readonly DnsQuestion[];
}

/** One of the cases with its data, or not applicable, or (partial knowledge) unknown. */
export type Verdict<C> =
  | {
      [K in keyof C]: { readonly is: K } & (DataOf<C[K]> extends undefined
        ? { readonly data?: undefined }
        : { readonly data: DataOf<C[K]> }) &
        Showing;
    }[keyof C]
  | { readonly is: 'not-applicable'; readonly because: string }
  | { readonly is: 'unknown'; readonly because: Blind };

// biome-ignore lint/suspicious/noExplicitAny: topics of any value; ValueOf recovers it.
export type Reads = { readonly [name: string]: Topic<any> };

/** What `judge` sees: whole values, or the reading itself where partial knowledge was accepted. */
export type Facts<R extends Reads, P extends keyof R> = {
  readonly [K in keyof R]: K extends P ? Reading<ValueOf<R[K]>> : ValueOf<R[K]>;
} & { readonly scope: Scope };

/** A rule, typed by the topics it reads, those it accepts in part, and its cases. */
export interface Rule<R extends Reads = Reads, P extends keyof R = keyof R, C = Record<string, AnyCase>> {
  /** The requirement, worded so that it is true when met. */
  readonly title: string;
  /** The consequence for a real sender or receiver. */
  readonly why: string;
  readonly bears: readonly Concern[];
  /** Its finding says what the domain is, and stands above the report. One rule does. */
  readonly portrays?: true;
  /** What to change is in the owner's hands, also where somebody else runs the servers it looks at. */
  readonly ownersToMend?: true;
  readonly cites: readonly Citation[];
  readonly reads: R;
  readonly partial?: readonly P[];
  readonly cases: C;
  readonly judge: (facts: Facts<R, P>) => Verdict<C>;
}

/** Declares a rule; only here for inference. */
export function rule<
  const R extends Reads,
  const C extends { readonly [name: string]: AnyCase },
  const P extends keyof R = never,
>(definition: Rule<R, P, C>): Rule<R, P, C> {
  return definition;
}

/**
 * What is read of a rule only when somebody looks: why, where it is written, the words of each case; and where they
 * are kept apart, the judging whole, which gives the words their data.
 */
export interface RuleWords {
  readonly title: string;
  readonly why: string;
  readonly cites: readonly Citation[];
  readonly cases: { readonly [name: string]: AnyCase };
  // biome-ignore lint/suspicious/noExplicitAny: the facts are typed where the rule is declared.
  readonly judge?: (facts: any) => unknown;
  /** Fetches them with everything they call whole, where a build leaves out paths that are seldom taken. */
  readonly whole?: () => Promise<RuleWords>;
}

/** A rule of any type, as the engine handles it: it hands each rule its own facts and words. */
export interface AnyRule extends Omit<Rule, 'partial' | 'cases' | 'judge'> {
  /**
   * Fetches the words, where the page keeps them apart; `title`, `why`, `cites` and those of the cases may be empty then, and
   * `judge` may give its verdict without data, reasons and what it shows and rests on.
   */
  readonly words?: () => Promise<RuleWords>;
  /** Fetches `judge` whole, of rules from whose path hardly any domain's judging comes here, with that of their neighbours. */
  readonly late?: () => Promise<Pick<AnyRule, 'judge'>>;
  readonly partial?: readonly PropertyKey[];
  readonly cases: { readonly [name: string]: AnyCase };
  // biome-ignore lint/suspicious/noExplicitAny: the facts are typed where the rule is declared.
  readonly judge: (facts: any) => unknown;
}

/** One worked example of a rule: a text zone, and the case (or outcome) it must lead to. */
export interface Example<C extends string = string> {
  readonly name: string;
  /** The text zone (see dns/zone.ts). Names without a final dot are complete as they stand. */
  readonly zone: string;
  /** Defaults to example.com. */
  readonly domain?: string;
  readonly intent?: 'mail' | 'no-mail';
  readonly selectors?: readonly string[];
  /** The label of the address asked about (Scope.mailbox). */
  readonly mailbox?: string;
  /** The sending host the user named. */
  readonly submission?: string;
  /** ISO 8601; defaults to 2026-11-23T12:00:00Z. */
  readonly now?: string;
  readonly expect: C | 'not-applicable' | 'unknown';
}

/** The examples of a rule; every case must have one. */
export type Examples<X> =
  X extends Rule<infer _R, infer _P, infer C> ? readonly Example<Extract<keyof C, string>>[] : never;

/**
 * Why a rule's problems are as grave as they are: one sentence for each severity above info that its cases have.
 * Exported beside the rule, so that the page, which shows no such sentence in a report, does not load it.
 */
export type Weights<X> =
  X extends Rule<infer _R, infer _P, infer C>
    ? { readonly [S in Exclude<SeverityOf<C[keyof C]>, 'info'>]: string }
    : never;

type SeverityOf<C> = C extends { readonly severity: infer S extends Severity } ? S : never;

/** A worded answer to a headline question. */
export type HeadlineCase<D> = (
  | { readonly passes: true }
  /** `atLeast`: not everything was seen, and what is missing could only make it worse. */
  | { readonly severity: Severity; readonly atLeast?: true }
  | { readonly unknown: true }
) & {
  readonly headline: string | ((data: D) => string);
  readonly reason: string | ((data: D) => string);
};

/** The data an answer's words need. */
export type HeadlineData<C> = Merge<
  C extends { readonly headline: infer H } ? Parameter<H> : undefined,
  C extends { readonly reason: infer R } ? Parameter<R> : undefined
>;

/** One line under an answer: who is concerned, what happens, and how that is to be coloured. */
export interface AnswerLine {
  readonly who: string;
  readonly what: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
}

/** What a headline question answers. */
export type HeadlineVerdict<C> =
  | {
      [K in keyof C]: { readonly is: K } & (HeadlineData<C[K]> extends undefined
        ? { readonly data?: undefined }
        : { readonly data: HeadlineData<C[K]> }) & { readonly lines?: readonly AnswerLine[] };
    }[keyof C]
  | { readonly is: 'unknown'; readonly because: Blind; readonly lines?: readonly AnswerLine[] };

/** A headline question: same shape as a rule, about the whole domain. */
export interface Headline<
  R extends Reads = Reads,
  P extends keyof R = keyof R,
  C = unknown,
  S extends Reads = Reads,
> {
  /** As the visitor would put it. */
  readonly asks: string;
  readonly reads: R;
  readonly partial?: readonly P[];
  readonly cases: C;
  readonly judge: (facts: Facts<R, P>) => HeadlineVerdict<C>;
  /**
   * What is certain once a part of that is read, if anything is: an answer that holds whatever the rest is, and that the
   * whole may only put more gravely.
   */
  readonly sooner?: {
    readonly reads: S;
    readonly judge: (facts: Facts<S, never>) => HeadlineVerdict<C> | undefined;
  };
}

/** Declares a headline question; only here for inference. */
export function headline<
  const R extends Reads,
  // biome-ignore lint/suspicious/noExplicitAny: a case of any data; HeadlineData recovers it.
  const C extends { readonly [name: string]: HeadlineCase<any> },
  const P extends keyof R = never,
  const S extends Reads = Reads,
>(definition: Headline<R, P, C, S>): Headline<R, P, C, S> {
  return definition;
}

/** A headline question of any type, as the engine handles it. */
export interface AnyHeadline extends Omit<Headline, 'partial' | 'cases' | 'judge' | 'sooner'> {
  readonly partial?: readonly PropertyKey[];
  // biome-ignore lint/suspicious/noExplicitAny: a case of any data.
  readonly cases: { readonly [name: string]: HeadlineCase<any> };
  /** Fetches it whole, where a build leaves out paths that are seldom taken. */
  readonly whole?: () => Promise<AnyHeadline>;
  // biome-ignore lint/suspicious/noExplicitAny: the facts are typed where the question is declared.
  readonly judge: (facts: any) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the facts are typed where the question is declared.
  readonly sooner?: { readonly reads: Reads; readonly judge: (facts: any) => unknown };
}

/** An instant a rule example or fixture stands at when it names none. */
export const EXAMPLE_NOW: Millis = Date.UTC(2026, 10, 23, 12);
