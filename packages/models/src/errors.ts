/** The one error of the project, from where every part can reach it. */
export { type ErrorKind, RetinoscopeError, throwIfCancelled } from '@retinoscope/core-wasm';
