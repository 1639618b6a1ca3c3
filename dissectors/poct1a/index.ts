export { poct1a } from './dissector.ts';
