// What the training engine uses.
export * from './rows';
export * from './convolve';
export * from './head';
export * from './heads';
export * from './optimise';
export * from './table-weights';
export * from './tables';
export * from './temporal';
export * from './winograd';
