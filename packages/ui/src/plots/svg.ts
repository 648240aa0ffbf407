/**
 * One self-contained SVG from several panels. What Plot draws is taken as a group without its style sheet, so
 * that a plot looks the same on the page, in a shadow root and in a file. Needs a document.
 */
import * as Plot from '@observablehq/plot';
import { fontFamily, fontSize, type Palette, palettes, type Theme } from './theme.js';

const namespace = 'http://www.w3.org/2000/svg';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element with its attributes and children. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/** A part of a picture, drawn from its own origin. */
export interface Panel {
  readonly node: SVGElement;
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
}

/** Draws with Plot and gives the picture as a group in the colours of `palette`. */
export function plotPanel(
  options: Plot.PlotOptions & { width: number; height: number },
  palette: Palette,
): Panel {
  const drawn = Plot.plot({ ...options, figure: false, style: { color: palette.ink } });
  const group = svgElement('g', {
    fill: palette.ink,
    color: palette.ink,
    'font-family': fontFamily,
    'font-size': fontSize,
    'text-anchor': 'middle',
  });
  for (const child of [...drawn.childNodes]) {
    if (!(child instanceof SVGStyleElement)) group.append(child);
  }
  // The picture has one name; Plot's names of single marks stand on elements that cannot carry them.
  for (const marked of group.querySelectorAll('[aria-label]')) marked.removeAttribute('aria-label');
  return { node: group, width: options.width, height: options.height };
}

/** The picture itself: an `img` for assistive technology, named by `label`. */
export function picture(
  placed: readonly Placed[],
  options: { width: number; height: number; theme?: Theme; label: string },
): SVGSVGElement {
  const { width, height, label } = options;
  const palette = palettes[options.theme ?? 'light'];
  const root = svgElement('svg', {
    xmlns: namespace,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': label,
    fill: palette.ink,
    color: palette.ink,
    'font-family': fontFamily,
    'font-size': fontSize,
  });
  root.style.display = 'block';
  root.style.maxWidth = '100%';
  root.style.height = 'auto';
  for (const { panel, x, y } of placed) {
    root.append(svgElement('g', { transform: `translate(${x},${y})` }, panel.node));
  }
  return root;
}

/** Whole pictures side by side, or one below the other where the width does not hold them; one picture. */
export function arrange(
  pictures: readonly SVGSVGElement[],
  options: { width: number; gap?: number; theme?: Theme; label?: string },
): SVGSVGElement {
  const gap = options.gap ?? 16;
  const placed: Placed[] = [];
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  for (const each of pictures) {
    const width = Number(each.getAttribute('width'));
    const height = Number(each.getAttribute('height'));
    if (x > 0 && x + width > options.width) {
      x = 0;
      y += rowHeight + gap;
      rowHeight = 0;
    }
    const node = svgElement('g');
    node.append(...each.childNodes);
    placed.push({ panel: { node, width, height }, x, y });
    x += width + gap;
    rowHeight = Math.max(rowHeight, height);
  }
  const label = options.label ?? pictures.map((each) => each.getAttribute('aria-label')).join(' ');
  return picture(placed, {
    width: options.width,
    height: y + rowHeight,
    theme: options.theme,
    label,
  });
}
