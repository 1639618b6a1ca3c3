export { file } from './dissector.ts';
