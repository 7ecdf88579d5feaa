/*
 * The pages that are read and not used: one for each rule, made from the rule itself, its examples judged while
 * building; the list of them; and the page for an address that leads nowhere. Written as plain files that need
 * no script.
 */

import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { parseZone } from '../../dns/zone.ts';
import { diagnose } from '../../engine/diagnose.ts';
import type { AnyRule, Example } from '../../engine/rule.ts';
import { scopeOfExample } from '../../engine/trial.ts';
import type { Finding } from '../../engine/verdict.ts';
import { zoneObserver } from '../../observe/zone.ts';
import { areaOf, areaTitle, byArea } from '../../report/order.ts';
import { rules } from '../../rules/index.ts';
import NotFound from './NotFound.svelte';
import RuleIndex from './RuleIndex.svelte';
import RulePage from './RulePage.svelte';

/** A file of the site. */
export interface Page {
  readonly path: string;
  readonly html: string;
}

/** An example with what the rule says of it. */
export interface Judged {
  readonly example: Example;
  readonly finding: Finding;
}

const examples = import.meta.glob<readonly Example[]>(['../../rules/*/*.ts', '!../../rules/**/*.test.ts'], {
  eager: true,
  import: 'examples',
});

/** All pages. `styles`: the site's style sheets, from its root. */
export async function learnPages(styles: readonly string[]): Promise<Page[]> {
  const ids = Object.keys(rules).sort((a, b) => byArea(areaOf(a), areaOf(b)) || (a < b ? -1 : 1));
  const pages: Page[] = [
    page('rules/index.html', 'What is checked', 'Every requirement Mailproof checks.', styles, RuleIndex, {
      areas: [...new Set(ids.map(areaOf))].map((area) => ({
        title: areaTitle(area),
        rules: ids.filter((id) => areaOf(id) === area).map((id) => ({ id, title: rules[id]?.title ?? '' })),
      })),
    }),
    page('404.html', 'No such page', 'Nothing is at this address.', styles, NotFound, {}),
  ];
  for (const id of ids) {
    const rule = rules[id];
    if (!rule) continue;
    const judged = await Promise.all(
      (examples[`../../rules/${id}.ts`] ?? []).map((example) => judge(id, rule, example)),
    );
    pages.push(page(`rules/${id}/index.html`, rule.title, rule.why, styles, RulePage, { id, rule, judged }));
  }
  return pages;
}

async function judge(id: string, rule: AnyRule, example: Example): Promise<Judged> {
  const scope = scopeOfExample(example);
  const observer = zoneObserver(parseZone(example.zone), scope.now);
  const report = await diagnose({ scope, rules: { [id]: rule }, headlines: {}, observer });
  const finding = report.findings[0];
  if (!finding) throw new Error(`${id} found nothing`);
  return { example, finding };
}

function page<P extends Record<string, unknown>>(
  path: string,
  title: string,
  description: string,
  styles: readonly string[],
  component: Component<P & { root: string }>,
  props: P,
): Page {
  // The page for lost addresses is shown at any depth, so only an absolute root would do; a page under a
  // sub-path has none it knows of, and its links then go to the root of the host.
  const root = path === '404.html' ? '/' : '../'.repeat(path.split('/').length - 1);
  const { body } = render(component as Component<Record<string, unknown>>, { props: { ...props, root } });
  return {
    path,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="description" content="${attribute(description)}">
<title>${attribute(title)} – Mailproof</title>
<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
${styles.map((href) => `<link rel="stylesheet" href="${root}${href}">`).join('\n')}
</head>
<body>
${body}
</body>
</html>
`,
  };
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
