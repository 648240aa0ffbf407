/** What the Jupyter recipe gives to a notebook, and the notebook's part in showing it. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { recipesFolder } from './texts.js';

export interface NotebookOutputs {
  /** HTML of `show(path, page=…)`. */
  readonly inside: string;
  /** HTML of `show(address, site=…)`. */
  readonly framed: string;
  /** The module of `widget(…)`. */
  readonly module: string;
  /** Messages of calls that are refused. */
  readonly refusals: readonly string[];
}

export function pythonMissing(): string | undefined {
  return spawnSync('python3', ['--version']).status === 0
    ? undefined
    : 'python3 is not installed (Debian: python3)';
}

/** Stands in for IPython where it is not installed, as far as the recipe uses it. */
const program = `
import json, sys, types
try:
    import IPython.display
except ImportError:
    class HTML:
        def __init__(self, data): self.data = data
    class IFrame:
        def __init__(self, src, width, height): self.size, self.src = (width, height), src
        def _repr_html_(self):
            size = 'width="%s" height="%s"' % self.size
            return f'<iframe {size} src="{self.src}" frameborder="0" allowfullscreen></iframe>'
    sys.modules["IPython"] = types.ModuleType("IPython")
    display = sys.modules["IPython.display"] = types.ModuleType("IPython.display")
    display.HTML, display.IFrame = HTML, IFrame
import retinoscope_widget as recipe
path, page, address, site = sys.argv[1:]

def refusal(*args, **kwargs):
    try:
        recipe.show(*args, **kwargs)
    except ValueError as error:
        return str(error)

print(json.dumps({
    "inside": recipe.show(path, page=page, heading='Cell "3" & 4').data,
    "framed": recipe.show(address, site=site, heading="Cell 3")._repr_html_(),
    "module": recipe._ESM,
    "refusals": [refusal(path), refusal(path, site=site), refusal(address, page=page), refusal(path, page=path)],
}))
`;

/** Runs the recipe with a model's path and address, a `single.html` and a site's address. */
export async function notebookOutputs(
  path: string,
  page: string,
  address: string,
  site: string,
): Promise<NotebookOutputs> {
  const { stdout } = await promisify(execFile)(
    'python3',
    ['-c', program, path, page, address, site],
    {
      env: {
        ...process.env,
        PYTHONPATH: join(recipesFolder, 'jupyter'),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONIOENCODING: 'utf-8',
      },
      maxBuffer: 2 ** 28,
    },
  );
  return JSON.parse(stdout) as NotebookOutputs;
}

/** Of a Jupyter server. */
export const notebookHeaders = {
  'Content-Security-Policy': "frame-ancestors 'self'; report-uri /api/security/csp-report",
};

/** A notebook that puts the output at `address` into its page, as it does with those of trusted cells. */
export function outputPage(address: string): string {
  return notebook(`
    const html = await (await fetch('${address}')).text();
    output.innerHTML = html;
  `);
}

/** A notebook that shows the widget of the module at `address` as anywidget does; bytes come as a DataView. */
export function widgetPage(address: string, model: string, script: string): string {
  return notebook(`
    const source = await (await fetch('${address}')).blob();
    const { default: widget } = await import(
      URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
    );
    const onnx = new DataView(await (await fetch('${model}')).arrayBuffer());
    const values = { onnx, script: '${script}', heading: 'Cell 3', autostart: false };
    const listeners = new Map();
    const model = {
      get: (name) => values[name],
      on: (name, listener) => listeners.set(name, listener),
      off: (name, listener) => listeners.get(name) === listener && listeners.delete(name),
      set(name, value) {
        values[name] = value;
        listeners.get('change:' + name)?.();
      },
    };
    const clean = await widget.render({ model, el: output });
    globalThis.shown = { model, clean, listeners };
  `);
}

function notebook(script: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>JupyterLab</title>
<style>
body { margin: 0; overflow: hidden; }
.jp-OutputArea-output { overflow: auto; font-size: 13px; line-height: 1.3; }
.jp-RenderedHTMLCommon dl, .jp-RenderedHTMLCommon p { margin: 0 0 1em; }
</style>
</head>
<body data-jp-theme-light="true">
<div class="jp-OutputArea-child"><div class="lm-Widget jp-RenderedHTMLCommon jp-OutputArea-output" id="output"></div></div>
<script type="module">
const output = document.getElementById('output');
${script}
</script>
</body>
</html>
`;
}
