import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { type DnsQuestion, dns } from '../dns/record.ts';
import { parseZone } from '../dns/zone.ts';
import type { Look } from '../engine/topic.ts';
import { type Observer, unseen } from '../facts/observation.ts';
import { zoneObserver } from '../observe/zone.ts';
import { askChecked } from './checked.ts';

const zone = parseZone(`
  good.example TLSA 3 1 1 00
  bogus.example TLSA 3 1 1 00
  bogus.example TLSA !bogus
  down.example TLSA !servfail
  slow.example TLSA !timeout
`);

/** Asks about a name's TLSA records; questions for which `stumbles` holds answer SERVFAIL. */
async function check(
  name: string,
  stumbles: (question: DnsQuestion) => boolean = () => false,
  signed = false,
) {
  const observer: Observer = zoneObserver(zone, 0);
  const asked: string[] = [];
  const ask = (async (question: DnsQuestion) => {
    asked.push(question.cd ? 'cd' : question.dnssec ? 'do' : 'plain');
    return stumbles(question) ? unseen('servfail') : (await observer.observe(question, 'main')).result;
  }) as Look['ask'];
  const question = dns(mustName(name), 'TLSA', signed ? { dnssec: true } : {});
  const { result, ...found } = await askChecked(ask, question);
  return { ...found, seen: result.seen, asked };
}

describe('signatures that do not verify', () => {
  test('an answer is taken as it is', async () => {
    expect(await check('good.example')).toEqual({
      bogus: false,
      failing: false,
      seen: true,
      asked: ['plain'],
    });
  });

  test('are proved by the same failure put another way and an answer without checking', async () => {
    const proved = { bogus: true, failing: false, seen: true };
    expect(await check('bogus.example')).toEqual({ ...proved, asked: ['plain', 'do', 'cd'] });
    expect(await check('bogus.example', undefined, true)).toEqual({
      ...proved,
      asked: ['do', 'plain', 'cd'],
    });
  });

  test('are not what a resolver that stumbled once has', async () => {
    const once = await check('good.example', (question) => !question.cd && !question.dnssec);
    expect(once).toMatchObject({ bogus: false, failing: false, seen: true });
    const signed = await check('good.example', (question) => question.dnssec === true, true);
    expect(signed, 'an answer without the signatures is not the answer').toMatchObject({
      bogus: false,
      failing: false,
      seen: false,
    });
  });

  test('are told from name servers that fail either way, and from silence', async () => {
    expect(await check('down.example')).toMatchObject({ bogus: false, failing: true, seen: false });
    expect(await check('slow.example')).toEqual({
      bogus: false,
      failing: false,
      seen: false,
      asked: ['plain'],
    });
  });
});
