/** First line of what an error says, cut to a length that fits a table's note. */
export function firstLine(error: unknown): string {
  const [line] = String(error instanceof Error ? error.message : error).split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
