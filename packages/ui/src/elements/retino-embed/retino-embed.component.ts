/**
 * Writes what puts an element into another page: lines to paste, or a page that is one file. Promises that nothing
 * leaves this computer, that of the page's own site alone its release and the page to fill are asked, and that an
 * element is only made live when a person asks. Does not look whether what is said of another server is so.
 */
import { toRetinoscopeError } from '@retinoscope/worker';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { copyText } from '../../controllers/copy-text.js';
import type { Session } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { bytes, shortened } from '../../controllers/text.js';
import { embeddableNames } from '../../embedding/names.js';
import { fileName, saveFile } from '../../plots/export.js';
import { base, controls, messages } from '../../styles/index.js';
import { modelFromFile } from '../retino-predictor/model-source.js';
import { openModel } from '../retino-predictor/opened-model.js';
import { fileButton } from '../retino-predictor/views.js';
import { selectField } from '../shared/select-field.js';
import { SightController } from '../shared/sight-controller.js';
import { attributeFields, type Chosen, chosen } from './choices.js';
import { type Host, type HostName, hosts, type Way } from './hosts.js';
import { LiveElement, type Source, withModel } from './live-element.js';
import { styles } from './retino-embed.styles.js';
import { singleFile } from './single-file.js';
import { downloadSize, fetchText, readRelease, templateAddress } from './site-files.js';
import { type Embedded, elementTag, type Release, siteAddress } from './snippets.js';
import { attributeField, hostChoice, hostNotes, savingView, wayChoice } from './views.js';
import { linesView } from './way-views.js';

const predictor = 'retino-predictor';

/**
 * Helps to put an element into a wiki, a notebook or another page: chooses its attributes, writes the lines to paste,
 * saves a page that is one file, and shows the element as it will be.
 *
 * @element retino-embed
 *
 * @attr {string} for - Id of the retino-cell whose network is embedded; else the closest or the first one.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-export - A text was copied or a page saved; `detail` is `{ name, type }`.
 *
 * @csspart base - Everything inside.
 * @csspart snippet - A text to copy.
 * @csspart live - The box around the element that is shown live.
 *
 * @cssproperty --retino-accent - Colour of the main button and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoEmbed extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property({ reflect: true }) theme?: string;

  @state() private element = predictor;
  /** By attribute; a flag is `on`. */
  @state() private values: Readonly<Record<string, string>> = { model: 'model.onnx' };
  @state() private host: HostName = 'web';
  @state() private way: Way = 'script';
  /** Where the files lie, as it was written. */
  @state() private site = '';
  @state() private pinned = true;
  @state() private grows = true;
  @state() private release?: Release;
  /** Bytes to fetch for the page that is one file. */
  @state() private size?: number;
  @state() private file?: Source;
  @state() private saving?: { readonly read: number; readonly all?: number };
  @state() private failure?: string;
  @state() private message = '';
  @state() private live = false;

  readonly #session = new SessionController(this, { needs: 'nothing' });
  readonly #sight = new SightController(this);
  /** The site of this page; undefined where it is of none. */
  #ownSite?: string;
  #reading?: AbortController;
  #sizeAsked = false;
  #job?: AbortController;
  readonly #live = new LiveElement();
  #own?: Source;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ownSite = siteAddress(document.baseURI);
    this.site ||= this.#ownSite ?? '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#job?.abort();
    this.#reading?.abort();
    this.#reading = undefined;
    this.live = false;
    this.#live.end();
  }

  protected override willUpdate(): void {
    const { onnx } = this.#session.state ?? {};
    if (onnx !== this.#own?.bytes) this.#own = onnx && { name: 'model.onnx', bytes: onnx };
    if (this.live) this.#live.show(this.#chosen.embedded, this.#modelOfElement);
    else this.#live.end();
  }

  protected override updated(): void {
    const own = this.#ownSite;
    if (!this.#sight.seen || !own || !this.isConnected) return;
    this.#reading ??= this.#readRelease(own);
    const { release } = this;
    if (this.way !== 'file' || !release || this.#sizeAsked) return;
    this.#sizeAsked = true;
    void downloadSize(templateAddress(release, own), this.#reading.signal).then(
      (size) => {
        this.size = size;
      },
      () => {
        this.#sizeAsked = false;
      },
    );
  }

  protected override render(): TemplateResult {
    const host = hosts[this.host];
    const { embedded, refusals } = this.#chosen;
    return html`<div class="stack" part="base">
      ${this.#choices()}
      ${refusals.map((refusal) => html`<p class="message warning" role="alert">${refusal}</p>`)}
      <div class="fields">
        ${hostChoice(this.host, (chosenHost) => this.#chooseHost(chosenHost))}
      </div>
      ${wayChoice(this.way, host, (way) => {
        this.way = way;
      })}
      ${hostNotes(host)}
      ${this.way === 'file' ? this.#fileView(embedded) : this.#linesView(embedded, host)}
      ${this.failure ? html`<p class="message error" role="alert">${this.failure}</p>` : nothing}
      ${this.#liveView(embedded)}
      <p class="status small muted" role="status">${this.message}</p>
    </div>`;
  }

  get #source(): Source | undefined {
    return this.file ?? this.#own;
  }

  /** What is put into the element where its model is, for an element that has one. */
  get #modelOfElement(): Source | undefined {
    return this.element === predictor ? this.#source : undefined;
  }

  get #chosen(): Chosen {
    return chosen(this.element, this.values, siteAddress(this.site) ?? document.baseURI);
  }

  #choices(): TemplateResult {
    const { common, others } = attributeFields(this.element);
    const field = (each: (typeof common)[number]) =>
      attributeField(each, this.values[each.name] ?? '', (value) => {
        this.values = { ...this.values, [each.name]: value };
      });
    const elements = embeddableNames.map((name) => [name, name] as const);
    return html`<div class="fields">
        ${selectField('Element', elements, this.element, (element) => {
          this.element = element;
        })}
        ${common.map(field)}
      </div>
      ${
        others.length > 0
          ? html`<details>
              <summary>More attributes</summary>
              <div class="fields">${others.map(field)}</div>
            </details>`
          : nothing
      }
      ${this.element === predictor ? this.#sourceView() : nothing}`;
  }

  #sourceView(): TemplateResult {
    const source = this.#source;
    const said = source && `${shortened(source.name, 60)}, ${bytes(source.bytes.length)}`;
    return html`<div class="row">
      ${fileButton('Choose ONNX model…', '.onnx', (file) => void this.#open(file))}
      ${
        this.file && this.#own
          ? html`<button
              type="button"
              @click=${() => {
                this.file = undefined;
              }}
            >
              Use this cell’s network
            </button>`
          : nothing
      }
      ${
        source
          ? html`<button type="button" @click=${() => this.#save(source.bytes, 'model.onnx')}>
                Save the model
              </button>
              <span class="muted small">
                ${this.file ? said : `The network of this page, ${bytes(source.bytes.length)}`}
              </span>`
          : html`<span class="muted small">
              No network has been trained on this page yet. A file can be chosen instead.
            </span>`
      }
    </div>`;
  }

  #linesView(embedded: Embedded, host: Host): TemplateResult {
    const { way, site, release, pinned, grows } = this;
    return linesView(
      { way, host, embedded, site, ownSite: this.#ownSite, release, pinned, grows },
      {
        change: (part) => Object.assign(this, part),
        copy: (text, shown) => void this.#copy(text, shown),
      },
    );
  }

  #fileView(embedded: Embedded): TemplateResult {
    const { saving, release, size } = this;
    if (saving) return savingView(saving, () => this.#job?.abort());
    if (!release || !this.#ownSite) {
      return html`<p class="muted">
        This page’s site does not hold the page to fill. A site made by “npm run build:site” does.
      </p>`;
    }
    const missing = this.element === predictor && !this.#source;
    return html`<p class="muted">
        One page with the element, its model and everything that it computes with. It opens without a
        network, also from a disk.
        ${size === undefined ? '' : `To make it, ${bytes(size)} are fetched from this page’s site.`}
      </p>
      <div class="row">
        <button
          class="primary"
          type="button"
          ?disabled=${missing}
          @click=${() => void this.#savePage(embedded, release)}
        >
          Save the page
        </button>
        ${missing ? html`<span class="muted small">Needs a model first.</span>` : nothing}
      </div>`;
  }

  #liveView({ element, attributes }: Embedded): TemplateResult {
    const { element: shown } = this.#live;
    const ready = element !== predictor || this.#source || attributes.model !== undefined;
    return html`<div class="row">
        <button
          type="button"
          ?disabled=${!ready}
          @click=${() => {
            this.live = !this.live;
          }}
        >
          ${this.live ? 'Stop showing it' : 'Show it live'}
        </button>
        ${
          this.live && element !== predictor
            ? html`<span class="muted small">
                On a page with a cell it shows that cell; alone it opens the built-in one.
              </span>`
            : nothing
        }
      </div>
      ${shown ? html`<div class="live" part="live">${shown}</div>` : nothing}`;
  }

  #chooseHost(host: HostName): void {
    this.host = host;
    const { ways } = hosts[host];
    if (!ways.includes(this.way)) [this.way] = ways;
  }

  #readRelease(site: string): AbortController {
    const reading = new AbortController();
    void readRelease(site, reading.signal).then(
      (release) => {
        this.release = release;
      },
      // Given up because the element is gone.
      () => undefined,
    );
    return reading;
  }

  async #open(file: File): Promise<void> {
    try {
      const { name, bytes: content } = openModel(file.name, await modelFromFile(file));
      this.file = { name, bytes: content };
      this.failure = undefined;
    } catch (thrown) {
      this.failure = toRetinoscopeError(thrown).message;
    }
  }

  async #savePage(embedded: Embedded, release: Release): Promise<void> {
    const site = this.#ownSite;
    if (!site) return;
    const job = new AbortController();
    this.#job?.abort();
    this.#job = job;
    this.failure = undefined;
    this.message = '';
    this.saving = { read: 0 };
    try {
      const address = templateAddress(release, site);
      const template = await fetchText(address, job.signal, (read, all) => {
        if (job === this.#job) this.saving = { read, all };
      });
      const page = singleFile(template, elementTag(withModel(embedded, this.#modelOfElement)));
      const name = fileName(embedded.attributes.heading ?? embedded.element, 'html');
      this.#save(page, name);
    } catch (thrown) {
      if (job.signal.aborted) this.message = 'Cancelled.';
      else this.failure = toRetinoscopeError(thrown).message;
    } finally {
      if (job === this.#job) {
        this.#job = undefined;
        this.saving = undefined;
      }
    }
  }

  #save(content: string | Uint8Array, name: string): void {
    const type = typeof content === 'string' ? 'text/html' : 'application/octet-stream';
    const blob = new Blob([typeof content === 'string' ? content : content.slice()], { type });
    saveFile(blob, name);
    this.#done(`Saved ${name}, ${bytes(blob.size)}.`, { name, type });
  }

  /** Copies `text`; where a browser does not let the page, selects it. */
  async #copy(text: string, shown: Node): Promise<void> {
    if (await copyText(text)) {
      this.#done('Copied.', { name: 'snippet', type: 'text/plain' });
      return;
    }
    getSelection()?.selectAllChildren(shown);
    this.message =
      'This browser does not let the page copy. The text is selected: copy it by Ctrl+C or ⌘C.';
  }

  #done(message: string, detail: { readonly name: string; readonly type: string }): void {
    this.message = message;
    this.dispatchEvent(new CustomEvent('retino-export', { detail, bubbles: true, composed: true }));
  }
}
