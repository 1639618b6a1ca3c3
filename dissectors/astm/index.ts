export { astm } from './dissector.ts';
