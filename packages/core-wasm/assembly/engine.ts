// Training and prediction kernels, one file a family.
export * from './convolve';
export * from './head';
export * from './optimise';
export * from './rows';
