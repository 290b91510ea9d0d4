import { Agent, type IncomingMessage, request } from "node:http";
import { follow, type LlhttpMessage, type LlhttpSeen } from "./llhttp-message.ts";
import { ScriptedSocket } from "./scripted-socket.ts";

/** Reads the response to one request by a real client of `node:http`. */
export async function llhttpResponse(bytes: Buffer, method: string): Promise<LlhttpSeen> {
  const socket = new ScriptedSocket();
  let message: (() => LlhttpMessage) | undefined;
  let error: string | undefined;
  const agent = new Agent();
  agent.createConnection = () => socket;
  const outgoing = request({ method, agent, host: "a.test" });
  const onResponse = (incoming: IncomingMessage): void => {
    message ??= follow(incoming);
  };
  outgoing.on("response", onResponse).on("upgrade", onResponse);
  outgoing.on("error", (cause: NodeJS.ErrnoException) => {
    error ??= cause.code ?? cause.message;
    setImmediate(() => socket.destroy());
  });
  outgoing.maxHeadersCount = 0;
  outgoing.end();
  await new Promise(setImmediate);
  await socket.play(bytes);
  return { messages: message === undefined ? [] : [message()], error };
}
