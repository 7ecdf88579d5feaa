import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { PROVIDERS } from '../../mail/provider/fingerprints.ts';
import { SUBMISSION_HOSTS } from '../../mail/provider/submission-hosts.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mx-provider'];

const submissionHost = rule({
  title: 'MX records name servers that take mail from strangers',
  why: 'A service has one host at which its customers hand in what they send, and others that take mail for them. The first refuses senders it does not know, so mail that is brought there is lost.',
  bears: ['interception'],
  cites: [
    { rfc: 5321, section: '5.1' },
    { rfc: 6409, section: '3.1' },
  ],
  reads: { mx },
  cases: {
    taking: { passes: true, says: 'No MX record names a host that is known to be for sending only.' },
    sending: {
      severity: 'medium',
      says: (d: { host: Name; service: string }) =>
        `An MX record names \`${d.host}\`, the host at which customers of ${d.service} hand in their own mail. It takes none from anybody else.`,
      fix: (d: { changes: readonly Change[]; alone: boolean }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: d.alone
          ? 'Name the hosts that the service gives for MX records instead.'
          : 'Delete this MX record; the others take your mail.',
        ...(d.alone ? {} : { changes: d.changes }),
      }),
    },
  },
  judge({ mx, scope }) {
    if (mx.hosts.length === 0) return { is: 'not-applicable', because: 'The domain names no mail server.' };
    const found = mx.hosts.find(({ exchange }) => SENDING.has(exchange));
    if (found === undefined) return { is: 'taking' };
    const text = `${found.preference} ${found.exchange}`;
    return {
      is: 'sending',
      data: {
        host: found.exchange,
        service: SENDING.get(found.exchange) ?? '',
        alone: mx.hosts.every(({ exchange }) => SENDING.has(exchange)),
        changes: [{ op: 'delete', name: scope.domain, type: 'MX', was: text }],
      },
      shows: [{ name: scope.domain, type: 'MX', text }],
    };
  },
});

export default submissionHost;

/** Hosts that services name for sending, and whose names say so: the others may take mail as well. */
const SENDING: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ id, name }) =>
    (SUBMISSION_HOSTS[id] ?? [])
      .filter((host) => host.startsWith('smtp'))
      .map((host) => [host, name] as const),
  ),
);

export const weighs = {
  medium: 'Mail is lost only while the right servers are not reached, or where none is named.',
} satisfies Weights<typeof submissionHost>;

export const examples = [
  { name: 'the host for MX records', zone: 'example.com MX 1 smtp.google.com', expect: 'taking' },
  {
    name: 'the host for sending beside the right one',
    zone: `example.com MX 0 example-com.mail.protection.outlook.com
      example-com.mail.protection.outlook.com A 52.101.73.2
      example.com MX 10 smtp.office365.com
      smtp.office365.com A 52.97.201.226`,
    expect: 'sending',
  },
  { name: 'the host for sending alone', zone: 'example.com MX 10 smtp.gmail.com', expect: 'sending' },
  { name: 'no MX', zone: 'example.com A 45.0.0.1', expect: 'not-applicable' },
  { name: 'not answered', zone: 'example.com MX !timeout', expect: 'unknown' },
] satisfies Examples<typeof submissionHost>;
