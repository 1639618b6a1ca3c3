export { smb } from './dissector.ts';
