import { describe, expect, test } from "vitest";
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  PADDED,
  ping,
  rstStream,
  settings,
} from "./frames.ts";
import { RawPeer } from "./raw-peer.ts";

const OK = { ":status": "200" };
const HEAD = headers(1, OK);

/** What a peer says on stream 1, and what its observer is told of. */
const ALLOWED: readonly (readonly [what: string, events: readonly string[], ...frames: Buffer[]])[] = [
  [
    "DATA with padding",
    ["200", "1 bytes", "end"],
    HEAD,
    frame(0, PADDED | END_STREAM, 1, Buffer.of(2, 97, 0, 0)),
  ],
  ["DATA that is all padding", ["200", "end"], HEAD, frame(0, PADDED | END_STREAM, 1, Buffer.of(1, 0))],
  [
    "HEADERS with padding and priority",
    ["200 end"],
    frame(1, 0x2d, 1, Buffer.concat([Buffer.of(2), Buffer.alloc(5), block(OK), Buffer.alloc(2)])),
  ],
  ["a head in frames of one byte", ["200 end"], ...oneByOne(block(OK))],
  [
    "100 informational heads",
    ["200 end"],
    ...Array.from({ length: 100 }, () => headers(1, { ":status": "100" })),
    headers(1, OK, END_STREAM),
  ],
  ["trailers", ["200", "end a 1"], HEAD, headers(1, { a: "1" }, END_STREAM)],
  ["trailers without fields", ["200", "end"], HEAD, headers(1, {}, END_STREAM)],
  [
    "white space around values, which is taken away, and inside, which is not",
    ["200 a 1 2 b  c \xa0", "end grpc-message no such order"],
    headers(1, { ...OK, a: "1 2\t ", b: " ", c: "\xa0" }),
    headers(1, { "grpc-message": " no such order " }, END_STREAM),
  ],
  ["te: trailers", ["200 te trailers end"], headers(1, { ...OK, te: "trailers" }, END_STREAM)],
  [
    "an empty value, and bytes from 128 on",
    ["200 a  b ä end"],
    headers(1, { ...OK, a: "", b: "ä" }, END_STREAM),
  ],
  ["a length of 0", ["200 content-length 0 end"], headers(1, { ...OK, "content-length": "0" }, END_STREAM)],
  [
    "a length of 304, which is that of another body",
    ["304 content-length 9 end"],
    headers(1, { ":status": "304", "content-length": "9" }, END_STREAM),
  ],
  [
    "PRIORITY on any stream",
    ["200 end"],
    frame(2, 0, 1, Buffer.alloc(5)),
    frame(2, 0, 2, Buffer.alloc(5)),
    frame(2, 0, 99, Buffer.alloc(5)),
    headers(1, OK, END_STREAM),
  ],
  [
    "extensions, on any stream",
    ["200 end"],
    frame(0xbe, 0xff, 0),
    frame(10, 0, 2, Buffer.alloc(99)),
    headers(1, OK, END_STREAM),
  ],
  ["settings of extensions", ["200 end"], settings([8, 1], [0xbe, 7]), headers(1, OK, END_STREAM)],
  ["an acknowledgement of SETTINGS", ["200 end"], frame(4, 1, 0), headers(1, OK, END_STREAM)],
  ["an acknowledgement that nobody waits for", ["200 end"], ping(1), headers(1, OK, END_STREAM)],
  [
    "10000 frames that say nothing",
    ["200", "end"],
    HEAD,
    ...Array.from({ length: 10_000 }, () => data(1, "")),
    data(1, "", END_STREAM),
  ],
  ["bits that are reserved", ["200 end"], Buffer.from(headers(0x80000001, OK, END_STREAM))],
  ["RST_STREAM", ["200", "reset INTERNAL_ERROR"], HEAD, rstStream(1, 2)],
  ["REFUSED_STREAM", ["reset REFUSED_STREAM, untouched"], rstStream(1, 7)],
  [
    "REFUSED_STREAM behind a head, which says otherwise",
    ["200", "reset REFUSED_STREAM"],
    HEAD,
    rstStream(1, 7),
  ],
];

function oneByOne(bytes: Buffer): Buffer[] {
  return [...bytes].map((byte, i) =>
    frame(
      i === 0 ? 1 : 9,
      (i === 0 ? END_STREAM : 0) | (i === bytes.length - 1 ? END_HEADERS : 0),
      1,
      Buffer.of(byte),
    ),
  );
}

describe("is nothing to object to", () => {
  test.each(ALLOWED.map(([what, events, ...frames]) => [what, events, frames] as const))(
    "%s",
    (_, events, frames) => {
      const whole = new RawPeer();
      const asked = whole.ask();
      whole.says(...frames);
      expect(asked.events).toEqual(events);
      // The same byte by byte.
      const cut = new RawPeer();
      const again = cut.ask();
      for (const byte of Buffer.concat(frames)) cut.says(Buffer.of(byte));
      expect(again.events).toEqual(events);
      expect([whole.connection.streams, cut.connection.streams]).toEqual([0, 0]);
      expect([...whole.events, ...cut.events].filter((event) => event.startsWith("failed"))).toEqual([]);
    },
  );

  test("a tunnel, whose length is nobody's", () => {
    const peer = new RawPeer();
    const { events } = peer.ask("CONNECT", false);
    peer.says(headers(1, { ...OK, "content-length": "1" }), data(1, "abc", END_STREAM));
    expect(events).toEqual(["200 content-length 1", "3 bytes", "end"]);
  });

  test("the length of an answer to HEAD", () => {
    const peer = new RawPeer();
    const { events } = peer.ask("HEAD");
    peer.says(headers(1, { ...OK, "content-length": "9" }, END_STREAM));
    expect(events).toEqual(["200 content-length 9 end"]);
  });
});
