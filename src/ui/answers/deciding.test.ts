import { expect, test } from 'vitest';
import type { Finding } from '../../engine/verdict.ts';
import { bearingOn } from './deciding.ts';

function finding(rule: string, more: Partial<Finding>): Finding {
  return {
    rule,
    outcome: 'problem',
    title: '',
    says: '',
    why: '',
    bears: ['acceptance'],
    cites: [],
    shows: [],
    asked: [],
    ...more,
  };
}

test('the gravest few that bear on a question decide it; a relay that is absent decides nothing', () => {
  const { open, deciding } = bearingOn('acceptance', [
    finding('a/remark', { severity: 'info' }),
    finding('a/low', { severity: 'low' }),
    finding('a/medium', { severity: 'medium' }),
    finding('a/critical', { severity: 'critical' }),
    finding('a/other', { severity: 'critical', bears: ['submission'] }),
    finding('a/high', { severity: 'high' }),
    finding('b/medium', { severity: 'medium' }),
    finding('a/unknown', { outcome: 'unknown', because: { reason: 'timeout' } }),
    finding('a/no-relay', { outcome: 'unknown', because: { reason: 'relay-absent' } }),
    finding('a/met', { outcome: 'pass' }),
  ]);
  expect(deciding.map(({ rule }) => rule)).toEqual(['a/critical', 'a/high', 'a/medium']);
  expect(open.map(({ rule }) => rule)).toEqual([
    'a/critical',
    'a/high',
    'a/medium',
    'b/medium',
    'a/low',
    'a/remark',
    'a/unknown',
  ]);
});
