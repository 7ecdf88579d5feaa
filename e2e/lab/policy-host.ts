/*
 * The web server of the lab's MTA-STS policies: HTTPS on port 443 of one address, a certificate and a reply for each
 * name. Start: `await startPolicyHost(address, sites)`, stop: `stop()`.
 */

import { createServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Credentials } from './certificates.ts';
import type { Running } from './running.ts';

/** What stands at one name. */
export interface PolicySite {
  readonly credentials: Credentials;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Serves `https://NAME/.well-known/mta-sts.txt` for each name. */
export async function startPolicyHost(
  address: string,
  sites: ReadonlyMap<string, PolicySite>,
): Promise<Running> {
  const [first] = sites.values();
  const server = createServer(
    {
      ...first?.credentials,
      SNICallback: (name, done) => {
        const site = sites.get(name);
        done(null, site && createSecureContext({ ...site.credentials }));
      },
    },
    (request, response) => {
      const site = sites.get(request.headers.host ?? '');
      const found = request.url === '/.well-known/mta-sts.txt' ? site : undefined;
      response.writeHead(found?.status ?? 404, found?.headers);
      response.end(found?.body);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(443, address, resolve);
  });
  return {
    log: () => '',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
