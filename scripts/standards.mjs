/*
 * Writes src/standards.ts: for every RFC cited anywhere under src/, its number, title, status and the titles of
 * the sections cited. Section titles come from the folder of RFC texts beside the project; a citation of a
 * section that does not exist there stops the run.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const known = JSON.parse(readFileSync('../shared/rfc/sections.json', 'utf8'));

/** Titles and statuses of the RFCs we may cite. */
const documents = {
  1034: ['Domain names: concepts and facilities', 'Internet Standard'],
  1035: ['Domain names: implementation and specification', 'Internet Standard'],
  1123: ['Requirements for Internet hosts: application and support', 'Internet Standard'],
  1870: ['SMTP service extension for message size declaration', 'Internet Standard'],
  2181: ['Clarifications to the DNS specification', 'Proposed Standard'],
  2308: ['Negative caching of DNS queries', 'Proposed Standard'],
  2782: ['A DNS RR for specifying the location of services (DNS SRV)', 'Proposed Standard'],
  3030: ['SMTP service extensions for transmission of large and binary MIME messages', 'Proposed Standard'],
  3207: ['SMTP service extension for secure SMTP over TLS', 'Proposed Standard'],
  4033: ['DNS security introduction and requirements', 'Proposed Standard'],
  4034: ['Resource records for the DNS security extensions', 'Proposed Standard'],
  4035: ['Protocol modifications for the DNS security extensions', 'Proposed Standard'],
  4616: ['The PLAIN SASL mechanism', 'Proposed Standard'],
  4954: ['SMTP service extension for authentication', 'Proposed Standard'],
  5155: ['DNS security (DNSSEC) hashed authenticated denial of existence', 'Proposed Standard'],
  5280: ['Internet X.509 public key infrastructure certificate and CRL profile', 'Proposed Standard'],
  5321: ['Simple Mail Transfer Protocol', 'Draft Standard'],
  5322: ['Internet message format', 'Draft Standard'],
  5890: ['Internationalized domain names for applications: definitions', 'Proposed Standard'],
  6125: [
    'Domain-based application service identity in certificates',
    'Proposed Standard, obsoleted by RFC 9525',
  ],
  6152: ['SMTP service extension for 8-bit MIME transport', 'Internet Standard'],
  6186: ['Use of SRV records for locating email submission and access services', 'Proposed Standard'],
  6331: ['Moving DIGEST-MD5 to Historic', 'Informational'],
  6376: ['DomainKeys Identified Mail (DKIM) signatures', 'Internet Standard'],
  6409: ['Message submission for mail', 'Internet Standard'],
  6531: ['SMTP extension for internationalized email', 'Proposed Standard'],
  6672: ['DNAME redirection in the DNS', 'Proposed Standard'],
  6686: ['Resolution of the SPF and Sender ID experiments', 'Informational'],
  6698: ['DNS-based authentication of named entities (DANE)', 'Proposed Standard'],
  6840: ['Clarifications and implementation notes for DNSSEC', 'Proposed Standard'],
  6890: ['Special-purpose IP address registries', 'Best Current Practice'],
  6891: ['Extension mechanisms for DNS (EDNS(0))', 'Internet Standard'],
  7208: ['Sender Policy Framework (SPF), version 1', 'Proposed Standard'],
  7489: [
    'Domain-based Message Authentication, Reporting, and Conformance (DMARC)',
    'Informational, obsoleted by RFC 9989',
  ],
  7505: ['A null MX resource record for domains that accept no mail', 'Proposed Standard'],
  7671: ['Updates to and operational guidance for DANE', 'Proposed Standard'],
  7672: ['SMTP security via opportunistic DANE TLS', 'Proposed Standard'],
  7673: ['Using DANE TLSA records with SRV records', 'Proposed Standard'],
  7817: ['Updated TLS server identity check for email-related protocols', 'Proposed Standard'],
  7929: ['DANE bindings for OpenPGP', 'Experimental'],
  8020: ['NXDOMAIN: there really is nothing underneath', 'Proposed Standard'],
  8058: ['Signaling one-click functionality for list email headers', 'Proposed Standard'],
  8162: ['Using secure DNS to associate certificates with names for S/MIME', 'Experimental'],
  8301: ['Cryptographic algorithm and key usage update to DKIM', 'Proposed Standard'],
  8314: ['Cleartext considered obsolete: TLS for email submission and access', 'Proposed Standard'],
  8446: ['The Transport Layer Security (TLS) protocol version 1.3', 'Proposed Standard'],
  8460: ['SMTP TLS reporting', 'Proposed Standard'],
  8461: ['SMTP MTA Strict Transport Security (MTA-STS)', 'Proposed Standard'],
  8463: ['A new cryptographic signature method for DKIM (Ed25519)', 'Proposed Standard'],
  8484: ['DNS queries over HTTPS (DoH)', 'Proposed Standard'],
  8551: ['Secure/Multipurpose Internet Mail Extensions (S/MIME) version 4.0', 'Proposed Standard'],
  8601: ['Message header field for indicating message authentication status', 'Proposed Standard'],
  8616: ['Email authentication for internationalized mail', 'Proposed Standard'],
  8617: ['The Authenticated Received Chain (ARC) protocol', 'Experimental'],
  8624: [
    'Algorithm implementation requirements and usage guidance for DNSSEC',
    'Proposed Standard, obsoleted by RFC 9904',
  ],
  8657: ['CAA record extensions for account URI and ACME method binding', 'Proposed Standard'],
  8659: ['DNS Certification Authority Authorization (CAA) resource record', 'Proposed Standard'],
  8689: ['SMTP REQUIRETLS option', 'Proposed Standard'],
  8914: ['Extended DNS errors', 'Proposed Standard'],
  8996: ['Deprecating TLS 1.0 and TLS 1.1', 'Best Current Practice'],
  8997: ['Deprecation of TLS 1.1 for email submission and access', 'Proposed Standard'],
  9077: ['NSEC and NSEC3: TTLs and aggressive use', 'Proposed Standard'],
  9091: ['Experimental DMARC extension for public suffix domains', 'Experimental, obsoleted by RFC 9989'],
  9116: ['A file format to aid in security vulnerability disclosure', 'Informational'],
  9276: ['Guidance for NSEC3 parameter settings', 'Best Current Practice'],
  9325: ['Recommendations for secure use of TLS and DTLS', 'Best Current Practice'],
  9364: ['DNS security extensions (DNSSEC)', 'Best Current Practice'],
  9495: ['CAA processing for email addresses', 'Proposed Standard'],
  9824: ['Compact denial of existence in DNSSEC', 'Proposed Standard'],
  9904: ['DNSSEC cryptographic algorithm recommendation update process', 'Proposed Standard'],
  9905: ['Deprecating the use of SHA-1 in DNSSEC signature algorithms', 'Proposed Standard'],
  9906: ['Deprecating GOST R 34.10-2001 and GOST R 34.11-94 in DNSSEC', 'Proposed Standard'],
  9989: ['Domain-based Message Authentication, Reporting, and Conformance (DMARC)', 'Proposed Standard'],
  9990: ['DMARC aggregate reporting', 'Proposed Standard'],
  9991: ['DMARC failure reporting', 'Proposed Standard'],
};

/** RFC 9989 is read through its last draft, whose sections carry the same numbers. */
const sources = { 9989: 'draft-ietf-dmarc-dmarcbis-41' };

const cited = new Map();
for (const file of filesUnder('src')) {
  if (file.endsWith('standards.ts')) continue;
  const text = readFileSync(file, 'utf8');
  for (const match of text.matchAll(/rfc: ([0-9]+)(?:,\s*section: '([^']+)')?/g)) {
    const [, rfc, section] = match;
    if (!cited.has(rfc)) cited.set(rfc, new Set());
    if (section !== undefined) {
      const sections = known[sources[rfc] ?? `rfc${rfc}`]?.sections;
      if (!sections?.[section]) fail(`${file} cites RFC ${rfc} §${section}, which does not exist`);
      cited.get(rfc).add(section);
    }
  }
}

let out = `/*
 * The standards cited, with the sections cited. Written by \`npm run standards\` from the citations in the source
 * and the standards' own tables of contents; a citation that is not here fails the tests.
 */

/** One RFC: its title, its status, and the titles of the sections cited. */
export interface Standard {
  readonly title: string;
  readonly status: string;
  readonly sections: Readonly<Record<string, string>>;
}

/** RFCs by number. */
export const standards: Readonly<Record<number, Standard>> = {
`;
for (const rfc of [...cited.keys()].sort((a, b) => a - b)) {
  if (!documents[rfc]) fail(`RFC ${rfc} has no title in scripts/standards.mjs`);
  const [title, status] = documents[rfc];
  const sections = known[sources[rfc] ?? `rfc${rfc}`]?.sections ?? {};
  const rows = [...cited.get(rfc)]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(
      (section) =>
        `      ${/^[A-Z]$/.test(section) ? section : quoted(section)}: ${quoted(sections[section])},\n`,
    );
  out += `  ${rfc}: {\n    title: ${quoted(title)},\n    status: ${quoted(status)},\n    sections: {${rows.length ? `\n${rows.join('')}    ` : ''}},\n  },\n`;
}
out += `};

/** Where an RFC, or one of its sections, can be read. */
export function linkTo(rfc: number, section?: string): string {
  const page = \`https://www.rfc-editor.org/rfc/rfc\${rfc}.html\`;
  if (section === undefined) return page;
  return /^[0-9]/.test(section) ? \`\${page}#section-\${section}\` : \`\${page}#appendix-\${section}\`;
}
`;
writeFileSync('src/standards.ts', out);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesUnder(join(folder, entry.name))
      : /\.(ts|svelte)$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );
}

function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
