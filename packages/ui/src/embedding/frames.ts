/**
 * Frames that grow with their content. A page holding frames greets them; a frame of this project's pages answers
 * the one who greeted it with its height, and again whenever that changes. Both sides check what they are told: a
 * height is taken only from such a frame, whose address is of the message's origin, and only within bounds.
 */

/** CSS pixels. */
export const frameHeights = { least: 50, most: 10_000 } as const;

const greeting = 'retinoscope-frame-greeting';
const size = 'retinoscope-frame-size';

/** The height that `message` tells, within bounds; undefined for anything else. */
export function heightOf(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, height } = message as Record<string, unknown>;
  if (kind !== size || typeof height !== 'number' || !Number.isFinite(height)) return undefined;
  return Math.min(frameHeights.most, Math.max(frameHeights.least, Math.ceil(height)));
}

export function isGreeting(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? message.kind === greeting
    : false;
}

/** The origin that a frame's content is expected to be of; undefined for one without an address. */
function originOf(frame: HTMLIFrameElement): string | undefined {
  return URL.canParse(frame.src) ? new URL(frame.src).origin : undefined;
}

/** Whether a frame is meant to show one of this project's elements; others are left as they are. */
function isOurs(frame: HTMLIFrameElement): boolean {
  return frame.src.includes('element=retino-');
}

/** The page's side: greets the frames that are there or come, and sets the heights that they tell. */
export function watchFrames(page: Window): () => void {
  const greet = (frame: HTMLIFrameElement): void => {
    // A greeting holds nothing, so it may reach whatever the frame shows; one that has not loaded is greeted again.
    frame.contentWindow?.postMessage({ kind: greeting }, '*');
  };
  const greetAll = (): void => {
    for (const frame of page.document.querySelectorAll('iframe')) {
      if (isOurs(frame)) greet(frame);
    }
  };
  const loaded = ({ target }: Event): void => {
    if (target instanceof HTMLIFrameElement && isOurs(target)) greet(target);
  };
  const heard = ({ data, origin, source }: MessageEvent): void => {
    const height = heightOf(data);
    if (height === undefined) return;
    for (const frame of page.document.querySelectorAll('iframe')) {
      if (!isOurs(frame) || frame.contentWindow !== source || originOf(frame) !== origin) continue;
      frame.style.height = `${height}px`;
    }
  };
  page.document.addEventListener('load', loaded, true);
  page.addEventListener('message', heard);
  greetAll();
  return () => {
    page.document.removeEventListener('load', loaded, true);
    page.removeEventListener('message', heard);
  };
}

/** The frame's side: tells whoever greeted it, and nobody else, how high its content is. Does nothing in a page of its own. */
export function tellHeight(page: Window, content: Element): void {
  if (page.parent === page) return;
  let asked: string | undefined;
  let told = 0;
  const tell = (): void => {
    const height = Math.ceil(content.getBoundingClientRect().bottom + page.scrollY);
    if (asked === undefined || height === told) return;
    told = height;
    page.parent.postMessage({ kind: size, height }, asked);
  };
  page.addEventListener('message', ({ data, origin, source }: MessageEvent) => {
    if (source !== page.parent || !isGreeting(data) || origin === 'null') return;
    asked = origin;
    told = 0;
    tell();
  });
  new ResizeObserver(tell).observe(content);
}
