/*
 * The one gateway between the page and the engine: from what somebody typed or followed to a check that fills
 * in, with its history, its end and its errors.
 */

import type { Scope } from '../engine/scope.ts';
import type { Finding, Report } from '../engine/verdict.ts';
import type { Observer } from '../facts/observation.ts';
import { samples } from '../fixtures/samples.ts';
import type { Resolver } from '../observe/resolvers.ts';
import type { Comparison, Side } from '../report/compare.ts';
import { recallOf, type Since, sinceThen } from '../report/recall.ts';
import { isReportLink } from '../share/fragment.ts';
import { WIDGET_AREAS } from '../share/widget.ts';
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
  /** When this browser last looked at the domain of `check`, and what has changed since, once that is known. */
  lastLook = $state.raw<Look | undefined>();
  since = $state.raw<Since | undefined>();
  /** A button inside a report, which is gone now, began `check`. */
  begun = false;
  #ask: Ask | undefined;
  /** In somebody else's page nothing is remembered, and fewer areas are judged. */
  #embedded = false;
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

  /**
   * Checks a domain inside somebody else's page: the address stays as it is, and only the areas are judged that the
   * four answers are about, which asks less.
   */
  embedded(domain: string): void {
    performance.mark('mailproof:start');
    this.loading = true;
    this.#embedded = true;
    void this.#go({ input: domain, selectors: [] }, 'none');
  }

  /** Checks the same domain with the same options again. */
  again(): void {
    void this.#anew(this.#ask, 'stay');
  }

  /** Checks the same domain again, looking at these selectors too; the address says so. */
  withSelectors(selectors: readonly string[]): void {
    const ask = this.#ask;
    if (!ask) return;
    void this.#anew(
      { ...ask, selectors: [...new Set([...ask.selectors, ...selectors])].slice(0, 20) },
      'push',
    );
  }

  /** Checks the same domain again as one with mail or without, or as its records say; the address says so. */
  withIntent(intent?: 'mail' | 'no-mail'): void {
    if (!this.#ask) return;
    const { intent: _, ...ask } = this.#ask;
    void this.#anew(intent === undefined ? ask : { ...ask, intent }, 'push');
  }

  /** Checks the same domain again, and this host's sending ports; the address says so. */
  withSubmission(submission: string): void {
    if (this.#ask) void this.#anew({ ...this.#ask, submission }, 'push');
  }

  /**
   * Asks again only what one finding was judged from, and makes the report anew from that and from what it has.
   * False when that was stopped, or the page has gone on to something else.
   */
  async askAgain(finding: Finding, signal: AbortSignal, heard: (answered: number) => void): Promise<boolean> {
    const { check } = this;
    if (!check) return false;
    const { checkAgain } = await import('./recheck.ts');
    const report = await checkAgain(check, finding, signal, heard);
    if (this.check !== check || signal.aborted) return false;
    check.renew(report);
    this.made = { scope: check.source.scope, report };
    return true;
  }

  /** A check that a button inside a report begins; both are gone when it does. */
  #anew(ask: Ask | undefined, move: 'push' | 'stay', before?: Side): Promise<void> | undefined {
    if (!ask) return undefined;
    performance.mark('mailproof:start');
    this.begun = true;
    return this.#go(ask, move, before);
  }

  /** From a frozen report to a live one, and what is different between them. */
  async compareNow(): Promise<void> {
    const [ask, made] = [this.#ask, this.made];
    if (ask && made) await this.#anew(ask, 'push', sideOf(made));
  }

  /** Says what is different between what stands here and another frozen report; or why that cannot be opened. */
  async compareWith(link: string): Promise<string> {
    const { made } = this;
    if (!made) return '';
    const share = await sharing().catch(() => undefined);
    if (share === undefined) return NOT_LOADED;
    const compared = await share.compareWithLink(link, sideOf(made));
    if ('says' in compared) return compared.says;
    if (this.made === made) this.comparison = compared;
    return '';
  }

  /** The address of the live check of what stands here. */
  get liveAddress(): string {
    return new URL(this.#ask ? searchFor(this.#ask) : './', location.origin + location.pathname).href;
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
    const decoded = share.decodeLink(fragment);
    if ('refused' in decoded) return this.#complain(share.refusalWords(decoded.refused));
    const { frozen } = decoded;
    const { domain, now, intent, mailbox, selectors, submission } = frozen;
    const read = await engine.understand(domain).catch(() => undefined);
    if (run !== this.#run) return;
    if (read === undefined) return this.#complain(NOT_LOADED);
    const subject =
      'says' in read ? { ascii: domain, shown: domain, notes: [] } : { ...read.subject, notes: [] };
    this.view = view.default;
    this.#ask = {
      input: subject.shown,
      selectors,
      ...(intent ? { intent } : {}),
      ...(mailbox ? { mailbox } : {}),
      ...(submission ? { submission } : {}),
    };
    this.input = subject.shown;
    this.#title(subject.shown);
    this.opened = { otherwise: [] };
    const by = [...new Set(frozen.facts.map((fact) => fact.by))].join(', ');
    const scope = engine.scopeOf(domain, now, frozen);
    const observer = share.observerOf(frozen);
    const source = { scope, live: false, begin: () => observer };
    const check = this.#checkOf(engine, subject, by, () => {}, source);
    const report = this.#judge(engine, check, observer, run);
    this.check = check;
    this.loading = false;
    check.onPage = true;
    const made = await report;
    if (run !== this.#run) return;
    this.opened = { otherwise: await share.otherwiseWords(frozen.digest, made) };
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
    this.since = undefined;
    this.input = input;
    return ++this.#run;
  }

  #complain(sentence: string): void {
    this.begun = false;
    this.loading = false;
    this.check = undefined;
    this.complaint = sentence;
    this.#title();
  }

  async #go(ask: Ask, move: 'push' | 'stay' | 'none', before?: Side): Promise<void> {
    const run = this.#begin(ask.input);
    const { submission: named, ...asked } = ask;
    let engine: Engine;
    let read: Awaited<ReturnType<Engine['understand']>>;
    try {
      const [loaded, view] = await prepare();
      await settings.ready;
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
    this.#ask = {
      ...asked,
      input: read.subject.shown,
      ...(mailbox ? { mailbox } : {}),
      ...(submission ? { submission } : {}),
    };
    this.input = read.subject.shown;
    const address = searchFor(this.#ask);
    if (move === 'push') history.pushState(null, '', address);
    // The same check has one address, however it was spelt in the link that led here.
    else if (move === 'stay' && location.search !== address) history.replaceState(null, '', address);
    this.#title(read.subject.shown);
    scrollTo(0, 0);
    await soon();
    if (run === this.#run) await this.#check(engine, this.#ask, read, run, before);
  }

  async #check(
    engine: Engine,
    ask: Ask,
    { domain, subject, submission }: Understood,
    run: number,
    before?: Side,
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
    if (!sample && !aborter.signal.aborted && run === this.#run)
      await this.#remember(engine, subject, at, made);
    if (before === undefined || run !== this.#run) return;
    const { differences } = await sharing();
    const comparison = await differences(before, sideOf({ scope, report: made }));
    if (run === this.#run) this.comparison = comparison;
  }

  /** Says what has changed since the last look, and remembers this one in its place. */
  async #remember(
    engine: Engine,
    { ascii: domain, shown }: Subject,
    at: number,
    report: Report,
  ): Promise<void> {
    const look = this.lastLook;
    if (!this.#embedded) recent.add({ domain, shown, at, recall: recallOf(report) });
    if (look === undefined) return;
    const since = sinceThen(look.recall, report);
    const worded = (findings: Since['mended']) => Promise.all(findings.map(engine.read));
    const [appeared, mended, changed, hidden] = await Promise.all([
      worded(since.appeared),
      worded(since.mended),
      worded(since.changed),
      worded(since.hidden),
    ]);
    if (this.lastLook === look) this.since = { ...since, appeared, mended, changed, hidden };
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
    const [asking, judging] = [new Breath(soon), new Breath(afterwards)];
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
    if (!this.#embedded) return rules;
    return Object.fromEntries(Object.entries(rules).filter(([id]) => WIDGET_AREAS.has(areaOf(id))));
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

function sideOf({ scope, report }: Made): Side {
  return { domain: scope.domain, at: scope.now, report };
}

const NOT_LOADED = 'Part of this page could not be loaded. See whether you are online, then try again.';

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
