import type { DicomEvent } from './dicom/events.ts';
import type { Hl7Event } from './hl7/events.ts';
import type { TlsEvent } from './tls/events.ts';

/** Every event that any dissector emits. */
export type AnyEvent = DicomEvent | Hl7Event | TlsEvent;
