import { contentLength } from "./content-length.ts";
import { checkFields, type ResponseFields, readResponseFields } from "./response-fields.ts";

/** Informational heads before the answer. */
const MAX_INFORMATIONAL = 100;

/**
 * How far a response has come, and whether what comes next may (RFC 9113, section 8.1):
 *
 * ```text
 * nothing ──1xx──► nothing ──head──► body ──DATA──► body ──trailers, or the end──► over
 * ```
 */
export class ResponseState {
  readonly #method: string;
  hasHead = false;
  #informational = 0;
  /** How long its head lets the body be, where it does. */
  #announcedBytes: number | undefined;
  #receivedBytes = 0;

  /** @param method What it answers: that decides what its length means. */
  constructor(method: string) {
    this.#method = method;
  }

  /** Takes a head. `undefined`: it is informational, and another one follows. A text: why it is none. */
  head(list: string[], isEnd: boolean): ResponseFields | string | undefined {
    const head = readResponseFields(list);
    if (typeof head === "string") return head;
    if (head.status < 200) {
      const isWrong = isEnd || head.status === 101 || ++this.#informational > MAX_INFORMATIONAL;
      return isWrong ? `${head.status} is no answer` : undefined;
    }
    this.hasHead = true;
    const length = contentLength(head.fields);
    if (typeof length === "string") return length;
    this.#announcedBytes = this.#bodyBytes(head.status, length);
    return (isEnd ? this.end(undefined) : undefined) ?? head;
  }

  /** Why so many further bytes of the body may not come. */
  data(bytes: number): string | undefined {
    if (!this.hasHead) return "DATA before its head";
    this.#receivedBytes += bytes;
    const announced = this.#announcedBytes;
    if (announced === undefined || this.#receivedBytes <= announced) return undefined;
    return `a body of over ${announced} bytes, which are all that its head allows`;
  }

  /** Why it may not end here. */
  end(trailers: string[] | undefined): string | undefined {
    const announced = this.#announcedBytes;
    if (announced !== undefined && announced !== this.#receivedBytes)
      return `it ends after ${this.#receivedBytes} of ${announced} bytes`;
    if (trailers === undefined) return undefined;
    // To whom it is handed on, it would be a second length (RFC 9110, section 6.5.1).
    if (contentLength(trailers) !== undefined) return "content-length in trailers";
    return checkFields(trailers);
  }

  /** RFC 9110, section 6.4.1 and 9.3.6: the length is another's where there is no body, and nobody's in a tunnel. */
  #bodyBytes(status: number, length: number | undefined): number | undefined {
    if (this.#method === "CONNECT" && status < 300) return undefined;
    return this.#method === "HEAD" || status === 204 || status === 304 ? 0 : length;
  }
}
