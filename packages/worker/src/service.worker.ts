/** Entry of the browser's module worker: the service, answering the page that made the worker. */
import { holdWhileAlive } from './alive.js';
import { serve } from './serve.js';
import { createLocalService } from './service.js';

const service = createLocalService();
// Before the page hears that this worker is ready, which is when it starts to wait for the lock.
await holdWhileAlive(self.name);
serve(service, self, service);
