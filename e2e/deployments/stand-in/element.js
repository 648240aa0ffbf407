/**
 * An element that needs of a page what a real one needs, and no more: a sheet of its own, a worker from another
 * origin, WebAssembly in it. `data-ready` tells that it has all of them, `data-problem` what it has not.
 */
const sheet = new CSSStyleSheet();
sheet.replaceSync(':host { color: light-dark(rgb(1, 2, 3), rgb(4, 5, 6)) !important }');

/**
 * A worker's script must be of the page's origin: that from elsewhere is imported by one that is. Not by an
 * `import` statement: a strict policy holds that against `worker-src`, and WebKit refuses it in an isolated page.
 * What is posted before `import()` has ended is kept for the script; a failure of it becomes the worker's.
 */
function workerFrom(address) {
  const source = `
    const early = [];
    const keep = (event) => early.push(event.data);
    addEventListener('message', keep);
    import(${JSON.stringify(address)}).then(() => {
      removeEventListener('message', keep);
      for (const data of early) dispatchEvent(new MessageEvent('message', { data }));
    }).catch(reportError);`;
  const local = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return new Worker(local, { type: 'module' });
}

let answer;

function ask() {
  answer ??= new Promise((resolve, reject) => {
    const worker = workerFrom(new URL('worker.js', import.meta.url).href);
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message || 'the worker did not start'));
    worker.postMessage('wasm');
  });
  return answer;
}

class StandIn extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [sheet];
      root.append('Stand-in');
    }
    ask().then(
      (said) => {
        this.dataset.ready = said;
      },
      (error) => {
        this.dataset.problem = error.message;
      },
    );
  }
}

// A page may load the script more than once.
if (!customElements.get('stand-in')) customElements.define('stand-in', StandIn);
