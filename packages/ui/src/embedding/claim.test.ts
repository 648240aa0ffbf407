import { softwareVersion } from '@retinoscope/worker/card';
import { expect, test, vi } from 'vitest';
import { claimPage } from './claim.js';

test('the first copy has the page; another of the same version is silent', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const page = {};
  expect(claimPage(page)).toBe(true);
  expect(claimPage(page)).toBe(false);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test('a copy of another version leaves the page alone and says which version it is of', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(claimPage({ [Symbol.for('retinoscope')]: { version: '0.0.1' } })).toBe(false);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn.mock.calls[0]?.[0]).toContain(softwareVersion);
  expect(warn.mock.calls[0]?.[0]).toContain('0.0.1');
  warn.mockRestore();
});
