/** The page's side of a run in a browser: what its two entries, with and without other libraries, share. */
import type { Peer } from './peer.js';
import type { TimedPlace } from './rows.js';
import { runSuite, type SuiteOptions } from './suite.js';

declare global {
  interface Window {
    /** Times the rows; called from outside the page. */
    runBench(options: SuiteOptions): Promise<Pick<TimedPlace, 'probes' | 'rows'>>;
    /** Put here from outside the page. */
    reportProgress(message: string): void;
  }
}

export function offerBench(loadPeers: () => Promise<readonly Peer[]>): void {
  window.runBench = async (options) =>
    runSuite(options, {
      peers: await loadPeers(),
      tensorflow: new URL('tensorflow/', document.baseURI).href,
      onProgress: (message) => window.reportProgress(message),
    });
}
