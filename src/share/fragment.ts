/** Whether a fragment means to be a report: a number, a word and something more, with dots between. */
export function isReportLink(fragment: string): boolean {
  return /^#?[0-9]+\.[a-z0-9-]*\./i.test(fragment);
}
