/*
 * What both ends of a link already know, so that it need not travel: texts and octets that most reports hold, the
 * commonest last, where they cost least. Part of the meaning of codec `d`: a single character changed here makes
 * every link ever made unreadable. To say more, add another codec beside it; that new rules ask new questions only
 * makes links a little longer. A test holds both to their checksums.
 */

const SELECTORS =
  'acdkim1 brevo1 cka clk cm ctct1 default dkim dkim1 email fm1 fs google hs1 intercom k1 k2 k3 key1 kl km1 krs litesrv m1 mail mailjet mandrill mg mte1 mte2 pdk1 pm protonmail resend s1 s2 s2048 salesforce selector1 selector2 sf1 smtp smtpapi stalwart strong1 x zendesk1 zendesk2';

/** For texts. */
export const WORDS: Uint8Array = new TextEncoder().encode(
  [
    // Mail services: what SPF includes, where mail goes, where keys live.
    ' include:spf.mailjet.com include:spf.mtasv.net include:zoho.eu include:zoho.com include:mx.ovh.com include:icloud.com',
    ' include:_spf.protonmail.ch include:spf.messagingengine.com include:mailgun.org include:_spf.salesforce.com',
    ' include:spf.brevo.com include:mail.zendesk.com include:spf.mandrillapp.com include:servers.mcsv.net',
    ' include:amazonses.com include:sendgrid.net include:secureserver.net include:emailsrvr.com redirect=_spf.',
    'in1-smtp.messagingengine.com mail.protonmail.ch mx.zoho.eu inbound-smtp.eu-west-1.amazonaws.com mx1.hostinger.com',
    'pphosted.com mimecast.com domainkey.u.wl.sendgrid.net dkim1.mcsv.net dkim2.mcsv.net dkim3.mcsv.net .dkim.amazonses.com',
    '.domains.proton.ch .dkim.fmhosted.com selector1-._domainkey.onmicrosoft.com b1.brevo.com smtp-relay.gmail.com',
    'MS=ms facebook-domain-verification= atlassian-domain-verification= apple-domain-verification= stripe-verification=',
    'adobe-idp-site-verification= docusign= openai-domain-verification=dv- google-site-verification=',
    // Who answers, and who is in charge.
    '"Cloudflare","Google","DNS.SB","CZ.NIC","zone","relay"',
    'ns1.ns2.ns3.dns.hostmaster.admin..domaincontrol.com.ns.cloudflare.com.awsdns-.net.org.co.uk.googledomains.com',
    '.registrar-servers.com.azure-dns.com.ovh.net.gandi.net,10000,2400,604800,1800,7200,900,1209600,86400,3600,600,300]',
    ',"s":[["SOA",13,"\x01",["DNSKEY",8,"\x01",],"n":[]},"n":[["nsec3",["nsec","\x01",["NS","SOA","RRSIG","DNSKEY","NSEC3PARAM","NXNAME","NSEC","A","MX","TXT","AAAA","CAA","TYPE65534"],"e":[[0,""]]',
    // What a relay sees.
    ',{"smtp":{"addresses":[{"address":"","connect":"refused","code":"ECONNREFUSED","connectMs":,"connect":"timeout",',
    '"connect":"not-tried","connectMs":0,"handshakes":[]}],"helo":"relay.","control":{"host":"","connect":"open","lines":["220',
    '"trust":{"chain":"CERT_HAS_EXPIRED","DEPTH_ZERO_SELF_SIGNED_CERT","UNABLE_TO_VERIFY_LEAF_SIGNATURE","end":"alert",',
    '"alert":"protocol_version","end":"closed","end":"timeout","end":"reset","end":"not-smtp","plain":"","dhBits":2048,',
    '"cipher":"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256","cipher":"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384","group":"secp256r1",',
    '"TLS_AES_256_GCM_SHA384","TLS_AES_128_GCM_SHA256","signature":"ecdsa_secp256r1_sha256","signature":"rsa_pss_rsae_sha256",',
    '"connect":"open","connectMs":,"greeting":{"lines":["220  ESMTP Postfix","220 mx.google.com ESMTP"],"end":"complete","ms":},',
    '"ehlo":{"lines":["250-","250-PIPELINING","250-SIZE 35882577","250-VRFY","250-ETRN","250-STARTTLS","250-AUTH PLAIN LOGIN",',
    '"250-ENHANCEDSTATUSCODES","250-8BITMIME","250-DSN","250-SMTPUTF8","250 CHUNKING"],"end":"complete","ms":},"starttls":{',
    '"lines":["220 2.0.0 Ready to start TLS"],"end":"complete","ms":},"handshakes":[{"offered":["TLSv1.2","TLSv1.1","TLSv1"],',
    '"sni":"","end":"hello","ms":,"version":"TLSv1.2","cipher":"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256","newer":"TLSv1.3",',
    '"group":"x25519","signature":"rsa_pss_rsae_sha256","chain":["\x02","\x02","\x02"],"finished":true,"trust":{"chain":"trusted","name":true}},',
    '{"offered":["TLSv1.3"],"sni":"",{"offered":["TLSv1.1","TLSv1"],"sni":"","end":"alert","ms":,"alert":"protocol_version"}],',
    '"ehloTls":{"lines":["250-"],"quit":{"lines":["221 2.0.0 Bye"],"end":"complete","ms":}}],"helo":"","ms":}}',
    '{"s":200,"c":"text/plain","b":"version: STSv1\\r\\nmode: testing\\r\\nmode: enforce\\r\\nmx: *.mx: \\r\\nmax_age: 604800\\r\\n","m":}',
    '{"x":"not-recorded"},{"x":"servfail"},{"x":"timeout"},{"x":"relay-cannot"},{"x":"relay-absent"}',
    // Records.
    ',["v=BIMI1; l=https:///bimi.svg; a="]],["v=TLSRPTv1; rua=mailto:tls@"]],["v=STSv1; id=2026"]],["v=DKIM1; p="]',
    ',["v=DKIM1; k=ed25519; p="],["v=DKIM1; h=sha256; k=rsa; s=email; t=s; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ"]]',
    ',["v=DKIM1; k=rsa; p=\x02177;","\x02117;"]]',
    ',["v=spf1 a mx ptr ip4:192.0.2.0/24 ip6:2001: ?all"]],["v=spf1 include:_spf.mx.cloudflare.net ~all"]]',
    ',["v=spf1 include:_netblocks.google.com include:_netblocks2.google.com include:_netblocks3.google.com ~all"]',
    ',["v=spf1 ip4:35.190.247.0/24 ip4:64.233.160.0/19 ip4:66.102.0.0/20 ip4:66.249.80.0/20 ip4:72.14.192.0/18',
    ' ip4:74.125.0.0/16 ip4:108.177.8.0/21 ip4:173.194.0.0/16 ip4:209.85.128.0/17 ip4:216.58.192.0/19 ip4:216.239.32.0/19 ~all"',
    ',["v=spf1 ip6:2001:4860:4000::/36 ip6:2404:6800:4000::/36 ip6:2607:f8b0:4000::/36 ip6:2800:3f0:4000::/36 ~all"',
    ',["v=spf1 ip4:172.217.0.0/19 ip4:40.92.0.0/15 ip4:40.107.0.0/16 ip4:52.100.0.0/14 ip4:104.47.0.0/17 -all"',
    '[1,"aspmx.l.google.com"]],[300,[5,"alt1.aspmx.l.google.com"]],[300,[5,"alt2.aspmx.l.google.com"]],[300,[10,"alt3.aspmx.l.google.com"]],[300,[10,"alt4.aspmx.l.google.com"]]]}',
    ',[0,".mail.protection.outlook.com"]]]},',
    '{"d":[[3600,["v=spf1 include:_spf.google.com ~all"]]]},{"d":[[3600,["v=spf1 include:spf.protection.outlook.com -all"]]]}',
    '{"d":[[3600,["v=DMARC1; p=none; rua=mailto:dmarc@"]]]},{"d":[[3600,["v=DMARC1; p=quarantine; sp=none; pct=100; adkim=s; aspf=s; fo=1; ruf=mailto:"]]]}',
    '{"d":[[3600,["v=DMARC1"]]]},{"d":[[3600,["v=DMARC1; p=reject; sp=reject; np=reject; rua=mailto:dmarc-rua@"]]]},',
    // The frame, as for a domain with mailboxes.
    '["A","\x01","alt1.aspmx.l.google.com","alt2.aspmx.l.google.com","alt3.aspmx.l.google.com","alt4.aspmx.l.google.com","aspmx.l.google.com","mta-sts.\x01","mail.\x01"],["AAAA",',
    '["PTR",".in-addr.arpa"],["TLSA","_25._tcp."],["TLSA do","_25._tcp."],["CAA","\x01"],["A do","\x01"],["SRV","_submission._tcp.\x01","_submissions._tcp.\x01"],',
    '"s":[],"n":[]},{"d":[[0,[0,"."]]]},{"d":[[3600,["v=spf1 -all"]]]},',
    ',"zone"],[["DNSKEY do","\x01"],["DS","\x01"],["MX","\x01"],["NS","\x01"],["SOA do","\x01"],["SPF","\x01"],',
    '["TXT","_adsp._domainkey.\x01","_dmarc.com","_dmarc.\x01","_domainkey.\x01","_mta-sts.\x01","_netblocks.google.com","_netblocks2.google.com","_netblocks3.google.com","_smtp._tls.\x01","_spf.\x01","_spf.google.com","',
    SELECTORS.split(' ').join('._domainkey.\x01","'),
    '._domainkey.\x01","default._bimi.\x01","spf.\x01","spf.protection.outlook.com","www.\x01","\x01","\x01._report._dmarc."],["policy","\x01"],["smtp 25","\x01"]],',
    '[{"z":["\x01",300,300],"s":[],"n":[]},{"z":["\x01",3600,3600]},{"z":["\x01",1800,1800]},{"r":1,"z":["\x01",300,300]},{"r":1,"z":["com",900,900]},{},{"r":1},',
    '0,1,2,3,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,6,6,6,6,6,6,6,6,6,6,6,7,7,7,7,7,7,7,7,8,8,8,8,8,8,8,8,{"a":1,"d":[[300,',
    ',"Cloudflare"],[["\x01",17954],[0,1,1,1],[0,],[]]',
    '.example.org","example.net",".co.uk",0,[],"","["example.com",17954',
  ].join(''),
);

/** For octets: names and shapes of certificates, the beginnings and ends of keys. */
export const OCTETS: Uint8Array = Uint8Array.from(
  atob(
    [
      'R1RTIFJvb3QgUjFHb29nbGUgVHJ1c3QgU2VydmljZXMgTExDR29vZ2xlIFRydXN0IFNlcnZpY2VzV1IyaHR0cDovL2kucGtpLmdv',
      'b2cvd3IyLmNydGh0dHA6Ly9jLnBraS5nb29nL3dyMi9EaWdpQ2VydCBJbmN3d3cuZGlnaWNlcnQuY29tRGlnaUNlcnQgR2xvYmFs',
      'IFJvb3QgRzJodHRwOi8vb2NzcC5kaWdpY2VydC5jb21odHRwOi8vY2FjZXJ0cy5kaWdpY2VydC5jb20vaHR0cDovL2NybDMuZGln',
      'aWNlcnQuY29tL1NlY3RpZ28gTGltaXRlZEdyZWF0ZXIgTWFuY2hlc3RlclNhbGZvcmRTZWN0aWdvIFJTQSBEb21haW4gVmFsaWRh',
      'dGlvbiBTZWN1cmUgU2VydmVyIENBaHR0cDovL2NydC5zZWN0aWdvLmNvbS9odHRwOi8vb2NzcC5zZWN0aWdvLmNvbUU1RTZSMTFS',
      'MTJSMTMqLm1haWwucHJvdGVjdGlvbi5vdXRsb29rLmNvbU1pY3Jvc29mdCBDb3Jwb3JhdGlvbldhc2hpbmd0b25SZWRtb25kKi5n',
      'b29nbGUuY29tKi5teC5teC5zbXRwLm1haWwuMIICmDCCAj+gAwIBAgIUZBHkCjl3MKZBFm9+J/JY5MjBc7QwCgYIKoZIzj0EAwIw',
      'TzELMAkGA1UEBhMCVVMxKTAnBgNVBAoMIEludGVybmV0IFNlY3VyaXR5IFJlc2VhcmNoIEdyb3VwMRUwEwYDVQQDDAxJU1JHIFJv',
      'b3QgWDEwHhcNMjYxMTIzMTkxNzU1WhcNMjkwNTExMTkxNzU1WjBPMQswCQYDVQQGEwJVUzEpMCcGA1UECgwgSW50ZXJuZXQgU2Vj',
      'dXJpdHkgUmVzZWFyY2ggR3JvdXAxFTATBgNVBAMMDElTUkcgUm9vdCBYMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKOB+DCB',
      '9TASBgNVHRMBAf8ECDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBhjAdBgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwHQYDVR0O',
      'BBYEFJePxV2NXw9UpKYtKkzWTQo4fop6MB8GA1UdIwQYMBaAFJePxV2NXw9UpKYtKkzWTQo4fop6MDIGCCsGAQUFBwEBBCYwJDAi',
      'BggrBgEFBQcwAoYWaHR0cDovL3gxLmkubGVuY3Iub3JnLzATBgNVHSAEDDAKMAgGBmeBDAECATAnBgNVHR8EIDAeMBygGqAYhhZo',
      'dHRwOi8veDEuYy5sZW5jci5vcmcvMAoGCCqGSM49BAMCA0cGCisGAQQB1nkCBAIEgTCCBCkwggMRoAMCAQICFDCbwy6UokTVwKtF',
      'B+zhJTcUKANhMA0GCSqGSIb3DQEBCwUAMDIxCzAJBgNVBAYTAlVTMRUwEwYDVQQKDAxMZXRzIEVuY3J5cHQxDDAKBgNVBAMMA1Ix',
      'MDAeFw0yNjExMjMxOTE3NTVaFw0yNzAyMjExOTE3NTVaMDIxCzAJBgNVBAYTAlVTMRUwEwYDVQQKDAxMZXRzIEVuY3J5cHQxDDAK',
      'BgNVBAMMA1IxMDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAAIDAQABo4IBNTCCATEwDgYDVR0PAQH/BAQDAgWgMB0G',
      'A1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAMBgNVHRMBAf8EAjAAMB0GA1UdDgQWBBQLZoUPAi47k5TaU56M0BqAWPZPUjAf',
      'BgNVHSMEGDAWgBQLZoUPAi47k5TaU56M0BqAWPZPUjBXBggrBgEFBQcBAQRLMEkwIgYIKwYBBQUHMAGGFmh0dHA6Ly9yMTAuby5s',
      'ZW5jci5vcmcwIwYIKwYBBQUHMAKGF2h0dHA6Ly9yMTAuaS5sZW5jci5vcmcvMBUGA1UdEQQOMAyCA214LoIFbWFpbC4wEwYDVR0g',
      'BAwwCjAIBgZngQwBAgEwLQYDVR0fBCYwJDAioCCgHoYcaHR0cDovL3IxMC5jLmxlbmNyLm9yZy8xLmNybDANBgkqhkiG9w0BAQsF',
      'AAOCAQEAMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQAwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQACAwEAAQ==',
    ].join(''),
  ),
  (char) => char.charCodeAt(0),
);
