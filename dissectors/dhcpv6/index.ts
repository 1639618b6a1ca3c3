export { dhcpv6 } from './dissector.ts';
