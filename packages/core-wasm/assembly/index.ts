// The module's exports, one line a family.
export * from './stimulus';
export * from './engine';

export function heapBase(): usize {
  return __heap_base;
}
