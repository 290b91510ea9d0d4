import { codeNumber } from "@dualmesh/core";
import { WIRE, WireWriter } from "../protobuf/wire-writer.ts";
import type { CallFailure } from "./status-json.ts";

const WRITER = new WireWriter();

/**
 * A `google.rpc.Status` with the `google.rpc.ErrorInfo` of an exception, as the trailer `grpc-status-details-bin` has it: base64
 * without padding. The same as `statusJson` says.
 *
 * ```text
 * Status { 1 code | 2 message | 3 details: Any { 1 type_url | 2 value: ErrorInfo { 1 reason | 2 domain | 3 metadata } } }
 * ```
 */
export function statusDetails({ code, message, javaException = "", service = "" }: CallFailure): string {
  const writer = WRITER.begin();
  writer.tag(1, WIRE.varint);
  writer.uint32(codeNumber(code));
  text(writer, 2, message);
  inside(writer, 3, () => {
    text(writer, 1, "type.googleapis.com/google.rpc.ErrorInfo");
    inside(writer, 2, () => {
      text(writer, 1, "JAVA_EXCEPTION");
      text(writer, 2, service);
      inside(writer, 3, () => {
        text(writer, 1, "className");
        text(writer, 2, javaException);
      });
    });
  });
  return writer
    .take()
    .toString("base64")
    .replace(/={1,2}$/, "");
}

function text(writer: WireWriter, field: number, value: string): void {
  writer.tag(field, WIRE.bytes);
  writer.string(value);
}

function inside(writer: WireWriter, field: number, write: () => void): void {
  writer.tag(field, WIRE.bytes);
  const from = writer.open();
  write();
  writer.close(from);
}
