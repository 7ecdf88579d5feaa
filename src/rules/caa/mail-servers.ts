import { isWithin, type Name } from '../../dns/name.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit, submissionVisit, submissionZone, visitLine } from '../../mail/smtp/example-visits.ts';
import { issuanceOf } from '../../topics/caa.ts';
import { caaHosts, type HostIssuer } from '../../topics/caa-hosts.ts';

export const covers = ['caa-mx-host'];

const mailServers = rule({
  title: 'CAA lets the authority renew the certificates of your servers',
  why: 'Authorities look for CAA records at the name of the server and above it, and refuse where others are named. The certificate in use goes on until it ends; then the server shows an expired one.',
  bears: ['interception', 'submission'],
  cites: [
    { rfc: 8659, section: '3' },
    { rfc: 8659, section: '4.2' },
    { rfc: 8659, section: '4.3' },
  ],
  reads: { caaHosts },
  partial: ['caaHosts'],
  cases: {
    forbidden: {
      severity: 'medium',
      says: (d: Bound) =>
        `The certificate of ${d.host} is by ${d.issuer}, which the CAA records at \`${d.at}\` do not name: it cannot be renewed there.`,
      fix: (d: Bound & { add: string; own: boolean }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Name the authority beside the others, or get the next certificate from one that is named.`,
        ...(d.own ? { changes: [{ op: 'add', name: d.at, type: 'CAA', value: d.add }] } : {}),
      }),
    },
    allowed: {
      passes: true,
      says: (d: Bound) => `The CAA records at \`${d.at}\` name ${d.issuer}, which issued for ${d.host}.`,
    },
    open: {
      passes: true,
      says: (d: { host: Name }) => `No CAA record limits which authority may issue for ${d.host}.`,
    },
  },
  judge({ caaHosts, scope }) {
    if (caaHosts.got === 'none') return { is: 'unknown', because: caaHosts.because };
    const { because, hosts } = caaHosts.value;
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(
      hosts,
      ['forbidden', 'allowed', 'open'],
      caseOf,
      caaHosts.got === 'part' ? caaHosts.because : undefined,
    );
    if (found === undefined)
      return { is: 'not-applicable', because: 'No certificate of a server could be read.' };
    if (found.is === 'unknown') return found;
    const [{ host, issuer, at = host, names = [], records }] = found.of;
    if (found.is === 'open') return { is: 'open', data: { host } };
    const data = { host, issuer, at };
    if (found.is === 'allowed') return { is: 'allowed', data };
    return {
      is: 'forbidden',
      data: {
        ...data,
        add: `0 ${records[0]?.tag.toLowerCase() ?? 'issue'} "${names[0]}"`,
        own: isWithin(at, scope.domain) || isWithin(scope.domain, at),
      },
      shows: records.map(({ flags, tag, value }) => ({
        name: at,
        type: 'CAA',
        text: `${flags} ${tag} "${value}"`,
      })),
    };
  },
});

export default mailServers;

interface Bound {
  readonly host: Name;
  readonly issuer: string;
  readonly at: Name;
}

/** What the set says of the authority; a set without the property limits nobody. */
function caseOf({ issuer, names, records }: HostIssuer) {
  if (records.length === 0) return 'open';
  const issuers = records.flatMap(({ value }) => issuanceOf(value)?.issuer ?? []);
  if (names === undefined)
    return {
      reason: 'not-provable',
      detail: `by which name ${issuer} looks in CAA is not known here`,
    } as const;
  return issuers.some((name) => names.includes(name)) ? 'allowed' : 'forbidden';
}

export const weighs = {
  medium: 'Nothing fails today; the server shows an expired certificate once this one ends.',
} satisfies Weights<typeof mailServers>;

const SHOWN = { chain: ['acme', 'issuer'] } as const;

const shows = (change: Parameters<typeof visitLine>[0]) => submissionZone(visitLine(change));

export const examples = [
  {
    name: 'named above',
    zone: `${shows(SHOWN)}\nexample.com CAA 0 issue "letsencrypt.org; validationmethods=dns-01"`,
    expect: 'allowed',
  },
  {
    name: 'another is named',
    zone: `${shows(SHOWN)}\nexample.com A 192.0.2.1\nexample.com CAA 0 issue "pki.goog"`,
    expect: 'forbidden',
  },
  {
    name: 'nobody is allowed wildcards',
    zone: `${shows({ chain: ['acmeWildcard', 'issuer'] })}
           example.com A 192.0.2.1
           example.com CAA 0 issue "letsencrypt.org"
           example.com CAA 0 issuewild ";"`,
    expect: 'forbidden',
  },
  {
    name: 'the set at the host decides alone',
    zone: `${shows(SHOWN)}
           mx.example.com CAA 0 issue "letsencrypt.org"
           example.com CAA 0 issue "pki.goog"`,
    expect: 'allowed',
  },
  {
    name: 'a host of others',
    zone: `example.com MX 10 mx.example.net
           ${visitLine({ host: 'mx.example.net', chain: ['acme', 'issuer'] })}
           example.net CAA 0 issue "pki.goog"`,
    expect: 'forbidden',
  },
  {
    name: 'only reports are asked for',
    zone: `${shows(SHOWN)}\nexample.com CAA 0 iodef "mailto:ca@example.com"`,
    expect: 'open',
  },
  { name: 'no CAA record', zone: shows(SHOWN), expect: 'open' },
  {
    name: 'an authority that is not known here',
    zone: `${shows({})}\nexample.com CAA 0 issue "pki.goog"`,
    expect: 'unknown',
  },
  {
    name: 'a private authority',
    zone: shows({ ...SHOWN, trust: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    expect: 'not-applicable',
  },
  {
    name: 'not answered',
    zone: `${shows(SHOWN)}\nmx.example.com CAA !timeout\nexample.com CAA 0 issue "letsencrypt.org"`,
    expect: 'unknown',
  },
  {
    name: 'a sending port',
    zone: `${submissionZone(visitLine(), submissionVisit(465, { chain: ['acme', 'issuer'] }))}
           smtp.example.com CAA 0 issue "pki.goog"`,
    expect: 'forbidden',
  },
  { name: 'sending ports not visited', zone: mxVisit(SHOWN), expect: 'unknown' },
  {
    name: 'mailboxes at a service, and no relay',
    zone: 'example.com MX 1 smtp.google.com',
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof mailServers>;
