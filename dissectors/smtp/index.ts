export { smtp } from './dissector.ts';
