import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { certificates, chainIn, inHand, isChain } from '../../topics/certificates.ts';

export const covers = ['cert-mismatch-between-ips'];

const consistency = rule({
  title: 'It is known where one host shows different certificates',
  why: 'That is allowed, but a renewal that reached only one of several machines looks just like it.',
  bears: ['interception'],
  cites: [{ rfc: 7672, section: '3.2' }],
  reads: { certificates },
  cases: {
    differ: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The addresses of ${enumerated(d.hosts)} show different certificates. See that each of them is renewed.`,
    },
    same: { passes: true, says: 'All addresses of a host show the same certificate.' },
  },
  judge({ certificates }) {
    const { because, shown, missing } = inHand({ got: 'whole', value: certificates });
    if (because !== undefined) return { is: 'not-applicable', because };
    if (missing) return { is: 'unknown', because: missing };
    const byHost = new Map<string, Set<string>>();
    let several = false;
    for (const one of shown) {
      const chain = chainIn(one);
      if (chain === undefined) continue;
      if (!isChain(chain)) return { is: 'unknown', because: chain };
      const seen = byHost.get(one.visit.host);
      if (seen) several = true;
      byHost.set(one.visit.host, (seen ?? new Set()).add(chain[0].identity));
    }
    if (!several)
      return { is: 'not-applicable', because: 'No mail server showed certificates at two addresses.' };
    const hosts = [...byHost].filter(([, seen]) => seen.size > 1).map(([host]) => host);
    return hosts.length > 0 ? { is: 'differ', data: { hosts } } : { is: 'same' };
  },
});

export default consistency;

export const examples = [
  { name: 'the same', zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26' })}`, expect: 'same' },
  {
    name: 'two',
    zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26', chain: ['other', 'issuer'] })}`,
    expect: 'differ',
  },
  { name: 'one address', zone: mxVisit(), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof consistency>;
