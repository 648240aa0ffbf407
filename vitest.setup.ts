/** Property-based tests try the same cases in every run; another `RETINOSCOPE_SEED` makes them try others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.RETINOSCOPE_SEED ?? 1) });
