// Apart from the root, so that tests without xDS load no gRPC.
export { type ScriptedDeltaClient, scriptedDeltaClient } from "./scripted-delta-client.ts";
export {
  type ScriptedXdsServer,
  type ScriptedXdsServerOptions,
  scriptedXdsServer,
} from "./scripted-xds-server.ts";
export type { ScriptedResponse, ScriptedXdsStream } from "./scripted-xds-stream.ts";
