import type { HessianDialect } from "../hessian/tags.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { HessianExplainer } from "./hessian-spans.ts";
import { quoted, type Spans } from "./span.ts";

/** UTF-8, behind a length of `skip` bytes. */
export function addText(bytes: Buffer, from: number, to: number, what: string, spans: Spans, skip = 0): void {
  spans.add(from, to - from, `${what} ${quoted(bytes.toString("utf8", from + skip, to))}`);
}

/** The values of a content, which may be none: a frame carries what it likes. */
export function explainHessian(
  dialect: HessianDialect,
  bytes: Buffer,
  from: number,
  to: number,
  limits: DecodeLimits,
  spans: Spans,
): void {
  const known = spans.list.length;
  try {
    new HessianExplainer(dialect, limits, spans).explain(bytes, from, to);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const last = spans.list.length > known ? spans.list.at(-1) : undefined;
    const at = last === undefined ? from : last.at + last.length;
    spans.depth = 0;
    spans.add(at, to - at, `no Hessian: ${error.rawMessage}`);
  }
}
