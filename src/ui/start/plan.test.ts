import { expect, test } from 'vitest';
import { keyOf } from '../../facts/question.ts';
import { firstQuestions, plan } from './plan.ts';

test('an observer that answers nothing lists the plan', async () => {
  const questions = await firstQuestions('shop.example.com');
  const keys = questions.map(keyOf);
  for (const key of [
    'dns shop.example.com TXT',
    'dns shop.example.com MX',
    'dns _dmarc.shop.example.com TXT',
    'dns _dmarc.example.com TXT',
    'dns _mta-sts.shop.example.com TXT',
    'dns _smtp._tls.shop.example.com TXT',
  ])
    expect(keys).toContain(key);
  // Whoever reads the sentence on the start page is told of names, and of nothing else that is asked.
  for (const question of questions)
    if (question.kind === 'dns')
      expect(question.name).toMatch(/^(.+\.)?(shop\.)?example\.com$|^(_dmarc\.)?com$/);
});

test('the numbers are those of the plan', async () => {
  const dns = (await firstQuestions()).filter(({ kind }) => kind === 'dns');
  const { questions, names } = await plan();
  expect(questions).toBe(dns.length);
  expect(names).toBeGreaterThan(10);
  expect(names).toBeLessThan(questions);
});
