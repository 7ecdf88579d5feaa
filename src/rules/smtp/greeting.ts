import { shown } from '../../dns/text.ts';
import { those } from '../../engine/agreement.ts';
import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { opened, placesOf, smtp } from '../../topics/smtp.ts';

export const covers = ['smtp-banner', 'smtp-banner-version', 'helo-fqdn'];

const ORDER = ['not-smtp', 'nameless', 'local', 'literal', 'software', 'named'] as const;

const greeting = rule({
  title: 'Mail servers greet with their full name',
  why: 'The first line a mail server says must begin with its name. Senders log it, loop checks compare it, and a server that does not know its own name often sends under a wrong one, too.',
  bears: ['acceptance'],
  cites: [
    { rfc: 5321, section: '4.2', level: 'MUST' },
    { rfc: 5321, section: '4.3.1' },
    { rfc: 5321, section: '2.3.5' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    'not-smtp': {
      severity: 'medium',
      says: (d: Said) => `${those(d.hosts, 'answered')} on port 25 with something that is not SMTP.`,
      fix: {
        stage: 'mend',
        effort: 'hour',
        text: 'See which program listens on port 25 of that address; it must be the mail server.',
      },
    },
    nameless: {
      severity: 'low',
      says: (d: Said) =>
        `The greeting of ${enumerated(d.hosts)} does not begin with a host name: \`${d.line}\`.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Let the greeting begin with the server’s full name (`myhostname` and `smtpd_banner` in Postfix, `primary_hostname` in Exim).',
      },
    },
    local: {
      severity: 'low',
      says: (d: Said) =>
        `${those(d.hosts, 'greets')} with the name \`${d.name}\`, which nobody outside can look up.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Set the server’s own name to its full name in DNS (`myhostname` in Postfix, `primary_hostname` in Exim).',
      },
    },
    literal: {
      passes: true,
      says: (d: Said) =>
        `${those(d.hosts, 'greets')} with an address in place of a name, \`${d.name}\`, which is allowed for a host without one.`,
    },
    software: {
      passes: true,
      says: (d: Said) =>
        `Each server greets with its name. ${those(d.hosts, 'tells')} software and version as well (\`${d.software}\`), which is allowed and can be switched off.`,
    },
    named: { passes: true, says: (d: Said) => `Each server greets with its name (\`${d.name}\`).` },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      visits,
      ORDER,
      ({ welcome, greeting }) => {
        if (welcome === undefined || typeof welcome === 'object') return welcome;
        if (welcome === 'not-smtp') return 'not-smtp';
        // What a firewall has overwritten is judged by itself.
        if (greeting === undefined || greeting.masked) return undefined;
        const { kind } = greeting.own;
        if (kind === 'none') return 'nameless';
        if (kind !== 'fqdn') return kind;
        return greeting.software === undefined ? 'named' : 'software';
      },
      missing,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server showed a greeting that could be judged.' };
    if (found.is === 'unknown') return found;
    const [{ greeting }] = found.of;
    const own = greeting?.own;
    const data = {
      hosts: placesOf(found.of, visits),
      line: shown(greeting?.lines[0] ?? '').slice(0, 80),
      name: shown(own && 'name' in own ? own.name : ''),
      software: shown(greeting?.software ?? ''),
    };
    return { is: found.is, data };
  },
});

export default greeting;

interface Said {
  readonly hosts: readonly string[];
  readonly line: string;
  readonly name: string;
  readonly software: string;
}

export const weighs = {
  medium: 'Something else than a mail server answers there; others of the domain may work.',
  low: 'Mail is taken all the same.',
} satisfies Weights<typeof greeting>;

export const examples = [
  { name: 'its name', zone: mxVisit(), expect: 'named' },
  {
    name: 'its name and version',
    zone: mxVisit({ greeting: '"220 mx.example.com ESMTP Exim 4.97.1"' }),
    expect: 'software',
  },
  { name: 'its address', zone: mxVisit({ greeting: '"220 [192.0.2.25] ESMTP"' }), expect: 'literal' },
  { name: 'localhost', zone: mxVisit({ greeting: '"220 localhost.localdomain ESMTP"' }), expect: 'local' },
  { name: 'no name', zone: mxVisit({ greeting: '"220 ESMTP ready"' }), expect: 'nameless' },
  {
    name: 'a web server',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting "HTTP/1.1 400 Bad Request" !not-smtp',
    expect: 'not-smtp',
  },
  {
    name: 'turned away',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting "554 your address is on a list"',
    expect: 'unknown',
  },
  {
    name: 'silence',
    zone: 'example.com MX 10 mx.example.com\nmx.example.com SMTP 25 192.0.2.25 open greeting !timeout',
    expect: 'unknown',
  },
  { name: 'masked', zone: mxVisit({ greeting: '"220 ****************"' }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof greeting>;
