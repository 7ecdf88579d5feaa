import type { Profile } from '../profile.ts';
import {
  dmarcAtOrganization,
  dmarcFederalReports,
  dmarcReject,
  spfPublished,
} from '../requirements/authentication.ts';
import { noBrokenCiphers, noSsl, starttls } from '../requirements/transport.ts';

export const covers = ['prof-cisa-18-01'];

export default {
  authority: 'CISA, United States',
  name: 'Directive BOD 18-01',
  audience: 'Binds federal agencies of the United States.',
  documents: [
    {
      document: 'CISA: BOD 18-01, Enhance Email and Web Security',
      href: 'https://www.cisa.gov/news-events/directives/bod-18-01-enhance-email-and-web-security',
    },
  ],
  asks: [
    starttls,
    noSsl,
    noBrokenCiphers,
    spfPublished,
    dmarcAtOrganization,
    dmarcReject,
    dmarcFederalReports,
  ],
  unseen: 'SSL 2, which no relay offers, and what is asked of web sites.',
} satisfies Profile;
