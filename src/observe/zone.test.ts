import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { parseZone } from '../dns/zone.ts';
import { zoneObserver } from './zone.ts';

const zone = parseZone(`
  example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600
  example.com RRSIG SOA 13 2 3600 20261201000000 20261101000000 37478 example.com c2ln
  abc.example.com NSEC3 1 1 5 AABB def A MX
  example.com POLICY 200 "text/plain" "version: STSv1" "mode: none"
  example.net POLICY 0 certificate
  example.org POLICY !timeout`);
const observer = zoneObserver(zone, 0);
const policy = async (domain: string) =>
  (await observer.observe({ kind: 'policy', domain: mustName(domain) }, 'main')).result;

test('policy files', async () => {
  expect(zone.faults).toEqual([]);
  expect(await policy('example.com')).toEqual({
    seen: true,
    answer: { status: 200, contentType: 'text/plain', body: 'version: STSv1\nmode: none\n', ms: 100 },
  });
  expect(await policy('example.net')).toMatchObject({ answer: { status: 0, failure: 'certificate' } });
  expect(await policy('example.org')).toMatchObject({ because: { reason: 'timeout' } });
  expect(await policy('example.edu')).toMatchObject({ because: { reason: 'relay-absent' } });
});

test('signatures and denial go out when asked for', async () => {
  const name = mustName('example.com');
  const signed = await observer.observe(dns(name, 'SOA', { dnssec: true }), 'main');
  expect(signed.result).toMatchObject({
    answer: {
      signatures: [
        { covered: 'SOA', algorithm: 13, keyTag: 37478, expiration: Date.UTC(2026, 11, 1) / 1000 },
      ],
    },
  });
  const denied = await observer.observe(dns(name, 'CDS', { dnssec: true }), 'main');
  expect(denied.result).toMatchObject({
    answer: { denial: [{ kind: 'nsec3', iterations: 5, salt: 'aabb', optOut: true, types: ['A', 'MX'] }] },
  });
  const plain = await observer.observe(dns(name, 'SOA'), 'main');
  expect(plain.result).not.toHaveProperty('answer.signatures');
});
