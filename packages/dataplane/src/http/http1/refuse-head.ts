import { type Http1RequestHead, parseTarget, reasonPhrase, type Target } from "@dualmesh/codecs/http1";

/** What a head is refused with; the connection closes behind it. */
export interface Refusal {
  readonly status: number;
  /** What the client reads. */
  readonly body: string;
}

/**
 * Heads that are well formed and cannot be served, with Envoy's answers; else the target that is asked for.
 *
 * @param defaultHost Of HTTP/1.0 requests without one; empty: there is none.
 */
export function refuseHead(head: Http1RequestHead, defaultHost: string): Refusal | Target {
  const target = parseTarget(head.method, head.target);
  if (head.host === undefined && (head.minor === 1 || (defaultHost === "" && target?.form === "origin"))) {
    return { status: 400, body: "" };
  }
  if (target === undefined) return refusal(400);
  if (head.expect === "unknown" && head.minor === 1) return refusal(417);
  // Nothing configures a tunnel. An offer of HTTP/2 is dropped silently.
  if (target.form === "authority") return { status: 404, body: "" };
  if (head.upgrade !== undefined && head.upgrade.toLowerCase() !== "h2c") return { status: 403, body: "" };
  return target;
}

/** A refusal whose body is the reason, as Envoy's parser writes it. */
export function refusal(status: number): Refusal {
  return { status, body: reasonPhrase(status) };
}

/** A whole answer that ends the connection. It says the time as every answer does (RFC 9110, section 6.6.1). */
export function closingAnswer(refused: Refusal, date: string): string {
  return wholeAnswer(refused, `date: ${date}\r\nconnection: close\r\n`);
}

/** The same for a connection that goes on. */
export function keepingAnswer(refused: Refusal, date: string): string {
  return wholeAnswer(refused, `date: ${date}\r\n`);
}

function wholeAnswer({ status, body }: Refusal, lines: string): string {
  const type = body === "" ? "" : "content-type: text/plain\r\n";
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\ncontent-length: ${body.length}\r\n${type}${lines}\r\n${body}`;
}
