/**
 * What a command says: results on stdout, as lines or as one JSON object; everything else on stderr.
 * Promises that a failure writes nothing on stdout.
 */
import { RetinoscopeError, toRetinoscopeError } from '@retinoscope/worker';
import { CommanderError } from 'commander';

/** A result as a person reads it; a value that is not there is left out. */
export type Lines = readonly (readonly [label: string, value: string | undefined])[];

export function writeResult(json: boolean | undefined, result: object, lines: Lines): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : table(lines));
}

export function note(message: string): void {
  process.stderr.write(`${message}\n`);
}

function table(lines: Lines): string {
  const given = lines.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...given.map(([label]) => label.length));
  return given.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
}

/** Up to `digits` significant digits; undefined stays undefined. */
export function digits(value: number | undefined, count = 4): string | undefined {
  return value === undefined ? undefined : String(Number(value.toPrecision(count)));
}

/** Says on stderr what went wrong, in one line, and gives the exit code; with DEBUG set, the stack too. */
export function reportFailure(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode;
  const error = thrown instanceof RetinoscopeError ? thrown : toRetinoscopeError(thrown);
  note(`error: ${error.message.replace(/\s+/g, ' ')}`);
  if (process.env.DEBUG) note(error.stack ?? '');
  return error.kind === 'cancelled' ? 130 : 1;
}
