import { describe, expect, test } from 'vitest';
import { mustName } from '../../dns/name.ts';
import { type EffectivePolicy, type Kind, NO_STANCE, stanceOf } from './policy.ts';
import { parseDmarcRecord } from './record.ts';
import {
  alignedPass,
  eitherOf,
  envelopeStage,
  type Fate,
  fateOf,
  type Governing,
  NO_OPENINGS,
  type Openings,
  ownMail,
  policyFate,
  rankOf,
  shownOf,
} from './spoofability.ts';

const TARGETS: readonly Kind[] = ['exact', 'existing', 'invented'];
const RELAXED = { aspf: 'r', adkim: 'r', sameOrganization: true } as const;
const STRICT = { aspf: 's', adkim: 's', sameOrganization: true } as const;

describe('whether a forger can obtain an aligned pass', () => {
  type Row = [
    string,
    Partial<Openings>,
    { aspf: 'r' | 's'; adkim: 'r' | 's' },
    [exact: string, existing: string, invented: string],
  ];
  const rows: Row[] = [
    ['open SPF, relaxed', { spfOpen: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['open SPF, strict aspf', { spfOpen: 'yes' }, { aspf: 's', adkim: 'r' }, ['yes', 'no', 'no']],
    ['open subdomain, relaxed', { subdomainOpen: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['open subdomain, strict aspf', { subdomainOpen: 'yes' }, { aspf: 's', adkim: 'r' }, ['no', 'yes', 'no']],
    ['taken zone, only adkim strict', { zoneTaken: 'yes' }, { aspf: 'r', adkim: 's' }, ['yes', 'yes', 'yes']],
    ['taken zone, only aspf strict', { zoneTaken: 'yes' }, { aspf: 's', adkim: 'r' }, ['yes', 'yes', 'yes']],
    ['taken zone, both strict: names in it', { zoneTaken: 'yes' }, STRICT, ['no', 'yes', 'yes']],
    ['registrable SPF target, relaxed', { targetRegistrable: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['registrable SPF target, strict', { targetRegistrable: 'yes' }, STRICT, ['yes', 'no', 'no']],
    ['taken key, relaxed', { keyTaken: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['taken key, strict adkim', { keyTaken: 'yes' }, { aspf: 'r', adkim: 's' }, ['yes', 'no', 'no']],
    ['taken subdomain key, relaxed', { subdomainKeyTaken: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['taken subdomain key, strict', { subdomainKeyTaken: 'yes' }, STRICT, ['no', 'yes', 'no']],
    ['shared pool, relaxed', { sharedPool: 'yes' }, RELAXED, ['risk', 'risk', 'risk']],
    ['shared pool, strict', { sharedPool: 'yes' }, STRICT, ['risk', 'no', 'no']],
    ['wildcard open SPF, relaxed', { wildcardSpfOpen: 'yes' }, RELAXED, ['yes', 'yes', 'yes']],
    ['wildcard open SPF, strict', { wildcardSpfOpen: 'yes' }, STRICT, ['no', 'no', 'yes']],
    ['nothing open', {}, RELAXED, ['no', 'no', 'no']],
    ['not seen', { spfOpen: 'unknown' }, RELAXED, ['unknown', 'unknown', 'unknown']],
    ['not seen, strict', { spfOpen: 'unknown' }, STRICT, ['unknown', 'no', 'no']],
  ];
  for (const [name, openings, mode, expected] of rows)
    test(name, () => {
      for (const generation of ['rfc9989', 'rfc7489'] as const)
        expect(
          TARGETS.map((target) =>
            alignedPass(target, generation, { ...NO_OPENINGS, ...openings }, { ...RELAXED, ...mode }),
          ),
        ).toEqual(expected);
    });

  test('a registry record above without psd=y opens the name at RFC 9989 receivers alone', () => {
    const openings = { ...NO_OPENINGS, registryAbove: 'yes' } as const;
    for (const target of TARGETS) {
      expect(alignedPass(target, 'rfc9989', openings, RELAXED)).toBe('yes');
      expect(alignedPass(target, 'rfc9989', openings, STRICT)).toBe('no');
      expect(alignedPass(target, 'rfc7489', openings, RELAXED)).toBe('no');
    }
  });

  test('names of another organizational domain do not align', () => {
    const apart = { ...RELAXED, sameOrganization: false };
    expect(alignedPass('existing', 'rfc9989', { ...NO_OPENINGS, spfOpen: 'yes' }, apart)).toBe('no');
    expect(alignedPass('exact', 'rfc9989', { ...NO_OPENINGS, spfOpen: 'yes' }, apart)).toBe('yes');
  });

  test('whoever takes the policy name sets relaxed alignment and no policy', () => {
    const strictReject: Governing = { ...STRICT, effective: { policy: 'reject' } };
    const taken = { ...NO_OPENINGS, policyTaken: 'yes' } as const;
    for (const target of TARGETS) {
      expect(fateOf(target, 'rfc9989', taken, strictReject)).toMatchObject({ worst: 'open', best: 'open' });
      expect(fateOf(target, 'rfc7489', { ...taken, spfOpen: 'yes' }, strictReject)).toMatchObject({
        worst: 'pass',
      });
    }
  });
});

describe('from the stated policy to what receivers do', () => {
  type Row = [EffectivePolicy['policy'], boolean, number, string, string, string];
  const rows: Row[] = [
    ['not-applied', false, 100, 'open', 'open', 'open'],
    ['not-applied', true, 0, 'open', 'open', 'open'],
    ['none', false, 100, 'open', 'open', 'open'],
    ['none', true, 30, 'open', 'open', 'open'],
    ['quarantine', false, 100, 'junk', 'junk', 'junk'],
    ['quarantine', true, 100, 'open', 'junk', 'partial'],
    ['quarantine', false, 0, 'junk', 'open', 'partial'],
    ['quarantine', false, 40, 'junk', 'junk/open 40', 'partial'],
    ['quarantine', true, 0, 'open', 'open', 'open'],
    ['quarantine', true, 40, 'open', 'junk/open 40', 'partial'],
    ['reject', false, 100, 'block', 'block', 'block'],
    ['reject', true, 100, 'junk', 'block', 'partial'],
    ['reject', false, 0, 'block', 'junk', 'partial'],
    ['reject', false, 40, 'block', 'block/junk 40', 'partial'],
    ['reject', true, 0, 'junk', 'junk', 'junk'],
    ['reject', true, 40, 'junk', 'block/junk 40', 'partial'],
  ];
  for (const [stated, testing, pct, rfc9989, rfc7489, shown] of rows)
    test(`${stated}${testing ? ', t=y' : ''}, pct=${pct}`, () => {
      const record = parseDmarcRecord(`v=DMARC1; p=${stated}; t=${testing ? 'y' : 'n'}; pct=${pct}`);
      const [today, before] = (['rfc9989', 'rfc7489'] as const).map((generation) =>
        policyFate(
          stated === 'not-applied'
            ? NO_STANCE.effective
            : stanceOf(record, mustName('example.com'), generation, 'exact').effective,
        ),
      ) as [Fate, Fate];
      expect([words(today), words(before)]).toEqual([rfc9989, rfc7489]);
      expect(shownOf(today, before)).toBe(shown);
    });

  test('a policy that was not seen is a range', () => {
    const fate = policyFate('unknown');
    expect(fate).toEqual({ worst: 'open', best: 'block', because: 'unseen' });
    expect(shownOf(fate, policyFate({ policy: 'reject' }))).toBe('unknown');
  });

  test('a zone that hides which names exist gives both readings', () => {
    const np = policyFate({ policy: 'reject' });
    const sp = policyFate({ policy: 'none' });
    expect(eitherOf(np, sp)).toEqual({ worst: 'open', best: 'block', because: 'denial' });
    expect(eitherOf(np, np)).toEqual(np);
  });
});

describe("SPF's own effect at the envelope", () => {
  test.each([
    ['none', 'accepts'],
    ['neutral', 'accepts'],
    ['permerror', 'accepts'],
    ['softfail', 'scores'],
    ['fail', 'often-rejects'],
    ['open', 'accepts-aligned'],
    ['unknown', 'unknown'],
  ] as const)('%s', (spf, stage) => expect(envelopeStage(spf)).toBe(stage));
});

describe('everything together, for the domain itself', () => {
  type Row = [
    spf: Parameters<typeof ownMail>[0][],
    dkim: Parameters<typeof ownMail>[1][],
    policy: Parameters<typeof ownMail>[2][],
    ownEnvelope: string[],
    ownersMail: string,
  ];
  const both: Row[1] = ['present', 'none-proven'];
  const rows: Row[] = [
    [['none'], ['none-proven'], ['not-applied'], ['open'], 'unauthenticated'],
    [['softfail', 'neutral'], both, ['not-applied'], ['open'], 'bulk-needs-dmarc'],
    [['fail'], ['none-proven'], ['not-applied'], ['open'], 'forwarding-breaks'],
    [['none', 'permerror', 'neutral', 'softfail', 'fail'], both, ['none'], ['open'], 'fine'],
    [['softfail', 'neutral'], ['present'], ['quarantine'], ['junk'], 'strong'],
    [['fail'], ['present'], ['quarantine'], ['junk'], 'strong-forwarders-may-refuse'],
    [['fail', 'softfail', 'neutral'], ['none-proven'], ['quarantine'], ['junk'], 'forwarded-junked'],
    [['fail'], ['present'], ['reject'], ['block'], 'strong-forwarders-may-refuse'],
    [['softfail', 'neutral'], ['present'], ['reject'], ['block'], 'strong'],
    [['fail', 'softfail', 'neutral'], ['none-proven'], ['reject'], ['block'], 'forwarded-lost'],
    [['none', 'permerror'], ['present'], ['quarantine', 'reject'], ['junk', 'block'], 'dkim-alone'],
    [['none', 'permerror'], ['none-proven'], ['quarantine', 'reject'], ['junk', 'block'], 'own-mail-lost'],
    [['open'], both, ['not-applied', 'none', 'quarantine', 'reject'], ['pass'], 'open-to-all'],
    [['unknown'], both, ['not-applied', 'none', 'quarantine', 'reject'], ['unknown'], 'unknown'],
  ];
  for (const [spfs, dkims, policies, forged, own] of rows)
    test(`SPF ${spfs.join('/')}, DKIM ${dkims.join('/')}, policy ${policies.join('/')}`, () => {
      for (const spf of spfs)
        for (const dkim of dkims)
          for (const [i, policy] of policies.entries()) {
            const openings: Openings = {
              ...NO_OPENINGS,
              spfOpen: spf === 'open' ? 'yes' : spf === 'unknown' ? 'unknown' : 'no',
            };
            const governing: Governing = { ...RELAXED, effective: { policy } };
            const fates = (['rfc9989', 'rfc7489'] as const).map((generation) =>
              fateOf('exact', generation, openings, governing),
            ) as [Fate, Fate];
            expect(shownOf(...fates)).toBe(forged[Math.min(i, forged.length - 1)]);
            expect(ownMail(spf, dkim, policy)).toBe(own);
          }
    });

  test('a key that can be taken passes under any policy', () => {
    for (const stated of ['none', 'reject', 'not-applied'] as const) {
      const governing: Governing = { ...STRICT, effective: { policy: stated } };
      expect(fateOf('exact', 'rfc9989', { ...NO_OPENINGS, keyTaken: 'yes' }, governing).worst).toBe('pass');
    }
  });

  test('ranks run from an aligned pass to blocked, partial ones between', () => {
    const fate = (worst: Fate['worst'], best: Fate['best'] = worst): Fate => ({
      worst,
      best,
      because: 'sure',
    });
    const ranks = [
      [fate('pass'), fate('pass')],
      [fate('pass'), fate('block')],
      [fate('open'), fate('open')],
      [fate('open'), fate('junk')],
      [fate('junk'), fate('junk')],
      [fate('block'), fate('junk')],
      [fate('block'), fate('block')],
    ].map(([a, b]) => rankOf(a as Fate, b as Fate));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});

function words(fate: Fate): string {
  return fate.worst === fate.best ? fate.worst : `${fate.best}/${fate.worst} ${fate.percent}`;
}
