import { expect, test } from 'vitest';
import { RESOLVERS } from '../observe/resolvers.ts';
import { contentPolicy, withPolicy } from './content-policy.ts';

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
    resolvers: [{ url: 'dns-query' }, { url: 'https://dns.example:8443/q?x' }],
    relays: [{ url: 'relay/' }, { url: 'https://relay.example/a' }, { url: 'https://relay.example/b' }],
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
  const replaced = withPolicy(html, { resolvers: [] });
  expect(replaced).toContain('connect-src &#39;self&#39;;');
  expect(replaced).not.toContain('; x"');
});
