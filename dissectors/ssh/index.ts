export { ssh } from './dissector.ts';
