/**
 * What a page and its workers hold in memory, once what is no longer used has been collected: asked of the browser
 * by the Chrome DevTools Protocol.
 */
import type { CDPSession, Page } from '@playwright/test';

/** Bytes of one thread. */
export interface Held {
  /** JavaScript objects. */
  readonly heap: number;
  /** Memories of WebAssembly instances. */
  readonly wasm: number;
  /** Of typed arrays. */
  readonly buffers: number;
}

export interface Memory {
  readonly page: Held;
  readonly workers: readonly Held[];
  /** Nodes of documents and listeners on them. */
  readonly nodes: number;
  readonly listeners: number;
}

type Send = (method: string, params?: object) => Promise<unknown>;

/** Workers that are started from now on are looked at too. */
export async function watchMemory(page: Page): Promise<{ look(): Promise<Memory> }> {
  const cdp = await page.context().newCDPSession(page);
  const workers = await workerSessions(cdp);
  const send = cdp.send.bind(cdp) as Send;
  await cdp.send('Performance.enable');
  return {
    async look() {
      const held = await heldBy(send);
      const ofWorkers = await Promise.all([...workers.values()].map(heldBy));
      const { metrics } = await cdp.send('Performance.getMetrics');
      const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
      return {
        page: held,
        workers: ofWorkers,
        nodes: metric('Nodes'),
        listeners: metric('JSEventListeners'),
      };
    },
  };
}

/** A way to each worker of the page, by its session; one that ends is left out. */
async function workerSessions(cdp: CDPSession): Promise<ReadonlyMap<string, Send>> {
  const sessions = new Map<string, Send>();
  const answers = new Map<number, (result: unknown) => void>();
  let last = 0;
  cdp.on('Target.attachedToTarget', ({ sessionId }) => {
    sessions.set(sessionId, (method, params = {}) => {
      const id = ++last;
      const message = JSON.stringify({ id, method, params });
      return new Promise((resolve, reject) => {
        answers.set(id, resolve);
        cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
      });
    });
  });
  cdp.on('Target.detachedFromTarget', ({ sessionId }) => sessions.delete(sessionId));
  cdp.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result: unknown };
    if (id === undefined) return;
    answers.get(id)?.(result);
    answers.delete(id);
  });
  await cdp.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return sessions;
}

interface RemoteObject {
  readonly result: { readonly objectId: string; readonly value?: number };
}

async function heldBy(send: Send): Promise<Held> {
  await send('HeapProfiler.collectGarbage');
  const wasm = await wasmBytes(send);
  const { usedSize, backingStorageSize } = (await send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize: number;
  };
  return { heap: usedSize, wasm, buffers: backingStorageSize };
}

/** The heap's usage leaves these out, so the memories that are still reachable are asked for one by one. */
async function wasmBytes(send: Send): Promise<number> {
  const objectGroup = 'memories';
  const prototype = (await send('Runtime.evaluate', {
    expression: 'WebAssembly.Memory.prototype',
    objectGroup,
  })) as RemoteObject;
  const { objects } = (await send('Runtime.queryObjects', {
    prototypeObjectId: prototype.result.objectId,
    objectGroup,
  })) as { objects: { objectId: string } };
  const sum = (await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration:
      'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }',
    returnByValue: true,
  })) as RemoteObject;
  await send('Runtime.releaseObjectGroup', { objectGroup });
  return sum.result.value ?? Number.NaN;
}
