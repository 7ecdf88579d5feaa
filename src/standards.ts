/*
 * The standards cited, with the sections cited. Written by `npm run standards` from the citations in the source
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
  1034: {
    title: 'Domain names: concepts and facilities',
    status: 'Internet Standard',
    sections: {
      '3.6.2': 'Aliases and canonical names',
      '4.3.3': 'Wildcards',
    },
  },
  1035: {
    title: 'Domain names: implementation and specification',
    status: 'Internet Standard',
    sections: {
      '2.3.4': 'Size limits',
      '3.2.1': 'Format',
      '3.3.9': 'MX RDATA format',
      '4.2.1': 'UDP usage',
    },
  },
  1123: {
    title: 'Requirements for Internet hosts: application and support',
    status: 'Internet Standard',
    sections: {
      '2.1': 'Host Names and Numbers',
    },
  },
  1870: {
    title: 'SMTP service extension for message size declaration',
    status: 'Internet Standard',
    sections: {
      '4': 'The Message Size Declaration service extension',
    },
  },
  2181: {
    title: 'Clarifications to the DNS specification',
    status: 'Proposed Standard',
    sections: {
      '8': 'Time to Live (TTL)',
      '10.1': 'CNAME resource records',
      '10.2': 'PTR records',
      '10.3': 'MX and NS records',
    },
  },
  3030: {
    title: 'SMTP service extensions for transmission of large and binary MIME messages',
    status: 'Proposed Standard',
    sections: {
      '3': 'Framework for the Binary Service Extension',
    },
  },
  3207: {
    title: 'SMTP service extension for secure SMTP over TLS',
    status: 'Proposed Standard',
    sections: {
      '2': 'STARTTLS Extension',
      '3': 'The STARTTLS Keyword',
      '4': 'The STARTTLS Command',
      '4.1': 'Processing After the STARTTLS Command',
      '4.2': 'Result of the STARTTLS Command',
      '4.3': 'STARTTLS on the Submission Port',
      '6': 'Security Considerations',
    },
  },
  4033: {
    title: 'DNS security introduction and requirements',
    status: 'Proposed Standard',
    sections: {
      '2': 'Definitions of Important DNSSEC Terms',
    },
  },
  4035: {
    title: 'Protocol modifications for the DNS security extensions',
    status: 'Proposed Standard',
    sections: {
      '2.2': 'Including RRSIG RRs in a Zone',
      '2.4': 'Including DS RRs in a Zone',
      '3.1.3': 'Including NSEC RRs in a Response',
      '3.2.2': 'The CD Bit',
      '4.3': 'Determining Security Status of Data',
      '5': 'Authenticating DNS Responses',
      '5.2': 'Authenticating Referrals',
      '5.3.1': 'Checking the RRSIG RR Validity',
      '5.4': 'Authenticated Denial of Existence',
      '5.5': 'Resolver Behavior When Signatures Do Not Validate',
    },
  },
  4616: {
    title: 'The PLAIN SASL mechanism',
    status: 'Proposed Standard',
    sections: {
      '5': 'Security Considerations',
    },
  },
  4954: {
    title: 'SMTP service extension for authentication',
    status: 'Proposed Standard',
    sections: {
      '4': 'The AUTH Command',
      '6': 'Status Codes',
    },
  },
  5280: {
    title: 'Internet X.509 public key infrastructure certificate and CRL profile',
    status: 'Proposed Standard',
    sections: {
      '4.1.2.5': 'Validity',
      '4.2.1.3': 'Key Usage',
      '4.2.1.9': 'Basic Constraints',
      '4.2.1.12': 'Extended Key Usage',
      '6.1': 'Basic Path Validation',
    },
  },
  5321: {
    title: 'Simple Mail Transfer Protocol',
    status: 'Draft Standard',
    sections: {
      '2.3.1': 'Mail Objects',
      '2.3.5': 'Domain Names',
      '3.8': 'Terminating Sessions and Connections',
      '4.1.1.1': 'Extended HELLO (EHLO) or HELLO (HELO)',
      '4.1.1.10': 'QUIT (QUIT)',
      '4.1.4': 'Order of Commands',
      '4.1.5': 'Private-Use Commands',
      '4.2': 'SMTP Replies',
      '4.2.1': 'Reply Code Severities and Theory',
      '4.2.4': 'Reply Code 502',
      '4.3.1': 'Sequencing Overview',
      '4.5.1': 'Minimum Implementation',
      '4.5.3.1.7': 'Message Content',
      '4.5.3.2.1': 'Initial 220 Message: 5 Minutes',
      '4.5.4.1': 'Sending Strategy',
      '5.1': 'Locating the Target Host',
      '5.2': 'IPv6 and MX Records',
      '7.1': 'Mail Security and Spoofing',
      '7.3': 'VRFY, EXPN, and Security',
    },
  },
  5322: {
    title: 'Internet message format',
    status: 'Draft Standard',
    sections: {
      '3.6.2': 'Originator Fields',
    },
  },
  6125: {
    title: 'Domain-based application service identity in certificates',
    status: 'Proposed Standard, obsoleted by RFC 9525',
    sections: {
      '6.4.4': 'Checking of Common Names',
    },
  },
  6152: {
    title: 'SMTP service extension for 8-bit MIME transport',
    status: 'Internet Standard',
    sections: {
      '2': 'Framework for the 8-bit MIME Transport Extension',
    },
  },
  6186: {
    title: 'Use of SRV records for locating email submission and access services',
    status: 'Proposed Standard',
    sections: {
      '3.1': 'Email Submission',
      '3.2': 'IMAP',
      '3.4': 'Priority for Domain Preferences',
      '6': 'Security Considerations',
    },
  },
  6331: {
    title: 'Moving DIGEST-MD5 to Historic',
    status: 'Informational',
    sections: {
      '1': 'Introduction and Overview',
    },
  },
  6376: {
    title: 'DomainKeys Identified Mail (DKIM) signatures',
    status: 'Internet Standard',
    sections: {
      '3.1': 'Selectors',
      '3.2': 'Tag=Value Lists',
      '3.3.2': 'The rsa-sha256 Signing Algorithm',
      '3.3.3': 'Key Sizes',
      '3.5': 'The DKIM-Signature Header Field',
      '3.6.1': 'Textual Representation',
      '3.6.2': 'DNS Binding',
      '3.6.2.1': 'Namespace',
      '3.6.2.2': 'Resource Record Types for Key Storage',
      '3.10': 'Signing by Parent Domains',
      '6.1.2': 'Get the Public Key',
      '8.1': 'ASCII Art Attacks',
      '8.6': 'Replay/Spam Attacks',
      '8.13': 'RSA Attacks',
      '8.15': 'Attacks Involving Extra Header Fields',
      C: 'Creating a Public Key (INFORMATIVE)',
      'C.1': 'Compatibility with DomainKeys Key Records',
      'C.2': 'RFC 4871 Compatibility',
    },
  },
  6409: {
    title: 'Message submission for mail',
    status: 'Internet Standard',
    sections: {
      '3.1': 'Submission Identification',
      '4.3': 'Require Authentication',
      '5.3': 'Apply Shorter Timeouts',
      '7': 'Interaction with SMTP Extensions',
    },
  },
  6531: {
    title: 'SMTP extension for internationalized email',
    status: 'Proposed Standard',
    sections: {
      '3.1': 'Framework for the Internationalization Extension',
    },
  },
  6698: {
    title: 'DNS-based authentication of named entities (DANE)',
    status: 'Proposed Standard',
    sections: {
      '2.1.3': 'The Matching Type Field',
      '2.1.4': 'The Certificate Association Data Field',
      '4.1': 'Usable Certificate Associations',
      '6': 'Mandatory-to-Implement Features',
    },
  },
  6840: {
    title: 'Clarifications and implementation notes for DNSSEC',
    status: 'Proposed Standard',
    sections: {
      '5.4': 'Caution about Local Policy and Multiple RRSIGs',
      '5.7': 'Setting the AD Bit on Queries',
      '5.11': 'Mandatory Algorithm Rules',
    },
  },
  6890: {
    title: 'Special-purpose IP address registries',
    status: 'Best Current Practice',
    sections: {
      '2.2.2': 'IPv4 Special-Purpose Address Registry Entries',
    },
  },
  6891: {
    title: 'Extension mechanisms for DNS (EDNS(0))',
    status: 'Internet Standard',
    sections: {
      '6.2.5': 'Payload Size Selection',
    },
  },
  7208: {
    title: 'Sender Policy Framework (SPF), version 1',
    status: 'Proposed Standard',
    sections: {
      '2.3': 'The "HELO" Identity',
      '2.4': 'The "MAIL FROM" Identity',
      '3': 'SPF Records',
      '3.1': 'DNS Resource Records',
      '3.2': 'Multiple DNS Records',
      '3.3': 'Multiple Strings in a Single DNS Record',
      '3.4': 'Record Size',
      '3.5': 'Wildcard Records',
      '4.4': 'Record Lookup',
      '4.5': 'Selecting Records',
      '4.6': 'Record Evaluation',
      '4.6.1': 'Term Evaluation',
      '4.6.2': 'Mechanisms',
      '4.6.4': 'DNS Lookup Limits',
      '4.7': 'Default Result',
      '4.8': 'Domain Specification',
      '5': 'Mechanism Definitions',
      '5.1': '"all"',
      '5.2': '"include"',
      '5.3': '"a"',
      '5.4': '"mx"',
      '5.5': '"ptr" (do not use)',
      '5.6': '"ip4" and "ip6"',
      '5.7': '"exists"',
      '6': 'Modifier Definitions',
      '7.1': 'Formal Specification',
      '7.2': 'Macro Definitions',
      '7.3': 'Macro Processing Details',
      '8.2': 'Neutral',
      '8.5': 'Softfail',
      '10.1': 'Sending Domains',
      '10.1.1': 'DNS Resource Considerations',
      '10.1.2': "Administrator's Considerations",
      '10.1.3': 'Bounces',
      '10.3': 'Mediators',
      '11.1': 'Processing Limits',
      '11.2': 'SPF-Authorized Email May Contain Other False Identities',
      '11.4': 'Cross-User Forgery',
      '11.6': 'Privacy Exposure',
      '12': 'Collected ABNF',
      '14.1': 'The SPF DNS Record Type',
    },
  },
  7489: {
    title: 'Domain-based Message Authentication, Reporting, and Conformance (DMARC)',
    status: 'Informational, obsoleted by RFC 9989',
    sections: {
      '3.2': 'Organizational Domain',
      '6.1': 'DMARC Policy Record',
      '6.2': 'DMARC URIs',
      '6.3': 'General Record Format',
      '6.4': 'Formal Definition',
      '6.6.2': 'Determine Handling Policy',
      '6.6.3': 'Policy Discovery',
      '6.6.4': 'Message Sampling',
      '7.1': 'Verifying External Destinations',
      '10.3': 'Rejecting Messages',
    },
  },
  7505: {
    title: 'A null MX resource record for domains that accept no mail',
    status: 'Proposed Standard',
    sections: {
      '3': 'MX Resource Records Specifying Null MX',
      '4.1': 'SMTP Server Benefits',
      '4.2': 'Sending Mail from Domains That Publish Null MX',
    },
  },
  7671: {
    title: 'Updates to and operational guidance for DANE',
    status: 'Proposed Standard',
    sections: {
      '5.1': 'Certificate Usage DANE-EE(3)',
      '5.2.2': 'Trust Anchor Digests and Server Certificate Chain',
      '7': 'TLSA Base Domain and CNAMEs',
      '8': 'TLSA Publisher Requirements',
      '8.1': 'Key Rollover with Fixed TLSA Parameters',
      '8.4': 'TLSA Publisher Requirements: Summary',
      '9': 'Digest Algorithm Agility',
      '10.1': 'DANE DNS Record Size Guidelines',
      '11': 'Note on DNSSEC Security',
      '13': 'Operational Considerations',
    },
  },
  7672: {
    title: 'SMTP security via opportunistic DANE TLS',
    status: 'Proposed Standard',
    sections: {
      '1.3.1': 'STARTTLS Downgrade Attack',
      '2.1.1': 'DNS Errors, "Bogus" Responses, and "Indeterminate" Responses',
      '2.1.2': 'DNS Error Handling',
      '2.2': 'TLS Discovery',
      '2.2.1': 'MX Resolution',
      '2.2.2': 'Non-MX Destinations',
      '2.2.3': 'TLSA Record Lookup',
      '3.1': 'TLSA Certificate Usages',
      '3.1.1': 'Certificate Usage DANE-EE(3)',
      '3.1.3': 'Certificate Usages PKIX-TA(0) and PKIX-EE(1)',
      '3.2': 'Certificate Matching',
      '3.2.2': 'DANE-TA(2) Name Checks',
      '3.2.3': 'Reference Identifier Matching',
      '4': 'Server Key Management',
      '8.2': 'Anonymous TLS Cipher Suites',
      '9.2': 'Publisher Operational Considerations',
    },
  },
  7673: {
    title: 'Using DANE TLSA records with SRV records',
    status: 'Proposed Standard',
    sections: {
      '3.4': 'Impact on TLS Usage',
    },
  },
  7817: {
    title: 'Updated TLS server identity check for email-related protocols',
    status: 'Proposed Standard',
    sections: {
      '3': 'Email Server Certificate Verification Rules',
      '4.1': 'Notes on Handling of Delegated Email Services by Certification',
    },
  },
  7929: {
    title: 'DANE bindings for OpenPGP',
    status: 'Experimental',
    sections: {
      '3': 'Location of the OPENPGPKEY Record',
      '5': 'Application Use of OPENPGPKEY',
    },
  },
  8020: {
    title: 'NXDOMAIN: there really is nothing underneath',
    status: 'Proposed Standard',
    sections: {
      '2': 'Rules',
    },
  },
  8058: {
    title: 'Signaling one-click functionality for list email headers',
    status: 'Proposed Standard',
    sections: {
      '3': 'Implementation',
    },
  },
  8162: {
    title: 'Using secure DNS to associate certificates with names for S/MIME',
    status: 'Experimental',
    sections: {
      '3': 'Location of the SMIMEA Record',
      '4': 'Email Address Variants and Internationalization',
    },
  },
  8301: {
    title: 'Cryptographic algorithm and key usage update to DKIM',
    status: 'Proposed Standard',
    sections: {
      '3.1': 'Signing and Verification Algorithms',
      '3.2': 'Key Sizes',
    },
  },
  8314: {
    title: 'Cleartext considered obsolete: TLS for email submission and access',
    status: 'Proposed Standard',
    sections: {
      '3': 'Implicit TLS',
      '3.3': 'Implicit TLS for SMTP Submission',
      '4': 'Use of TLS by Mail Access Servers and Message Submission',
      '4.1': 'Deprecation of Services Using Cleartext and TLS Versions',
      '4.2': 'Mail Server Use of Client Certificate Authentication',
      '4.4': 'TLS Server Certificate Requirements',
      '4.5.4': 'TLSA Records',
      '5.1': 'Use of SRV Records in Establishing Configuration',
      '5.2': 'Minimum Confidentiality Level',
      '5.3': 'Certificate Validation',
      '7.3': 'Submissions Port Registration',
    },
  },
  8446: {
    title: 'The Transport Layer Security (TLS) protocol version 1.3',
    status: 'Proposed Standard',
    sections: {
      '4.4.2': 'Certificate',
    },
  },
  8460: {
    title: 'SMTP TLS reporting',
    status: 'Proposed Standard',
    sections: {
      '3': 'Reporting Policy',
      '4': 'Reporting Schema',
      '4.3': 'Result Types',
      '5.3': 'Email Transport',
      '5.3.1': 'Example Report',
      '7': 'Security Considerations',
      '8': 'Privacy Considerations',
    },
  },
  8461: {
    title: 'SMTP MTA Strict Transport Security (MTA-STS)',
    status: 'Proposed Standard',
    sections: {
      '2': 'Related Technologies',
      '3.1': 'MTA-STS TXT Records',
      '3.2': 'MTA-STS Policies',
      '3.3': 'HTTPS Policy Fetching',
      '4': 'Policy Validation',
      '4.1': 'MX Host Validation',
      '4.2': 'Recipient MTA Certificate Validation',
      '5': 'Policy Application',
      '6': 'Reporting Failures',
      '7.2': 'Minimum TLS Version Support',
      '8.2': 'Policy Delegation',
      '8.3': 'Removing MTA-STS',
      '10.2': 'Preventing Policy Discovery',
      '10.3': 'Denial of Service',
      '10.4': 'Weak Policy Constraints',
    },
  },
  8463: {
    title: 'A new cryptographic signature method for DKIM (Ed25519)',
    status: 'Proposed Standard',
    sections: {
      '3': 'Ed25519-SHA256 Signing Algorithm',
      '4.2': 'Key Syntax',
      '5': 'Choice and Strength of Keys and Algorithms',
      '6': 'Transition Considerations',
      'A.1': 'Secret Keys',
    },
  },
  8551: {
    title: 'Secure/Multipurpose Internet Mail Extensions (S/MIME) version 4.0',
    status: 'Proposed Standard',
    sections: {
      '1.1': 'Specification Overview',
      '3.3': 'Creating an Enveloped-Only Message',
      '3.5': 'Creating a Signed-Only Message',
    },
  },
  8601: {
    title: 'Message header field for indicating message authentication status',
    status: 'Proposed Standard',
    sections: {
      '2.7.3': '"iprev"',
      '3': 'The "iprev" Authentication Method',
    },
  },
  8616: {
    title: 'Email authentication for internationalized mail',
    status: 'Proposed Standard',
    sections: {
      '4': 'SPF and Internationalized Mail',
      '6': 'DMARC and Internationalized Mail',
    },
  },
  8624: {
    title: 'Algorithm implementation requirements and usage guidance for DNSSEC',
    status: 'Proposed Standard, obsoleted by RFC 9904',
    sections: {
      '3.3': 'DS and CDS Algorithms',
    },
  },
  8657: {
    title: 'CAA record extensions for account URI and ACME method binding',
    status: 'Proposed Standard',
    sections: {
      '3': 'Extensions to the CAA Record: The "accounturi" Parameter',
      '4': 'Extensions to the CAA Record: The "validationmethods" Parameter',
    },
  },
  8659: {
    title: 'DNS Certification Authority Authorization (CAA) resource record',
    status: 'Proposed Standard',
    sections: {
      '3': 'Relevant Resource Record Set',
      '4.1': 'Syntax',
      '4.2': 'CAA issue Property',
      '4.3': 'CAA issuewild Property',
      '4.4': 'CAA iodef Property',
      '4.5': 'Critical Flag',
      '6.4': 'Bogus DNSSEC Responses',
    },
  },
  8689: {
    title: 'SMTP REQUIRETLS option',
    status: 'Proposed Standard',
    sections: {
      '2': 'The REQUIRETLS Service Extension',
      '4.2.1': 'Sending with TLS Required',
      '8.2': 'Active Attacks',
    },
  },
  8914: {
    title: 'Extended DNS errors',
    status: 'Proposed Standard',
    sections: {
      '4.7': 'Extended DNS Error Code 6 - DNSSEC Bogus',
    },
  },
  8996: {
    title: 'Deprecating TLS 1.0 and TLS 1.1',
    status: 'Best Current Practice',
    sections: {
      '4': 'Do Not Use TLS 1',
      '5': 'Do Not Use TLS 1',
    },
  },
  8997: {
    title: 'Deprecation of TLS 1.1 for email submission and access',
    status: 'Proposed Standard',
    sections: {
      '3': 'Updates to RFC 8314',
    },
  },
  9077: {
    title: 'NSEC and NSEC3: TTLs and aggressive use',
    status: 'Proposed Standard',
    sections: {
      '3': 'NSEC and NSEC3 TTL Changes',
    },
  },
  9276: {
    title: 'Guidance for NSEC3 parameter settings',
    status: 'Best Current Practice',
    sections: {
      '3.1': 'Best Practice for Zone Publishers',
      '3.2': 'Recommendation for Validating Resolvers',
    },
  },
  9325: {
    title: 'Recommendations for secure use of TLS and DTLS',
    status: 'Best Current Practice',
    sections: {
      '3.1.1': 'SSL/TLS Protocol Versions',
      '3.2': 'Strict TLS',
      '3.9': 'Multi-Server Deployment',
      '4.1': 'General Guidelines',
      '4.2': 'Cipher Suites for TLS 1',
      '4.2.1': 'Implementation Details',
      '4.5': 'Public Key Length',
      '5.2': 'Opportunistic Security',
    },
  },
  9364: {
    title: 'DNS security extensions (DNSSEC)',
    status: 'Best Current Practice',
    sections: {},
  },
  9495: {
    title: 'CAA processing for email addresses',
    status: 'Proposed Standard',
    sections: {},
  },
  9824: {
    title: 'Compact denial of existence in DNSSEC',
    status: 'Proposed Standard',
    sections: {},
  },
  9904: {
    title: 'DNSSEC cryptographic algorithm recommendation update process',
    status: 'Proposed Standard',
    sections: {},
  },
  9905: {
    title: 'Deprecating the use of SHA-1 in DNSSEC signature algorithms',
    status: 'Proposed Standard',
    sections: {},
  },
  9906: {
    title: 'Deprecating GOST R 34.10-2001 and GOST R 34.11-94 in DNSSEC',
    status: 'Proposed Standard',
    sections: {},
  },
  9989: {
    title: 'Domain-based Message Authentication, Reporting, and Conformance (DMARC)',
    status: 'Proposed Standard',
    sections: {
      '3.2.9': 'Enforcement',
      '3.2.13': 'Non-existent Domains',
      '4.4': 'Identifier Alignment Explained',
      '4.4.1': 'DKIM-Authenticated Identifiers',
      '4.5': 'DMARC Policy Record Explained',
      '4.6': 'DMARC Reporting URIs',
      '4.7': 'DMARC Policy Record Format',
      '4.8': 'Formal Definition',
      '4.10': 'DNS Tree Walk',
      '4.10.1': 'DMARC Policy Discovery',
      '4.10.2': 'Identifier Alignment Evaluation',
      '5.1.2': 'Configure Sending System for DKIM Signing Using an Aligned',
      '5.1.3': 'Set Up a Mailbox to Receive Aggregate Reports',
      '5.1.4': 'Publish a DMARC Policy Record for the Author Domain and',
      '5.1.5': 'Collect and Analyze Reports',
      '5.1.6': 'Remediate Unaligned or Unauthenticated Mail Streams',
      '5.1.8': 'A Note on Large, Complex Organizations and Decentralized DNS',
      '5.2': 'PSO Actions',
      '5.3.3': 'Determine If Authenticated Identifiers Exist',
      '5.3.6': 'Apply Policy If Appropriate',
      '5.4': 'Policy Enforcement Considerations',
      '7.1': 'Issues Specific to SPF',
      '7.4': 'Interoperability Considerations',
      '9.3': 'DMARC Tags Registry Update',
      '10.2': 'Failure Report Considerations',
      '11.1': 'Authentication Methods',
      '11.4': 'Display Name Attacks',
      '11.6': 'External Reporting Addresses',
      '11.8': 'Relaxed Alignment Considerations',
      'A.1': 'S/MIME',
      'A.6': 'Removal of the "pct" Tag',
      'C.3': 'Policy Discovery and Organizational Domain Determination',
      'C.5.2': 'Tags Removed',
      'C.8': 'Removal of RFC 7489 Appendix A',
    },
  },
  9990: {
    title: 'DMARC aggregate reporting',
    status: 'Proposed Standard',
    sections: {},
  },
  9991: {
    title: 'DMARC failure reporting',
    status: 'Proposed Standard',
    sections: {},
  },
};

/** Where an RFC, or one of its sections, can be read. */
export function linkTo(rfc: number, section?: string): string {
  const page = `https://www.rfc-editor.org/rfc/rfc${rfc}.html`;
  if (section === undefined) return page;
  return /^[0-9]/.test(section) ? `${page}#section-${section}` : `${page}#appendix-${section}`;
}
