/**
 * The list of dissectors, and the union of what they emit. A new protocol is one folder here and one line in
 * this list.
 */
import type { StreamDissector } from '../src/core/dissector.ts';
import { dicom } from './dicom/index.ts';
import { hl7 } from './hl7/index.ts';
import type { TlsEvent } from './tls/events.ts';

export const DISSECTORS = [dicom, hl7] as const satisfies readonly unknown[];

type EventOf<D> = D extends StreamDissector<string, infer E> ? E : never;

/** Every event that any dissector emits. */
export type AnyEvent = EventOf<(typeof DISSECTORS)[number]> | TlsEvent;
