import type { MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "../report.ts";

/** Where a key, a certificate or a password is. Files are read when their cluster or chain warms, and not again. */
export type DataSource =
  | { readonly kind: "inline"; readonly bytes: Buffer }
  | { readonly kind: "file"; readonly path: string };

/** Reads a DataSource. One that says nothing is refused. */
export function compileDataSource(
  message: MessageTypes["envoy.config.core.v3.DataSource"],
  path: string,
  report: CompileReport,
): DataSource | undefined {
  report.checkFields(path, message, {
    uses: ["filename", "inline_bytes", "inline_string"],
    ignores: ["watched_directory"],
  });
  const { filename, inline_bytes: bytes, inline_string: text } = message;
  if (filename !== undefined && filename !== "") return { kind: "file", path: filename };
  if (bytes !== undefined && bytes.length > 0) return { kind: "inline", bytes: Buffer.from(bytes) };
  if (text !== undefined && text !== "") return { kind: "inline", bytes: Buffer.from(text) };
  report.refuse(path, "expected filename, inline_bytes or inline_string");
  return undefined;
}
