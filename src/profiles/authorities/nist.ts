import type { Profile } from '../profile.ts';
import { dkimKey, dkimLongKeys, dmarcApplies, spfPublished } from '../requirements/authentication.ts';
import { daneRecords, dnssecDomain, noOldTls, starttls, tls12, tls13 } from '../requirements/transport.ts';

export const covers = ['prof-nist'];

export default {
  authority: 'NIST, United States',
  name: 'SP 800-177 and SP 800-52',
  audience: 'Guidelines for federal agencies of the United States, used by many others.',
  documents: [
    {
      document: 'NIST SP 800-177 Rev. 1, Trustworthy Email',
      href: 'https://csrc.nist.gov/pubs/sp/800/177/r1/final',
    },
    {
      document: 'NIST SP 800-52 Rev. 2, Guidelines for TLS Implementations',
      href: 'https://csrc.nist.gov/pubs/sp/800/52/r2/final',
    },
  ],
  asks: [
    spfPublished,
    dkimKey,
    dkimLongKeys,
    dmarcApplies,
    dnssecDomain,
    daneRecords,
    starttls,
    tls12,
    tls13,
    noOldTls,
  ],
} satisfies Profile;
