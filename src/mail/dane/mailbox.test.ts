import { expect, test } from 'vitest';
import { mustName } from '../../dns/name.ts';
import { keyName, mailboxLabel } from './mailbox.ts';

test('the label of an address is that of the example in RFC 8162 §3 and RFC 7929 §3', async () => {
  const label = 'c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6';
  expect(await mailboxLabel('hugh')).toBe(label);
  expect(keyName(label, '_openpgpkey', mustName('example.com'))).toBe(`${label}._openpgpkey.example.com`);
});

test('letters are not folded, and other than ASCII ones are UTF-8', async () => {
  expect(await mailboxLabel('Hugh')).not.toBe(await mailboxLabel('hugh'));
  expect(await mailboxLabel('jürgen')).toBe('19b720a911fced55aecd96bf4ddcada1c69be5a96dc523d5be336b8e');
});
