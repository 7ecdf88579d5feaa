import { describe, expect, test } from 'vitest';
import { zoneObserver } from '../observe/zone.ts';
import { mustName } from './name.ts';
import { parseZone } from './zone.ts';

const host = mustName('mx.example.com');
const domain = mustName('example.com');
const ask = async (zone: string, port: 25 | 465 = 25) => {
  const parsed = parseZone(zone);
  expect(parsed.faults).toEqual([]);
  return (await zoneObserver(parsed, 0).observe({ kind: 'smtp', host, port, domain }, 'main')).result;
};

test('a whole conversation', async () => {
  const zone = `
$CERT leaf AAEC
mx.example.com SMTP 25 192.0.2.1 open greeting "220 mx.example.com ESMTP" ehlo "250-mx.example.com" "250 STARTTLS" starttls "220 go" tls TLSv1.2 TLS_RSA_WITH_AES_128_CBC_SHA newer TLSv1.3 chain leaf AAAA trust CERT_HAS_EXPIRED wrong-name after "250 mx.example.com" quit "221 bye" old !alert:protocol_version
mx.example.com SMTP 25 2001:db8::1 timeout
mx.example.com SMTP 25 control open "220 control"`;
  expect(await ask(zone)).toEqual({
    seen: true,
    answer: {
      addresses: [
        {
          address: '192.0.2.1',
          connect: 'open',
          connectMs: 20,
          greeting: { lines: ['220 mx.example.com ESMTP'], end: 'complete', ms: 100 },
          ehlo: { lines: ['250-mx.example.com', '250 STARTTLS'], end: 'complete', ms: 100 },
          starttls: { lines: ['220 go'], end: 'complete', ms: 100 },
          handshakes: [
            {
              offered: ['TLSv1.2', 'TLSv1.1', 'TLSv1'],
              sni: 'mx.example.com',
              end: 'hello',
              ms: 50,
              version: 'TLSv1.2',
              cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA',
              newer: 'TLSv1.3',
              chain: ['AAEC', 'AAAA'],
              finished: true,
              trust: { chain: 'CERT_HAS_EXPIRED', name: false },
            },
            {
              offered: ['TLSv1.1', 'TLSv1'],
              sni: 'mx.example.com',
              end: 'alert',
              ms: 50,
              alert: 'protocol_version',
            },
          ],
          ehloTls: { lines: ['250 mx.example.com'], end: 'complete', ms: 100 },
          quit: { lines: ['221 bye'], end: 'complete', ms: 100 },
        },
        { address: '2001:db8::1', connect: 'timeout', connectMs: 20, handshakes: [] },
      ],
      helo: 'relay',
      control: { host: 'control', connect: 'open', lines: ['220 control'] },
      ms: 100,
    },
  });
});

describe('parts', () => {
  test('plain text where TLS belongs', async () => {
    const result = await ask('mx.example.com SMTP 465 192.0.2.1 open tls !not-tls "220 mx"', 465);
    expect(result).toMatchObject({
      answer: { addresses: [{ handshakes: [{ end: 'not-tls', plain: '220 mx' }] }] },
    });
  });
  test('silence', async () => {
    const result = await ask('mx.example.com SMTP 25 192.0.2.1 open greeting "220 x" ehlo !timeout');
    expect(result).toMatchObject({ answer: { addresses: [{ ehlo: { lines: [], end: 'timeout' } }] } });
  });
  test('a reply that took its time', async () => {
    const result = await ask('mx.example.com SMTP 25 192.0.2.1 open greeting "220 x" @31000');
    expect(result).toMatchObject({ answer: { addresses: [{ greeting: { lines: ['220 x'], ms: 31000 } }] } });
  });
  test('no address', async () => {
    expect(await ask('mx.example.com SMTP 25 none')).toMatchObject({ answer: { addresses: [] } });
  });
  test('no answer, and no relay', async () => {
    const cannot = { seen: false, because: { reason: 'relay-cannot' } };
    expect(await ask('mx.example.com SMTP 25 !relay-cannot')).toEqual(cannot);
    expect(await ask('mx.example.com SMTP 25 none', 465)).toMatchObject({
      because: { reason: 'relay-absent' },
    });
  });
  test('words of no meaning in a known place', async () => {
    const result = await ask('mx.example.com SMTP 25 192.0.2.1 ajar');
    expect(result).toMatchObject({ because: { reason: 'malformed' } });
  });
});

test.each([
  'SMTP',
  'SMTP x none',
  'SMTP 25 none more',
  'SMTP 25 192.0.2.1',
  'SMTP 25 192.0.2.300 open',
  'SMTP 25 192.0.2.1 open "220 x"',
  'SMTP 25 192.0.2.1 open greeting',
  'SMTP 25 192.0.2.1 open chain AAAA',
  'SMTP 25 192.0.2.1 open tls TLSv1.2 old TLSv1 tls13 TLSv1.3',
])('is no such line: %s', (line) => {
  expect(parseZone(`mx.example.com ${line}`).faults).toHaveLength(1);
});
