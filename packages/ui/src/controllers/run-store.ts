/**
 * Finished runs of experiments in the browser's own database, so that a reload loses none. Where there is no
 * database (a private window, an opaque origin) they are kept as long as the page, and that is said.
 */
import { memoryStore, type RunStore, type StoredRun } from '@retinoscope/worker';
import { clear, createStore, get, set, type UseStore } from 'idb-keyval';

export interface BrowserStore extends RunStore {
  /** False where runs are lost with the page. */
  readonly lasting: boolean;
  /** Forgets every run, of all experiments. */
  clear(): Promise<void>;
}

/** Kept apart by `part`: the same keys of another size or other cells. */
export async function browserStore(part: string): Promise<BrowserStore> {
  const database = await openDatabase();
  if (!database) {
    const memory = memoryOf(part);
    return { ...memory, lasting: false, clear: async () => void memories.delete(part) };
  }
  const at = (key: string) => `${part}/${key}`;
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
    clear: () => clear(database),
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

const memories = new Map<string, RunStore>();

function memoryOf(part: string): RunStore {
  const known = memories.get(part) ?? memoryStore();
  memories.set(part, known);
  return known;
}
