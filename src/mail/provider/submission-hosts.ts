/*
 * Where the customers of mailbox services hand in mail, by the service's id: from the services' own help pages.
 * Services that take mail only through programs of their own are not listed.
 */

/** Hosts by provider id, the one for most customers first. */
export const SUBMISSION_HOSTS: Readonly<Record<string, readonly string[]>> = {
  google: ['smtp.gmail.com'],
  'microsoft-365': ['smtp.office365.com'],
  outlook: ['smtp-mail.outlook.com'],
  fastmail: ['smtp.fastmail.com'],
  icloud: ['smtp.mail.me.com'],
  godaddy: ['smtpout.secureserver.net'],
  namecheap: ['mail.privateemail.com'],
  rackspace: ['secure.emailsrvr.com'],
  titan: ['smtp.titan.email'],
  hostinger: ['smtp.hostinger.com'],
  ovh: ['ssl0.ovh.net'],
  gandi: ['mail.gandi.net'],
  infomaniak: ['mail.infomaniak.com'],
  strato: ['smtp.strato.de'],
  migadu: ['smtp.migadu.com'],
  'mailbox-org': ['smtp.mailbox.org'],
  purelymail: ['smtp.purelymail.com'],
  yandex: ['smtp.yandex.com'],
  'mail-ru': ['smtp.mail.ru'],
};
