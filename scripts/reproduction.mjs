/**
 * `npm run reproduction -- DIR [RECORDED]`: docs/reproduction.md and its pictures from what `retinoscope reproduce all
 * --out DIR` found of the simulated cells, and the numbers alone of what it found of a recording, whose pictures are not
 * to be kept here. Computes nothing.
 */
import './lib/require-node.mjs';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { withLab } from './lib/lab.mjs';
import { fail, root } from './lib/workspace.mjs';

const [folder, recorded] = process.argv.slice(2);
if (!folder) {
  fail(
    'Usage: npm run reproduction -- <folder of retinoscope reproduce all> [the same of a recording]',
  );
}

const read = (from) => {
  const path = join(resolve(from), 'reproduction.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`${path} cannot be read: ${error.message}`);
  }
};

const width = 1100;
/** Taller than any figure: what is off screen is not drawn. */
const height = 8000;
const images = join(root, 'docs', 'images', 'reproduction');

/** The panels of a stored result as one picture. */
async function takePicture(browser, address, id) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light' });
  await page.goto(new URL('elements.html?element=retino-figure', address).href);
  const element = page.locator('retino-figure');
  await element.locator('input[type=file]').setInputFiles(join(resolve(folder), `${id}.json`));
  await element.getByText('A result from a file').waitFor();
  await element.locator('svg').first().waitFor();
  await page.waitForTimeout(500);
  // Buttons and the line that a pointer reads are of no use in a picture.
  await element.evaluate((figure) => {
    for (const frame of figure.shadowRoot.querySelectorAll('retino-picture')) {
      for (const part of ['tools', 'reading']) {
        for (const found of frame.shadowRoot.querySelectorAll(`[part~=${part}]`)) found.remove();
      }
    }
  });
  const path = join(images, `${id}.png`);
  await element.locator('.panels').screenshot({ path });
  await page.close();
  console.log(`docs/images/reproduction/${basename(path)}`);
}

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

function verdict({ holds, required }) {
  if (holds) return 'yes';
  return required ? '**no**' : 'not here';
}

const claimTable = (claims) => [
  '| claim | found | holds | why not |',
  '| ----- | ----- | ----- | ------- |',
  ...claims.map((claim) => {
    const why = claim.holds ? '' : (claim.because ?? 'not known');
    return `| ${cell(claim.says)} | ${cell(claim.found)} | ${verdict(claim)} | ${cell(why)} |`;
  }),
  '',
];

function section({ experiment, title, paper, differs, claims, rows }) {
  const number = experiment.replace('fig', '');
  return [
    `## Figure ${number}. ${title}`,
    '',
    `**Paper.** ${paper}`,
    '',
    `**Here.** ${differs} ${rows.length} ${rows.length === 1 ? 'run' : 'runs'}.`,
    '',
    `![Figure ${number}: ${title}](images/reproduction/${experiment}.png)`,
    '',
    ...claimTable(claims),
  ];
}

/** Of a recording: what the same claims come to, and the CC of each cell. */
function recordedSection({ cells, figures }) {
  const number = (value) => (typeof value === 'number' ? value.toFixed(3).replace('-', '−') : '–');
  const population = figures.find(({ experiment }) => experiment === 'fig9')?.rows ?? [];
  const of = (version) => population.filter(({ factors }) => factors.version === version);
  const other = (row) =>
    of(2).find(({ factors }) => factors.cell === row.factors.cell)?.measures ?? {};
  return [
    `## Recorded cells: ${cells}`,
    '',
    'The same figures of recorded cells, numbers alone; a CC is with the mean over repeats. None of these claims has to hold.',
    '',
    ...figures.flatMap(({ experiment, title, claims }) => [
      `### Figure ${experiment.replace('fig', '')}. ${title}`,
      '',
      '| claim | found | holds |',
      '| ----- | ----- | ----- |',
      ...claims.map(
        ({ says, found, holds }) => `| ${cell(says)} | ${cell(found)} | ${holds ? 'yes' : 'no'} |`,
      ),
      '',
    ]),
    '### Each cell',
    '',
    '| cell | spikes | CC of the LN model | Version I | its effective filters | as many at random | Version II |',
    '| ---- | ------ | ------------------ | --------- | --------------------- | ----------------- | ---------- |',
    ...of(1).map((row) => {
      const { measures, factors } = row;
      const { cc, ccOfLN, ccOfEffectiveFilters, ccOfRandomFilters } = measures;
      const found = [ccOfLN, cc, ccOfEffectiveFilters, ccOfRandomFilters, other(row).cc];
      return `| ${factors.cell} | ${measures.spikes} | ${found.map(number).join(' | ')} |`;
    }),
    '',
  ];
}

const minutes = (seconds) => (seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`);

function text({ size, cells, seconds, processor, workers, figures }) {
  const claims = figures.flatMap((figure) => figure.claims);
  const holding = claims.filter(({ holds }) => holds).length;
  const required = claims.filter((claim) => claim.required);
  const version = figures[0].softwareVersion;
  return [
    '# Reproduction of Yan et al. 2020',
    '',
    `Made by \`npx retinoscope reproduce all${size === 'full' ? '' : ` --${size}`} --out DIR\` and \`npm run reproduction -- DIR\`: ${cells}, version ${version},`,
    `${minutes(seconds)} with ${workers} workers on ${processor}.`,
    '',
    `Of ${claims.length} claims ${holding} hold; of the ${required.length} that must hold of these cells, ${required.filter(({ holds }) => holds).length} do. A claim says`,
    'its bound; CCs are with the true rate of the simulated cells. What the paper saw in its recordings and these cells need',
    'not show is tested too, and marked “not here” with the reason where it does not hold.',
    '',
    ...figures.flatMap(section),
    ...(recorded ? recordedSection(read(recorded)) : []),
  ].join('\n');
}

const reproduction = read(folder);
if (reproduction.cells !== 'simulated cells') {
  fail('These are figures of a recording, whose pictures are not kept in the project.');
}
mkdirSync(images, { recursive: true });
await withLab(async (browser, address) => {
  for (const { experiment } of reproduction.figures) {
    await takePicture(browser, address, experiment);
  }
});
const path = join(root, 'docs', 'reproduction.md');
writeFileSync(path, text(reproduction));
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
if (spawnSync(process.execPath, [biome, 'format', '--write', path]).status !== 0) {
  fail('The document could not be formatted.');
}
console.log('docs/reproduction.md');
