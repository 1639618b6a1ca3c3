export { snmp } from './dissector.ts';
