/**
 * What a decoder takes for HTTP/1.1. Everything that RFC 9112 leaves to a recipient, or that recipients in the wild
 * disagree about, stands here by name: two parsers that read one head differently are how requests are smuggled
 * (section 11.2).
 */
export interface Http1Rules {
  /** Bytes of a head, its start line included; the same for trailers. Default 61,440. */
  readonly maxHeadBytes: number;
  /** Fields of a head; the same for trailers. Default 100. */
  readonly maxFields: number;
  /**
   * Takes lines that end in a bare LF, fields folded over several lines (joined by one space), a CR inside of a value
   * (dropped), and any white space between the parts of a request line. What is written again has none of them.
   */
  readonly lenientLines: boolean;
  /** Several Host fields: refuse them, or take their values as one list, as Envoy does. */
  readonly severalHosts: "refuse" | "join";
  /** An HTTP/1.1 request without Host is refused here, not later. */
  readonly requireHost: boolean;
  /** Takes HTTP/1.0 requests. Responses in HTTP/1.0 are always taken. */
  readonly http10: boolean;
  /** A length beside chunked: refuse it, or go by the chunks and drop the length (RFC 9112, section 6.3). */
  readonly lengthBesideChunked: "refuse" | "drop";
  /**
   * Takes anything for an extension of a chunk, white space before one too, skips what stands between a chunk's bytes and
   * the end of its line, and drops fields of framing from trailers instead of refusing them.
   */
  readonly lenientChunks: boolean;
  /** Methods that are known; `undefined`: any token. */
  readonly methods: ReadonlySet<string> | undefined;
}

/** The default of this library: what is ambiguous is an error. */
export const STRICT: Http1Rules = Object.freeze({
  maxHeadBytes: 61_440,
  maxFields: 100,
  lenientLines: false,
  severalHosts: "refuse",
  requireHost: true,
  http10: true,
  lengthBesideChunked: "refuse",
  lenientChunks: false,
  methods: undefined,
});

/** The methods that Envoy's parser knows. */
const ENVOY_METHODS: ReadonlySet<string> = new Set(
  [
    "ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK M-SEARCH MERGE MKACTIVITY MKCALENDAR MKCOL MOVE NOTIFY",
    "OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK UNLOCK",
    "UNSUBSCRIBE",
  ].flatMap((line) => line.split(" ")),
);

/** What Envoy 1.40 takes from clients by default; its options change single rules. */
export const ENVOY: Http1Rules = Object.freeze({
  maxHeadBytes: 61_440,
  maxFields: 100,
  lenientLines: true,
  severalHosts: "join",
  requireHost: false,
  http10: false,
  lengthBesideChunked: "refuse",
  lenientChunks: true,
  methods: ENVOY_METHODS,
});
