/*
 * Lines of text zones that say what a relay saw of a mail server (dns/zone.ts), for examples: a server in good
 * order, but for what an example changes. Nothing that is shipped uses them.
 */

import { CERTIFICATES } from '../certificate/example-certificates.ts';

/** What an example changes. Replies are lines with their codes; `''` leaves a part out. */
export interface ExampleVisit {
  readonly host?: string;
  readonly port?: number;
  readonly address?: string;
  readonly greeting?: string;
  /** Keywords listed in clear text. */
  readonly ehlo?: readonly string[];
  /** The whole reply to EHLO instead, or how it ended. */
  readonly ehloReply?: string;
  readonly starttls?: string;
  readonly tls?: string;
  readonly chain?: readonly (keyof typeof CERTIFICATES)[];
  readonly trust?: string;
  /** Keywords listed inside TLS. */
  readonly after?: readonly string[];
  readonly afterReply?: string;
  readonly quit?: string;
  /** The second handshake. */
  readonly second?: string;
}

/** One line: an address visited. */
export function visitLine(change: ExampleVisit = {}): string {
  const { host = 'mx.example.com', port = 25, address = '192.0.2.25' } = change;
  const implicit = port === 465;
  const clear = change.ehlo ?? ['SIZE 50000000', ...(implicit ? ['AUTH PLAIN'] : ['STARTTLS'])];
  const offered = implicit || clear.includes('STARTTLS');
  const inside = change.after ?? ['SIZE 50000000', ...(port === 25 ? [] : ['AUTH PLAIN'])];
  const chain = change.chain ?? ['good', 'issuer'];
  const handshake = [
    ['tls', change.tls ?? 'TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 newer TLSv1.3 group x25519'],
    ['chain', chain.map((name) => CERTIFICATES[name]).join(' ')],
    ['trust', change.trust ?? 'trusted'],
  ];
  const parts = [
    ['greeting', change.greeting ?? `"220 ${host} ESMTP"`],
    ['ehlo', change.ehloReply ?? list(host, clear)],
    ...(implicit || !offered ? [] : [['starttls', change.starttls ?? '"220 go ahead"']]),
    ...(offered && change.tls !== '' && change.starttls === undefined ? handshake : []),
    ...(implicit || !offered || change.starttls !== undefined
      ? []
      : [['after', change.afterReply ?? list(host, inside)]]),
    ['quit', change.quit ?? '"221 bye"'],
    ...(offered && change.starttls === undefined
      ? [(change.second ?? 'old !alert:protocol_version').split(/ (.*)/)]
      : []),
  ];
  const words = parts.flatMap(([key, value]) => (value ? [`${key} ${value}`] : []));
  return `${host} SMTP ${port} ${address} open ${words.join(' ')}`;
}

/** An MX record and a visit to its host. */
export function mxVisit(change: ExampleVisit = {}): string {
  return `example.com MX 10 mx.example.com\n${visitLine(change)}`;
}

function list(host: string, keywords: readonly string[]): string {
  return [host, ...keywords]
    .map((word, i, all) => `"250${i === all.length - 1 ? ' ' : '-'}${word}"`)
    .join(' ');
}

/** Visits to the sending ports of smtp.example.com, with nobody at those that are not among them. */
export function submissionZone(...lines: readonly string[]): string {
  const absent = ['smtp.example.com', 'mail.example.com'].flatMap((host) =>
    [465, 587, 2525]
      .map((port) => `${host} SMTP ${port} `)
      .filter((start) => !lines.some((line) => line.startsWith(start)))
      .map((start) => `${start}none`),
  );
  return ['example.com MX 10 mx.example.com', ...lines, ...absent].join('\n');
}

/** A visit to a sending port of smtp.example.com. */
export function submissionVisit(port: 465 | 587 | 2525, change: ExampleVisit = {}): string {
  return visitLine({
    host: 'smtp.example.com',
    address: '192.0.2.87',
    chain: ['submission', 'issuer'],
    ...change,
    port,
  });
}
