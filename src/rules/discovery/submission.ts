import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { offered, type ServiceRecord, services, srvData } from '../../topics/discovery.ts';

export const covers = ['srv-submissions', 'srv-submission'];

const submission = rule({
  title: 'Mail programs are told the encrypted port for sending',
  why: 'A mail program that looks the server up by SRV takes what it is told. `_submissions` (465) is encrypted from the first byte; `_submission` (587) begins in clear, and a program that expects that on port 465 cannot connect.',
  bears: ['submission'],
  cites: [
    { rfc: 8314, section: '5.1' },
    { rfc: 6186, section: '3.1' },
  ],
  reads: { services },
  cases: {
    announced: {
      passes: true,
      says: (d: { target: Name; port: number }) =>
        `Mail programs are told to send through \`${d.target}\`, port ${d.port}, encrypted from the first byte.`,
    },
    silent: {
      passes: true,
      says: 'No SRV record tells mail programs where to send. Most find the server by other ways.',
    },
    declined: { passes: true, says: 'SRV records say that the domain offers no port for sending.' },
    'wrong-label': {
      severity: 'low',
      says: (d: { record: ServiceRecord }) =>
        `\`${d.record.name}\` names port 465, which is encrypted from the first byte: that belongs at \`_submissions._tcp\`.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: 'Publish the record at `_submissions._tcp` instead.',
        changes: d.changes,
      }),
    },
    'clear-first': {
      severity: 'info',
      says: (d: { record: ServiceRecord }) =>
        `Mail programs are led to port ${d.record.port} of \`${d.record.target}\`, which begins in clear, before any port that is encrypted from the first byte.`,
      fix: {
        stage: 'tidy',
        effort: 'hour',
        text: 'If your provider offers port 465, publish it at `_submissions._tcp` with a lower number at its beginning than `_submission._tcp` has.',
      },
    },
  },
  judge({ services, scope }) {
    if (services.because !== undefined) return { is: 'not-applicable', because: services.because };
    const [encrypted] = offered(services, '_submissions');
    const plain = offered(services, '_submission');
    const shows = (record: ServiceRecord) => [
      { name: record.name, type: 'SRV' as const, text: srvData(record) },
    ];
    const wrong = plain.find(({ port }) => port === 465);
    if (wrong) {
      const value = srvData(wrong);
      const to = `_submissions._tcp.${scope.domain}` as Name;
      const there = services.records.some(
        (record) => record.service === '_submissions' && srvData(record) === value,
      );
      return {
        is: 'wrong-label',
        data: {
          record: wrong,
          changes: [
            { op: 'delete', name: wrong.name, type: 'SRV', was: value },
            ...(there ? [] : [{ op: 'add', name: to, type: 'SRV', value } as const]),
          ],
        },
        shows: shows(wrong),
      };
    }
    const [first] = plain;
    if (first && (!encrypted || first.priority < encrypted.priority))
      return { is: 'clear-first', data: { record: first }, shows: shows(first) };
    if (encrypted) return { is: 'announced', data: encrypted, shows: shows(encrypted) };
    const said = services.records.some(
      ({ service }) => service === '_submissions' || service === '_submission',
    );
    return { is: said ? 'declined' : 'silent' };
  },
});

export default submission;

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  low: 'Most programs find the port by other ways; those that follow the record fail to connect.',
} satisfies Weights<typeof submission>;

export const examples = [
  {
    name: 'port 465',
    zone: `${MAIL}_submissions._tcp.example.com SRV 0 1 465 mail.example.com`,
    expect: 'announced',
  },
  {
    name: 'both, 465 first',
    zone: `${MAIL}_submissions._tcp.example.com SRV 0 1 465 mail.example.com
           _submission._tcp.example.com SRV 10 1 587 mail.example.com`,
    expect: 'announced',
  },
  {
    name: '465 with the label of 587',
    zone: `${MAIL}_submission._tcp.example.com SRV 0 1 465 mail.example.com`,
    expect: 'wrong-label',
  },
  {
    name: 'only 587',
    zone: `${MAIL}_submission._tcp.example.com SRV 0 1 587 mail.example.com`,
    expect: 'clear-first',
  },
  { name: 'no SRV', zone: MAIL, expect: 'silent' },
  { name: 'not offered', zone: `${MAIL}_submission._tcp.example.com SRV 0 0 0 .`, expect: 'declined' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}_tcp.example.com SRV !timeout`, expect: 'unknown' },
] satisfies Examples<typeof submission>;
