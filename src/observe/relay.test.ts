import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import type { SmtpQuestion } from '../facts/question.ts';
import { EVERY_ABILITY } from '../relay/example-abilities.ts';
import { relayObserver } from './relay.ts';

const question: SmtpQuestion = {
  kind: 'smtp',
  host: mustName('mx.example.com'),
  port: 25,
  domain: mustName('example.com'),
};
const policy = { kind: 'policy', domain: mustName('example.com') } as const;
const abilities = { relay: 1, helo: 'relay.example', can: EVERY_ABILITY, control: [] as object[] };
const answer = { addresses: [], helo: 'relay.example', ms: 5 };

type Reply = object | string | Error;

/** Relays that answer `/` and anything else with these. */
const observe = async (
  relays: readonly { can?: Reply; reply?: Reply; status?: number }[],
  asked: Parameters<ReturnType<typeof relayObserver>['observe']>[0] = question,
) => {
  const urls: string[] = [];
  const observer = relayObserver({
    relays: relays.map((_, i) => ({ name: `relay ${i}`, url: `https://r${i}.test/relay` })),
    now: () => 1000,
    fetch: async (url) => {
      urls.push(url);
      const relay = relays[Number(url[9])];
      const reply = /\/(smtp|policy)\?/.test(url) ? relay?.reply : (relay?.can ?? abilities);
      if (reply instanceof Error) throw reply;
      const text = typeof reply === 'string' ? reply : JSON.stringify(reply);
      return new Response(text, { status: relay?.status ?? 200 });
    },
  });
  const { result, by, tries } = await observer.observe(asked, 'main');
  return { result, by, tries, urls };
};
const reasonOf = async (...args: Parameters<typeof observe>) => {
  const { result } = await observe(...args);
  return result.seen ? 'seen' : result.because.reason;
};

test('an answer, asked for without anything that names the visitor', async () => {
  const { result, by, urls } = await observe([{ reply: { relay: 1, answer } }]);
  expect(result).toEqual({ seen: true, answer });
  expect(by).toBe('relay 0');
  expect(urls).toEqual([
    'https://r0.test/relay',
    'https://r0.test/relay/smtp?domain=example.com&host=mx.example.com&port=25',
  ]);
});

test('a policy', async () => {
  const file = { status: 200, contentType: 'text/plain', body: 'version: STSv1\n', ms: 9, chain: ['AAEC'] };
  const { result, urls } = await observe([{ reply: { relay: 1, answer: { ...file, more: 1 } } }], policy);
  expect(result).toEqual({ seen: true, answer: file });
  expect(urls[1]).toBe('https://r0.test/relay/policy?domain=example.com');
});

describe('what a relay cannot do is not asked of it', () => {
  const edge = { ...abilities, can: { ...EVERY_ABILITY, ports: [465, 587, 2525], policy: false } };
  test('a port', async () => {
    const { result, urls } = await observe([{ can: edge }]);
    expect(result).toMatchObject({ because: { reason: 'relay-cannot', detail: 'port 25' } });
    expect(urls).toHaveLength(1);
  });
  test('a port whose control it does not reach', async () => {
    const control = [{ port: 25, host: 'mx.control.test', connect: 'timeout' }];
    const { result, urls } = await observe([{ can: { ...abilities, control } }]);
    expect(result).toMatchObject({ because: { reason: 'relay-cannot' } });
    expect(urls).toHaveLength(1);
  });
  test('policies', async () => {
    expect(await reasonOf([{ can: edge }], policy)).toBe('relay-cannot');
  });
  test('another relay is asked instead', async () => {
    const { result, by, tries } = await observe([{ can: edge }, { reply: { relay: 1, answer } }]);
    expect([result.seen, by]).toEqual([true, 'relay 1']);
    expect(tries).toEqual([
      { by: 'relay 0', ms: 0, failed: { reason: 'relay-cannot', detail: 'port 25' } },
      { by: 'relay 1', ms: 0 },
    ]);
  });
});

describe('every failure of a relay is its own', () => {
  test.each<[string, { can?: Reply; reply?: Reply; status?: number }, string]>([
    ['not reached', { can: new TypeError('Failed to fetch') }, 'relay-failed'],
    ['reached once only', { reply: new TypeError('Failed to fetch') }, 'relay-failed'],
    ['a web page', { can: '<!doctype html>' }, 'relay-failed'],
    ['another version', { can: { ...abilities, relay: 2 } }, 'relay-failed'],
    ['no abilities', { can: { relay: 1 } }, 'relay-failed'],
    ['refused', { reply: { relay: 1, error: { name: 'unrelated-host' } }, status: 403 }, 'relay-refused'],
    ['an inner address', { reply: { relay: 1, error: { name: 'private-address' } } }, 'relay-refused'],
    ['busy', { reply: { relay: 1, error: { name: 'busy' } }, status: 503 }, 'relay-busy'],
    ['its platform is busy', { reply: 'error code: 1015', status: 429 }, 'relay-busy'],
    ['its look-up', { reply: { relay: 1, error: { name: 'dns-failed' } } }, 'relay-failed'],
    ['an error nobody knows', { reply: { relay: 1, error: { name: 'constructor' } } }, 'relay-failed'],
    ['an answer that is none', { reply: { relay: 1, answer: { ...answer, ms: -1 } } }, 'relay-failed'],
    ['too much', { reply: `{"relay":1,"answer":"${'x'.repeat(3_100_000)}"}` }, 'relay-failed'],
  ])('%s', async (_, relay, reason) => {
    expect(await reasonOf([relay])).toBe(reason);
  });
  test('no relay at all, and a question that is none of theirs', async () => {
    expect(await reasonOf([])).toBe('relay-absent');
    expect(await reasonOf([{}], dns(mustName('example.com'), 'TXT'))).toBe('relay-cannot');
  });
});

test('any JSON at all is an answer or a reason, seed 20261123', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.json(), async (a, b) => {
      expect(await reasonOf([{ can: a, reply: b }])).not.toBe('seen');
      expect(await reasonOf([{ reply: `{"relay":1,"answer":${b}}` }])).not.toBe('seen');
      expect(await reasonOf([{ reply: `{"relay":1,"answer":${b}}` }], policy)).not.toBe('seen');
    }),
    { seed: 20261123, numRuns: 100 },
  );
});
