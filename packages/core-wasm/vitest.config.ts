/** The shared configuration, with relaxed SIMD switched on where Node still asks for it, so that both builds are tested. */
import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.config.js';

const asksForFlag = Number(process.versions.node.split('.')[0]) < 22;

export default mergeConfig(shared, {
  test: { execArgv: asksForFlag ? ['--experimental-wasm-relaxed-simd'] : [] },
});
