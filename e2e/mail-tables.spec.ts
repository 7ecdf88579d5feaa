/*
 * The tables of mail servers and of ports, as a relay fills them: what each says of every server in the mail lab,
 * held against what that server was set up to be (lab/mail-domains.ts).
 */

import type { Locator, Page } from '@playwright/test';
import { complete, expect } from './journey.ts';
import { canMail } from './lab/mail.ts';
import { type Domain, test } from './mail-journey.ts';

test.describe.configure({ mode: 'default', timeout: 120_000 });
test.skip(!canMail(), 'needs root, Postfix and Exim');

// A cell is its words; before them how it is marked: + good, ! a problem, !! a grave one, ? not known.
const NEVER = '–';
const OFFERED = '+ offered';
const NONE = '!! not offered';
const TLS13 = '+ TLS 1.3';
// Good certificates of the lab end after twenty days.
const VALID = '+ valid, 19 days left';
const NO_POLICY = 'no policy';
const NO_RECORD = 'no record';
const LATE = '? not seen: no answer in time';
const AWAY = '? not seen: turned away';

/** mx.DOMAIN on port 25: STARTTLS, version, certificate, MTA-STS, DANE. */
const MAIL_SERVERS: Readonly<Record<Domain, readonly [string, string, string, string, string]>> = {
  // Postfix as it should be, and the key's own record beside its issuer's.
  'sound.test': [OFFERED, TLS13, VALID, '+ listed', '+ 3 1 1 matches'],
  // TLS switched off, under an enforced policy.
  'cleartext.test': [NONE, NEVER, NEVER, '!! listed, not kept', NO_RECORD],
  // Only their sending ports have faults.
  'early.test': [OFFERED, TLS13, VALID, NO_POLICY, NO_RECORD],
  'plain.test': [OFFERED, TLS13, VALID, NO_POLICY, NO_RECORD],
  // Certificates with faults, under an enforced policy.
  'ran-out.test': [OFFERED, TLS13, '!! ran out 1 day ago', '!! listed, not kept', NO_RECORD],
  'other-name.test': [OFFERED, TLS13, '!! for another name', '!! listed, not kept', NO_RECORD],
  // One with a fault that nobody was told to mind.
  'self-signed.test': [OFFERED, TLS13, 'vouches for itself', NO_POLICY, NO_RECORD],
  // The issuer's own is not sent, and the policy is on trial.
  'incomplete.test': [OFFERED, TLS13, '! sent without its issuer’s', '! listed, not kept yet', NO_RECORD],
  // A record of a key the server has not.
  'foreign-key.test': [OFFERED, TLS13, VALID, NO_POLICY, '!! no record matches'],
  // Issued by itself for another name, which does not matter to whoever goes by the record of its key.
  'bound.test': [OFFERED, TLS13, 'for another name', NO_POLICY, '+ 3 1 1 matches'],
  // A record of its key, and TLS switched off.
  'bound-clear.test': [NONE, NEVER, NEVER, NO_POLICY, '!! record, and no TLS'],
  'only-13.test': [OFFERED, '! only TLS 1.3', VALID, NO_POLICY, NO_RECORD],
  // openssl, told to speak nothing newer.
  'ancient.test': [OFFERED, '!! only TLS 1.0', VALID, NO_POLICY, NO_RECORD],
  'weak.test': [OFFERED, '+ TLS 1.2', VALID, NO_POLICY, NO_RECORD],
  // Exim with GnuTLS, whose usual settings still take the old versions.
  'second.test': [OFFERED, '! TLS 1.3, and still TLS 1.1', VALID, NO_POLICY, '+ 3 1 1 matches'],
  // Nothing wrong with the server: the policy is behind a redirect, or its host's certificate ran out.
  'moved.test': [OFFERED, TLS13, VALID, '!! no usable policy', NO_RECORD],
  'stale.test': [OFFERED, TLS13, VALID, '!! no usable policy', NO_RECORD],
  // The policy names another host.
  'unlisted.test': [OFFERED, TLS13, VALID, '!! not listed', NO_RECORD],
  // Takes connections and says nothing; says 554; is not there.
  'silent.test': [LATE, NEVER, NEVER, NO_POLICY, NO_RECORD],
  'turned-away.test': [AWAY, NEVER, NEVER, NO_POLICY, NO_RECORD],
  'closed.test': ['!! port 25 is closed', NEVER, NEVER, NO_POLICY, NO_RECORD],
};

/** Signed zones of the lab. */
const SIGNED: ReadonlySet<Domain> = new Set([
  'sound.test',
  'foreign-key.test',
  'bound.test',
  'bound-clear.test',
  'second.test',
]);

/** A port: open or not, how TLS begins, its certificate, whether it asks for passwords before TLS. */
type Port = readonly [string, string, string, string];

const CLOSED: Port = ['closed', NEVER, NEVER, NEVER];
const NO_HOST: Port = ['no address', NEVER, NEVER, NEVER];
const AT_ONCE: Port = ['open', '+ at once, TLS 1.3', VALID, '+ no: TLS comes first'];
const STARTTLS: Port = ['open', '+ by STARTTLS, TLS 1.3', VALID, '+ no'];
// Nobody asks for a password on 25, and that nobody does is no merit.
const INCOMING: Port = ['open', '+ by STARTTLS, TLS 1.3', VALID, 'no'];
const CLEAR: Port = ['open', '!! not at all', NEVER, 'no'];
const withCertificate = ([open, tls, , passwords]: Port, certificate: string): Port => [
  open,
  tls,
  certificate,
  passwords,
];

/** 25 of mx.DOMAIN, and of mail.DOMAIN those that its SRV records announce, or else the usual names are tried. */
const PORTS: Readonly<
  Record<Domain, { readonly 25: Port } & Readonly<Partial<Record<465 | 587 | 2525, Port>>>>
> = {
  'sound.test': { 25: INCOMING, 465: AT_ONCE, 587: STARTTLS, 2525: STARTTLS },
  'cleartext.test': { 25: CLEAR },
  // Postfix told to offer AUTH in clear text.
  'early.test': {
    25: INCOMING,
    465: AT_ONCE,
    587: ['open', '+ by STARTTLS, TLS 1.3', VALID, '!! yes: PLAIN, LOGIN'],
  },
  // No TLS where it should be there at once.
  'plain.test': { 25: INCOMING, 465: ['open', '!! clear text, where TLS belongs', NEVER, '? not asked'] },
  'ran-out.test': {
    25: withCertificate(INCOMING, '!! ran out 1 day ago'),
    465: withCertificate(AT_ONCE, '!! ran out 1 day ago'),
  },
  'other-name.test': {
    25: withCertificate(INCOMING, '!! for another name'),
    465: withCertificate(AT_ONCE, '!! for another name'),
  },
  // Mail servers do not mind, mail programs do.
  'self-signed.test': {
    25: withCertificate(INCOMING, 'vouches for itself'),
    465: withCertificate(AT_ONCE, '!! vouches for itself'),
  },
  'incomplete.test': {
    25: withCertificate(INCOMING, '! sent without its issuer’s'),
    465: withCertificate(AT_ONCE, '!! sent without its issuer’s'),
  },
  'foreign-key.test': { 25: INCOMING },
  'bound.test': { 25: withCertificate(INCOMING, 'for another name') },
  'bound-clear.test': { 25: CLEAR },
  'only-13.test': { 25: ['open', '! by STARTTLS, only TLS 1.3', VALID, 'no'] },
  'ancient.test': { 25: ['open', '!! by STARTTLS, only TLS 1.0', VALID, 'no'] },
  'weak.test': { 25: ['open', '+ by STARTTLS, TLS 1.2', VALID, 'no'] },
  'second.test': {
    25: ['open', '! by STARTTLS, TLS 1.3, and still TLS 1.1', VALID, 'no'],
    465: ['open', '! at once, TLS 1.3, and still TLS 1.1', VALID, '+ no: TLS comes first'],
    587: ['open', '! by STARTTLS, TLS 1.3, and still TLS 1.1', VALID, '+ no'],
  },
  'moved.test': { 25: INCOMING },
  'stale.test': { 25: INCOMING },
  'unlisted.test': { 25: INCOMING },
  'silent.test': { 25: ['open', LATE, NEVER, LATE] },
  'turned-away.test': { 25: ['open', AWAY, NEVER, AWAY] },
  'closed.test': { 25: ['!! closed', NEVER, NEVER, NEVER] },
};

for (const [domain, cells] of Object.entries(MAIL_SERVERS) as [Domain, readonly string[]][])
  test(`both tables of ${domain} say what its servers are`, async ({ page, site }) => {
    await page.goto(`${site.url}?d=${domain}`);
    await complete(page);
    const mx = await picture(page, 'mx');
    const row = mx.locator('tr[data-address]');
    await expect(row).toHaveCount(1);
    await expect(row).toHaveAttribute('data-host', `mx.${domain}`);
    const signed = SIGNED.has(domain) ? '+ signed' : 'not signed';
    // Nobody outside knows names of loopback addresses.
    expect(await cellsOf(row)).toEqual([...cells, signed, 'not asked']);

    const ports = await picture(page, 'submission');
    const shown: [string, ...string[]][] = [];
    for (const each of await ports.locator('tr[data-port]').all()) {
      const [port, host] = [await each.getAttribute('data-port'), await each.getAttribute('data-host')];
      shown.push([`${host}:${port}`, ...(await cellsOf(each))]);
    }
    const { 25: incoming, ...sending } = PORTS[domain];
    const announced = 465 in sending || 587 in sending;
    expect(shown).toEqual([
      [`mx.${domain}:25`, ...incoming],
      ...([465, 587, 2525] as const).flatMap((port) => [
        ...(announced ? [] : [[`smtp.${domain}:${port}`, ...NO_HOST]]),
        [`mail.${domain}:${port}`, ...(sending[port] ?? CLOSED)],
      ]),
    ]);
  });

/** The picture of an area, opened. */
async function picture(page: Page, area: 'mx' | 'submission'): Promise<Locator> {
  await page.locator(`[data-picture="${area}"] > summary`).click();
  const view = page.locator(`[data-view="${area === 'mx' ? 'mx' : 'ports'}"]`);
  await expect(view.locator('tbody tr').first()).toBeVisible();
  await expect(view.getByText('waiting')).toHaveCount(0);
  return view;
}

/** What stands in a row, marked as it is. */
function cellsOf(row: Locator): Promise<string[]> {
  return row.locator('[data-column] > span').evaluateAll((cells) =>
    cells.map((cell) => {
      const mark = { good: '+ ', warn: '! ', bad: '!! ', unk: '? ' }[cell.classList[0] ?? ''] ?? '';
      return mark + (cell.textContent ?? '').replace('▲ Problem: ', '');
    }),
  );
}
