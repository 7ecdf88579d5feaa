import type { Blind, Observation } from '../facts/observation.ts';
import type { AnswerLine, Citation, Concern, Excerpt, Fix, Severity } from './rule.ts';

/** The four outcomes of a rule. */
export type Outcome = 'pass' | 'problem' | 'unknown' | 'not-applicable';

/** What a rule found, worded. Exactly one per rule per report. */
export interface Finding {
  /** `<area>/<subject>`, the path of the rule's file. */
  readonly rule: string;
  readonly outcome: Outcome;
  /** The worded case, for pass and problem. */
  readonly case?: string;
  /** Only for problems. */
  readonly severity?: Severity;
  /** The requirement; may be empty where its words were not fetched yet. */
  readonly title: string;
  readonly says: string;
  readonly why: string;
  readonly fix?: Fix;
  /** Who runs every server it concerns, where that is not the domain's owner: the fix is theirs. */
  readonly runBy?: string;
  readonly bears: readonly Concern[];
  /** It says what the domain is, and stands above the report. */
  readonly portrays?: true;
  readonly cites: readonly Citation[];
  readonly shows: readonly Excerpt[];
  /** Keys of the questions it was judged from, in the order they were asked. */
  readonly asked: readonly string[];
  /** Why it is unknown. */
  readonly because?: Blind;
  /**
   * What it was judged from, where its words were not fetched yet (engine/words.ts); `why`, `cites`, `shows` and
   * maybe `says` are empty.
   */
  readonly pending?: { readonly facts: unknown };
}

/** The answer to a headline question. */
export interface Answered {
  readonly id: Concern;
  readonly asks: string;
  readonly outcome: 'pass' | 'problem' | 'unknown';
  readonly case: string;
  readonly severity?: Severity;
  /** Not everything was seen, and what is missing could only make it worse. */
  readonly atLeast?: true;
  readonly headline: string;
  readonly reason: string;
  readonly lines: readonly AnswerLine[];
  readonly because?: Blind;
}

/** Everything one run came to. */
export interface Report {
  readonly findings: readonly Finding[];
  readonly answers: readonly Answered[];
  /** Every observation, by which the report can be made again. */
  readonly facts: readonly Observation[];
}
