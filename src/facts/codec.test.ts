import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName, type Name, nameOf } from '../dns/name.ts';
import { type Denial, type DnsAnswer, dns, type RecordData, type RecordType } from '../dns/record.ts';
import { answerFrom, parseZone } from '../dns/zone.ts';
import { decodeFacts, encodeFacts, TEXT_LIMIT } from './codec.ts';
import { type Blind, type BlindReason, type Observation, seen, type Try } from './observation.ts';
import { keyOf, type PolicyAnswer, type Question } from './question.ts';

const SEED = 20261123;

const factsOf = (text: string): readonly Observation[] => {
  const decoded = decodeFacts(text);
  if ('refused' in decoded) throw new Error(`${decoded.refused.reason}: ${decoded.refused.detail}`);
  return decoded.facts;
};

const zone = parseZone(
  'example.com SOA ns.example.com h.example.com 1 2 3 4 300\nexample.com TXT "v=spf1 -all"',
);
const question = dns(mustName('example.com'), 'TXT');
const answer = (answerFrom(zone, question) as { answer: DnsAnswer }).answer;
const plain: Observation = {
  question,
  result: seen(answer),
  at: 1_700_000_000_123,
  by: 'Cloudflare',
  tries: [{ by: 'Cloudflare', ms: 12 }],
};

test('is compact and says its version', () => {
  expect(encodeFacts([plain])).toBe(
    '{"v":1,"at":1700000000123,"by":["Cloudflare"],"facts":[["dns example.com TXT",0,0,{"d":[[3600,["v=spf1 -all"]]]},[[0,12]]]]}',
  );
  expect(factsOf(encodeFacts([]))).toEqual([]);
});

describe('what was written is read back', () => {
  const label = fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((octets) => String.fromCharCode(...octets));
  const name = fc.array(label, { maxLength: 5 }).map((labels) => nameOf(labels) as Name);
  const octets = fc.uint8Array({ maxLength: 300 }).map((bytes) => String.fromCharCode(...bytes));
  const u8 = fc.nat(255);
  const u16 = fc.nat(65535);
  const u32 = fc.nat(4294967295);
  const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const keyOctets = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  const association = fc.record({ usage: u8, selector: u8, matching: u8, data: hex });
  const delegation = fc.record({ keyTag: u16, algorithm: u8, digestType: u8, digest: hex });
  const strings = fc.array(octets, { minLength: 1, maxLength: 4 });
  const data: { [T in RecordType]: fc.Arbitrary<RecordData[T]> } = {
    A: fc.ipV4(),
    AAAA: fc.ipV6(),
    CAA: fc.record({ value: octets, flags: u8, tag: octets.map((text) => text.slice(0, 255)) }),
    CDS: delegation,
    CNAME: name,
    DNSKEY: fc.record({
      flags: u16,
      protocol: u8,
      algorithm: u8,
      key: keyOctets,
    }),
    DS: delegation,
    MX: fc.record({ exchange: name, preference: u16 }),
    NS: name,
    OPENPGPKEY: keyOctets,
    PTR: name,
    SOA: fc.record({
      mname: name,
      rname: name,
      serial: u32,
      refresh: u32,
      retry: u32,
      expire: u32,
      minimum: u32,
    }),
    SMIMEA: association,
    SPF: strings,
    SRV: fc.record({ priority: u16, weight: u16, port: u16, target: name }),
    TLSA: association,
    TXT: strings,
  };
  const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    fc.record(model, { requiredKeys: [] });
  const signature = fc.record({
    covered: fc.constantFrom('TXT', 'TYPE65280'),
    algorithm: u8,
    signer: name,
    keyTag: u16,
    inception: u32,
    expiration: u32,
  });
  const denial: fc.Arbitrary<Denial> = fc
    .tuple(
      fc.record({
        kind: fc.constantFrom('nsec' as const, 'nsec3' as const),
        owner: name,
        types: fc.array(fc.constantFrom('A', 'TXT', 'TYPE300')),
        ttl: u32,
      }),
      optional({ next: name, iterations: u16, salt: hex, optOut: fc.boolean() }),
    )
    .map(([some, more]) => ({ ...some, ...more }) as Denial);
  const answered = (type: RecordType): fc.Arbitrary<DnsAnswer> =>
    fc
      .tuple(
        fc.record({
          rcode: fc.constantFrom('NOERROR' as const, 'NXDOMAIN' as const),
          chain: fc.array(name, { maxLength: 3 }),
          records: fc.array(fc.record({ ttl: u32, data: data[type] as fc.Arbitrary<never> }), {
            maxLength: 4,
          }),
          authentic: fc.boolean(),
          errors: fc.array(fc.record({ code: u16, text: fc.string() }), { maxLength: 2 }),
        }),
        optional({
          zone: fc.record({ name, minimum: u32, ttl: u32 }),
          signatures: fc.array(signature, { maxLength: 2 }),
          denial: fc.array(denial, { maxLength: 2 }),
        }),
      )
      .map(([some, more]) => ({ ...some, ...more }) as DnsAnswer);
  const policy: fc.Arbitrary<PolicyAnswer> = fc
    .tuple(
      fc.record({ status: fc.nat(599), body: octets, ms: fc.nat(60_000) }),
      optional({ contentType: fc.string(), failure: fc.constantFrom('tls' as const, 'too-slow' as const) }),
    )
    .map(([some, more]) => ({ ...some, ...more }) as PolicyAnswer);
  const blind: fc.Arbitrary<Blind> = fc
    .tuple(
      fc.record({
        reason: fc.constantFrom<BlindReason>('timeout', 'servfail', 'relay-absent', 'disagreement'),
      }),
      optional({ detail: fc.string() }),
    )
    .map(([some, more]) => ({ ...some, ...more }) as Blind);
  const who = fc.constantFrom('Cloudflare', 'Google', 'doh.example', '');
  const attempt: fc.Arbitrary<Try> = fc
    .tuple(fc.record({ by: who, ms: fc.nat(9000) }), optional({ failed: blind }))
    .map(([some, more]) => ({ ...some, ...more }) as Try);
  const asked: fc.Arbitrary<Question> = fc.oneof(
    name.map((domain) => ({ kind: 'policy' as const, domain })),
    fc
      .tuple(
        name,
        fc.constantFrom(...(Object.keys(data) as RecordType[])),
        optional({ cd: fc.constant(true as const), dnssec: fc.constant(true as const) }),
      )
      .map(([owner, type, flags]) => dns(owner, type, flags as { cd?: true; dnssec?: true })),
  );
  const observation: fc.Arbitrary<Observation> = asked.chain((about) =>
    fc
      .tuple(
        fc.record({
          question: fc.constant(about),
          result: fc.oneof(
            blind.map((because) => ({ seen: false as const, because })),
            (about.kind === 'dns' ? answered(about.type) : policy).map((each) => ({
              seen: true as const,
              answer: each,
            })),
          ),
          at: fc.nat(2_000_000_000_000),
          by: who,
          tries: fc.array(attempt, { maxLength: 3 }),
        }),
        optional({ confirmedBy: who }),
      )
      .map(([some, more]) => ({ ...some, ...more }) as Observation),
  );

  test('whatever was observed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(observation, { maxLength: 8, selector: (each) => keyOf(each.question) }),
        (facts) => {
          expect(factsOf(encodeFacts(facts))).toEqual(facts);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('what is refused', () => {
  const good = encodeFacts([plain]);
  test.each([
    ['not JSON', 'v=spf1 -all', 'not-json'],
    ['empty', '', 'not-json'],
    ['too long', ' '.repeat(TEXT_LIMIT + 1), 'oversize'],
    ['a list', '[]', 'bad-shape'],
    ['null', 'null', 'bad-shape'],
    ['another version', good.replace('"v":1', '"v":2'), 'unknown-version'],
    ['no version', '{}', 'unknown-version'],
    ['no facts', '{"v":1,"at":0,"by":[]}', 'bad-shape'],
    ['a name of two spellings', good.replace('dns example.com', 'dns Example.com'), 'bad-shape'],
    ['an unknown type', good.replace(' TXT', ' constructor'), 'bad-shape'],
    ['an unknown flag', good.replace(' TXT', ' TXT xx'), 'bad-shape'],
    ['flags out of order', good.replace(' TXT', ' TXT do cd'), 'bad-shape'],
    ['nobody', good.replace('TXT",0', 'TXT",7'), 'bad-shape'],
    ['wide characters', good.replace('v=spf1', 'v=spf1\u2028'), 'bad-shape'],
    ['a negative TTL', good.replace('3600', '-1'), 'bad-shape'],
    ['a huge number', good.replace('3600', '1e999'), 'bad-shape'],
    ['text for a list', good.replace('["v=spf1 -all"]', '"v=spf1 -all"'), 'bad-shape'],
    ['no character-strings', good.replace('["v=spf1 -all"]', '[]'), 'bad-shape'],
    ['an unknown reason', good.replace(/\{"d".*?\]\]\}/, '{"x":"__proto__"}'), 'bad-shape'],
    ['asked twice', good.replace(/("facts":\[)(.*)\]\}$/, '$1$2,$2]}'), 'bad-shape'],
    ['too many', `{"v":1,"at":0,"by":[],"facts":[${'0,'.repeat(3000)}0]}`, 'bad-shape'],
    ['nested without end', '['.repeat(100_000), 'not-json'],
  ])('%s', (_, text, reason) => {
    expect(decodeFacts(text)).toMatchObject({ refused: { reason } });
  });

  test('says where', () => {
    expect(decodeFacts(good.replace('3600', '"soon"'))).toEqual({
      refused: { reason: 'bad-shape', detail: 'fact 0, ttl' },
    });
    expect(decodeFacts('{"v":9}')).toEqual({ refused: { reason: 'unknown-version', detail: '9' } });
  });

  test('any JSON at all, and good text with something changed', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(decodeFacts(text)).toHaveProperty('refused');
      }),
      { seed: SEED, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 3 }), fc.nat(4), (at, text, cut) => {
        decodeFacts(good.slice(0, at) + text + good.slice(at + cut));
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  test('nothing is inherited from what was read', () => {
    const text =
      '{"v":1,"at":0,"by":["x"],"facts":[["dns example.com TXT",0,0,{"__proto__":{"a":1},"d":[]}]]}';
    expect(factsOf(text)[0]?.result).toMatchObject({ answer: { authentic: false } });
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});
