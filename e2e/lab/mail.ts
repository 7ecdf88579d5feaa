/*
 * The mail lab: real mail servers on loopback addresses with the ports they have everywhere, what is said of them in
 * DNS, their policies over HTTPS, and a relay that is let through to them. It needs root for those ports. Start:
 * `await startMailLab()`, stop: `stop()`.
 */

import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelay } from '../../src/relay/handler.ts';
import { nodeHost } from '../../src/relay/hosts/node.ts';
import { createRelayServer } from '../../src/relay/hosts/node-server.ts';
import type { Caps } from '../../src/relay/wire.ts';
import { type Lab, startLab } from './bind.ts';
import { type Authority, type Credentials, createAuthority, type LeafOptions } from './certificates.ts';
import { canExim, startExim } from './exim.ts';
import { type By, MAIL_DOMAINS, type MailDomain } from './mail-domains.ts';
import { startOpenssl } from './openssl-smtp.ts';
import { type PolicySite, startPolicyHost } from './policy-host.ts';
import { canPostfix, type PostfixService, startPostfix } from './postfix.ts';
import { answers, type Running } from './running.ts';
import { scripted } from './scripted-smtp.ts';

/** A running mail lab. */
export interface MailLab {
  readonly dns: Lab;
  /** The address of the relay. */
  readonly relay: string;
  /** Every port where somebody listens. */
  readonly places: readonly Pick<Place, 'host' | 'address' | 'port'>[];
  stop(): Promise<void>;
}

/** Whether this machine can run it. */
export const canMail = (): boolean => canPostfix() && canExim();

/** Limits of a visit in the lab: a silent server is silent for so long. */
export const LAB_CAPS: Partial<Caps> = { connect: 2000, greeting: 6000, reply: 6000, handshake: 6000 };

type Port = 25 | 465 | 587 | 2525;

/** One server of one domain. */
interface Place {
  readonly domain: string;
  readonly host: string;
  /** All servers of a domain have one. */
  readonly address: string;
  readonly port: Port;
  readonly what: By;
  readonly credentials: Credentials;
  /** Files of chain, key, and both. */
  readonly files: { readonly chain: string; readonly key: string; readonly both: string };
}

export async function startMailLab(): Promise<MailLab> {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-mail-'));
  // The servers run as users of their own.
  chmodSync(folder, 0o755);
  const authority = createAuthority();
  const places = placesIn(folder, authority);
  const running: Running[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.all([...running.map((each) => each.stop()), ...closing.map((close) => close())]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    running.push(await startPostfix(subfolder(folder), places.flatMap(postfixService)));
    for (const { what, address, host, port, files } of places) {
      // One daemon has all of its ports.
      if (what.by === 'exim' && port === 25)
        running.push(startExim(subfolder(folder), { address, name: host, ...files }));
      if (what.by === 'openssl')
        running.push(await startOpenssl({ address, name: host, tls: what.tls, ...files }));
      if (what.by === 'script') {
        const server = await scripted(what.script, { address, port });
        closing.push(server.close);
      }
    }
    running.push(await startPolicyHost(POLICIES, policySites(authority)));
    const dns = await startLab({
      zones: zonesOf(places),
      signed: entries().flatMap(([name, { signed }]) => (signed ? [name] : [])),
      elsewhere: reverseOf(places),
    });
    closing.push(dns.stop);
    const server = createRelayServer(
      createRelay({
        host: nodeHost({ helo: 'relay.lab.test', dns: [dns.dns], ca: authority.root }),
        allow: (address) => address.startsWith('127.'),
        controls: { 25: 'mx.sound.test' },
        limits: { perVisitor: 10_000, perAddress: 10_000, memory: 0 },
        caps: LAB_CAPS,
      }),
    );
    const relay = await listening(server);
    closing.push(() => closed(server));
    await Promise.all(
      places.filter(({ what }) => what.by !== 'nobody').map(({ address, port }) => answers(address, port)),
    );
    console.log(`lab: ${places.length} mail ports of ${entries().length} domains`);
    return { dns, relay, places: places.filter(({ what }) => what.by !== 'nobody'), stop };
  } catch (error) {
    const logs = running.map((each) => each.log()).filter(Boolean);
    await stop();
    throw new Error(`The mail lab does not start: ${String(error)}\n${logs.join('\n')}`);
  }
}

/** Every server of every domain, with its certificates in files. One certificate of each kind names them all. */
function placesIn(folder: string, authority: Authority): Place[] {
  const made = new Map<string, Pick<Place, 'credentials' | 'files'>>();
  const names = entries().flatMap(([domain]) => [`mx.${domain}`, `mail.${domain}`, domain]);
  return entries().flatMap(([domain, { mx, sends = {} }], n) => {
    const all: [Port, By][] = [
      [25, mx],
      ...Object.entries(sends).map(([port, what]) => [Number(port), what] as [Port, By]),
    ];
    return all.map(([port, what]): Place => {
      const kind = what.by === 'postfix' ? what.certificate : undefined;
      const key = JSON.stringify(kind ?? {});
      const certificate =
        made.get(key) ?? certified(join(folder, `${made.size}`), authority, { names, ...kind });
      made.set(key, certificate);
      const host = port === 25 ? `mx.${domain}` : `mail.${domain}`;
      return { domain, host, address: `${BLOCK}.${n + 1}`, port, what, ...certificate };
    });
  });
}

function certified(
  path: string,
  authority: Authority,
  leaf: LeafOptions,
): Pick<Place, 'credentials' | 'files'> {
  const credentials = authority.issue(leaf);
  const files = { chain: `${path}.pem`, key: `${path}.key`, both: `${path}.both` };
  writeFileSync(files.chain, credentials.cert);
  // Exim reads it as a user of its own.
  writeFileSync(files.key, credentials.key, { mode: 0o644 });
  writeFileSync(files.both, credentials.key + credentials.cert);
  return { credentials, files };
}

/** What Postfix is to run there. Users hand in mail where the port is not 25. */
function postfixService({ what, address, port, host, files }: Place): PostfixService[] {
  if (what.by !== 'postfix') return [];
  const users = {
    smtpd_sasl_auth_enable: 'yes',
    smtpd_tls_auth_only: 'yes',
    smtpd_discard_ehlo_keywords: 'etrn,vrfy',
    ...(port === 465 ? { smtpd_tls_wrappermode: 'yes' } : {}),
  };
  const parameters = {
    smtpd_tls_security_level: 'may',
    smtpd_tls_chain_files: files.both,
    ...(port === 25 ? {} : users),
    ...what.with,
  };
  return [{ address, port, name: host, with: parameters }];
}

function policySites(authority: Authority): Map<string, PolicySite> {
  const names = entries().map(([domain]) => `mta-sts.${domain}`);
  const good = authority.issue({ names });
  const expired = authority.issue({ names, expired: true });
  return new Map(
    entries().flatMap(([domain, { policy }]) => {
      if (policy === undefined) return [];
      const { mode, mx = `mx.${domain}`, location } = policy;
      const site: PolicySite = {
        credentials: policy.expired ? expired : good,
        status: location === undefined ? 200 : 301,
        headers: { 'content-type': 'text/plain', ...(location === undefined ? {} : { location }) },
        body: `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 604800\n`,
      };
      return [[`mta-sts.${domain}`, site]];
    }),
  );
}

function zonesOf(places: readonly Place[]): Record<string, string> {
  return Object.fromEntries(
    entries().map(([domain, { sends = {}, tlsa = [], policy }]) => {
      const own = places.filter((place) => place.domain === domain);
      const [mx] = own;
      if (mx === undefined) return [domain, ''];
      const records = [
        '@ MX 10 mx',
        '@ TXT "v=spf1 mx -all"',
        `mx A ${mx.address}`,
        `mail A ${mx.address}`,
        ...[465, 587]
          .filter((port) => port in sends)
          .map((port) => `_submission${port === 465 ? 's' : ''}._tcp SRV 0 1 ${port} mail`),
        ...tlsa.map((what) => `_25._tcp.mx TLSA ${tlsaOf(what, mx.credentials)}`),
        ...(policy === undefined
          ? []
          : [
              '_mta-sts TXT "v=STSv1; id=1"',
              `mta-sts A ${POLICIES}`,
              '_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@sound.test"',
            ]),
      ];
      return [domain, `${records.join('\n')}\n`];
    }),
  );
}

/** A record's data: of the key in use, of the issuer's, or of another key altogether (RFC 7672 §3.1). */
function tlsaOf(what: 'own' | 'issuer' | 'foreign', { cert }: Credentials): string {
  const chain = cert.split(/(?<=-----END CERTIFICATE-----\n)/);
  const key = (pem: string | undefined) =>
    new X509Certificate(pem ?? '').publicKey.export({ type: 'spki', format: 'der' });
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  if (what === 'issuer') return `2 1 1 ${digest(key(chain[1]))}`;
  return `3 1 1 ${digest(what === 'own' ? key(chain[0]) : new Uint8Array(1))}`;
}

function reverseOf(places: readonly Place[]): string {
  const names = places
    .filter(({ port }) => port === 25)
    .map(({ address, host }) => `${address.split('.').reverse().join('.')}.in-addr.arpa. PTR ${host}.\n`);
  return names.join('');
}

function entries(): [string, MailDomain][] {
  return Object.entries(MAIL_DOMAINS);
}

function subfolder(folder: string): string {
  return mkdtempSync(join(folder, 'server-'));
}

async function listening(server: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function closed(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A network for each run, so that what another run left behind is in nobody's way. */
const BLOCK = `127.25.${(process.pid % 250) + 1}`;
const POLICIES = `${BLOCK}.250`;
