import { Frame, type FrameSink } from '../core/frame.ts';
import { Clock } from './clock.ts';
import { type CaptureDecoder, dropFrameCheck, LONGEST_FRAME, LONGEST_LOOK } from './decoder.ts';

// Block types (https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/). Name resolution (4), journal (9),
// decryption secrets (10), custom (0xbad, 0x40000bad) and unknown blocks are skipped.
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;

const IF_TSRESOL = 9;
const IF_FCSLEN = 13;
const IF_TSOFFSET = 14;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;
/** Options of both packet blocks. */
const PACKET_FLAGS = 2;
const EPB_DROPCOUNT = 4;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** More than any writer puts in a block; a damaged length is rather told than followed. */
const LONGEST_BLOCK = 256 * 1024 * 1024;
/** A hostile file could describe an interface in 20 bytes, each of which costs memory here. */
const MOST_INTERFACES = 65_536;

/** One interface of a section. */
class Interface {
  readonly linkType: number;
  /** Bytes kept of a packet at most; 0 for no limit. Only simple packet blocks need it. */
  readonly snapLength: number;
  readonly clock: Clock;
  readonly frameCheck: number;
  /** Packets lost as the last statistics block counted them, and as packet blocks counted between packets. */
  droppedByStatistics = 0;
  droppedBetweenPackets = 0;

  constructor(linkType: number, snapLength: number, clock: Clock, frameCheck: number) {
    this.linkType = linkType;
    this.snapLength = snapLength;
    this.clock = clock;
    this.frameCheck = frameCheck;
  }

  /** Both ways of counting tell of the same losses. */
  get dropped(): number {
    return Math.max(this.droppedByStatistics, this.droppedBetweenPackets);
  }
}

/** True when the four bytes at `at` start a section header block (the same in both byte orders). */
export function isPcapng(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x0a && bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0d && bytes[at + 3] === 0x0a;
}

/**
 * pcapng: blocks of type, length, body and the length again. A section may change the byte order and starts
 * its list of interfaces anew; each interface has its own link type and clock. A simple packet block has no
 * time stamp: it gets the time of the packet before it.
 */
export class PcapngDecoder implements CaptureDecoder {
  readonly format = 'pcapng';
  packets = 0;
  bytes = 0;
  damage: string | null = null;

  readonly #sink: FrameSink;
  readonly #frame = new Frame();
  #view: DataView = new DataView(new ArrayBuffer(0));
  #little = true;
  #interfaces: Interface[] = [];
  #droppedBefore = 0;
  /** The length that must close the block whose end was skipped unseen; 0 for none. */
  #owed = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  get unfinished(): boolean {
    return this.#owed !== 0;
  }

  get dropped(): number {
    return this.#interfaces.reduce((sum, each) => sum + each.dropped, this.#droppedBefore);
  }

  decode(bytes: Uint8Array, at: number, end: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = view;
    this.#frame.bytes = bytes;
    let position = at;
    while (this.damage === null) {
      const available = end - position;
      if (this.#owed !== 0) {
        if (available < 4) break;
        if (view.getUint32(position, this.#little) !== this.#owed) {
          this.damage = 'a block does not end with its length';
          break;
        }
        this.#owed = 0;
        position += 4;
        continue;
      }
      if (available < 12) break;
      const type = view.getUint32(position, this.#little);
      if (type === SECTION_HEADER && !this.#byteOrder(position)) break;
      const length = view.getUint32(position + 4, this.#little);
      if (length < 12 || length > LONGEST_BLOCK) {
        this.damage = `a block claims ${length} bytes`;
        break;
      }
      const looked = length <= LONGEST_LOOK ? length : LONGEST_LOOK;
      if (available < looked) break;
      let bodyEnd = position + looked;
      if (looked === length) {
        bodyEnd -= 4;
        if (view.getUint32(bodyEnd, this.#little) !== length) {
          this.damage = 'a block does not end with its length';
          break;
        }
      }
      if (type === ENHANCED_PACKET) this.#enhancedPacket(position, position + length - 4, bodyEnd);
      else this.#otherBlock(type, position, position + length - 4, bodyEnd);
      if (this.damage !== null) break;
      if (looked === length) position += length;
      else {
        this.#owed = length;
        position += length - 4;
      }
    }
    return position;
  }

  /** Reads a section's byte order, before its length can be read. False, with the damage told, for none. */
  #byteOrder(at: number): boolean {
    const little = this.#view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (!little && this.#view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
      this.damage = 'a section header without its byte-order magic';
      return false;
    }
    this.#little = little;
    return true;
  }

  /** `blockEnd`: where the closing length is; `bodyEnd`: how far the body may be looked at. */
  #otherBlock(type: number, at: number, blockEnd: number, bodyEnd: number): void {
    if (type === SECTION_HEADER) this.#sectionHeader(at, bodyEnd);
    else if (type === INTERFACE_DESCRIPTION) this.#interfaceDescription(at, bodyEnd);
    else if (type === OBSOLETE_PACKET) this.#obsoletePacket(at, blockEnd, bodyEnd);
    else if (type === SIMPLE_PACKET) this.#simplePacket(at, blockEnd);
    else if (type === INTERFACE_STATISTICS) this.#interfaceStatistics(at, bodyEnd);
  }

  #sectionHeader(at: number, bodyEnd: number): void {
    if (bodyEnd - at < 24) {
      this.damage = 'a section header is too short';
      return;
    }
    const major = this.#view.getUint16(at + 12, this.#little);
    if (major !== 1) {
      this.damage = `pcapng version ${major}, of which only 1 is known`;
      return;
    }
    this.#droppedBefore = this.dropped;
    this.#interfaces = [];
  }

  #interfaceDescription(at: number, bodyEnd: number): void {
    if (bodyEnd - at < 16) {
      this.damage = 'an interface description is too short';
      return;
    }
    if (this.#interfaces.length >= MOST_INTERFACES) {
      this.damage = `more than ${MOST_INTERFACES} interfaces`;
      return;
    }
    const view = this.#view;
    const little = this.#little;
    let resolution = 6;
    let offset = 0;
    let frameCheck = 0;
    for (let option = at + 16; bodyEnd - option >= 4; ) {
      const code = view.getUint16(option, little);
      const length = view.getUint16(option + 2, little);
      const value = option + 4;
      if (code === 0) break;
      if (length > bodyEnd - value) {
        // Its resolution may be in what cannot be read; times would be invented.
        this.damage = 'an option of an interface description runs past its block';
        return;
      }
      if (code === IF_TSRESOL && length >= 1) resolution = view.getUint8(value);
      else if (code === IF_FCSLEN && length >= 1) frameCheck = frameCheckBytes(view.getUint8(value));
      else if (code === IF_TSOFFSET && length >= 8) {
        const high = view.getInt32(little ? value + 4 : value, little);
        offset = high * 2 ** 32 + view.getUint32(little ? value : value + 4, little);
      }
      option = value + padded(length);
    }
    const linkType = view.getUint16(at + 8, little);
    const snapLength = view.getUint32(at + 12, little);
    this.#interfaces.push(new Interface(linkType, snapLength, new Clock(resolution, offset), frameCheck));
  }

  #enhancedPacket(at: number, blockEnd: number, bodyEnd: number): void {
    if (blockEnd - at < 28) {
      this.damage = 'an enhanced packet block is too short';
      return;
    }
    const view = this.#view;
    const little = this.#little;
    const source = this.#source(view.getUint32(at + 8, little));
    if (source === null) return;
    const captured = view.getUint32(at + 20, little);
    if (captured > blockEnd - at - 28) {
      this.damage = `a packet of ${captured} bytes in a block of ${blockEnd + 4 - at}`;
      return;
    }
    this.#frame.time = source.clock.micros(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    const options = at + 28 + padded(captured);
    let frameCheck = source.frameCheck;
    if (bodyEnd - options >= 8) frameCheck = this.#packetOptions(options, bodyEnd, source);
    this.#deliver(source.linkType, at + 28, captured, view.getUint32(at + 24, little), frameCheck);
  }

  /** Counts losses a packet block tells of; returns the length of the frame check sequence. */
  #packetOptions(at: number, bodyEnd: number, source: Interface): number {
    const view = this.#view;
    const little = this.#little;
    let frameCheck = source.frameCheck;
    for (let option = at; bodyEnd - option >= 4; ) {
      const code = view.getUint16(option, little);
      const length = view.getUint16(option + 2, little);
      const value = option + 4;
      if (code === 0 || length > bodyEnd - value) break;
      if (code === PACKET_FLAGS && length >= 4) {
        // Bits 5-8: the sequence's length in bytes, 0 for not known.
        const stated = (view.getUint32(value, little) >>> 5) & 15;
        if (stated > 0) frameCheck = stated;
      } else if (code === EPB_DROPCOUNT && length >= 8) {
        source.droppedBetweenPackets += this.#count(value);
      }
      option = value + padded(length);
    }
    return frameCheck;
  }

  #obsoletePacket(at: number, blockEnd: number, bodyEnd: number): void {
    if (blockEnd - at < 28) {
      this.damage = 'a packet block is too short';
      return;
    }
    const view = this.#view;
    const little = this.#little;
    const source = this.#source(view.getUint16(at + 8, little));
    if (source === null) return;
    const captured = view.getUint32(at + 20, little);
    if (captured > blockEnd - at - 28) {
      this.damage = `a packet of ${captured} bytes in a block of ${blockEnd + 4 - at}`;
      return;
    }
    const drops = view.getUint16(at + 10, little);
    if (drops !== 0xffff) source.droppedBetweenPackets += drops;
    this.#frame.time = source.clock.micros(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    const options = at + 28 + padded(captured);
    const frameCheck = this.#packetOptions(options, bodyEnd, source);
    this.#deliver(source.linkType, at + 28, captured, view.getUint32(at + 24, little), frameCheck);
  }

  #simplePacket(at: number, blockEnd: number): void {
    if (blockEnd - at < 12) {
      this.damage = 'a simple packet block is too short';
      return;
    }
    const source = this.#source(0);
    if (source === null) return;
    const wire = this.#view.getUint32(at + 8, this.#little);
    let captured = wire;
    if (source.snapLength > 0 && captured > source.snapLength) captured = source.snapLength;
    if (captured > blockEnd - at - 12) {
      this.damage = `a packet of ${captured} bytes in a block of ${blockEnd + 4 - at}`;
      return;
    }
    this.#deliver(source.linkType, at + 12, captured, wire, source.frameCheck);
  }

  #interfaceStatistics(at: number, bodyEnd: number): void {
    if (bodyEnd - at < 20) {
      this.damage = 'an interface statistics block is too short';
      return;
    }
    const source = this.#source(this.#view.getUint32(at + 8, this.#little));
    if (source === null) return;
    let dropped = 0;
    for (let option = at + 20; bodyEnd - option >= 4; ) {
      const code = this.#view.getUint16(option, this.#little);
      const length = this.#view.getUint16(option + 2, this.#little);
      const value = option + 4;
      if (code === 0 || length > bodyEnd - value) break;
      if ((code === ISB_IFDROP || code === ISB_OSDROP) && length >= 8) dropped += this.#count(value);
      option = value + padded(length);
    }
    // Counted from the capture's start: a later block replaces an earlier one.
    if (dropped > source.droppedByStatistics) source.droppedByStatistics = dropped;
  }

  #source(id: number): Interface | null {
    if (id < this.#interfaces.length) return this.#interfaces[id];
    this.damage = `a block of interface ${id}, which the section does not describe`;
    return null;
  }

  /** A 64-bit count as a double. All ones is how some writers say that they do not know. */
  #count(at: number): number {
    const first = this.#view.getUint32(at, this.#little);
    const second = this.#view.getUint32(at + 4, this.#little);
    if (first === 0xffffffff && second === 0xffffffff) return 0;
    return this.#little ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }

  #deliver(linkType: number, offset: number, captured: number, wire: number, frameCheck: number): void {
    const frame = this.#frame;
    frame.linkType = linkType;
    frame.offset = offset;
    frame.captured = captured > LONGEST_FRAME ? LONGEST_FRAME : captured;
    frame.wire = wire > captured ? wire : captured;
    if (frameCheck > 0) dropFrameCheck(frame, frameCheck);
    this.packets++;
    this.bytes += captured;
    this.#sink.frame(frame);
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** if_fcslen is in bits by the text of the specification and in bytes (4) by its example; writers do both. */
function frameCheckBytes(stated: number): number {
  return stated < 8 ? stated : stated >>> 3;
}
