export { dhcp } from './dissector.ts';
