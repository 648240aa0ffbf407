/**
 * Tests of what is built, served by nginx, in every engine that is installed. Playwright runs them, but each
 * starts its own browsers: see support/browsers.ts. Run as
 * `npx playwright test --config e2e/deployments/playwright.config.ts`.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/deployments',
  timeout: 180_000,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: '../.reports/deployments.json' }]],
});
