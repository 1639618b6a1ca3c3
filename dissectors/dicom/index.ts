export { dicom } from './dissector.ts';
export type * from './events.ts';
export { strayPdu } from './stray.ts';
