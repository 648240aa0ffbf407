/**
 * Design tokens: the custom properties `--retino-…` that every element is drawn with, light and dark.
 * Declared on the document's root at zero specificity, so any rule of the page overrides them. Colours follow
 * the `color-scheme` of where they are used; text and control colours keep WCAG AA contrast on both grounds.
 */
import { css } from 'lit';

export const tokens = css`
  :where(:root) {
    --retino-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    --retino-font-mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace;
    /* A page may set its root to anything. */
    --retino-font-size: clamp(14px, 0.9375rem, 22px);
    --retino-font-size-small: clamp(12px, 0.8125rem, 19px);

    --retino-ground: light-dark(#ffffff, #14181d);
    --retino-panel: light-dark(#f5f6f8, #1c2128);
    --retino-text: light-dark(#1b1f24, #e6e8eb);
    --retino-muted: light-dark(#555e68, #a3adb8);
    --retino-line: light-dark(#dce0e5, #30363d);
    --retino-control-line: light-dark(#7d8690, #7d8894);

    --retino-accent: light-dark(#0b5cad, #7ab8ff);
    --retino-on-accent: light-dark(#ffffff, #0b1622);
    --retino-accent-ground: light-dark(#e8f1fb, #17283b);
    --retino-danger: light-dark(#b3261e, #ff9a91);
    --retino-danger-ground: light-dark(#fdecea, #3a1d1b);
    --retino-warning: light-dark(#7a4a00, #f0bd6c);
    --retino-warning-ground: light-dark(#fdf3e0, #33270f);

    --retino-series-data: light-dark(#3b434c, #c6cdd5);
    --retino-series-network: light-dark(#0b5cad, #7ab8ff);
    --retino-series-ln: light-dark(#a8480b, #f2a36b);

    --retino-space: clamp(7px, 0.5rem, 12px);
    --retino-radius: 6px;
    --retino-focus: 2px solid var(--retino-accent);
  }
`;

/** The page's sheet of tokens, adopted once however often the elements are loaded. */
export function adoptTokens(root: DocumentOrShadowRoot & { retinoTokens?: true }): void {
  if (root.retinoTokens || !tokens.styleSheet) return;
  root.retinoTokens = true;
  root.adoptedStyleSheets = [tokens.styleSheet, ...root.adoptedStyleSheets];
}

if (typeof document !== 'undefined') adoptTokens(document);
