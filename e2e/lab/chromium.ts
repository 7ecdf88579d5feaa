/** Where the browser is. */
export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Without a sandbox, which root cannot have; without a display; and silent on the network. */
export const chromiumArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
