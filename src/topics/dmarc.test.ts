import { afterEach, describe, expect, test, vi } from 'vitest';
import { mustName } from '../dns/name.ts';
import { parseZone } from '../dns/zone.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { Reads } from '../engine/rule.ts';
import { rule } from '../engine/rule.ts';
import { scopeOf } from '../engine/scope.ts';
import { keyOf } from '../facts/question.ts';
import { inWaves } from '../observe/waves.ts';
import { zoneObserver } from '../observe/zone.ts';
import { dmarc } from './dmarc.ts';
import { dmarcElsewhere } from './dmarc-elsewhere.ts';
import { dmarcHere, dmarcRecord } from './dmarc-record.ts';
import { dmarcReportMail, dmarcReports } from './dmarc-reports.ts';

/** Reads topics over a zone: their values as JSON, the reason of unknown, and the questions wave by wave. */
async function read(reads: Reads, zone: string, domain = 'example.com') {
  let value: Record<string, unknown> = {};
  const probe = rule({
    title: 'T',
    why: 'W',
    bears: [],
    cites: [],
    reads,
    cases: { read: { passes: true, says: 'Read.' } },
    judge(facts) {
      value = facts;
      return { is: 'read' };
    },
  });
  const observer = inWaves(zoneObserver(parseZone(zone), 0));
  const { findings } = await diagnose({
    scope: scopeOf(mustName(domain), 0),
    rules: { 'dmarc/probe': probe },
    headlines: {},
    observer,
  });
  return {
    value,
    because: findings[0]?.because,
    waves: observer.waves.map((wave) => wave.map(keyOf)),
  };
}

afterEach(() => {
  vi.doUnmock('tldts');
  vi.resetModules();
});

describe('questions', () => {
  test('everything both standards need leaves at once', async () => {
    const { waves } = await read(
      { dmarc, dmarcRecord, dmarcHere, dmarcElsewhere },
      '_dmarc.example.com TXT "v=DMARC1; p=reject"',
      'a.mail.example.com',
    );
    expect(waves[0]).toEqual(
      expect.arrayContaining([
        'dns _dmarc.a.mail.example.com TXT',
        'dns _dmarc.mail.example.com TXT',
        'dns _dmarc.example.com TXT',
        'dns _dmarc.com TXT',
      ]),
    );
    expect(waves[0]).toHaveLength(6);
  });

  test('a domain with a record costs one wave, its report host a second', async () => {
    const { waves } = await read(
      { dmarc, dmarcElsewhere, dmarcReports, dmarcReportMail },
      `_dmarc.example.com TXT "v=DMARC1; p=none; rua=mailto:a@example.net"
       example.net MX 10 mail.example.net`,
    );
    expect(waves.map((wave) => wave.length)).toEqual([4, 2]);
    expect(waves[1]).toContain('dns example.com._report._dmarc.example.net TXT');
  });

  test('a very long name asks a bounded number', async () => {
    const { waves } = await read({ dmarc }, '', Array.from({ length: 100 }, () => 'a').join('.'));
    expect(waves[0]?.length).toBeLessThanOrEqual(14);
  });

  test('500 report addresses lead to no more than twenty hosts', async () => {
    const list = Array.from({ length: 500 }, (_, i) => `mailto:a@h${i}.example.net`).join(',');
    const { waves, value } = await read(
      { dmarcReports },
      `_dmarc.example.com TXT "v=DMARC1; p=none; rua=${list}"`,
    );
    expect(waves[1]).toHaveLength(20);
    expect(value.dmarcReports).toMatchObject({ more: 480 });
  });
});

describe('readings', () => {
  test('reports stay inside where the list says so', async () => {
    const hosts = async (domain: string, ...at: string[]) => {
      const rua = at.map((host) => `mailto:a@${host}`).join(',');
      const { value } = await read(
        { dmarcReports },
        `_dmarc.${domain} TXT "v=DMARC1; p=none; rua=${rua}"`,
        domain,
      );
      const { hosts } = value.dmarcReports as { hosts: { authorization: string }[] };
      return hosts.map(({ authorization }) => authorization);
    };
    expect(await hosts('example.com', 'example.com', 'r.example.com', 'example.net')).toEqual([
      'inside',
      'inside',
      'silent',
    ]);
    expect(await hosts('a.co.uk', 'a.co.uk', 'r.a.co.uk', 'b.co.uk', 'co.uk')).toEqual([
      'inside',
      'inside',
      'silent',
      'silent',
    ]);
    expect(await hosts('co.uk', 'co.uk', 'a.co.uk')).toEqual(['inside', 'silent']);
  });

  test('a domain that does not exist falls under np of the record above', async () => {
    const zone = '_dmarc.example.com TXT "v=DMARC1; p=quarantine; sp=none; np=reject"';
    const gone = await read({ dmarc }, zone, 'gone.example.com');
    expect(gone.value.dmarc).toMatchObject({
      rfc9989: { exact: { stated: 'reject', by: 'np' } },
      rfc7489: { exact: { stated: 'none', by: 'sp' } },
    });
    const here = await read({ dmarc }, `${zone}\nhere.example.com A 192.0.2.1`, 'here.example.com');
    expect(here.value.dmarc).toMatchObject({ rfc9989: { exact: { stated: 'none', by: 'sp' } } });
  });

  test('a wildcard record speaks for invented names', async () => {
    const { value } = await read(
      { dmarc },
      `_dmarc.example.com TXT "v=DMARC1; p=reject"
       *.example.com TXT "v=DMARC1; p=none"`,
    );
    expect(value.dmarc).toMatchObject({
      rfc9989: { existing: { stated: 'reject' }, invented: { stated: 'none' } },
    });
  });

  test('a record of the domain itself is read though the registry does not answer', async () => {
    const { value, because } = await read(
      { dmarcRecord },
      `_dmarc.example.com TXT "v=DMARC1; p=reject"
       _dmarc.com TXT !timeout`,
    );
    expect(because).toBeUndefined();
    expect(value.dmarcRecord).toMatchObject({ domain: 'example.com', inherited: false });
    expect((await read({ dmarc }, '_dmarc.com TXT !timeout')).because).toEqual({ reason: 'timeout' });
  });

  test('without the suffix list nothing is said that needs it', async () => {
    vi.resetModules();
    vi.doMock('tldts', () => {
      throw new Error('offline');
    });
    const { dmarc: fresh } = await import('./dmarc.ts');
    const listed = '_dmarc.example.co.uk TXT "v=DMARC1; p=reject"';
    expect((await read({ fresh }, listed, 'example.co.uk')).because).toEqual({ reason: 'suffix-list' });
    const { because, value } = await read({ fresh }, '_dmarc.example.com TXT "v=DMARC1; p=reject"');
    expect(because).toBeUndefined();
    expect(value.fresh).toMatchObject({ publicSuffix: { suffix: 'com' } });
    const registry = '_dmarc.com TXT "v=DMARC1; p=reject; psd=y"';
    expect((await read({ fresh }, registry)).because).toEqual({ reason: 'suffix-list' });
  });
});
