/*
 * What every journey has: the page served by the built command line with the lab's DNS behind it, and a watch
 * over the browser. A dialog, an error on the console, an exception or a request to anywhere else fails it.
 */

import { test as base, expect, type Frame, type Locator, type Page } from '@playwright/test';
import { type Lab, startLab } from './lab/bind.ts';
import { type Server, startServer } from './lab/server.ts';

export { expect } from '@playwright/test';

/** A row of the checklist, as the page shows it. */
export interface Row {
  readonly rule: string;
  readonly outcome: string;
  readonly severity?: string;
  readonly case?: string;
}

interface Given {
  /** What the browser did that it should not have. A journey that expects some of it takes it out. */
  readonly alarms: string[];
}

interface Shared {
  readonly lab: Lab;
  /** The page with the lab behind it. */
  readonly site: Server;
}

export const test = base.extend<Given, Shared>({
  lab: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const lab = await startLab();
      await use(lab);
      await lab.stop();
    },
    { scope: 'worker' },
  ],
  site: [
    async ({ lab }, use) => {
      const site = await startServer(['--dns', lab.dns, '--relay', 'off']);
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  alarms: [
    async ({ page }, use) => {
      const alarms: string[] = [];
      page.on('dialog', (dialog) => {
        alarms.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('pageerror', (error) => alarms.push(`exception: ${error.message}`));
      page.on('console', (message) => {
        if (message.text() === 'Service Worker registration blocked by Playwright') return;
        if (message.type() === 'error' || message.type() === 'warning')
          alarms.push(`console: ${message.text()} (${message.location().url})`);
      });
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (protocol !== 'data:' && hostname !== '127.0.0.1') alarms.push(`request: ${request.url()}`);
      });
      await use(alarms);
      expect(alarms, 'nothing the page should not do').toEqual([]);
    },
    { auto: true },
  ],
});

/** The field of the start page and of the report. */
export function field(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Domain or e-mail address' });
}

/** Types a domain and waits until the report is complete. */
export async function check(page: Page, domain: string): Promise<void> {
  await field(page).fill(domain);
  await field(page).press('Enter');
  await complete(page);
}

/** Waits until the report says that it is complete, no second opinion is still awaited, and every row is made. */
export async function complete(page: Page): Promise<void> {
  await arranged(page);
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
}

/**
 * Waits until everything is answered, in its final order, and every row is made. Whoever opens a row before that is
 * taken for a reader, whose rows stay where they are.
 */
export async function arranged(page: Page): Promise<void> {
  await expect(page.getByText('The report is complete.')).toBeAttached({ timeout: 60_000 });
  await expect(page.locator('[aria-busy="false"] > #everything')).toBeAttached({ timeout: 30_000 });
}

/** A headline answer by its id: impersonation, interception, submission, acceptance. */
export function answer(page: Page, id: string): Locator {
  return page.locator(`[data-answer="${id}"]`);
}

/** Has the rows made that are folded into a line, as opening it does; the line is closed again. */
export async function unfold(page: Page | Frame): Promise<void> {
  const folds = page.locator('details.fold');
  const open = (on: boolean) =>
    folds.evaluateAll((all, now) => {
      for (const fold of all) (fold as HTMLDetailsElement).open = now;
    }, on);
  await open(true);
  await expect(page.locator('details.fold:not(:has([data-rule]))')).toHaveCount(0);
  await open(false);
}

/** Every row in the checklist, shown or folded away, once all are made. */
export async function rows(page: Page): Promise<Row[]> {
  await arranged(page);
  await unfold(page);
  return page
    .locator('[data-rule]')
    .evaluateAll((elements) =>
      elements.map((element) => ({ ...(element as HTMLElement).dataset }) as unknown as Row),
    );
}

/** The ids of rules that show a problem at all, or of a severity. */
export async function problems(page: Page, severities?: readonly string[]): Promise<string[]> {
  const all = await rows(page);
  return all
    .filter(({ outcome }) => outcome === 'problem')
    .filter(({ severity }) => severities === undefined || severities.includes(severity ?? ''))
    .map(({ rule }) => rule)
    .sort();
}

/** Makes this browser remember that one of the domains it checked, the latest first, was better then. */
export async function rememberBetter(page: Page, place: number): Promise<void> {
  await page.evaluate((at) => {
    const looks = JSON.parse(localStorage.getItem('mailproof.recent') ?? '');
    const { recall } = looks[at];
    recall.answers.impersonation = 'No. It was as it should be.';
    delete recall.problems[Object.keys(recall.problems)[0] ?? ''];
    localStorage.setItem('mailproof.recent', JSON.stringify(looks));
  }, place);
}

/** The name a DNS question over HTTPS asks for, from its address (RFC 8484 §4.1.1). */
export function nameAsked(url: string): string | undefined {
  const message = new URL(url).searchParams.get('dns');
  if (message === null) return undefined;
  const octets = Buffer.from(message, 'base64url');
  const labels: string[] = [];
  for (let at = 12; octets[at]; at += (octets[at] ?? 0) + 1)
    labels.push(octets.subarray(at + 1, at + 1 + (octets[at] ?? 0)).toString('latin1'));
  return labels.join('.').toLowerCase();
}
