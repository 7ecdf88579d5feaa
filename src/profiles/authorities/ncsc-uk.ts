import type { Profile } from '../profile.ts';
import { dkimKey, dmarcReject, parkedLocked, spfPublished } from '../requirements/authentication.ts';
import { mtaStsEnforced, starttls, tls12, tlsReports } from '../requirements/transport.ts';

export const covers = ['prof-ncsc-uk'];

export default {
  authority: 'NCSC, United Kingdom',
  name: 'Email security and anti-spoofing',
  audience: 'Guidance for the public sector of the United Kingdom and for everybody who runs mail.',
  documents: [
    {
      document: 'NCSC: Email security and anti-spoofing',
      href: 'https://www.ncsc.gov.uk/collection/email-security-and-anti-spoofing',
    },
  ],
  asks: [spfPublished, dkimKey, dmarcReject, starttls, tls12, mtaStsEnforced, tlsReports, parkedLocked],
} satisfies Profile;
