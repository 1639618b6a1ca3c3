export { cldap } from './dissector.ts';
