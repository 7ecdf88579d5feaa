import type { Profile } from '../profile.ts';
import { dkimKey, dmarcApplies, spfPublished } from '../requirements/authentication.ts';
import {
  daneMatches,
  daneRecords,
  dnssecDomain,
  noOldTls,
  starttls,
  tls12,
} from '../requirements/transport.ts';

export const covers = ['prof-bsi'];

export default {
  authority: 'BSI, Germany',
  name: 'TR-03108 and TR-03182',
  audience: 'Guidelines for providers of mail; who wants a certificate must keep them.',
  documents: [
    {
      document: 'BSI TR-03108, Secure E-Mail Transport',
      href: 'https://www.bsi.bund.de/DE/Themen/Unternehmen-und-Organisationen/Standards-und-Zertifizierung/Technische-Richtlinien/TR-nach-Thema-sortiert/tr03108/TR-03108_node.html',
    },
    {
      document: 'BSI TR-03182, E-Mail Authentication',
      href: 'https://www.bsi.bund.de/SharedDocs/Downloads/EN/BSI/Publications/TechGuidelines/TR03182/BSI-TR-03182.pdf',
    },
  ],
  asks: [
    starttls,
    tls12,
    noOldTls,
    dnssecDomain,
    daneRecords,
    daneMatches,
    spfPublished,
    dkimKey,
    dmarcApplies,
  ],
  unseen: 'how a provider sends, what it reports and how it is run.',
} satisfies Profile;
