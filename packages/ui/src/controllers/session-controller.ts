/**
 * Finds the session of an element, in this order: its `session` property, the retino-cell named by its `for`
 * attribute, the closest ancestor retino-cell, the first retino-cell of the document, else one of its own that
 * opens the built-in cell named by its `preset` attribute, so that an element works alone on a bare page.
 * Promises to find again after the element was moved, and to end its own session once the element is gone.
 * Progress redraws the element a few times a second at the most; every other change does so at once.
 */
import { builtInCell, type SimulationPreset } from '@retinoscope/worker';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { changeEvent, Session, type SessionState } from './session.js';

/** What an element has to offer to be given a session. */
export interface SessionElement extends ReactiveControllerHost, HTMLElement {
  /** A session given by the page. */
  session?: Session;
  /** The id of a retino-cell. */
  for?: string;
  /** The built-in cell that the element opens when there is no retino-cell. */
  preset?: string;
}

/** An element whose session others share. */
export interface SessionProvider extends HTMLElement {
  readonly currentSession: Session;
}

export type Needs = 'nothing' | 'receptive-field' | 'fit';

export interface SessionControllerOptions {
  /** How far a session of the element's own goes by itself. `nothing`: what to open is left to the element. */
  readonly needs: Needs | (() => Needs);
  /** The element provides the session and so does not look for a retino-cell. */
  readonly provider?: boolean;
}

/** Fired by a retino-cell whose session is another one than before. */
export const sessionEvent = 'retino-session';

export const presets: readonly SimulationPreset[] = ['paper', 'code'];

/** `name` if it is a built-in cell, else `paper`. */
export function validPreset(name: string | null | undefined): SimulationPreset {
  return presets.find((preset) => preset === name) ?? 'paper';
}

const providerName = 'retino-cell';

/** Milliseconds between redraws that only show progress. */
const progressInterval = 120;

export class SessionController implements ReactiveController {
  readonly #host: SessionElement;
  readonly #options: SessionControllerOptions;
  #session?: Session;
  #own?: Session;
  #provider?: Element;
  #drawn?: SessionState;
  #timer?: ReturnType<typeof setTimeout>;

  constructor(host: SessionElement, options: SessionControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Undefined while disconnected, and until a retino-cell that was found is defined. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** The session is the element's own, so nobody else shows its errors. */
  get alone(): boolean {
    return this.#session !== undefined && this.#session === this.#own;
  }

  get state(): SessionState | undefined {
    return this.#session?.state;
  }

  hostConnected(): void {
    this.#find();
  }

  hostUpdate(): void {
    if (this.#host.isConnected) this.#find();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawn = this.state;
  }

  /** Leaves the session; one of its own is ended a microtask later, unless the element was only moved. */
  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#use(undefined);
    this.#watch(undefined);
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#own?.dispose();
      this.#own = undefined;
    });
  }

  #find(): void {
    if (this.#host.session) {
      this.#watch(undefined);
      this.#use(this.#host.session);
      return;
    }
    const provider = this.#options.provider ? undefined : findProvider(this.#host);
    this.#watch(provider);
    if (!provider) {
      this.#use(this.#ownSession());
    } else if (isProvider(provider)) {
      this.#use(provider.currentSession);
    } else {
      this.#use(undefined);
      void customElements.whenDefined(providerName).then(this.#refind);
    }
  }

  #ownSession(): Session {
    if (!this.#own) {
      this.#own = new Session();
      const { needs: given } = this.#options;
      const needs = typeof given === 'function' ? given() : given;
      if (needs !== 'nothing') void openBuiltIn(this.#own, this.#host.preset, needs === 'fit');
    }
    return this.#own;
  }

  #use(session: Session | undefined): void {
    if (session === this.#session) return;
    this.#session?.removeEventListener(changeEvent, this.#changed);
    this.#session = session;
    session?.addEventListener(changeEvent, this.#changed);
    this.#host.requestUpdate();
  }

  #watch(provider: Element | undefined): void {
    if (provider === this.#provider) return;
    this.#provider?.removeEventListener(sessionEvent, this.#refind);
    this.#provider = provider;
    provider?.addEventListener(sessionEvent, this.#refind);
  }

  readonly #changed = (): void => {
    const { state } = this;
    if (!state || !this.#drawn || !isProgressOnly(this.#drawn, state)) {
      this.#host.requestUpdate();
      return;
    }
    this.#timer ??= setTimeout(() => this.#host.requestUpdate(), progressInterval);
  };

  readonly #refind = (): void => {
    if (this.#host.isConnected) this.#find();
  };
}

async function openBuiltIn(
  session: Session,
  preset: string | undefined,
  fit: boolean,
): Promise<void> {
  await session.open({ ...builtInCell, cell: validPreset(preset) });
  if (fit && session.state.receptiveField) await session.fit();
}

function findProvider(host: SessionElement): Element | undefined {
  const root = host.getRootNode() as Document | ShadowRoot;
  if (host.for) {
    const named = root.getElementById(host.for) ?? host.ownerDocument.getElementById(host.for);
    if (named?.localName === providerName) return named;
  }
  return (
    host.closest(providerName) ??
    root.querySelector(providerName) ??
    host.ownerDocument.querySelector(providerName) ??
    undefined
  );
}

const progressKeys: ReadonlySet<keyof SessionState> = new Set([
  'progress',
  'phase',
  'run',
  'trace',
  'otherTraces',
  'snapshots',
]);

/** True when nothing but the progress of one call differs. */
function isProgressOnly(before: SessionState, after: SessionState): boolean {
  return (Object.keys({ ...before, ...after }) as (keyof SessionState)[]).every(
    (key) => progressKeys.has(key) || before[key] === after[key],
  );
}

function isProvider(element: Element): element is SessionProvider {
  return 'currentSession' in element;
}
