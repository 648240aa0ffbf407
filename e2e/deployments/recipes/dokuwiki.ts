/** The page of deploy/recipes as DokuWiki shows it with the plugins that it names. */

/** Plugin iframe: `{{url>ADDRESS WIDTH,HEIGHT noborder|TITLE}}`. */
export function shownFrame(page: string): string {
  const match = /\{\{url>(\S+) (\d+(?:%|px)),(\d+(?:%|px))( noborder)?\|(.*?)\}\}/.exec(page);
  if (!match) throw new Error('The recipe has no {{url>…}} that is known here.');
  const [, address, width, height, border, title] = match;
  const attributes = {
    title,
    src: address,
    style: `width:${width}; height:${height}`,
    ...(border ? { frameborder: '0' } : {}),
  };
  const written = Object.entries(attributes)
    .map(([name, text]) => `${name}="${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join(' ');
  return `<p>\n<iframe ${written}></iframe>\n</p>`;
}

/** Plugin htmlok: a block of HTML, as it is. */
export function shownHtml(page: string): string {
  const html = /<HTML>([\s\S]*?)<\/HTML>/.exec(page)?.[1];
  if (html === undefined) throw new Error('The recipe has no <HTML> block.');
  return `<div class="htmlblock">\n${html}</div>`;
}

/** A page of its template, with a table of contents beside as it has. */
export function dokuPage(content: string): string {
  return `<!DOCTYPE html>
<html lang="en" dir="ltr" class="no-js">
<head>
<meta charset="utf-8" />
<title>cell [Wiki]</title>
<style>
html { overflow-x: auto; font: normal 87.5%/1.4 Arial, sans-serif; }
body { margin: 0; background-color: #eee; }
.dokuwiki div.page { padding: 2em; background-color: #fff; }
.dokuwiki div.page p { margin: 0 0 1.4em; }
.dokuwiki iframe, .dokuwiki object { max-width: 100%; }
dl, dd, button { font: inherit; }
</style>
</head>
<body>
<div id="dokuwiki__site"><div id="dokuwiki__top" class="site dokuwiki mode_show tpl_dokuwiki">
<div class="page group">
<h1 class="sectionedit1" id="cell">Cell</h1>
<div class="level1">
${content}
</div>
</div>
</div></div>
</body>
</html>
`;
}
