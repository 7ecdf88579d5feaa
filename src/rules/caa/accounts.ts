import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type CaaRecord, caa, issuanceOf, whyNoSet, written } from '../../topics/caa.ts';

export const covers = ['caa-account'];

const FAULTS = {
  twice: 'names `accounturi` twice, so no account fits it',
  uri: 'has an `accounturi` that is no URI, so no account fits it',
  method: 'names a validation method that cannot exist',
} as const;

const accounts = rule({
  title: 'Limits to accounts and methods in CAA can be met',
  why: 'A CAA record can tie certificates to your own account at an authority. It is the strongest limit there is, and a slip in it stops renewals.',
  bears: ['interception'],
  cites: [
    { rfc: 8657, section: '3' },
    { rfc: 8657, section: '4' },
  ],
  reads: { caa },
  cases: {
    none: { passes: true, says: 'CAA ties certificates to no account and no method of validation.' },
    bound: {
      passes: true,
      says: (d: { issuers: string }) =>
        `CAA ties certificates of ${d.issuers} to an account or a method of validation.`,
    },
    broken: {
      severity: 'low',
      says: (d: { record: CaaRecord; fault: keyof typeof FAULTS }) =>
        `\`${written(d.record)}\` ${FAULTS[d.fault]}.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Write the parameter as your certificate authority shows it, or leave it out.',
      },
    },
  },
  judge({ caa }) {
    const because = whyNoSet(caa);
    if (because !== undefined) return { is: 'not-applicable', because };
    const bound: string[] = [];
    for (const record of caa.records) {
      if (!/^issue(?:wild|mail|vmc)?$/i.test(record.tag)) continue;
      const issuance = issuanceOf(record.value);
      const fault = issuance && faultIn(issuance.parameters);
      if (fault) return { is: 'broken', data: { record, fault } };
      if (issuance?.parameters.some(([name]) => name === 'accounturi' || name === 'validationmethods'))
        bound.push(`\`${issuance.issuer}\``);
    }
    return bound.length === 0
      ? { is: 'none' }
      : { is: 'bound', data: { issuers: [...new Set(bound)].join(' and ') } };
  },
});

export default accounts;

function faultIn(parameters: readonly (readonly [string, string])[]): keyof typeof FAULTS | undefined {
  const of = (wanted: string) => parameters.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const [account, second] = of('accounturi');
  if (second !== undefined) return 'twice';
  if (account !== undefined && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(account)) return 'uri';
  const methods = of('validationmethods').flatMap((list) => list.split(','));
  return methods.some((method) => !/^[a-z0-9-]+$/i.test(method)) ? 'method' : undefined;
}

export const weighs = {
  low: 'Nothing fails until the next renewal, and authorities that do not know the limit skip it.',
} satisfies Weights<typeof accounts>;

export const examples = [
  {
    name: 'an account',
    zone: 'example.com CAA 0 issue "ca.example; accounturi=https://ca.example/acct/1; validationmethods=dns-01"',
    expect: 'bound',
  },
  { name: 'no limit', zone: 'example.com CAA 0 issue "ca.example"', expect: 'none' },
  {
    name: 'two accounts in one record',
    zone: 'example.com CAA 0 issue "ca.example; accounturi=https://ca.example/1; accounturi=https://ca.example/2"',
    expect: 'broken',
  },
  { name: 'a number', zone: 'example.com CAA 0 issue "ca.example; accounturi=12345"', expect: 'broken' },
  {
    name: 'a method with a dot',
    zone: 'example.com CAA 0 issue "ca.example; validationmethods=dns.01"',
    expect: 'broken',
  },
  { name: 'no CAA', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'no answer', zone: 'example.com CAA !timeout', expect: 'unknown' },
] satisfies Examples<typeof accounts>;
