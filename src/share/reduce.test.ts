/* Certificates are left out of links wherever their summaries are judged alike, and only there. */

import { describe, expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import { EXAMPLE_NOW } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import type { SmtpAnswer } from '../facts/smtp.ts';
import { CERTIFICATES, DIGESTS, KEY_DIGESTS } from '../mail/certificate/example-certificates.ts';
import { readCertificate } from '../mail/certificate/read.ts';
import { mxVisit, visitLine } from '../mail/smtp/example-visits.ts';
import { zoneObserver } from '../observe/zone.ts';
import { rules } from '../rules/index.ts';
import { certificateOf } from '../topics/certificate-summary.ts';
import { reduced } from './reduce.ts';

const SIGNED = '$SIGNED example.com\n';
const tlsa = (...records: string[]) =>
  SIGNED + records.map((each) => `_25._tcp.mx.example.com TLSA ${each}\n`).join('');

/** Chains of all visits, as links carry them. */
async function chainsOf(zone: string) {
  const scope = scopeOf(mustName('example.com'), EXAMPLE_NOW);
  const observer = zoneObserver(parseZone(zone), scope.now);
  const { facts } = await diagnose({ scope, rules, headlines: {}, observer });
  return (await reduced(facts)).flatMap(({ question, result }) =>
    question.kind === 'smtp' && result.seen
      ? (result.answer as SmtpAnswer).addresses.flatMap(({ handshakes }) =>
          handshakes.flatMap(({ chain }) => (chain ? [chain] : [])),
        )
      : [],
  );
}

test.each(Object.keys(CERTIFICATES) as (keyof typeof CERTIFICATES)[])(
  'what is judged of a certificate is in its summary: %s',
  async (name) => {
    const [chain] = await chainsOf(mxVisit({ chain: [name] }));
    const [summary] = chain ?? [];
    const certificate = readCertificate(CERTIFICATES[name]);
    if (typeof summary !== 'object' || certificate === undefined) throw new Error('no summary');
    const { octets: _, identity: __, subjectKey: ___, issuerKey: ____, signature, ...judged } = certificate;
    expect(certificateOf(summary)).toMatchObject(judged);
    expect(certificateOf(summary).signature).toMatchObject({ name: signature.name });
    expect(summary).not.toHaveProperty('digest');
  },
);

describe('beside TLSA records', () => {
  test('of the key, the digest of the server’s own key stays', async () => {
    const [chain] = await chainsOf(tlsa(`3 1 1 ${KEY_DIGESTS.good}`) + mxVisit());
    expect(chain).toMatchObject([{ keyDigest: KEY_DIGESTS.good }, {}]);
    expect(chain?.[0]).not.toHaveProperty('digest');
    expect(chain?.[1]).not.toHaveProperty('keyDigest');
  });

  test('of issuers, digests stay and who signed whom', async () => {
    const [chain] = await chainsOf(tlsa(`2 0 1 ${DIGESTS.issuer}`) + mxVisit());
    expect(chain).toMatchObject([
      { signed: true, digest: DIGESTS.good, keyDigest: KEY_DIGESTS.good },
      { digest: DIGESTS.issuer, keyDigest: KEY_DIGESTS.issuer },
    ]);
  });

  test.each([`3 1 2 ${'ab'.repeat(64)}`, `2 0 0 ${'ab'.repeat(90)}`])(
    '%s, certificates stay whole',
    async (record) => {
      const [chain] = await chainsOf(tlsa(record) + mxVisit());
      expect(chain).toEqual([CERTIFICATES.good, CERTIFICATES.issuer]);
    },
  );
});

test('two certificates with the same words stay two', async () => {
  const [first, second] = await chainsOf(
    `${mxVisit()}\n${visitLine({ address: '192.0.2.26', chain: ['other', 'issuer'] })}`,
  );
  expect(first?.[0]).not.toEqual(second?.[0]);
});

test('a chain that holds something else than certificates leaves all whole', async () => {
  const [chain] = await chainsOf(mxVisit().replace(CERTIFICATES.issuer, 'AAAA'));
  expect(chain).toEqual([CERTIFICATES.good, 'AAAA']);
});
