import type { Profile } from '../profile.ts';
import {
  dkimKey,
  dkimLongKeys,
  dkimRotation,
  dmarcApplies,
  parkedLocked,
  spfSoftfail,
} from '../requirements/authentication.ts';

export const covers = ['prof-m3aawg'];

export default {
  authority: 'M3AAWG, an association of mail and messaging companies',
  name: 'Best practices for senders',
  audience: 'Recommended to everybody who sends mail.',
  documents: [
    {
      document: 'M3AAWG Email Authentication Recommended Best Practices',
      href: 'https://www.m3aawg.org/sites/default/files/m3aawg-email-authentication-recommended-best-practices-09-2020.pdf',
    },
    {
      document: 'M3AAWG DKIM Key Rotation Best Common Practices',
      href: 'https://www.m3aawg.org/DKIMKeyRotation',
    },
    {
      document: 'M3AAWG Protecting Parked Domains Best Common Practices',
      href: 'https://www.m3aawg.org/sites/default/files/m3aawg_parked_domains_bcp-2022-06.pdf',
    },
  ],
  asks: [spfSoftfail, dkimKey, dkimLongKeys, dkimRotation, dmarcApplies, parkedLocked],
} satisfies Profile;
