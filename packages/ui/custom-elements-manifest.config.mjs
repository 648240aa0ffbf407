/**
 * What the elements are, for editors and tools: `dist/custom-elements.json` and completion for Visual Studio Code, both
 * from the elements' own docstrings.
 */
import { customElementVsCodePlugin } from 'custom-element-vs-code-integration';

/** Files as they are published, and of each element what others may use: what it documents. */
const published = {
  name: 'published-paths',
  packageLinkPhase({ customElementsManifest }) {
    for (const { declarations = [] } of customElementsManifest.modules) {
      for (const declaration of declarations) {
        declaration.events = declaration.events?.filter(({ description }) => description);
        declaration.members = declaration.members?.filter(
          ({ privacy = 'public' }) => privacy === 'public',
        );
      }
    }
    const text = JSON.stringify(customElementsManifest.modules);
    customElementsManifest.modules = JSON.parse(
      text.replaceAll(/"src\/([^"]+)\.ts"/g, '"dist/$1.js"'),
    );
  },
};

export default {
  globs: ['src/elements/*/*.component.ts', 'src/elements/retino-figure/experiment-element.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [
    published,
    customElementVsCodePlugin({
      outdir: 'dist',
      htmlFileName: 'vscode.html-custom-data.json',
      cssFileName: null,
      hideLogs: true,
    }),
  ],
};
