export { cdp } from './dissector.ts';
