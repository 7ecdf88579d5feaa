import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'mailproof-cli-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

function mailproof(args: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', 'mailproof', ...args], { cwd: ROOT });
    const ran = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      ran.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      ran.error += chunk.toString();
    });
    child.on('close', (status) => resolve({ status, ...ran }));
    child.stdin.end(input);
  });
}

function zone(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const PARKED = `$ORIGIN example.com
@ MX 0 .
@ TXT "v=spf1 -all"
_dmarc TXT "v=DMARC1; p=reject"
`;

test('check: JSON of a parked domain, status 0', async () => {
  const path = zone('parked', PARKED);
  const at = '2026-11-23T12:00:00Z';
  const { status, out } = await mailproof([
    'check',
    'Example.COM.',
    '--zone',
    path,
    '--at',
    at,
    '--format',
    'json',
  ]);
  expect(status).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    version: 1,
    domain: 'example.com',
    at: '2026-11-23T12:00:00.000Z',
    unanswered: [],
  });
  expect(report.questions.map(({ id }: { id: string }) => id)).toEqual([
    'impersonation',
    'interception',
    'submission',
    'acceptance',
  ]);
  expect(report.stats.rounds).toBeLessThanOrEqual(3);
  for (const finding of report.findings)
    expect(finding).toEqual(
      expect.objectContaining({
        rule: expect.stringMatching(/^[a-z-]+\/[a-z0-9-]+$/),
        outcome: expect.stringMatching(/^(pass|problem|unknown|not-applicable)$/),
        title: expect.any(String),
        says: expect.any(String),
        why: expect.any(String),
        cites: expect.any(Array),
        evidence: expect.any(Array),
      }),
    );
});

test('check: status 1 for a problem, 0 when it is asked to look for graver ones only', async () => {
  const path = zone('open', 'example.com MX 10 mail.example.com\nmail.example.com A 192.0.2.1\n');
  expect((await mailproof(['check', 'example.com', '--zone', path])).status).toBe(1);
  const text = (await mailproof(['check', 'example.com', '--zone', path, '--fail-on', 'critical'])).out;
  expect(text).toContain('Can someone send mail in your name?');
});

test('check: status 3 when too little could be checked', async () => {
  const path = zone('blind', 'example.com * !timeout\n_dmarc.example.com * !servfail\n');
  const { status, out } = await mailproof(['check', 'example.com', '--zone', path]);
  expect(status).toBe(3);
  expect(out).toContain('Went unanswered');
});

test('hostile records print as text', async () => {
  const evil = '\\027[2J\\155\\00731m\\226\\128\\174';
  const path = zone(
    'evil',
    `example.com TXT "v=spf1 ${evil} -all"\n_dmarc.example.com TXT "v=DMARC1; p=${evil}"\n`,
  );
  for (const format of ['text', 'json', 'markdown']) {
    const { out } = await mailproof(['check', 'example.com', '--zone', path, '--format', format]);
    expect(out.length).toBeGreaterThan(500);
    expect(out).toMatch(/^[^\p{Cf}\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$/u);
  }
});

test('record: the worst first', async () => {
  const { status, out } = await mailproof(['record', 'v=DMARC1; p=quarantin', '--format', 'json']);
  expect(status).toBe(1);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ version: 1, kind: 'dmarc', record: 'v=DMARC1; p=quarantin' });
  expect(report.parsed.text).toBe('v=DMARC1; p=quarantin');
  expect(report.findings[0].outcome).toBe('problem');
});

test('spf: one message', async () => {
  const path = zone('spf', 'example.com TXT "v=spf1 ip4:192.0.2.1 -all"\n');
  const base = ['spf', '--mail-from', 'a@example.com', '--zone', path];
  expect(await mailproof([...base, '--ip', '192.0.2.1'])).toMatchObject({ status: 0 });
  const { status, out } = await mailproof([...base, '--ip', '192.0.2.2', '--format', 'json']);
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ result: 'fail', lookups: 0, voids: 0 });
});

test('spf --batch: a line for a line, in order, whatever a line holds', async () => {
  const cases = Array.from({ length: 200 }, (_, i) =>
    i % 50 === 7
      ? 'not json'
      : JSON.stringify({
          id: i,
          ip: '192.0.2.1',
          mailFrom: 'a@example.com',
          helo: 'mx.example.com',
          zone: { 'example.com': [{ TXT: `v=spf1 ${i % 2 ? '-' : '+'}all` }] },
        }),
  );
  const { status, out } = await mailproof(['spf', '--batch'], `${cases.join('\n')}\n`);
  expect(status).toBe(0);
  const answers = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(answers.length).toBe(200);
  for (const [i, answer] of answers.entries())
    expect(answer).toEqual(
      i % 50 === 7
        ? { id: null, error: 'the line is not JSON' }
        : { id: i, result: i % 2 ? 'fail' : 'pass', lookups: 0, voids: 0 },
    );
});

for (const args of [
  [],
  ['chekc'],
  ['check'],
  ['check', '192.0.2.1'],
  ['check', 'example.com', '--format', 'xml'],
  ['check', 'example.com', '--zone', '/nowhere/at/all'],
  ['check', 'example.com', '--relay', 'ftp://relay.example/'],
  ['check', 'example.com', '--relay', 'on', '--relay', 'https://relay.example/'],
  ['check', 'example.com', '--zone', '/dev/null', '--relay', 'on'],
  ['record', 'hello'],
  ['spf', '--ip', 'x', '--mail-from', 'a@b.example'],
  ['serve', '--port', 'http'],
])
  test(`wrong use is a sentence: mailproof ${args.join(' ')}`, async () => {
    const { status, out, error } = await mailproof(args);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(error).toMatch(/^mailproof: .*[.\]]$/m);
  });

test('compare: two reports and what is different, by file and by link', async () => {
  const json = async (name: string, text: string) => {
    const { out } = await mailproof(['check', 'example.com', '--zone', zone(name, text), '--format', 'json']);
    return { path: zone(`${name}.json`, out), link: (JSON.parse(out) as { link: string }).link };
  };
  const weak = PARKED.replace('p=reject', 'p=none');
  const [before, after] = [await json('before', PARKED), await json('after', weak)];
  const worse = await mailproof(['compare', before.path, after.path]);
  expect(worse.status).toBe(1);
  expect(worse.out).toContain('DMARC went from `reject` to `none`.');
  const better = await mailproof([
    'compare',
    after.link,
    `https://m.example/${before.link}`,
    '--format',
    'json',
  ]);
  expect(better.status).toBe(0);
  expect(JSON.parse(better.out)).toMatchObject({
    version: 1,
    records: [{ asked: 'TXT at _dmarc.example.com' }],
  });
  const same = await mailproof(['compare', after.link, 'now', '--zone', zone('now', weak)]);
  expect([same.status, same.out]).toEqual([0, expect.stringContaining('Nothing is different.')]);
  const broken = await mailproof(['compare', before.link.slice(0, 60), after.path]);
  expect([broken.status, broken.error]).toEqual([2, expect.stringMatching(/cut short/)]);
});

test('the command lines in the docs run as they stand there', async () => {
  test.slow();
  const path = zone('docs', PARKED);
  const made = await mailproof(['check', 'example.com', '--zone', path, '--format', 'json']);
  const { link } = JSON.parse(made.out) as { link: string };
  const lines = ['links', 'exports'].flatMap((doc) =>
    readFileSync(join(ROOT, 'docs', `${doc}.md`), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('mailproof ')),
  );
  expect(lines.length).toBeGreaterThanOrEqual(6);
  for (const line of lines) {
    // Nobody is asked here, and what is piped on is another program's matter.
    const [own = ''] = line.replace('#1.d.…', `#${link.replace(/^#/, '')}`).split(' | ');
    const answered = /^mailproof check|now$/.test(own) ? `--zone "${path}"` : '';
    const shell = `mailproof() { node "${ROOT}/dist/cli/mailproof.mjs" "$@" ${answered}; }; ${own}`;
    const ran = spawnSync('sh', ['-c', shell], { cwd: folder, encoding: 'utf8' });
    expect([0, 1], `${line}: ${ran.stderr}`).toContain(ran.status);
  }
});
