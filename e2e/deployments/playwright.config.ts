/**
 * Tests of what is built, served by nginx, in every engine that is installed. Playwright runs them, but each
 * starts its own browsers: see support/browsers.ts. Run as
 * `npx playwright test --config e2e/deployments/playwright.config.ts`.
 */
import { defineConfig } from '@playwright/test';

/** They show the built site, which site.spec.ts makes. */
const embedding = [
  'recipes.spec.ts',
  'reader.spec.ts',
  'guide.spec.ts',
  'embeds.spec.ts',
  'elements.spec.ts',
  'embed-acts.spec.ts',
  'first-paint.spec.ts',
  'offline.spec.ts',
];

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/deployments',
  timeout: 180_000,
  use: { actionTimeout: 20_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [
    ['list'],
    ['json', { outputFile: '../.reports/deployments.json' }],
    ['./support/embeds-table.ts', { outputFile: '../.reports/embeds.md' }],
  ],
  projects: [
    { name: 'site', testMatch: 'site.spec.ts' },
    { name: 'embedding', testMatch: embedding, dependencies: ['site'] },
    { name: 'others', testMatch: '*.spec.ts', testIgnore: ['site.spec.ts', ...embedding] },
  ],
});
