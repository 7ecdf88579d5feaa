/*
 * A static host as people rent them: the built page below any path, with no headers of its own or with those that
 * `_headers` asks for, as Cloudflare Pages and Netlify read it.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Server } from './server.ts';

/** Starts a host with the page below `base` ("/" or "/tools/mailproof/"). */
export async function startStatic(base: string, options: { headers: boolean }): Promise<Server> {
  const rules = options.headers ? headerRules(readFileSync(join(PAGE, '_headers'), 'utf8')) : [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://here');
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : undefined;
    const file = path === undefined ? undefined : fileAt(path);
    for (const { pattern, name, value } of rules)
      if (pattern.test(`/${path}`)) response.setHeader(name, value);
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': TYPES[extname(file ?? '.html')] ?? 'text/plain',
    });
    response.end(readFileSync(file ?? join(PAGE, '404.html')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Lines without indentation are paths, with `*` for anything; those below are headers. */
function headerRules(text: string): { pattern: RegExp; name: string; value: string }[] {
  let pattern = /^$/;
  return text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s+([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [{ pattern, name, value }];
    if (line !== '') pattern = new RegExp(`^${line.replace(/[.?+]/g, '\\$&').replaceAll('*', '.*')}$`);
    return [];
  });
}

function fileAt(path: string): string | undefined {
  const file = join(PAGE, decodeURIComponent(path), /(?:^|\/)$/.test(path) ? 'index.html' : '');
  return file.startsWith(PAGE) && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

const PAGE = join(import.meta.dirname, '..', '..', 'dist', 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
