export { intellivue } from './dissector.ts';
