import type { DocumentPath, Position, SourceDocument } from "@dualmesh/envoy-api";
import { locateProblem } from "./locate-problem.ts";

/** `node.id`, `dynamic_resources.ads_config.grpc_services[0]` */
const FIELDS = /^[a-z_]+(?:\.[a-z_]+|\[\d+\])*(?=[: ])/;

/**
 * Where in a bootstrap's text stands what a sentence is about: it begins with a field, or with a listener or a cluster of
 * the file itself. The nearest place above it, if it is missing; `undefined` where the sentence is about none of them.
 */
export function placeInBootstrap(source: SourceDocument, sentence: string): Position | undefined {
  const found = /^(listener|cluster) "((?:[^"\\]|\\.)*)"/.exec(sentence);
  if (found !== null) return at(source, ["static_resources", `${found[1]}s`, found[2] as string], sentence);
  const fields = FIELDS.exec(sentence)?.[0];
  return fields === undefined || !fields.includes(".") ? undefined : at(source, [], `.${sentence}`);
}

function at(source: SourceDocument, resource: DocumentPath, sentence: string): Position | undefined {
  const { line, column } = locateProblem(source, resource, sentence);
  return line === undefined || column === undefined ? undefined : { line, column };
}
