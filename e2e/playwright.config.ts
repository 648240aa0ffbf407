/**
 * Browser tests of the built lab. `RETINOSCOPE_CHROMIUM` names the browser (Playwright's own when absent),
 * `RETINOSCOPE_PORT` the port that the lab is served on.
 */
import { defineConfig } from '@playwright/test';

const port = process.env.RETINOSCOPE_PORT ?? '4319';
const address = `http://127.0.0.1:${port}/`;
const executablePath = process.env.RETINOSCOPE_CHROMIUM;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: '.reports/playwright.json' }]],
  use: {
    baseURL: address,
    actionTimeout: 20_000,
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node ../scripts/start.mjs --no-build --port ${port}`,
    url: address,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
