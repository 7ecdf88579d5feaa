import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  asChanges,
  type Correction,
  corrections,
  isOwn,
  selectorInWords,
} from '../../mail/dkim/correction.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { dkim, keysOf, recordsToShow } from '../../topics/dkim.ts';

export const covers = ['dkim-flag-test'];

const testMode = rule({
  title: 'No key is marked as a test',
  why: 'The flag `t=y` tells receivers that you are only trying DKIM. They may then treat your signed mail like unsigned mail.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.6.1', level: 'MUST' }],
  reads: { dkim },
  partial: ['dkim'],
  cases: {
    off: { passes: true, says: 'No key found is marked as a test.' },
    on: {
      severity: 'medium',
      says: (d: { selectors: string }) =>
        `Receivers may treat your signed mail like unsigned mail: the key under ${d.selectors} is marked as a test (\`t=y\`).`,
      fix: (d: { own: boolean; corrected: readonly Correction[] }) => ({
        stage: 'authenticate',
        effort: d.own ? 'minutes' : 'provider',
        text: d.own
          ? 'Take `y` out of the `t` tag, once your mail verifies.'
          : 'The record is kept by your mail service: ask it to end the test.',
        ...asChanges(d.corrected),
      }),
    },
  },
  judge({ dkim, scope }) {
    const { keys, missing } = keysOf(dkim);
    const tests = keys.filter(({ record }) => record.state === 'live' && record.flags.includes('y'));
    if (tests.length > 0)
      return {
        is: 'on',
        data: {
          selectors: selectorInWords(tests),
          own: tests.some((key) => isOwn(key, scope.domain)),
          corrected: corrections(tests, scope.domain, ({ flags }) => {
            const rest = flags.filter((flag) => flag !== 'y' && flag !== '');
            return { t: rest.length > 0 ? rest.join(':') : undefined };
          }),
        },
        shows: recordsToShow(tests, ['t']),
      };
    if (missing) return { is: 'unknown', because: missing };
    if (keys.length === 0) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return { is: 'off' };
  },
});

export default testMode;

export const weighs = {
  medium: 'Signatures are made and may not count; many receivers disregard the mark.',
} satisfies Weights<typeof testMode>;

export const examples = [
  { name: 'no flags', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`, expect: 'off' },
  {
    name: 'marked as a test',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; t=y; p=${RSA_2048}"`,
    expect: 'on',
  },
  {
    name: 'test and strict',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; t=y:s; p=${RSA_2048}"`,
    expect: 'on',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof testMode>;
