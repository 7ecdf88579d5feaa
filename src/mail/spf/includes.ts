/*
 * The name that each mailbox service tells its customers to include, for services where it is the same for all
 * of them. Sources: the services' own instructions and Domain Connect templates. Services whose include differs
 * by account or region are left out on purpose: a wrong include is an error for all mail (RFC 7208 §5.2).
 */

/** Include names by the service's id in mail/provider. */
export const SERVICE_INCLUDES: Readonly<Record<string, string>> = {
  google: '_spf.google.com',
  'microsoft-365': 'spf.protection.outlook.com',
  fastmail: 'spf.messagingengine.com',
  proton: '_spf.protonmail.ch',
  icloud: 'icloud.com',
  namecheap: 'spf.privateemail.com',
  titan: 'spf.titan.email',
  hostinger: '_spf.mail.hostinger.com',
  gandi: '_mailcust.gandi.net',
  infomaniak: 'spf.infomaniak.ch',
  migadu: 'spf.migadu.com',
  tuta: 'spf.tutanota.de',
};
