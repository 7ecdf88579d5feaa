import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { type Observation, seen, unseen } from '../facts/observation.ts';
import { askedOf, contactsOf, visitsOf } from './happened.ts';

const domain = mustName('example.com');
const dns = (at: number, more: Partial<Observation>): Observation => ({
  question: { kind: 'dns', name: domain, type: 'TXT' },
  result: seen({ rcode: 'NOERROR', chain: [], records: [], authentic: false, errors: [] }),
  at,
  by: 'one',
  tries: [{ by: 'one', ms: 4 }],
  ...more,
});
const policy = { kind: 'policy', domain } as const;
const smtp = { kind: 'smtp', host: mustName('mx.example.com'), port: 25, domain } as const;
const facts: Observation[] = [
  dns(3, { confirmedBy: 'two' }),
  dns(1, {
    by: 'two',
    tries: [
      { by: 'one', ms: 9, failed: { reason: 'timeout' } },
      { by: 'two', ms: 5 },
    ],
  }),
  {
    question: policy,
    result: seen({ status: 200, body: '', ms: 3 }),
    at: 5,
    by: 'relay',
    tries: [{ by: 'relay', ms: 7 }],
  },
  { question: smtp, result: unseen('relay-absent'), at: 4, by: '', tries: [] },
];

test('everybody who was asked is named, with every request', () => {
  expect(contactsOf(facts)).toEqual([
    { name: 'one', sent: 2, answered: 1 },
    { name: 'two', sent: 2, answered: 2 },
    { name: 'relay', sent: 1, answered: 1 },
  ]);
});

test('where a relay went is said, and where it did not go is not', () => {
  expect(visitsOf(facts)).toEqual([
    { relay: 'relay', place: 'https://mta-sts.example.com/.well-known/mta-sts.txt', addresses: [] },
  ]);
});

test('questions stand in the order of time; what nobody was asked is no question', () => {
  expect(askedOf(facts).map(({ at }) => at)).toEqual([1, 3, 5]);
});
