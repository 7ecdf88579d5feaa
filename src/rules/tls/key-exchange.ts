import { those } from '../../engine/agreement.ts';
import { type Examples, type Fix, rule, type Weights } from '../../engine/rule.ts';
import { gravest } from '../../engine/several.ts';
import { mxVisit } from '../../mail/smtp/example-visits.ts';
import { groupGrade, isOldDigest } from '../../mail/tls/suite.ts';
import { opened, placesOf, smtp, type Visit } from '../../topics/smtp.ts';

export const covers = ['tls-dh-size', 'tls-ec-group', 'tls-kex-hash'];

const fix: Fix = {
  stage: 'transport',
  effort: 'minutes',
  text: 'Use ECDHE with X25519 or P-256, and an up-to-date TLS library.',
};

const keyExchange = rule({
  title: 'Keys for connections are exchanged safely',
  why: 'Every connection begins with agreeing on a key. With a short group or an old digest, somebody with enough computers listens in.',
  bears: ['interception'],
  cites: [
    { rfc: 9325, section: '4.5' },
    { rfc: 9325, section: '4.2.1' },
  ],
  reads: { smtp },
  partial: ['smtp'],
  cases: {
    short: {
      severity: 'medium',
      says: (d: Exchange) => `${those(d.hosts, 'agrees')} on keys with ${d.how}, which is too short.`,
      fix,
    },
    digest: {
      severity: 'medium',
      says: (d: Exchange) =>
        `${those(d.hosts, 'signs')} the key exchange with ${d.how}, a digest that must not sign any more.`,
      fix,
    },
    dated: {
      severity: 'low',
      says: (d: Exchange) => `${those(d.hosts, 'agrees')} on keys with ${d.how}. ECDHE is better.`,
      fix,
    },
    good: { passes: true, says: 'Keys are agreed on with good groups.' },
  },
  judge({ smtp }) {
    const { because, visits, missing } = opened(smtp);
    if (because !== undefined) return { is: 'not-applicable', because };
    const found = gravest(visits, ['short', 'digest', 'dated', 'good'], gradeOf, missing);
    if (found === undefined)
      return { is: 'not-applicable', because: 'No mail server agreed on a fresh key that could be seen.' };
    if (found.is === 'unknown') return found;
    if (found.is === 'good') return { is: 'good' };
    const { tls } = found.of[0];
    const shown = tls && 'state' in tls ? tls.shown : undefined;
    const how =
      found.is === 'digest'
        ? `\`${shown?.signature}\``
        : shown?.dhBits === undefined
          ? `\`${shown?.group}\``
          : `Diffie-Hellman of ${shown.dhBits} bits`;
    return { is: found.is, data: { hosts: placesOf(found.of, visits), how } };
  },
});

export default keyExchange;

interface Exchange {
  readonly hosts: readonly string[];
  readonly how: string;
}

function gradeOf({ tls }: Visit) {
  if (tls === undefined || 'reason' in tls) return tls;
  if (tls.state !== 'works') return undefined;
  const { dhBits, group, signature } = tls.shown ?? {};
  const grade = group === undefined ? undefined : groupGrade(group);
  if ((dhBits !== undefined && dhBits < 2048) || grade === 'broken') return 'short' as const;
  if (signature !== undefined && isOldDigest(signature)) return 'digest' as const;
  if (dhBits !== undefined || grade === 'short') return 'dated' as const;
  // A group without a name here is neither blamed nor praised.
  return grade === 'good' ? ('good' as const) : undefined;
}

const with_ = (rest: string) => mxVisit({ tls: `TLSv1.2 TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 ${rest}` });

export const weighs = {
  medium: 'Breaking it takes means that few have, and the attacker must be on the path.',
  low: 'It holds today and is on its way out.',
} satisfies Weights<typeof keyExchange>;

export const examples = [
  { name: 'X25519', zone: mxVisit(), expect: 'good' },
  { name: '1024 bits', zone: with_('dh-bits 1024'), expect: 'short' },
  { name: '2048 bits', zone: with_('dh-bits 2048'), expect: 'dated' },
  { name: 'P-224', zone: with_('group secp224r1'), expect: 'dated' },
  { name: 'SHA-1', zone: with_('group x25519 signature rsa_pkcs1_sha1'), expect: 'digest' },
  { name: 'a group without name', zone: with_('group 0x1234'), expect: 'not-applicable' },
  { name: 'no TLS', zone: mxVisit({ ehlo: ['SIZE'] }), expect: 'not-applicable' },
  { name: 'no relay', zone: 'example.com MX 10 mx.example.com', expect: 'unknown' },
] satisfies Examples<typeof keyExchange>;
