import { ROOT } from '../../dns/name.ts';
import { dns } from '../../dns/record.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { isForeign, type ServiceRecord, services, serviceTargets, srvData } from '../../topics/discovery.ts';

export const covers = ['srv-target', 'srv-foreign-target'];

const fix = (d: { record: ServiceRecord }) =>
  ({
    stage: 'mend',
    effort: 'minutes',
    text: 'Delete the record, or let it name the host itself by which the server has its addresses.',
    changes: [{ op: 'delete', name: d.record.name, type: 'SRV', was: srvData(d.record) }],
  }) as const;

const targets = rule({
  title: 'Hosts that SRV records name can be reached',
  why: 'A mail program that finds no address behind the name it is given cannot be set up by itself.',
  bears: ['submission'],
  cites: [
    {
      document: 'RFC 2782, A DNS RR for specifying the location of services',
      href: 'https://www.rfc-editor.org/rfc/rfc2782',
    },
    { rfc: 6186, section: '3.4' },
  ],
  reads: { services, serviceTargets },
  cases: {
    reachable: { passes: true, says: 'The hosts that SRV records name have addresses.' },
    foreign: {
      passes: true,
      says: (d: { record: ServiceRecord }) =>
        `Mail programs are led to \`${d.record.target}\` outside the domain, by an answer that is not signed. A careful program asks its user first.`,
    },
    declined: { passes: true, says: 'SRV records only say what the domain does not offer.' },
    address: {
      severity: 'medium',
      says: (d: { record: ServiceRecord }) =>
        `\`${d.record.name}\` names \`${d.record.target}\`, an address where a host name belongs: programs find nothing there.`,
      fix,
    },
    nowhere: {
      severity: 'medium',
      says: (d: { record: ServiceRecord }) =>
        `\`${d.record.name}\` names \`${d.record.target}\`, which has no address: programs find no server there.`,
      fix,
    },
    alias: {
      severity: 'low',
      says: (d: { record: ServiceRecord }) =>
        `\`${d.record.name}\` names \`${d.record.target}\`, which is an alias. The standard forbids that, and some programs stop there.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Let the record name the host that the alias leads to.',
      },
    },
    mixed: {
      severity: 'low',
      says: (d: { record: ServiceRecord }) =>
        `\`${d.record.name}\` says that the service is not offered, and names a host for it besides.`,
      fix,
    },
  },
  judge({ services, serviceTargets, scope }) {
    if (services.because !== undefined) return { is: 'not-applicable', because: services.because };
    if (services.records.length === 0)
      return { is: 'not-applicable', because: 'The domain has no SRV records for mail.' };
    const shows = (record: ServiceRecord) => [
      { name: record.name, type: 'SRV' as const, text: srvData(record) },
    ];
    const literal = serviceTargets.find((one) => one.literal)?.record;
    if (literal) return { is: 'address', data: { record: literal }, shows: shows(literal) };
    const nowhere = serviceTargets.find((one) => one.addresses === 0)?.record;
    if (nowhere)
      return {
        is: 'nowhere',
        data: { record: nowhere },
        shows: shows(nowhere),
        rests: [dns(nowhere.target, 'A'), dns(nowhere.target, 'AAAA')],
      };
    const alias = serviceTargets.find((one) => one.chain.length > 0)?.record;
    if (alias) return { is: 'alias', data: { record: alias }, shows: shows(alias) };
    const mixed = services.records.find(
      ({ target, service }) =>
        target === ROOT &&
        services.records.some((other) => other.service === service && other.target !== ROOT),
    );
    if (mixed) return { is: 'mixed', data: { record: mixed }, shows: shows(mixed) };
    const foreign = services.records.find((record) => isForeign(record, scope.domain) && !record.authentic);
    if (foreign) return { is: 'foreign', data: { record: foreign }, shows: shows(foreign) };
    return { is: serviceTargets.length === 0 ? 'declined' : 'reachable' };
  },
});

export default targets;

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  medium: 'Programs that follow the record cannot be set up by it, though they can be by hand.',
  low: 'Most programs connect all the same.',
} satisfies Weights<typeof targets>;

export const examples = [
  {
    name: 'an own host',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 mail.example.com`,
    expect: 'reachable',
  },
  {
    name: 'a host of the provider',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 imap.vendor.example\nimap.vendor.example A 45.0.0.93`,
    expect: 'foreign',
  },
  { name: 'only not offered', zone: `${MAIL}_imap._tcp.example.com SRV 0 0 0 .`, expect: 'declined' },
  { name: 'an address', zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 45.0.0.93`, expect: 'address' },
  {
    name: 'a host that is gone',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 imap.example.com`,
    expect: 'nowhere',
  },
  {
    name: 'an alias',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 imap.example.com\nimap.example.com CNAME mail.example.com`,
    expect: 'alias',
  },
  {
    name: 'offered and not offered',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 mail.example.com
           _imaps._tcp.example.com SRV 0 0 0 .`,
    expect: 'mixed',
  },
  { name: 'no SRV', zone: MAIL, expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  {
    name: 'not answered',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 imap.example.com\nimap.example.com A !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof targets>;
