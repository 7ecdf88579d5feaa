import { type Examples, rule } from '../../engine/rule.ts';
import { isOwn, selectorInWords } from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { monthsSince } from '../../mail/dkim/selector-date.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-rotation-age', 'dkim-two-selectors'];

const rotation = rule({
  title: 'Keys are changed from time to time',
  why: 'The longer a key is in use, the more copies of its private half lie about. A change under a new selector costs no mail.',
  bears: ['impersonation'],
  cites: [
    { rfc: 6376, section: '3.1' },
    {
      document: 'M3AAWG DKIM Key Rotation Best Common Practices',
      href: 'https://www.m3aawg.org/DKIMKeyRotation',
    },
  ],
  reads: { dkim },
  cases: {
    recent: {
      passes: true,
      says: (d: { selectors: string }) =>
        `By its name, the key under ${d.selectors} was made within the last year.`,
    },
    undated: {
      passes: true,
      says: (d: { live: number }) =>
        d.live === 1
          ? 'DNS does not show how old the key is. For a change, publish the new one under a new selector, switch, and delete the old a week later.'
          : `${d.live} keys are published, so one can be changed while another signs. DNS does not show how old they are.`,
    },
    old: {
      severity: 'info',
      says: (d: { selectors: string; months: number }) =>
        `By its name, the key under ${d.selectors} is ${d.months} months old.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Make a new key under a new selector, publish it, switch signing over, and delete the old key a week later.',
      },
    },
  },
  judge({ dkim, scope }) {
    const live = dkim.keys.filter((key) => key.record.state === 'live' && !key.wildcard);
    if (live.length === 0) return { is: 'not-applicable', because: 'No usable DKIM key was found to judge.' };
    const dated = live
      .filter((key) => isOwn(key, scope.domain))
      .flatMap((key) => {
        const months = monthsSince(key.selector, scope.now);
        return months === undefined ? [] : [{ key, months }];
      });
    const old = dated.filter(({ months }) => months > 12).sort((a, b) => b.months - a.months);
    if (old.length > 0)
      return {
        is: 'old',
        data: {
          selectors: selectorInWords(old.map(({ key }) => key)),
          months: old[0]?.months ?? 0,
        },
      };
    if (dated.length > 0)
      return { is: 'recent', data: { selectors: selectorInWords(dated.map(({ key }) => key)) } };
    return { is: 'undated', data: { live: live.length } };
  },
});

export default rotation;

export const examples = [
  {
    name: 'made this year',
    zone: `s202606._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['s202606'],
    expect: 'recent',
  },
  {
    name: 'made years ago',
    zone: `20230601._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    selectors: ['20230601'],
    expect: 'old',
  },
  { name: 'no date', zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'undated' },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof rotation>;
