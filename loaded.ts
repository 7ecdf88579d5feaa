import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createServer, type Plugin } from 'vite';

/** Loads a module of the house as Vite builds it, with these plugins besides, and what comes of using it. */
export async function loaded<M, T>(
  file: string,
  use: (module: M) => Promise<T>,
  plugins: readonly Plugin[] = [],
): Promise<T> {
  const server = await createServer({
    configFile: false,
    root: import.meta.dirname,
    plugins: [svelte(), ...plugins],
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    // Its ES module, which Vite finds and Node does not.
    ssr: { noExternal: ['punycode'] },
    appType: 'custom',
    logLevel: 'error',
  });
  try {
    return await use((await server.ssrLoadModule(file)) as M);
  } finally {
    await server.close();
  }
}
