/*
 * The built page in memory: every file with its type, its validator and, where it shrinks, its brotli and gzip
 * forms. Only what lay in the folder at the start can be served, so no path can lead out of it.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** One file as it goes over the wire. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** The name holds a hash of the content: it may be kept for ever. */
  readonly immutable: boolean;
  readonly plain: Buffer;
  readonly brotli?: Buffer;
  readonly gzip?: Buffer;
}

/** Reads a folder; `change` may rewrite a file by its URL path before it is packed. */
export async function readPage(
  folder: string,
  change: (path: string, bytes: Buffer) => Buffer = (_, bytes) => bytes,
): Promise<ReadonlyMap<string, PageFile>> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => {
      const url = path.slice(folder.length).replaceAll('\\', '/');
      return [url, await packed(url, change(url, readFileSync(path)))] as const;
    }),
  );
  return new Map(files);
}

async function packed(url: string, plain: Buffer): Promise<PageFile> {
  const type = TYPES[extname(url)] ?? 'application/octet-stream';
  const file = {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    immutable: url.startsWith('/assets/'),
    plain,
  };
  if (!/^(text|application\/(json|manifest)|image\/svg)/.test(type) || plain.length < 200) return file;
  const [small, compatible] = await Promise.all([
    brotli(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
    gzipped(plain, { level: 9 }),
  ]);
  return { ...file, brotli: small, gzip: compatible };
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
