/*
 * Keeps a copy of the page for times without a network (src/offline/worker.ts). Only once the page has nothing
 * else to do, not for visitors who save data, and not inside other people's pages.
 */

/** Milliseconds in which somebody who has come may begin a check. */
const PATIENCE = 2000;

/** Registers the worker once somebody has been here for a while and the page is not `busy`: a copy takes its time too. */
export function keepCopy(busy: () => boolean): void {
  setTimeout(() => (busy() ? keepCopy(busy) : register()), PATIENCE);
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
