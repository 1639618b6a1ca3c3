export { http } from './dissector.ts';
