import type { FrameCodec } from "@dualmesh/codecs/frame";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { CompileReport } from "./report.ts";

export const RPC_INSPECTOR = "dualmesh.extensions.filters.listener.rpc_inspector.v1.RpcInspector";

/** What listeners without protocols of frames have. */
export const NO_CODECS: readonly FrameCodec[] = Object.freeze([]);

/** One list for each choice, so that a chain whose choice stays the same keeps its connections. */
const CHOICES = new WeakMap<ExtensionRegistry, Map<string, readonly FrameCodec[]>>();

/** Compiles the listener filter that lets connections speak protocols of frames beside HTTP. */
export function compileRpcInspector(
  message: MessageTypes[typeof RPC_INSPECTOR],
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): readonly FrameCodec[] {
  report.checkFields(path, message, { uses: ["protocols"] });
  const names = message.protocols.length === 0 ? registry.codecs.map(({ name }) => name) : message.protocols;
  const found: FrameCodec[] = [];
  for (const [i, name] of names.entries()) {
    const codec = registry.findCodec(name);
    const here = `${path}.protocols[${i}]`;
    if (codec === undefined) {
      const known = registry.codecs.map((one) => one.name).join(", ");
      report.refuse(here, `nobody knows a protocol "${name}"; expected one of ${known}`);
    } else if (found.includes(codec)) report.refuse(here, `"${name}" occurs twice`);
    else found.push(codec);
  }
  return choiceOf(registry, found);
}

function choiceOf(registry: ExtensionRegistry, codecs: readonly FrameCodec[]): readonly FrameCodec[] {
  let choices = CHOICES.get(registry);
  if (choices === undefined) {
    choices = new Map();
    CHOICES.set(registry, choices);
  }
  const key = codecs.map(({ name }) => name).join(" ");
  const known = choices.get(key);
  if (known !== undefined) return known;
  choices.set(key, codecs);
  return codecs;
}
