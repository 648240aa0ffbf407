/** Entry of the Node worker thread: the service, answering the thread that made it. */
import { parentPort } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { serve } from './serve.js';
import { createLocalService } from './service.js';

if (!parentPort) throw new Error('node.worker.js is the entry of a worker thread.');
const service = createLocalService();
serve(service, nodeEndpoint(parentPort), service);
