import { existsSync, readFileSync } from 'node:fs';
import { expect, describe as suite, test } from 'vitest';
import type { Certificate } from '../certificate/certificate.ts';
import { CERTIFICATES, DIGESTS, KEY_DIGESTS } from '../certificate/example-certificates.ts';
import { readCertificate, readDer } from '../certificate/read.ts';
import { authenticates, matchChain } from './match.ts';
import { hasSoundData, type Tlsa, tlsaFault } from './record.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const chainOf = (...names: (keyof typeof CERTIFICATES)[]) =>
  names.map((name) => readCertificate(CERTIFICATES[name]) as Certificate);
const context = { names: ['mx.example.com'], now: NOW, read: readDer };
const tlsa = (usage: number, selector: number, matching: number, data: string): Tlsa => ({
  usage,
  selector,
  matching,
  data,
});
const hexOf = (name: keyof typeof CERTIFICATES) => Buffer.from(CERTIFICATES[name], 'base64').toString('hex');

suite('matching', () => {
  const good = chainOf('good', 'issuer');
  test.each([
    ['own key', [tlsa(3, 1, 1, KEY_DIGESTS.good)], good, 'matches'],
    ['own certificate', [tlsa(3, 0, 1, DIGESTS.good)], good, 'matches'],
    ['another key', [tlsa(3, 1, 1, KEY_DIGESTS.other)], good, 'differs'],
    ['own key, whatever the name', [tlsa(3, 1, 1, KEY_DIGESTS.good)], chainOf('foreign'), 'matches'],
    ['own key, whatever the dates', [tlsa(3, 1, 1, KEY_DIGESTS.good)], chainOf('expired'), 'matches'],
    ['issuer', [tlsa(2, 1, 1, KEY_DIGESTS.issuer)], good, 'matches'],
    ['issuer of another name', [tlsa(2, 0, 1, DIGESTS.issuer)], chainOf('foreign', 'issuer'), 'wrong-name'],
    ['issuer of what ran out', [tlsa(2, 1, 1, KEY_DIGESTS.issuer)], chainOf('expired', 'issuer'), 'dates'],
    ['issuer by common name', [tlsa(2, 1, 1, KEY_DIGESTS.issuer)], chainOf('named', 'issuer'), 'matches'],
    ['issuer not sent', [tlsa(2, 1, 1, KEY_DIGESTS.issuer)], chainOf('good'), 'differs'],
    ['root not sent', [tlsa(2, 1, 1, KEY_DIGESTS.root)], good, 'differs'],
    ['root sent', [tlsa(2, 1, 1, KEY_DIGESTS.root)], chainOf('good', 'issuer', 'root'), 'matches'],
    ['root in the record', [tlsa(2, 0, 0, hexOf('root'))], good, 'matches'],
    [
      'somebody with the issuer’s name',
      [tlsa(2, 1, 1, KEY_DIGESTS.other)],
      chainOf('good', 'impostor'),
      'differs',
    ],
    ['usage 1', [tlsa(1, 1, 1, KEY_DIGESTS.good)], good, 'unusable'],
    ['a short digest', [tlsa(3, 1, 1, '00ff')], good, 'unusable'],
  ])('%s', async (_, records, chain, expected) => {
    expect(await matchChain(records, chain, context)).toEqual([expected]);
  });
  test('only the strongest digest counts', async () => {
    const records = [tlsa(3, 1, 1, KEY_DIGESTS.good), tlsa(3, 1, 2, '0'.repeat(128))];
    const results = await matchChain(records, good, context);
    expect(results).toEqual(['passed-over', 'differs']);
    expect(authenticates(results)).toBe(false);
  });
  test('data', () => {
    expect(hasSoundData(tlsa(3, 0, 0, hexOf('good')))).toBe(true);
    expect(hasSoundData(tlsa(3, 0, 0, `${hexOf('good')}00`))).toBe(false);
    expect(tlsaFault(tlsa(3, 2, 1, KEY_DIGESTS.good))).toBe('parameter');
    expect(tlsaFault(tlsa(3, 1, 1, ''))).toBe('data');
  });
});

const FOLDER = new URL('../../../../shared/corpora/dane-openssl/', import.meta.url);
const there = existsSync(FOLDER);
if (!there && process.env.CORPORA === 'required') throw new Error('the corpus dane-openssl is missing');
if (!there) console.log('left out: TLSA sets of dane-openssl (no corpora here)');

interface Block {
  readonly n: number;
  readonly tlsa: readonly { usage: number; selector: number; mtype: number; data: string }[];
  readonly noname: number;
  readonly verify_result: number;
  readonly chain_pem: readonly string[];
}

test.runIf(there)('OpenSSL’s TLSA sets', async () => {
  const outside: Record<string, number> = {};
  let agreed = 0;
  for (const file of ['danetest.json', 'dane-cross.json']) {
    const blocks = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Block[];
    for (const block of blocks) {
      const records = block.tlsa.map(({ usage, selector, mtype, data }) =>
        tlsa(usage, selector, mtype, data.toLowerCase()),
      );
      const chain = block.chain_pem.map((pem) => readCertificate(pem.replace(/-----[A-Z ]+-----|\s/g, '')));
      expect(chain, `${file} ${block.n}`).not.toContain(undefined);
      const results = await matchChain(records, chain as Certificate[], {
        names: [file === 'dane-cross.json' ? 'server.example' : 'example.com'],
        now: Date.UTC(2022, 0, 1),
        read: readDer,
      });
      const agree = authenticates(results) === (block.verify_result === 0);
      const reason = block.tlsa.every(({ usage }) => usage < 2)
        ? 'RFC 7672 §3.1.3: usages 0 and 1 are not for mail'
        : `${file} ${block.n}` === 'danetest.json 54'
          ? 'RFC 7672 §3.2.1: with usage 3 no name is checked'
          : undefined;
      if (reason !== undefined) outside[reason] = (outside[reason] ?? 0) + 1;
      else {
        expect({ block: `${file} ${block.n}`, results, agree }).toMatchObject({ agree: true });
        agreed++;
      }
    }
  }
  console.log(`dane-openssl: ${agreed} agree; not for mail: ${JSON.stringify(outside)}`);
  // Of the usages that are not for mail, those that fail there fail here for another reason.
  expect(agreed).toBe(34);
});
