/**
 * Pictures as files. An exported SVG stands alone: its styles are written into it, its ground is painted, and
 * it names no other file. Needs a document with layout.
 */
import { palettes, type Theme } from './theme.js';

/** Properties that can differ from their initial value in a plot, with that value. */
const properties: readonly (readonly [name: string, initial: string])[] = [
  ['fill', 'rgb(0, 0, 0)'],
  ['fill-opacity', '1'],
  ['stroke', 'none'],
  ['stroke-width', '1px'],
  ['stroke-opacity', '1'],
  ['stroke-dasharray', 'none'],
  ['stroke-linecap', 'butt'],
  ['stroke-linejoin', 'miter'],
  ['opacity', '1'],
  ['color', 'rgb(0, 0, 0)'],
  ['font-family', ''],
  ['font-size', '16px'],
  ['font-weight', '400'],
  ['font-variant-numeric', 'normal'],
  ['text-anchor', 'start'],
  ['paint-order', 'normal'],
  ['image-rendering', 'auto'],
];

/** `retinoscope-` and the words of `name`, in lower case and joined by hyphens, with the extension. */
export function fileName(name: string, extension: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `retinoscope-${words || 'figure'}.${extension}`;
}

/** The picture as a file of type image/svg+xml. */
export function exportSvg(svg: SVGSVGElement, theme: Theme = 'light'): Blob {
  const text = new XMLSerializer().serializeToString(standalone(svg, theme));
  return new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${text}`], { type: 'image/svg+xml' });
}

/** The picture as a PNG of `scale` pixels a CSS pixel. */
export async function exportPng(
  svg: SVGSVGElement,
  scale = 2,
  theme: Theme = 'light',
): Promise<Blob> {
  const { width, height } = size(svg);
  const url = URL.createObjectURL(exportSvg(svg, theme));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvasPng(canvas);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** A canvas as a PNG. */
export function canvasPng(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('The picture is too large for this browser to save as PNG.'));
    }, 'image/png');
  });
}

/** Offers a file to be saved under `name`. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.hidden = true;
  // A link outside the document may be collected before its download starts.
  document.body.append(link);
  link.click();
  // The download starts from the URL after this task.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
    link.remove();
  }, 10_000);
}

function size(svg: SVGSVGElement): { width: number; height: number } {
  const [, , width, height] = (svg.getAttribute('viewBox') ?? '0 0 1 1').split(' ').map(Number);
  return { width, height };
}

function standalone(svg: SVGSVGElement, theme: Theme): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const host = svg.isConnected ? undefined : document.createElement('div');
  if (host) {
    // Styles are computed only for what is in the document.
    host.hidden = true;
    host.append(svg);
    document.body.append(host);
  }
  inline(svg, copy);
  if (host) {
    svg.remove();
    host.remove();
  }
  const { width, height } = size(svg);
  copy.removeAttribute('style');
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = svg.getAttribute('aria-label') ?? '';
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', String(width));
  ground.setAttribute('height', String(height));
  ground.setAttribute('fill', palettes[theme].background);
  copy.prepend(title, ground);
  return copy;
}

function inline(source: Element, copy: Element): void {
  if (
    copy instanceof SVGElement &&
    source instanceof SVGElement &&
    !(source instanceof SVGSVGElement)
  ) {
    const style = getComputedStyle(source);
    const parent = source.parentElement ? getComputedStyle(source.parentElement) : undefined;
    for (const [name, initial] of properties) {
      const value = style.getPropertyValue(name);
      const inherited = parent?.getPropertyValue(name) ?? initial;
      if (value && (value !== inherited || value !== initial)) copy.setAttribute(name, value);
    }
    copy.removeAttribute('class');
    copy.removeAttribute('style');
  }
  for (let i = 0; i < source.children.length; i++) inline(source.children[i], copy.children[i]);
}
