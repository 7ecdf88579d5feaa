import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ascii } from './hello.ts';
import { CAPS, Deadline, Wire } from './wire.ts';

const FILE = '../shared/corpora/smtp-recog/examples.jsonl';
const missing = !existsSync(FILE);
if (missing && process.env.CORPORA !== 'required') console.log('left out: the smtp-recog corpus is not here');

test.skipIf(missing && process.env.CORPORA !== 'required')(
  'greetings other people collected are read',
  async () => {
    const banners = readFileSync(FILE, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { banner: string }).banner);
    expect(banners.length).toBeGreaterThan(200);
    for (const banner of banners) {
      // The corpus leaves the code out.
      const lines = banner.split(/\r?\n/);
      const sent = lines.map((line, i) => `220${i === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');
      const octets = ascii(sent);
      // In pieces that fit nothing.
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < octets.length; at += 7) pieces.push(octets.subarray(at, at + 7));
      const stream = { read: async () => pieces.shift(), write: async () => {}, close: () => {} };
      const wire = new Wire(stream, CAPS);
      const reply = await wire.listen(new Deadline(1000));
      expect(reply.end).toBe('complete');
      expect(reply.lines.map((line) => line.slice(4))).toEqual(
        lines.map((line) => Buffer.from(ascii(line)).toString('latin1')),
      );
    }
  },
);
