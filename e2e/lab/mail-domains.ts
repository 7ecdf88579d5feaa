/*
 * The domains of the mail lab: how each sets up its servers, its records and its policy. `mx.DOMAIN` takes its
 * mail, `mail.DOMAIN` is where its people send.
 */

import type { LeafOptions } from './certificates.ts';
import type { Script } from './scripted-smtp.ts';

/** What serves a port. */
export type By =
  | {
      readonly by: 'postfix';
      /** Parameters that are other than sound ones. */
      readonly with?: Readonly<Record<string, string>>;
      readonly certificate?: Partial<LeafOptions>;
    }
  | { readonly by: 'exim' }
  | { readonly by: 'openssl'; readonly tls: readonly string[] }
  | { readonly by: 'script'; readonly script: Script }
  | { readonly by: 'nobody' };

/** One domain. */
export interface MailDomain {
  readonly signed?: true;
  /** Of mx.DOMAIN, port 25. */
  readonly mx: By;
  /** Of mail.DOMAIN; announced by SRV records. */
  readonly sends?: Readonly<Partial<Record<465 | 587 | 2525, By>>>;
  /** TLSA records of mx.DOMAIN: of its key, of its issuer's, of a key it has not. */
  readonly tlsa?: readonly ('own' | 'issuer' | 'foreign')[];
  readonly policy?: {
    readonly mode: 'enforce' | 'testing';
    /** Its host's certificate has run out. */
    readonly expired?: true;
    /** Where a redirect leads that stands in its place. */
    readonly location?: string;
    /** The host it names, mx.DOMAIN unless said. */
    readonly mx?: string;
  };
}

const postfix = { by: 'postfix' } as const;
const enforce = { mode: 'enforce' } as const;

/** Waits for what never comes. */
const silent: Script = (peer) => peer.octets().then(() => new Promise(() => {}));

export const MAIL_DOMAINS = {
  'sound.test': {
    signed: true,
    mx: postfix,
    sends: { 465: postfix, 587: postfix, 2525: postfix },
    tlsa: ['own', 'issuer'],
    policy: enforce,
  },
  'cleartext.test': { mx: { by: 'postfix', with: { smtpd_tls_security_level: 'none' } }, policy: enforce },
  'early.test': {
    mx: postfix,
    sends: { 465: postfix, 587: { by: 'postfix', with: { smtpd_tls_auth_only: 'no' } } },
  },
  'plain.test': {
    mx: postfix,
    sends: {
      465: { by: 'postfix', with: { smtpd_tls_wrappermode: 'no', smtpd_tls_security_level: 'none' } },
    },
  },
  'ran-out.test': {
    mx: { by: 'postfix', certificate: { expired: true } },
    sends: { 465: { by: 'postfix', certificate: { expired: true } } },
    policy: enforce,
  },
  'other-name.test': {
    mx: { by: 'postfix', certificate: { names: ['elsewhere.test'] } },
    sends: { 465: { by: 'postfix', certificate: { names: ['elsewhere.test'] } } },
    policy: enforce,
  },
  'self-signed.test': {
    mx: { by: 'postfix', certificate: { selfSigned: true } },
    sends: { 465: { by: 'postfix', certificate: { selfSigned: true } } },
  },
  'incomplete.test': {
    mx: { by: 'postfix', certificate: { incomplete: true } },
    sends: { 465: { by: 'postfix', certificate: { incomplete: true } } },
    policy: { mode: 'testing' },
  },
  'foreign-key.test': { signed: true, mx: postfix, tlsa: ['foreign'] },
  'bound.test': {
    signed: true,
    mx: { by: 'postfix', certificate: { selfSigned: true, names: ['elsewhere.test'] } },
    tlsa: ['own'],
  },
  'bound-clear.test': {
    signed: true,
    mx: { by: 'postfix', with: { smtpd_tls_security_level: 'none' } },
    tlsa: ['own'],
  },
  'only-13.test': {
    mx: {
      by: 'postfix',
      with: { smtpd_tls_protocols: '>=TLSv1.3', smtpd_tls_mandatory_protocols: '>=TLSv1.3' },
    },
  },
  'ancient.test': { mx: { by: 'openssl', tls: ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'] } },
  'weak.test': { mx: { by: 'openssl', tls: ['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0'] } },
  'second.test': {
    signed: true,
    mx: { by: 'exim' },
    sends: { 465: { by: 'exim' }, 587: { by: 'exim' } },
    tlsa: ['own'],
  },
  'moved.test': {
    mx: postfix,
    policy: { mode: 'enforce', location: 'https://elsewhere.test/' },
  },
  'stale.test': { mx: postfix, policy: { mode: 'enforce', expired: true } },
  'unlisted.test': { mx: postfix, policy: { mode: 'enforce', mx: 'other.unlisted.test' } },
  'silent.test': { mx: { by: 'script', script: silent } },
  'closed.test': { mx: { by: 'nobody' } },
  'turned-away.test': {
    mx: {
      by: 'script',
      script: async (peer) => {
        peer.say('554 5.7.1 Your address is listed at dnsbl.test');
        await peer.serve([]);
      },
    },
  },
} as const satisfies Readonly<Record<string, MailDomain>>;
