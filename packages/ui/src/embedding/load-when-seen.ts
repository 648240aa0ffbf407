/**
 * Loads the elements that are not defined yet once one of them is in sight. Watches the document; what stands in
 * another element's shadow tree is found when its root is given as well.
 */
import { embeddableNames } from './names.js';

/**
 * Those that can stand alone on a page but for the predictor, which is light and loaded without being seen, and the
 * frame that a page may put around a picture of its own.
 */
const loaded = [...embeddableNames.filter((name) => name !== 'retino-predictor'), 'retino-picture'];
const undefinedElements = loaded.map((name) => `${name}:not(:defined)`).join();

/** Milliseconds to the next try after one that failed; each wait is twice the last. */
const firstWait = 1000;

/** Calls `load` for the first element in sight, until that has worked once. */
export function loadWhenSeen(
  root: Document | ShadowRoot,
  load: () => Promise<unknown>,
  wait = firstWait,
): void {
  const sight = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      stop();
      load().catch((thrown: unknown) => {
        console.warn('Retinoscope could not be loaded.', thrown);
        setTimeout(() => loadWhenSeen(root, load, 2 * wait), wait);
      });
    },
    { rootMargin: '100px' },
  );
  const look = (): void => {
    for (const element of root.querySelectorAll(undefinedElements)) sight.observe(element);
  };
  const changes = new MutationObserver(look);
  const stop = (): void => {
    sight.disconnect();
    changes.disconnect();
  };
  changes.observe(root, { childList: true, subtree: true });
  look();
}
