/*
 * The readings behind the pictures, taken from the report's own facts when somebody comes near one: nobody is
 * asked for them. Where facts come later, or are asked again, they are taken anew.
 */

import { Log } from '../../facts/log.ts';
import { recordedObserver } from '../../observe/recorded.ts';
import { certificates } from '../../topics/certificates.ts';
import { dane } from '../../topics/dane.ts';
import { daneMatch } from '../../topics/dane-match.ts';
import { dkim } from '../../topics/dkim.ts';
import { dmarc } from '../../topics/dmarc.ts';
import { hosts } from '../../topics/hosts.ts';
import { mtaStsPolicy } from '../../topics/mta-sts-policy.ts';
import { mx } from '../../topics/mx.ts';
import { ptr } from '../../topics/ptr.ts';
import { smtp } from '../../topics/smtp.ts';
import { spf } from '../../topics/spf.ts';
import { spoofability } from '../../topics/spoofability.ts';
import { submission, submissionCertificates } from '../../topics/submission.ts';
import { tlsContext } from '../../topics/tls-context.ts';
import type { Check } from '../check.svelte.ts';
import { diagnose, type ReadingsOf, viewRules } from '../engine.ts';

const TOPICS = {
  spf,
  dmarc,
  spoofability,
  dkim,
  mx,
  hosts,
  smtp,
  certificates,
  mtaStsPolicy,
  dane,
  daneMatch,
  ptr,
  submission,
  submissionCertificates,
  tlsContext,
};

/** What the pictures show, as far as it is read. */
export type Readings = ReadingsOf<typeof TOPICS>;

class Pictures {
  readings = $state.raw<Readings>({});
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #check: Check;

  constructor(check: Check) {
    this.#check = check;
  }

  /** Takes the readings of the facts at hand, not more often than anybody can read. */
  take(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#take();
      },
      this.#check.state === 'running' ? 400 : 0,
    );
  }

  #take(): void {
    const { facts, source, state } = this.#check;
    const log = Log.of(facts.values());
    const known = recordedObserver(log);
    const found: Partial<Record<keyof Readings, unknown>> = {};
    const all = diagnose({
      scope: source.scope,
      rules: viewRules(TOPICS, (readings) => Object.assign(found, readings)),
      headlines: {},
      observer: {
        // What is still on its way is waited for: its reading comes with the facts of a later time.
        observe: (question, lane) =>
          state === 'running' && !log.find(question) ? new Promise(() => {}) : known.observe(question, lane),
      },
    });
    const show = () => {
      this.readings = { ...found } as Readings;
    };
    if (state === 'running') setTimeout(show, 50);
    else void all.then(show);
  }
}

/** The pictures of a check. */
export function picturesOf(check: Check): Pictures {
  const known = all.get(check) ?? new Pictures(check);
  all.set(check, known);
  return known;
}

const all = new WeakMap<Check, Pictures>();
