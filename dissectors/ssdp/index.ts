export { ssdp } from './dissector.ts';
