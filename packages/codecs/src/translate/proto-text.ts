import type { CompiledMethod } from "./compiled-service.ts";
import { compileService } from "./compiled-service.ts";
import { identifier } from "./proto-compiler.ts";
import { type ProtoField, type ProtoMessage, protoTypeName } from "./proto-message.ts";
import type { ServiceSchema } from "./service-schema.ts";

/**
 * The schema of a service in Protocol Buffers, for clients of gRPC: a message for each class, for the arguments of each method, and
 * around what it returns; numbers in the order of declaration.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { protoOf } from "@dualmesh/codecs/translate";
 *
 * const text = protoOf({
 *   service: "com.example.Greeter",
 *   methods: { greet: { args: { name: java.string, times: java.int }, returns: java.string } },
 * });
 * console.log(text.slice(text.indexOf("message")));
 * // => message GreetRequest {
 * // =>   optional string name = 1;
 * // =>   int32 times = 2;
 * // => }
 * // =>
 * // => message GreetResponse {
 * // =>   optional string result = 1;
 * // => }
 * // =>
 * ```
 * @throws {RangeError} for a schema of which none can be made, with the reason.
 */
export function protoOf(schema: ServiceSchema): string {
  const { methods, compiler } = compileService(schema);
  const dot = schema.service.lastIndexOf(".");
  const parts: string[] = [];
  const { messages, enums } = compiler;
  const kinds = new Set(messages.flatMap(({ fields }) => fields.map(({ value }) => value.kind)));
  const imports = [
    ...(kinds.has("value") ? ["google/protobuf/struct.proto"] : []),
    ...(kinds.has("timestamp") ? ["google/protobuf/timestamp.proto"] : []),
  ];
  parts.push('syntax = "proto3";\n');
  if (dot > 0) parts.push(`package ${schema.service.slice(0, dot).split(".").map(identifier).join(".")};\n`);
  if (imports.length > 0) parts.push(`${imports.map((file) => `import "${file}";`).join("\n")}\n`);
  const rpcs = methods.map(rpcText).join("");
  parts.push(`service ${identifier(schema.service.slice(dot + 1))} {\n${rpcs}}\n`);
  for (const message of messages) parts.push(messageText(message));
  for (const { name, constants } of enums) {
    const prefix = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toUpperCase();
    const lines = constants.map((constant, i) => `  ${constant.name} = ${i + 1};\n`).join("");
    parts.push(`enum ${name} {\n  ${prefix}_UNSPECIFIED = 0;\n${lines}}\n`);
  }
  return parts.join("\n");
}

function rpcText({ name, request, response }: CompiledMethod): string {
  return `  rpc ${identifier(name)} (${request.name}) returns (${response.name});\n`;
}

function messageText({ name, fields }: ProtoMessage): string {
  return `message ${name} {\n${fields.map(fieldText).join("")}}\n`;
}

function fieldText(field: ProtoField): string {
  const { name, javaName, number, label, value, key } = field;
  const type = protoTypeName(value);
  const front =
    label === "map" && key !== undefined
      ? `map<${protoTypeName(key)}, ${type}>`
      : `${label === "" ? "" : `${label} `}${type}`;
  const needsName = javaName !== "" && jsonNameOf(name) !== javaName;
  return `  ${front} ${name} = ${number}${needsName ? ` [json_name = ${JSON.stringify(javaName)}]` : ""};\n`;
}

/** The name that Protocol Buffers give a field in JSON, if it says none. */
function jsonNameOf(name: string): string {
  return name.replace(/_+([a-z\d]?)/gi, (_, letter: string) => letter.toUpperCase());
}
