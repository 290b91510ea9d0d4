import { once } from "node:events";
import { connect } from "node:net";
import { GO_INTEROP, type Peer } from "../peers/find-peer.ts";
import { startDialogue } from "../stage/dialogue.ts";
import { untilDone } from "../stage/eventually.ts";
import { freePort } from "../stage/free-port.ts";
import { startProgram } from "../stage/program.ts";

/** A server of grpc.testing.TestService on loopback. */
export interface InteropServer extends AsyncDisposable {
  readonly port: number;
}

/** grpc-go's own interop server. */
export async function startGoInteropServer(): Promise<InteropServer> {
  const port = await freePort();
  const program = startProgram("interop server of grpc-go", GO_INTEROP.server, ["-port", `${port}`]);
  await Promise.race([untilListening(port), program.failed]);
  return { port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** A peer's server of the cases that are about compression. */
export async function startCompressingServer(peer: Peer): Promise<InteropServer> {
  const port = await freePort();
  const args = [...peer.args, "interop-server", `127.0.0.1:${port}`];
  const dialogue = startDialogue(peer.name, peer.command, args, peer.env);
  await untilListening(port);
  return { port, [Symbol.asyncDispose]: () => dialogue[Symbol.asyncDispose]() };
}

function untilListening(port: number): Promise<void> {
  return untilDone(async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect").finally(() => socket.destroy());
  });
}
