import * as fc from "fast-check";

/** One request and its response, as both sides play them. */
export interface Exchange {
  readonly request: {
    /** Flat list, without pseudo-fields. */
    readonly fields: readonly string[];
    readonly bodyBytes: number;
    readonly trailers: readonly string[];
    /** Resets it once so many bytes of the response have come; `undefined`: never. */
    readonly resetAt: number | undefined;
    /** Turns of the loop that its reader takes for each piece. */
    readonly readTurns: number;
  };
  readonly response: {
    readonly informational: number;
    readonly status: number;
    readonly fields: readonly string[];
    readonly bodyBytes: number;
    readonly trailers: readonly string[];
    /** Whether it waits for the end of the request, whose body is then held against what was sent. */
    readonly isAfterRequest: boolean;
    /** Resets it where so many bytes of the body are written; `undefined`: never. */
    readonly reset: { readonly at: number; readonly code: number } | undefined;
  };
}

/** One connection: what both sides say of themselves, what is asked, and how the bytes are cut on their way. */
export interface Conversation {
  readonly exchanges: readonly Exchange[];
  readonly seed: number;
  readonly streamWindowBytes: number;
  readonly connectionWindowBytes: number;
  /** What the server says of itself, one after the other. */
  readonly settings: readonly { readonly initialWindowSize: number; readonly headerTableSize: number }[];
  /** The most bytes of a piece. */
  readonly pieceBytes: number;
}

/** Names of which some come again and again, and values that HPACK has more than one way to write. */
const name = fc.oneof(
  fc.constantFrom("x-request-id", "x-tenant", "accept-language", "x-long-name-that-comes-again-and-again"),
  fc.stringMatching(/^x-[a-z\d-]{1,12}$/),
);
const value = fc.oneof(
  fc.constantFrom("", "a", "gzip, deflate", "0123456789".repeat(40)),
  fc.stringMatching(/^[!-~¡-ÿ]([ !-~¡-ÿ]{0,60}[!-~¡-ÿ])?$/),
);
const fields = fc
  .uniqueArray(fc.tuple(name, value), { maxLength: 8, selector: ([key]) => key })
  .map((pairs) => pairs.flat());

const size = fc.oneof(fc.constant(0), fc.nat(40), fc.nat(3_000), fc.nat(60_000));

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

export const exchange: fc.Arbitrary<Exchange> = fc.record({
  request: fc.record({
    fields,
    bodyBytes: size,
    trailers: fc.oneof(fc.constant([]), fields),
    resetAt: seldom(fc.nat(5_000)),
    readTurns: fc.oneof(fc.constant(0), fc.nat(3)),
  }),
  response: fc.record({
    informational: fc.nat(2),
    status: fc.constantFrom(200, 201, 404, 503),
    fields,
    bodyBytes: size,
    trailers: fc.oneof(fc.constant([]), fields),
    isAfterRequest: fc.boolean(),
    reset: seldom(fc.record({ at: fc.nat(5_000), code: fc.constantFrom(2, 7, 8, 11) })),
  }),
});

export const conversation: fc.Arbitrary<Conversation> = fc.record({
  exchanges: fc.array(exchange, { minLength: 1, maxLength: 12 }),
  seed: fc.nat(),
  streamWindowBytes: fc.constantFrom(40, 1_000, 20_000, 65_535, 1_000_000),
  connectionWindowBytes: fc.constantFrom(65_535, 100_000, 1_000_000),
  settings: fc.array(
    fc.record({
      initialWindowSize: fc.constantFrom(40, 1_000, 20_000, 65_535, 1_000_000),
      headerTableSize: fc.constantFrom(0, 60, 500, 4_096, 65_536),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  pieceBytes: fc.constantFrom(1, 7, 100, 3_000, 65_536),
});

/** The body of a request or a response: no two bytes that could be mistaken for each other are the same. */
export function bodyOf(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
}
