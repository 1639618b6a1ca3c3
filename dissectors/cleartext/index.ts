export { cleartext } from './dissector.ts';
