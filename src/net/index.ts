export { Net, type NetOptions } from './decoder.ts';
export * from './segment.ts';
