#!/usr/bin/env node
/** Entry of the `retinoscope` command: runs it and turns what it throws into an exit code and one sentence. */
import { reportFailure } from './output.js';
import { createProgram } from './program.js';

try {
  await createProgram().parseAsync();
} catch (thrown) {
  process.exitCode = reportFailure(thrown);
}
