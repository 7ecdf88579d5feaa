/*
 * Names by which mail services and DNS hosts are recognised. Sources: the services' own Domain Connect templates,
 * their documentation, and zone files in public repositories. A selector stands here only where every customer
 * of the service has it; per-account selectors (Amazon SES tokens, HubSpot and Postmark numbers) cannot be guessed.
 */

import type { DnsHost, Provider, ProviderRole } from './match.ts';

/** Suffix lists and selectors as one string, separated by blanks; a trailing `!` marks selectors as fixed. */
type Row = readonly [id: string, name: string, mx: string, spf: string, selectors: string, dkim: string];

const MAILBOXES: readonly Row[] = [
  [
    'google',
    'Google Workspace',
    'aspmx.l.google.com googlemail.com smtp.google.com',
    '_spf.google.com',
    'google',
    '',
  ],
  [
    'microsoft-365',
    'Microsoft 365',
    'mail.protection.outlook.com mx.microsoft',
    'spf.protection.outlook.com',
    'selector1 selector2 !',
    'onmicrosoft.com dkim.mail.microsoft',
  ],
  [
    'outlook',
    'Outlook.com',
    'pamx1.hotmail.com olc.protection.outlook.com',
    'outlook.com hotmail.com',
    '',
    '',
  ],
  [
    'zoho',
    'Zoho Mail',
    'zoho.com zoho.eu zoho.in zoho.com.au zoho.jp',
    'zoho.com zohomail.com zohomail.eu zoho.eu zoho.in',
    'zmail zoho',
    '',
  ],
  [
    'proton',
    'Proton Mail',
    'mail.protonmail.ch mailsec.protonmail.ch',
    '_spf.protonmail.ch',
    'protonmail protonmail2 protonmail3 !',
    'domains.proton.ch',
  ],
  [
    'fastmail',
    'Fastmail',
    'messagingengine.com',
    'spf.messagingengine.com',
    'fm1 fm2 fm3 mesmtp !',
    'dkim.fmhosted.com',
  ],
  ['icloud', 'iCloud Mail', 'mail.icloud.com', 'icloud.com', 'sig1 !', 'at.icloudmailadmin.com'],
  [
    'godaddy',
    'GoDaddy Email',
    'smtp.secureserver.net mailstore1.secureserver.net',
    'secureserver.net',
    'secureserver1 secureserver2',
    'onsecureserver.net',
  ],
  ['namecheap', 'Namecheap Private Email', 'privateemail.com', 'spf.privateemail.com', 'default', ''],
  ['rackspace', 'Rackspace Email', 'emailsrvr.com', 'emailsrvr.com', '', ''],
  ['titan', 'Titan', 'titan.email', 'spf.titan.email', 'titan1 titan2', ''],
  ['flock', 'Flock Mail', 'flockmail.com', 'spf.flockmail.com', '', ''],
  [
    'hostinger',
    'Hostinger',
    'mx1.hostinger.com mx2.hostinger.com',
    '_spf.mail.hostinger.com',
    'hostingermail-a hostingermail-b hostingermail-c',
    'dkim.mail.hostinger.com',
  ],
  ['ovh', 'OVHcloud', 'mail.ovh.net', 'mx.ovh.com', 'ovhmo-selector-1 ovhmo-selector-2', 'dkim.mail.ovh.net'],
  [
    'ionos',
    'IONOS',
    'ionos.com ionos.de ionos.co.uk ionos.fr ionos.es ionos.it kundenserver.de perfora.net',
    '_spf-eu.ionos.com _spf-us.ionos.com _spf.perfora.net _spf.kundenserver.de',
    's1-ionos s2-ionos s42582890',
    'dkim.ionos.com',
  ],
  ['gandi', 'Gandi', 'mail.gandi.net', '_mailcust.gandi.net', 'gm1 gm2 gm3', 'gandimail.net'],
  ['infomaniak', 'Infomaniak', 'infomaniak.ch', 'spf.infomaniak.ch', '', ''],
  ['strato', 'STRATO', 'rzone.de', '', 'strato-dkim-0002 strato-dkim-0003', ''],
  [
    'transip',
    'TransIP',
    'transip.email',
    '_spf.transip.email',
    'transip-a transip-b transip-c',
    'transip.email',
  ],
  ['one-com', 'one.com', 'one.com', '', 'rsa1 rsa2 ed1 ed2', 'service.one'],
  ['migadu', 'Migadu', 'migadu.com', 'spf.migadu.com', 'key1 key2 key3 !', '_domainkey.migadu.com'],
  [
    'mailbox-org',
    'mailbox.org',
    'mailbox.org',
    'mailbox.org',
    'mbo0001 mbo0002 mbo0003 mbo0004',
    '_domainkey.mailbox.org',
  ],
  ['tuta', 'Tuta', 'mail.tutanota.de', 'spf.tutanota.de', 's1 s2 !', 'domainkey.tutanota.de'],
  [
    'purelymail',
    'Purelymail',
    'purelymail.com',
    '_spf.purelymail.com',
    'purelymail1 purelymail2 purelymail3 !',
    'dkimroot.purelymail.com',
  ],
  ['yandex', 'Yandex 360', 'mx.yandex.net mx.yandex.ru', '_spf.yandex.net', 'mail', ''],
  ['mail-ru', 'Mail.ru', 'emx.mail.ru', '_spf.mail.ru', 'mailru', ''],
  ['bluehost', 'Bluehost', '', 'websitewelcome.com', 'default', ''],
  ['wordpress', 'WordPress.com', 'smtp-fwd.wordpress.com', '', '', ''],
];

const GATEWAYS: readonly Row[] = [
  [
    'mimecast',
    'Mimecast',
    'mimecast.com mimecast.co.za mimecast-offshore.com',
    '_netblocks.mimecast.com mim.ec',
    '',
    '',
  ],
  ['proofpoint', 'Proofpoint', 'pphosted.com gpphosted.com', 'pphosted.com', '', ''],
  ['proofpoint-essentials', 'Proofpoint Essentials', 'ppe-hosted.com', 'ppe-hosted.com', '', ''],
  ['barracuda', 'Barracuda', 'ess.barracudanetworks.com', 'ess.barracudanetworks.com', '', ''],
  ['cisco', 'Cisco Secure Email', 'iphmx.com', 'iphmx.com', '', ''],
  [
    'trend-micro',
    'Trend Micro',
    'tmes.trendmicro.com tmes.trendmicro.eu',
    'tmes.trendmicro.com tmes.trendmicro.eu',
    '',
    '',
  ],
  ['sophos', 'Sophos', 'hydra.sophos.com', 'hydra.sophos.com', '', ''],
  ['messagelabs', 'Symantec Email Security', 'messagelabs.com', 'spf.messagelabs.com', '', ''],
  [
    'hornetsecurity',
    'Hornetsecurity',
    'hornetsecurity.com antispameurope.com',
    'hornetsecurity.com antispameurope.com',
    '',
    '',
  ],
  ['spamexperts', 'SpamExperts', 'antispamcloud.com', '', '', ''],
  ['forcepoint', 'Forcepoint', 'mailcontrol.com', '', '', ''],
  ['area-1', 'Cloudflare Email Security', 'mxrecord.io mxrecord.mx', '', '', ''],
  ['valimail', 'Valimail', '', 'vali.email', '', 'vali.email'],
  ['ondmarc', 'Red Sift OnDMARC', '', 'smart.ondmarc.com', '', ''],
];

const FORWARDERS: readonly Row[] = [
  [
    'cloudflare-routing',
    'Cloudflare Email Routing',
    'mx.cloudflare.net',
    '_spf.mx.cloudflare.net',
    'cf2024-1 cf2025-1 cf2026-1',
    '',
  ],
  ['improvmx', 'ImprovMX', 'improvmx.com', 'spf.improvmx.com', 'dkimprovmx1 dkimprovmx2', 'improvmx.com'],
  ['forward-email', 'Forward Email', 'forwardemail.net', 'spf.forwardemail.net', '', ''],
  [
    'simplelogin',
    'SimpleLogin',
    'simplelogin.co',
    'simplelogin.co',
    'dkim dkim02 dkim03',
    '_domainkey.simplelogin.co',
  ],
  ['porkbun-forwarding', 'Porkbun forwarding', 'fwd1.porkbun.com fwd2.porkbun.com', '', '', ''],
  [
    'namecheap-forwarding',
    'Namecheap forwarding',
    'registrar-servers.com',
    'spf.efwd.registrar-servers.com',
    '',
    '',
  ],
  ['hover', 'Hover', 'hostedemail.com', '', '', ''],
];

const SENDERS: readonly Row[] = [
  ['amazon-ses', 'Amazon SES', 'amazonses.com', 'amazonses.com', '', 'dkim.amazonses.com'],
  ['resend', 'Resend', 'inbound-smtp.resend.com', '', 'resend', ''],
  ['sendgrid', 'SendGrid', 'mx.sendgrid.net', 'sendgrid.net', 's1 s2 smtpapi', 'sendgrid.net'],
  [
    'mailgun',
    'Mailgun',
    'mailgun.org',
    'mailgun.org',
    'pdk1 pdk2 krs mailo pic smtp k1 mg mx',
    'dkim1.mailgun.com',
  ],
  ['mailchimp', 'Mailchimp', '', 'servers.mcsv.net', 'k2 k3 k1', 'mcsv.net'],
  ['mandrill', 'Mailchimp Transactional', '', 'spf.mandrillapp.com', 'mte1 mte2 mandrill', 'mandrillapp.com'],
  ['postmark', 'Postmark', '', 'spf.mtasv.net', 'pm', ''],
  ['sparkpost', 'SparkPost', 'sparkpostmail.com', '_spf.sparkpostmail.com', '', ''],
  ['brevo', 'Brevo', '', 'spf.brevo.com spf.sendinblue.com', 'brevo1 brevo2 mail', 'dkim.brevo.com'],
  ['klaviyo', 'Klaviyo', '', 'spf.klaviyodns.com', 'kl kl2 km1 km2', ''],
  ['hubspot', 'HubSpot', '', 'hubspotemail.net', 'hs1 hs2', 'dkim.hubspotemail.net'],
  [
    'salesforce',
    'Salesforce',
    '',
    '_spf.salesforce.com',
    'salesforce salesforcealt sf1 sf2',
    'custdkim.salesforce.com',
  ],
  ['marketing-cloud', 'Salesforce Marketing Cloud', '', 'cust-spf.exacttarget.com', '', ''],
  ['pardot', 'Salesforce Account Engagement', '', 'aspmx.pardot.com', '200608', ''],
  ['marketo', 'Marketo', '', 'mktomail.com', 'm1', ''],
  ['zendesk', 'Zendesk', '', 'mail.zendesk.com', 'zendesk1 zendesk2', '_domainkey.zendesk.com'],
  ['freshdesk', 'Freshdesk', '', 'email.freshdesk.com', 'fs fs2 fs3', 'domainkey.freshemail.io'],
  ['shopify', 'Shopify', '', 'shops.shopify.com', '', 'email.myshopify.com'],
  ['intercom', 'Intercom', '', '', 'intercom', 'dkim.intercom.io'],
  ['help-scout', 'Help Scout', '', 'helpscoutemail.com', 'strong1 strong2', '_domainkey.helpscout.net'],
  ['atlassian', 'Atlassian', '', '', '', 'dkim.atlassian.net'],
  ['stripe', 'Stripe', '', '', '', 'dkim.custom-email-domain.stripe.com'],
  [
    'azure-communication',
    'Azure Communication Services',
    '',
    '',
    'selector1-azurecomm-prod-net selector2-azurecomm-prod-net',
    '_domainkey.azurecomm.net',
  ],
  ['constant-contact', 'Constant Contact', '', '', 'ctct1 ctct2', 'ccsend.com'],
  [
    'aweber',
    'AWeber',
    '',
    'send.aweber.com',
    'aweber_key_a aweber_key_b aweber_key_c',
    'send.aweber.com optin.com',
  ],
  ['campaign-monitor', 'Campaign Monitor', '', '_spf.createsend.com', 'cm', ''],
  ['activecampaign', 'ActiveCampaign', '', 'emsd1.com', 'acdkim1 acdkim2', ''],
  ['mailjet', 'Mailjet', '', 'spf.mailjet.com', 'mailjet', ''],
  ['mailersend', 'MailerSend', 'inbound.mailersend.net', '', 'mlsend', ''],
  ['sender-net', 'Sender', '', 'sendersrv.com', 'sender', 'dkim.sendersrv.com'],
  ['smtp2go', 'SMTP2GO', '', 'smtp2go.net', '', 'dkim.smtp2go.net'],
  ['mailtrap', 'Mailtrap', '', '', 'rwmt1 rwmt2', 'mailtrap.live'],
  ['sendlayer', 'SendLayer', '', '', 'sl', 'sendlayer.net'],
  ['maileon', 'Maileon', '', '', 'xq', 'cname.maileon.com'],
  ['clerk', 'Clerk', '', '', 'clk clk2', 'clerk.services'],
  ['keap', 'Keap', '', 'infusionmail.com', '', 'dkim.infusionmail.com'],
  ['mailchannels', 'MailChannels', '', 'relay.mailchannels.net', 'mailchannels', ''],
];

const HOSTS: readonly (readonly [id: string, name: string, ns: string, field?: 'full'])[] = [
  ['cloudflare', 'Cloudflare', 'ns.cloudflare.com'],
  ['godaddy', 'GoDaddy', 'domaincontrol.com'],
  ['namecheap', 'Namecheap', 'registrar-servers.com namecheaphosting.com'],
  ['route-53', 'Amazon Route 53', 'awsdns-*.com awsdns-*.net awsdns-*.org awsdns-*.co.uk'],
  ['ionos', 'IONOS', 'ui-dns.com ui-dns.de ui-dns.org ui-dns.biz'],
  ['ovh', 'OVHcloud', 'ovh.net anycast.me'],
  ['gandi', 'Gandi', 'gandi.net'],
  ['google', 'Google Cloud DNS', 'googledomains.com'],
  ['squarespace', 'Squarespace', 'squarespacedns.com'],
  ['azure', 'Azure DNS', 'azure-dns.com azure-dns.net azure-dns.org azure-dns.info'],
  ['digitalocean', 'DigitalOcean', 'digitalocean.com'],
  ['hetzner', 'Hetzner', 'ns.hetzner.com ns.hetzner.de your-server.de'],
  ['ns1', 'NS1 or Netlify', 'nsone.net'],
  ['vercel', 'Vercel', 'vercel-dns.com'],
  ['porkbun', 'Porkbun', 'porkbun.com'],
  ['hover', 'Hover', 'hover.com'],
  ['name-com', 'Name.com', 'name.com'],
  ['dreamhost', 'DreamHost', 'dreamhost.com'],
  ['bluehost', 'Bluehost', 'bluehost.com', 'full'],
  ['hostgator', 'HostGator', 'hostgator.com', 'full'],
  ['siteground', 'SiteGround', 'siteground.net'],
  ['hostinger', 'Hostinger', 'dns-parking.com'],
  ['wix', 'Wix', 'wixdns.net'],
  ['wordpress', 'WordPress.com', 'wordpress.com'],
  ['network-solutions', 'Network Solutions', 'worldnic.com'],
  ['infomaniak', 'Infomaniak', 'infomaniak.ch'],
  ['transip', 'TransIP', 'transip.net transip.nl'],
  ['strato', 'STRATO', 'rzone.de'],
  ['one-com', 'one.com', 'one.com'],
  ['dnsimple', 'DNSimple', 'dnsimple.com dnsimple-edge.net'],
  ['linode', 'Linode', 'linode.com'],
];

/** Every mail service known. */
export const PROVIDERS: readonly Provider[] = [
  ...MAILBOXES.map((row) => providerOf('mailbox', row)),
  ...GATEWAYS.map((row) => providerOf('gateway', row)),
  ...FORWARDERS.map((row) => providerOf('forwarder', row)),
  ...SENDERS.map((row) => providerOf('sender', row)),
];

/** Every DNS host known. */
export const DNS_HOSTS: readonly DnsHost[] = HOSTS.map(([id, name, ns, field]) => ({
  id,
  name,
  ns: ns.split(' '),
  field: field ?? 'short',
}));

/**
 * Selectors worth a guess at any domain, likeliest first: own servers and control panels, mailbox services that
 * hide behind a gateway, services that leave no trace at the domain itself.
 */
export const USUAL_SELECTORS: readonly string[] =
  'default google selector1 selector2 s1 s2 k1 k2 mail dkim k3 mte1 mte2 resend pdk1 brevo1 x key1 hs1 kl km1 zendesk1 intercom salesforce mandrill smtpapi mailjet krs cm acdkim1 litesrv cka ctct1 strong1 fs clk dkim1 email smtp pm mg m1 sf1 stalwart s2048'.split(
    ' ',
  );

/** How many of them are asked where `_domainkey` does not exist: some servers deny names that have names below. */
export const LIKELIEST = 10;

function providerOf(role: ProviderRole, [id, name, mx, spf, selectors, dkim]: Row): Provider {
  const words = selectors === '' ? [] : selectors.split(' ');
  const named = words.filter((word) => word !== '!');
  return {
    id,
    name,
    role,
    ...(mx === '' ? {} : { mx: mx.split(' ') }),
    ...(spf === '' ? {} : { spf: spf.split(' ') }),
    ...(named.length === 0 ? {} : { selectors: named }),
    ...(words.includes('!') ? { fixed: true as const } : {}),
    ...(dkim === '' ? {} : { dkim: dkim.split(' ') }),
  };
}
