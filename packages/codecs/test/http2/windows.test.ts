import { describe, expect, test } from "vitest";
import { data, END_STREAM, frame, headers, PADDED, settings, windowUpdate } from "./frames.ts";
import { RawPeer } from "./raw-peer.ts";

const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;
const OK = { ":status": "200" };

describe("a body of a request", () => {
  test("waits for the stream's window, and is held back from where much waits", () => {
    const peer = new RawPeer({}, [settings([INITIAL_WINDOW_SIZE, 0])]);
    const { stream, events } = peer.ask("POST", false);
    expect(stream.write(Buffer.alloc(65_535))).toBe(true);
    expect(stream.write(Buffer.alloc(1))).toBe(false);
    expect([stream.pendingBytes, peer.wrote()]).toEqual([65_536, []]);
    peer.says(windowUpdate(1, 1));
    expect([peer.wrote(), events]).toEqual([["DATA 1 1 bytes"], ["drain"]]);
    stream.reset();
    expect([stream.pendingBytes, stream.isClosed]).toEqual([0, true]);
  });

  test("goes byte by byte where the window opens byte by byte", () => {
    const peer = new RawPeer({}, [settings([INITIAL_WINDOW_SIZE, 0])]);
    const { stream } = peer.ask("POST", false);
    stream.end(Buffer.from("abc"));
    for (let i = 0; i < 4; i++) peer.says(windowUpdate(1, 1));
    expect(peer.wrote()).toEqual(["DATA 1 1 bytes", "DATA 1 1 bytes", "DATA 1 1 bytes, end"]);
  });

  test("may end where no window is open", () => {
    const peer = new RawPeer({}, [settings([INITIAL_WINDOW_SIZE, 0])]);
    const [one, three] = [peer.ask("POST", false), peer.ask("POST", false)];
    one.stream.end();
    three.stream.end(undefined, []);
    expect(peer.wrote()).toEqual(["DATA 1 0 bytes, end", "DATA 3 0 bytes, end"]);
  });

  test("waits until a window that was made smaller than what is under way is open again", () => {
    const peer = new RawPeer();
    const { stream } = peer.ask("POST", false);
    stream.write(Buffer.alloc(1_000));
    // 65535 less 1000 less 65035: -500.
    peer.says(settings([INITIAL_WINDOW_SIZE, 500]));
    stream.end(Buffer.alloc(10));
    expect(peer.wrote()).toEqual(["DATA 1 1000 bytes", "SETTINGS 0 ack"]);
    peer.says(windowUpdate(1, 500));
    expect(peer.wrote()).toEqual([]);
    peer.says(windowUpdate(1, 1));
    expect(peer.wrote()).toEqual(["DATA 1 1 bytes"]);
    peer.says(settings([INITIAL_WINDOW_SIZE, 509]));
    expect(peer.wrote()).toEqual(["SETTINGS 0 ack", "DATA 1 9 bytes, end"]);
  });

  test("goes in frames as long as the peer takes them, now and after a change", () => {
    const peer = new RawPeer({}, [settings([MAX_FRAME_SIZE, 20_000])]);
    const { stream } = peer.ask("POST", false);
    stream.write(Buffer.alloc(30_000));
    peer.says(settings([MAX_FRAME_SIZE, 16_384]));
    stream.write(Buffer.alloc(20_000));
    expect(peer.wrote()).toEqual([
      "DATA 1 20000 bytes",
      "DATA 1 10000 bytes",
      "SETTINGS 0 ack",
      "DATA 1 16384 bytes",
      "DATA 1 3616 bytes",
    ]);
  });

  test("waits for the connection's window in turn", () => {
    const peer = new RawPeer();
    const [one, three] = [peer.ask("POST", false), peer.ask("POST", false)];
    one.stream.end(Buffer.alloc(65_535));
    three.stream.end(Buffer.from("ab"));
    one.stream.reset();
    peer.wrote();
    peer.says(windowUpdate(0, 1), windowUpdate(0, 1));
    expect(peer.wrote()).toEqual(["DATA 3 1 bytes", "DATA 3 1 bytes, end"]);
  });

  test("waits where nobody takes what came before, whatever the windows allow", () => {
    const WIDE = 2 ** 31 - 1;
    const peer = new RawPeer({}, [settings([INITIAL_WINDOW_SIZE, WIDE]), windowUpdate(0, WIDE - 65_535)]);
    const { stream, events } = peer.ask("POST", false);
    let written = 0;
    const piece = Buffer.alloc(10_000);
    do written += piece.length;
    while (stream.write(piece));
    expect(written).toBeLessThan(350_000);
    // Each time that something is taken, more is on its way: also without a word of the peer.
    let taken = 0;
    for (let bytes = peer.bytes(); bytes.length > 0; bytes = peer.bytes()) taken += bytes.length;
    expect(taken).toBeGreaterThan(written);
    expect([stream.pendingBytes, events]).toEqual([0, ["drain"]]);
  });

  test("what is left of it is cancelled when the response is whole", () => {
    const peer = new RawPeer();
    const { stream, events } = peer.ask("POST", false);
    stream.write(Buffer.alloc(100_000));
    peer.wrote();
    peer.says(headers(1, OK, END_STREAM));
    expect([peer.wrote(), events, stream.pendingBytes]).toEqual([["RST_STREAM 1 CANCEL"], ["200 end"], 0]);
    stream.end(Buffer.from("late"));
    expect(peer.wrote()).toEqual([]);
  });
});

describe("a body of a response", () => {
  const unread = (more: ConstructorParameters<typeof RawPeer>[0] = {}): RawPeer => {
    const peer = new RawPeer({ streamWindowBytes: 40_000, ...more });
    peer.unread = 0;
    return peer;
  };
  const DATA = (stream: number, bytes = 10_000): Buffer => data(stream, "x".repeat(bytes));

  test("is as long as the window and not longer, where nobody reads; the others go on", () => {
    const peer = unread();
    const [one, three] = [peer.ask(), peer.ask()];
    peer.says(headers(1, OK), DATA(1), DATA(1), DATA(1), DATA(1));
    expect(peer.unread).toBe(40_000);
    peer.says(headers(3, OK), DATA(3), data(1, "x"));
    expect(one.events.at(-1)).toBe("reset FLOW_CONTROL_ERROR, broken");
    expect(three.events).toEqual(["200", "10000 bytes"]);
  });

  test("that nobody reads stops no other: the connection's window is given back as it comes", () => {
    const peer = unread();
    const streams = Array.from({ length: 20 }, () => peer.ask());
    for (const { stream } of streams)
      peer.says(headers(stream.id, OK), DATA(stream.id), DATA(stream.id), DATA(stream.id));
    expect([peer.unread, peer.events]).toEqual([600_000, []]);
    const updates = peer.wrote().filter((line) => line.startsWith("WINDOW"));
    expect(updates.every((line) => line.startsWith("WINDOW_UPDATE 0 "))).toBe(true);
  });

  test("makes room when it is read, in few frames", () => {
    const peer = unread();
    const { stream } = peer.ask();
    peer.says(headers(1, OK), DATA(1), DATA(1), DATA(1), DATA(1));
    peer.wrote();
    stream.consumed(19_999);
    expect(peer.wrote()).toEqual([]);
    stream.consumed(1);
    expect(peer.wrote()).toEqual(["WINDOW_UPDATE 1 +20000"]);
    stream.consumed(20_000);
    expect(peer.wrote()).toEqual(["WINDOW_UPDATE 1 +20000"]);
  });

  test("that is whole makes no more room for its stream, read or not", () => {
    const peer = unread();
    const { stream, events } = peer.ask();
    peer.says(headers(1, OK), DATA(1), DATA(1), DATA(1), DATA(1, 9_999), data(1, "x", END_STREAM));
    expect(events.at(-1)).toBe("end");
    peer.wrote();
    stream.consumed(40_000);
    expect(peer.wrote()).toEqual([]);
  });

  test("that nobody waits for any more makes room in the connection", () => {
    const peer = unread();
    peer.ask().stream.reset();
    peer.wrote();
    for (let i = 0; i < 20; i++) {
      peer.says(DATA(1));
      peer.wrote();
    }
    expect(peer.events).toEqual([]);
  });

  test("counts with its padding, which is read at once", () => {
    const peer = unread({ streamWindowBytes: 512 });
    const { events } = peer.ask();
    peer.says(headers(1, OK), frame(0, PADDED, 1, Buffer.concat([Buffer.of(255), Buffer.alloc(256)])));
    expect([events, peer.wrote()]).toEqual([["200", "1 bytes"], ["WINDOW_UPDATE 1 +256"]]);
  });

  test("is copied from among what comes beside it, so that who holds it holds no more", () => {
    const peer = unread();
    peer.ask();
    peer.says(headers(1, OK));
    const beside = frame(0xbe, 0, 0, Buffer.alloc(16_000));
    const chunk = Buffer.concat([data(1, "x"), beside, DATA(1, 100), beside, beside]);
    for (let i = 0; i < 20; i++) peer.connection.feed(chunk);
    expect(peer.unread).toBe(20 * 101);
    // Small copies lie side by side in Node's pool.
    const held = new Set(peer.bodies.map(({ buffer }) => buffer));
    expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThanOrEqual(
      2 * Buffer.poolSize,
    );
  });
});

test.each([
  ["connectionWindowBytes", 65_534],
  ["connectionWindowBytes", 2 ** 31],
  ["streamWindowBytes", 0],
  ["streamWindowBytes", 2 ** 31],
  ["maxListBytes", 1.5],
  ["maxFields", 0],
])("%s of %d is refused", (name, value) => {
  expect(() => new RawPeer({ [name]: value })).toThrow(
    new RegExp(`^http/2 ${name}: ${value}; expected an integer`),
  );
});
