export { wsd } from './dissector.ts';
