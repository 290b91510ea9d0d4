import type { Code, Headers } from "@dualmesh/core";
import { parseGrpcTimeout } from "../grpc/timeout.ts";
import { type GrpcWebMode, grpcWebMode } from "../grpc-web/mode.ts";
import type { AnyJavaType } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { putText } from "./argument-tree.ts";
import type { CompiledMethod } from "./compiled-service.ts";
import type { HttpRequest } from "./http-message.ts";
import type { Binding, BindingTable } from "./http-rule.ts";
import { recordOf } from "./json-reader.ts";
import { parseJson } from "./parse-json.ts";
import { readProto } from "./proto-reader.ts";
import { readUnary } from "./unary-message.ts";
import { ValuePath } from "./value-path.ts";

/** How a client speaks, and is answered. */
export type HttpFront =
  | {
      readonly kind: "json" /** The field that the body of a response is; empty for all. */;
      readonly responseBody: string;
    }
  | { readonly kind: "grpc" }
  | { readonly kind: "grpc-web"; readonly mode: GrpcWebMode };

/** Why a request is no call. */
export interface HttpRefusal {
  readonly kind: "refusal";
  readonly front: HttpFront;
  readonly code: Code;
  readonly message: string;
  /** Where the status of HTTP is another one than that of the code. */
  readonly status?: number;
  /** Flat, as `createHeaders` takes them. */
  readonly headers?: readonly string[];
}

/** A request that was understood. */
export interface HttpCall {
  readonly kind: "read";
  readonly front: HttpFront;
  readonly method: CompiledMethod;
  readonly args: readonly unknown[];
}

const JSON_FRONT: HttpFront = { kind: "json", responseBody: "" };
const JSON_TYPE = /^application\/(json|[\w.-]+\+json)[ \t]*(;|$)/i;
const GRPC_TYPE = /^application\/grpc(\+proto)?[ \t]*(;|$)/i;

/** The front of a request, by its `content-type`; of gRPC's other formats it is `undefined`. */
export function frontOf(headers: Headers): HttpFront | undefined {
  const contentType = headers.get("content-type") ?? "";
  if (!/^application\/grpc/i.test(contentType)) return JSON_FRONT;
  const mode = grpcWebMode(contentType);
  if (mode !== undefined) {
    return /\+(?!proto)/i.test(contentType.split(";", 1)[0] as string)
      ? undefined
      : { kind: "grpc-web", mode };
  }
  return GRPC_TYPE.test(contentType) ? { kind: "grpc" } : undefined;
}

/** Milliseconds, rounded up; `undefined` if the client does not say, `NaN` for what is no time. */
export function timeoutOf(headers: Headers): number | undefined {
  const text = headers.get("grpc-timeout");
  if (text === undefined) return undefined;
  return Math.min(Math.ceil(parseGrpcTimeout(text) ?? Number.NaN), 0x7fff_ffff);
}

/**
 * The method of a request, and its arguments.
 *
 * @throws {TranslateError} for arguments that are not of their types.
 * @throws {DecodeError} for a message that is none.
 */
export function readHttp(
  request: HttpRequest,
  front: HttpFront,
  methods: ReadonlyMap<string, CompiledMethod>,
  bindings: BindingTable<CompiledMethod>,
  limits: DecodeLimits,
): HttpCall | HttpRefusal {
  const query = request.path.indexOf("?");
  const path = query < 0 ? request.path : request.path.slice(0, query);
  if (front.kind !== "json") return readGrpc(request, front, path, methods, limits);
  const routed = bindings.find(request.method, path);
  if (routed.kind === "none") {
    return refuse(front, "UNIMPLEMENTED", `nobody serves ${request.method} ${shortened(path)}`);
  }
  if (routed.kind === "other-verb") {
    const allow = routed.verbs.join(", ");
    const message = `${shortened(path)} is served for ${allow} alone, not for ${request.method}`;
    return { ...refuse(front, "UNIMPLEMENTED", message, 405), headers: ["allow", allow] };
  }
  const { binding, values } = routed;
  const found: HttpFront = { kind: "json", responseBody: binding.responseBody };
  const contentType = request.headers.get("content-type");
  if (request.body.length > 0 && !JSON_TYPE.test(contentType ?? "")) {
    const what = contentType === undefined ? "none" : JSON.stringify(shortened(contentType));
    return refuse(found, "INVALID_ARGUMENT", `expected content-type application/json, got ${what}`, 415);
  }
  const tree = bodyTree(request.body, binding, limits);
  const { args } = binding.method;
  const valuePath = new ValuePath("path", limits);
  for (const [{ fields }, text] of values) putText(tree, args, fields, text, valuePath);
  if (query >= 0) putQuery(tree, request.path.slice(query + 1), binding, limits);
  return { kind: "read", front: found, method: binding.method, args: argumentsOf(tree, args, limits) };
}

function readGrpc(
  request: HttpRequest,
  front: HttpFront,
  path: string,
  methods: ReadonlyMap<string, CompiledMethod>,
  limits: DecodeLimits,
): HttpCall | HttpRefusal {
  const method = methods.get(path);
  if (method === undefined || request.method !== "POST") {
    return refuse(front, "UNIMPLEMENTED", `nobody serves ${request.method} ${shortened(path)}`);
  }
  const unary = readUnary(request.body, limits.maxBytes, front.kind === "grpc-web" ? front.mode : undefined);
  if (unary.kind === "failure") return refuse(front, unary.code, unary.message);
  const record = readProto(method.request, unary.message, new ValuePath("protobuf", limits));
  return { kind: "read", front, method, args: valuesOf(record as Record<string, unknown>, method.args) };
}

/** An object for the arguments, with those that the body says. */
function bodyTree(
  body: Buffer,
  { body: rule, method }: Binding<CompiledMethod>,
  limits: DecodeLimits,
): Record<string, unknown> {
  const tree = Object.create(null) as Record<string, unknown>;
  const path = new ValuePath("json", limits);
  if (body.length === 0) return tree;
  if (rule === "") path.fail("the rule of this path has no body");
  const value = parseJson(body, limits);
  if (rule !== "*") {
    tree[rule] = value;
    return tree;
  }
  const names = [...method.args.keys()];
  if (Array.isArray(value)) {
    if (value.length > names.length) path.fail(`${value.length} arguments; expected ${names.length}`);
    for (const [i, item] of value.entries()) tree[names[i] as string] = item;
    return tree;
  }
  if (typeof value !== "object" || value === null) path.fail("expected an object or a list of the arguments");
  for (const [name, item] of Object.entries(value as object)) {
    if (!method.args.has(name))
      path.fail(`${method.name} has no argument ${JSON.stringify(shortened(name))}`);
    tree[name] = item;
  }
  return tree;
}

function putQuery(
  tree: Record<string, unknown>,
  query: string,
  { body, method, template }: Binding<CompiledMethod>,
  limits: DecodeLimits,
): void {
  const path = new ValuePath("query", limits);
  let count = 0;
  for (const [name, text] of new URLSearchParams(query)) {
    if (++count > limits.maxHeaders) path.tooMuch("parameters", count, limits.maxHeaders);
    const fields = name.split(".");
    const isTaken = template.variables.some((variable) => variable.fields.join(".") === name);
    if (body === "*" || fields[0] === body || isTaken) {
      path.fail(`${JSON.stringify(shortened(name))} is in the path or the body`);
    }
    putText(tree, method.args, fields, text, path);
  }
}

function argumentsOf(
  tree: Record<string, unknown>,
  args: ReadonlyMap<string, AnyJavaType>,
  limits: DecodeLimits,
): unknown[] {
  return valuesOf(recordOf(tree, args, "the method", new ValuePath("json", limits)), args);
}

function valuesOf(
  record: Readonly<Record<string, unknown>>,
  args: ReadonlyMap<string, AnyJavaType>,
): unknown[] {
  return [...args.keys()].map((name) => record[name]);
}

function refuse(front: HttpFront, code: Code, message: string, status?: number): HttpRefusal {
  return { kind: "refusal", front, code, message, ...(status === undefined ? {} : { status }) };
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
