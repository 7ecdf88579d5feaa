import { ROOT } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { longestMatch } from '../../mail/provider/match.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-gateway', 'mx-mixed-operators'];

const operators = rule({
  title: 'All mail goes to one mailbox service',
  why: 'When MX records name two mailbox services, part of the mail arrives where nobody reads it. This is often left behind by a move to another provider.',
  bears: ['interception'],
  cites: [{ rfc: 5321, section: '5.1' }],
  reads: { mx },
  cases: {
    unrecognised: { passes: true, says: 'The mail servers belong to no mail service known here.' },
    one: { passes: true, says: (d: { name: string }) => `Mail goes to ${d.name}.` },
    gateway: {
      passes: true,
      says: (d: { name: string }) =>
        `${d.name} filters mail first. Only the administrator can make sure that nobody delivers past it, straight to the mailboxes.`,
    },
    mixed: {
      severity: 'medium',
      says: (d: { first: string; second: string }) =>
        `MX records name both ${d.first} and ${d.second}. Part of the mail may arrive where nobody reads it.`,
      fix: {
        stage: 'mend',
        effort: 'minutes',
        text: 'Keep the MX records of the service that holds your mailboxes, and delete those of the other.',
      },
    },
  },
  judge({ mx }) {
    const hosts = mx.hosts.filter((host) => host.exchange !== ROOT);
    if (hosts.length === 0) return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const services = hosts.flatMap((host) => longestMatch(PROVIDERS, 'mx', host.exchange) ?? []);
    const mailboxes = services.filter((service) => service.role === 'mailbox');
    const first = mailboxes[0];
    const second = mailboxes.find((service) => service.id !== first?.id);
    if (first && second) return { is: 'mixed', data: { first: first.name, second: second.name } };
    const gateway = services.find((service) => service.role !== 'mailbox');
    if (gateway) return { is: 'gateway', data: { name: gateway.name } };
    return first ? { is: 'one', data: { name: first.name } } : { is: 'unrecognised' };
  },
});

export default operators;

export const weighs = {
  medium: 'Part of the mail may arrive where nobody reads it; which part, chance decides.',
} satisfies Weights<typeof operators>;

export const examples = [
  { name: 'an own server', zone: 'example.com MX 10 mail.example.com', expect: 'unrecognised' },
  {
    name: 'one service',
    zone: 'example.com MX 1 aspmx.l.google.com\nexample.com MX 5 alt1.aspmx.l.google.com',
    expect: 'one',
  },
  { name: 'a filter', zone: 'example.com MX 10 mx1-eu1.ppe-hosted.com', expect: 'gateway' },
  {
    name: 'two services',
    zone: 'example.com MX 1 aspmx.l.google.com\nexample.com MX 10 example-com.mail.protection.outlook.com',
    expect: 'mixed',
  },
  { name: 'no MX', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof operators>;
