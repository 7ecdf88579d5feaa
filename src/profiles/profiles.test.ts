/*
 * Profiles of authorities: every requirement is met somewhere and not met somewhere, none is said without what it
 * rests on, and none asks for anything that a report does not ask for.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { replacing, unanswered } from '../engine/trial.ts';
import { Log } from '../facts/log.ts';
import { keyOf } from '../facts/question.ts';
import { KEY_DIGESTS } from '../mail/certificate/example-certificates.ts';
import { RSA_1024, RSA_2048 } from '../mail/dkim/example-keys.ts';
import { submissionZone, visitLine } from '../mail/smtp/example-visits.ts';
import { recordedObserver } from '../observe/recorded.ts';
import { zoneObserver } from '../observe/zone.ts';
import { byArea } from '../report/order.ts';
import { rules } from '../rules/index.ts';
import { profiles } from './index.ts';
import { type Judged, judgeProfiles, standingWords } from './profile.ts';

const worlds = new URL('../fixtures/worlds/', import.meta.url);
const WORLDS = Object.fromEntries(
  readdirSync(worlds)
    .filter((file) => file.endsWith('.zone'))
    .map((file) => [`${file.slice(0, -5)}.example`, readFileSync(new URL(file, worlds), 'utf8')]),
);

const GOOD = `$SIGNED agency.gov
  ${submissionZone(visitLine({ host: 'mx.agency.gov', chain: ['acme', 'issuer'] })).replaceAll('example.com', 'agency.gov')}
  mx.agency.gov A 192.0.2.25
  mx.agency.gov AAAA 2001:db8::25
  agency.gov CAA 0 issue "letsencrypt.org"
  _25._tcp.mx.agency.gov TLSA 3 1 1 ${KEY_DIGESTS.acme}
  _25._tcp.mx.agency.gov TLSA 3 1 1 ${'ab'.repeat(32)}
  agency.gov TXT "v=spf1 mx ~all"
  s202606._domainkey.agency.gov TXT "v=DKIM1; p=${RSA_2048}"
  _dmarc.agency.gov TXT "v=DMARC1; p=reject; rua=mailto:reports@dmarc.cyber.dhs.gov"
  _mta-sts.agency.gov TXT "v=STSv1; id=1;"
  mta-sts.agency.gov A 192.0.2.80
  agency.gov POLICY 200 "text/plain" "version: STSv1" "mode: enforce" "mx: mx.agency.gov" "max_age: 604800"
  _smtp._tls.agency.gov TXT "v=TLSRPTv1; rua=mailto:tls@agency.gov"`;

const BAD = `${submissionZone(
  visitLine({
    host: 'mx.agency.gov',
    chain: ['acme', 'issuer'],
    tls: 'TLSv1 TLS_RSA_WITH_3DES_EDE_CBC_SHA',
    second: 'old TLSv1 TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  }),
  visitLine({ host: 'mx.agency.gov', address: '192.0.2.26', ehlo: ['SIZE'] }),
  visitLine({ host: 'mx.agency.gov', address: '192.0.2.27', tls: 'SSLv3 TLS_RSA_WITH_RC4_128_SHA' }),
).replaceAll('example.com', 'agency.gov')}
  mx.agency.gov A 192.0.2.25
  agency.gov TXT "v=spf1 mx ?all"
  s202301._domainkey.agency.gov TXT "v=DKIM1; p=${RSA_1024}"`;

const WRONG_TLSA = `$SIGNED agency.gov
  ${submissionZone(visitLine({ host: 'mx.agency.gov' })).replaceAll('example.com', 'agency.gov')}
  mx.agency.gov A 192.0.2.25
  _25._tcp.mx.agency.gov TLSA 3 1 1 ${'ab'.repeat(32)}
  agency.gov TXT "v=spf1 -all"
  agency.gov TXT "v=spf1 mx -all"
  _dmarc.agency.gov TXT "v=DMARC1; p=none"`;

async function judged(zone: string, domain = 'agency.gov', selectors: readonly string[] = []) {
  const scope = scopeOf(mustName(domain), EXAMPLE_NOW, { selectors });
  const parsed = parseZone(zone);
  expect(parsed.faults).toEqual([]);
  const report = await diagnose({
    scope,
    rules,
    headlines: {},
    observer: zoneObserver(parsed, EXAMPLE_NOW),
  });
  const log = Log.of(report.facts);
  return {
    scope,
    log,
    facts: report.facts,
    all: await judgeProfiles(scope, profiles, recordedObserver(log)),
  };
}

const statesOf = (all: readonly Judged[]) =>
  new Map(
    all.flatMap(({ id, requirements }) =>
      requirements.map(({ asks, state, says }) => [`${id}: ${asks}`, { state, says }] as const),
    ),
  );

test('a profile says whose it is, where it is written, and what it asks by the areas of the checklist', () => {
  expect(Object.keys(profiles)).toHaveLength(7);
  for (const { authority, name, audience, documents, asks } of Object.values(profiles)) {
    expect(`${authority}${name}`).not.toBe('');
    expect(audience).toMatch(/^[A-Z].*\.$/);
    expect(documents.length).toBeGreaterThan(0);
    for (const { href } of documents) expect(href).toMatch(/^https:\/\//);
    expect(new Set(asks).size).toBe(asks.length);
    for (const { area } of asks) expect(byArea(area, '~')).toBeLessThan(0);
  }
});

test('a domain that does all of it meets all of it, as far as anybody can see', async () => {
  const { all } = await judged(GOOD, 'agency.gov', ['s202606']);
  const others = [...statesOf(all)].filter(([, { state }]) => state !== 'met');
  expect(others.map(([asks, { state }]) => `${asks} is ${state}`)).toEqual([
    // A server that chooses well might still take worse.
    'cisa-bod-18-01: Mail servers do not encrypt with RC4 or 3DES is unknown',
    'm3aawg: A domain without mail is closed: SPF `-all`, DMARC `reject`, null MX is not-applicable',
    'ncsc-uk: A domain without mail is closed: SPF `-all`, DMARC `reject`, null MX is not-applicable',
  ]);
});

test('every requirement is not met somewhere, and says why in a sentence', async () => {
  const never = new Set(
    Object.values(profiles).flatMap(({ asks }) => asks.map(({ asks: requirement }) => requirement)),
  );
  for (const [zone, domain] of [
    [BAD, 'agency.gov'],
    [WRONG_TLSA, 'agency.gov'],
    [WORLDS['bare.example'] ?? '', 'bare.example'],
  ] as const)
    for (const { requirements } of (await judged(zone, domain, ['s202301'])).all)
      for (const { asks, state, says } of requirements) {
        if (state === 'met') expect(says).toBe('');
        if (state !== 'unmet') continue;
        expect(says).toMatch(/^\S.*\.$/);
        never.delete(asks);
      }
  expect([...never]).toEqual([]);
});

test('without a relay nothing is said about servers', async () => {
  const { all } = await judged(WORLDS['purelymail.example'] ?? '', 'purelymail.example');
  for (const { requirements } of all)
    for (const { area, state } of requirements)
      if (area === 'smtp' || area === 'tls') expect(state).toBe('unknown');
});

describe.each(['perfect', 'open', 'parked', 'guarded', 'subdomains'])('%s', (name) => {
  test('a hidden fact turns requirements unknown and nothing else', async () => {
    const domain = `${name}.example`;
    const { all, facts, log, scope } = await judged(WORLDS[domain] ?? '', domain);
    const before = statesOf(all);
    for (const { question } of facts) {
      const hidden = new Map([[keyOf(question), unanswered(question)]]);
      const observer = replacing(recordedObserver(log), hidden);
      for (const [asks, { state }] of statesOf(await judgeProfiles(scope, profiles, observer)))
        if (state !== 'unknown' && state !== before.get(asks)?.state)
          expect.fail(`${asks} was ${before.get(asks)?.state} and is ${state} without ${keyOf(question)}`);
    }
  });
});

test('the report has asked all that profiles ask', async () => {
  for (const [zone, domain] of [
    [GOOD, 'agency.gov'],
    [BAD, 'agency.gov'],
    ...Object.entries(WORLDS).map(([domain, zone]) => [zone, domain] as const),
  ] as const) {
    const { log, scope } = await judged(zone, domain);
    const missed: string[] = [];
    await judgeProfiles(scope, profiles, {
      observe: (question, lane) => {
        if (!log.find(question)) missed.push(keyOf(question));
        return recordedObserver(log).observe(question, lane);
      },
    });
    expect(missed, domain).toEqual([]);
  }
});

test('as JSON they hold to the schema', async () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../public/schema/report-1.json', import.meta.url), 'utf8'),
  );
  const validate = new Ajv2020({ formats: { 'date-time': true, uri: true } }).compile({
    $defs: schema.$defs,
    type: 'array',
    items: { $ref: '#/$defs/profile' },
  });
  expect(validate((await judged(BAD)).all), JSON.stringify(validate.errors)).toBe(true);
});

test('the tally leaves out what there is none of', () => {
  const one = { area: 'spf', asks: '', says: '' };
  expect(standingWords([])).toBe('does not apply');
  expect(
    standingWords([
      { ...one, state: 'met' },
      { ...one, state: 'unmet' },
      { ...one, state: 'met' },
    ]),
  ).toBe('2 met, 1 not met');
});
