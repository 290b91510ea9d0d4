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
  readonly #isHead: boolean;
  hasHead = false;
  #informational = 0;
  /** What the head says of the body's length. */
  #announcedBytes: number | undefined;
  #receivedBytes = 0;

  /** @param isHead Whether it answers HEAD: the length is then another's. */
  constructor(isHead: boolean) {
    this.#isHead = isHead;
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
    if (!this.#isHead && head.status !== 304) this.#announcedBytes = contentLength(head.fields);
    return head;
  }

  /** Why so many further bytes of the body may not come. */
  data(bytes: number): string | undefined {
    if (!this.hasHead) return "DATA before its head";
    this.#receivedBytes += bytes;
    const announced = this.#announcedBytes;
    if (announced === undefined || this.#receivedBytes <= announced) return undefined;
    return `over ${announced} bytes, its content-length`;
  }

  /** Why it may not end here. */
  end(trailers: readonly string[] | undefined): string | undefined {
    const announced = this.#announcedBytes;
    if (announced !== undefined && announced !== this.#receivedBytes)
      return `it ends after ${this.#receivedBytes} of ${announced} bytes`;
    return trailers === undefined ? undefined : checkFields(trailers);
  }
}
