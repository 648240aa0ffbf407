/**
 * Finished runs of experiments in the browser's own database, so that a reload loses none. Where there is no
 * database (a private window, an opaque origin) they are kept as long as the page, and that is said.
 */
import type { RunStore, StoredRun } from '@retinoscope/worker';
import { createStore, del, get, set, type UseStore } from 'idb-keyval';

export interface BrowserStore extends RunStore {
  /** False where runs are lost with the page. */
  readonly lasting: boolean;
  remove(key: string): Promise<void>;
}

/** Kept apart by `part`: the same keys of another size or other cells. */
export async function browserStore(part: string): Promise<BrowserStore> {
  const database = await openDatabase();
  const at = (key: string) => `${part}/${key}`;
  if (!database) {
    return {
      lasting: false,
      read: async (key) => ofThisPage.get(at(key)),
      write: async (key, stored) => void ofThisPage.set(at(key), stored),
      remove: async (key) => void ofThisPage.delete(at(key)),
    };
  }
  return {
    lasting: true,
    read: async (key) => {
      try {
        return await get<StoredRun>(at(key), database);
      } catch {
        return undefined;
      }
    },
    write: (key, stored) => set(at(key), stored, database),
    remove: (key) => del(at(key), database),
  };
}

let opened: Promise<UseStore | undefined> | undefined;

function openDatabase(): Promise<UseStore | undefined> {
  opened ??= (async () => {
    try {
      const database = createStore('retinoscope-experiments', 'runs');
      // Opening is what fails where there is no database.
      await get('', database);
      return database;
    } catch {
      return undefined;
    }
  })();
  return opened;
}

const ofThisPage = new Map<string, StoredRun>();
