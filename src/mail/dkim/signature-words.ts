/*
 * What faults of a pasted signature mean for the mail that carries it, in words. A receiver ignores a signature
 * that breaks the form (RFC 6376 §6.1.1) or does not fit its key (§6.1.2): the mail then counts as unsigned.
 */

import { breaksSignature, type PairFault, type SignatureFault } from './signature.ts';

/** A sentence about a signature, and whether receivers ignore the signature for it. */
export interface Remark {
  readonly breaks: boolean;
  readonly says: string;
}

/** Words for one fault of a signature's form. */
export function remarkOnFault(fault: SignatureFault): Remark {
  const says =
    fault.kind === 'missing' ? `The required tag \`${fault.detail ?? '?'}\` is missing.` : FORM[fault.kind];
  return { breaks: breaksSignature(fault.kind), says };
}

/** Words for one fault between a signature and its key. */
export function remarkOnPair(fault: PairFault): Remark {
  return { breaks: fault !== 'testing', says: PAIR[fault] };
}

const FORM: Readonly<Record<Exclude<SignatureFault['kind'], 'missing'>, string>> = {
  'not-a-tag': 'Something in the signature is no tag.',
  'tag-name': 'A tag has a name that is none.',
  'empty-tag': 'Two semicolons have nothing between them.',
  duplicate: 'A tag stands in the signature twice.',
  octet: 'The signature holds a character that is not plain ASCII.',
  version: 'The version is not `v=1`.',
  algorithm: 'The algorithm in `a` is none that receivers know.',
  sha1: 'The signature uses sha1, which receivers must not accept any more. Sign with `rsa-sha256`.',
  base64: 'The signature in `b` cannot be decoded; it may have been damaged when it was copied.',
  'body-hash': 'The hash of the body in `bh` is not one of sha256.',
  canonicalization: 'The `c` tag holds something other than `simple` or `relaxed`.',
  domain: 'The `d` tag names no domain that can sign.',
  selector: 'The `s` tag is no selector.',
  'from-unsigned': 'From is not among the signed header fields in `h`.',
  identity: 'The identity in `i` does not belong to the domain in `d`.',
  number: 'A tag that holds a number holds something else.',
  'expires-before-made': 'The signature expires before it was made.',
  query: 'The `q` tag asks for a way to find the key other than DNS.',
  'body-length':
    'The `l` tag signs only the beginning of the body, so anybody can add text below without breaking the signature. Sign without it.',
  'trailing-blank': 'A blank follows the last semicolon; receivers overlook it.',
  expired: 'The signature has expired since.',
};

const PAIR: Readonly<Record<PairFault, string>> = {
  revoked: 'The key of this signature is revoked.',
  broken: 'The key record of this signature cannot be used.',
  'key-type': 'The key is of another type than the signature.',
  hash: 'The key does not allow the hash the signature uses.',
  service: 'The key is not meant for e-mail.',
  'identity-strict': 'The key is strict (`t=s`), but the identity in `i` is not exactly the domain in `d`.',
  testing: 'The key is marked as a test, so receivers may treat the mail as unsigned.',
};
