import { type Name, wireLength } from '../../dns/name.ts';
import { type Examples, rule } from '../../engine/rule.ts';
import { RSA_1024, RSA_4096 } from '../../mail/dkim/example-keys.ts';
import { dkim } from '../../topics/dkim.ts';

export const covers = ['dkim-answer-size'];

const answerSize = rule({
  title: 'Key answers fit into one plain DNS packet',
  why: 'Answers over 512 octets need a newer form of DNS or a second try over TCP. Nearly all receivers manage that; a few old ones do not.',
  bears: ['acceptance'],
  cites: [{ rfc: 6376, section: '3.3.3' }],
  reads: { dkim },
  cases: {
    small: { passes: true, says: 'Every key found fits into 512 octets.' },
    large: {
      passes: true,
      says: (d: { selector: string; octets: number; bits: number }) =>
        `The answer for \`${d.selector}\` takes about ${d.octets} octets. Receivers manage that${d.bits > 2048 ? '; with a key of 2048 bits it would be smaller' : ''}.`,
    },
  },
  judge({ dkim }) {
    const sizes = dkim.keys
      .map((key) => ({
        selector: key.selector,
        octets: octetsOf(key.name, key.chain, key.texts.length, key.size),
        bits: key.record.key?.kind === 'rsa' ? key.record.key.bits : 0,
      }))
      .sort((a, b) => b.octets - a.octets);
    const [largest] = sizes;
    if (!largest) return { is: 'not-applicable', because: 'No DKIM key was found to judge.' };
    return largest.octets > 512 ? { is: 'large', data: largest } : { is: 'small' };
  },
});

export default answerSize;

export const examples = [
  { name: 'a short key', zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_1024}"`, expect: 'small' },
  {
    name: 'a key of 4096 bits',
    zone: `s1._domainkey.example.com TXT "v=DKIM1; p=${RSA_4096.slice(0, 240)}" "${RSA_4096.slice(240, 490)}" "${RSA_4096.slice(490)}"`,
    expect: 'large',
  },
  { name: 'no key', zone: 'example.com MX 10 mail.example.com', expect: 'not-applicable' },
  {
    name: 'a selector without an answer',
    zone: 'default._domainkey.example.com TXT !timeout',
    expect: 'unknown',
  },
] satisfies Examples<typeof answerSize>;

/** Octets of the message on the wire: header 12, question, 12 before the data of each record (RFC 1035 §4.1). */
function octetsOf(name: Name, chain: readonly Name[], records: number, data: number): number {
  const aliases = chain.reduce((sum, target) => sum + 12 + wireLength(target), 0);
  return 12 + wireLength(name) + 4 + aliases + records * 12 + data;
}
