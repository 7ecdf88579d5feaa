/*
 * What script adds to the pages that are read: the theme chosen on the start page, links on the page for lost
 * addresses, which cannot know by itself where the site begins, and examples to change.
 */

import './learn.css';
import { kept } from '../storage.ts';

const theme = kept('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

// This file lies two folders below the start page.
const here = import.meta.url;
for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-place]'))
  link.href = new URL(`../../${link.dataset.place}`, here).href;

const id = document.querySelector<HTMLElement>('[data-judged]')?.dataset.judged ?? '';
for (const element of document.querySelectorAll<HTMLElement>('[data-example]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link no-print';
  button.textContent = 'Change these records and see';
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const { open } = await import('./workbench.ts');
      await open(element, id, Number(element.dataset.example));
    } catch {
      button.disabled = false;
      button.textContent = 'It could not be loaded. Try again';
    }
  });
  element.append(button);
}
