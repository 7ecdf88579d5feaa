import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { posture } from '../../topics/posture.ts';
import { spf } from '../../topics/spf.ts';

export const covers = ['park-spf'];

const parkedSpf = rule({
  title: 'A domain without mail lets nobody send',
  why: 'The record `v=spf1 -all` tells every receiver that no server sends for the domain, so that forgeries can be refused at once.',
  bears: ['impersonation'],
  cites: [{ rfc: 7208, section: '10.1.2' }],
  reads: { posture, spf },
  cases: {
    closed: { passes: true, says: 'SPF says that no server sends mail for the domain.' },
    none: {
      severity: 'high',
      says: 'The domain takes no mail, but no SPF record says that it sends none.',
      fix: (d: { domain: Name }) => ({
        stage: 'enforce',
        effort: 'minutes',
        text: 'Publish `v=spf1 -all` at the domain.',
        changes: [{ op: 'add', name: d.domain, type: 'TXT', value: 'v=spf1 -all' }],
      }),
    },
    soft: {
      severity: 'medium',
      says: (d: { text: string }) =>
        `The domain has no mail, but its SPF record, \`${excerpt(d.text)}\`, does not say so firmly.`,
      fix: (d: { domain: Name; text: string }) => ({
        stage: 'enforce',
        effort: 'minutes',
        text: 'Replace the SPF record by `v=spf1 -all`.',
        changes: [{ op: 'replace', name: d.domain, type: 'TXT', was: d.text, value: 'v=spf1 -all' }],
      }),
    },
    senders: {
      severity: 'high',
      says: (d: { text: string }) =>
        `You say that the domain has no mail, but its SPF record lets servers send for it: \`${excerpt(d.text)}\`.`,
      fix: (d: { domain: Name; text: string }) => ({
        stage: 'enforce',
        effort: 'minutes',
        text: 'If nothing sends for the domain any more, replace the SPF record by `v=spf1 -all`.',
        changes: [{ op: 'replace', name: d.domain, type: 'TXT', was: d.text, value: 'v=spf1 -all' }],
      }),
    },
  },
  judge({ posture, spf, scope }) {
    if (posture.kind !== 'declared-no-mail')
      return { is: 'not-applicable', because: 'The domain does not say that it has no mail.' };
    const { domain } = scope;
    const [text, another] = spf.candidates;
    if (text === undefined)
      return spf.texts.some((other) => /v *= *spf/i.test(other))
        ? { is: 'not-applicable', because: 'A record is there, but receivers do not recognise it.' }
        : { is: 'none', data: { domain }, rests: [dns(domain, 'TXT')] };
    if (another !== undefined)
      return { is: 'not-applicable', because: 'The domain has several SPF records, so none of them counts.' };
    if (spf.record?.error) return { is: 'not-applicable', because: 'The record does not parse.' };
    const data = { domain, text };
    const shows = [{ name: domain, type: 'TXT' as const, text }];
    if (spf.sends) return { is: 'senders', data, shows };
    if (spf.stranger.v4 === 'permerror' || spf.stranger.v6 === 'permerror')
      return { is: 'not-applicable', because: 'The record leads receivers to an error.' };
    const closed = spf.stranger.v4 === 'fail' && spf.stranger.v6 === 'fail';
    return closed ? { is: 'closed', shows } : { is: 'soft', data, shows };
  },
});

export default parkedSpf;

export const weighs = {
  high: 'Receivers that look at SPF let forgeries through, as the domain’s own servers or as strangers.',
  medium: 'Receivers score forgeries and do not refuse them.',
} satisfies Weights<typeof parkedSpf>;

export const examples = [
  { name: 'nobody sends', zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"', expect: 'closed' },
  {
    name: 'nobody sends, by a shared record',
    zone: 'example.com TXT "v=spf1 redirect=_spf.example.net"\n_spf.example.net TXT "v=spf1 -all"',
    expect: 'closed',
  },
  { name: 'no record', zone: 'example.com MX 0 .', expect: 'none' },
  {
    name: 'a record in quotation marks',
    zone: 'example.com MX 0 .\nexample.com TXT "\\"v=spf1 -all\\""',
    expect: 'not-applicable',
  },
  { name: 'a softfail', zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 ~all"', expect: 'soft' },
  {
    name: 'senders left behind',
    intent: 'no-mail',
    zone: 'example.com TXT "v=spf1 ip4:45.0.0.7 -all"',
    expect: 'senders',
  },
  {
    name: 'two records',
    zone: 'example.com MX 0 .\nexample.com TXT "v=spf1 -all"\nexample.com TXT "v=spf1 ~all"',
    expect: 'not-applicable',
  },
  { name: 'a mail domain', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX 0 .\nexample.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof parkedSpf>;
