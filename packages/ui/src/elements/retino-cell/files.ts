/** Sorts what a person dropped or chose into a manifest and the files that it speaks of. Needs no document. */
import { type FileRef, RetinoscopeError } from '@retinoscope/worker';
import { bytes } from '../../controllers/text.js';

export interface GivenFiles {
  /** Parsed JSON, not yet checked; undefined when no manifest was among the files. */
  readonly manifest?: unknown;
  readonly files: readonly FileRef[];
}

const mostFiles = 64;
const mostManifestBytes = 1e6;

/** Throws a manifest error for several JSON files, or one that cannot be a manifest. */
export async function givenFiles(given: readonly File[]): Promise<GivenFiles> {
  if (given.length > mostFiles) {
    throw new RetinoscopeError(
      'file',
      `${given.length} files are too many; at most ${mostFiles} are accepted.`,
      {
        expected: mostFiles,
        found: given.length,
      },
    );
  }
  const isJson = (file: File) => /\.json$/i.test(file.name);
  const manifests = given.filter(isJson);
  const files = given
    .filter((file) => !isJson(file))
    .map((file): FileRef => ({ name: file.name, blob: file }));
  if (manifests.length > 1) {
    throw new RetinoscopeError(
      'manifest',
      `${manifests.length} JSON files were given. One manifest is accepted, with the files that it names.`,
      { found: manifests.map(({ name }) => name) },
    );
  }
  const [manifest] = manifests;
  return manifest ? { manifest: await parsed(manifest), files } : { files };
}

async function parsed(file: File): Promise<unknown> {
  if (file.size > mostManifestBytes) {
    throw new RetinoscopeError(
      'manifest',
      `${file.name} has ${bytes(file.size)}; a manifest of at most ${bytes(mostManifestBytes)} is accepted.`,
      { file: file.name, expected: mostManifestBytes, found: file.size },
    );
  }
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new RetinoscopeError(
      'manifest',
      `${file.name} is not JSON. A recording manifest is accepted.`,
      { file: file.name },
      { cause },
    );
  }
}
