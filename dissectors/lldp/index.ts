export { lldp } from './dissector.ts';
