/*
 * A real nginx with what docs/deploy tells people to write, but for names, ports and places of this machine.
 */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from './certificates.ts';
import { answers, ended } from './running.ts';
import type { Server } from './server.ts';

/** Where this machine has one. */
const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx', '/usr/local/bin/nginx'].find(
  (path) => existsSync(path),
);

export const hasNginx = NGINX !== undefined;

/** The page as files and a relay beside it, as in docs/deploy/nginx.md. */
export function startNginx(relayPort: number): Promise<Server> {
  return start((folder) => {
    symlinkSync(PAGE, join(folder, 'page'));
    const [block = '', security = ''] = blocksOf('nginx');
    const command = security.replaceAll('dist/page', PAGE).replaceAll('/srv/mailproof', folder);
    execFileSync('sh', ['-c', command]);
    return block.replaceAll('/srv/mailproof', folder).replace(':8026', `:${relayPort}`);
  });
}

/** A proxy before `mailproof serve`, as in docs/deploy/serve.md. */
export function startProxy(servePort: number): Promise<Server> {
  return start(() => {
    const block = blocksOf('serve').find((each) => each.startsWith('upstream')) ?? '';
    return block.replace(':8025', `:${servePort}`);
  });
}

async function start(write: (folder: string) => string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'mailproof-nginx-'));
  const port = await freePort();
  const { key, cert } = createAuthority().issue({ names: ['mailproof.example.com'] });
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  const server = write(folder).replace(
    'listen 443 ssl http2;',
    `listen 127.0.0.1:${port} ssl http2;\n  ssl_certificate ${folder}/cert.pem;\n  ssl_certificate_key ${folder}/key.pem;`,
  );
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${each};`).join('\n  ')}
${server}
}
`,
  );
  if (NGINX === undefined) throw new Error('no nginx here');
  execFileSync(NGINX, ['-t', '-q', '-c', config, '-e', `${folder}/error.log`], { stdio: 'pipe' });
  const child = spawn(NGINX, ['-c', config, '-e', `${folder}/error.log`], { stdio: 'ignore' });
  // A journey that fails does not come to its end.
  process.once('exit', () => child.kill());
  await answers('127.0.0.1', port);
  return {
    url: `https://127.0.0.1:${port}/`,
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/** What stands fenced in a page of the docs. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(DOCS, `${page}.md`), 'utf8');
  return [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, inside]) => (inside as string).trim());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = join(ROOT, 'dist', 'page');
const DOCS = join(ROOT, 'docs', 'deploy');
