import type { Page } from '@playwright/test';
import { answer, complete, expect, field, test, unfold } from './journey.ts';

test('a screen reader hears the answers as they come, each once', async ({ page, site }) => {
  let held: (() => void)[] = [];
  await page.route('**/dns-query*', (route) => {
    // Every answer waits until it is let go, so that what is said stands between them.
    held.push(() => void route.continue());
  });
  await page.goto(site.url);
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    // What a live region says: texts added to it after it was there.
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        if (!element?.closest('[role="log"]')) continue;
        for (const node of addedNodes) if (node.textContent?.trim()) heard.push(node.textContent.trim());
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  await field(page).fill('started.test');
  await field(page).press('Enter');
  const log = page.getByRole('log');
  await expect(log).toBeAttached();
  await expect(log).toHaveAttribute('aria-live', 'polite');
  expect(await log.textContent()).toMatch(/^\s*$/);
  await expect
    .poll(
      async () => {
        for (const go of held.splice(0)) go();
        held = [];
        return log.textContent();
      },
      { timeout: 25_000 },
    )
    .toContain('The report is complete.');
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard.length).toBe(5);
  expect(heard.at(-1)).toBe('The report is complete.');
  for (const asks of ['Can someone send mail', 'Is mail on its way', 'sending ports', 'large receivers'])
    expect(heard.filter((text) => text.includes(asks)).length, asks).toBe(1);
});

/** Reaches an element by the keyboard alone; the focus must be visible on every stop. */
async function tabTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const stop = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement | null;
      if (focused === null || focused === document.body) return { name: '', ring: true };
      const ringed = (element: Element | null) =>
        element !== null && getComputedStyle(element).outlineStyle !== 'none';
      return {
        name: (focused.getAttribute('aria-label') ?? focused.textContent ?? '').replace(/\s+/g, ' ').trim(),
        ring: ringed(focused) || ringed(focused.parentElement),
      };
    });
    expect(stop.ring, `the focus is visible on “${stop.name}”`).toBe(true);
    if (typeof name === 'string' ? stop.name === name : name.test(stop.name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`“${name}” is not reached by ${key}`);
}

test('from the first visit to a rule, by keyboard alone', async ({ page, site }) => {
  test.slow();
  await page.goto(site.url);
  await tabTo(page, 'firm.example');
  await page.keyboard.press('Enter');
  await complete(page);
  await tabTo(page, /^Copy/);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Copied|Press Ctrl\+C/).first()).toBeAttached();
  await tabTo(page, /^Problem:/);
  await page.keyboard.press('Enter');
  await tabTo(page, 'This rule and its examples');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/rules\/[a-z-]+\/[a-z-]+\/$/);
  await tabTo(page, 'Change these records and see');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: /^Records of the example/ })).toBeFocused();
  await page.goBack();
  await complete(page);
  await tabTo(page, /^What happened/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Hosts your browser contacted' })).toBeVisible();
  await tabTo(page, 'Mailproof');
  await page.keyboard.press('Enter');
  await expect(field(page)).toBeVisible();
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('nothing moves by itself', async ({ page, site }) => {
    await page.goto(`${site.url}?d=started.test`);
    await complete(page);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
          return /[1-9]/.test(transitionDuration) || animationName !== 'none' || scrollBehavior === 'smooth';
        })
        .map(({ tagName }) => tagName),
    );
    expect(moving).toEqual([]);
  });
});

test.describe('at 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('a report with everything open loses nothing', async ({ page, site }) => {
    test.slow();
    await page.goto(`${site.url}?d=started.test`);
    await complete(page);
    await unfold(page);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await expect(page.getByRole('heading', { name: 'Hosts your browser contacted' })).toBeVisible();
    await expect(answer(page, 'impersonation')).toBeVisible();
    const [wide, cut] = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      [...document.querySelectorAll('main *')]
        .filter((element) => {
          const { overflowX, textOverflow } = getComputedStyle(element);
          const hides = overflowX === 'hidden' || overflowX === 'clip' || textOverflow === 'ellipsis';
          return hides && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1;
        })
        .map((element) => element.outerHTML.slice(0, 80)),
    ]);
    expect(wide, 'nothing sticks out of the screen').toBeLessThanOrEqual(0);
    expect(cut, 'nothing is cut off').toEqual([]);
  });
});

test.describe('at 200 % zoom', () => {
  test.use({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });

  test('the start page and a report fit', async ({ page, site }) => {
    for (const path of ['', '?d=started.test']) {
      await page.goto(site.url + path);
      if (path !== '') await complete(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, path).toBeLessThanOrEqual(0);
    }
  });
});
