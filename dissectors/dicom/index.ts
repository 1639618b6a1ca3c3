export { dicom } from './dissector.ts';
export type * from './events.ts';
export { uidName } from './uids.ts';
