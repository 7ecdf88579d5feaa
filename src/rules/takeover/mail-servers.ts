import type { Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import {
  type Gone,
  gravest,
  mxTargets,
  restsOf,
  type ServerReference,
  takers,
} from '../../topics/takeover.ts';

export const covers = ['take-mx'];

const fix = (d: { gone: Gone<ServerReference>; domain: Name }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    cause: 'mail-server',
    text: 'Delete the MX record now.',
    changes: [
      {
        op: 'delete',
        name: d.domain,
        type: 'MX',
        was: `${d.gone.from.preference} ${d.gone.from.exchange}`,
      },
    ],
  }) as const;

const mailServers = rule({
  title: 'Mail servers stand in domains that belong to somebody',
  why: 'Whoever registers the domain of one of your mail servers receives your mail, can have passwords reset with it, and can get certificates for your domain.',
  bears: ['interception'],
  cites: [{ rfc: 5321, section: '5.1' }],
  reads: { mxTargets },
  partial: ['mxTargets'],
  cases: {
    held: { passes: true, says: 'The mail servers stand in domains that exist.' },
    unregistered: {
      severity: 'critical',
      says: (d: { gone: Gone<ServerReference> }) =>
        `The mail server \`${d.gone.from.exchange}\` leads to a name that is nobody’s. ${takers(d.gone)} Its new holder would receive your mail.`,
      fix,
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<ServerReference> }) =>
        `The mail server \`${d.gone.from.exchange}\` is gone. ${takers(d.gone)}`,
      fix,
    },
  },
  judge({ mxTargets, scope }) {
    if (mxTargets.got === 'none') return { is: 'unknown', because: mxTargets.because };
    const gone = gravest(mxTargets.value);
    const found = gone && { data: { gone, domain: scope.domain }, rests: restsOf(mxTargets.value) };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (mxTargets.got === 'part') return { is: 'unknown', because: mxTargets.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return mxTargets.value.count === 0
      ? { is: 'not-applicable', because: 'No MX record names a server.' }
      : { is: 'held' };
  },
});

export default mailServers;

export const weighs = {
  critical: 'Anybody can register the name and receive mail, today.',
  high: 'A customer of the same service may be able to receive mail; whether it is so, DNS does not prove.',
} satisfies Weights<typeof mailServers>;

export const examples = [
  {
    name: 'a server that exists',
    zone: 'example.com MX 10 mx.vendor.example\nmx.vendor.example A 45.0.0.25',
    expect: 'held',
  },
  {
    name: 'a second server whose domain lapsed',
    zone: `example.com MX 10 mx.example.com
           mx.example.com A 45.0.0.25
           example.com MX 20 mx.lapsed-backup.com`,
    expect: 'unregistered',
  },
  {
    name: 'an alias to a lapsed domain',
    zone: `example.com MX 10 mx.example.com
           mx.example.com CNAME mx.lapsed-backup.com`,
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: 'example.com A 45.0.0.80\nexample.com MX 10 our-mail.azurewebsites.net',
    expect: 'claimable',
  },
  {
    name: 'a server gone from a domain that exists',
    zone: 'example.com MX 10 old.vendor.example\nvendor.example NS ns.vendor.example',
    expect: 'held',
  },
  { name: 'no MX', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof mailServers>;
