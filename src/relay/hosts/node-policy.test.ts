import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createAuthority, type LeafOptions } from '../../../e2e/lab/certificates.ts';
import { scripted } from '../../../e2e/lab/scripted-smtp.ts';
import type { PolicyAnswer } from '../../facts/question.ts';
import { fetchPolicyOver } from './node-policy.ts';

const authority = createAuthority();
const NAME = 'mta-sts.lab.test';
const POLICY = 'version: STSv1\nmode: enforce\nmx: mx.lab.test\nmax_age: 604800\n';
const good = authority.issue({ names: [NAME] });

async function fetchFrom(
  listener: Parameters<typeof createServer>[1],
  { timeout = 3000, limit = 65_536, ...tls }: ServerOptions & { timeout?: number; limit?: number } = {},
): Promise<PolicyAnswer> {
  const server: Server = createServer({ ...good, ...tls }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await fetchPolicyOver(
      { name: NAME, addresses: ['127.0.0.1'], timeout, limit },
      { ca: authority.root, port },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('as it should be', async () => {
  let asked = '';
  const answer = await fetchFrom((request, response) => {
    asked = `${request.method} ${request.headers.host}${request.url}`;
    response.writeHead(200, { 'content-type': 'text/plain; charset=us-ascii' }).end(POLICY);
  });
  expect(answer).toMatchObject({ status: 200, contentType: 'text/plain; charset=us-ascii', body: POLICY });
  expect(answer).not.toHaveProperty('failure');
  expect(answer.chain).toHaveLength(2);
  expect(asked).toBe(`GET ${NAME}/.well-known/mta-sts.txt`);
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is told and not followed', async (status) => {
  let requests = 0;
  const answer = await fetchFrom((_, response) => {
    requests++;
    response.writeHead(status, { location: 'http://127.0.0.1/elsewhere' }).end();
  });
  expect(answer).toMatchObject({ status, detail: 'http://127.0.0.1/elsewhere' });
  expect(requests).toBe(1);
});

test.each<[string, LeafOptions, string]>([
  ['expired', { names: [NAME], expired: true }, 'CERT_HAS_EXPIRED'],
  ['of another name', { names: ['elsewhere.test'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['self-signed', { names: [NAME], selfSigned: true }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
])('a certificate that is %s: nothing is asked for', async (_, leaf, detail) => {
  let requests = 0;
  const answer = await fetchFrom(
    (__, response) => {
      requests++;
      response.end(POLICY);
    },
    { ...authority.issue(leaf) },
  );
  expect(answer).toMatchObject({ status: 0, failure: 'certificate', detail, body: '' });
  expect(answer.chain?.length).toBeGreaterThan(0);
  expect(requests).toBe(0);
});

test('too large, too slow, cut off', async () => {
  const large = await fetchFrom((_, response) => void response.end('x'.repeat(70_000)));
  expect(large).toMatchObject({ status: 200, failure: 'too-large' });
  expect(large.body).toHaveLength(65_536);
  const slow = await fetchFrom((_, response) => void response.write('version'), { timeout: 500 });
  expect(slow).toMatchObject({ status: 200, failure: 'too-slow', body: 'version' });
  const cut = await fetchFrom((_, response) => {
    response.write('version');
    setTimeout(() => response.destroy(), 50);
  });
  expect(cut).toMatchObject({ status: 200, failure: 'no-connection' });
});

test('no server, and one that speaks no TLS', async () => {
  const target = { name: NAME, addresses: ['127.0.0.1'], timeout: 2000, limit: 65_536 };
  const plain = await scripted(async (peer) => {
    await peer.octets();
    peer.say('HTTP/1.0 400 Bad Request', '');
  });
  expect(await fetchPolicyOver(target, { ca: undefined, port: plain.port })).toMatchObject({
    failure: 'tls',
  });
  await plain.close();
  expect(await fetchPolicyOver(target, { ca: undefined, port: plain.port })).toMatchObject({
    status: 0,
    failure: 'no-connection',
    detail: 'ECONNREFUSED',
  });
});
