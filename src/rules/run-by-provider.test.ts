import { expect, test } from 'vitest';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { scopeOfExample } from '../engine/trial.ts';
import { mxVisit } from '../mail/smtp/example-visits.ts';
import { zoneObserver } from '../observe/zone.ts';
import { headlines } from '../questions/index.ts';
import { nextSteps } from '../report/next-steps.ts';
import { rules } from './index.ts';

/** The report on a domain whose only mail server, of this name, takes old versions of TLS. */
async function withServer(host: string, more = '') {
  const zone = `${mxVisit({ host, second: 'old TLSv1' }).replace('MX 10 mx.example.com', `MX 10 ${host}`)}\n${more}`;
  const scope = scopeOfExample({});
  const observer = zoneObserver(parseZone(zone), scope.now);
  const { findings } = await diagnose({ scope, rules, headlines, observer });
  const seen = findings.filter(({ asked }) => asked.some((key) => key.startsWith('smtp ')));
  return { findings, problems: seen.filter(({ outcome }) => outcome === 'problem') };
}

test('a fault of a provider’s servers is told as theirs and is no step of the owner', async () => {
  const { findings, problems } = await withServer('aspmx.l.google.com');
  expect(problems.length).toBeGreaterThan(0);
  for (const { runBy } of problems) expect(runBy).toBe('Google Workspace');
  const steps = nextSteps(findings, 100).map(({ finding }) => finding);
  expect(steps.filter(({ rule }) => problems.some((theirs) => theirs.rule === rule))).toEqual([]);
});

test('the same fault of a server of one’s own is a step', async () => {
  const { findings, problems } = await withServer('mx.example.com');
  expect(problems.length).toBeGreaterThan(0);
  const steps = nextSteps(findings, 100).map(({ finding }) => finding);
  for (const own of problems) expect(steps).toContain(own);
});

test('what the owner can change stays a step, whoever runs the servers', async () => {
  const policy = `_mta-sts.example.com TXT "v=STSv1; id=1;"
example.com POLICY 200 "text/plain" "version: STSv1" "mode: enforce" "mx: aspmx.l.google.com" "max_age: 604800"`;
  const { findings } = await withServer('aspmx.l.google.com', policy);
  const broken = findings.filter(({ outcome, rule }) => outcome === 'problem' && rules[rule]?.ownersToMend);
  expect(broken.length).toBeGreaterThan(0);
  for (const { runBy } of broken) expect(runBy).toBeUndefined();
});
