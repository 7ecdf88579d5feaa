import { parentOf } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { inbound } from '../../topics/inbound.ts';
import { mtaStsPolicy, whyNoPolicy } from '../../topics/mta-sts-policy.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['mtasts-mx-unused'];

const mxUnused = rule({
  title: 'Every mail server that the MTA-STS policy names is in use',
  why: 'Whoever runs a server that the policy still names can take your mail if your MX records are ever forged.',
  bears: ['interception'],
  cites: [{ rfc: 8461, section: '4.1' }],
  reads: { inbound, mx, mtaStsPolicy },
  cases: {
    used: { passes: true, says: 'Every pattern matches one of the mail servers.' },
    unused: {
      severity: 'info',
      says: (d: { patterns: readonly string[] }) =>
        `${d.patterns.length === 1 ? 'One pattern matches' : `${d.patterns.length} patterns match`} no mail server of the domain: ${d.patterns
          .slice(0, 3)
          .map((pattern) => `\`${pattern}\``)
          .join(', ')}.`,
      fix: {
        stage: 'tidy',
        effort: 'minutes',
        text: 'Take it out of the policy when it is not kept for a move or an emergency, and then change the id in the TXT record.',
      },
    },
  },
  judge({ inbound, mx, mtaStsPolicy }) {
    if (!inbound.takes) return { is: 'not-applicable', because: inbound.because };
    const { policy } = mtaStsPolicy;
    const because = whyNoPolicy(mtaStsPolicy);
    if (because !== undefined || policy === undefined)
      return { is: 'not-applicable', because: because ?? 'The policy cannot be fetched.' };
    if (policy.mode === 'none' || !policy.valid)
      return { is: 'not-applicable', because: 'The policy is switched off or has errors.' };
    const hosts = new Set<string>();
    for (const { exchange } of mx.hosts) {
      const parent = parentOf(exchange);
      if (parent !== undefined) hosts.add(exchange).add(`*.${parent}`);
    }
    const patterns = policy.mx.flatMap((line) => line.pattern ?? []).filter((pattern) => !hosts.has(pattern));
    // When nothing matches at all, the coverage of the mail servers is the finding.
    if (patterns.length === 0 || patterns.length === policy.mx.length)
      return patterns.length === 0
        ? { is: 'used' }
        : { is: 'not-applicable', because: 'The policy names none of the mail servers.' };
    return { is: 'unused', data: { patterns } };
  },
});

export default mxUnused;

const MAIL = `example.com MX 10 mail.example.com
              _mta-sts.example.com TXT "v=STSv1; id=1;"`;
const policy = (mx: string, mode = 'enforce') =>
  `${MAIL}\nexample.com POLICY 200 "text/plain" "version: STSv1" "mode: ${mode}" ${mx} "max_age: 604800"`;

export const examples = [
  { name: 'used', zone: policy('"mx: mail.example.com"'), expect: 'used' },
  { name: 'one left over', zone: policy('"mx: mail.example.com" "mx: old.example.net"'), expect: 'unused' },
  { name: 'none matches', zone: policy('"mx: old.example.net"'), expect: 'not-applicable' },
  { name: 'switched off', zone: policy('"mx: old.example.net"', 'none'), expect: 'not-applicable' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
  { name: 'no relay', zone: MAIL, expect: 'unknown' },
] satisfies Examples<typeof mxUnused>;
