import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClientStreamObserver, HeaderDecoder, HeaderEncoder } from "../../src/http2/index.ts";
import { settings, splitFrames } from "./frames.ts";
import vectors from "./python-hpack.json" with { type: "json" };
import { RawPeer } from "./raw-peer.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

function decoder(more: Partial<ConstructorParameters<typeof HeaderDecoder>[0]> = {}): HeaderDecoder {
  return new HeaderDecoder({ maxTableBytes: 4_096, maxListBytes: 65_536, maxFields: 100, ...more });
}

/** RFC 7541, appendix C: each block in turn on one connection, with what it stands for. */
describe.each([
  [
    "C.3: requests without Huffman's code",
    4_096,
    [
      [
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        ":method GET :scheme http :path / :authority www.example.com",
      ],
      [
        "8286 84be 5808 6e6f 2d63 6163 6865",
        ":method GET :scheme http :path / :authority www.example.com cache-control no-cache",
      ],
      [
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        ":method GET :scheme https :path /index.html :authority www.example.com custom-key custom-value",
      ],
    ],
  ],
  [
    "C.4: requests with it",
    4_096,
    [
      [
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        ":method GET :scheme http :path / :authority www.example.com",
      ],
      [
        "8286 84be 5886 a8eb 1064 9cbf",
        ":method GET :scheme http :path / :authority www.example.com cache-control no-cache",
      ],
      [
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
        ":method GET :scheme https :path /index.html :authority www.example.com custom-key custom-value",
      ],
    ],
  ],
  [
    "C.6: responses with it, and a table of 256 bytes that evicts",
    256,
    [
      [
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
        ":status 302 cache-control private date Mon,_21_Oct_2013_20:13:21_GMT location https://www.example.com",
      ],
      [
        "4883 640e ffc1 c0bf",
        ":status 307 cache-control private date Mon,_21_Oct_2013_20:13:21_GMT location https://www.example.com",
      ],
      [
        "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
        ":status 200 cache-control private date Mon,_21_Oct_2013_20:13:22_GMT location https://www.example.com content-encoding gzip set-cookie foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU;_max-age=3600;_version=1",
      ],
    ],
  ],
] as const)("%s", (_, maxTableBytes, blocks) => {
  test("stand for what the RFC says", () => {
    const reader = decoder({ maxTableBytes });
    for (const [block, expected] of blocks) {
      const fields = reader.read(hex(block)).map((text) => text.replaceAll(" ", "_"));
      expect(fields.join(" ")).toBe(expected);
      expect(reader.error).toBeUndefined();
    }
  });
});

test.each(vectors.connections)(
  "blocks of another encoder stand for what it was given; Huffman's code: $huffman",
  ({ blocks }) => {
    const reader = decoder();
    for (const { block, fields } of blocks) {
      expect(reader.read(hex(block))).toEqual(fields);
      expect(reader.error).toBeUndefined();
    }
  },
);

describe("what is written can be read", () => {
  const name = fc.oneof(
    fc.constantFrom(":path", "content-type", "x-request-id", "authorization", "te", "date"),
    fc.stringMatching(/^[a-z][a-z\d-]{0,30}$/),
  );
  const value = fc.oneof(
    fc.constantFrom("", "application/grpc", "trailers"),
    fc.string({ unit: "binary-ascii", maxLength: 200 }),
  );
  const block = fc.array(fc.tuple(name, value), { maxLength: 30 });

  test("in any order, on one connection, whatever the table's limits", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(block, fc.option(fc.nat(5_000)))), (blocks) => {
        const writer = new HeaderEncoder();
        const reader = decoder({ maxListBytes: 1e6 });
        for (const [fields, limit] of blocks) {
          if (limit !== null) writer.setTableLimit(limit);
          const flat = fields.flat();
          expect(reader.read(Buffer.from(writer.write(flat)))).toEqual(flat);
          expect(reader.error).toBeUndefined();
        }
      }),
    );
  });

  test("what comes again takes one byte, and what differs each time pushes nothing out", () => {
    const writer = new HeaderEncoder();
    const sizes: number[] = [];
    for (let i = 0; i < 300; i++) {
      const fields = ["content-type", "application/grpc", "x-request-id", `${i}`.padStart(36, "0")];
      sizes.push(writer.write(fields).length);
    }
    expect(sizes[0]).toBeGreaterThan(60);
    // One for the type; an index of no name, the name, and the value with their lengths for the id.
    expect(sizes[299]).toBe(1 + 1 + 1 + 12 + 1 + 36);
  });

  test("secrets are never put into a table", () => {
    const writer = new HeaderEncoder();
    const fields = ["authorization", "Bearer x"];
    const first = Buffer.from(writer.write(fields));
    expect([Buffer.from(writer.write(fields)), Buffer.from(writer.write(fields))]).toEqual([first, first]);
    expect((first[0] as number) & 0xf0).toBe(0x10);
  });
});

describe("what is no block", () => {
  test.each([
    ["an index of nothing", "80"],
    ["an index behind the table", "be"],
    ["a name from behind the table", "7e 01 61"],
    ["an integer without end", "ff ff ff ff ff ff ff ff"],
    ["an integer that is cut off", "ff 80"],
    ["a string that is cut off", "40 0a 61"],
    ["a literal without its value", "40 01 61"],
    ["a string of 2 GB", "40 7f ff ff ff 7f 61"],
    ["Huffman's end inside of a string", "40 01 61 84 ff ff ff ff"],
    ["a byte of padding that is none", "40 01 61 82 1f 00"],
    ["a byte too much of padding", "40 01 61 82 1f ff"],
    ["a table that is larger than was allowed", "3f e2 1f"],
    ["a change of the table behind a field", "82 20"],
  ])("%s", (_, block) => {
    const reader = decoder();
    reader.read(hex(block));
    expect(reader.error).toBe("malformed");
  });

  test("noise is read to its end or refused, and throws nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (blocks) => {
        const reader = decoder();
        for (const block of blocks) {
          const fields = reader.read(Buffer.from(block));
          expect(fields.length % 2).toBe(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

const nobody: ClientStreamObserver = { head() {}, data() {}, end() {}, reset() {}, drain() {} };

describe("limits", () => {
  test("a table that a peer takes away and gives back, in one SETTINGS or in two, is empty for both", () => {
    for (const said of [[settings([1, 0], [1, 4_096])], [settings([1, 0]), settings([1, 4_096])]]) {
      const peer = new RawPeer();
      // From the second on `:authority` has an entry.
      for (let i = 0; i < 2; i++) peer.ask();
      peer.says(...said);
      peer.wrote();
      peer.connection.request([":method", "GET", ":authority", "a"], true, nobody);
      const [frame] = splitFrames(peer.bytes());
      // A limit of 0, one of 4096, then `:method: GET`, and a literal that is to be an entry again, with the name of `:authority`.
      expect(frame?.subarray(9).toString("hex")).toBe("203fe11f82410161");
    }
  });

  test("a list that is too long is refused, and the table stays in step", () => {
    const writer = new HeaderEncoder();
    const reader = decoder({ maxListBytes: 200 });
    const long = ["x-long", "y".repeat(300), "x-kept", "1", "x-kept", "1"];
    for (const fields of [long, long]) {
      expect(reader.read(Buffer.from(writer.write(fields)))).toEqual([]);
      expect(reader.error).toBe("too-large");
    }
    expect(reader.read(Buffer.from(writer.write(["x-kept", "1"])))).toEqual(["x-kept", "1"]);
    expect(reader.error).toBeUndefined();
  });

  test("fields that refer to the table are counted in full", () => {
    const writer = new HeaderEncoder();
    const reader = decoder({ maxListBytes: 10_000, maxFields: 1_000 });
    const bomb = ["x", "y".repeat(1_000)];
    for (let i = 0; i < 3; i++) reader.read(Buffer.from(writer.write(bomb)));
    reader.read(Buffer.alloc(1_000, 0xbe));
    expect(reader.error).toBe("too-large");
  });

  test("so many fields, and not one more", () => {
    const reader = decoder({ maxFields: 3 });
    expect(reader.read(hex("82 82 82"))).toHaveLength(6);
    expect(reader.error).toBeUndefined();
    reader.read(hex("82 82 82 82"));
    expect(reader.error).toBe("too-large");
  });
});
