/** Entry of the page without other libraries. */
import { offerBench } from './in-page.js';

offerBench(async () => []);
