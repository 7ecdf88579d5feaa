/*
 * The service worker: after one visit the start page and the samples work without a network. It never decides what
 * is new. Pages come from the network whenever that answers, and from the copy only where it does not; everything
 * else it keeps has a hash of its content in its name, so a page always gets the engine it was built with.
 * A new worker takes over when the last page of the old version is closed. DNS questions pass it by.
 */

/** Names the copy: another one for every build. */
declare const VERSION: string;
/** What is fetched once, addresses relative to this file. */
declare const FILES: readonly string[];

interface Extended extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Install extends Extended {
  /** Where the browser has it: requests that need not wake this worker. */
  addRoutes?(rule: { condition: { requestDestination: '' }; source: 'network' }): Promise<void>;
}

interface Fetch extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const on = addEventListener as (type: string, listener: (event: never) => void) => void;

on('install', (event: Install) => {
  // What scripts fetch: DNS questions, and the settings of a server.
  event.addRoutes?.({ condition: { requestDestination: '' }, source: 'network' })?.catch(() => {});
  event.waitUntil(
    caches.open(VERSION).then((cache) =>
      // What has a hash in its name may come from the browser's own cache: the visit has just filled that.
      cache.addAll(
        FILES.map((file) => new Request(file, file.startsWith('assets/') ? {} : { cache: 'no-cache' })),
      ),
    ),
  );
});

on('activate', (event: Extended) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('mailproof-') && name !== VERSION)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

on('fetch', (event: Fetch) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL('./', location.href);
  if (request.method !== 'GET' || !url.href.startsWith(scope.href)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (path === '' || path === 'index.html') event.respondWith(page(request));
  else if (path.startsWith('assets/') || path === 'icon.svg') event.respondWith(asset(request));
});

/** The page as the network has it now; the copy where there is no network. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(VERSION)).match('./');
    if (kept) return kept;
    throw error;
  }
}

/** What has its content's hash in its name is the same wherever it comes from. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(VERSION);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === 'basic') await cache.put(request, response.clone()).catch(() => {});
  return response;
}

export {};
