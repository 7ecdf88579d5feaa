import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-banner-masked'];

const masking = rule({
  title: 'Nothing overwrites what mail servers say',
  why: 'Some firewalls replace parts of the conversation by asterisks or X, STARTTLS among them. Mail then crosses the Internet in clear text although the server could encrypt.',
  bears: ['interception'],
  cites: [
    { rfc: 3207, section: '6' },
    { rfc: 8689, section: '8.2' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    masked: {
      severity: 'high',
      says: (d: { hosts: readonly string[] }) =>
        `A firewall in front of ${enumerated(d.hosts)} overwrites what the server says, STARTTLS included.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'Switch off SMTP inspection in the firewall (“fixup protocol smtp”, “inspect esmtp” or “SMTP protection”).',
      },
    },
    plain: { passes: true, says: 'What the servers say arrives unchanged, as far as can be told.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ['masked', 'plain'],
      ({ greeting, ehlo, welcome, speaksEhlo }) => {
        if (greeting?.masked || ehlo?.masked) return 'masked';
        if (typeof welcome === 'object') return welcome;
        return typeof speaksEhlo === 'object' ? speaksEhlo : 'plain';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server could be reached on port 25.' };
    if (found.is === 'unknown') return found;
    return found.is === 'masked'
      ? { is: 'masked', data: { hosts: placesOf(found.of, visits) } }
      : { is: 'plain' };
  },
});

export default masking;

export const weighs = {
  high: 'All mail crosses the network readable, although the server could encrypt.',
} satisfies Weights<typeof masking>;

export const examples = [
  { name: 'unchanged', zone: mxVisit(), expect: 'plain' },
  { name: 'asterisks', zone: mxVisit({ greeting: '"220 ***********0*2******"' }), expect: 'masked' },
  { name: 'X for STARTTLS', zone: mxVisit({ ehlo: ['SIZE', 'XXXXXXXA'] }), expect: 'masked' },
  {
    name: 'the relay’s own network does it',
    zone: `${mxVisit({ ehlo: ['XXXXXXXA'] })}\nmx.example.com SMTP 25 control open "220 control" "250-control" "250 XXXXXXXA"`,
    expect: 'unknown',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof masking>;
