/*
 * Instants in the reader's own time. Written out here because the first use of Intl costs a frame.
 */

import { MONTHS } from '../../report/about.ts';

/** "23 November 2026, 14:02". */
export function dayAndTime(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}, ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "14:02:11". */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
