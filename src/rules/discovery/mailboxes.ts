import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { offered, type ServiceRecord, services, srvData } from '../../topics/discovery.ts';

export const covers = ['srv-imap-pop', 'srv-jmap'];

const mailboxes = rule({
  title: 'Mail programs are told encrypted ways to the mailboxes',
  why: 'A mail program that looks the server up by SRV takes what it is told. `_imaps` and `_pop3s` are encrypted from the first byte; `_imap` and `_pop3` begin in clear, and some programs stay there.',
  bears: ['submission'],
  cites: [
    { rfc: 6186, section: '3.2' },
    { rfc: 8314, section: '5.1' },
  ],
  reads: { services },
  cases: {
    announced: {
      passes: true,
      says: (d: { ways: string }) => `Mail programs are told how to read mail: ${d.ways}.`,
    },
    silent: {
      passes: true,
      says: 'No SRV record tells mail programs where to read mail. Most find the server by other ways.',
    },
    declined: { passes: true, says: 'SRV records say that the domain offers neither IMAP nor POP.' },
    'clear-only': {
      severity: 'low',
      says: (d: { record: ServiceRecord; instead: string }) =>
        `\`${d.record.name}\` leads mail programs to port ${d.record.port}, which begins in clear, and no \`${d.instead}\` record tells them a better way.`,
      fix: (d: { instead: string }) => ({
        stage: 'tidy',
        effort: 'minutes',
        text: `Publish \`${d.instead}._tcp\` with the port that is encrypted from the first byte (993 for IMAP, 995 for POP), and \`.\` as target of what you do not offer.`,
      }),
    },
  },
  judge({ services }) {
    if (services.because !== undefined) return { is: 'not-applicable', because: services.because };
    for (const [plain, instead] of [
      ['_imap', '_imaps'],
      ['_pop3', '_pop3s'],
    ] as const) {
      const [record] = offered(services, plain);
      if (record && offered(services, instead).length === 0)
        return {
          is: 'clear-only',
          data: { record, instead },
          shows: [{ name: record.name, type: 'SRV', text: srvData(record) }],
        };
    }
    const ways = offered(services, '_imaps', '_pop3s', '_jmap');
    if (ways.length > 0)
      return {
        is: 'announced',
        data: {
          ways: [
            ...new Set(
              ways.map(({ service, target, port }) => `${NAMES[service]} at \`${target}\`, port ${port}`),
            ),
          ].join('; '),
        },
      };
    const said = services.records.some(({ service }) => /^_(?:imap|pop3)/.test(service));
    return { is: said ? 'declined' : 'silent' };
  },
});

export default mailboxes;

const NAMES: Readonly<Record<string, string>> = { _imaps: 'IMAP', _pop3s: 'POP', _jmap: 'JMAP' };

const MAIL = 'example.com MX 10 mail.example.com\nmail.example.com A 45.0.0.25\n';

export const weighs = {
  low: 'Most programs find the mailbox by other ways, and insist on encryption themselves.',
} satisfies Weights<typeof mailboxes>;

export const examples = [
  {
    name: 'IMAP',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 mail.example.com
           _imap._tcp.example.com SRV 0 0 0 .`,
    expect: 'announced',
  },
  { name: 'JMAP', zone: `${MAIL}_jmap._tcp.example.com SRV 0 1 443 mail.example.com`, expect: 'announced' },
  {
    name: 'IMAP that begins in clear',
    zone: `${MAIL}_imap._tcp.example.com SRV 0 1 143 mail.example.com`,
    expect: 'clear-only',
  },
  {
    name: 'POP that begins in clear',
    zone: `${MAIL}_imaps._tcp.example.com SRV 0 1 993 mail.example.com
           _pop3._tcp.example.com SRV 0 1 110 mail.example.com`,
    expect: 'clear-only',
  },
  { name: 'no SRV', zone: MAIL, expect: 'silent' },
  { name: 'not offered', zone: `${MAIL}_imap._tcp.example.com SRV 0 0 0 .`, expect: 'declined' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}_tcp.example.com SRV !timeout`, expect: 'unknown' },
] satisfies Examples<typeof mailboxes>;
