/** The texts of deploy/recipes, and what a person replaces in them. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ownModel, readRelease } from '../support/site.js';

export const recipesFolder = fileURLToPath(new URL('../../../deploy/recipes', import.meta.url));

export function readRecipe(path: string): Promise<string> {
  return readFile(`${recipesFolder}/${path}`, 'utf8');
}

/** `recipe` with the addresses of `files`, its release, and a model that it serves to any page. */
export async function filled(recipe: string, files: string): Promise<string> {
  const { version, integrity } = await readRelease();
  const model = openModel(files);
  const text = recipe
    .replace(/https:\/\/[\w.]+\/(images\/)?cell\.onnx/g, () => model)
    .replace(/https%3A%2F%2F[\w.]+%2Fcell\.onnx/g, () => encodeURIComponent(model))
    .replaceAll('https://files.example.org/retinoscope/', () => `${files}/`)
    .replaceAll('https://files.example.org', () => files)
    .replaceAll('embed/0.1.0/', () => `embed/${version}/`)
    .replaceAll('sha384-REPLACE', () => integrity);
  // What a person could not have known to replace.
  if (/https:\/\/\w+\.example\.org|REPLACE/.test(text)) {
    throw new Error(`There is more to replace in\n${text}`);
  }
  return text;
}

export function openModel(files: string): string {
  return `${files}/open-models/${ownModel}`;
}
