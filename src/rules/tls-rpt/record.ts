import { dns } from '../../dns/record.ts';
import { excerpt } from '../../dns/text.ts';
import { type Change, type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { versionSlip } from '../../mail/dmarc/tags.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaSts } from '../../topics/mta-sts.ts';
import { tlsRpt } from '../../topics/tls-rpt.ts';
import { tlsa } from '../../topics/tlsa.ts';

export const covers = ['tlsrpt-record', 'mtasts-tlsrpt'];

interface Proposal {
  readonly value: string;
  readonly changes?: readonly Change[];
}

const add = ({ value, changes }: Proposal): Fix => ({
  stage: 'report',
  effort: 'minutes',
  text: `Publish \`${value}\` with the address of a mailbox that you read, or of a service that reads the reports for you.`,
  ...(changes ? { changes } : {}),
});

const record = rule({
  title: 'Senders know where to report encryption failures',
  why: 'Large senders count every day how often encryption with your mail servers failed. Without an address they tell nobody, and you learn of it when mail goes missing.',
  bears: ['interception'],
  cites: [
    { rfc: 8460, section: '3' },
    { rfc: 8461, section: '6' },
  ],
  reads: { inbound, tlsRpt, mtaSts, tlsa },
  partial: ['mtaSts', 'tlsa'],
  cases: {
    there: { passes: true, says: 'One TLS-RPT record is there.' },
    absent: {
      severity: 'info',
      says: 'No TLS-RPT record is there, so nobody reports encryption failures to you. It is the first step towards MTA-STS or DANE.',
      fix: add,
    },
    'mtasts-tlsrpt': {
      severity: 'medium',
      says: 'MTA-STS is in use, but no TLS-RPT record is there: when a sender refuses to deliver you hear nothing, and testing mode does nothing at all.',
      fix: add,
    },
    'beside-dane': {
      severity: 'low',
      says: 'DANE is in use, but no TLS-RPT record is there: when a sender refuses to deliver you hear nothing.',
      fix: add,
    },
    dropped: {
      severity: 'medium',
      says: (d: { text: string; slip?: string }) =>
        `A record is there, but senders drop it: it must begin with exactly \`v=TLSRPTv1;\`${d.slip ? `, and ${d.slip}` : ''}. It reads \`${d.text}\`.`,
      fix: ({ value, changes }: Proposal) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Replace it by \`${value}\`, with nothing in front and no quotes inside.`,
        ...(changes ? { changes } : {}),
      }),
    },
    several: {
      severity: 'medium',
      says: (d: { count: number }) =>
        `${d.count} TLS-RPT records are there. Senders that find more than one send no report.`,
      fix: ({ value, changes }: Proposal) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Keep one, \`${value}\` say, and delete the rest. One record may name several addresses with commas between.`,
        ...(changes ? { changes } : {}),
      }),
    },
  },
  judge({ inbound, tlsRpt, mtaSts, tlsa, scope }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { name, candidates, near, chain } = tlsRpt;
    if (name === undefined)
      return { is: 'not-applicable', because: 'The domain name is too long to carry a TLS-RPT record.' };
    const own = chain.length === 0;
    const usual = `v=TLSRPTv1; rua=mailto:tls-reports@${scope.domain}`;
    const [only, ...others] = candidates;
    if (only !== undefined && others.length > 0) {
      const changes = others.map((was): Change => ({ op: 'delete', name, type: 'TXT', was }));
      return {
        is: 'several',
        data: {
          count: candidates.length,
          value: only,
          ...(own && !others.includes(only) ? { changes } : {}),
        },
        shows: candidates.map((text) => ({ name, type: 'TXT', text })),
      };
    }
    if (only !== undefined) return { is: 'there', shows: [{ name, type: 'TXT', text: only }] };
    const [meant, ...more] = near;
    if (meant !== undefined) {
      const value = destinationIn(meant) ?? usual;
      const changes: Change[] = [
        { op: 'replace', name, type: 'TXT', was: meant, value },
        ...more.map((was): Change => ({ op: 'delete', name, type: 'TXT', was })),
      ];
      return {
        is: 'dropped',
        data: { text: excerpt(meant), ...slipIn(meant), value, ...(own ? { changes } : {}) },
        shows: [{ name, type: 'TXT', text: meant, marks: [[0, Math.min(meant.length, 12)]] }],
      };
    }
    const data: Proposal = {
      value: usual,
      ...(own ? { changes: [{ op: 'add', name, type: 'TXT', value: usual }] } : {}),
    };
    const rests = [dns(name, 'TXT')];
    if (mtaSts.got !== 'whole') return { is: 'unknown', because: mtaSts.because };
    if (mtaSts.value.usable) return { is: 'mtasts-tlsrpt', data, rests };
    if (tlsa.got !== 'whole') return { is: 'unknown', because: tlsa.because };
    return { is: tlsa.value.inUse ? 'beside-dane' : 'absent', data, rests };
  },
});

export default record;

function slipIn(text: string): { slip?: string } {
  const slip = versionSlip(text, 'TLSRPTv1');
  return slip === undefined ? {} : { slip };
}

/** A record with the first address found in a text that senders drop. */
function destinationIn(text: string): string | undefined {
  const uri = /(?:mailto:[A-Za-z0-9._+-]{1,64}@|https:\/\/)[A-Za-z0-9.-]{1,253}[A-Za-z0-9/_-]{0,200}/.exec(
    text,
  )?.[0];
  return uri === undefined ? undefined : `v=TLSRPTv1; rua=${uri}`;
}

const MAIL = `example.com MX 10 mail.example.com
              mail.example.com A 192.0.2.1
              mta-sts.example.com A 192.0.2.2`;

export const weighs = {
  medium: 'A policy is in force or was to be reported on, and its failures go unnoticed.',
  low: 'DANE works without reports; its failures go unnoticed.',
} satisfies Weights<typeof record>;

export const examples = [
  {
    name: 'there',
    zone: `${MAIL}\n_smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:tls@example.com"`,
    expect: 'there',
  },
  { name: 'none', zone: MAIL, expect: 'absent' },
  {
    name: 'none beside MTA-STS',
    zone: `${MAIL}\n_mta-sts.example.com TXT "v=STSv1; id=1;"`,
    expect: 'mtasts-tlsrpt',
  },
  {
    name: 'none beside DANE',
    zone: `${MAIL}
           $SIGNED example.com
           _25._tcp.mail.example.com TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
    expect: 'beside-dane',
  },
  {
    name: 'wrong case',
    zone: `${MAIL}\n_smtp._tls.example.com TXT "v=TLSRPTV1; rua=mailto:tls@example.com"`,
    expect: 'dropped',
  },
  { name: 'no semicolon', zone: `${MAIL}\n_smtp._tls.example.com TXT "v=TLSRPTv1"`, expect: 'dropped' },
  {
    name: 'two records',
    zone: `${MAIL}
           _smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:a@example.com"
           _smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:b@example.com"`,
    expect: 'several',
  },
  { name: 'null MX', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'not answered', zone: `${MAIL}\n_smtp._tls.example.com TXT !timeout`, expect: 'unknown' },
  {
    name: 'none, and MTA-STS is not known',
    zone: `${MAIL}\n_mta-sts.example.com TXT !timeout`,
    expect: 'unknown',
  },
] satisfies Examples<typeof record>;
