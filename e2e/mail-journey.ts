/*
 * Journeys in the mail lab: the page with the lab's records, and a relay that is let through to its servers.
 */

import { test as base } from './journey.ts';
import { type MailLab, startMailLab } from './lab/mail.ts';
import type { MAIL_DOMAINS } from './lab/mail-domains.ts';
import { type Server, startServer } from './lab/server.ts';

/** A domain of the lab. */
export type Domain = keyof typeof MAIL_DOMAINS;

export const test = base.extend<object, { mail: MailLab; site: Server }>({
  mail: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const lab = await startMailLab();
      await use(lab);
      await lab.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  site: [
    async ({ mail }, use) => {
      const site = await startServer(['--dns', mail.dns.dns, '--relay', mail.relay]);
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
});
