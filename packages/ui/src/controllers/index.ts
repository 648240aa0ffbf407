/** What elements are made with: the shared session and small controllers. Draws nothing. */
export * from './bounds.js';
export * from './course.js';
export * from './fit-settings.js';
export * from './job-result.js';
export * from './network-text.js';
export * from './permalink.js';
export * from './report.js';
export * from './session.js';
export * from './session-controller.js';
export * from './text.js';
export * from './theme-controller.js';
export * from './trace.js';
export * from './width-controller.js';
