import { expect, test } from 'vitest';
import { RESOLVERS } from '../observe/resolvers.ts';
import { contentPolicy, withSettings } from './content-policy.ts';

const connects = (policy: string) => /connect-src ([^;]*)/.exec(policy)?.[1]?.split(' ');

test('nothing unsafe, nothing inline, no wildcard', () => {
  const policy = contentPolicy();
  expect(policy).not.toMatch(/unsafe|data:|blob:|\*|https:(?!\/\/)|http:/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
});

test('a page asks its own server and the resolvers it offers', () => {
  expect(connects(contentPolicy())).toEqual(["'self'", ...RESOLVERS.map(({ url }) => new URL(url).origin)]);
});

test('one with settings asks those in them and nobody else', () => {
  const config = {
    resolvers: [
      { id: 'own', name: 'this server', url: 'dns-query' },
      { id: 'x', name: 'X', url: 'https://dns.example:8443/q?x' },
    ],
    relays: ['relay/', 'https://relay.example/a', 'https://relay.example/b'].map((url) => ({
      name: 'R',
      url,
    })),
  };
  expect(connects(contentPolicy(config))).toEqual([
    "'self'",
    'https://dns.example:8443',
    'https://relay.example',
  ]);
});

test('the policy inside a page is replaced as a whole', () => {
  const html =
    '<head><meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; x"></head>';
  const replaced = withSettings(html, { resolvers: [] });
  expect(replaced).toContain('connect-src &#39;self&#39;;');
  expect(replaced).not.toContain('; x"');
});

test('a page carries its settings, whatever they hold and whatever it carried', () => {
  const config = { resolvers: [{ id: 'x', name: `"><script>'&amp;$&</script>`, url: 'dns-query' }] };
  const html = '<html><head></head><body></body></html>';
  const page = withSettings(withSettings(html, { resolvers: [] }), config);
  const [only, ...others] = [...page.matchAll(/<meta name="mailproof-config" content="([^"]*)" \/>/g)];
  expect(others).toEqual([]);
  const carried = only?.[1]?.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  expect(JSON.parse(carried ?? '')).toEqual(config);
  expect(page.replace(only?.[0] ?? '', '').replace(/\s/g, '')).toBe(html);
});
