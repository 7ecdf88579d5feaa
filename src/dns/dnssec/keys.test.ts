import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from '../name.ts';
import { parseZone } from '../zone.ts';
import { dsDigest, type KeyInfo, keyInfo, matchDs } from './keys.ts';

// Keys and digests made with dnssec-keygen and dnssec-dsfromkey of BIND 9.
const ZONE = mustName('example.com');
const KEYS = [
  {
    key: '257 3 13 aL6N9JXozmb4s742Wex6sHPOoVVuClQeC12YAMCgENafMv4sdFcZfRq3 LJ9sEL4uA4D0twm7Y3MiCVUakshPkQ==',
    bits: undefined,
    ds: [
      '37478 13 1 D465A0FB4A4BB1451005049E257DF5BD30A0FC29',
      '37478 13 2 0616986DA2358D246CE810BC0680FE4D71464B07CD741F782A4608145DA63743',
      '37478 13 4 9776E899A38175B4F525A7DB77A337A43CC51139C9E1F7BB6551C273B6EC889F8D86E1ED00624485325775EAD8836037',
    ],
  },
  {
    key: '257 3 15 NKwjT4Njheqyf5toBrVRCRsW0iaWQrZZpY+P+vyuS9E=',
    bits: undefined,
    ds: ['49891 15 2 B200454BBFB7E5D8FD0EE0070453775A7510A1F3F62A8C1F2C34A2B446316F4F'],
  },
  {
    key: '257 3 8 AwEAAZ92Zs/baqiLJjOqBYL7qAJWbtJwqXPuJFxXnNJzhysvtfYmxSx8 TRsCs1KcnMJWQr2aH3DHWuR6JhfydlNx4ZGvwgq2isUpzEAmRk9wbObW QfUAB7yIHp9vTuJ9XKHLYeEK3Y5+reBaA7EYBqS1EvFxPMnlp1XTMHCo zNdSVzDTIZ1x4B51fqQPwIgtNYIe6JPQhpkQrWzGR979l5W/2UqOLH/v qNqr2WRqjw9ueLdreRjt9DzG4BXaxCoeBTp2GRRmFn0le2riUisad/VQ 72OA8zvF4HLVP+V+mM+WDbYaISY/YvxyP5jnLM4eHpbnA7LmUOCbGtiF V8p/RBYBpnk=',
    bits: 2048,
    ds: ['14971 8 2 D1E56761224934F9AE7628526EE772027CE8A9FE3471238A25DBEC9F150726D9'],
  },
  {
    key: '257 3 5 AwEAAcKLzCuvNWQcaapYDVu7Bo36q9G8tfKKZoxyJMANG+SdL3JZSdS1 vFvSj3cDtBU8Jx/7/G5ZTJczf2DrwYDZVFfil8F48gN/hEVcOvqLJZf0 2FbNOdYspRCgb8JDoIcDtMezMSLFMdGh5O6wfGTPQo0guldBq/VbHaJt rRbvniRz',
    bits: 1024,
    ds: ['44407 5 1 ED81BAE219D88A5E882099C4D224E33ACF8AAB1C'],
  },
];

function read(line: string): KeyInfo {
  const record = parseZone(`example.com DNSKEY ${line}`).records[0];
  const info = record?.type === 'DNSKEY' ? keyInfo(record.data) : undefined;
  if (!info) throw new Error('unreadable key');
  return info;
}

function readDs(line: string) {
  const record = parseZone(`example.com DS ${line}`).records[0];
  if (record?.type !== 'DS') throw new Error('unreadable DS');
  return record.data;
}

describe('keys', () => {
  for (const { key, bits, ds } of KEYS) {
    test(key.slice(0, 20), async () => {
      const info = read(key);
      expect(info).toMatchObject({ zoneKey: true, entryPoint: true, revoked: false });
      expect(info.bits).toBe(bits);
      for (const line of ds) {
        const data = readDs(line);
        expect(info.tag).toBe(data.keyTag);
        expect(await dsDigest(ZONE, info, data.digestType)).toBe(data.digest);
        expect(await matchDs(ZONE, data, [info])).toMatchObject({ how: 'matches' });
      }
    });
  }

  test('a DS of another key, of a changed digest, of an unknown type', async () => {
    const info = read(KEYS[0]?.key ?? '');
    const data = readDs(KEYS[0]?.ds[1] ?? '');
    expect(await matchDs(ZONE, { ...data, keyTag: 1 }, [info])).toMatchObject({ how: 'no-key' });
    expect(await matchDs(ZONE, { ...data, digest: data.digest.replace('0', '1') }, [info])).toMatchObject({
      how: 'differs',
    });
    expect(await matchDs(mustName('example.net'), data, [info])).toMatchObject({ how: 'differs' });
    expect(await matchDs(ZONE, { ...data, digestType: 3 }, [info])).toMatchObject({ how: 'unsupported' });
  });

  test('any text for a key is read or refused', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 0, max: 255 }), (key, algorithm) => {
        const info = keyInfo({ flags: 257, protocol: 3, algorithm, key });
        if (info) expect(info.tag).toBeLessThanOrEqual(0xffff);
      }),
      { seed: 4034, numRuns: 500 },
    );
  });

  test('many keys of one tag cost few digests', async () => {
    const info = read(KEYS[0]?.key ?? '');
    const data = { ...readDs(KEYS[0]?.ds[1] ?? ''), digest: 'ab' };
    const many = Array.from({ length: 5000 }, () => info);
    const began = performance.now();
    expect(await matchDs(ZONE, data, many)).toMatchObject({ how: 'differs' });
    expect(performance.now() - began).toBeLessThan(200);
  });
});
