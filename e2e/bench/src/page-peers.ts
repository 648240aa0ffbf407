/** Entry of the page with other libraries. */
import { offerBench } from './in-page.js';
import { loadPeers } from './peers.js';

offerBench(loadPeers);
