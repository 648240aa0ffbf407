/** Tells the page around this frame, whenever that asks, how the element does. */
addEventListener('message', ({ source }) => {
  const { ready, problem } = document.querySelector('stand-in').dataset;
  source.postMessage(ready ?? problem, '*');
});
