/**
 * A reporter that writes what embeds.spec.ts found as a table: rows are situations, columns a form in an engine.
 * A test is a cell of it by its annotation `cell`. Does nothing when no cell was run.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

/** Where a test stands in the table. */
export interface Cell {
  readonly row: string;
  readonly column: string;
  /** What the cell says when the test passes. */
  readonly says: string;
}

export default class EmbedsTable implements Reporter {
  readonly #outputFile: string;
  readonly #cells = new Map<string, Map<string, string>>();
  #file = '';

  constructor({ outputFile }: { readonly outputFile: string }) {
    this.#outputFile = outputFile;
  }

  onBegin({ configFile }: FullConfig, suite: Suite): void {
    this.#file = resolve(dirname(configFile ?? '.'), this.#outputFile);
    // In the order of the file, whichever ends first.
    for (const test of suite.allTests()) this.#note(test, () => '**not run**');
  }

  onTestEnd(test: TestCase, { status }: TestResult): void {
    this.#note(test, ({ says }) => (status === 'passed' ? says : `**${status}**`));
  }

  #note(test: TestCase, text: (cell: Cell) => string): void {
    const description = test.annotations.find(({ type }) => type === 'cell')?.description;
    if (description === undefined) return;
    const cell = JSON.parse(description) as Cell;
    const cells = this.#cells.get(cell.row) ?? new Map<string, string>();
    this.#cells.set(cell.row, cells.set(cell.column, text(cell)));
  }

  onEnd(): void {
    if (this.#cells.size === 0) return;
    const columns = [...new Set([...this.#cells.values()].flatMap((cells) => [...cells.keys()]))];
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
    const rows = [...this.#cells].map(([row, cells]) =>
      line([row, ...columns.map((column) => cells.get(column) ?? '**not run**')]),
    );
    const head = [line(['situation', ...columns]), line(['---', ...columns.map(() => '---')])];
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${[...head, ...rows].join('\n')}\n`);
  }
}
