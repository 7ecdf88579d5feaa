import { type Examples, rule } from '../../engine/rule.ts';
import { caa, issuanceOf } from '../../topics/caa.ts';

export const covers = ['caa-issuemail'];

const mailCertificates = rule({
  title: 'The domain can say who may issue S/MIME certificates for its addresses',
  why: 'A certificate for signing and encrypting mail is issued to whoever can read the address. `issuemail` limits it to authorities you name; records for web sites do not.',
  bears: ['impersonation'],
  cites: [
    {
      document: 'RFC 9495, Certification Authority Authorization (CAA) Processing for Email Addresses',
      href: 'https://www.rfc-editor.org/rfc/rfc9495',
    },
  ],
  reads: { caa },
  cases: {
    restricted: {
      passes: true,
      says: (d: { issuers: string }) =>
        d.issuers === ''
          ? 'No authority may issue S/MIME certificates for addresses of the domain.'
          : `Only ${d.issuers} may issue S/MIME certificates for addresses of the domain.`,
    },
    open: {
      passes: true,
      says: 'Any authority may issue S/MIME certificates for addresses of the domain. If nobody here uses them, a CAA record `0 issuemail ";"` forbids it.',
    },
  },
  judge({ caa }) {
    if (caa.fails)
      return { is: 'not-applicable', because: 'The question for CAA records fails; that comes first.' };
    const found = caa.records.filter(({ tag }) => tag.toLowerCase() === 'issuemail');
    if (found.length === 0) return { is: 'open' };
    const issuers = found.flatMap(({ value }) => issuanceOf(value)?.issuer || []);
    return {
      is: 'restricted',
      data: { issuers: [...new Set(issuers)].map((issuer) => `\`${issuer}\``).join(' and ') },
    };
  },
});

export default mailCertificates;

export const examples = [
  { name: 'none', zone: 'example.com CAA 0 issue "ca.example"', expect: 'open' },
  { name: 'nobody', zone: 'example.com CAA 0 issuemail ";"', expect: 'restricted' },
  { name: 'one', zone: 'example.com CAA 0 issuemail "ca.example"', expect: 'restricted' },
  { name: 'no answer', zone: 'example.com CAA !timeout', expect: 'unknown' },
] satisfies Examples<typeof mailCertificates>;
