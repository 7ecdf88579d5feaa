import { expect, test } from 'vitest';
import { parseZone } from '../../../dns/zone.ts';
import { diagnose } from '../../../engine/diagnose.ts';
import { type AnyRule, rule } from '../../../engine/rule.ts';
import type { Topic } from '../../../engine/topic.ts';
import { scopeOfExample } from '../../../engine/trial.ts';
import { submissionVisit, visitLine } from '../../../mail/smtp/example-visits.ts';
import { zoneObserver } from '../../../observe/zone.ts';
import { certificates } from '../../../topics/certificates.ts';
import { dane } from '../../../topics/dane.ts';
import { daneMatch } from '../../../topics/dane-match.ts';
import { hosts } from '../../../topics/hosts.ts';
import { mtaStsPolicy } from '../../../topics/mta-sts-policy.ts';
import { ptr } from '../../../topics/ptr.ts';
import { smtp } from '../../../topics/smtp.ts';
import { submission, submissionCertificates } from '../../../topics/submission.ts';
import { tlsContext } from '../../../topics/tls-context.ts';
import type { Readings } from '../pictures.svelte.ts';
import { mailRows, portRows, reasonsIn } from './cells.ts';

const TOPICS = {
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

/** The readings of a domain with one mail server, and both tables of it. */
async function tables(zone: string) {
  const scope = scopeOfExample({});
  const readings: Record<string, unknown> = {};
  const read = (name: string, topic: Topic<unknown>) =>
    rule({
      title: '',
      why: '',
      bears: [],
      cites: [],
      reads: { value: topic },
      partial: ['value'],
      cases: {},
      judge: ({ value }) => {
        readings[name] = value;
        return { is: 'not-applicable', because: '' };
      },
    }) as AnyRule;
  const parsed = parseZone(`example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n${zone}`);
  expect(parsed.faults).toEqual([]);
  await diagnose({
    scope,
    rules: Object.fromEntries(
      Object.entries(TOPICS).map(([name, topic]) => [name, read(name, topic as Topic<unknown>)]),
    ),
    headlines: {},
    observer: zoneObserver(parsed, scope.now),
  });
  const all = readings as Readings;
  const found = all.hosts;
  if (!found || found.got === 'none') throw new Error('no hosts');
  const rows = mailRows(found.value, all, scope);
  return { rows, ports: portRows(all, scope) };
}

/** The cells of the first address, "tone: text". */
async function cells(zone: string): Promise<Record<string, string>> {
  const { rows } = await tables(zone);
  return Object.fromEntries(
    Object.entries(rows[0]?.cells ?? {}).map(([column, { tone, text }]) => [column, `${tone}: ${text}`]),
  );
}

test('without a relay the columns it fills are unknown and share one reason', async () => {
  const { rows, ports } = await tables('');
  const all = rows.flatMap(({ cells }) => Object.values(cells ?? {}));
  expect(rows[0]?.cells?.starttls).toMatchObject({ tone: 'unk', text: 'not seen: no relay' });
  expect(rows[0]?.cells?.dnssec).toEqual({ tone: '', text: 'not signed' });
  expect(reasonsIn(all).map(({ reason }) => reason)).toEqual(['relay-absent']);
  expect(ports.map(({ port, open }) => [port, open.text])).toEqual(
    [25, 465, 587, 2525].map((port) => [port, 'not seen: no relay']),
  );
});

test('a server in good order, as a relay saw it', async () => {
  expect(await cells(visitLine())).toMatchObject({
    starttls: 'good: offered',
    version: 'good: TLS 1.3',
    certificate: expect.stringMatching(/^good: valid, \d+ days left$/),
    sts: ': no policy',
    dane: ': no record',
  });
});

test('what is wrong with a server stands in its cell', async () => {
  expect(await cells(visitLine({ ehlo: ['SIZE 1000'] }))).toMatchObject({
    starttls: 'bad: not offered',
    version: ': –',
    certificate: ': –',
  });
  expect(await cells(visitLine({ starttls: '"454 TLS not available"' }))).toMatchObject({
    starttls: 'bad: offered, then refused',
  });
  expect(await cells(visitLine({ second: 'old TLSv1 TLS_RSA_WITH_AES_128_CBC_SHA' }))).toMatchObject({
    version: 'warn: TLS 1.3, and still TLS 1.0',
  });
});

test('a policy is compared host by host', async () => {
  const policy = (mx: string, mode: string) =>
    `_mta-sts.example.com TXT "v=STSv1; id=1"
     example.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: ${mx}" "max_age: 604800"`;
  expect((await cells(policy('mx.example.com', 'enforce'))).sts).toBe('good: listed');
  expect((await cells(policy('*.example.com', 'testing'))).sts).toBe(': listed, testing');
  expect((await cells(policy('mx.example.net', 'enforce'))).sts).toBe('bad: not listed');
});

test('a fault of a certificate is as grave as what senders were told to expect', async () => {
  const policy = (mode: string) =>
    `_mta-sts.example.com TXT "v=STSv1; id=1"
     example.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" "mx: mx.example.com" "max_age: 604800"\n`;
  const expired = visitLine({ chain: ['expired', 'issuer'], trust: 'CERT_HAS_EXPIRED' });
  const foreign = visitLine({ chain: ['foreign', 'issuer'], trust: 'trusted wrong-name' });
  const own = visitLine({ chain: ['self'], trust: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  const certificate = async (zone: string) => {
    const { certificate, sts } = await cells(zone);
    return [certificate?.replace(/[0-9]+ days/, 'n days'), sts];
  };
  expect(await certificate(policy('enforce') + expired)).toEqual([
    'bad: ran out n days ago',
    'bad: listed, not kept',
  ]);
  expect(await certificate(expired)).toEqual(['warn: ran out n days ago', ': no policy']);
  expect(await certificate(policy('testing') + foreign)).toEqual([
    'warn: for another name',
    'warn: listed, not kept yet',
  ]);
  expect(await certificate(foreign)).toEqual([': for another name', ': no policy']);
  expect(await certificate(policy('enforce') + own)).toEqual([
    'bad: vouches for itself',
    'bad: listed, not kept',
  ]);
  // A relay that has no keys gives no verdict, and what it cannot see is not held against the server.
  expect(await certificate(policy('enforce') + visitLine({ trust: '' }))).toEqual([
    ': n days left, issuer not checked',
    'good: listed',
  ]);
});

test('a record of another key, and one without TLS, are told apart', async () => {
  const signed = '$SIGNED example.com\n';
  const tlsa = `_25._tcp.mx.example.com TLSA 3 1 1 ${'ab'.repeat(32)}\n`;
  expect((await cells(signed + tlsa + visitLine({ ehlo: ['SIZE'] }))).dane).toBe('bad: record, and no TLS');
  expect((await cells(signed + tlsa + visitLine())).dane).toBe('bad: no record matches');
});

test('ports tell how TLS begins and whether passwords come before it', async () => {
  const host = { host: 'smtp.example.com', address: '192.0.2.26' };
  const { ports } = await tables(
    [
      '_tcp.example.com TXT "x"',
      '_submissions._tcp.example.com SRV 0 1 465 smtp.example.com',
      '_submission._tcp.example.com SRV 0 1 587 smtp.example.com',
      'smtp.example.com A 192.0.2.26',
      visitLine(),
      submissionVisit(465, host),
      submissionVisit(587, { ...host, ehlo: ['STARTTLS', 'AUTH PLAIN LOGIN'] }),
    ].join('\n'),
  );
  const row = (wanted: number) => {
    const found = ports.find(({ port }) => port === wanted);
    return found && [found.open.text, found.tls.text, found.passwords.text];
  };
  expect(row(25)).toEqual(['open', 'by STARTTLS, TLS 1.3', 'no']);
  expect(row(465)).toEqual(['open', 'at once, TLS 1.3', 'no: TLS comes first']);
  expect(row(587)).toEqual(['open', 'by STARTTLS, TLS 1.3', 'yes: PLAIN, LOGIN']);
  expect(row(2525)?.[0]).toMatch(/^not /);
});
