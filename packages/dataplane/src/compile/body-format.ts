import type { MessageTypes } from "@dualmesh/envoy-api";
import type { BodyFormat } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";

/** Compiles a SubstitutionFormatString; `undefined` for one that is refused. */
export function bodyFormat(
  message: MessageTypes["envoy.config.core.v3.SubstitutionFormatString"],
  path: string,
  report: CompileReport,
): BodyFormat | undefined {
  report.checkFields(path, message, {
    uses: ["text_format", "text_format_source", "json_format", "omit_empty_values", "content_type"],
    // Properties are always sorted.
    ignores: ["json_format_options"],
  });
  const { json_format: json, text_format: older, text_format_source: source } = message;
  const more = {
    omitEmptyValues: message.omit_empty_values,
    ...(message.content_type === "" ? {} : { contentType: message.content_type }),
  };
  if (json !== undefined) return { kind: "json", value: json, ...more };
  if (source !== undefined) {
    report.checkFields(`${path}.text_format_source`, source, { uses: ["inline_string", "inline_bytes"] });
  }
  const text = source?.inline_string ?? (source?.inline_bytes && utf8(source.inline_bytes)) ?? older;
  if (text !== undefined) return { kind: "text", text, ...more };
  report.refuse(path, "expected text_format_source with inline_string or inline_bytes, or json_format");
  return undefined;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}
