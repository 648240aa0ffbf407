/** Unit tests of the bench; the browser tests are Playwright's. */
import { mergeConfig } from 'vitest/config';
import shared from '../vitest.config.js';

export default mergeConfig(shared, { test: { include: ['bench/src/**/*.test.ts'] } });
