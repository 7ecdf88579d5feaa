import { enumerated } from '../../engine/prose.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { dane } from '../../topics/dane.ts';

export const covers = ['dane-denial-broken'];

const validation = rule({
  title: 'Look-ups of TLSA records validate',
  why: 'Senders that use DANE ask for TLSA records of every server in a signed zone. An answer whose signatures are broken makes them keep the mail back, even if you never wanted DANE.',
  bears: ['interception', 'acceptance'],
  cites: [
    { rfc: 7672, section: '2.1.1' },
    { rfc: 7672, section: '2.1.2' },
    { rfc: 7672, section: '2.2.2' },
  ],
  reads: { dane },
  partial: ['dane'],
  cases: {
    broken: {
      severity: 'critical',
      says: (d: { hosts: readonly string[] }) =>
        `The look-up of TLSA records of ${enumerated(d.hosts)} fails validation although the host’s addresses validate: senders that use DANE do not deliver there.`,
      fix: {
        stage: 'mend',
        effort: 'provider',
        text: 'Sign the zone of the mail server anew; its denials (NSEC or NSEC3) or its signatures over TLSA records are broken.',
      },
    },
    valid: { passes: true, says: 'The look-ups validate, or are not signed at all.' },
  },
  judge({ dane }) {
    if (dane.got === 'none') return { is: 'unknown', because: dane.because };
    const { because, hosts } = dane.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      hosts,
      ['broken', 'valid'],
      ({ broken, hostAuthentic }) => {
        if (!broken) return 'valid';
        // Where the addresses are not signed, or fail as well, the zone as a whole is the matter.
        if (hostAuthentic === undefined) return { reason: 'servfail' } as const;
        return hostAuthentic ? 'broken' : undefined;
      },
      dane.got === 'part' ? dane.because : undefined,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server stands in a signed zone.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'valid') return { is: 'valid' };
    return { is: 'broken', data: { hosts: found.of.map(({ host }) => host) } };
  },
});

export default validation;

const MX = 'example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25\n';
const SIGNED = `${MX}$SIGNED example.com\n`;

export const weighs = {
  critical: 'Senders that use DANE keep all mail back: mail is being lost now.',
} satisfies Weights<typeof validation>;

export const examples = [
  { name: 'a denial that validates', zone: SIGNED, expect: 'valid' },
  { name: 'not signed', zone: MX, expect: 'valid' },
  { name: 'broken signatures', zone: `${SIGNED}_25._tcp.mx.example.com TLSA !bogus`, expect: 'broken' },
  {
    name: 'broken where nothing is signed',
    zone: `${MX}_25._tcp.mx.example.com TLSA !bogus`,
    expect: 'not-applicable',
  },
  {
    name: 'name servers that fail',
    zone: `${SIGNED}_25._tcp.mx.example.com TLSA !servfail`,
    expect: 'unknown',
  },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof validation>;
