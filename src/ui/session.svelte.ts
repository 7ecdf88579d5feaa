/*
 * The one gateway between the page and the engine: from what somebody typed or followed to a check that fills
 * in, with its history, its end and its errors.
 */

import type { Scope } from '../engine/scope.ts';
import type { Report } from '../engine/verdict.ts';
import type { Observer } from '../facts/observation.ts';
import { samples } from '../fixtures/samples.ts';
import type { Resolver } from '../observe/resolvers.ts';
import type { Comparison } from '../report/compare.ts';
import { recallOf } from '../report/recall.ts';
import { isReportLink } from '../share/fragment.ts';
import { type Ask, askIn, searchFor } from './address.ts';
import { afterwards, Breath, soon } from './breath.ts';
import { Check, Row, type Rows, Slot, type Source, type Subject } from './check.svelte.ts';
import type { ResolverPool, Understood } from './engine.ts';
import { type Look, recent } from './recent/recent.svelte.ts';
import { settings } from './settings.svelte.ts';

type Engine = typeof import('./engine.ts');
type Sharing = typeof import('./share/frozen.ts');
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

/** Loads what sharing and opening links need. */
export function sharing(): Promise<Sharing> {
  return import('./share/frozen.ts');
}

/** A finished report and what it was made for. */
export interface Made {
  readonly scope: Scope;
  readonly report: Report;
}

/** A frozen report that is open. */
export interface Opened {
  /** What today's rules see otherwise than the sender was shown, a sentence each. */
  readonly otherwise: readonly string[];
}

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
  /** The report of `check`, once it has ended. */
  made = $state.raw<Made | undefined>();
  /** What `check` was opened from, when it is a frozen report. */
  opened = $state.raw<Opened | undefined>();
  /** What is different from the frozen report that stood here before. */
  comparison = $state.raw<Comparison | undefined>();
  /** When this browser last looked at the domain of `check`. */
  lastLook = $state.raw<Look | undefined>();
  /** A button inside a report, which is gone now, began `check`. */
  begun = false;
  /** What `check` was made for. */
  ask: Ask | undefined;
  /** In somebody else's page nothing is remembered, and only these areas are judged. */
  #areas: ReadonlySet<string> | undefined;
  #pool: { key: string; pool: ResolverPool } | undefined;
  #run = 0;

  /** A check is about to begin, or is not settled. */
  get busy(): boolean {
    return this.loading || this.check?.state === 'running' || this.check?.state === 'complete';
  }

  /** Follows the address the page was opened with, and those the visitor goes back and forth to. */
  start(): void {
    // Every report is read from its top: it is made anew, and what stood where it was left may not be there.
    history.scrollRestoration = 'manual';
    addEventListener('popstate', () => void this.#follow());
    void this.#follow();
  }

  /** Checks what was typed: a domain, an e-mail address or a URL. */
  submit(text: string): void {
    performance.mark('mailproof:start');
    void this.#go({ input: text.trim(), selectors: [] }, 'push');
  }

  /** Checks a domain inside somebody else's page: the address stays as it is, and a part of the areas asks less. */
  embedded(domain: string, areas: ReadonlySet<string>): void {
    performance.mark('mailproof:start');
    this.loading = true;
    this.#areas = areas;
    void this.#go({ input: domain, selectors: [] }, 'none');
  }

  /** Checks the same domain with the same options again. */
  again(): void {
    if (this.ask) this.anew(this.ask, 'stay');
  }

  /** A check that a button inside a report begins; both are gone when it does. `then` is told what came of it. */
  anew(ask: Ask, move: 'push' | 'stay', then?: (made: Made) => void): void {
    performance.mark('mailproof:start');
    this.begun = true;
    void this.#go(ask, move, then);
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
    if (isReportLink(location.hash)) return this.#open(location.hash);
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

  /** Opens a frozen report: its facts are judged again, and nobody is asked. */
  async #open(fragment: string): Promise<void> {
    const run = this.#begin('');
    this.loading = this.check === undefined;
    const loaded = await Promise.all([prepare(), sharing()]).catch(() => undefined);
    if (run !== this.#run) return;
    if (loaded === undefined) return this.#complain(NOT_LOADED);
    const [[engine, view], share] = loaded;
    const opening = await share.openingOf(fragment).catch(() => undefined);
    if (run !== this.#run) return;
    if (opening === undefined) return this.#complain(NOT_LOADED);
    if ('says' in opening) return this.#complain(opening.says);
    const { ask, subject, by, source, observer, digest } = opening;
    this.view = view.default;
    this.ask = ask;
    this.input = subject.shown;
    this.#title(subject.shown);
    this.opened = { otherwise: [] };
    const check = this.#checkOf(engine, subject, by, () => {}, source);
    const report = this.#judge(engine, check, observer, run);
    this.check = check;
    this.loading = false;
    check.onPage = true;
    const made = await report;
    if (run !== this.#run) return;
    this.opened = { otherwise: await share.otherwiseWords(digest, made) };
    check.end(false);
  }

  #begin(input: string): number {
    this.check?.stop();
    this.complaint = '';
    this.instead = undefined;
    this.opened = undefined;
    this.made = undefined;
    this.comparison = undefined;
    this.lastLook = undefined;
    this.input = input;
    scrollTo(0, 0);
    return ++this.#run;
  }

  #complain(sentence: string): void {
    this.begun = false;
    this.loading = false;
    this.check = undefined;
    this.complaint = sentence;
    this.#title();
  }

  async #go(ask: Ask, move: 'push' | 'stay' | 'none', then?: (made: Made) => void): Promise<void> {
    const run = this.#begin(ask.input);
    const { submission: named, ...asked } = ask;
    let engine: Engine;
    let read: Awaited<ReturnType<Engine['understand']>>;
    try {
      const [loaded, view] = await prepare();
      engine = loaded;
      this.view = view.default;
      read = await engine.understand(ask.input, named);
    } catch {
      if (run !== this.#run) return;
      this.#complain(NOT_LOADED);
      return;
    }
    if (run !== this.#run) return;
    if ('says' in read) {
      this.#complain(read.says);
      this.instead = read.instead;
      return;
    }
    const mailbox = (await read.mailbox) ?? ask.mailbox;
    if (run !== this.#run) return;
    const { submission } = read;
    this.ask = {
      ...asked,
      input: read.subject.shown,
      ...(mailbox ? { mailbox } : {}),
      ...(submission ? { submission } : {}),
    };
    this.input = read.subject.shown;
    const address = searchFor(this.ask);
    if (move === 'push') history.pushState(null, '', address);
    // The same check has one address, however it was spelt in the link that led here.
    else if (move === 'stay' && location.search !== address) history.replaceState(null, '', address);
    this.#title(read.subject.shown);
    await soon();
    if (run === this.#run) await this.#check(engine, this.ask, read, run, then);
  }

  async #check(
    engine: Engine,
    ask: Ask,
    { domain, subject, submission }: Understood,
    run: number,
    then?: (made: Made) => void,
  ): Promise<void> {
    const at = Date.now();
    const aborter = new AbortController();
    const sample = samples.find((candidate) => candidate.domain === domain);
    const resolvers = settings.resolversFor(ask.resolver);
    const relays = ask.relay === 'off' ? [] : settings.relays;
    const zone = sample && (await engine.sampleObserver(sample.domain, at));
    const pool = this.#poolOf(engine, resolvers);
    const scope = engine.scopeOf(domain, at, {
      selectors: ask.selectors,
      ...(ask.intent === undefined ? {} : { intent: ask.intent }),
      ...(ask.mailbox === undefined ? {} : { mailbox: ask.mailbox }),
      ...(submission === undefined ? {} : { submission }),
    });
    const source: Source = {
      scope,
      live: zone === undefined,
      begin: (signal) => zone ?? pool.begin({ signal, relay: engine.relayOf(relays, signal) }),
    };
    const observer = source.begin(aborter.signal);
    const by = sample ? undefined : resolvers[0]?.name;
    const check = this.#checkOf(engine, subject, by, () => aborter.abort(), source);
    const report = this.#judge(engine, check, observer, run);
    // The first questions leave before the rows are made, which takes as long as some answers do.
    await new Promise((resolve) => setTimeout(resolve));
    if (run !== this.#run) return check.stop();
    this.check = check;
    this.loading = false;
    check.onPage = true;
    this.lastLook = sample ? undefined : recent.find(domain);
    const made = await report;
    check.end(aborter.signal.aborted);
    if (run !== this.#run) return;
    if (!sample && !aborter.signal.aborted && !this.#areas)
      recent.add({ domain, shown: subject.shown, at, recall: recallOf(made) });
    if (this.made) then?.(this.made);
  }

  #checkOf(
    engine: Engine,
    subject: Subject,
    by: string | undefined,
    stop: () => void,
    source: Source,
  ): Check {
    return new Check(
      subject,
      areasOf(engine, this.#rulesOf(engine)),
      Object.entries(engine.headlines).map(([id, { asks }]) => new Slot(id as Slot['id'], asks)),
      by,
      source.scope.now,
      engine.read,
      stop,
      source,
    );
  }

  /** Judges, filling the check in; what the views read comes along and is no part of the report. */
  async #judge(engine: Engine, check: Check, observer: Observer, run: number): Promise<Report> {
    const { scope } = check.source;
    const rules = this.#rulesOf(engine);
    const [asking, judging] = [new Breath(soon, this.loading), new Breath(afterwards, this.loading)];
    const report = await engine.diagnose({
      scope,
      rules: { ...rules, ...engine.viewRules(engine.FIRST, (readings) => check.show(readings)) },
      headlines: engine.headlines,
      observer,
      on: (event) => {
        // An answer comes in a task of its own.
        if (event.type === 'observed') asking.fresh();
        check.take(event);
      },
      pause: asking.pause,
      calm: judging.pause,
    });
    const findings = report.findings.filter(({ rule }) => rule in rules);
    const whole = { ...report, findings };
    if (run === this.#run) this.made = { scope, report: whole };
    return whole;
  }

  #rulesOf({ rules, areaOf }: Engine): Engine['rules'] {
    const areas = this.#areas;
    return areas ? Object.fromEntries(Object.entries(rules).filter(([id]) => areas.has(areaOf(id)))) : rules;
  }

  /** The same resolvers keep their pool, and with it what is known about their health. */
  #poolOf(engine: Engine, resolvers: readonly Resolver[]): ResolverPool {
    const key = resolvers.map(({ url }) => url).join(' ');
    if (this.#pool?.key !== key) this.#pool = { key, pool: engine.createResolverPool({ resolvers }) };
    return this.#pool.pool;
  }

  #leave(): void {
    this.#begin('');
    this.loading = false;
    this.check = undefined;
  }

  #title(domain?: string): void {
    document.title = domain === undefined ? 'Mailproof' : `${domain} – Mailproof`;
  }
}

export const session = new Session();

/** What is said where a file of the page does not come. */
export const NOT_LOADED =
  'Part of this page could not be loaded. See whether you are online, then try again.';

/** Places for every rule, by area and id: an order that no answer can change. */
function areasOf(engine: Engine, rules: Engine['rules']): Rows[] {
  const areas = new Map<string, Row[]>();
  for (const id of Object.keys(rules)) {
    const area = engine.areaOf(id);
    areas.set(area, [...(areas.get(area) ?? []), new Row(id)]);
  }
  return [...areas]
    .sort(([a], [b]) => engine.byArea(a, b))
    .map(([id, rows]) => ({ id, title: engine.areaTitle(id), rows }));
}
