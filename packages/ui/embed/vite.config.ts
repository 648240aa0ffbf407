/** Builds the script of one line, with what it loads on demand beside it; relative addresses throughout. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const runtime = fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

const hashed = 'assets/[name]-[hash]';

/** What Vite puts around imports on demand fetches style sheets, of which there are none, and weighs 1.3 kB. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load(id) {
    if (id === '\0vite/preload-helper.js') return 'export const __vitePreload = (load) => load();';
    return undefined;
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [plainImports],
  define: { __ORT_BYTES__: statSync(runtime).size },
  build: {
    outDir: '../dist/embed',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    // Its helper would ask for the chunks of a chunk from the page's folder.
    modulePreload: false,
    rollupOptions: {
      input: 'retinoscope.ts',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: `${hashed}.js`,
        assetFileNames: `${hashed}[extname]`,
      },
    },
  },
  worker: { format: 'es' },
});
