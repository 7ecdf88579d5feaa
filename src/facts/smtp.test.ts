import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { decodeFacts, encodeFacts } from './codec.ts';
import { type Observation, seen } from './observation.ts';
import type { SmtpQuestion } from './question.ts';
import { readSmtpAnswer, type SmtpAnswer } from './smtp.ts';

const reply = { lines: ['220 mx \xff\x00'], end: 'complete', ms: 12 } as const;
const answer: SmtpAnswer = {
  addresses: [
    {
      address: '192.0.2.1',
      connect: 'open',
      connectMs: 5,
      greeting: reply,
      ehlo: { lines: [], end: 'timeout', ms: 30_000 },
      handshakes: [
        {
          offered: ['TLSv1.2'],
          sni: 'mx.example.com',
          end: 'hello',
          ms: 3,
          version: 'TLSv1.2',
          cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA',
          newer: 'TLSv1.3',
          chain: ['AAEC'],
          finished: false,
          failure: 'ERR_SSL_DH_KEY_TOO_SMALL',
          asksCertificate: true,
          trust: { chain: 'CERT_HAS_EXPIRED', name: true },
        },
      ],
      cap: 'time',
    },
    { address: '2001:db8::1', connect: 'not-tried', connectMs: 0, handshakes: [] },
  ],
  helo: 'relay.example',
  control: { host: 'mx.control.test', connect: 'open', lines: ['220 x'] },
  ms: 30_100,
};
const question: SmtpQuestion = {
  kind: 'smtp',
  host: mustName('mx.example.com'),
  port: 465,
  domain: mustName('example.com'),
};

test('a mail host goes into a recording and comes back', () => {
  const facts: Observation[] = [
    { question, result: seen(answer), at: 1_700_000_000_000, by: 'relay', tries: [{ by: 'relay', ms: 9 }] },
  ];
  const text = encodeFacts(facts);
  expect(decodeFacts(text)).toEqual({ facts });
  for (const bad of [
    text.replace(' 465 ', ' 22 '),
    text.replace('"open"', '"ajar"'),
    text.replace('AAEC', 'A*EC'),
    text.replace('192.0.2.1', '<b>'),
    text.replace('mx.example.com 465 example.com', 'mx.example.com 465'),
  ])
    expect(decodeFacts(bad)).toMatchObject({ refused: { reason: 'bad-shape' } });
});

test('anything at all is read or refused, and nothing unknown passes', () => {
  expect(readSmtpAnswer({ ...answer, more: 1 })).toEqual(answer);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(readSmtpAnswer(value)).toBeUndefined();
    }),
    { seed: 20261123, numRuns: 500 },
  );
});
