/*
 * Everything that may be asked of the world. A question is plain data: the same question has the same key,
 * is asked once a report, and its answer can be kept, sent and judged again elsewhere.
 */

import type { Name } from '../dns/name.ts';
import type { DnsAnswer, DnsQuestion } from '../dns/record.ts';
import type { SmtpAnswer, SmtpPort } from './smtp.ts';

/** The MTA-STS policy file of a domain, `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2). */
export interface PolicyQuestion {
  readonly kind: 'policy';
  readonly domain: Name;
}

/** What came back for a policy file, unjudged. Redirects are not followed (RFC 8461 §3.3). */
export interface PolicyAnswer {
  /** HTTP status; 0 when no HTTP answer came, `failure` then says how far it got. */
  readonly status: number;
  readonly failure?: 'no-address' | 'no-connection' | 'certificate' | 'tls' | 'too-slow' | 'too-large';
  readonly contentType?: string;
  /** The body as a byte string, cut at 64 kB. */
  readonly body: string;
  /** Milliseconds from request to end of body. */
  readonly ms: number;
  /** The fetcher's own word for the failure ("CERT_HAS_EXPIRED"), or where a redirect points. */
  readonly detail?: string;
  /** DER certificates in base64 in the order the policy host sent them, where they could be seen. */
  readonly chain?: readonly string[];
  /** The fetcher's platform does not say whether it verified the certificate: nothing follows from success. */
  readonly unverified?: true;
}

/** A mail host on a port. `domain` is why it is asked: a relay visits only hosts that belong to it. */
export interface SmtpQuestion {
  readonly kind: 'smtp';
  readonly host: Name;
  readonly port: SmtpPort;
  readonly domain: Name;
}

/** A question of any kind. */
export type Question = DnsQuestion | PolicyQuestion | SmtpQuestion;

/** The answer that belongs to a question. */
export type AnswerTo<Q extends Question> =
  Q extends DnsQuestion<infer T>
    ? DnsAnswer<T>
    : Q extends PolicyQuestion
      ? PolicyAnswer
      : Q extends SmtpQuestion
        ? SmtpAnswer
        : never;

/** Any answer. */
export type Answer = DnsAnswer | PolicyAnswer | SmtpAnswer;

/**
 * A text that is equal for equal questions: "dns example.com TXT", with "cd" or "do" at the end where asked;
 * "smtp mx.example.com 25 example.com".
 */
export function keyOf(question: Question): string {
  if (question.kind === 'policy') return `policy ${question.domain}`;
  if (question.kind === 'smtp') return `smtp ${question.host} ${question.port} ${question.domain}`;
  return `dns ${question.name} ${question.type}${question.cd ? ' cd' : ''}${question.dnssec ? ' do' : ''}`;
}
