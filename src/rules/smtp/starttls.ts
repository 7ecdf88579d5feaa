import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { mxVisit, visitLine } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-starttls-offered'];

const fix: Fix = {
  stage: 'transport',
  effort: 'hour',
  cause: 'starttls',
  text: 'Give the server a certificate and switch TLS on for port 25 (`smtpd_tls_security_level = may` with a certificate and key in Postfix, `tls_advertise_hosts = *` in Exim).',
};

const starttls = rule({
  title: 'Every mail server offers encryption (STARTTLS)',
  why: 'Mail between servers is encrypted only if the receiving one offers STARTTLS. Otherwise everybody on the path reads it.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '2' },
    { rfc: 3207, section: '3' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    none: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'does not offer')} STARTTLS: all mail to you crosses the Internet in clear text.`,
      fix,
    },
    some: {
      severity: 'medium',
      says: (d: { hosts: readonly string[] }) =>
        `${those(d.hosts, 'does not offer')} STARTTLS while others do: mail that goes there crosses the Internet in clear text.`,
      fix,
    },
    offered: { passes: true, says: 'Each mail server that was reached offers STARTTLS.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    // Where a firewall overwrites the list, that is the fault to mend.
    const listed = visits.filter(({ starttls, ehlo }) => starttls !== undefined && !ehlo?.masked);
    const lacking = listed.filter(({ starttls }) => starttls === false);
    const offering = listed.filter(({ starttls }) => starttls === true);
    // Some do and some do not, whatever others may turn out to do.
    if (lacking.length > 0 && offering.length > 0)
      return { is: 'some', data: { hosts: placesOf(lacking, visits) } };
    const hidden = listed.flatMap(({ starttls }) => (typeof starttls === 'object' ? [starttls] : []))[0];
    const blind = missing ?? hidden;
    if (blind) return { is: 'unknown', because: blind };
    if (lacking.length > 0) return { is: 'none', data: { hosts: placesOf(lacking, visits) } };
    if (offering.length > 0) return { is: 'offered' };
    return { is: 'not-applicable', because: 'No mail server could be asked for its extensions.' };
  },
});

export default starttls;

const TWO = 'example.com MX 10 mx.example.com\nexample.com MX 20 mx2.example.com';

export const weighs = {
  high: 'All mail is readable on the path.',
  medium: 'Mail to some of the servers is readable on the path.',
} satisfies Weights<typeof starttls>;

export const examples = [
  { name: 'offered', zone: mxVisit(), expect: 'offered' },
  { name: 'not offered', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'none' },
  {
    name: 'one of two addresses',
    zone: `${mxVisit()}\n${visitLine({ address: '192.0.2.26', ehlo: ['SIZE'] })}`,
    expect: 'some',
  },
  {
    name: 'one of two hosts',
    zone: `${TWO}\n${visitLine()}\n${visitLine({ host: 'mx2.example.com', ehlo: ['SIZE'] })}`,
    expect: 'some',
  },
  {
    name: 'one host not visited',
    zone: `${TWO}\n${visitLine({ ehlo: ['SIZE'] })}\nmx2.example.com SMTP 25 !relay-busy`,
    expect: 'unknown',
  },
  {
    name: 'turned away',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting "421 later"',
    expect: 'unknown',
  },
  {
    name: 'the relay’s own network takes it out',
    zone: `${mxVisit({ ehlo: ['SIZE'] })}\nmx.example.com SMTP 25 control open "220 control" "250-control" "250 SIZE"`,
    expect: 'unknown',
  },
  { name: 'masked', zone: mxVisit({ ehlo: ['XXXXXXXA'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof starttls>;
