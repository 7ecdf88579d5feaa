/*
 * What every rule owes: a place, a title that states the requirement, words without jargon traps, citations
 * that exist, an argument for how grave its problems are, and an example for every case.
 */

import { describe, expect, test } from 'vitest';
import type { AnyRule, Example } from '../engine/rule.ts';
import { standards } from '../standards.ts';

const modules = import.meta.glob<{
  default: AnyRule;
  examples?: readonly Example[];
  weighs?: Readonly<Record<string, string>>;
}>(['./*/*.ts', '!./**/*.test.ts'], { eager: true });

const AREAS =
  'dns posture spf dkim dmarc bimi mx ptr blocklist smtp submission tls certificate mta-sts tls-rpt dane dnssec caa discovery takeover receivers'.split(
    ' ',
  );

for (const [path, { default: rule, examples, weighs = {} }] of Object.entries(modules)) {
  describe(path.slice(2, -3), () => {
    test('has a place among the areas', () => {
      expect(path).toMatch(/^\.\/[a-z-]+\/[a-z0-9-]+\.ts$/);
      expect(AREAS).toContain(path.split('/')[1]);
    });

    test('says what is required and why', () => {
      expect(rule.title).toMatch(/^[A-Z0-9].*[^.!]$/);
      expect(rule.why).toMatch(/^[A-Z0-9`].*[.]$/);
      expect(`${rule.title}${rule.why}`).not.toContain('!');
      expect(rule.cites.length).toBeGreaterThan(0);
    });

    test('argues each severity above info in a sentence of `weighs`', () => {
      const severities = Object.values(rule.cases).flatMap((one) =>
        'severity' in one ? [one.severity] : [],
      );
      expect(Object.keys(weighs).sort()).toEqual(
        [...new Set(severities)].filter((severity) => severity !== 'info').sort(),
      );
      for (const sentence of Object.values(weighs)) expect(sentence).toMatch(/^[A-Z][^!]{20,}[.]$/);
    });

    test('cites sections that exist', () => {
      for (const cite of rule.cites) {
        if (!('rfc' in cite)) continue;
        const standard = standards[cite.rfc];
        expect(standard, `RFC ${cite.rfc}`).toBeDefined();
        if (cite.section !== undefined)
          expect(standard?.sections, `RFC ${cite.rfc}`).toHaveProperty([cite.section]);
      }
    });

    test('has an example for every case', () => {
      const expected = new Set(examples?.map((example) => example.expect));
      for (const name of Object.keys(rule.cases)) expect(expected).toContain(name);
      const names = examples?.map((example) => example.name) ?? [];
      expect(new Set(names).size).toBe(names.length);
    });
  });
}
