import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DNS_HOSTS, PROVIDERS, USUAL_SELECTORS } from './fingerprints.ts';
import { longestMatch, recognise, spfTargets } from './match.ts';

const named = (key: 'mx' | 'spf' | 'dkim', name: string) => longestMatch(PROVIDERS, key, name)?.id;

describe('longestMatch', () => {
  test('matches whole labels only', () => {
    expect(named('mx', 'alt1.aspmx.l.google.com')).toBe('google');
    expect(named('mx', 'ASPMX.L.GOOGLE.COM.')).toBe('google');
    expect(named('mx', 'notgooglemail.com')).toBeUndefined();
    expect(named('spf', 'notamazonses.com')).toBeUndefined();
  });

  test('the longest suffix wins', () => {
    expect(named('spf', 'outlook.com')).toBe('outlook');
    expect(named('spf', 'spf.protection.outlook.com')).toBe('microsoft-365');
    expect(named('mx', 'eforward1.registrar-servers.com')).toBe('namecheap-forwarding');
    expect(named('mx', 'example-com.mail.protection.outlook.com')).toBe('microsoft-365');
    expect(named('mx', 'example-com.a-v1.mx.microsoft')).toBe('microsoft-365');
  });

  test('a label may end in an asterisk', () => {
    const host = (name: string) => longestMatch(DNS_HOSTS, 'ns', name)?.id;
    expect(host('ns-12.awsdns-04.co.uk')).toBe('route-53');
    expect(host('ns-12.xawsdns-04.com')).toBeUndefined();
    expect(host('ada.ns.cloudflare.com')).toBe('cloudflare');
  });

  test('CNAME targets', () => {
    expect(named('dkim', 's1.domainkey.u123.wl456.sendgrid.net')).toBe('sendgrid');
    expect(named('dkim', 'selector1-example-com._domainkey.example.onmicrosoft.com')).toBe('microsoft-365');
    expect(named('dkim', 'fm1.example.com.dkim.fmhosted.com')).toBe('fastmail');
  });
});

describe('recognise', () => {
  test('a mailbox service by MX, senders by SPF', () => {
    const found = recognise(
      PROVIDERS,
      ['smtp.google.com'],
      ['v=spf1 include:_spf.google.com include:sendgrid.net include:sendgrid.net ~all'],
    );
    expect(found.mailbox?.id).toBe('google');
    expect(found.gateway).toBeUndefined();
    expect(found.senders.map((sender) => sender.id)).toEqual(['sendgrid']);
  });

  test('a gateway in front of a mailbox service known by SPF', () => {
    const found = recognise(
      PROVIDERS,
      ['eu-smtp-inbound-1.mimecast.com'],
      ['v=spf1 include:eu._netblocks.mimecast.com include:spf.protection.outlook.com -all'],
    );
    expect(found.gateway?.id).toBe('mimecast');
    expect(found.mailbox?.id).toBe('microsoft-365');
    expect(found.senders).toEqual([]);
  });

  test('nobody known', () => {
    expect(recognise(PROVIDERS, ['mail.example.com'], ['v=spf1 mx -all'])).toEqual({ senders: [] });
  });
});

test('spfTargets takes any text and stays bounded', () => {
  expect(spfTargets('v=spf1 ?include:A.example redirect=b.example mx:c.example/24 ip4:192.0.2.1')).toEqual([
    'A.example',
    'b.example',
    'c.example',
  ]);
  fc.assert(
    fc.property(fc.string({ maxLength: 4096 }), (text) => spfTargets(text).length <= 200),
    { seed: 4103 },
  );
});

describe('fingerprints', () => {
  test('ids are unique and suffixes are lower-case names', () => {
    for (const entries of [PROVIDERS, DNS_HOSTS])
      expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
    for (const provider of PROVIDERS)
      for (const suffix of [...(provider.mx ?? []), ...(provider.spf ?? []), ...(provider.dkim ?? [])])
        expect(suffix).toMatch(/^[a-z0-9_-]+(\.[a-z0-9_*-]+)+$/);
    for (const host of DNS_HOSTS)
      for (const suffix of host.ns) expect(suffix).toMatch(/^[a-z0-9*-]+(\.[a-z0-9-]+)+$/);
  });

  test('the usual selectors are distinct and at most sixty', () => {
    expect(new Set(USUAL_SELECTORS).size).toBe(USUAL_SELECTORS.length);
    expect(USUAL_SELECTORS.length).toBeLessThanOrEqual(60);
  });
});
