/*
 * A tab that nobody listens in on. Playwright has every request of its tabs reported, which costs a browser about as
 * much as the requests themselves; a visitor's browser has no debugger. So the tabs that are measured are told only
 * what to open, type and press, and asked for the page's own marks once all is over.
 */

import type { Browser, CDPSession } from 'playwright-core';

/** A key to press: its name, and what it types. */
const ENTER = { key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 };

/** A reply on its way. */
interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** One tab of a visitor with an empty cache. */
export class BareTab {
  readonly #tools: CDPSession;
  readonly #context: string;
  readonly #session: string;
  readonly #waiting = new Map<number, Waiting>();
  #sent = 0;

  private constructor(tools: CDPSession, context: string, session: string) {
    this.#tools = tools;
    this.#context = context;
    this.#session = session;
    tools.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
      if (sessionId === session) this.#heard(JSON.parse(message));
    });
  }

  /** Opens one. `first` runs in every document before its own scripts. */
  static async open(browser: Browser, first: () => void): Promise<BareTab> {
    const tools = await browser.newBrowserCDPSession();
    const { browserContextId } = await tools.send('Target.createBrowserContext');
    const { targetId } = await tools.send('Target.createTarget', {
      url: 'about:blank',
      browserContextId,
      width: 1280,
      height: 720,
    });
    const { sessionId } = await tools.send('Target.attachToTarget', { targetId, flatten: false });
    const tab = new BareTab(tools, browserContextId, sessionId);
    await tab.send('Page.enable');
    await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${first})()` });
    return tab;
  }

  /** Tells the tab something, as the protocol of Chromium's tools names it. */
  send<T>(method: string, params: object = {}): Promise<T> {
    const id = ++this.#sent;
    const reply = new Promise<T>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const message = JSON.stringify({ id, method, params });
    void this.#tools.send('Target.sendMessageToTarget', { sessionId: this.#session, message });
    return reply;
  }

  /** Runs a function in the page; what it returns, waited for, comes back as a copy. */
  async run<T, A>(what: (given: A) => T | Promise<T>, given?: A): Promise<T> {
    const { result, exceptionDetails } = await this.send<{
      result: { value: T };
      exceptionDetails?: { text: string };
    }>('Runtime.evaluate', {
      expression: `(${what})(${JSON.stringify(given)})`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** Opens an address. */
  async goto(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
    await this.until(() => document.readyState === 'complete' && location.protocol !== 'about:');
  }

  /** Waits until something holds in the page. */
  async until(what: () => boolean): Promise<void> {
    while (!(await this.run(what).catch(() => false))) await pause(50);
  }

  /** Types into what has the focus, as fast as people do. */
  async type(text: string): Promise<void> {
    for (const key of text) {
      await this.#press({ key, text: key });
      await pause(60);
    }
  }

  enter(): Promise<void> {
    return this.#press(ENTER);
  }

  async close(): Promise<void> {
    await this.#tools.send('Target.disposeBrowserContext', { browserContextId: this.#context });
    await this.#tools.detach();
  }

  async #press(key: { readonly key: string; readonly text: string }): Promise<void> {
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key: key.key });
  }

  #heard({ id, result, error }: { id?: number; result?: unknown; error?: { message: string } }): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result as never);
  }
}

/** Lets time pass. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
