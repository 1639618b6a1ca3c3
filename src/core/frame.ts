/**
 * One captured frame on its way from a capture backend to `net`. The backend owns a single instance and
 * fills it again for every packet: nothing is allocated per packet, and nothing here may be kept.
 */
export class Frame {
  /** Holds the frame at `offset`; a large chunk that is overwritten after the call. */
  bytes: Uint8Array = EMPTY;
  /** Where in `bytes` the link-layer header starts. */
  offset = 0;
  /** Bytes captured (the capture's `incl_len`). */
  captured = 0;
  /** Bytes on the wire (the capture's `orig_len`); more than `captured` when a snap length cut the frame. */
  wire = 0;
  /** Microseconds since 1970-01-01 UTC. A double: finer fractions survive to about 0.25 µs. */
  time = 0;
  /** LINKTYPE_ value as written in capture files (https://www.tcpdump.org/linktypes.html). */
  linkType = 1;
}

const EMPTY = new Uint8Array(0);

/** Where a capture backend delivers. The call is synchronous; the frame is invalid once it returns. */
export interface FrameSink {
  frame(frame: Frame): void;
}
