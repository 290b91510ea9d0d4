import { describe, expect, test } from "vitest";
import { block, data, END_HEADERS, END_STREAM, frame, headers, rstStream, windowUpdate } from "./frames.ts";
import { RawPeer } from "./raw-peer.ts";

const OK = { ":status": "200" };
const HEAD = headers(1, OK);

const many = (fields: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: fields }, (_, i) => [`x-${i}`, "1"]));

/** What a peer says on stream 1, and with what code it is reset. */
const ENDS_STREAM: readonly (readonly [what: string, code: string, ...frames: Buffer[]])[] = [
  ["WINDOW_UPDATE by 0", "PROTOCOL_ERROR", windowUpdate(1, 0)],
  ["WINDOW_UPDATE beyond 2^31-1", "FLOW_CONTROL_ERROR", windowUpdate(1, 2 ** 31 - 1)],
  ["DATA before a head", "PROTOCOL_ERROR", data(1, "a")],
  ["DATA behind an informational head", "PROTOCOL_ERROR", headers(1, { ":status": "103" }), data(1, "a")],
  ["an end before a head", "PROTOCOL_ERROR", data(1, "", END_STREAM)],
  ["a second head", "PROTOCOL_ERROR", HEAD, headers(1, OK)],
  ["trailers that are not the end", "PROTOCOL_ERROR", HEAD, headers(1, { a: "1" })],
  ["an informational head behind the head", "PROTOCOL_ERROR", HEAD, headers(1, { ":status": "103" })],
  ["an informational head that is the end", "PROTOCOL_ERROR", headers(1, { ":status": "103" }, END_STREAM)],
  ["101", "PROTOCOL_ERROR", headers(1, { ":status": "101" })],
  [
    "101 informational heads",
    "PROTOCOL_ERROR",
    ...Array.from({ length: 101 }, () => headers(1, { ":status": "103" })),
  ],

  ["no :status", "PROTOCOL_ERROR", headers(1, { a: "1" })],
  ["no fields at all", "PROTOCOL_ERROR", headers(1, {})],
  [":status of two digits", "PROTOCOL_ERROR", headers(1, { ":status": "20" })],
  [":status with a sign", "PROTOCOL_ERROR", headers(1, { ":status": "+20" })],
  [":status of four digits", "PROTOCOL_ERROR", headers(1, { ":status": "2000" })],
  [":status below 100", "PROTOCOL_ERROR", headers(1, { ":status": "099" })],
  [":status behind a field", "PROTOCOL_ERROR", headers(1, { a: "1", ":status": "200" })],
  [":status twice", "PROTOCOL_ERROR", headers(1, [":status", "200", ":status", "200"])],
  ["a pseudo-field that is unknown", "PROTOCOL_ERROR", headers(1, { ":status": "200", ":version": "2" })],
  ["a pseudo-field of requests", "PROTOCOL_ERROR", headers(1, { ":status": "200", ":path": "/" })],
  ["a pseudo-field in trailers", "PROTOCOL_ERROR", HEAD, headers(1, OK, END_STREAM)],
  ["a name in upper case", "PROTOCOL_ERROR", headers(1, { ...OK, "X-A": "1" })],
  ["an empty name", "PROTOCOL_ERROR", headers(1, [":status", "200", "", "1"])],
  ["a name with a space", "PROTOCOL_ERROR", headers(1, { ...OK, "a ": "1" })],
  ["a name with a colon", "PROTOCOL_ERROR", headers(1, { ...OK, "a:b": "1" })],
  ["a name with a byte from 128 on", "PROTOCOL_ERROR", headers(1, { ...OK, ä: "1" })],
  ["connection", "PROTOCOL_ERROR", headers(1, { ...OK, connection: "close" })],
  ["keep-alive", "PROTOCOL_ERROR", headers(1, { ...OK, "keep-alive": "1" })],
  ["proxy-connection", "PROTOCOL_ERROR", headers(1, { ...OK, "proxy-connection": "close" })],
  ["transfer-encoding", "PROTOCOL_ERROR", headers(1, { ...OK, "transfer-encoding": "chunked" })],
  ["upgrade", "PROTOCOL_ERROR", headers(1, { ...OK, upgrade: "h2c" })],
  ["te: gzip", "PROTOCOL_ERROR", headers(1, { ...OK, te: "gzip" })],
  ["connection in trailers", "PROTOCOL_ERROR", HEAD, headers(1, { connection: "close" }, END_STREAM)],
  ["NUL in a value", "PROTOCOL_ERROR", headers(1, { ...OK, a: "1\0" })],
  ["CR in a value", "PROTOCOL_ERROR", headers(1, { ...OK, a: "1\r2" })],
  ["LF in a value", "PROTOCOL_ERROR", headers(1, { ...OK, a: "1\n2" })],
  ["another control byte in a value", "PROTOCOL_ERROR", headers(1, { ...OK, a: "1\x7f2" })],
  ["LF in a trailer", "PROTOCOL_ERROR", HEAD, headers(1, { a: "1\n2" }, END_STREAM)],

  ["content-length with a sign", "PROTOCOL_ERROR", headers(1, { ...OK, "content-length": "+1" })],
  ["content-length that is a list", "PROTOCOL_ERROR", headers(1, { ...OK, "content-length": "1, 1" })],
  ["content-length of 2^53", "PROTOCOL_ERROR", headers(1, { ...OK, "content-length": "9007199254740992" })],
  [
    "content-length twice",
    "PROTOCOL_ERROR",
    headers(1, [":status", "200", "content-length", "1", "content-length", "1"]),
  ],
  ["content-length in trailers", "PROTOCOL_ERROR", HEAD, headers(1, { "content-length": "0" }, END_STREAM)],
  [
    "a body longer than its length",
    "PROTOCOL_ERROR",
    headers(1, { ...OK, "content-length": "1" }),
    data(1, "ab"),
  ],
  [
    "a body shorter than its length",
    "PROTOCOL_ERROR",
    headers(1, { ...OK, "content-length": "2" }),
    data(1, "a", END_STREAM),
  ],
  [
    "no body where there is a length",
    "PROTOCOL_ERROR",
    headers(1, { ...OK, "content-length": "1" }, END_STREAM),
  ],
  [
    "trailers before the body is whole",
    "PROTOCOL_ERROR",
    headers(1, { ...OK, "content-length": "1" }),
    headers(1, { a: "1" }, END_STREAM),
  ],
  ["a body of 204", "PROTOCOL_ERROR", headers(1, { ":status": "204" }), data(1, "a")],
  ["a body of 304", "PROTOCOL_ERROR", headers(1, { ":status": "304" }), data(1, "a")],

  ["101 fields", "ENHANCE_YOUR_CALM", headers(1, { ...OK, ...many(101) })],
  ["fields of over 64 KiB", "ENHANCE_YOUR_CALM", ...inFrames(block({ ...OK, a: "x".repeat(65_536) }))],
  ["DATA beyond its window", "FLOW_CONTROL_ERROR", HEAD, data(1, "x".repeat(1_001))],
];

function inFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 16_384) {
    const end = at + 16_384 >= bytes.length ? END_HEADERS : 0;
    frames.push(frame(at === 0 ? 1 : 9, end, 1, bytes.subarray(at, at + 16_384)));
  }
  return frames;
}

describe("ends the stream, and the others go on", () => {
  test.each(ENDS_STREAM.map(([what, code, ...frames]) => [what, code, frames] as const))(
    "%s: %s",
    (_, code, frames) => {
      const peer = new RawPeer({ streamWindowBytes: 1_000 });
      const [one, three] = [peer.ask(), peer.ask()];
      peer.says(...frames);
      expect(one.events.at(-1)).toBe(`reset ${code}, broken`);
      expect(peer.wrote()).toEqual([`RST_STREAM 1 ${code}`]);
      // What is still on its way is no error, and is told to nobody.
      const before = one.events.length;
      peer.says(headers(1, OK), data(1, "a"), windowUpdate(1, 1), rstStream(1, 0));
      peer.says(headers(3, OK, END_STREAM));
      expect(one.events).toHaveLength(before);
      expect(three.events).toEqual(["200 end"]);
      expect([peer.events, peer.connection.streams]).toEqual([[], 0]);
    },
  );

  test("a body of an answer to HEAD: PROTOCOL_ERROR", () => {
    const peer = new RawPeer();
    const { events } = peer.ask("HEAD");
    peer.says(headers(1, { ...OK, "content-length": "1" }), data(1, "a"));
    expect(events).toEqual(["200 content-length 1", "reset PROTOCOL_ERROR, broken"]);
  });
});
