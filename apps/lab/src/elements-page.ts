/**
 * One element alone on a page, to look at or to put in a frame: `?element=retino-trainer&steps=400&autostart`.
 * Promises that only the elements and attributes that `embeddable` lists are made, each attribute within its range,
 * that what is refused is said on the page, and that nothing but the element's script is asked for by itself.
 */
import { attributeRefusal, embeddable, rulesOf, tellHeight } from '@retinoscope/ui/embedding';

show(new URLSearchParams(location.search));
document.documentElement.toggleAttribute('data-framed', window.parent !== window);
tellHeight(window, main());

function show(asked: URLSearchParams): void {
  const name = asked.get('element');
  if (name === null || !rulesOf(name)) {
    if (name !== null) refuse(`There is no element ${shortened(name)}. These can be shown:`);
    list();
    return;
  }
  document.title = `Retinoscope: ${name}`;
  heading().textContent = name;
  const element = document.createElement(name);
  for (const [attribute, value] of asked) {
    if (attribute === 'element') continue;
    const refusal = attributeRefusal(name, attribute, value, document.baseURI);
    if (refusal === undefined) element.setAttribute(attribute, value);
    else refuse(refusal);
  }
  // Long, so it is no part of what a server is asked.
  const state = new URLSearchParams(location.hash.slice(1)).get('state');
  if (state !== null && attributeRefusal(name, 'state', state, document.baseURI) === undefined) {
    element.setAttribute('state', state);
  }
  const theme = element.getAttribute('theme');
  if (theme) document.documentElement.dataset.theme = theme;
  main().append(element);
}

function refuse(sentence: string): void {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = sentence;
  main().append(line);
}

function list(): void {
  const items = Object.keys(embeddable).map((name) => {
    const link = document.createElement('a');
    link.href = `?element=${name}`;
    link.textContent = name;
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  const all = document.createElement('ul');
  all.append(...items);
  main().append(all);
}

function main(): HTMLElement {
  return document.querySelector('main') ?? document.body;
}

function heading(): HTMLElement {
  return main().querySelector('h1') ?? main();
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
