import type { Name } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { greetingNames } from '../../topics/greeting-names.ts';

export const covers = ['helo-matches-ptr'];

const greetingName = rule({
  title: 'Mail servers call themselves as their addresses are called',
  why: 'A server mostly gives its own name when it sends, too. Where the reverse name is of somebody else, some receivers take it for a machine that was broken into.',
  bears: ['acceptance'],
  cites: [{ rfc: 5321, section: '4.1.4' }],
  reads: { greetingNames },
  cases: {
    differs: {
      passes: true,
      says: (d: { address: string; own: Name; reverse: Name }) =>
        `The server at \`${d.address}\` greets as \`${d.own}\`, and its address is called \`${d.reverse}\`. Nobody may refuse mail for that alone; the same name in both places is better.`,
    },
    akin: {
      passes: true,
      says: (d: { address: string; own: Name; reverse: Name }) =>
        `The server at \`${d.address}\` greets as \`${d.own}\`, and its address is called \`${d.reverse}\`, a name of the same organization.`,
    },
    same: { passes: true, says: 'Each mail server greets with the name of its address.' },
  },
  judge({ greetingNames: { because, servers } }) {
    if (because !== undefined) return { is: 'not-applicable', because };
    if (servers.length === 0)
      return { is: 'not-applicable', because: 'No mail server of your own shows both names.' };
    const others = servers.filter(({ own, reverse }) => !reverse.includes(own));
    const first = others.find(({ akin }) => !akin) ?? others[0];
    if (first === undefined) return { is: 'same' };
    const { address, own, reverse, akin } = first;
    return { is: akin ? 'akin' : 'differs', data: { address, own, reverse: reverse[0] as Name } };
  },
});

export default greetingName;

const at = (name: string, greeting = '"220 mx.example.com ESMTP"') =>
  `${mxVisit({ address: '45.1.2.25', greeting })}
   mx.example.com A 45.1.2.25
   25.2.1.45.in-addr.arpa PTR ${name}
   ${name} A 45.1.2.25`;

export const examples = [
  { name: 'the same', zone: at('mx.example.com'), expect: 'same' },
  { name: 'of the same organization', zone: at('out.example.com'), expect: 'akin' },
  { name: 'of the network', zone: at('host7.provider.example'), expect: 'differs' },
  { name: 'no name in the greeting', zone: at('mx.example.com', '"220 ready"'), expect: 'not-applicable' },
  {
    name: 'no reverse name',
    zone: `${mxVisit({ address: '45.1.2.25' })}\nmx.example.com A 45.1.2.25`,
    expect: 'not-applicable',
  },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
  { name: 'no mail', zone: 'example.com MX 0 .', expect: 'not-applicable' },
] satisfies Examples<typeof greetingName>;
