export { dicom } from './dissector.ts';
export type * from './events.ts';
