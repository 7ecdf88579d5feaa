import type { Profile } from '../profile.ts';
import {
  dkimKey,
  dmarcAtOrganization,
  dmarcFederalReports,
  dmarcReject,
  spfFails,
  spfPublished,
} from '../requirements/authentication.ts';

export const covers = ['prof-cisa-25-01'];

export default {
  authority: 'CISA, United States',
  name: 'Directive BOD 25-01, SCuBA baseline for Exchange Online',
  audience: 'Binds federal agencies of the United States that use Exchange Online.',
  documents: [
    {
      document: 'CISA: BOD 25-01, Implementing Secure Practices for Cloud Services',
      href: 'https://www.cisa.gov/news-events/directives/bod-25-01-implementing-secure-practices-cloud-services',
    },
    {
      document: 'SCuBA baseline for Exchange Online',
      href: 'https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/exo.md',
    },
  ],
  asks: [spfPublished, spfFails, dkimKey, dmarcAtOrganization, dmarcReject, dmarcFederalReports],
  unseen: 'settings inside Exchange Online, which are most of the baseline.',
} satisfies Profile;
