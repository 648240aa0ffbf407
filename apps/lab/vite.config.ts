/**
 * Builds the site: the pages, and beside them the script of one line, under its version and, for those who want the
 * latest, at the top; the version is that of the elements. Relative addresses throughout, so that it runs from any folder of any server.
 */
import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import manifest from '../../packages/ui/package.json' with { type: 'json' };

const out = join(import.meta.dirname, 'dist');
const licences = 'THIRD-PARTY-LICENSES.txt';

/** Puts the built script into the site, and a file with its integrity. */
function embeds(): Plugin {
  return {
    name: 'embeds',
    apply: 'build',
    async closeBundle() {
      const script = fileURLToPath(import.meta.resolve('@retinoscope/ui/retinoscope.js'));
      const { version } = manifest;
      const folder = `embed/${version}`;
      await cp(dirname(script), join(out, folder), { recursive: true });
      const hash = createHash('sha384')
        .update(await readFile(script))
        .digest('base64');
      const latest = { version, script: `${folder}/retinoscope.js`, integrity: `sha384-${hash}` };
      await cp(join(dirname(script), licences), join(out, licences));
      await writeFile(join(out, 'retinoscope.js'), `import './${latest.script}';\n`);
      await writeFile(join(out, 'retinoscope.json'), `${JSON.stringify(latest, undefined, 2)}\n`);
    },
  };
}

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: ['index.html', 'elements.html'] },
  },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  plugins: [embeds()],
});
