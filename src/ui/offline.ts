/*
 * Keeps a copy of the page for times without a network (src/offline/worker.ts). Only once the page has nothing
 * else to do, not for visitors who save data, and not inside other people's pages.
 */

/** Registers the worker when the page is idle. */
export function keepCopy(): void {
  const begin = () =>
    'requestIdleCallback' in window ? requestIdleCallback(register) : setTimeout(register, 2000);
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true });
}

function register(): void {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (window.top !== window || connection?.saveData || !('serviceWorker' in navigator)) return;
  // Without a copy everything works but offline; where storage is forbidden there is none.
  navigator.serviceWorker.register(address() as string).catch(() => {});
}

/** Where scripts are trusted by policy only, the worker's address needs one of its own, good for nothing else. */
function address(): unknown {
  const { trustedTypes } = window as unknown as { trustedTypes?: TrustedTypes };
  return trustedTypes
    ? trustedTypes.createPolicy('mailproof-offline', { createScriptURL: () => WORKER }).createScriptURL('')
    : WORKER;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: () => string },
  ): { createScriptURL(address: string): unknown };
}

const WORKER = './offline.js';
