import { describe, expect, test } from 'vitest';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { rule } from '../engine/rule.ts';
import { scopeOfExample } from '../engine/trial.ts';
import type { Reading } from '../facts/observation.ts';
import { RSA_1024, RSA_2048 } from '../mail/dkim/example-keys.ts';
import { zoneObserver } from '../observe/zone.ts';
import { type DkimReading, dkim } from './dkim.ts';
import { type Providers, provider } from './provider.ts';

const KEY = `"v=DKIM1; p=${RSA_2048}"`;
const SENDS = `example.com MX 10 mail.example.com
  example.com TXT "v=spf1 mx -all"`;

async function read(text: string, selectors: readonly string[] = []) {
  const zone = parseZone(text);
  expect(zone.faults).toEqual([]);
  const scope = scopeOfExample({ selectors });
  let seen: { dkim: Reading<DkimReading>; provider: Reading<Providers> } | undefined;
  const spy = rule({
    title: 'Spy',
    why: 'Spy.',
    bears: [],
    cites: [],
    reads: { dkim, provider },
    partial: ['dkim', 'provider'],
    cases: { seen: { passes: true, says: 'Seen.' } },
    judge: (facts) => {
      seen = facts;
      return { is: 'seen' };
    },
  });
  const report = await diagnose({
    scope,
    rules: { spy },
    headlines: {},
    observer: zoneObserver(zone, scope.now),
  });
  if (!seen || seen.dkim.got === 'none') throw new Error('nothing was read');
  return { ...seen, value: seen.dkim.value, questions: report.facts.length };
}

describe('finding keys', () => {
  test('by the mailbox service', async () => {
    const { value, dkim } = await read(`example.com MX 1 smtp.google.com
      google._domainkey.example.com TXT ${KEY}`);
    expect(dkim.got).toBe('whole');
    expect(value.keys).toMatchObject([
      { selector: 'google', how: 'provider', provider: 'Google Workspace', record: { state: 'live' } },
    ]);
    expect(value).toMatchObject({ live: 1, underscore: 'exists', absence: 'not-provable' });
  });

  test('a CNAME shows whose it is; the selector alone does not', async () => {
    const { value } = await read(`${SENDS}
      s1._domainkey.example.com CNAME s1.domainkey.u1.wl1.sendgrid.net
      s1.domainkey.u1.wl1.sendgrid.net TXT ${KEY}
      k1._domainkey.example.com TXT ${KEY}`);
    expect(value.keys.map((key) => [key.selector, key.provider])).toEqual([
      ['s1', 'SendGrid'],
      ['k1', undefined],
    ]);
  });

  test('given by the user', async () => {
    const { value } = await read(`${SENDS}\n acme-2026._domainkey.example.com TXT ${KEY}`, [
      'ACME-2026 ',
      'acme-2026._domainkey.example.com',
    ]);
    expect(value.keys).toMatchObject([{ selector: 'acme-2026', how: 'given' }]);
  });

  test('an alias to nowhere', async () => {
    const { value } = await read(
      `${SENDS}\n selector1._domainkey.example.com CNAME x._domainkey.y.onmicrosoft.com`,
    );
    expect(value.dangling).toMatchObject([
      { selector: 'selector1', missing: 'name', provider: 'Microsoft 365' },
    ]);
  });

  test('a key where nobody looks', async () => {
    const { value } = await read(
      `${SENDS}\n example.com TXT ${KEY}\n one.example.com TXT ${KEY}\n _domainkey.example.com TXT ${KEY}`,
      ['one'],
    );
    expect(value.misplaced.map((key) => key.name)).toEqual([
      'example.com',
      '_domainkey.example.com',
      'one.example.com',
    ]);
  });
});

describe('wildcards and denial', () => {
  test('a wildcard counts once', async () => {
    const { value } = await read(`${SENDS}
      *._domainkey.example.com TXT "v=DKIM1; p="
      default._domainkey.example.com TXT ${KEY}`);
    expect(value.keys.map((key) => [key.selector, key.record.state])).toEqual([
      ['default', 'live'],
      ['*', 'revoked'],
    ]);
    expect(value.underscore).toBe('wildcard');
    expect(value.keys[1]?.name).toBe('*._domainkey.example.com');
  });

  test('a wildcard over the whole domain is no key', async () => {
    const { value } = await read(`${SENDS}\n *.example.com TXT "v=spf1 -all"`);
    expect(value.keys).toEqual([]);
    expect(value.absence).toBe('not-provable');
  });

  test('nothing below proves absence, compact denial does not', async () => {
    expect((await read(SENDS)).value).toMatchObject({ underscore: 'nxdomain', absence: 'proven' });
    expect((await read(`${SENDS}\n $COMPACT example.com`)).value).toMatchObject({
      underscore: 'compact',
      absence: 'not-provable',
    });
  });

  test('a zone of its own', async () => {
    const { value } = await read(`${SENDS}
      _domainkey.example.com SOA ns.vendor.example root.vendor.example 1 2 3 4 5`);
    expect(value.underscore).toBe('delegated');
  });
});

describe('how much is asked', () => {
  test('few at a domain without keys, fewer where no mail is declared, at most seventy', async () => {
    expect((await read(SENDS)).value.tried).toHaveLength(10);
    const parked = await read('example.com MX 0 .\nexample.com TXT "v=spf1 -all"');
    expect(parked.value).toMatchObject({ parked: true, tried: [], absence: 'proven' });
    expect(parked.questions).toBe(5);
    const busy = await read(`example.com MX 1 smtp.google.com
      example.com TXT "v=spf1 include:_spf.google.com include:mailgun.org include:sendgrid.net include:servers.mcsv.net -all"
      google._domainkey.example.com TXT ${KEY}`);
    expect(busy.questions).toBeLessThanOrEqual(70);
    console.log(`questions for DKIM at a busy domain: ${busy.questions}`);
  });

  test('a selector without an answer makes the reading partial', async () => {
    const { dkim, value } = await read(`${SENDS}
      default._domainkey.example.com TXT "p=${RSA_1024}"
      s1._domainkey.example.com TXT !timeout`);
    expect(dkim).toMatchObject({ got: 'part', because: { reason: 'timeout' } });
    expect(value.live).toBe(1);
  });
});

test('the services and the DNS host of a domain', async () => {
  const { provider } = await read(`example.com MX 1 eu-smtp-inbound-1.mimecast.com
    example.com TXT "v=spf1 include:spf.protection.outlook.com include:sendgrid.net -all"
    example.com NS ada.ns.cloudflare.com`);
  expect(provider).toMatchObject({
    got: 'whole',
    value: {
      mailbox: { id: 'microsoft-365' },
      gateway: { id: 'mimecast' },
      senders: [{ id: 'sendgrid' }],
      dnsHost: { id: 'cloudflare', field: 'short' },
    },
  });
});
