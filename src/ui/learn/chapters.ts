/*
 * The guide's chapters in reading order. Each is a file of its own; its words are written in it and nowhere else.
 */

import type { Component } from 'svelte';
import Certificates from './guide/Certificates.svelte';
import Claims from './guide/Claims.svelte';
import Dane from './guide/Dane.svelte';
import Dkim from './guide/Dkim.svelte';
import Dmarc from './guide/Dmarc.svelte';
import MtaSts from './guide/MtaSts.svelte';
import Ports from './guide/Ports.svelte';
import Sending from './guide/Sending.svelte';
import Spf from './guide/Spf.svelte';
import StartTls from './guide/StartTls.svelte';
import Tls from './guide/Tls.svelte';
import TlsReports from './guide/TlsReports.svelte';

/** One chapter of the guide. */
export interface Chapter {
  /** Its place: `guide/<id>/`. */
  readonly id: string;
  readonly title: string;
  /** What a reader learns, in a sentence. */
  readonly teaches: string;
  /** The areas of rules it explains. */
  readonly areas: readonly string[];
  readonly text: Component<{ root: string }>;
}

/** All chapters in reading order. */
export const chapters: readonly Chapter[] = [
  {
    id: 'sending',
    title: 'How mail is sent, and how it is forged',
    teaches:
      'Why anybody can write your name on a message, and which of its two sender addresses people see.',
    areas: ['mx', 'posture', 'ptr', 'receivers'],
    text: Sending,
  },
  {
    id: 'spf',
    title: 'SPF: which servers may send for you',
    teaches: 'A list of servers in DNS, its limit of ten lookups, and what it does not protect.',
    areas: ['spf'],
    text: Spf,
  },
  {
    id: 'dkim',
    title: 'DKIM: a signature that travels with the message',
    teaches: 'How a message proves that your domain sent it, and how keys are found, sized and changed.',
    areas: ['dkim'],
    text: Dkim,
  },
  {
    id: 'dmarc',
    title: 'DMARC: what receivers do with forgeries',
    teaches: 'The policy, the reports, what became of pct in 2026, and the safe order to get to reject.',
    areas: ['dmarc', 'bimi'],
    text: Dmarc,
  },
  {
    id: 'ports',
    title: 'Ports 25, 465, 587 and 2525',
    teaches: 'What each port is for today, and which one a mail program should use.',
    areas: ['submission', 'discovery'],
    text: Ports,
  },
  {
    id: 'tls',
    title: 'Opportunistic, required and authenticated TLS',
    teaches: 'Three strengths of encryption, who is kept out by each, and which one you have.',
    areas: ['tls', 'smtp'],
    text: Tls,
  },
  {
    id: 'starttls',
    title: 'STARTTLS, and how it is stripped',
    teaches: 'Why one word missing on the wire turns encryption off without anybody noticing.',
    areas: ['smtp'],
    text: StartTls,
  },
  {
    id: 'certificates',
    title: 'Certificates of servers and of people',
    teaches: 'What a server certificate proves, what S/MIME adds, and why one does not replace the other.',
    areas: ['certificate', 'caa'],
    text: Certificates,
  },
  {
    id: 'mta-sts',
    title: 'MTA-STS: encryption that senders must use',
    teaches:
      'A file on a web server that makes TLS to your mail servers compulsory, and how to publish it safely.',
    areas: ['mta-sts'],
    text: MtaSts,
  },
  {
    id: 'tls-reports',
    title: 'TLS-RPT: hear about failures',
    teaches: 'One record, and large senders tell you each day whether their encryption to you worked.',
    areas: ['tls-rpt'],
    text: TlsReports,
  },
  {
    id: 'dane',
    title: 'DANE: your certificate in signed DNS',
    teaches:
      'How DNSSEC makes TLS compulsory from the first message on, and how to change keys without losing mail.',
    areas: ['dane', 'dnssec'],
    text: Dane,
  },
  {
    id: 'claims',
    title: 'Four claims that are no longer true',
    teaches:
      'What many guides and tools still say about ports, pct, STARTTLS and MTA-STS, and what is true today.',
    areas: [],
    text: Claims,
  },
];

/** The chapters that explain an area of rules. */
export function chaptersAbout(area: string): readonly Chapter[] {
  return chapters.filter(({ areas }) => areas.includes(area));
}
