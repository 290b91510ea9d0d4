import { describe, expect, test } from "vitest";
import { ClientConnection, type ClientStreamObserver, ErrorCode } from "../../src/http2/index.ts";
import { StreamIds } from "../../src/http2/stream-ids.ts";
import { data, END_HEADERS, END_STREAM, frame, goaway, headers, rstStream, settings } from "./frames.ts";
import { RawPeer } from "./raw-peer.ts";

const OK = { ":status": "200" };

describe("GOAWAY", () => {
  test("gives back what the peer has not looked at; the others go on, and none is opened behind it", () => {
    const peer = new RawPeer();
    const [one, three] = [peer.ask(), peer.ask()];
    peer.says(goaway(1, ErrorCode.ENHANCE_YOUR_CALM));
    expect(peer.events).toEqual(["goaway ENHANCE_YOUR_CALM"]);
    expect(three.events).toEqual(["reset ENHANCE_YOUR_CALM, untouched"]);
    expect(peer.connection.hasIds).toBe(false);
    expect(() => peer.ask()).toThrow("http/2 connection: no further stream can be opened");
    peer.says(headers(1, OK, END_STREAM));
    expect(one.events).toEqual(["200 end"]);
  });

  test("may come again and end earlier, as when a server drains", () => {
    const peer = new RawPeer();
    const [one, three] = [peer.ask(), peer.ask()];
    peer.says(goaway(2 ** 31 - 1));
    expect([peer.connection.hasIds, three.events]).toEqual([true, []]);
    peer.says(goaway(1), goaway(1), goaway(0));
    expect(peer.events).toEqual(["goaway NO_ERROR", "goaway NO_ERROR", "goaway NO_ERROR", "goaway NO_ERROR"]);
    expect([one.events, three.events]).toEqual([
      ["reset NO_ERROR, untouched"],
      ["reset NO_ERROR, untouched"],
    ]);
  });

  test("does not make untouched what the peer has begun to answer", () => {
    const peer = new RawPeer();
    const { events } = peer.ask();
    peer.says(headers(1, OK), goaway(0));
    expect(events).toEqual(["200", "reset NO_ERROR"]);
  });
});

describe("a stream that was reset", () => {
  test("is told nothing more, and its fields stay in step with the peer's table", () => {
    const peer = new RawPeer();
    const [one, three] = [peer.ask(), peer.ask()];
    one.stream.reset();
    // Literals with indexing: `a: 1` is put into the table where nobody looks at it.
    const indexed = Buffer.of(0x88, 0x40, 1, 0x61, 1, 0x31);
    peer.says(frame(1, END_HEADERS, 1, indexed), data(1, "x", END_STREAM));
    peer.says(frame(1, END_HEADERS | END_STREAM, 3, Buffer.of(0x88, 0xbe)));
    expect([one.events, three.events]).toEqual([[], ["200 a 1 end"]]);
  });

  test("by its own observer, from within, is told nothing more either", () => {
    const events: string[] = [];
    const connection = new ClientConnection(
      {
        wantsWrite() {},
        settings() {},
        streamClosed: () => void events.push("closed"),
        goaway() {},
        pong() {},
        failed() {},
      },
      { streamWindowBytes: 65_535, connectionWindowBytes: 65_535, maxListBytes: 65_536, maxFields: 100 },
    );
    const observer: ClientStreamObserver = {
      head: () => void events.push("head"),
      data() {
        events.push("data");
        stream.reset();
      },
      end: () => void events.push("end"),
      reset: () => void events.push("reset"),
      drain() {},
    };
    const stream = connection.request([":method", "GET"], true, observer);
    connection.feed(Buffer.concat([settings(), headers(1, OK), data(1, "x", END_STREAM)]));
    expect(events).toEqual(["head", "data", "closed"]);
  });

  test("while the connection ends, by the observer of another one, is told nothing", () => {
    const events: string[] = [];
    const connection = new ClientConnection(
      { wantsWrite() {}, settings() {}, streamClosed() {}, goaway() {}, pong() {}, failed() {} },
      { streamWindowBytes: 65_535, connectionWindowBytes: 65_535, maxListBytes: 65_536, maxFields: 100 },
    );
    const observer = (name: string): ClientStreamObserver => ({
      head() {},
      data() {},
      end() {},
      drain() {},
      reset() {
        events.push(name);
        second.reset();
      },
    });
    connection.request([":method", "GET"], true, observer("first"));
    const second = connection.request([":method", "GET"], true, observer("second"));
    connection.closed("the connection was closed");
    expect(events).toEqual(["first"]);
  });

  test("thousands of them leave nothing behind, neither here nor on the wire", () => {
    const peer = new RawPeer();
    for (let i = 0; i < 2_000; i++) {
      const { events } = peer.ask();
      peer.says(rstStream(2 * i + 1, ErrorCode.CANCEL));
      expect([events, peer.wrote()]).toEqual([["reset CANCEL"], []]);
    }
    expect([peer.connection.streams, peer.events]).toEqual([0, []]);
  });
});

test("ids end with 2^31-1", () => {
  const ids = new StreamIds(2 ** 31 - 3);
  expect([ids.next(), ids.areLeft, ids.next(), ids.areLeft]).toEqual([2 ** 31 - 3, true, 2 ** 31 - 1, false]);
  expect([ids.wasOpened(2 ** 31 - 1), ids.wasOpened(2), ids.wasOpened(0)]).toEqual([true, false, false]);
});

test("a connection that is over opens nothing", () => {
  const peer = new RawPeer();
  peer.connection.closed("the connection was closed");
  expect(() => peer.ask()).toThrow("http/2 connection: no further stream can be opened");
});
