/*
 * One check and how far it has come. Every row and card exists from the first frame; what arrives is put into
 * its place, all that arrived since the last picture at once, so that a hundred answers cost a few paints.
 */

import { flushSync } from 'svelte';
import type { Event } from '../engine/diagnose.ts';
import type { Concern } from '../engine/rule.ts';
import type { Scope } from '../engine/scope.ts';
import type { Answered, Finding } from '../engine/verdict.ts';
import type { Observation, Observer } from '../facts/observation.ts';
import { keyOf } from '../facts/question.ts';
import { isUnasked, unansweredOf } from '../report/about.ts';
import type { FIRST, ReadingsOf } from './engine.ts';

/** The domain under check, both ways it is written. */
export interface Subject {
  /** As DNS spells it. */
  readonly ascii: string;
  /** As people write it; the same unless internationalised. */
  readonly shown: string;
  /** What to know about how it was read, in sentences. */
  readonly notes: readonly string[];
}

/** What a check was made for, and who answers when more is to be known once it stands. */
export interface Source {
  readonly scope: Scope;
  /** Somebody is asked anew; not so for samples and frozen reports, which hold all there is. */
  readonly live: boolean;
  /** An observer with a budget of its own. */
  begin(signal: AbortSignal): Observer;
}

/** A rule's place in the checklist. */
export class Row {
  finding = $state.raw<Finding | undefined>();
  constructor(readonly id: string) {}
}

/** A headline question's place. */
export class Slot {
  answer = $state.raw<Answered | undefined>();
  constructor(
    readonly id: Concern,
    readonly asks: string,
  ) {}
}

/** An area of the checklist in its fixed order. */
export interface Rows {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Milliseconds from one picture of a report that fills in to the next. */
const CALM = 60;

export class Check {
  /** `complete`: everything stands, absences may still be confirmed elsewhere. `settled`: nothing will change. */
  state = $state<'running' | 'complete' | 'settled' | 'stopped'>('running');
  asked = $state(0);
  answered = $state(0);
  /** Milliseconds from the start until everything stood. */
  ms = $state(0);
  readings = $state.raw<ReadingsOf<typeof FIRST>>({});
  /** Raised whenever `facts` changed, for those who read it. */
  revision = $state(0);
  readonly facts = new Map<string, Observation>();
  /** What tools asked beside the report; no rule judges by it. */
  readonly asides = new Map<string, Observation>();
  /** Raised whenever `asides` changed. */
  asideRevision = $state(0);
  /** What was asked anew since: the answers before. */
  readonly past: Observation[] = [];
  /** It stands on the page, so what comes can be shown before the next picture. */
  onPage = false;

  readonly #startedAt = performance.now();
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #slots: ReadonlyMap<string, Slot>;
  /** Rows and answers that nothing has come for. */
  readonly #due: Set<string>;
  #end: 'settled' | 'stopped' | undefined;
  #waiting: (() => void)[] = [];
  #scheduled = false;
  #urgent = false;
  #shownAt = 0;

  constructor(
    readonly subject: Subject,
    readonly areas: readonly Rows[],
    readonly slots: readonly Slot[],
    /** The name of who is asked first, or undefined for a sample. */
    readonly resolver: string | undefined,
    /** When it was started, milliseconds since 1970. */
    readonly at: number,
    /** A finding with its words, fetched where they are not at hand. */
    readonly read: (finding: Finding) => Finding | Promise<Finding>,
    readonly stop: () => void,
    readonly source: Source,
  ) {
    this.#rows = new Map(areas.flatMap(({ rows }) => rows.map((row) => [row.id, row] as const)));
    this.#slots = new Map(slots.map((slot) => [slot.id, slot] as const));
    this.#due = new Set([...this.#rows.keys(), ...this.#slots.keys()]);
  }

  /** Takes an event of the run; it shows with the next picture, and an answer or the last finding at once. */
  take(event: Event): void {
    this.#waiting.push(() => this.#apply(event));
    const id = event.type === 'finding' ? event.finding.rule : event.type === 'answer' ? event.answer.id : '';
    const last = this.#due.delete(id) && this.#due.size === 0;
    if (this.onPage && (event.type === 'answer' || last)) this.#hurry();
    // Answers are still being read, and followed by questions: it is laid out in a task of its own.
    else if (this.onPage && event.type === 'sooner') setTimeout(() => this.#flush());
    else this.#schedule();
  }

  /** Takes readings for what stands above the report. */
  show(readings: ReadingsOf<typeof FIRST>): void {
    this.#waiting.push(() => {
      this.readings = { ...this.readings, ...readings };
    });
    this.#schedule();
  }

  /** The run has ended: nothing will come any more. */
  end(stopped: boolean): void {
    this.#end = stopped ? 'stopped' : 'settled';
    this.#schedule();
  }

  /** What a rule found, as it stands now. */
  finding(rule: string): Finding | undefined {
    return this.#rows.get(rule)?.finding;
  }

  findings(): Finding[] {
    return [...this.#rows.values()].flatMap((row) => row.finding ?? []);
  }

  /** Questions without an answer, in the order they were asked. */
  unanswered(): Observation[] {
    void this.revision;
    return unansweredOf([...this.facts.values()]);
  }

  #apply(event: Event): void {
    switch (event.type) {
      case 'asked':
        this.asked += 1;
        return;
      case 'observed': {
        const key = keyOf(event.observation.question);
        const { result } = event.observation;
        if (!result.seen && isUnasked(result.because.reason)) this.asked -= 1;
        else if (!this.facts.has(key)) this.answered += 1;
        this.facts.set(key, event.observation);
        this.revision += 1;
        return;
      }
      case 'finding': {
        const row = this.#rows.get(event.finding.rule);
        if (row) row.finding = event.finding;
        return;
      }
      case 'sooner':
      case 'answer': {
        const slot = this.#slots.get(event.answer.id);
        if (slot) slot.answer = event.answer;
      }
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Nobody reads faster than this, and every picture takes time that answers would be read in. By a timer, not with
    // a frame: a hidden tab paints none, yet its report must be there when it is shown again, and laying out what was
    // put in is a task of its own then.
    setTimeout(
      () => {
        this.#scheduled = false;
        this.#flush();
      },
      Math.max(0, this.#shownAt + CALM - performance.now()),
    );
  }

  #hurry(): void {
    if (this.#urgent) return;
    this.#urgent = true;
    queueMicrotask(() => {
      this.#urgent = false;
      this.#flush();
    });
  }

  #flush(): void {
    this.#shownAt = performance.now();
    const waiting = this.#waiting;
    this.#waiting = [];
    const before = this.slots.map(({ answer }) => answer);
    for (const apply of waiting) apply();
    const completes = this.#due.size === 0 && this.ms === 0;
    if (completes) this.ms = performance.now() - this.#startedAt;
    // Sorting the page is a piece of work of its own, and gets the picture after the one that completes it.
    else if (this.#due.size === 0) this.state = this.#end ?? 'complete';
    flushSync();
    // The marks are set when the document shows it, in the frame that will be painted.
    for (const [i, { id, answer }] of this.slots.entries())
      if (answer && answer !== before[i])
        performance.mark('mailproof:answer', { detail: { id, case: answer.case } });
    if (!completes) return;
    performance.mark('mailproof:complete');
    this.#schedule();
  }
}
