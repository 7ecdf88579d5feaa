/*
 * By which names public authorities look for themselves in CAA records (RFC 8659 §4.2): each states them in its
 * practice statement. Several stand for one authority where it took others over. An authority that is not here is
 * unknown, never forbidden: resellers issue under names of their own.
 */

/** Words of an issuer's name → the names it honours in CAA records. */
const ISSUERS: readonly (readonly [issuer: RegExp, names: readonly string[]])[] = [
  [/\bO=Let's Encrypt\b/, ['letsencrypt.org']],
  [/\bO=Google Trust Services\b/, ['pki.goog']],
  [/\bO=Amazon\b/, ['amazon.com', 'amazontrust.com', 'awstrust.com', 'amazonaws.com', 'aws.amazon.com']],
  [
    /\bO=(?:DigiCert|GeoTrust|Thawte|thawte|RapidSSL|Symantec)\b/,
    [
      'digicert.com',
      'www.digicert.com',
      'geotrust.com',
      'rapidssl.com',
      'thawte.com',
      'symantec.com',
      'digicert.ne.jp',
      'cybertrust.ne.jp',
      'digitalcertvalidation.com',
      'quovadisglobal.com',
    ],
  ],
  [
    /\bO=(?:Sectigo|COMODO|ZeroSSL|Gandi)\b/,
    [
      'sectigo.com',
      'comodo.com',
      'comodoca.com',
      'usertrust.com',
      'trust-provider.com',
      'zerossl.com',
      'gandi.net',
      'entrust.net',
      'affirmtrust.com',
    ],
  ],
  [/\bO=GlobalSign\b/, ['globalsign.com']],
  [/\bO=(?:GoDaddy|Starfield)/, ['godaddy.com', 'starfieldtech.com']],
  [/\bO=Buypass\b/, ['buypass.com', 'buypass.no']],
  [/\bO=(?:SSL Corp|SSL Corporation)\b/, ['ssl.com']],
  [/\bO=SwissSign\b/, ['swisssign.com', 'swisssign.net']],
  [/\bO=D-Trust\b/i, ['d-trust.net', 'dtrust.net', 'd-trust.de', 'dtrust.de']],
  [/\bO=Actalis\b/, ['actalis.it']],
];

/** The names an authority honours in CAA records; undefined where they are not known. */
export function caaNamesOf(issuer: string): readonly string[] | undefined {
  return ISSUERS.find(([words]) => words.test(issuer))?.[1];
}

/** The organization in an issuer's name, for people. */
export function organizationOf(issuer: string): string {
  return /(?:^|, )O=(.*?)(?=, [A-Za-z0-9.]+=|$)/.exec(issuer)?.[1] ?? issuer;
}
