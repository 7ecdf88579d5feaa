import type { Name } from '../../dns/name.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { nameMatch } from '../../mail/certificate/certificate.ts';
import { type ExampleVisit, submissionVisit, submissionZone } from '../../mail/smtp/example-visits.ts';
import { chainIn, inHand, isChain } from '../../topics/certificates.ts';
import { isForeign, offered, services } from '../../topics/discovery.ts';
import { submissionCertificates } from '../../topics/submission.ts';

export const covers = ['sub-cert-srv'];

const announcedHost = rule({
  title: 'A sending host of another domain can be trusted to be yours',
  why: 'Anybody who interferes with DNS can name a host of his own in an SRV record that is not signed. Mail programs should then ask their user before they send it the password.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '5.1' },
    { rfc: 6186, section: '6' },
    { rfc: 7817, section: '4.1' },
  ],
  ownersToMend: true,
  reads: { services, submissionCertificates },
  partial: ['submissionCertificates'],
  cases: {
    loose: {
      severity: 'low',
      says: (d: { hosts: readonly string[] }) =>
        `The SRV records that lead to ${enumerated(d.hosts)} are not signed, and no certificate shown there names your domain. Careful mail programs ask before they trust it.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'Sign your zone with DNSSEC, or have your domain’s name added to the certificate of that host.',
      },
    },
    named: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The certificate of ${enumerated(d.hosts)} names your domain.`,
    },
    signed: {
      passes: true,
      says: (d: { hosts: readonly string[] }) =>
        `The SRV records that lead to ${enumerated(d.hosts)} are signed.`,
    },
  },
  judge({ services, submissionCertificates, scope }) {
    if (services.because !== undefined) return { is: 'not-applicable', because: services.because };
    const foreign = offered(services, '_submissions', '_submission').filter((record) =>
      isForeign(record, scope.domain),
    );
    if (foreign.length === 0)
      return { is: 'not-applicable', because: 'No SRV record leads to a sending host of another domain.' };
    const targets = [...new Set(foreign.map(({ target }) => target))];
    const hosts = [...new Set(foreign.filter(({ authentic }) => !authentic).map(({ target }) => target))];
    if (hosts.length === 0) return { is: 'signed', data: { hosts: targets } };
    const { shown, missing } = inHand(submissionCertificates);
    const blind = missing ?? shown.map(chainIn).find((chain) => chain !== undefined && !isChain(chain));
    const naming = new Map<Name, boolean>();
    for (const one of shown) {
      const chain = chainIn(one);
      if (chain === undefined || !isChain(chain)) continue;
      const names = nameMatch(chain[0], [scope.domain]) === 'matches';
      naming.set(one.visit.host, names || naming.get(one.visit.host) === true);
    }
    if (hosts.every((host) => naming.get(host))) return { is: 'named', data: { hosts } };
    // A certificate that was not seen might name the domain.
    if (blind !== undefined && 'reason' in blind) return { is: 'unknown', because: blind };
    const loose = hosts.filter((host) => naming.get(host) === false);
    return loose.length > 0
      ? { is: 'loose', data: { hosts: loose } }
      : { is: 'not-applicable', because: 'That host showed no certificate.' };
  },
});

export default announcedHost;

export const weighs = {
  low: 'It takes somebody on the way and a program that does not ask; mail goes through all the while.',
} satisfies Weights<typeof announcedHost>;

const SRV = '_submissions._tcp.example.com SRV 0 1 465 smtp.example.net';
const at = (chain: NonNullable<ExampleVisit['chain']>, more = '') =>
  `${submissionZone(submissionVisit(465, { host: 'smtp.example.net', chain }))}\n${SRV}\n${more}
   smtp.example.net SMTP 587 none\nsmtp.example.net SMTP 2525 none`;

export const examples = [
  { name: 'neither', zone: at(['foreign', 'issuer']), expect: 'loose' },
  { name: 'the certificate names the domain', zone: at(['domain', 'issuer']), expect: 'named' },
  { name: 'signed', zone: at(['foreign', 'issuer'], '$SIGNED example.com'), expect: 'signed' },
  {
    name: 'a host of its own',
    zone: 'example.com MX 10 mx.example.com\n_submissions._tcp.example.com SRV 0 1 465 smtp.example.com',
    expect: 'not-applicable',
  },
  { name: 'nothing announced', zone: 'example.com MX 10 mx.example.com', expect: 'not-applicable' },
  { name: 'no relay', zone: `example.com MX 10 mx.example.com\n${SRV}`, expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof announcedHost>;
