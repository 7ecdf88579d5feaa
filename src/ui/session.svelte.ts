/*
 * The one gateway between the page and the engine: from what somebody typed or followed to a check that fills
 * in, with its history, its end and its errors.
 */

import type { Name } from '../dns/name.ts';
import type { Observer } from '../facts/observation.ts';
import { samples } from '../fixtures/samples.ts';
import type { Resolver } from '../observe/resolvers.ts';
import { type Ask, askIn, searchFor } from './address.ts';
import { Check, Row, type Rows, Slot, type Subject } from './check.svelte.ts';
import type { ResolverPool } from './engine.ts';
import { settings } from './settings.svelte.ts';

type Engine = typeof import('./engine.ts');
type ReportView = typeof import('./report/ReportView.svelte');

/** Loads what a check needs; called early, when somebody begins to type. */
export function prepare(): Promise<[Engine, ReportView]> {
  loading ??= Promise.all([import('./engine.ts'), import('./report/ReportView.svelte')]).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

let loading: Promise<[Engine, ReportView]> | undefined;

class Session {
  /** What stands in the field. */
  input = $state('');
  /** Why the input could not be taken, as a sentence; empty when it could. */
  complaint = $state('');
  /** The name that was probably meant instead. */
  instead = $state<string | undefined>();
  check = $state.raw<Check | undefined>();
  /** A check is about to begin and nothing else is to be shown. */
  loading = $state(false);
  /** The view of a check, once loaded. */
  view = $state.raw<ReportView['default'] | undefined>();
  #ask: Ask | undefined;
  #pool: { key: string; pool: ResolverPool } | undefined;
  #run = 0;

  /** Follows the address the page was opened with, and those the visitor goes back and forth to. */
  start(): void {
    addEventListener('popstate', () => void this.#follow());
    void this.#follow();
  }

  /** Checks what was typed: a domain, an e-mail address or a URL. */
  submit(text: string): void {
    performance.mark('mailproof:start');
    void this.#go({ input: text.trim(), selectors: [] }, 'push');
  }

  /** Checks the same domain with the same options again. */
  again(): void {
    performance.mark('mailproof:start');
    if (this.#ask) void this.#go(this.#ask, 'stay');
  }

  /** Stops waiting; what has not been answered stays unknown. */
  cancel(): void {
    this.check?.stop();
  }

  /** Back to the start page. */
  home(): void {
    this.#leave();
    history.pushState(null, '', location.pathname);
    this.#title();
  }

  async #follow(): Promise<void> {
    const ask = askIn(location.search);
    if (!ask) {
      this.#leave();
      this.#title();
      return;
    }
    performance.mark('mailproof:start');
    this.loading = this.check === undefined;
    await this.#go(ask, 'stay');
  }

  async #go(ask: Ask, move: 'push' | 'stay'): Promise<void> {
    const run = ++this.#run;
    this.check?.stop();
    this.complaint = '';
    this.instead = undefined;
    this.input = ask.input;
    let engine: Engine;
    try {
      const [loaded, view] = await prepare();
      await settings.ready;
      engine = loaded;
      this.view = view.default;
    } catch {
      if (run !== this.#run) return;
      this.loading = false;
      this.complaint = 'Part of this page could not be loaded. See whether you are online, then try again.';
      return;
    }
    if (run !== this.#run) return;
    const read = engine.understand(ask.input);
    if ('says' in read) {
      this.loading = false;
      this.check = undefined;
      this.complaint = read.says;
      this.instead = read.instead;
      this.#title();
      return;
    }
    this.#ask = ask;
    this.input = read.subject.shown;
    if (move === 'push') history.pushState(null, '', searchFor({ ...ask, input: read.subject.shown }));
    this.#title(read.subject.shown);
    scrollTo(0, 0);
    await this.#check(engine, ask, read, run);
  }

  async #check(
    engine: Engine,
    ask: Ask,
    read: { domain: Name; subject: Subject },
    run: number,
  ): Promise<void> {
    const { domain, subject } = read;
    const at = Date.now();
    const aborter = new AbortController();
    const sample = samples.find((candidate) => candidate.domain === domain);
    const resolvers = settings.resolversFor(ask.resolver);
    const observer: Observer = sample
      ? await engine.sampleObserver(sample.domain, at)
      : this.#poolOf(engine, resolvers).begin({ signal: aborter.signal });
    const check = new Check(
      subject,
      areasOf(engine),
      Object.entries(engine.headlines).map(([id, { asks }]) => new Slot(id as Slot['id'], asks)),
      sample ? undefined : resolvers[0]?.name,
      at,
      engine.read,
      () => aborter.abort(),
    );
    const rules = {
      ...engine.rules,
      ...engine.viewRules((readings) => check.show(readings)),
    };
    const report = engine.diagnose({
      scope: engine.scopeOf(domain, at, {
        selectors: ask.selectors,
        ...(ask.intent === undefined ? {} : { intent: ask.intent }),
      }),
      rules,
      headlines: engine.headlines,
      observer,
      on: (event) => check.take(event),
    });
    // The first questions leave before the rows are made, which takes as long as some answers do.
    await new Promise((resolve) => setTimeout(resolve));
    if (run !== this.#run) return check.stop();
    this.check = check;
    this.loading = false;
    await report;
    check.end(aborter.signal.aborted);
  }

  /** The same resolvers keep their pool, and with it what is known about their health. */
  #poolOf(engine: Engine, resolvers: readonly Resolver[]): ResolverPool {
    const key = resolvers.map(({ url }) => url).join(' ');
    if (this.#pool?.key !== key) this.#pool = { key, pool: engine.createResolverPool({ resolvers }) };
    return this.#pool.pool;
  }

  #leave(): void {
    this.loading = false;
    this.#run += 1;
    this.check?.stop();
    this.check = undefined;
    this.complaint = '';
    this.input = '';
  }

  #title(domain?: string): void {
    document.title = domain === undefined ? 'Mailproof' : `${domain} – Mailproof`;
  }
}

export const session = new Session();

/** Places for every rule, by area and id: an order that no answer can change. */
function areasOf(engine: Engine): Rows[] {
  const areas = new Map<string, Row[]>();
  for (const [id, { title }] of Object.entries(engine.rules)) {
    const area = engine.areaOf(id);
    areas.set(area, [...(areas.get(area) ?? []), new Row(id, title)]);
  }
  return [...areas]
    .sort(([a], [b]) => engine.byArea(a, b))
    .map(([id, rows]) => ({ id, title: engine.areaTitle(id), rows }));
}
