/*
 * What a report asked of whom: made from its facts alone, so that it can be said of a recorded report, too.
 */

import type { Observation } from '../facts/observation.ts';
import type { SmtpAnswer } from '../facts/smtp.ts';
import { isUnasked } from './about.ts';

/** Somebody who was asked: a resolver or a relay, by the name people know it by. */
export interface Contact {
  readonly name: string;
  /** Requests sent: repeated questions and second opinions included. */
  readonly sent: number;
  readonly answered: number;
}

/** Somewhere a relay went on behalf of a report. */
export interface Visit {
  readonly relay: string;
  /** "port 25 of mx.example.com", or the address of a policy file. */
  readonly place: string;
  /** The addresses connected to; empty for a policy file. */
  readonly addresses: readonly string[];
}

/** Everybody who was asked, in the order they first were. */
export function contactsOf(facts: readonly Observation[]): Contact[] {
  const contacts = new Map<string, { sent: number; answered: number }>();
  const count = (name: string, answered: boolean) => {
    if (name === '') return;
    const contact = contacts.get(name) ?? { sent: 0, answered: 0 };
    contact.sent += 1;
    if (answered) contact.answered += 1;
    contacts.set(name, contact);
  };
  for (const { tries, confirmedBy } of facts) {
    for (const { by, failed } of tries) count(by, failed === undefined);
    if (confirmedBy !== undefined) count(confirmedBy, true);
  }
  return [...contacts].map(([name, { sent, answered }]) => ({ name, sent, answered }));
}

/** Where relays went. */
export function visitsOf(facts: readonly Observation[]): Visit[] {
  return facts.flatMap(({ question, result, by }) => {
    if (question.kind === 'dns' || by === '' || (!result.seen && result.because.reason !== 'aborted'))
      return [];
    if (question.kind === 'policy')
      return [
        { relay: by, place: `https://mta-sts.${question.domain}/.well-known/mta-sts.txt`, addresses: [] },
      ];
    const addresses = result.seen
      ? (result.answer as SmtpAnswer).addresses.map(({ address }) => address)
      : [];
    return [{ relay: by, place: `port ${question.port} of ${question.host}`, addresses }];
  });
}

/** What was asked of somebody, in the order of time; what only a relay could have asked is left out where none was. */
export function askedOf(facts: readonly Observation[]): Observation[] {
  return facts
    .filter(({ result }) => result.seen || !isUnasked(result.because.reason))
    .sort((a, b) => a.at - b.at);
}
