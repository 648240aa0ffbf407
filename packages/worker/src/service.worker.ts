/** Entry of the browser's module worker: the service, answering the page that made the worker. */
import { serve } from './serve.js';
import { createLocalService } from './service.js';

const service = createLocalService();
serve(service, self, service);
