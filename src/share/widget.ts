/*
 * What the frame and the page around it say to each other. Every message carries the contract's version and the id
 * the embedder gave, so that ten frames on a page can be told apart. Documented in docs/widget.md.
 *
 * The frame speaks to its parent only; to any origin, unless the address names the embedder's (`origin=`): then to
 * that one alone. It listens to its parent only, and only when that origin was named. Nothing in a message is secret.
 */

/** The version of this contract, and of the web component's file name. */
export const WIDGET_VERSION = 1;

/** The areas a widget judges: those its four answers are about. The whole report judges all. */
export const WIDGET_AREAS: ReadonlySet<string> = new Set([
  'posture',
  'spf',
  'dkim',
  'dmarc',
  'mx',
  'smtp',
  'tls',
  'certificate',
  'mta-sts',
  'dane',
  'submission',
  'receivers',
]);

interface Common {
  readonly mailproof: typeof WIDGET_VERSION;
  /** As given in the address; empty when none was. */
  readonly id: string;
}

/** One judged thing, by the ids of docs and JSON. */
export interface WidgetOutcome {
  readonly id: string;
  readonly outcome: 'pass' | 'problem' | 'unknown' | 'not-applicable';
  readonly case?: string;
  readonly severity?: 'critical' | 'high' | 'medium' | 'low' | 'info';
}

/** What the frame sends. */
export type WidgetMessage = Common &
  (
    | { readonly type: 'ready' }
    | { readonly type: 'height'; readonly height: number }
    | {
        readonly type: 'result';
        readonly domain: string;
        /** ISO 8601. */
        readonly at: string;
        readonly questions: readonly WidgetOutcome[];
        readonly findings: readonly WidgetOutcome[];
      }
  );

/** What the frame takes: begin the check now. */
export type WidgetCommand = Common & { readonly type: 'check' };

/** What the address of a frame asks for. */
export interface WidgetOptions {
  readonly domain: string;
  readonly id: string;
  readonly theme: 'auto' | 'light' | 'dark';
  /** `#rrggbb`, for links and buttons. */
  readonly accent?: string;
  readonly size: 'compact' | 'full';
  /** Begin without being asked. */
  readonly auto: boolean;
  /** The embedder's origin. */
  readonly origin?: string;
}

/** Reads the query of a frame's address; undefined when it is no widget. What is not understood is left out. */
export function widgetOptions(search: string): WidgetOptions | undefined {
  const query = new URLSearchParams(search);
  const domain = query.get('embed');
  if (domain === null) return undefined;
  const [id, theme, accent, origin] = ['id', 'theme', 'accent', 'origin'].map((key) => query.get(key) ?? '');
  return {
    domain: domain.slice(0, 300),
    id: ID.test(id ?? '') ? (id ?? '') : '',
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    ...(/^#?[0-9a-f]{6}$/i.test(accent ?? '')
      ? { accent: `#${accent?.replace('#', '').toLowerCase()}` }
      : {}),
    size: query.get('size') === 'full' ? 'full' : 'compact',
    auto: query.get('auto') === '1',
    ...(isOrigin(origin ?? '') ? { origin: origin ?? '' } : {}),
  };
}

/** The query of a frame's address, with its question mark. */
export function widgetSearch(options: WidgetOptions): string {
  const query = new URLSearchParams({ embed: options.domain });
  if (options.id !== '') query.set('id', options.id);
  if (options.theme !== 'auto') query.set('theme', options.theme);
  if (options.accent !== undefined) query.set('accent', options.accent.slice(1));
  if (options.size !== 'compact') query.set('size', options.size);
  if (options.auto) query.set('auto', '1');
  if (options.origin !== undefined) query.set('origin', options.origin);
  return `?${query}`;
}

/** What to paste: a frame, or the web component. `page` is Mailproof's own address, with its final slash. */
export function frameCode(page: string, options: WidgetOptions): { frame: string; component: string } {
  const { domain, theme, accent, size, auto } = options;
  const wide = size === 'full' ? 640 : 300;
  const attributes = [
    `domain="${escaped(domain)}"`,
    theme === 'auto' ? '' : `theme="${theme}"`,
    accent === undefined ? '' : `accent="${accent.slice(1)}"`,
    size === 'compact' ? '' : `size="${size}"`,
    auto ? 'auto' : '',
  ].filter((each) => each !== '');
  return {
    frame: `<iframe
  src="${escaped(page + widgetSearch(options))}"
  title="Mail check of ${escaped(domain)}"
  width="100%"
  height="${wide}"
  loading="lazy"
  referrerpolicy="no-referrer"
  sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
></iframe>`,
    component: `<script type="module" src="${escaped(page)}mailproof-widget-${WIDGET_VERSION}.js"></script>
<mailproof-check ${attributes.join(' ')}></mailproof-check>`,
  };
}

/** Whether a message from the parent is the command to begin, for the frame of this id. */
export function isCommand(data: unknown, id: string): data is WidgetCommand {
  if (typeof data !== 'object' || data === null) return false;
  const { mailproof, type, id: to } = data as Record<string, unknown>;
  return mailproof === WIDGET_VERSION && type === 'check' && to === id;
}

/** Whether a message has the shape of one from the frame of this id; its sender is for the caller to check. */
export function isWidgetMessage(data: unknown, id: string): data is WidgetMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { mailproof, type, id: from, height } = data as Record<string, unknown>;
  if (mailproof !== WIDGET_VERSION || from !== id) return false;
  return type === 'ready' || type === 'result' || (type === 'height' && isHeight(height));
}

/** A height a frame may have: what it says is taken as a wish, within reason. */
export function isHeight(height: unknown): height is number {
  return typeof height === 'number' && Number.isInteger(height) && height >= 40 && height <= HIGHEST;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function isOrigin(text: string): boolean {
  try {
    const { protocol, origin } = new URL(text);
    return origin === text && /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}

const ID = /^[\w-]{1,64}$/;
const HIGHEST = 20_000;
