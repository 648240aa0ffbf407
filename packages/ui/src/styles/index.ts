/** The look that all elements share. Knows no element. */
export { base, controls, messages, tables } from './base.js';
export { adoptTokens, tokens } from './tokens.js';
