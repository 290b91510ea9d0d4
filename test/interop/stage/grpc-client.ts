import type { Peer } from "../peers/find-peer.ts";
import { startDialogue } from "./dialogue.ts";

/** What became of some calls. */
export interface Tally {
  /** How many each server answered, by its name. */
  readonly answered: Readonly<Record<string, number>>;
  /** How many failed, by code and words. */
  readonly failed: Readonly<Record<string, number>>;
}

/** A gRPC client in a process of its own, which takes its configuration by xDS. */
export interface GrpcClient extends AsyncDisposable {
  /** Makes so many calls, one after the other. Those of the first are the first that it makes. */
  call(count: number): Promise<Tally>;
  /** Who answers, in the order of their names; or what the failures say. */
  answering(count?: number): Promise<readonly string[]>;
}

export function startGrpcClient(peer: Peer, target: string, bootstrap: string): GrpcClient {
  const env = { ...peer.env, GRPC_XDS_BOOTSTRAP: bootstrap };
  const dialogue = startDialogue(peer.name, peer.command, [...peer.args, "client", target], env);
  const call = async (count: number): Promise<Tally> => {
    dialogue.say(String(count));
    return JSON.parse(await dialogue.hear()) as Tally;
  };
  return {
    call,
    async answering(count = 20) {
      const { answered, failed } = await call(count);
      return [...Object.keys(answered).sort(), ...Object.keys(failed)];
    },
    [Symbol.asyncDispose]: () => dialogue[Symbol.asyncDispose](),
  };
}
