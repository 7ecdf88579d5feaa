import { beforeEach, describe, expect, test } from 'vitest';
import type { RelayError } from './contract.ts';
import { EVERY_ABILITY } from './example-abilities.ts';
import { hostName, isPublic, Meter, Refused, visitor } from './guard.ts';
import { createRelay, type RelayOptions } from './handler.ts';
import type { Host, Records } from './host.ts';

/** What the fake look-up knows; anything else does not exist. */
const ZONE: Record<string, Partial<{ [T in keyof Records]: readonly string[] }>> = {
  'example.com': { MX: ['mx.example.net'], A: ['93.184.216.34'] },
  'mx.example.net': { A: ['93.184.216.35'] },
  'mail.example.com': { A: ['93.184.216.36'], AAAA: ['2606:2800:220:1::1'] },
  '_submissions._tcp.example.com': { SRV: ['Submit.Example.ORG.'] },
  'submit.example.org': { A: ['93.184.216.37'] },
  'smtp.gmail.com': { A: ['142.250.1.108'] },
};

let opened: string[] = [];
let zone = ZONE;
beforeEach(() => {
  opened = [];
  zone = ZONE;
});

const host: Host = {
  can: EVERY_ABILITY,
  helo: 'relay.example',
  parallel: 4,
  sharesWork: true,
  connect: async (address, port) => {
    opened.push(`${address} ${port}`);
    return { failed: 'refused' };
  },
  resolve: async (name, type) => zone[name.replace(/\.$/, '')]?.[type] ?? [],
  fetchPolicy: async ({ name, addresses }) => {
    opened.push(`${name} ${addresses}`);
    return { status: 404, body: '', ms: 1 };
  },
};

const ask = async (
  path: string,
  {
    headers = {},
    method = 'GET',
    ...options
  }: Partial<RelayOptions> & { headers?: HeadersInit; method?: string } = {},
): Promise<{ status: number; name: string | undefined }> => {
  const request = new Request(`https://relay.example${path}`, { headers, method });
  const response = await createRelay({ host, ...options })(request, '198.51.100.7');
  const body = (await response.json()) as Partial<RelayError>;
  return { status: response.status, name: body.error?.name };
};
const smtp = (to: string, port: string | number = 25, domain = 'example.com') =>
  `/smtp?domain=${encodeURIComponent(domain)}&host=${encodeURIComponent(to)}&port=${port}`;

describe('what is allowed', () => {
  test.each([
    [smtp('mx.example.net'), '93.184.216.35 25'],
    [smtp('MX.Example.NET', 2525), '93.184.216.35 2525'],
    [smtp('example.com', 587), '93.184.216.34 587'],
    [smtp('submit.example.org', 465), '93.184.216.37 465'],
    [smtp('smtp.gmail.com', 587), '142.250.1.108 587'],
  ])('%s', async (path, connection) => {
    expect(await ask(path)).toEqual({ status: 200, name: undefined });
    expect(opened).toEqual([connection]);
  });

  test('every address of a host', async () => {
    await ask(smtp('mail.example.com', 587));
    expect(opened.sort()).toEqual(['2606:2800:220:1::1 587', '93.184.216.36 587']);
  });

  test('a host without address is an answer', async () => {
    expect(await ask(smtp('nothing.example.com'))).toEqual({ status: 200, name: undefined });
  });
});

/** Addresses no relay may connect to, as a resolver may give them. */
const PRIVATE = [
  ...['127.0.0.1', '127.255.255.254', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255'],
  ...['192.168.0.1', '192.168.255.255', '169.254.169.254', '169.254.0.1', '100.64.0.1', '100.127.255.255'],
  ...['100.100.100.200', '0.0.0.0', '0.1.2.3', '255.255.255.255', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '198.18.0.1', '198.19.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1'],
  ...['198.51.100.1', '203.0.113.1', '192.88.99.1', '168.63.129.16'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:93.184.216.34'],
  ...['::ffff:169.254.169.254', '::ffff:0:127.0.0.1', '::127.0.0.1', '::7f00:1'],
  ...[
    '64:ff9b::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::5db8:d822',
    '64:ff9b:1::7f00:1',
  ],
  ...['2002:7f00:1::', '2002:a00:1::1', '2002:c0a8:1::1', '2001::1', '2001:0:7f00:1::1', '2001:db8::1'],
  ...[
    '2001:10::1',
    '2001:20::1',
    '2001:2::1',
    'fc00::1',
    'fd00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
  ],
  ...['febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '100::1', '5f00::1', '3fff::1', '4000::1', '8000::1'],
  ...['0:0:0:0:0:0:0:1', '0000::0001', '::0.0.0.1'],
  // Spellings that some programs read as 127.0.0.1 or another inner address.
  ...['2130706433', '0x7f000001', '017700000001', '0177.0.0.1', '0x7f.0.0.1', '127.1', '127.0.1', '0'],
  ...['010.0.0.1', '0300.0250.0.1', '192.168.1', '0xa9fea9fe', '169.254.43518', '127.0.0.1.', ' 127.0.0.1'],
  ...['[::1]', '127.0.0.1:25', 'localhost', '', '1.2.3.4, 127.0.0.1', '1.2.3.4\n127.0.0.1', '１２７.0.0.1'],
];

/** Texts that are no name of a host on the Internet. */
const NAMES = [
  ...['127.0.0.1', '10.0.0.1', '93.184.216.34', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '127.1'],
  ...[
    '1.2.3.0x7f',
    '1.2.3.0X7F',
    'example.0x',
    'example.123',
    '017700000001',
    '::1',
    '[::1]',
    '::ffff:7f00:1',
  ],
  ...['fe80::1%eth0', '[::ffff:127.0.0.1]', '', '.', '..', 'com', 'localhost', 'localhost.', 'a.localhost'],
  ...['router.local', 'nas.lan', 'printer.home', 'db.internal', 'metadata.google.internal', 'x.home.arpa'],
  ...['1.0.0.127.in-addr.arpa', 'ip6.arpa', 'facebookcorewwwi.onion', 'x.corp', 'x.intranet', 'x.invalid'],
  ...[
    'x.localdomain',
    'x.workgroup',
    'x.private',
    'x.alt',
    'example.com.',
    '.example.com',
    'mx..example.com',
  ],
  ...['mx.example.com\r\nMAIL FROM:<x>', 'mx.example.com\r\n', 'mx.example.com\n', '\r\nmx.example.com'],
  ...[
    'mx.example.com\0',
    'mx.example.com\0.evil.test',
    'mx example.com',
    'mx.example.com ',
    '\tmx.example.com',
  ],
  ...['mx.example.com:25', 'mx.example.com/', 'mx.example.com?x', 'mx.example.com#x', 'user@mx.example.com'],
  ...['http://mx.example.com', '//mx.example.com', 'mx.example.com\\', 'mx.example.com,mx2.example.com'],
  ...[
    '*.example.com',
    '%6dx.example.com',
    'mx%2eexample.com',
    'mx。example。com',
    'ｍx.example.com',
    'mx.exämple.com',
  ],
  ...['-mx.example.com', 'mx-.example.com', `${'a'.repeat(64)}.example.com`, `${'a.'.repeat(130)}com`],
  ...[
    'a'.repeat(2000),
    '<script>.com',
    '"mx".example.com',
    "mx'.example.com",
    '$(id).example.com',
    '`id`.com',
  ],
  ...[
    'mx.example.com;id',
    'mx.example.com|id',
    '../../etc/passwd',
    'file:///etc/passwd',
    'undefined',
    'null',
  ],
];

const FOREIGN = [
  ...['mx.elsewhere.test', 'notexample.com', 'xexample.com', 'example.com.evil.test', 'com.example'],
  ...[
    'example.org',
    'smtp.gmail.com.evil.test',
    'evil.smtp.gmail.com',
    'xsmtp.gmail.com',
    'mx.example.net.evil.test',
  ],
  ...['example.net', 'a.mx.example.net', 'www.example.org', 'submit.example.org.evil.test'],
];

const PORTS = [
  ...[
    '0',
    '1',
    '21',
    '22',
    '23',
    '24',
    '26',
    '53',
    '80',
    '110',
    '143',
    '443',
    '445',
    '993',
    '995',
    '2526',
    '3306',
  ],
  ...[
    '6379',
    '8080',
    '11211',
    '65535',
    '65536',
    '65561',
    '-25',
    '+25',
    '025',
    '25.0',
    '2.5e1',
    '0x19',
    '25 ',
    ' 25',
  ],
  ...['25,587', '25;587', '', 'smtp', '٢٥', '25\r\n', '1e400', 'NaN'],
];

const ADDRESSES_OF_REQUESTS = [
  ...['/smtp', '/smtp?', '/smtp?domain=example.com', '/smtp?domain=example.com&host=mx.example.net'],
  `${smtp('mx.example.net')}&port=22`,
  `${smtp('mx.example.net')}&host=127.0.0.1`,
  `${smtp('mx.example.net')}&domain=evil.test`,
  `${smtp('mx.example.net')}&address=127.0.0.1`,
  `${smtp('mx.example.net')}&lab=1`,
  `${smtp('mx.example.net')}&x=${'y'.repeat(10_000)}`,
  `/smtp?domain[]=example.com&host=mx.example.net&port=25`,
  ...[
    '/policy',
    '/policy?domain=',
    '/policy?domain=example.com&url=http://127.0.0.1',
    '/policy?host=example.com',
  ],
  ...['/policy?domain=127.0.0.1', '/policy?domain=localhost', '/policy?domain=example.com%0d%0aHost:%20x'],
  `/policy?domain=${'a'.repeat(250)}.com`,
  ...[
    '/__proto__',
    '/constructor',
    '/toString?',
    '/smtp/',
    '//smtp',
    '/SMTP?domain=a.b&host=a.b&port=25',
    '/lab',
  ],
  ...['/?domain=example.com', '/smtp%00?domain=a.b&host=a.b&port=25', '/proxy?url=http://127.0.0.1/'],
];

describe('what is refused, without a socket', () => {
  const refused = async (path: string, options?: Parameters<typeof ask>[1]) => {
    const { status, name } = await ask(path, options);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(name).toBeDefined();
    expect(name).not.toBe('broke');
    expect(opened).toEqual([]);
    return name;
  };

  test.each(PRIVATE)('an MX at %j', async (address) => {
    const type = address.includes(':') ? 'AAAA' : 'A';
    zone = { ...ZONE, 'mx.example.net': { [type]: [address] } };
    expect(await refused(smtp('mx.example.net'))).toBe('private-address');
  });
  test.each(['127.0.0.1', '169.254.169.254', '::1', '64:ff9b::7f00:1'])(
    'one private address among public ones: %s',
    async (address) => {
      zone = { ...ZONE, 'mx.example.net': { A: ['93.184.216.34', address] } };
      expect(await refused(smtp('mx.example.net'))).toBe('private-address');
    },
  );
  test.each(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1'])('a policy host at %s', async (address) => {
    zone = { ...ZONE, 'mta-sts.example.com': { A: [address] } };
    expect(await refused('/policy?domain=example.com')).toBe('private-address');
  });
  test.each(NAMES)('a host named %j', async (name) => {
    expect(await refused(smtp(name))).toMatch(/^bad-(name|request)$/);
  });
  test.each(NAMES)('a domain named %j', async (name) => {
    expect(await refused(smtp('mx.example.net', 25, name))).toMatch(/^bad-(name|request)$/);
  });
  test.each(FOREIGN)('a host of somebody else: %s', async (name) => {
    expect(await refused(smtp(name))).toBe('unrelated-host');
  });
  test.each(PORTS)('port %j', async (port) => {
    expect(await refused(smtp('mx.example.net', encodeURIComponent(port)))).toBe('bad-port');
  });
  test.each(ADDRESSES_OF_REQUESTS)('%s', async (path) => {
    await refused(path);
  });
  test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])('%s', async (method) => {
    await createRelay({ host })(
      new Request(`https://relay.example${smtp('mx.example.net')}`, { method }),
      '198.51.100.7',
    );
    expect(opened).toEqual([]);
  });
  test.each([
    'https://evil.test',
    'http://good.test',
    'https://good.test:444',
    'https://good.test.evil.test',
    'https://xgood.test',
    'null',
    '',
  ])('from origin %j', async (origin) => {
    const options = { origins: ['https://good.test'], headers: { origin } };
    expect(await refused(smtp('mx.example.net'), options)).toBe('bad-origin');
  });
  test.each(['cross-site', 'same-site'])('an image on a page of a %s', async (site) => {
    const options = { origins: ['https://good.test'], headers: { 'sec-fetch-site': site } };
    expect(await refused(smtp('mx.example.net'), options)).toBe('bad-origin');
  });
  test('a port the host cannot open', async () => {
    const edge = { ...host, can: { ...host.can, ports: [465, 587, 2525] as const } };
    expect(await refused(smtp('mx.example.net'), { host: edge })).toBe('cannot');
  });
  test('a look-up that fails shows nothing of why', async () => {
    const deaf = { ...host, resolve: () => Promise.reject(new Error('10.1.2.3 refused')) };
    const response = await createRelay({ host: deaf })(
      new Request(`https://relay.example${smtp('mx.example.net')}`),
      '198.51.100.7',
    );
    expect(await response.text()).toBe('{"relay":1,"error":{"name":"dns-failed"}}\n');
  });
});

test('what was checked is what is met, whatever the name says later', async () => {
  const answers = [['93.184.216.35'], ['127.0.0.1']];
  const rebinding: Host = {
    ...host,
    resolve: (async (name: string, type: string) =>
      name === 'mx.example.net' && type === 'A'
        ? (answers.shift() ?? ['127.0.0.1'])
        : host.resolve(name, type as 'MX')) as Host['resolve'],
  };
  await ask(smtp('mx.example.net'), { host: rebinding });
  expect(opened).toEqual(['93.184.216.35 25']);
});

describe('how often', () => {
  const many = async (
    paths: readonly string[],
    options: Partial<RelayOptions>,
    client = () => '198.51.100.7',
  ) => {
    const relay = createRelay({ host, ...options });
    const statuses: number[] = [];
    for (const path of paths)
      statuses.push((await relay(new Request(`https://relay.example${path}`), client())).status);
    return statuses;
  };

  test('a visitor', async () => {
    const paths = ['a', 'b', 'c', 'd'].map((each) => smtp(`${each}.example.com`));
    expect(await many(paths, { limits: { perVisitor: 2 } })).toEqual([200, 200, 429, 429]);
  });

  test('an address, whoever asks and by whichever name', async () => {
    const names = ['a', 'b', 'c', 'd'].map((each) => `${each}.example.com`);
    zone = { ...ZONE, ...Object.fromEntries(names.map((name) => [name, { A: ['93.184.216.40'] }])) };
    let visitor = 0;
    const statuses = await many(
      names.map((each) => smtp(each)),
      { limits: { perAddress: 3 } },
      () => `198.51.100.${visitor++}`,
    );
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(opened).toHaveLength(3);
  });

  test('the same question is looked into once a minute', async () => {
    await many([smtp('mx.example.net'), smtp('mx.example.net')], {});
    expect(opened).toHaveLength(1);
  });

  test('at once', async () => {
    const slow: Host = { ...host, connect: () => new Promise(() => {}) };
    const relay = createRelay({ host: slow, limits: { atOncePerVisitor: 2, atOnce: 3 } });
    const get = (name: string, client: string) =>
      relay(new Request(`https://relay.example${smtp(`${name}.example.com`)}`), client);
    zone = {
      ...ZONE,
      ...Object.fromEntries('abcde'.split('').map((c) => [`${c}.example.com`, { A: ['93.184.216.40'] }])),
    };
    void get('a', '198.51.100.1');
    void get('b', '198.51.100.1');
    expect((await get('c', '198.51.100.1')).status).toBe(503);
    void get('d', '198.51.100.2');
    const response = await get('e', '198.51.100.3');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect((await relay(new Request('https://relay.example/'), '198.51.100.4')).status).toBe(200);
  });

  test('counters forget, and do not grow', () => {
    const meter = new Meter(1, 1000, 100);
    for (let i = 0; i < 1000; i++) meter.count(`${i}`, 0);
    expect(meter.size).toBe(100);
    expect(() => meter.count('999', 10)).toThrow(Refused);
    meter.count('999', 1001);
  });
});

test('a control that is out of reach clears everybody of blame', async () => {
  const controlled: Partial<RelayOptions> = { controls: { 25: 'example.com' } };
  const response = await createRelay({ host, ...controlled })(
    new Request(`https://relay.example${smtp('mx.example.net')}`),
    '198.51.100.7',
  );
  expect(await response.json()).toMatchObject({
    answer: {
      control: { host: 'example.com', connect: 'refused' },
      addresses: [{ connect: 'blocked-here' }],
    },
  });
});

test('origins that may ask can read the reply', async () => {
  const relay = createRelay({ host, origins: ['https://good.test'] });
  const response = await relay(
    new Request('https://relay.example/', { headers: { origin: 'https://good.test' } }),
    '198.51.100.7',
  );
  expect(response.headers.get('access-control-allow-origin')).toBe('https://good.test');
  expect(await response.json()).toMatchObject({ relay: 1, helo: 'relay.example', control: [] });
});

test('public addresses are public', () => {
  for (const address of ['1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1b'])
    expect(isPublic(address)).toBe(true);
  expect(hostName('MX.Example.com')).toBe('mx.example.com');
  expect(visitor('2001:db8:1:2:3:4:5:6')).toBe(visitor('2001:db8:1:2::1'));
  expect(visitor('::ffff:192.0.2.1')).toBe('192.0.2.1');
});
