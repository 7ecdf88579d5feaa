/*
 * What a finding was judged from, so that anybody can look again: the question, the answer, who gave it and
 * when, and the line to repeat it with. Comes from the engine's own tracking of what each rule read.
 */

import { presentation } from '../dns/presentation.ts';
import { type DnsAnswer, type DnsRecord, isAbsent, type RecordType } from '../dns/record.ts';
import { shown } from '../dns/text.ts';
import { wordsFor } from '../engine/blindness.ts';
import type { Millis, Observation } from '../facts/observation.ts';
import { keyOf, type Question } from '../facts/question.ts';
import type { SmtpAddress, SmtpAnswer, SmtpReply, TlsHandshake } from '../facts/smtp.ts';

/** One question and what became of it, as text. */
export interface Evidence {
  /** See facts/question.ts: "dns example.com TXT". */
  readonly key: string;
  /** "TXT at _dmarc.example.com". */
  readonly asked: string;
  /** Records as text, made printable; empty when there are none. */
  readonly answer: readonly string[];
  /** "no such name", "no record of this type", a record count, or why there is no answer. */
  readonly outcome: string;
  readonly answered: boolean;
  /** Names the question was led on to by CNAME. */
  readonly chain: readonly string[];
  /** Seconds the answer may be kept; the shortest of its records. */
  readonly ttl?: number;
  readonly by: string;
  /** Another resolver that said the same. */
  readonly confirmedBy?: string;
  readonly at: Millis;
  /** A command line that asks the same. */
  readonly repeat: string;
}

/** The evidence behind a finding, in the order it was asked. */
export function evidenceOf(asked: readonly string[], facts: readonly Observation[]): Evidence[] {
  const byKey = new Map(facts.map((observation) => [keyOf(observation.question), observation]));
  return asked.flatMap((key) => {
    const observation = byKey.get(key);
    return observation ? [evidenceFrom(observation)] : [];
  });
}

/** One observation as evidence. */
export function evidenceFrom(observation: Observation): Evidence {
  const { question, result } = observation;
  const common = {
    key: keyOf(question),
    asked: askedWords(question),
    by: observation.by,
    at: observation.at,
    repeat: repeatLine(question),
    ...(observation.confirmedBy === undefined ? {} : { confirmedBy: observation.confirmedBy }),
  };
  if (!result.seen)
    return { ...common, answered: false, answer: [], chain: [], outcome: wordsFor(result.because) };
  if (question.kind === 'policy') {
    const answer = result.answer as { status: number; body: string; failure?: string };
    const outcome = answer.status === 0 ? (answer.failure ?? 'no answer') : `HTTP ${answer.status}`;
    return {
      ...common,
      answered: true,
      chain: [],
      outcome,
      answer: answer.body === '' ? [] : answer.body.split('\n').map(shown),
    };
  }
  if (question.kind === 'smtp') {
    const { addresses } = result.answer as SmtpAnswer;
    const outcome =
      addresses.length === 0
        ? 'no address'
        : addresses.map(({ address, connect }) => `${address} ${connect}`).join(', ');
    return { ...common, answered: true, chain: [], outcome, answer: addresses.flatMap(conversation) };
  }
  const answer = result.answer as DnsAnswer;
  const ttls = answer.records.map((record) => record.ttl);
  return {
    ...common,
    answered: true,
    chain: answer.chain,
    answer: answer.records.map((record) => recordText(question.type, record)),
    outcome: isAbsent(answer)
      ? answer.rcode === 'NXDOMAIN'
        ? 'no such name'
        : 'no record of this type'
      : `${answer.records.length} ${answer.records.length === 1 ? 'record' : 'records'}`,
    ...(ttls.length > 0 ? { ttl: Math.min(...ttls) } : {}),
  };
}

/** A question in words: "TXT at _dmarc.example.com". */
export function askedWords(question: Question): string {
  if (question.kind === 'policy') return `MTA-STS policy file of ${question.domain}`;
  if (question.kind === 'smtp') return `port ${question.port} of ${question.host}`;
  const way = question.cd ? ', signatures unchecked' : question.dnssec ? ', with signatures' : '';
  return `${question.type} at ${question.name}${way}`;
}

/** The command line that repeats a question. Names that a shell could misread are quoted. */
export function repeatLine(question: Question): string {
  if (question.kind === 'policy')
    return `curl -sSi ${word(`https://mta-sts.${question.domain}/.well-known/mta-sts.txt`)}`;
  if (question.kind === 'smtp') {
    const { host, port } = question;
    const starttls = port === 465 ? '' : ' -starttls smtp';
    return `openssl s_client -showcerts${starttls} -servername ${word(host)} -connect ${word(`${host}:${port}`)}`;
  }
  const flags = question.dnssec ? '+dnssec' : '+short';
  return `dig ${flags}${question.cd ? ' +cd' : ''} ${question.type} ${word(question.name)}`;
}

/** What was said at one address, without what TLS hides behind. */
function conversation({ address, connect, ...rest }: SmtpAddress): string[] {
  const { greeting, ehlo, starttls, handshakes, ehloTls, quit } = rest;
  const said = (reply: SmtpReply | undefined) =>
    reply === undefined
      ? []
      : [...reply.lines.map(shown), ...(reply.end === 'complete' ? [] : [`(${reply.end})`])];
  const shaken = ({ offered, end, version, cipher, alert }: TlsHandshake) =>
    `TLS, ${offered.join(', ')} offered: ${[end, alert, version, cipher].filter((each) => each !== undefined).join(' ')}`;
  const [first, ...others] = handshakes.map(shaken);
  const tls = first === undefined ? [] : [shown(first)];
  return [
    `${address}: ${connect}`,
    // Only where STARTTLS came in between does the handshake stand after what was said.
    ...(starttls === undefined ? tls : []),
    ...said(greeting),
    ...said(ehlo),
    ...said(starttls),
    ...(starttls === undefined ? [] : tls),
    ...said(ehloTls),
    ...said(quit),
    ...others.map(shown),
  ];
}

function recordText(type: RecordType, record: DnsRecord): string {
  return shown(presentation({ type, data: record.data }));
}

function word(text: string): string {
  return /^[A-Za-z0-9._:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
