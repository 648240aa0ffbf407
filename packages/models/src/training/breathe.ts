/** Lets waiting messages (cancel, pause, progress) be heard in the middle of a long computation. */

/** Resolves in a later task of the event loop, without the delay of a timer. */
export function breathe(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
