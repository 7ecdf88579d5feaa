/*
 * Mail servers of every kind, good and bad, each with what a relay must see there. The same list is held against
 * every host a relay runs on; `finished` is what only those see that complete handshakes.
 */

import type { SecureContextOptions } from 'node:tls';
import type { Authority, Credentials } from './certificates.ts';
import type { Peer, Script } from './scripted-smtp.ts';

/** Keys and chains the servers use. */
export type Keys = Readonly<
  Record<'good' | 'expired' | 'stranger' | 'alone' | 'huge' | 'incomplete', Credentials>
>;

export interface Scenario {
  readonly name: string;
  readonly port: 25 | 465 | 587 | 2525;
  readonly script: (keys: Keys) => Script;
  /** Part of an entry of facts/smtp.ts. */
  readonly seen: object;
  readonly finished?: object;
}

export const HOST = 'mx.lab.test';

export function keysOf(authority: Authority): Keys {
  const names = [HOST];
  return {
    good: authority.issue({ names }),
    expired: authority.issue({ names, expired: true }),
    stranger: authority.issue({ names: ['elsewhere.test'] }),
    alone: authority.issue({ names, selfSigned: true }),
    huge: authority.issue({ names, ballast: 60_000 }),
    incomplete: authority.issue({ names, incomplete: true }),
  };
}

const BANNER = `220 ${HOST} ESMTP`;
const OFFER = [HOST, 'PIPELINING', 'STARTTLS'];
const ciphers = 'DEFAULT:@SECLEVEL=0';

/** Greets, answers EHLO, takes STARTTLS and goes on inside. */
function usual(
  options: (keys: Keys) => SecureContextOptions,
  { before = OFFER, after = [HOST, 'SIZE 1000'] } = {},
) {
  return (keys: Keys) => async (peer: Peer) => {
    peer.say(BANNER);
    if ((await peer.serve(before, 'STARTTLS')) === undefined) return;
    peer.say('220 2.0.0 Ready');
    if (await peer.secure(options(keys))) await peer.serve(after);
  };
}

/** Does all that is usual before TLS, then something else. */
function afterStarttls(then: (peer: Peer) => Promise<void> | void) {
  return () => async (peer: Peer) => {
    peer.say(BANNER);
    if ((await peer.serve(OFFER, 'STARTTLS')) === undefined) return;
    peer.say('220 2.0.0 Ready');
    await then(peer);
  };
}

const reply = (lines: readonly string[], end = 'complete') => ({ lines, end });
const ehlo = reply([`250-${HOST}`, '250-PIPELINING', '250 STARTTLS']);
const bye = reply(['221 2.0.0 Bye']);
const forever = () => new Promise<void>(() => {});
const hang = (peer: Peer) => peer.octets().then(forever);

const TO_12 = ['TLSv1.2', 'TLSv1.1', 'TLSv1'];
const TO_11 = ['TLSv1.1', 'TLSv1'];
const refusesOld = { offered: TO_11, end: 'alert', alert: 'protocol_version' };
const takes12 = { offered: TO_12, end: 'hello', version: 'TLSv1.2', newer: 'TLSv1.3', sni: HOST };
const open = { connect: 'open' };

/** A server with a certificate of this kind, and what the host's own verdict says. */
function certified(name: string, kind: keyof Keys, chain: number, trust: object): Scenario {
  return {
    name,
    port: 25,
    script: usual((keys) => ({ ...keys[kind], ciphers })),
    seen: { ...open, handshakes: [{ ...takes12, chain: { length: chain } }, {}] },
    finished: { handshakes: [{ finished: true, trust }, {}] },
  };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'good',
    port: 25,
    script: usual((keys) => ({ ...keys.good })),
    seen: {
      ...open,
      greeting: reply([BANNER]),
      ehlo,
      starttls: reply(['220 2.0.0 Ready']),
      handshakes: [{ ...takes12, group: 'x25519', chain: { length: 2 } }, refusesOld],
    },
    finished: {
      handshakes: [{ finished: true, trust: { chain: 'trusted', name: true } }, {}],
      ehloTls: reply([`250-${HOST}`, '250 SIZE 1000']),
      quit: bye,
    },
  },
  {
    name: 'no STARTTLS',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.serve([HOST, 'SIZE']);
    },
    seen: { ...open, ehlo: reply([`250-${HOST}`, '250 SIZE']), handshakes: [], quit: bye },
  },
  {
    name: 'STARTTLS behind XXXX',
    port: 25,
    script: () => async (peer) => {
      peer.say('220 ****************************');
      await peer.serve([HOST, 'XXXXXXXA']);
    },
    seen: {
      greeting: reply(['220 ****************************']),
      ehlo: reply([`250-${HOST}`, '250 XXXXXXXA']),
      handshakes: [],
    },
  },
  {
    name: 'AUTH before TLS on 587',
    port: 587,
    script: usual((keys) => ({ ...keys.good }), {
      before: [HOST, 'AUTH PLAIN LOGIN', 'STARTTLS'],
      after: [HOST, 'AUTH PLAIN LOGIN'],
    }),
    seen: { ehlo: reply([`250-${HOST}`, '250-AUTH PLAIN LOGIN', '250 STARTTLS']), handshakes: [takes12, {}] },
    finished: { ehloTls: reply([`250-${HOST}`, '250 AUTH PLAIN LOGIN']) },
  },
  {
    name: 'TLS from the start on 465',
    port: 465,
    script: (keys) => async (peer) => {
      if (!(await peer.secure(keys.good))) return;
      peer.say(BANNER);
      await peer.serve([HOST, 'AUTH PLAIN']);
    },
    seen: { ...open, handshakes: [{ ...takes12, chain: { length: 2 } }, refusesOld] },
    finished: { greeting: reply([BANNER]), ehlo: reply([`250-${HOST}`, '250 AUTH PLAIN']), quit: bye },
  },
  {
    name: 'plain text on 465',
    port: 465,
    script: () => async (peer) => {
      peer.say(BANNER);
      await hang(peer);
    },
    seen: { handshakes: [{ offered: TO_12, end: 'not-tls', plain: `${BANNER}\r\n` }] },
  },
  {
    name: '2525',
    port: 2525,
    script: usual((keys) => ({ ...keys.good })),
    seen: { ehlo, handshakes: [takes12, refusesOld] },
  },
  certified('expired', 'expired', 2, { chain: 'CERT_HAS_EXPIRED', name: true }),
  certified('another name', 'stranger', 2, { chain: 'trusted', name: false }),
  certified('self-signed', 'alone', 1, { chain: 'DEPTH_ZERO_SELF_SIGNED_CERT', name: true }),
  certified('incomplete chain', 'incomplete', 1, { chain: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', name: true }),
  certified('a certificate of 60 kB', 'huge', 2, { chain: 'trusted', name: true }),
  {
    name: 'TLS 1.0 and up',
    port: 25,
    script: usual((keys) => ({ ...keys.good, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' })),
    seen: { handshakes: [takes12, { offered: TO_11, end: 'hello', version: 'TLSv1.1', newer: 'TLSv1.2' }] },
  },
  {
    name: 'nothing above TLS 1.0',
    port: 25,
    script: usual((keys) => ({
      ...keys.good,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1',
      ciphers: 'AES128-SHA:@SECLEVEL=0',
    })),
    seen: {
      handshakes: [
        { end: 'hello', version: 'TLSv1', cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA', chain: { length: 2 } },
      ],
    },
    finished: { handshakes: [{ finished: true }], ehloTls: { end: 'complete' } },
  },
  {
    name: 'nothing above TLS 1.2',
    port: 25,
    script: usual((keys) => ({ ...keys.good, maxVersion: 'TLSv1.2' })),
    seen: { handshakes: [{ end: 'hello', version: 'TLSv1.2' }, refusesOld] },
  },
  {
    name: 'nothing but TLS 1.3',
    port: 25,
    script: usual((keys) => ({ ...keys.good, minVersion: 'TLSv1.3' })),
    seen: {
      handshakes: [
        { offered: TO_12, end: 'alert', alert: 'protocol_version' },
        { offered: ['TLSv1.3'], end: 'hello', version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      ],
    },
    finished: {
      handshakes: [{}, { finished: true, chain: { length: 2 }, trust: { chain: 'trusted', name: true } }],
      ehloTls: reply([`250-${HOST}`, '250 SIZE 1000']),
    },
  },
  {
    name: 'weak keys for DHE',
    port: 25,
    script: usual((keys) => ({
      ...keys.good,
      maxVersion: 'TLSv1.2',
      ciphers: 'DHE-RSA-AES128-SHA:@SECLEVEL=0',
      dhparam: DH_1024,
    })),
    seen: { handshakes: [{ cipher: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA', dhBits: 1024 }, {}] },
  },
  {
    name: 'a TLS alert',
    port: 25,
    script: afterStarttls(async (peer) => {
      await peer.octets();
      peer.send('\x15\x03\x01\x00\x02\x02\x28');
    }),
    seen: {
      handshakes: [
        { end: 'alert', alert: 'handshake_failure' },
        { offered: ['TLSv1.3'], end: 'alert' },
      ],
    },
  },
  {
    name: 'silence after STARTTLS',
    port: 25,
    script: afterStarttls(hang),
    seen: { starttls: reply(['220 2.0.0 Ready']), handshakes: [{ end: 'timeout' }] },
  },
  {
    name: 'plain text after STARTTLS',
    port: 25,
    script: afterStarttls(async (peer) => {
      await peer.octets();
      peer.say('500 What is this?');
    }),
    seen: { handshakes: [{ end: 'not-tls', plain: '500 What is this?\r\n' }] },
  },
  {
    name: 'closed after STARTTLS',
    port: 25,
    script: afterStarttls((peer) => peer.end()),
    seen: { handshakes: [{ offered: TO_12 }, { offered: ['TLSv1.3'] }] },
  },
  {
    name: 'STARTTLS listed, then refused',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      if ((await peer.serve(OFFER, 'STARTTLS')) === undefined) return;
      peer.say('454 4.7.0 TLS not available');
      await peer.serve(OFFER);
    },
    seen: { starttls: reply(['454 4.7.0 TLS not available']), handshakes: [], quit: bye },
  },
  ...['421 too busy', '450 come back', '554 5.7.1 listed at dnsbl.test'].map(
    (text): Scenario => ({
      name: `greeting ${text}`,
      port: 25,
      script: () => async (peer) => {
        peer.say(text);
        await peer.serve([]);
      },
      seen: { ...open, greeting: reply([text]), handshakes: [], quit: bye },
    }),
  ),
  {
    name: 'a greeting that comes late',
    port: 25,
    script: (keys) => async (peer) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await usual(() => keys.good)(keys)(peer);
    },
    seen: { greeting: reply([BANNER]), handshakes: [takes12, refusesOld] },
  },
  {
    name: 'silence',
    port: 25,
    script: () => hang,
    seen: { ...open, greeting: reply([], 'timeout'), handshakes: [] },
  },
  {
    name: 'a greeting without end',
    port: 25,
    script: () => async (peer) => {
      for (let i = 0; i < 100_000; i++) {
        peer.say(`220-line ${i}`);
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    seen: { greeting: { end: 'too-long', lines: { length: 100 } }, handshakes: [] },
  },
  {
    name: 'an EHLO reply without end',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.line();
      for (let i = 0; i < 5000; i++) peer.say('250-X-MORE');
      await forever();
    },
    seen: { ehlo: { end: 'too-long', lines: { length: 100 } }, handshakes: [] },
  },
  {
    name: 'binary junk',
    port: 25,
    script: () => async (peer) => {
      peer.send(Uint8Array.from({ length: 3000 }, (_, i) => (i * 73) & 255));
      await forever();
    },
    seen: { greeting: { end: 'not-smtp', lines: { length: 1 } }, handshakes: [] },
  },
  {
    name: 'another protocol',
    port: 25,
    script: () => async (peer) => {
      peer.say('SSH-2.0-OpenSSH_9.6');
      await forever();
    },
    seen: { greeting: reply(['SSH-2.0-OpenSSH_9.6'], 'not-smtp'), handshakes: [] },
  },
  {
    name: 'lines of 8 kB',
    port: 25,
    script: () => async (peer) => {
      peer.say(`220 ${HOST} ${'x'.repeat(8000)}`);
      await peer.serve([HOST, 'SIZE']);
    },
    seen: { greeting: reply([`220 ${HOST} ${'x'.repeat(8000)}`]), ehlo: { end: 'complete' }, quit: bye },
  },
  {
    name: 'a line without end',
    port: 25,
    script: () => async (peer) => {
      peer.send(`220 ${'y'.repeat(1_000_000)}`);
      await forever();
    },
    seen: { greeting: { end: 'too-long', lines: [`220 ${'y'.repeat(508)}`] }, handshakes: [] },
  },
  {
    name: 'an octet at a time',
    port: 25,
    script: () => async (peer) => {
      const slowly = async (text: string) => {
        for (const octet of text) {
          peer.send(octet);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      await slowly(`${BANNER}\r\n`);
      await peer.line();
      await slowly(`250-${HOST}\r\n250 SIZE\r\n`);
      await peer.line();
      await slowly('221 2.0.0 Bye\r\n');
    },
    seen: { greeting: reply([BANNER]), ehlo: reply([`250-${HOST}`, '250 SIZE']), quit: bye },
  },
  {
    name: 'line feeds alone',
    port: 25,
    script: () => async (peer) => {
      peer.send(`${BANNER}\n`);
      await peer.line();
      peer.send(`250-${HOST}\n250 SIZE\n`);
      await peer.serve([]);
    },
    seen: { ehlo: reply([`250-${HOST}`, '250 SIZE']), quit: bye },
  },
  {
    name: 'no EHLO',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.line();
      peer.say('502 5.5.1 Unknown');
      await peer.serve([]);
    },
    seen: { ehlo: reply(['502 5.5.1 Unknown']), handshakes: [], quit: bye },
  },
  {
    name: 'closed before the greeting',
    port: 25,
    script: () => async (peer) => peer.end(),
    seen: { ...open, greeting: { lines: [] }, handshakes: [] },
  },
  {
    name: 'a reset before the greeting',
    port: 25,
    script: () => async (peer) => {
      // Later than the kernel's own answer, which would be a port that is closed.
      await new Promise((resolve) => setTimeout(resolve, 50));
      peer.reset();
    },
    seen: { ...open, greeting: { lines: [] }, handshakes: [] },
  },
  {
    name: 'a reset after EHLO',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.line();
      peer.reset();
    },
    seen: { greeting: reply([BANNER]), ehlo: { lines: [] }, handshakes: [] },
  },
  {
    name: 'a reset in the midst of a reply',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.line();
      peer.send(`250-${HOST}\r\n250-PIPE`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      peer.reset();
    },
    seen: { ehlo: { lines: [`250-${HOST}`, '250-PIPE'] }, handshakes: [] },
  },
  {
    name: 'a reset after STARTTLS',
    port: 25,
    script: () => async (peer) => {
      peer.say(BANNER);
      await peer.serve(OFFER, 'STARTTLS');
      peer.reset();
    },
    seen: { ehlo, starttls: { lines: [] }, handshakes: [] },
  },
  {
    name: 'a reset in the handshake',
    port: 25,
    script: afterStarttls(async (peer) => {
      await peer.octets();
      peer.reset();
    }),
    seen: { handshakes: [{ offered: TO_12 }, { offered: ['TLSv1.3'] }] },
  },
];

/** A DHE group of 1024 bits (RFC 2409 §6.2). */
const DH_1024 = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
`;
