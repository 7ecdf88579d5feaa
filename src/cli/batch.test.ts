import { describe, expect, test } from 'vitest';
import { answerLine } from './spf.ts';

const line = (value: object) => answerLine(JSON.stringify(value));
const CASE = { id: 'a', ip: '192.0.2.1', mailFrom: 'x@example.com', helo: 'mx.example.com' };

describe('a batch line', () => {
  test('is answered with its result and its cost', async () => {
    const zone = {
      'example.com': [{ TXT: 'v=spf1 mx -all' }, { MX: [10, 'mx.example.com'] }],
      'mx.example.com': [{ A: '192.0.2.1' }],
    };
    expect(await line({ ...CASE, zone })).toEqual({ id: 'a', result: 'pass', lookups: 1, voids: 0 });
  });

  test('carries the explanation of a refusal', async () => {
    const zone = {
      'example.com': [{ TXT: 'v=spf1 exp=why.example.com -all' }],
      'why.example.com': [{ TXT: ['%{i} may', ' not send'] }],
    };
    expect(await line({ ...CASE, zone })).toMatchObject({
      result: 'fail',
      explanation: '192.0.2.1 may not send',
    });
  });

  test('takes SPF rows for TXT where there is none, and hides them on request', async () => {
    expect(await line({ ...CASE, zone: { 'Example.COM.': [{ SPF: 'v=spf1 +all' }] } })).toMatchObject({
      result: 'pass',
    });
    const hidden = { 'example.com': [{ SPF: 'v=spf1 +all' }, { TXT: 'NONE' }] };
    expect(await line({ ...CASE, zone: hidden })).toMatchObject({ result: 'none' });
    const own = { 'example.com': [{ SPF: 'v=spf1 +all' }, { TXT: 'v=spf1 -all' }] };
    expect(await line({ ...CASE, zone: own })).toMatchObject({ result: 'fail' });
  });

  test('fails every other type beside a TIMEOUT', async () => {
    const zone = { 'example.com': [{ TXT: 'v=spf1 a -all' }, 'TIMEOUT'] };
    expect(await line({ ...CASE, zone })).toMatchObject({ result: 'temperror' });
    expect(await line({ ...CASE, zone: { 'example.com': [{ SERVFAIL: true }] } })).toMatchObject({
      result: 'temperror',
    });
  });

  test.each([
    ['no JSON', '{"id":', null],
    ['no object', '[1]', null],
    ['no address', '{"id":7,"ip":"300.1.1.1","zone":{}}', 7],
    ['a broken zone', '{"id":"b","ip":"192.0.2.1","mailFrom":"a@b.c","zone":{"b.c":{}}}', 'b'],
    ['a broken record', '{"id":"c","ip":"192.0.2.1","mailFrom":"a@b.c","zone":{"b.c":[{"MX":"x"}]}}', 'c'],
    ['controls', '{"id":"d","ip":"\\u001b[2J","zone":{}}', 'd'],
  ])('that is %s is answered by what is wrong', async (_, text, id) => {
    const answer = (await answerLine(text)) as { error: string };
    expect(answer).toMatchObject({ id });
    expect(answer.error).toMatch(/^[ -~]+$/);
  });
});
