/*
 * A badge: what a report said on a day, as an SVG that holds nothing but shapes and text. It always shows its date,
 * because it does not change when the domain does, and whoever follows it gets a live check.
 */

import type { Answered } from '../engine/verdict.ts';
import { MONTHS } from './about.ts';

/** What a badge shows. */
export interface Badge {
  readonly domain: string;
  readonly at: number;
  readonly answers: readonly Answered[];
  /** The address of the live check, absolute. */
  readonly href: string;
}

/** What is drawn: two texts side by side on their grounds, each with its width in pixels. */
export interface BadgeShape {
  readonly title: string;
  readonly left: { readonly text: string; readonly width: number };
  readonly right: { readonly text: string; readonly width: number; readonly colour: string };
}

/** A badge's texts and measures. */
export function badgeShape({ domain, at, answers }: Omit<Badge, 'href'>): BadgeShape {
  const { words, colour } = verdictOf(answers);
  const left = plain(`Mailproof · ${short(domain)}`);
  const right = `${words} · ${dayWords(at)}`;
  return {
    title: plain(`${domain}, ${words}, as checked by Mailproof on ${dayWords(at)}`),
    left: { text: left, width: widthOf(left) },
    right: { text: right, width: widthOf(right), colour },
  };
}

/** The badge as an SVG file. */
export function badgeSvg(badge: Badge): string {
  const { href } = badge;
  const { title, left, right } = badgeShape(badge);
  const [a, b] = [left.width, right.width];
  const text = (x: number, words: string, width: number) =>
    `<text x="${x}" y="15" textLength="${width - 16}" lengthAdjust="spacingAndGlyphs">${escaped(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="22" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<a href="${escaped(/^https?:/.test(href) ? href : '#')}" target="_top">`,
    `<rect width="${a + b}" height="22" rx="4" fill="#33373d"/>`,
    `<path d="M${a} 0h${b - 4}a4 4 0 0 1 4 4v14a4 4 0 0 1 -4 4h-${b - 4}z" fill="${right.colour}"/>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    text(8, left.text, a),
    text(a + 8, right.text, b),
    '</g></a></svg>\n',
  ].join('');
}

/** Lines to paste that show a badge kept at an address, as HTML and as Markdown. */
export function badgeCode(
  image: string,
  { domain, href }: Pick<Badge, 'domain' | 'href'>,
): { html: string; markdown: string } {
  const alt = `Mailproof: ${domain}`;
  return {
    html: `<a href="${escaped(href)}"><img src="${escaped(image)}" alt="${escaped(alt)}" height="22"></a>`,
    markdown: `[![${alt.replace(/[[\]\\]/g, '\\$&')}](${brackets(image)})](${brackets(href)})`,
  };
}

/** What can be said in few words and stays true: how many of the four answers are good. */
function verdictOf(answers: readonly Answered[]): { words: string; colour: string } {
  const count = (outcome: Answered['outcome']) =>
    answers.filter((answer) => answer.outcome === outcome).length;
  const [good, bad] = [count('pass'), count('problem')];
  const forged = answers.find(({ id }) => id === 'impersonation')?.outcome;
  if (good + bad === 0) return { words: 'not checked', colour: '#5b626c' };
  if (bad === 0)
    return { words: forged === 'pass' ? 'cannot be forged' : 'no problem seen', colour: '#1d6b4a' };
  return {
    words: `${bad} of ${good + bad} need attention`,
    colour: forged === 'problem' ? '#a3302a' : '#8a5a00',
  };
}

function dayWords(at: number): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]?.slice(0, 3)} ${date.getUTCFullYear()}`;
}

/** The beginning and the end of a long name; the whole of it stands in the title. */
function short(domain: string): string {
  return domain.length <= 32 ? domain : `${domain.slice(0, 14)}…${domain.slice(-16)}`;
}

/** Close to what Verdana takes at 11 px; `textLength` does the rest. */
function widthOf(text: string): number {
  return Math.round([...text].reduce((sum, char) => sum + (/[il.,·:1|]/.test(char) ? 4.2 : 6.9), 0)) + 16;
}

function brackets(href: string): string {
  return href.replace(/[()\s<>]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Without what an SVG must not hold, or nobody would see. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu, '');
}
