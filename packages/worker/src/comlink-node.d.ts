/** Comlink ships the Node adapter as a module without types of its own. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { MessagePort, Worker } from 'node:worker_threads';
  import type { Endpoint } from 'comlink';

  /** A port or worker thread as an endpoint; it forwards `message` alone. */
  export default function nodeEndpoint(port: MessagePort | Worker): Endpoint;
}
