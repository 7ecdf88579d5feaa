/*
 * A policy file mended from what is served today, for fixes; read only where a policy has errors.
 */

import type { Name } from '../../dns/name.ts';
import { parseStsPolicy } from './policy.ts';
import { type PolicyLines, policyFile, USUAL_AGE } from './policy-file.ts';

/**
 * A served policy with its slips mended and some of it changed, for a fix to carry; nothing where what was meant
 * cannot be told.
 */
export function mendedPolicy(domain: Name, body: string, change: Partial<PolicyLines> = {}) {
  const values = new Map<string, string[]>();
  for (const line of body.slice(0, 16_384).split(/[\r\n]+/)) {
    const [, name = '', value = ''] = /^[\s"]*([A-Za-z_-]{1,20})\s*[:=]\s*(.*?)[\s"]*$/.exec(line) ?? [];
    const key = name.toLowerCase().replace('-', '_');
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const word = values.get('mode')?.[0]?.toLowerCase() ?? '';
  const mode =
    change.mode ??
    (['enforce', 'testing', 'none'] as const).find((known) => word.startsWith(known.slice(0, 4)));
  const mx = (values.get('mx') ?? [])
    .flatMap((value) => value.toLowerCase().split(/[\s,;]+/))
    .map((host) => host.replace(/\.$/, '').replace(/^\*(?=[a-z0-9])/, '*.'))
    .filter((host) => host !== '');
  const age = /^[0-9]{1,8}$/.exec(values.get('max_age')?.[0] ?? '')?.[0];
  if (mode === undefined) return {};
  const file = policyFile(domain, {
    mode,
    mx: [...mx, ...(change.mx ?? [])],
    maxAge: change.maxAge ?? Number(age ?? USUAL_AGE),
  });
  return parseStsPolicy(file.text).valid ? { file } : {};
}
