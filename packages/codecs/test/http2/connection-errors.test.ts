import { describe, expect, test } from "vitest";
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  numbers,
  PADDED,
  PRIORITY,
  ping,
  rstStream,
  settings,
  windowUpdate,
} from "./frames.ts";
import { RawPeer } from "./raw-peer.ts";

const OK = { ":status": "200" };
const HEAD = headers(1, OK);

/** What a peer says where streams 1 and 3 are open, and with what code the connection ends. */
const ENDS_CONNECTION: readonly (readonly [what: string, code: string, ...frames: Buffer[]])[] = [
  ["DATA on stream 0", "PROTOCOL_ERROR", data(0, "a")],
  ["HEADERS on stream 0", "PROTOCOL_ERROR", headers(0, OK)],
  ["RST_STREAM on stream 0", "PROTOCOL_ERROR", rstStream(0, 0)],
  ["PRIORITY on stream 0", "PROTOCOL_ERROR", frame(2, 0, 0, Buffer.alloc(5))],
  ["SETTINGS on a stream", "PROTOCOL_ERROR", frame(4, 0, 1)],
  ["PING on a stream", "PROTOCOL_ERROR", frame(6, 0, 1, Buffer.alloc(8))],
  ["GOAWAY on a stream", "PROTOCOL_ERROR", frame(7, 0, 1, numbers(0, 0))],

  ["DATA on an idle stream", "PROTOCOL_ERROR", data(5, "a")],
  ["HEADERS on an idle stream", "PROTOCOL_ERROR", headers(5, OK)],
  ["RST_STREAM on an idle stream", "PROTOCOL_ERROR", rstStream(5, 0)],
  ["WINDOW_UPDATE on an idle stream", "PROTOCOL_ERROR", windowUpdate(5, 1)],
  ["DATA on an even stream", "PROTOCOL_ERROR", data(2, "a")],
  ["HEADERS on an even stream", "PROTOCOL_ERROR", headers(2, OK)],
  ["RST_STREAM on an even stream", "PROTOCOL_ERROR", rstStream(2, 0)],
  ["WINDOW_UPDATE on an even stream", "PROTOCOL_ERROR", windowUpdate(2, 1)],
  ["PUSH_PROMISE", "PROTOCOL_ERROR", frame(5, END_HEADERS, 1, Buffer.concat([numbers(2), block(OK)]))],

  ["RST_STREAM of 3 bytes", "FRAME_SIZE_ERROR", frame(3, 0, 1, Buffer.alloc(3))],
  ["PRIORITY of 4 bytes", "FRAME_SIZE_ERROR", frame(2, 0, 1, Buffer.alloc(4))],
  ["WINDOW_UPDATE of 5 bytes", "FRAME_SIZE_ERROR", frame(8, 0, 1, Buffer.alloc(5))],
  ["PING of 7 bytes", "FRAME_SIZE_ERROR", frame(6, 0, 0, Buffer.alloc(7))],
  ["GOAWAY of 7 bytes", "FRAME_SIZE_ERROR", frame(7, 0, 0, Buffer.alloc(7))],
  ["SETTINGS of 5 bytes", "FRAME_SIZE_ERROR", frame(4, 0, 0, Buffer.alloc(5))],
  ["an acknowledgement of SETTINGS with some", "FRAME_SIZE_ERROR", frame(4, 1, 0, Buffer.alloc(6))],
  ["a frame of 16385 bytes", "FRAME_SIZE_ERROR", frame(0, 0, 1, Buffer.alloc(16_385))],
  ["a frame of an extension of 16385 bytes", "FRAME_SIZE_ERROR", frame(0xbe, 0, 1, Buffer.alloc(16_385))],

  ["DATA with as much padding as frame", "PROTOCOL_ERROR", frame(0, PADDED, 1, Buffer.of(2, 0))],
  ["DATA without the length of its padding", "PROTOCOL_ERROR", frame(0, PADDED, 1)],
  [
    "HEADERS with more padding than frame",
    "PROTOCOL_ERROR",
    frame(1, END_HEADERS | PADDED, 1, Buffer.of(9, 0x88)),
  ],
  [
    "HEADERS too short for their priority",
    "PROTOCOL_ERROR",
    frame(1, END_HEADERS | PRIORITY, 1, Buffer.alloc(4)),
  ],
  [
    "HEADERS whose padding leaves no priority",
    "PROTOCOL_ERROR",
    frame(1, 0x2c, 1, Buffer.of(2, 0, 0, 0, 0, 0, 0)),
  ],

  ["CONTINUATION of nothing", "PROTOCOL_ERROR", frame(9, END_HEADERS, 1, block(OK))],
  ["CONTINUATION behind a whole block", "PROTOCOL_ERROR", HEAD, frame(9, END_HEADERS, 1)],
  ["CONTINUATION of another stream", "PROTOCOL_ERROR", frame(1, 0, 1, block(OK)), frame(9, END_HEADERS, 3)],
  ["DATA inside of a block", "PROTOCOL_ERROR", frame(1, 0, 1, block(OK)), data(3, "a")],
  ["HEADERS inside of a block", "PROTOCOL_ERROR", frame(1, 0, 1, block(OK)), headers(3, OK)],
  ["an extension inside of a block", "PROTOCOL_ERROR", frame(1, 0, 1, block(OK)), frame(0xbe, 0, 1)],
  ["a block without bytes, and another frame inside", "PROTOCOL_ERROR", frame(1, 0, 1), ping()],
  [
    "CONTINUATION without bytes and without end",
    "ENHANCE_YOUR_CALM",
    frame(1, 0, 1, block(OK)),
    ...Array.from({ length: 50 }, () => frame(9, 0, 1)),
  ],
  [
    "CONTINUATION with many bytes and without end",
    "ENHANCE_YOUR_CALM",
    frame(1, 0, 1, block(OK)),
    ...Array.from({ length: 9 }, () => frame(9, 0, 1, Buffer.alloc(16_384))),
  ],
  ["a block that HPACK cannot read", "COMPRESSION_ERROR", frame(1, END_HEADERS, 1, Buffer.of(0x80))],

  ["ENABLE_PUSH from a server", "PROTOCOL_ERROR", settings([2, 1])],
  ["MAX_FRAME_SIZE below 16384", "PROTOCOL_ERROR", settings([5, 16_383])],
  ["MAX_FRAME_SIZE of 2^24", "PROTOCOL_ERROR", settings([5, 2 ** 24])],
  ["INITIAL_WINDOW_SIZE of 2^31", "FLOW_CONTROL_ERROR", settings([4, 2 ** 31])],
  [
    "INITIAL_WINDOW_SIZE that makes a window wider than 2^31-1",
    "FLOW_CONTROL_ERROR",
    windowUpdate(1, 65_536),
    settings([4, 2 ** 31 - 1]),
  ],
  ["WINDOW_UPDATE of the connection by 0", "PROTOCOL_ERROR", windowUpdate(0, 0)],
  ["WINDOW_UPDATE of the connection beyond 2^31-1", "FLOW_CONTROL_ERROR", windowUpdate(0, 2 ** 31 - 1)],
  ["a second GOAWAY that ends later than the first", "PROTOCOL_ERROR", goaway(3), goaway(5)],

  [
    "1001 PINGs whose answers it does not read",
    "ENHANCE_YOUR_CALM",
    ...Array.from({ length: 1_001 }, () => ping()),
  ],
  [
    "1001 SETTINGS whose answers it does not read",
    "ENHANCE_YOUR_CALM",
    ...Array.from({ length: 1_001 }, () => settings()),
  ],
  [
    "DATA without bytes, 10001 times",
    "ENHANCE_YOUR_CALM",
    HEAD,
    ...Array.from({ length: 10_001 }, () => data(1, "")),
  ],
  [
    "PRIORITY, 10001 times",
    "ENHANCE_YOUR_CALM",
    ...Array.from({ length: 10_001 }, () => frame(2, 0, 1, Buffer.alloc(5))),
  ],
  [
    "extensions, 10001 times",
    "ENHANCE_YOUR_CALM",
    ...Array.from({ length: 10_001 }, () => frame(0xbe, 0, 0)),
  ],
];

describe("ends the connection, and with it all streams", () => {
  test.each(ENDS_CONNECTION.map(([what, code, ...frames]) => [what, code, frames] as const))(
    "%s: %s",
    (_, code, frames) => {
      const peer = new RawPeer();
      const [one, three] = [peer.ask(), peer.ask()];
      peer.says(...frames);
      expect(peer.events.at(-1)).toBe(`failed ${code}`);
      expect(peer.wrote().at(-1)).toBe(`GOAWAY 0 ${code}`);
      expect(one.events.at(-1)).toBe("reset with the connection");
      expect(three.events).toEqual(["reset with the connection"]);
      expect([peer.connection.streams, peer.connection.hasIds]).toEqual([0, false]);
      // Nothing more is read.
      peer.says(headers(3, OK, END_STREAM), ping());
      expect([peer.wrote(), three.events.length]).toEqual([[], 1]);
    },
  );

  test.each([
    ["an acknowledgement", frame(4, 1, 0)],
    ["PING", ping()],
    ["an extension", frame(0xbe, 0, 0)],
    ["DATA", data(1, "a")],
    ["an answer of HTTP/1.1", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ])("a first frame that is %s and not SETTINGS: PROTOCOL_ERROR", (_, first) => {
    const peer = new RawPeer({}, []);
    peer.says(first);
    expect(peer.events).toEqual(["failed PROTOCOL_ERROR"]);
  });
});
