/*
 * A topic is one memoised reading: what the domain's facts say about one subject, asked once and shared by
 * every rule that declares it. Topics ask questions and read other topics; they never judge.
 */

import type { Lane, Reading, Seen } from '../facts/observation.ts';
import type { AnswerTo, Question } from '../facts/question.ts';
import type { Scope } from './scope.ts';

/** What a topic works with. Every question and topic it touches becomes evidence of whoever reads it. */
export interface Look {
  readonly scope: Scope;
  /**
   * Asks one question; the same question is asked once a report, whoever asks. Never rejects. `runBy`: whose the
   * host is that is looked at, where it is not the domain's own.
   */
  ask<const Q extends Question>(question: Q, lane?: Lane, runBy?: string): Promise<Seen<AnswerTo<Q>>>;
  /** Reads another topic. Never rejects. Topics must not read each other in a circle. */
  read<T>(topic: Topic<T>): Promise<Reading<T>>;
}

/** A named reading of type T. */
export interface Topic<T> {
  readonly name: string;
  readonly take: (look: Look) => Promise<Reading<T>>;
  /** Fetches it whole, where a build leaves out paths that are seldom taken. */
  readonly whole?: (() => Promise<Topic<T>>) | undefined;
}

/**
 * Declares a topic under a name of its own. A topic that throws reads as none (`rule-broke`). `whole` is added by a
 * build.
 */
export function topic<T>(
  name: string,
  take: (look: Look) => Promise<Reading<T>>,
  whole?: () => Promise<Topic<T>>,
): Topic<T> {
  return { name, take, whole };
}

/** Thrown where a build left out a path that is seldom taken: who comes upon it is fetched whole, and begun anew. */
export class Seldom extends Error {}

/** Stands in for such a path. */
export function seldom(): never {
  throw new Seldom('left out');
}

/** What a topic or rule needs could not be fetched. */
export class NotLoaded extends Error {}

/** Fetches what a topic needs only now and then. A topic that is let down by it reads as none (`not-loaded`). */
export async function late<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new NotLoaded('not loaded', { cause: error });
  }
}

/** The value type of a topic. */
export type ValueOf<X> = X extends Topic<infer T> ? T : never;
