export { kerberos, kerberosTcp } from './dissector.ts';
