import type { Profile } from '../profile.ts';
import { dkimKey, dmarcEnforced, spfFails } from '../requirements/authentication.ts';
import {
  caaRecords,
  daneMatches,
  daneRecords,
  daneRollover,
  dnssecDomain,
  dnssecServers,
  ipv6,
  noOldTls,
  starttls,
  tls12,
} from '../requirements/transport.ts';

export const covers = ['prof-internet-nl'];

export default {
  authority: 'Internet.nl, Netherlands',
  name: 'Mail test, with the TLS guidelines of NCSC-NL',
  audience: 'Agreed on for public bodies of the Netherlands, and open to everybody.',
  documents: [
    { document: 'Internet.nl: test your email', href: 'https://internet.nl/test-mail/' },
    {
      document: 'NCSC-NL: IT Security Guidelines for Transport Layer Security',
      href: 'https://www.ncsc.nl/en/transport-layer-security-tls/security-guidelines-for-transport-layer-security-2025-05',
    },
  ],
  asks: [
    dnssecDomain,
    dnssecServers,
    daneRecords,
    daneMatches,
    daneRollover,
    starttls,
    tls12,
    noOldTls,
    spfFails,
    dkimKey,
    dmarcEnforced,
    ipv6,
    caaRecords,
  ],
  unseen: 'the routes to the servers (RPKI), and IPv6 of the name servers.',
} satisfies Profile;
