import { describe, expect, test } from 'vitest';
import { RSA_1024 } from '../mail/dkim/example-keys.ts';
import { kindOf, mendedRecord, type RecordKind, recordReport } from './judge.ts';

const NOW = Date.UTC(2026, 10, 23);

test.each<[string, RecordKind | undefined]>([
  ['v=DMARC1; p=none', 'dmarc'],
  ['V=dmarc1;p=none', 'dmarc'],
  ['"v=DMARC1; p=none"', 'dmarc'],
  ['v=spf1 -all', 'spf'],
  ['spf1 -all', 'spf'],
  ['v=DKIM1; k=ed25519; p=x', 'dkim'],
  ['k=rsa; p=MIGfMA0GCSqGSIb3DQEB', 'dkim'],
  ['v=STSv1; id=1;', 'mta-sts'],
  ['version: STSv1\nmode: none', 'mta-sts-policy'],
  ['v=TLSRPTv1; rua=mailto:a@b.example', 'tls-rpt'],
  ['v=BIMI1; l=', 'bimi'],
  ['google-site-verification=x', undefined],
  ['', undefined],
])('%j is told by how it begins', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

describe('a record alone', () => {
  test('is judged with the worst first', async () => {
    const { findings } = await recordReport('dmarc', 'v=DMARC1; p=quarantin', NOW);
    expect(findings[0]).toMatchObject({ outcome: 'problem', rule: 'dmarc/policy-value' });
    expect(findings.findIndex(({ outcome }) => outcome === 'pass')).toBeGreaterThan(0);
  });

  test('says nothing that needs another record', async () => {
    const { findings } = await recordReport('spf', 'v=spf1 include:elsewhere.example -all', NOW);
    expect(findings.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
    expect(findings.every(({ rule }) => rule.startsWith('spf/'))).toBe(true);
  });

  test('a key is judged alone and beside another: a lesser fault of its own is told, a lack of others is not', async () => {
    const { findings } = await recordReport('dkim', `v=DKIM1; k=rsa; p=${RSA_1024}`, NOW);
    expect(findings.filter(({ outcome }) => outcome === 'problem').map(({ rule }) => rule)).toEqual([
      'dkim/rsa-size',
    ]);
    const { findings: revoked } = await recordReport('dkim', 'v=DKIM1; p=', NOW);
    expect(revoked.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
  });

  test('an MTA-STS policy is judged whoever serves it and whoever takes the mail', async () => {
    const policy = 'version: STSv1\r\nmode: enforce\r\nmx: mail.elsewhere.example\r\nmax_age: 604800\r\n';
    const { findings } = await recordReport('mta-sts-policy', policy, NOW);
    expect(findings.length).toBeGreaterThan(2);
    expect(findings.filter(({ outcome }) => outcome === 'problem')).toEqual([]);
  });

  test.each<[RecordKind]>([
    ['dmarc'],
    ['spf'],
    ['dkim'],
    ['mta-sts'],
    ['mta-sts-policy'],
    ['tls-rpt'],
    ['bimi'],
  ])('%s: hostile text is judged too', async (kind) => {
    for (const text of ['', '\x00\xff', ';'.repeat(20_000), 'v=DMARC1;'.repeat(5_000), 'a '.repeat(30_000)])
      await expect(recordReport(kind, text, NOW)).resolves.toMatchObject({ kind });
  });
});

describe('a record is mended', () => {
  const mended = async (kind: RecordKind, text: string) =>
    mendedRecord(await recordReport(kind, text, NOW), NOW);

  test('slip after slip', async () => {
    expect(await mended('spf', 'v=spf1 ipv4:45.0.0.7 include=_spf.example.net ~all')).toBe(
      'v=spf1 ip4:45.0.0.7 include:_spf.example.net ~all',
    );
    expect(await mended('dmarc', 'v=dmarc1; p=reject, rua=reports@example.com')).toBe(
      'v=DMARC1; p=reject; rua=mailto:reports@example.com',
    );
  });

  test('and never made stricter', async () => {
    expect(await mended('dmarc', 'v=DMARC1; p=none; rua=mailto:a@example.com')).toBeUndefined();
  });
});
