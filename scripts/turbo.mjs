/** Turbo as the package scripts call it: no telemetry, no network. */
import './lib/require-node.mjs';
import { turbo } from './lib/workspace.mjs';

process.exitCode = await turbo(process.argv.slice(2));
