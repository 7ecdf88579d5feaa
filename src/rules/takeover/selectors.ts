import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import {
  type AliasReference,
  dkimTargets,
  type Gone,
  gravest,
  restsOf,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-dkim-cname'];

const fix = (d: { gone: Gone<AliasReference> }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    text: 'Delete the CNAME record now. If the service still signs for you, set DKIM up there again with the name it shows you today.',
    changes: [{ op: 'delete', name: d.gone.from.name, type: 'CNAME', was: d.gone.from.alias }],
  }) as const;

const selectors = rule({
  title: 'Selectors lead to names that belong to somebody',
  why: 'A selector that is an alias lets whoever holds the name behind it publish a key for you, and sign mail that every receiver takes for yours.',
  bears: ['impersonation'],
  cites: [
    { rfc: 6376, section: '3.6.2.1' },
    { rfc: 6376, section: '8.15' },
  ],
  reads: { dkimTargets },
  partial: ['dkimTargets'],
  cases: {
    held: {
      passes: true,
      says: 'The names that selectors lead to stand in domains that exist.',
    },
    unregistered: {
      severity: 'critical',
      says: (d: { gone: Gone<AliasReference> }) =>
        `The selector \`${d.gone.from.name}\` leads to \`${d.gone.name}\`, which is nobody’s. ${takers(d.gone)} Its new holder could sign mail as you.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<AliasReference> }) =>
        `The selector \`${d.gone.from.name}\` leads to a name that is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ dkimTargets }) {
    if (dkimTargets.got === 'none') return { is: 'unknown', because: dkimTargets.because };
    const gone = gravest(dkimTargets.value);
    const found = gone && {
      data: { gone },
      shows: [{ name: gone.from.name, type: 'CNAME' as const, text: gone.from.alias }],
      rests: restsOf(dkimTargets.value),
    };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (dkimTargets.got === 'part') return { is: 'unknown', because: dkimTargets.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return dkimTargets.value.count === 0
      ? { is: 'not-applicable', because: 'No selector found is an alias.' }
      : { is: 'held' };
  },
});

export default selectors;

export const weighs = {
  critical: 'Anybody can register the name and sign mail as the domain, today.',
  high: 'A customer of the same service may be able to sign; DNS does not prove it.',
} satisfies Weights<typeof selectors>;

export const examples = [
  {
    name: 'a service that keeps the key',
    zone: `k2._domainkey.example.com CNAME dkim2.mcsv.net
           dkim2.mcsv.net TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'held',
  },
  {
    name: 'the key is gone, the service is not',
    zone: `k2._domainkey.example.com CNAME dkim2.mcsv.net
           mcsv.net NS ns1.mcsv.net`,
    expect: 'held',
  },
  {
    name: 'the service gave its domain up',
    zone: 'default._domainkey.example.com CNAME dkim.lapsed-mailer.com',
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: 'example.com A 45.0.0.80\ndefault._domainkey.example.com CNAME our-keys.azurewebsites.net',
    expect: 'claimable',
  },
  {
    name: 'no alias',
    zone: `default._domainkey.example.com TXT "v=DKIM1; p=${RSA_2048}"`,
    expect: 'not-applicable',
  },
  { name: 'not answered', zone: 'default._domainkey.example.com TXT !timeout', expect: 'unknown' },
] satisfies Examples<typeof selectors>;
