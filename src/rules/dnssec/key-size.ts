import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { delegation, dnssec, whyNoChain } from '../../topics/dnssec.ts';

export const covers = ['dnssec-key-size'];

const fix: Fix = {
  stage: 'transport',
  effort: 'provider',
  text: 'Ask your DNS host to change to keys of algorithm 13, or to RSA keys of 2048 bits.',
};

const keySize = rule({
  title: 'RSA keys of the zone have 2048 bits or more',
  why: 'Who breaks a short key can sign answers in your name.',
  bears: ['interception'],
  cites: [
    {
      document: 'NIST SP 800-57 Part 1 Rev. 5, section 5.6.1',
      href: 'https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final',
    },
  ],
  reads: { dnssec, delegation },
  cases: {
    long: { passes: true, says: (d: { bits: number }) => `The shortest RSA key has ${d.bits} bits.` },
    short: {
      severity: 'low',
      says: (d: { bits: number }) => `The shortest RSA key has ${d.bits} bits; 2048 are usual today.`,
      fix,
    },
    breakable: {
      severity: 'medium',
      says: (d: { bits: number }) => `The shortest RSA key has ${d.bits} bits, which can be broken.`,
      fix,
    },
  },
  judge({ dnssec, delegation }) {
    const because = whyNoChain(dnssec, delegation);
    if (because !== undefined) return { is: 'not-applicable', because };
    const sizes = delegation.keys
      .filter((key) => key.zoneKey && !key.revoked)
      .flatMap((key) => key.bits ?? []);
    if (sizes.length === 0) return { is: 'not-applicable', because: 'The zone has no RSA key.' };
    const bits = Math.min(...sizes);
    if (bits >= 2048) return { is: 'long', data: { bits } };
    return { is: bits >= 1024 ? 'short' : 'breakable', data: { bits } };
  },
});

export default keySize;

const ZONE = 'example.com SOA ns.example.com root.example.com 1 7200 3600 1209600 3600\n$SIGNED example.com';

export const weighs = {
  medium: 'Such a key can be broken by those who care to, and answers forged with it.',
  low: 'The key holds today and is shorter than is usual.',
} satisfies Weights<typeof keySize>;

export const examples = [
  {
    name: '2048 bits',
    zone: `${ZONE}
      example.com DS 14971 8 2 D1E56761224934F9AE7628526EE772027CE8A9FE3471238A25DBEC9F150726D9
      example.com DNSKEY 257 3 8 AwEAAZ92Zs/baqiLJjOqBYL7qAJWbtJwqXPuJFxXnNJzhysvtfYmxSx8TRsCs1KcnMJWQr2aH3DHWuR6JhfydlNx4ZGvwgq2isUpzEAmRk9wbObWQfUAB7yIHp9vTuJ9XKHLYeEK3Y5+reBaA7EYBqS1EvFxPMnlp1XTMHCozNdSVzDTIZ1x4B51fqQPwIgtNYIe6JPQhpkQrWzGR979l5W/2UqOLH/vqNqr2WRqjw9ueLdreRjt9DzG4BXaxCoeBTp2GRRmFn0le2riUisad/VQ72OA8zvF4HLVP+V+mM+WDbYaISY/YvxyP5jnLM4eHpbnA7LmUOCbGtiFV8p/RBYBpnk=`,
    expect: 'long',
  },
  {
    name: '1024 bits',
    zone: `${ZONE}
      example.com DS 62186 8 2 9B81B5608228CED4E5FA0E2E0FBAB723610803CC912BF1E94B4D82C6870A0DD1
      example.com DNSKEY 257 3 8 AwEAAbQGr4AknDcIuaPZaFy3+hZXvf1M+guZNonyFBqRRf7kagdbece8aGhwrs+1F+QJ2lChQeuObrbHKXUyhC+w/WpjYAufaPYwcDhkJPnLnseOqF9tfl6PshlWQmY32xOrZnZetWBdsyCY1/CCxkjQ/mwge6sTcHnXmYH3EJzdtEFf`,
    expect: 'short',
  },
  {
    name: '512 bits',
    zone: `${ZONE}
      example.com DS 1 8 2 00ff
      example.com DNSKEY 257 3 8 AwEAAbQGr4AknDcIuaPZaFy3+hZXvf1M+guZNonyFBqRRf7kagdbece8aGhwrs+1F+QJ2lChQeuObrbHKXUyhC+w/Wo=`,
    expect: 'breakable',
  },
  {
    name: 'no RSA',
    zone: `${ZONE}
      example.com DS 49891 15 2 B200454BBFB7E5D8FD0EE0070453775A7510A1F3F62A8C1F2C34A2B446316F4F
      example.com DNSKEY 257 3 15 NKwjT4Njheqyf5toBrVRCRsW0iaWQrZZpY+P+vyuS9E=`,
    expect: 'not-applicable',
  },
  { name: 'unsigned', zone: 'example.com A 192.0.2.1', expect: 'not-applicable' },
  { name: 'not answered', zone: `${ZONE}\nexample.com DNSKEY !timeout`, expect: 'unknown' },
] satisfies Examples<typeof keySize>;
