/**
 * The widget of deploy/recipes as the extension Widgets shows it: as much of Smarty as the recipe uses, with the
 * extension's own `validate`. What it does not know is an error.
 */

export type Parameters = Readonly<Record<string, string>>;

/** What the page `Widget:…` holds for the pages that show it. */
export function widgetTemplate(page: string): string {
  return one(page, /<includeonly>([\s\S]*)<\/includeonly>/);
}

/** The parameters of the call that the recipe gives as an example. */
export function exampleCall(page: string): Parameters {
  const call = one(page, /\{\{#widget:Retinoscope\|(.*)\}\}/);
  return Object.fromEntries(call.split('|').map((pair) => pair.split(/=(.*)/, 2)));
}

export function renderWidget(template: string, parameters: Parameters): string {
  let html = '';
  const shown: boolean[] = [];
  // Every second part is between the delimiters.
  for (const [index, part] of template.split(/<!--\{(.*?)\}-->/).entries()) {
    if (index % 2 === 1 && part.startsWith('if ')) shown.push(isTrue(part.slice(3), parameters));
    else if (index % 2 === 1 && part === '/if') shown.pop();
    else if (shown.every(Boolean)) html += index % 2 === 0 ? part : value(part, parameters);
  }
  if (shown.length > 0) throw new Error('An {if} has no end.');
  return html;
}

/** A page of MediaWiki 1.39 in its skin Vector, with the widget as a paragraph of its own. */
export function wikiPage(widget: string): string {
  return `<!DOCTYPE html>
<html class="client-nojs" lang="en" dir="ltr">
<head>
<meta charset="UTF-8">
<title>Cell - Wiki</title>
<style>
html { font-size: 100%; }
body { margin: 0; background-color: #f6f6f6; font-family: sans-serif; }
.mw-body { margin-left: 10em; padding: 1em; background: #fff; color: #202122; direction: ltr; }
.mw-body-content { position: relative; font-size: 0.875em; line-height: 1.6; }
.mw-body-content p { margin: 0.5em 0; }
dl { margin-top: 0.2em; margin-bottom: 0.5em; }
img { border: 0; vertical-align: middle; }
</style>
</head>
<body class="mediawiki ltr sitedir-ltr ns-0 ns-subject page-Cell skin-vector skin-vector-legacy action-view">
<div id="content" class="mw-body" role="main">
<h1 id="firstHeading" class="firstHeading mw-first-heading">Cell</h1>
<div id="bodyContent" class="vector-body">
<div id="mw-content-text" class="mw-body-content mw-content-ltr" lang="en" dir="ltr"><div class="mw-parser-output"><p>Before.
</p><p>${widget}
</p><p>After.
</p></div></div>
</div>
</div>
</body>
</html>
`;
}

/** The header that MediaWiki makes of `$wgCSPHeader` with these servers. */
export function wikiPolicy(scriptSrc: string, defaultSrc: string): string {
  return [
    `script-src 'unsafe-eval' blob: 'self' 'nonce-of-this-page' ${scriptSrc} 'unsafe-inline'`,
    `default-src 'self' data: blob: ${defaultSrc}`,
    `style-src 'self' data: blob: ${defaultSrc} 'unsafe-inline'`,
    "object-src 'none'",
    'report-uri /api.php?action=cspreport&format=json',
  ].join('; ');
}

/** The server that the recipe allows in `$wgCSPHeader`. */
export function allowedServer(page: string): string {
  return one(page, /\$wgCSPHeader = \[ 'script-src' => \[ '([^']*)' \] \];/);
}

function one(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`The recipe has no ${pattern}.`);
  return found;
}

const expression = /^\$(\w+)((?:\|\w+:'[^']*')*)(?: (eq|neq) '([^']*)')?$/;

function parsed(text: string) {
  const match = expression.exec(text);
  if (!match) throw new Error(`Not of the Smarty that is known here: ${text}`);
  const [, name, modifiers, comparison, other] = match;
  return { name, modifiers, comparison, other };
}

function value(text: string, parameters: Parameters): string {
  const { name, modifiers } = parsed(text);
  let result = parameters[name] ?? '';
  for (const [, modifier, argument] of modifiers.matchAll(/\|(\w+):'([^']*)'/g)) {
    const change = changes[`${modifier}:${argument}`] ?? changes[modifier];
    if (!change) throw new Error(`No modifier ${modifier}:'${argument}' is known here.`);
    result = change(result, argument);
  }
  return result;
}

function isTrue(text: string, parameters: Parameters): boolean {
  const { comparison, other } = parsed(text);
  const found = value(text, parameters);
  if (comparison === undefined) return !['', '0'].includes(found);
  return (found === other) === (comparison === 'eq');
}

const changes: Readonly<Record<string, (text: string, argument: string) => string>> = {
  default: (text, argument) => (text === '' ? argument : text),
  'escape:html': (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`),
  'validate:int': (text) => (/^[+-]?(0|[1-9]\d*)$/.test(text) ? text : ''),
  'validate:url': (text) => {
    const written = text.replace(/["<]/g, encodeURIComponent).replaceAll("'", '%27');
    return /^(https?:\/\/|ftp:\/\/|mailto:|\/\/)\S+$/i.test(written) ? written : '';
  },
};
