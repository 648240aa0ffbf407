/**
 * Before every test file: paths count from the repository's root, wherever the tests are run from, and
 * property-based tests try the same cases in every run; another `RETINOSCOPE_SEED` makes them try others.
 */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
fc.configureGlobal({ seed: Number(process.env.RETINOSCOPE_SEED ?? 1) });
