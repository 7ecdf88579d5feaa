/*
 * The pages that are read and not used: the guide; one page for each rule, made from the rule itself, its examples
 * judged while building; the list of them; and the page for an address that leads nowhere. Written as plain files
 * that need no script.
 */

import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { type AnyRule, type Example, SEVERITIES } from '../../engine/rule.ts';
import type { Finding } from '../../engine/verdict.ts';
import { areaOf, areaTitle, byArea } from '../../report/order.ts';
import { rules } from '../../rules/index.ts';
import { chapters } from './chapters.ts';
import GuideIndex from './GuideIndex.svelte';
import GuidePage from './GuidePage.svelte';
import { judged } from './judge.ts';
import NotFound from './NotFound.svelte';
import RuleIndex from './RuleIndex.svelte';
import RulePage from './RulePage.svelte';

/** A file of the site. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** An example with what the rule says of it. */
export interface Judged {
  readonly example: Example;
  readonly finding: Finding;
}

/** What the pages need beside themselves, and where they will stand. */
export interface Site {
  /** The style sheet and the script, from the site's root. */
  readonly style: string;
  readonly script: string;
  /** The address of the start page with its final slash, where it is known: search engines want whole addresses. */
  readonly address?: string | undefined;
}

const examples = import.meta.glob<readonly Example[]>(['../../rules/*/*.ts', '!../../rules/**/*.test.ts'], {
  eager: true,
  import: 'examples',
});

const weights = import.meta.glob<Readonly<Record<string, string>>>(
  ['../../rules/*/*.ts', '!../../rules/**/*.test.ts'],
  { eager: true, import: 'weighs' },
);

/** All pages, and the two files that lead search engines to them. */
export async function learnPages(site: Site): Promise<Page[]> {
  const ids = Object.keys(rules).sort((a, b) => byArea(areaOf(a), areaOf(b)) || (a < b ? -1 : 1));
  const about = 'Mail security in plain words: SPF, DKIM, DMARC, ports, TLS, MTA-STS, TLS-RPT and DANE.';
  const pages: Page[] = [
    page(site, 'guide/index.html', 'A guide to mail security', about, GuideIndex, {}),
    ...chapters.map((chapter) =>
      page(site, `guide/${chapter.id}/index.html`, chapter.title, chapter.teaches, GuidePage, { chapter }),
    ),
    page(
      site,
      'rules/index.html',
      'What is checked',
      `The ${ids.length} requirements on a domain’s mail that Mailproof checks, each with its reason, its source and examples.`,
      RuleIndex,
      {
        areas: [...new Set(ids.map(areaOf))].map((area) => ({
          id: area,
          title: areaTitle(area),
          rules: ids.filter((id) => areaOf(id) === area).map((id) => ({ id, title: rules[id]?.title ?? '' })),
        })),
      },
    ),
  ];
  for (const id of ids) {
    const rule = rules[id];
    if (!rule) continue;
    const props = {
      id,
      rule,
      weighs: SEVERITIES.flatMap((severity) => {
        const because = weights[`../../rules/${id}.ts`]?.[severity];
        return because === undefined ? [] : [{ severity, because }];
      }),
      judged: await Promise.all((examples[`../../rules/${id}.ts`] ?? []).map(judge)),
    };
    pages.push(page(site, `rules/${id}/index.html`, rule.title, rule.why, RulePage, props));

    async function judge(example: Example): Promise<Judged> {
      return { example, finding: (await judged(id, rule as AnyRule, example)).finding };
    }
  }
  return [
    ...pages,
    page(site, '404.html', 'No such page', 'Nothing is at this address.', NotFound, {}),
    ...forSearchEngines(pages, site.address),
  ];
}

/** The list of pages, and who may read them. Where the address is not known a server completes it. */
function forSearchEngines(pages: readonly Page[], address = ''): Page[] {
  const places = ['', ...pages.map(({ path }) => path.replace(/index\.html$/, ''))];
  const list = places
    .map((place) => `<url><loc>${address}${place || (address ? '' : './')}</loc></url>`)
    .join('\n');
  return [
    {
      path: 'sitemap.xml',
      text: `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${list}
</urlset>
`,
    },
    { path: 'robots.txt', text: `User-agent: *\nAllow: /\nSitemap: ${address}sitemap.xml\n` },
  ];
}

function page<P extends Record<string, unknown>>(
  { style, script }: Site,
  path: string,
  title: string,
  description: string,
  component: Component<P & { root: string }>,
  props: P,
): Page {
  // The page for lost addresses is shown at any depth, and of these places one is right: at the root of a host
  // all are the same, since nothing is above it.
  const lost = path === '404.html';
  const root = '../'.repeat(path.split('/').length - 1);
  const roots = lost ? ['./', '../', '../../', '../../../'] : [root];
  const { body } = render(component as Component<Record<string, unknown>>, { props: { ...props, root } });
  return {
    path,
    text: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)} – Mailproof</title>
<meta name="description" content="${escaped(description)}">
<meta property="og:title" content="${escaped(title)}">
<meta property="og:description" content="${escaped(description)}">
${lost ? '<meta name="robots" content="noindex">' : '<link rel="canonical" href="./">'}
${roots
  .map(
    (root) => `<link rel="icon" href="${root}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}${style}">
<script type="module" src="${root}${script}"></script>`,
  )
  .join('\n')}
</head>
<body>
${body}
</body>
</html>
`,
  };
}

/** Reading, trying an example in the page, and going on to a check; nobody is asked anything. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

/** A text for markup, without the backticks that mark names and values in it. */
function escaped(text: string): string {
  return text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
