import type { Check } from '../check.svelte.ts';
import { session } from '../session.svelte.ts';
import { exported, FORMATS, type Format } from './frozen.ts';
import { liveAddress } from './live.ts';

/** Hands a finished report to the visitor as a file. It is made here: nothing is sent anywhere. */
export async function save(check: Check, format: Format, ending: string): Promise<void> {
  const { made } = session;
  if (!made) return;
  const text = await exported(format, made.scope, made.report, {
    domain: check.subject.shown,
    at: check.at,
    resolvers: [...new Set(made.report.facts.map((fact) => fact.by))],
    ms: check.ms,
    href: liveAddress(),
  });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: FORMATS[format].type }));
  link.download = `mailproof-${check.subject.ascii}-${new Date(check.at).toISOString().slice(0, 10)}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
