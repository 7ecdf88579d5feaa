import { createRelay, type Relay } from '../handler.ts';
import { workersHost } from './workers-host.ts';

/** What wrangler.toml sets. */
interface Settings {
  /** The name to give with EHLO. */
  readonly HELO?: string;
  /** Origins that may ask, separated by blanks; every origin without it. */
  readonly ORIGINS?: string;
}

let relay: Relay | undefined;

/** The relay as a Worker. Its counters belong to one isolate: set rate limits in Cloudflare as well. */
export default {
  fetch(request: Request, settings: Settings): Promise<Response> {
    relay ??= createRelay({
      host: workersHost({ helo: settings.HELO ?? new URL(request.url).hostname }),
      origins: settings.ORIGINS?.split(/\s+/).filter(Boolean) ?? '*',
    });
    return relay(request, request.headers.get('cf-connecting-ip') ?? '');
  },
};
