/*
 * The readings behind the pictures, taken from the report's own facts when somebody comes near one: nobody is
 * asked for them. Where a fact is asked again later they are taken anew.
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
import { ptr } from '../../topics/ptr.ts';
import { smtp } from '../../topics/smtp.ts';
import { spf } from '../../topics/spf.ts';
import { spoofability } from '../../topics/spoofability.ts';
import { submission, submissionCertificates } from '../../topics/submission.ts';
import type { Check } from '../check.svelte.ts';
import { diagnose, type ReadingsOf, viewRules } from '../engine.ts';

const TOPICS = {
  spf,
  dmarc,
  spoofability,
  dkim,
  hosts,
  smtp,
  certificates,
  mtaStsPolicy,
  dane,
  daneMatch,
  ptr,
  submission,
  submissionCertificates,
};

/** What the pictures show, as far as it is read. */
export type Readings = ReadingsOf<typeof TOPICS>;

class Pictures {
  readings = $state.raw<Readings>({});
  #revision = -1;
  readonly #check: Check;

  constructor(check: Check) {
    this.#check = check;
  }

  /** Takes the readings, unless those at hand are of the same facts. */
  async take(): Promise<void> {
    const { facts, revision, source } = this.#check;
    if (this.#revision === revision) return;
    this.#revision = revision;
    const found: Partial<Record<keyof Readings, unknown>> = {};
    await diagnose({
      scope: source.scope,
      rules: viewRules(TOPICS, (readings) => Object.assign(found, readings)),
      headlines: {},
      observer: recordedObserver(Log.of(facts.values())),
    });
    if (this.#revision === revision) this.readings = found as Readings;
  }
}

/** The pictures of a check. */
export function picturesOf(check: Check): Pictures {
  const known = all.get(check) ?? new Pictures(check);
  all.set(check, known);
  return known;
}

const all = new WeakMap<Check, Pictures>();
