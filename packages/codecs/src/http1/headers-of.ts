import { createHeaders, type Headers } from "@dualmesh/core";
import type { HeadScanner } from "./head-scanner.ts";
import { flatFields } from "./known-fields.ts";
import { TextHeaders } from "./text-headers.ts";

/** The fields that a scanner found, over the head's text; apart from it where lines must be written anew. */
export function headersOf(scanner: HeadScanner, text: string): Headers {
  return scanner.irregular
    ? createHeaders(flatFields(text, scanner.fields))
    : new TextHeaders(text, scanner.fields, scanner.fieldsEnd);
}
