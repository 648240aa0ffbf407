/**
 * What a page held at several moments, once what is no longer used has been collected, as a table for a person.
 * Of workers only the number: what they hold is given back when they end.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';

export interface Moment {
  readonly when: string;
  readonly workers: number;
  /** Bytes of JavaScript objects. */
  readonly heap: number;
  /** Bytes of typed arrays. */
  readonly buffers: number;
  /** Nodes of documents and listeners on them. */
  readonly nodes: number;
  readonly listeners: number;
}

/** Notes what `page` holds, in words for when. */
export async function noteMoments(page: Page): Promise<(when: string) => Promise<Moment>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  return async (when) => {
    // What one collection frees may have held the rest, as promises do until their tasks have run.
    for (let times = 0; times < 4; times++) {
      await cdp.send('HeapProfiler.collectGarbage');
      await page.waitForTimeout(200);
    }
    const usage = (await cdp.send('Runtime.getHeapUsage')) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
    return {
      when,
      workers: page.workers().length,
      heap: usage.usedSize,
      buffers: usage.backingStorageSize ?? 0,
      nodes: metric('Nodes'),
      listeners: metric('JSEventListeners'),
    };
  };
}

/** Writes `moments` as Markdown to `.reports/<name>.md`, with `sentence` below. */
export async function writeMemoryTable(
  name: string,
  moments: readonly Moment[],
  sentence: string,
): Promise<void> {
  const head = ['moment', 'workers', 'heap, MB', 'arrays, MB', 'nodes', 'listeners'];
  const rows = moments.map(({ when, workers, heap, buffers, nodes, listeners }) => [
    when,
    workers,
    megabytes(heap),
    megabytes(buffers),
    nodes,
    listeners,
  ]);
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const folder = new URL('../../.reports/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const text = `# Memory of many predictors on one page\n\n${table}\n\n${sentence}\n`;
  await writeFile(new URL(`${name}.md`, folder), text);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
