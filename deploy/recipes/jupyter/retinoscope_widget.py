"""A Retinoscope model in a Jupyter notebook. Copy this file beside the notebook.

    from retinoscope_widget import show
    show("model.onnx", page="single.html")            # all inside the notebook, no network
    show("https://files.example.org/cell.onnx", site="https://files.example.org/retinoscope/")

`single.html` is embed/VERSION/single.html of a Retinoscope site; it is about 7 MB, and so is each output made with it.
A notebook that another person has run shows the output after "Trust Notebook", or when the cell is run again.

    from retinoscope_widget import widget
    widget("model.onnx", script="https://files.example.org/retinoscope/retinoscope.js")

is the same without a frame, by the package anywidget.
"""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

MARKER = "<!--retinoscope-element-->"


def show(model, *, page=None, site=None, heading=None, height=640, autostart=False):
    """Displays retino-predictor with `model`: bytes or a path with `page`, an http(s) address with `site`.

    `page`: path of single.html. `site`: address of the folder of a Retinoscope site. `height`: CSS pixels.
    """
    from IPython.display import HTML, IFrame

    if page is not None:
        content = _read(model)
        data = "data:application/octet-stream;base64," + base64.b64encode(content).decode("ascii")
        parts = Path(page).read_text(encoding="utf-8", errors="replace").split(MARKER)
        if len(parts) != 2:
            raise ValueError(f"{page} is not the single.html of a Retinoscope site.")
        document = _element(data, heading, autostart).join(parts)
        # The frame has no origin: what runs in it does not reach the notebook.
        return HTML(
            f'<div><iframe srcdoc="{escape(document)}" sandbox="allow-scripts allow-downloads" '
            f'title="{escape(heading or "Retinoscope")}" width="100%" height="{int(height)}" '
            'frameborder="0"></iframe></div>'
        )
    if site is None:
        raise ValueError("Give page= (path of single.html) or site= (address of a Retinoscope site).")
    if not _is_address(model):
        raise ValueError("With site= the model is an http(s) address. For a file or bytes give page=.")
    query = {"element": "retino-predictor", "model": model}
    if heading:
        query["heading"] = heading
    if autostart:
        query["autostart"] = ""
    folder = site if site.endswith("/") else site + "/"
    return IFrame(urljoin(folder, "elements.html") + "?" + urlencode(query), "100%", int(height))


def widget(model, *, script, heading="", autostart=False):
    """The same as an anywidget; `model`: bytes or a path, `script`: address of a site's retinoscope.js."""
    import anywidget
    import traitlets

    class Retinoscope(anywidget.AnyWidget):
        _esm = _ESM
        onnx = traitlets.Bytes().tag(sync=True)
        script = traitlets.Unicode().tag(sync=True)
        heading = traitlets.Unicode().tag(sync=True)
        autostart = traitlets.Bool().tag(sync=True)

    if not _is_address(script):
        raise ValueError("script= is the http(s) address of a site's retinoscope.js.")
    return Retinoscope(onnx=_read(model), script=script, heading=heading, autostart=autostart)


_ESM = """
export default {
  async render({ model, el }) {
    await import(model.get('script'));
    let address;
    const draw = () => {
      if (address) URL.revokeObjectURL(address);
      // Bytes arrive as a DataView.
      address = URL.createObjectURL(new Blob([model.get('onnx')]));
      const element = document.createElement('retino-predictor');
      element.setAttribute('model', address);
      element.setAttribute('heading', model.get('heading') || 'Model');
      element.toggleAttribute('autostart', model.get('autostart'));
      el.replaceChildren(element);
    };
    const names = ['onnx', 'heading', 'autostart'].map((name) => `change:${name}`);
    for (const name of names) model.on(name, draw);
    draw();
    return () => {
      for (const name of names) model.off(name, draw);
      URL.revokeObjectURL(address);
    };
  },
};
"""


def _element(model, heading, autostart):
    title = f' heading="{escape(heading)}"' if heading else ""
    start = " autostart" if autostart else ""
    return f'<retino-predictor model="{model}"{title}{start}></retino-predictor>'


def _is_address(text):
    return isinstance(text, str) and urlsplit(text).scheme in ("http", "https")


def _read(model):
    if isinstance(model, (bytes, bytearray, memoryview)):
        return bytes(model)
    if _is_address(model):
        raise ValueError("An address is taken with site=. Here a path or bytes are.")
    return Path(model).read_bytes()
