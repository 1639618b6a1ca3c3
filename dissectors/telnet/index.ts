export { telnet } from './dissector.ts';
