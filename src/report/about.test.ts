import { expect, test } from 'vitest';
import { mustName } from '../dns/name.ts';
import { dns } from '../dns/record.ts';
import { type BlindReason, type Observation, unseen } from '../facts/observation.ts';
import { reasonWords } from './about.ts';

const missed = (reason: BlindReason, detail?: string): Observation => ({
  question: dns(mustName('example.com'), 'TXT'),
  result: unseen(reason, detail),
  at: 0,
  by: 'x',
  tries: [],
});

test('the reason stands once, whatever its details', () => {
  expect(reasonWords([])).toBe('');
  expect(reasonWords([missed('network', 'a'), missed('network', 'b')])).toBe(
    ': the resolver could not be reached',
  );
});

test('of several the commonest is named as that', () => {
  expect(reasonWords([missed('rate-limited'), missed('network'), missed('network')])).toBe(
    ', most because the resolver could not be reached',
  );
});
