export { unity } from './dissector.ts';
