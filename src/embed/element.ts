/*
 * `<mailproof-check domain="example.com">`: a frame with the check in it, as high as what it shows. Built into one
 * file with the contract's version in its name. The frame is sandboxed without the rights of its own origin; whatever
 * it says is taken only from that frame's window and, being sandboxed, from the origin `null`.
 */

import { isWidgetMessage, type WidgetOptions, widgetSearch } from '../share/widget.ts';

const PAGE = new URL('./', import.meta.url).href;
let count = 0;

class MailproofCheck extends HTMLElement {
  static readonly observedAttributes = ['domain', 'theme', 'accent', 'size'];
  #frame: HTMLIFrameElement | undefined;
  #id = '';
  readonly #listen = (event: MessageEvent) => this.#take(event);

  connectedCallback(): void {
    addEventListener('message', this.#listen);
    this.#build();
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#listen);
    this.#frame?.remove();
    this.#frame = undefined;
  }

  attributeChangedCallback(_: string, before: string | null, after: string | null): void {
    if (this.#frame && before !== after) this.#build();
  }

  /** Begins the check, as the button in the frame does. */
  check(): void {
    // A sandboxed frame has no origin that could be named; there is nothing secret in the message.
    this.#frame?.contentWindow?.postMessage({ mailproof: 1, id: this.#id, type: 'check' }, '*');
  }

  #build(): void {
    this.#frame?.remove();
    count += 1;
    this.#id = `mailproof-${count}`;
    const options: WidgetOptions = {
      domain: this.getAttribute('domain') ?? '',
      id: this.#id,
      theme: (this.getAttribute('theme') ?? 'auto') as WidgetOptions['theme'],
      size: this.getAttribute('size') === 'full' ? 'full' : 'compact',
      auto: this.hasAttribute('auto'),
      origin: location.origin,
      ...(this.hasAttribute('accent') ? { accent: `#${this.getAttribute('accent')?.replace('#', '')}` } : {}),
    };
    const frame = document.createElement('iframe');
    frame.title = `Mail check of ${options.domain}`;
    frame.setAttribute('sandbox', 'allow-scripts allow-popups allow-popups-to-escape-sandbox');
    frame.setAttribute('loading', 'lazy');
    frame.referrerPolicy = 'no-referrer';
    // Properties, not a style attribute: an embedder's policy may forbid those.
    frame.style.display = 'block';
    frame.style.width = '100%';
    frame.style.border = '0';
    frame.style.colorScheme = 'auto';
    frame.height = options.size === 'full' ? '640' : '260';
    frame.src = PAGE + widgetSearch(options);
    this.#frame = frame;
    this.append(frame);
  }

  #take({ source, origin, data }: MessageEvent): void {
    if (!this.#frame || source !== this.#frame.contentWindow || origin !== 'null') return;
    if (!isWidgetMessage(data, this.#id)) return;
    if (data.type === 'height') this.#frame.height = `${data.height}`;
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
  }
}

if (!customElements.get('mailproof-check')) customElements.define('mailproof-check', MailproofCheck);
