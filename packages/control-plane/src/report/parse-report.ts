import { MeshError } from "@dualmesh/core";
import type { JsonObject } from "@dualmesh/envoy-api";
import {
  type ByWay,
  type CallSample,
  type CallWay,
  type EdgeReport,
  LAST_BUCKET,
  type NodeKind,
  type NodeReport,
  REPORT_LIMITS,
  type ReportedMode,
  type RouteSteps,
  type StepVerdict,
} from "@dualmesh/telemetry/observation";
import { fieldError, isJsonObject, member, readString } from "../workload/read-field.ts";

/**
 * Reads a report, within its limits. Fields that are not known are left out and not refused: the node may be newer than
 * this control plane.
 *
 * Throws a `MeshError` (`INVALID_ARGUMENT`) that names the first field that is wrong, what was expected and what came.
 */
export function parseReport(body: unknown, kind: NodeKind): NodeReport {
  const object = readRecord(body, "body");
  const mode = member(object, "mode");
  return {
    kind,
    intervalMs: readNumber(object, "intervalMs", "intervalMs"),
    ...(mode === undefined ? {} : { mode: readMode(readRecord(mode, "mode")) }),
    inbound: readByWay(readRecord(member(object, "inbound"), "inbound")),
    edges: readList(object, "edges", "edges", REPORT_LIMITS.edges, readEdge),
    omittedEdges: readNumber(object, "omittedEdges", "omittedEdges"),
    samples: readList(object, "samples", "samples", REPORT_LIMITS.samples, readSample),
  };
}

function readMode(object: JsonObject): ReportedMode {
  const text = (key: string): string => readString(member(object, key), `mode.${key}`);
  const percent = member(object, "sidecarPercent");
  return {
    mode: text("mode"),
    sidecar: text("sidecar"),
    sidecarDetail: text("sidecarDetail"),
    ...(percent === undefined
      ? {}
      : { sidecarPercent: readNumber(object, "sidecarPercent", "mode.sidecarPercent") }),
  };
}

function readByWay(object: JsonObject): ByWay {
  return {
    direct: readNumber(object, "direct", "inbound.direct"),
    sidecar: readNumber(object, "sidecar", "inbound.sidecar"),
  };
}

function readEdge(value: unknown, path: string): EdgeReport {
  const object = readRecord(value, path);
  const text = (key: string): string => readString(member(object, key), `${path}.${key}`);
  const count = (key: string): number => readNumber(object, key, `${path}.${key}`);
  return {
    authority: text("authority"),
    protocol: text("protocol"),
    way: readWay(object, path),
    cluster: text("cluster"),
    calls: count("calls"),
    errors: count("errors"),
    retries: count("retries"),
    latency: readLatency(member(object, "latency"), `${path}.latency`),
  };
}

function readLatency(value: unknown, path: string): readonly number[] {
  const expected = "buckets and counts by turns";
  if (!Array.isArray(value) || value.length % 2 !== 0) throw fieldError(path, expected, value);
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    const max = index % 2 === 0 ? LAST_BUCKET : Number.MAX_SAFE_INTEGER;
    if (!(Number.isSafeInteger(item) && (item as number) >= 0 && (item as number) <= max)) {
      throw fieldError(`${path}[${index}]`, `an integer from 0 to ${max}`, item);
    }
  }
  return value as readonly number[];
}

function readSample(value: unknown, path: string): CallSample {
  const object = readRecord(value, path);
  const text = (key: string): string => readString(member(object, key), `${path}.${key}`);
  const count = (key: string): number => readNumber(object, key, `${path}.${key}`);
  const explanation = member(object, "explanation");
  return {
    wallMs: count("wallMs"),
    method: text("method"),
    authority: text("authority"),
    path: text("path"),
    protocol: text("protocol"),
    way: readWay(object, path),
    virtualHost: text("virtualHost"),
    route: text("route"),
    cluster: text("cluster"),
    endpoint: text("endpoint"),
    status: count("status"),
    code: text("code"),
    flag: text("flag"),
    details: text("details"),
    attempts: count("attempts"),
    durationMs: count("durationMs"),
    ...(explanation === undefined
      ? {}
      : { explanation: readSteps(readRecord(explanation, `${path}.explanation`), `${path}.explanation`) }),
  };
}

function readSteps(object: JsonObject, path: string): RouteSteps {
  const text = (key: string): string => readString(member(object, key), `${path}.${key}`);
  return {
    listener: text("listener"),
    chain: text("chain"),
    authority: text("authority"),
    domains: readList(object, "domains", `${path}.domains`, REPORT_LIMITS.steps, readVerdict),
    routes: readList(object, "routes", `${path}.routes`, REPORT_LIMITS.steps, readVerdict),
    omitted: readNumber(object, "omitted", `${path}.omitted`),
  };
}

function readVerdict(value: unknown, path: string): StepVerdict {
  const object = readRecord(value, path);
  const text = (key: string): string => readString(member(object, key), `${path}.${key}`);
  return { what: text("what"), verdict: text("verdict"), reason: text("reason") };
}

function readWay(object: JsonObject, path: string): CallWay {
  const way = member(object, "way");
  if (way === "direct" || way === "sidecar") return way;
  throw fieldError(`${path}.way`, "direct or sidecar", way);
}

function readList<T>(
  object: JsonObject,
  key: string,
  path: string,
  max: number,
  read: (value: unknown, path: string) => T,
): readonly T[] {
  const list = member(object, key);
  if (!Array.isArray(list)) throw fieldError(path, "a list", list);
  if (list.length > max) {
    throw new MeshError("INVALID_ARGUMENT", `${path}: expected at most ${max}, got ${list.length}`);
  }
  return list.map((item, index) => read(item, `${path}[${index}]`));
}

function readNumber(object: JsonObject, key: string, path: string): number {
  const value = member(object, key);
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw fieldError(path, "a number of 0 or more", value);
}

function readRecord(value: unknown, path: string): JsonObject {
  if (!isJsonObject(value)) throw fieldError(path, "an object", value);
  return value;
}
