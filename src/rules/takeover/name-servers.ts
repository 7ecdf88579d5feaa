import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type Gone, gravest, nameServerTargets, restsOf, takers } from '../../topics/takeover.ts';

export const covers = ['take-ns'];

const nameServers = rule({
  title: 'Name servers stand in domains that belong to somebody',
  why: 'Whoever registers the domain of one of your name servers answers part of all questions about yours: they can read mail, set every policy and get certificates in your name.',
  bears: ['impersonation', 'interception'],
  cites: [{ rfc: 9989, section: '11.8' }],
  reads: { nameServerTargets },
  partial: ['nameServerTargets'],
  cases: {
    held: { passes: true, says: 'The name servers stand in domains that exist.' },
    unregistered: {
      severity: 'critical',
      says: (d: { gone: Gone<{ readonly server: string }> }) =>
        `The name server \`${d.gone.from.server}\` stands in a domain that is nobody’s. ${takers(d.gone)} Its new holder would answer in your place.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Take this name server out of the list now, where the domain is registered and in the zone itself.',
      },
    },
    claimable: {
      severity: 'high',
      says: (d: { gone: Gone<{ readonly server: string }> }) =>
        `The name server \`${d.gone.from.server}\` is gone. ${takers(d.gone)}`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Take this name server out of the list, where the domain is registered and in the zone itself.',
      },
    },
  },
  judge({ nameServerTargets }) {
    if (nameServerTargets.got === 'none') return { is: 'unknown', because: nameServerTargets.because };
    const { count, gone: all } = nameServerTargets.value;
    if (nameServerTargets.got === 'whole' && all.length === 0 && count > 0) return { is: 'held' };
    const gone = gravest(nameServerTargets.value);
    const found = gone && { data: { gone }, rests: restsOf(nameServerTargets.value) };
    if (found && gone.standing === 'unregistered') return { is: 'unregistered', ...found };
    if (nameServerTargets.got === 'part') return { is: 'unknown', because: nameServerTargets.because };
    if (found && gone.standing === 'claimable') return { is: 'claimable', ...found };
    return count === 0
      ? { is: 'not-applicable', because: 'The domain has no name servers of its own.' }
      : { is: 'held' };
  },
});

export default nameServers;

export const weighs = {
  critical: 'Anybody can register the name and answer for the whole domain, today.',
  high: 'A customer of the same service may be able to answer for the domain; whether it is so, DNS does not prove.',
} satisfies Weights<typeof nameServers>;

export const examples = [
  {
    name: 'a DNS host that is known',
    zone: 'example.com NS ana.ns.cloudflare.com\nexample.com NS bob.ns.cloudflare.com',
    expect: 'held',
  },
  {
    name: 'a DNS host that exists',
    zone: 'example.com NS ns1.vendor.example\nns1.vendor.example A 45.0.0.53',
    expect: 'held',
  },
  {
    name: 'a second host whose domain lapsed',
    zone: `example.com NS ns1.example.com
           ns1.example.com A 45.0.0.53
           example.com NS ns2.lapsed-dns.com`,
    expect: 'unregistered',
  },
  {
    name: 'a cloud name that was given back',
    zone: 'example.com NS our-dns.azurewebsites.net',
    expect: 'claimable',
  },
  {
    name: 'a server gone from a domain that exists',
    zone: 'example.com NS old.vendor.example\nvendor.example NS ns.vendor.example',
    expect: 'held',
  },
  { name: 'no zone of its own', zone: 'example.com A 45.0.0.80', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com NS !timeout', expect: 'unknown' },
] satisfies Examples<typeof nameServers>;
