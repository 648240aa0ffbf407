/** Lines of text for pictures, where nothing can be measured. Pure. */
import { textWidth } from './theme.js';

/** Lines of at most `width` pixels; a word longer than that has a line of its own. */
export function wrap(text: string, width: number, size = 10.5): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (line) lines.push(line);
  return lines;
}

/** `text` where it takes no more than `width` pixels, else its start with `…`. */
export function shorten(text: string, width: number, size = 10.5): string {
  if (textWidth(text, size) <= width) return text;
  const room = Math.max(1, Math.floor(width / textWidth('x', size)) - 1);
  return `${text.slice(0, room).trimEnd()}…`;
}

/** At most `most` lines that each fit in `width` pixels; what does not is cut with `…`. */
export function fitLines(text: string, width: number, most: number, size = 10.5): string[] {
  const lines = wrap(text, width, size);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] = lines.slice(most - 1).join(' ');
  return kept.map((line) => shorten(line, width, size));
}
