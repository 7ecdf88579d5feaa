import type { Name } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { versionSlip } from '../../mail/dmarc/tags.ts';
import { policyFile, USUAL_AGE } from '../../mail/mta-sts/policy-file.ts';
import { stsIdAt } from '../../mail/mta-sts/record.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaSts } from '../../topics/mta-sts.ts';
import { mx } from '../../topics/mx.ts';
import { tlsa } from '../../topics/tlsa.ts';

export const covers = ['mtasts-record', 'mtasts-dane-both'];

const record = rule({
  title: 'The domain announces an MTA-STS policy',
  why: 'Mail servers encrypt when the other side offers it. Without MTA-STS or DANE, somebody on the way can remove that offer and read the mail that people send you.',
  bears: ['interception'],
  cites: [
    { rfc: 8461, section: '3.1', level: 'MUST' },
    { rfc: 8461, section: '10.2' },
  ],
  reads: { inbound, mtaSts, mx, tlsa },
  partial: ['tlsa'],
  cases: {
    announced: { passes: true, says: 'One MTA-STS record is there.' },
    dane: {
      passes: true,
      says: (d: { hosts: number }) =>
        `There is no MTA-STS record, but DANE protects ${d.hosts === 1 ? 'the mail server' : `all ${d.hosts} mail servers`}. MTA-STS would add the senders that do not know DANE.`,
    },
    absent: {
      severity: 'medium',
      says: (d: { google: boolean }) =>
        `Nothing tells senders that they may insist on encryption: there is no MTA-STS record.${d.google ? ' Google publishes no DANE records for its mail servers, so MTA-STS is the way to say it.' : ''}`,
      fix: (d: { domain: Name; name: Name; hosts: readonly Name[]; id: string }) => ({
        stage: 'transport',
        effort: 'hour',
        text: `Put a policy file on a web server at \`mta-sts.${d.domain}\`, then add the record that announces it. \`testing\` holds no mail back. When two weeks of TLS reports show no failure, change it to \`enforce\`, and the id in the record to a new one.`,
        file: policyFile(d.domain, { mode: 'testing', mx: d.hosts, maxAge: USUAL_AGE }),
        changes: [{ op: 'add', name: d.name, type: 'TXT', value: `v=STSv1; id=${d.id};` }],
      }),
    },
    dropped: {
      severity: 'medium',
      says: (d: { text: string; slip?: string }) =>
        `A record is there, but senders drop it: it must begin with exactly \`v=STSv1;\`${d.slip ? `, and ${d.slip}` : ''}. It reads \`${d.text}\`.`,
      fix: (d: { changes?: readonly Change[]; id: string }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Replace it by \`v=STSv1; id=${d.id};\`, with nothing in front and no quotes inside.`,
        ...(d.changes ? { changes: d.changes } : {}),
      }),
    },
    several: {
      severity: 'medium',
      says: (d: { count: number }) =>
        `${d.count} MTA-STS records are there. Senders that find more than one act as if there were none.`,
      fix: (d: { changes?: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Keep one of them and delete the rest.',
        ...(d.changes ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ inbound, mtaSts, mx, tlsa, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { name, candidates, near, chain } = mtaSts;
    if (name === undefined)
      return { is: 'not-applicable', because: 'The domain name is too long to carry an MTA-STS record.' };
    const own = chain.length === 0;
    const id = stsIdAt(scope.now);
    if (candidates.length > 1) {
      const kept =
        candidates.find((text) => /^v=STSv1; ?id=[A-Za-z0-9]{1,32};?$/.test(text)) ?? candidates[0];
      const changes = candidates
        .filter((text) => text !== kept)
        .map((was): Change => ({ op: 'delete', name, type: 'TXT', was }));
      return {
        is: 'several',
        data: {
          count: candidates.length,
          ...(own && changes.length === candidates.length - 1 ? { changes } : {}),
        },
        shows: candidates.map((text) => ({ name, type: 'TXT', text })),
      };
    }
    const [only] = candidates;
    if (only !== undefined) return { is: 'announced', shows: [{ name, type: 'TXT', text: only }] };
    const [meant] = near;
    if (meant !== undefined) {
      const value = `v=STSv1; id=${id};`;
      const changes: Change[] = near.map((was, i) =>
        i === 0 ? { op: 'replace', name, type: 'TXT', was, value } : { op: 'delete', name, type: 'TXT', was },
      );
      return {
        is: 'dropped',
        data: { text: excerpt(meant), ...slipIn(meant), id, ...(own ? { changes } : {}) },
        shows: [{ name, type: 'TXT', text: meant, marks: [[0, Math.min(meant.length, 9)]] }],
      };
    }
    if (tlsa.got !== 'whole') return { is: 'unknown', because: tlsa.because };
    if (tlsa.value.coversAll) return { is: 'dane', data: { hosts: tlsa.value.hosts.length } };
    const hosts = [...new Set(mx.hosts.map((host) => host.exchange))].slice(0, 10);
    return {
      is: 'absent',
      data: { domain: scope.domain, name, hosts, id, google: hosts.some((host) => GOOGLE.test(host)) },
      rests: [dns(name, 'TXT')],
    };
  },
});

export default record;

function slipIn(text: string): { slip?: string } {
  const slip = versionSlip(text, 'STSv1');
  return slip === undefined ? {} : { slip };
}

const GOOGLE = /(^|\.)(google|googlemail)\.com$/;

const MAIL = `example.com MX 10 mail.example.com
              mail.example.com A 192.0.2.1
              mta-sts.example.com A 192.0.2.2`;

export const weighs = {
  medium: 'Mail arrives and is usually encrypted; somebody on the way can prevent that unseen.',
} satisfies Weights<typeof record>;

export const examples = [
  {
    name: 'one record',
    zone: `${MAIL}\n_mta-sts.example.com TXT "v=STSv1; id=20261101T090000;"`,
    expect: 'announced',
  },
  { name: 'none', zone: MAIL, expect: 'absent' },
  {
    name: 'none, mailboxes at Google',
    zone: 'example.com MX 1 smtp.google.com\nmta-sts.example.com A 192.0.2.2',
    expect: 'absent',
  },
  {
    name: 'none, but DANE',
    zone: `${MAIL}
           $SIGNED example.com
           _25._tcp.mail.example.com TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
    expect: 'dane',
  },
  {
    name: 'none, signed but without DANE',
    zone: `${MAIL}\n$SIGNED example.com`,
    expect: 'absent',
  },
  {
    name: 'none, and whether there is DANE is not known',
    zone: `${MAIL}\n$SIGNED example.com\n_25._tcp.mail.example.com TLSA !servfail`,
    expect: 'unknown',
  },
  { name: 'wrong case', zone: `${MAIL}\n_mta-sts.example.com TXT "v=stsv1; id=1;"`, expect: 'dropped' },
  { name: 'blank before', zone: `${MAIL}\n_mta-sts.example.com TXT " v=STSv1; id=1;"`, expect: 'dropped' },
  {
    name: 'two records',
    zone: `${MAIL}
           _mta-sts.example.com TXT "v=STSv1; id=1;"
           _mta-sts.example.com TXT "v=STSv1; id=2;"`,
    expect: 'several',
  },
  {
    name: 'two records behind an alias',
    zone: `${MAIL}
           _mta-sts.example.com CNAME sts.example.net
           sts.example.net TXT "v=STSv1; id=1;"
           sts.example.net TXT "v=STSv1; id=2;"`,
    expect: 'several',
  },
  { name: 'null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no MX', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}\n_mta-sts.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof record>;
