export { ftp } from './dissector.ts';
