export { hl7 } from './dissector.ts';
export type { Hl7Event, Hl7Message, Hl7Session } from './events.ts';
