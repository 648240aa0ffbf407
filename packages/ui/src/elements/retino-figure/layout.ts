/** Where the panels of a figure stand. Pure. */
import type { FigurePanel } from '@retinoscope/worker';

/** Pixels from which panels stand side by side. */
const twoColumns = 760;
/** Maps that a narrow panel holds. */
const mostNarrowMaps = 8;

export function columnsFor(width: number): 1 | 2 {
  return width >= twoColumns ? 2 : 1;
}

/** Whether a panel takes the whole width. */
export function isWide(panel: FigurePanel): boolean {
  switch (panel.kind) {
    case 'traces':
    case 'trace-grid':
    case 'raster':
    case 'images':
      return true;
    case 'maps':
      return panel.maps.length > mostNarrowMaps;
    case 'sweep':
      return (panel.x.categories?.length ?? 0) > mostNarrowMaps;
    default:
      return false;
  }
}

/** `fig2` as a person writes it. */
export function figureName(id: string): string {
  return id.replace(/^fig/, 'Figure ');
}
