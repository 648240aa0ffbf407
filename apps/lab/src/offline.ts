/**
 * Registers the site's service worker, where the site was built with one, and offers a new version when it is there.
 * Does nothing in a frame, whose page belongs to somebody else.
 */

/** Milliseconds between two times that a new version is asked to take over. */
const askInterval = 1000;
/** Milliseconds in which it does so, unless the old one still answers something of this page. */
const patience = 5000;

export function connectOffline(offer: HTMLElement): void {
  const script = document.querySelector<HTMLMetaElement>(
    'meta[name="retinoscope-offline"]',
  )?.content;
  if (!script || !('serviceWorker' in navigator) || window.parent !== window) return;
  const { serviceWorker } = navigator;
  const used = async (): Promise<void> => {
    // The first visit may use it before the worker is there.
    tell((await serviceWorker.ready).active, 'keep-what-was-used');
  };
  addEventListener('retino-predict', () => void used(), { once: true });
  serviceWorker
    .register(script)
    .then((registration) => watch(registration, offer))
    .catch((thrown: unknown) => console.warn('The page is not kept for use offline.', thrown));
}

function watch(registration: ServiceWorkerRegistration, offer: HTMLElement): void {
  const { serviceWorker } = navigator;
  const hadController = Boolean(serviceWorker.controller);
  let asked = false;
  const show = (): void => {
    offer.hidden = !(registration.waiting && hadController);
  };
  offer.querySelector('button')?.addEventListener('click', () => {
    if (asked) return;
    asked = true;
    const line = offer.querySelector('span');
    if (line) line.textContent = 'Close the other pages of Retinoscope to have it.';
    // Asked until no other page is open any more.
    const ask = (): void => tell(registration.waiting, 'take-over');
    ask();
    setInterval(ask, askInterval);
  });
  // A page of the old version asks for files that the new one does not have.
  serviceWorker.addEventListener('controllerchange', () => {
    if (hadController) location.reload();
  });
  let taking = false;
  serviceWorker.addEventListener('message', ({ data }) => {
    if (data !== 'taking-over' || taking) return;
    taking = true;
    // An answer that was never read to its end holds the old version up; it goes with the page.
    setTimeout(() => location.reload(), patience);
  });
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', show);
  });
  show();
}

function tell(worker: ServiceWorker | null, message: string): void {
  worker?.postMessage(message);
}
