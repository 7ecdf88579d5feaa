import type { Name } from '../../dns/name.ts';
import { type Change, type Examples, rule, type Weights } from '../../engine/rule.ts';
import { type HeloReading, replaced, shown, spfHelo } from '../../topics/spf.ts';

export const covers = ['spf-helo'];

const serverNames = rule({
  title: 'The SPF records of your mail servers’ own names can be read',
  why: 'A bounce has no sender address, so receivers check SPF for the name the server gives itself. A broken record there costs you the bounces.',
  bears: ['acceptance'],
  cites: [
    { rfc: 7208, section: '2.3' },
    { rfc: 7208, section: '2.4', level: 'MUST' },
    { rfc: 7208, section: '10.1.3' },
  ],
  reads: { helo: spfHelo },
  cases: {
    passes: {
      passes: true,
      says: (d: { hosts: string }) => `Bounces sent under ${d.hosts} pass SPF from that server’s address.`,
    },
    none: {
      passes: true,
      says: (d: { hosts: string }) =>
        `${d.hosts}: no SPF record at that name. If the server sends bounces, \`v=spf1 a -all\` there lets them pass.`,
    },
    denied: {
      passes: true,
      says: (d: { hosts: string }) =>
        `${d.hosts}: the SPF record at that name does not let its own address pass. That is right if the server only takes mail in; if it sends bounces, they fail.`,
    },
    broken: {
      severity: 'low',
      says: (d: { hosts: string }) =>
        `${d.hosts}: the SPF record at that name leads to an error, and bounces sent under it fail.`,
      fix: (d: { changes: readonly Change[] }) => ({
        stage: 'mend',
        effort: 'minutes',
        text: 'Publish `v=spf1 a -all` at the server’s name.',
        ...(d.changes.length > 0 ? { changes: d.changes } : {}),
      }),
    },
  },
  judge({ helo }) {
    if (helo.length === 0)
      return {
        is: 'not-applicable',
        because: 'No mail server has a name inside the domain and an IPv4 address.',
      };
    const of = (...results: string[]) => helo.filter(({ result }) => results.includes(result));
    const broken = of('permerror', 'temperror');
    if (broken.length > 0)
      return {
        is: 'broken',
        data: {
          hosts: named(broken),
          changes: broken.flatMap(({ host, text }) =>
            text === undefined ? [] : replaced(host, text, 'v=spf1 a -all'),
          ),
        },
        shows: shows(broken),
      };
    const denied = of('fail', 'softfail', 'neutral');
    if (denied.length > 0) return { is: 'denied', data: { hosts: named(denied) }, shows: shows(denied) };
    const none = of('none');
    if (none.length > 0) return { is: 'none', data: { hosts: named(none) } };
    return { is: 'passes', data: { hosts: named(helo) }, shows: shows(helo) };
  },
});

export default serverNames;

function named(found: readonly { readonly host: Name }[]): string {
  return found.map(({ host }) => `\`${host}\``).join(', ');
}

function shows(found: readonly HeloReading[]) {
  return found.flatMap(({ host, text }) => (text === undefined ? [] : shown(host, text)));
}

const SERVER = `example.com TXT "v=spf1 mx -all"
           example.com MX 10 mail.example.com
           mail.example.com A 192.0.2.1
           mail.example.com AAAA 2001:db8::1`;

export const weighs = {
  low: 'Only bounces are concerned, at receivers that check them.',
} satisfies Weights<typeof serverNames>;

export const examples = [
  {
    name: 'servers elsewhere',
    zone: 'example.com MX 10 mx.example.net\nmx.example.net A 192.0.2.1',
    expect: 'not-applicable',
  },
  { name: 'its own record', zone: `${SERVER}\nmail.example.com TXT "v=spf1 a -all"`, expect: 'passes' },
  { name: 'no record', zone: SERVER, expect: 'none' },
  { name: 'nobody sends', zone: `${SERVER}\nmail.example.com TXT "v=spf1 -all"`, expect: 'denied' },
  {
    name: 'an error',
    zone: `${SERVER}\nmail.example.com TXT "v=spf1 ipv4:192.0.2.1 -all"`,
    expect: 'broken',
  },
  { name: 'no answer', zone: `${SERVER}\nmail.example.com TXT !timeout`, expect: 'unknown' },
] satisfies Examples<typeof serverNames>;
