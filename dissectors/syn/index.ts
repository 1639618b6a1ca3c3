export { syn } from './dissector.ts';
