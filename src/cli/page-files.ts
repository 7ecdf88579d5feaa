/*
 * The built page in memory: every file with its type, its validator and, once asked for, its compressed forms.
 * Only what lay in the folder at the start can be served, so no path can lead out of it.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** How a body may be coded on its way. */
export type Coding = 'br' | 'gzip' | 'identity';

/** One file of the page. */
export interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** The name holds a hash of the content: it may be kept for ever. */
  readonly immutable: boolean;
  /** Whether it is worth compressing. */
  readonly shrinks: boolean;
  /** Octets, not compressed. */
  readonly size: number;
  /** The octets to send; compressed once, when first asked for. */
  body(coding: Coding): Promise<Buffer>;
}

/** Reads a folder, files by URL path; `change` may rewrite one. */
export function readPage(
  folder: string,
  change: (path: string, bytes: Buffer) => Buffer = (_, bytes) => bytes,
): ReadonlyMap<string, PageFile> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => {
      const url = path.slice(folder.length).replaceAll('\\', '/');
      return [url, pageFile(url, change(url, readFileSync(path)))] as const;
    }),
  );
}

function pageFile(url: string, plain: Buffer): PageFile {
  const type = TYPES[extname(url)] ?? 'application/octet-stream';
  const packed = new Map<Coding, Promise<Buffer>>([['identity', Promise.resolve(plain)]]);
  return {
    type,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    immutable: url.startsWith('/assets/'),
    shrinks: /^(text|application\/(json|manifest|xml)|image\/svg)/.test(type) && plain.length >= 200,
    size: plain.length,
    body(coding) {
      const held = packed.get(coding);
      if (held) return held;
      const made =
        coding === 'br'
          ? brotli(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } })
          : gzipped(plain, { level: 9 });
      packed.set(coding, made);
      return made;
    },
  };
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
  '.xml': 'application/xml; charset=utf-8',
};
