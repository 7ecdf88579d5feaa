import { excerpt } from '../../dns/text.ts';
import { type Examples, rule, type Weights } from '../../engine/rule.ts';
import { RSA_2048 } from '../../mail/dkim/example-keys.ts';
import { type Misplaced, misplaced } from '../../topics/misplaced.ts';
import { mx } from '../../topics/mx.ts';

export const covers = ['dns-doubled-suffix'];

const doubledName = rule({
  title: 'Records stand under their own names, not doubled ones',
  why: 'Many DNS panels add the domain to whatever is typed. A record entered with its whole name then stands at a doubled name, where nobody looks, and where it belongs there is none.',
  bears: ['impersonation', 'acceptance'],
  cites: [{ rfc: 7208, section: '3' }],
  reads: { mx, misplaced },
  cases: {
    placed: { passes: true, says: 'No record was found under a doubled name.' },
    doubled: {
      severity: 'medium',
      says: (d: Misplaced) =>
        `The ${d.kind} \`${excerpt(d.text)}\` stands at \`${d.at}\`, and none at \`${d.meant}\`, where it is looked for.`,
      fix: (d: Misplaced & { short: string }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: `Enter the record again with the short name \`${d.short}\`${d.short === '@' ? ' (or an empty name)' : ''}, and delete the doubled one.`,
        changes: [
          { op: 'add', name: d.meant, type: 'TXT', value: d.text },
          { op: 'delete', name: d.at, type: 'TXT', was: d.text },
        ],
      }),
    },
  },
  judge({ mx, misplaced, scope }) {
    if (mx.nameMissing) return { is: 'not-applicable', because: 'The domain does not exist.' };
    if (misplaced === undefined) return { is: 'placed' };
    return {
      is: 'doubled',
      data: {
        ...misplaced,
        short: misplaced.meant === scope.domain ? '@' : misplaced.meant.slice(0, -scope.domain.length - 1),
      },
      shows: [{ name: misplaced.at, type: 'TXT', text: misplaced.text }],
    };
  },
});

export default doubledName;

export const weighs = {
  medium: 'The record does nothing where it stands; what its lack means for mail has findings of its own.',
} satisfies Weights<typeof doubledName>;

export const examples = [
  { name: 'a record at its name', zone: 'example.com TXT "v=spf1 -all"', expect: 'placed' },
  { name: 'no record at all', zone: 'example.com A 192.0.2.1', expect: 'placed' },
  {
    name: 'a record below the domain twice',
    zone: `example.com MX 0 .
           example.com.example.com TXT "v=spf1 -all"
           _dmarc.example.com TXT "v=DMARC1; p=reject"`,
    expect: 'doubled',
  },
  {
    name: 'a key entered with its whole name',
    selectors: ['s7'],
    zone: `example.com TXT "v=spf1 mx -all"
      s7._domainkey.example.com.example.com TXT "v=DKIM1; k=rsa; p=${RSA_2048}"`,
    expect: 'doubled',
  },
  {
    name: 'TLS reports are asked for, the policy is announced under a doubled name',
    zone: `example.com TXT "v=spf1 mx -all"
      _smtp._tls.example.com TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
      _mta-sts.example.com.example.com TXT "v=STSv1; id=1;"`,
    expect: 'doubled',
  },
  {
    name: 'the policy is announced, reports are asked for under a doubled name',
    zone: `example.com TXT "v=spf1 mx -all"
      _mta-sts.example.com TXT "v=STSv1; id=1;"
      _smtp._tls.example.com.example.com TXT "v=TLSRPTv1; rua=mailto:tls@example.com"`,
    expect: 'doubled',
  },
  {
    name: 'a wildcard',
    zone: 'example.com MX 0 .\n*.example.com TXT "v=spf1 -all"',
    expect: 'placed',
  },
  { name: 'no answer', zone: 'example.com TXT !servfail', expect: 'unknown' },
  { name: 'no domain', zone: 'example.net A 192.0.2.1', expect: 'not-applicable' },
] satisfies Examples<typeof doubledName>;
