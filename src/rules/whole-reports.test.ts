/*
 * Whole reports, every rule together: a domain that does not exist has that one problem, domains in order have
 * none, and no zone, however odd, breaks a rule or makes a report ask without end.
 */

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseZone, type Zone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOfExample } from '../engine/trial.ts';
import { RSA_2048 } from '../mail/dkim/example-keys.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { nextSteps } from '../report/next-steps.ts';
import { rules } from './index.ts';

const SEED = 20261123;

async function reportOn(text: string | Zone, domain = 'example.com') {
  const zone = typeof text === 'string' ? parseZone(text) : text;
  if (typeof text === 'string') expect(zone.faults).toEqual([]);
  const scope = scopeOfExample({ domain });
  return diagnose({ scope, rules, headlines: {}, observer: zoneObserver(zone, scope.now) });
}

async function problemsOf(text: string, domain?: string): Promise<string[]> {
  const { findings } = await reportOn(text, domain);
  return findings.flatMap(({ outcome, severity, rule, case: worded }) =>
    outcome === 'problem' && severity !== 'info' ? [`${rule} ${worded}`] : [],
  );
}

test('a domain that does not exist has that one problem', async () => {
  const zone = 'example.net A 45.0.0.1';
  expect(await problemsOf(zone)).toEqual(['dns/existence missing']);
  const { findings } = await reportOn(zone);
  const met = findings.filter(
    ({ outcome, rule }) => outcome === 'pass' && /^(?:dns|mx|ptr|posture)\//.test(rule),
  );
  expect(met.map(({ rule }) => rule)).toEqual([]);
});

const TYPICAL = new URL('../../../shared/bench/typical.zone', import.meta.url);

test.runIf(existsSync(TYPICAL) || process.env.CORPORA === 'required')(
  'a typical domain: what it is, four answers and what to do are seven things at most, and nothing trivial is coloured',
  async () => {
    const observer = zoneObserver(parseZone(readFileSync(TYPICAL, 'utf8')), EXAMPLE_NOW);
    const scope = scopeOfExample({ domain: 'bench.test' });
    const { findings, answers } = await diagnose({ scope, rules, headlines, observer });
    expect(1 + answers.length + nextSteps(findings).length).toBeLessThanOrEqual(7);
    expect(
      findings.flatMap(({ outcome, severity, rule }) =>
        outcome === 'problem' && severity !== 'info' ? [`${severity} ${rule}`] : [],
      ),
    ).toEqual(['high dmarc/policy-strength', 'low spf/lookup-limit']);
  },
);

const PARKED = `example.com MX 0 .
  example.com TXT "v=spf1 -all"
  _dmarc.example.com TXT "v=DMARC1; p=reject; sp=reject; np=reject; adkim=s; aspf=s; rua=mailto:d@reports.test"
  example.com._report._dmarc.reports.test TXT "v=DMARC1"
  reports.test MX 10 in.reports.test
  in.reports.test A 45.0.0.26`;

const MAIL = `example.com MX 10 mail.example.com
  example.com MX 20 mail2.example.com
  example.com TXT "v=spf1 mx include:_spf.example.net -all"
  _spf.example.net TXT "v=spf1 ip4:45.0.1.0/24 -all"
  mail.example.com A 45.0.0.25
  mail.example.com AAAA 2600::25
  mail2.example.com A 45.0.0.26
  25.0.0.45.in-addr.arpa PTR mail.example.com
  26.0.0.45.in-addr.arpa PTR mail2.example.com
  5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.2.ip6.arpa PTR mail.example.com
  default._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${RSA_2048}"
  _dmarc.example.com TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"
  _mta-sts.example.com TXT "v=STSv1; id=20261101"
  mta-sts.example.com A 45.0.0.80
  _smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:tls@example.com"`;

test.each([
  ['a mail domain in order', MAIL],
  ['a mail domain with a web site', `${MAIL}\nexample.com A 45.0.0.80\nwww.example.com CNAME example.com`],
  ['parked', PARKED],
  ['parked with a web site', `${PARKED}\nexample.com A 45.0.0.80\nwww.example.com CNAME example.com`],
  [
    'parked with wildcards',
    `${PARKED}\n*.example.com TXT "v=spf1 -all"\n*._domainkey.example.com TXT "v=DKIM1; p="`,
  ],
  ['parked and signed', `$SIGNED example.com\n${PARKED}`],
  ['parked, names denied compactly', `$COMPACT example.com\n${PARKED}`],
  [
    'a web site below a domain that rejects',
    '_dmarc.example.com TXT "v=DMARC1; p=reject; rua=mailto:d@example.com"\nexample.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\nwww.example.com A 45.0.0.80',
    'www.example.com',
  ],
])('%s: no problem', async (_, zone, domain?: string) => {
  expect(await problemsOf(zone, domain)).toEqual([]);
});

test(`no zone breaks a rule, seed ${SEED}`, async () => {
  const name = fc.constantFrom(
    'example.com',
    '_dmarc.example.com',
    '*.example.com',
    'mail.example.com',
    'a._domainkey.example.com',
    '_domainkey.example.com',
    '_mta-sts.example.com',
    'mta-sts.example.com',
    '_smtp._tls.example.com',
    'default._bimi.example.com',
    '_dmarc.com',
    'default._domainkey.example.com',
    'example.com.example.com',
  );
  const target = fc.constantFrom(
    '.',
    'mail',
    'mail.example.com',
    'example.com',
    '192.0.2.1',
    '*.example.com',
    'gone.example.net',
    'a\\.b.example.com',
    '\\000\\255.example.com',
    'mail.example.com.example.com',
    'aspmx.l.google.com',
    'x--.-y.example',
  );
  const piece = fc.constantFrom(
    'v=spf1',
    'v=DMARC1;',
    'v=DKIM1;',
    'v=STSv1;',
    'v=TLSRPTv1;',
    ' ',
    ';',
    '-all',
    '+all',
    'include:example.com',
    'redirect=_dmarc.example.com',
    'a:%{i}.example.com',
    'mx',
    'ptr',
    'ip4:45.0.0.7',
    'ip6:2600::7',
    'p=reject',
    'p=',
    'sp=none',
    'np=x',
    'pct=0',
    't=y',
    'rua=mailto:a@b.example',
    'k=rsa',
    'id=1',
    '=',
    '%{',
    '\\"',
    '\\200',
    '\\000',
    '–',
    '\\010',
    '<script>',
    'l=https://x.example/l.svg',
  );
  const text = fc.array(piece, { maxLength: 12 }).map((all) => `"${all.join('')}"`);
  const line = fc.oneof(
    fc.tuple(name, text).map(([owner, value]) => `${owner} TXT ${value}`),
    fc
      .tuple(name, fc.array(piece, { maxLength: 8 }))
      .map(([owner, all]) => `${owner} TXT "${all.join(' ')}"`),
    fc.tuple(name, fc.nat(70), target).map(([owner, n, host]) => `${owner} MX ${n} ${host}`),
    fc.tuple(name, target).map(([owner, host]) => `${owner} CNAME ${host}`),
    fc
      .tuple(target, fc.constantFrom('45.0.0.7', '127.0.0.1', '10.0.0.1'))
      .map(([owner, a]) => `${owner} A ${a}`),
    fc.tuple(target, fc.constantFrom('2600::7', '::1')).map(([owner, a]) => `${owner} AAAA ${a}`),
    fc
      .tuple(name, fc.constantFrom('TXT', 'MX', 'A', '*'), fc.constantFrom('timeout', 'servfail', 'bogus'))
      .map(([owner, type, reason]) => `${owner} ${type} !${reason}`),
    target.map((host) => `7.0.0.45.in-addr.arpa PTR ${host}`),
    fc.constantFrom('$SIGNED example.com', '$COMPACT example.com'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 14 }), async (lines) => {
      const { findings, facts } = await reportOn(parseZone(lines.join('\n')));
      for (const { rule, because, says } of findings) {
        if (because?.reason === 'rule-broke' || /undefined|NaN|\[object|[\p{Cc}\p{Cf}]/u.test(says))
          expect.fail(`${rule}: ${says}`);
      }
      expect(facts.length).toBeLessThan(400);
    }),
    { seed: SEED, numRuns: 100 },
  );
}, 30_000);
