/*
 * The abilities of a relay that can do everything, for tests. Nothing that is shipped uses them.
 */

import type { Can } from './contract.ts';

export const EVERY_ABILITY: Can = {
  ports: [25, 465, 587, 2525],
  ipv6: true,
  outcomes: true,
  certificates: true,
  certificates13: true,
  finish: true,
  trust: true,
  policy: true,
  policyCertificates: true,
};
