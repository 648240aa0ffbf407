/**
 * The models that were run last, open, so that a stimulus that changes under the hand does not open its model anew.
 * Promises that no more than a few are open beside those in use, and that a model is known by its bytes alone.
 */
import { type OnnxSession, openOnnx, type WorkProgress } from '@retinoscope/models';
import { toRetinoscopeError } from './errors.js';
import type { ServiceCall } from './protocol.js';

/** Models that stay open: two that are compared, and one more. */
const mostOpen = 3;

interface OpenModel {
  readonly bytes: Uint8Array;
  readonly session: Promise<OnnxSession>;
  users: number;
}

export class OnnxSessions {
  /** The last used last. */
  readonly #open: OpenModel[] = [];

  async use<Result>(
    bytes: Uint8Array,
    call: ServiceCall<WorkProgress> | undefined,
    work: (session: OnnxSession) => Promise<Result>,
  ): Promise<Result> {
    const model = this.#find(bytes) ?? this.#add(bytes, call);
    model.users++;
    try {
      return await work(await model.session);
    } catch (error) {
      // A model that could not be opened, or stopped the runtime, is tried anew.
      if (toRetinoscopeError(error).kind !== 'cancelled') this.#forget(model);
      throw error;
    } finally {
      model.users--;
      if (model.users === 0 && !this.#open.includes(model)) close(model);
      this.#trim();
    }
  }

  #find(bytes: Uint8Array): OpenModel | undefined {
    const at = this.#open.findIndex((model) => isSame(model.bytes, bytes));
    if (at < 0) return undefined;
    const [model] = this.#open.splice(at, 1);
    this.#open.push(model);
    return model;
  }

  #add(bytes: Uint8Array, call: ServiceCall<WorkProgress> | undefined): OpenModel {
    const model = { bytes, session: openOnnx(bytes, call), users: 0 };
    this.#open.push(model);
    return model;
  }

  /** It is found no more; whoever uses it now goes on. */
  #forget(model: OpenModel): void {
    const at = this.#open.indexOf(model);
    if (at >= 0) this.#open.splice(at, 1);
  }

  #trim(): void {
    const idle = this.#open.filter(({ users }) => users === 0);
    for (const model of idle.slice(0, Math.max(0, this.#open.length - mostOpen))) {
      this.#forget(model);
      close(model);
    }
  }
}

function close({ session }: OpenModel): void {
  session.then((opened) => opened.dispose()).catch(() => undefined);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
