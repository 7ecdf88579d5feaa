import { describe, expect, test } from 'vitest';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { rule } from '../engine/rule.ts';
import { scopeOfExample } from '../engine/trial.ts';
import { zoneObserver } from '../observe/zone.ts';
import { posture } from './posture.ts';

const probe = rule({
  title: 'Posture',
  why: 'Posture.',
  bears: [],
  cites: [],
  reads: { posture },
  cases: { seen: { passes: true, says: (d: { text: string }) => d.text } },
  judge: ({ posture: { kind, sends, receives, implicitMx, words } }) => ({
    is: 'seen',
    data: { text: [kind, sends, receives, implicitMx, words].join(' | ') },
  }),
});

async function read(zone: string, intent?: 'mail' | 'no-mail'): Promise<string> {
  const scope = scopeOfExample({ domain: 'a.test', ...(intent ? { intent } : {}) });
  const parsed = parseZone(zone);
  expect(parsed.faults).toEqual([]);
  const { findings } = await diagnose({
    scope,
    rules: { probe },
    headlines: {},
    observer: zoneObserver(parsed, scope.now),
  });
  return findings[0]?.says ?? '';
}

const MX = 'a.test MX 10 mail.a.test\n';
const SENDS = 'a.test TXT "v=spf1 ip4:45.0.0.7 -all"\n';
const NOBODY = 'a.test TXT "v=spf1 -all"\n';
const SITE = 'a.test A 45.0.0.80\n';
const KEY =
  'default._domainkey.a.test TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="\n';

describe('what a domain does with mail', () => {
  test.each([
    [
      'MX and senders',
      MX + SENDS,
      /^sends-and-receives \| true \| true \| false \| sends and receives mail$/,
    ],
    ['MX alone', MX, /^receives-only \| false \| true/],
    ['MX and nobody sends', MX + NOBODY, /^receives-only/],
    ['MX and a live key', MX + KEY, /^sends-and-receives/],
    ['senders alone', SENDS, /^sends-only \| true \| false \| false/],
    ['senders and a web site', SENDS + SITE, /^sends-and-receives \| true \| true \| true/],
    ['null MX', 'a.test MX 0 .\n', /^declared-no-mail \| false \| false \| false/],
    ['null MX, nobody sends, a forgotten key', `a.test MX 0 .\n${NOBODY}${KEY}`, /^declared-no-mail/],
    ['null MX and senders', `a.test MX 0 .\n${SENDS}`, /^sends-only/],
    ['nobody sends, a web site', NOBODY + SITE, /^declared-no-mail \| false \| false \| true/],
    ['a web site', SITE, /^undeclared \| false \| false \| true/],
    ['nothing', '_dmarc.a.test TXT "v=DMARC1; p=none"', /^undeclared \| false \| false \| false/],
    ['no domain', 'b.test A 45.0.0.1', /^missing/],
    [
      'mailboxes at a provider',
      'a.test MX 1 aspmx.l.google.com\na.test TXT "v=spf1 include:_spf.google.com ~all"',
      /^sends-and-receives .* sends and receives mail, mailboxes at Google Workspace$/,
    ],
    ['mailboxes at a provider, SPF forgotten', 'a.test MX 1 aspmx.l.google.com', /^sends-and-receives/],
    [
      'SPF by redirect to nobody',
      'a.test TXT "v=spf1 redirect=s.test"\ns.test TXT "v=spf1 -all"',
      /^declared-no-mail/,
    ],
    [
      'SPF by redirect to senders',
      'a.test TXT "v=spf1 redirect=s.test"\ns.test TXT "v=spf1 a:x.test -all"',
      /^sends-only/,
    ],
    ['MX not answered', 'a.test MX !timeout', /^Could not be checked/],
    ['keys not answered', `${MX}default._domainkey.a.test TXT !timeout`, /^Could not be checked/],
  ] as const)('%s', async (_, zone, expected) => {
    expect(await read(zone)).toMatch(expected);
  });

  test('what the owner says wins', async () => {
    expect(await read(MX + SENDS, 'no-mail')).toMatch(/^declared-no-mail \| false \| false/);
    expect(await read(SITE, 'mail')).toMatch(/^sends-and-receives \| true \| true \| true/);
    expect(await read('a.test MX 0 .', 'mail')).toMatch(/^sends-only/);
  });

  test('keys are not needed where SPF already shows senders', async () => {
    expect(await read(`${MX}${SENDS}default._domainkey.a.test TXT !timeout`)).toMatch(/^sends-and-receives/);
  });
});
