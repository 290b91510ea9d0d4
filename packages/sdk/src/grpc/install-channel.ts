import { type LoadHookSync, registerHooks } from "node:module";
import type { Gate } from "../gate.ts";
import type { GrpcChannel, GrpcChannelCredentials } from "./channel-contract.ts";
import type { GrpcChannelOptions } from "./channel-options.ts";
import { ChosenChannel, type GrpcMesh } from "./chosen-channel.ts";
import { parseGrpcTarget } from "./target.ts";

type ChannelClass = new (
  target: string,
  credentials: GrpcChannelCredentials,
  options: GrpcChannelOptions,
) => GrpcChannel;

/** Where grpc-js keeps the class of its channels, in all its releases of 1.x. */
const CHANNEL_MODULE = "/@grpc/grpc-js/build/src/channel.js";

/** `OWN_CONNECTION` of core, which would be loaded for this alone, into every process that inherits NODE_OPTIONS. */
const OWN_CONNECTION = Symbol.for("dualmesh.ownConnection");

/** Through which that module hands it over. */
const HANDOVER = Symbol.for("dualmesh.grpcChannelModule");

/**
 * The way in for clients of `@grpc/grpc-js`: whoever makes a channel gets one that decides for each call whether it goes
 * through the mesh. Every copy that is loaded from now on is reached, by `require` and by `import`; one inside a bundle is
 * not.
 *
 * @param say Takes a sentence about a release that has its channels elsewhere, and stays as it is.
 */
export function installChannel(gate: Gate<GrpcMesh>, say: (sentence: string) => void): void {
  Reflect.set(globalThis, HANDOVER, (module: { ChannelImplementation?: unknown }) => {
    const own = module.ChannelImplementation;
    if (typeof own === "function") module.ChannelImplementation = chosenClass(own as ChannelClass, gate);
    else say(`this release of @grpc/grpc-js has its channels elsewhere; its clients go past the mesh`);
  });
  const load: LoadHookSync = (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(CHANNEL_MODULE)) return loaded;
    if (loaded.source === undefined || loaded.source === null) {
      say(`${url} cannot be read; clients of @grpc/grpc-js go past the mesh`);
      return loaded;
    }
    const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    const handover = `globalThis[Symbol.for(${JSON.stringify(HANDOVER.description)})]?.(exports);`;
    return { ...loaded, source: `${text}\n;${handover}\n` };
  };
  registerHooks({ load });
}

/** The class in whose place it stands, to all who ask; but `new` of it makes a channel that chooses. */
function chosenClass(own: ChannelClass, gate: Gate<GrpcMesh>): ChannelClass {
  const chosen: ChannelClass = new Proxy(own, {
    construct(_own, args, newTarget) {
      const [target, credentials, options] = args as Partial<ConstructorParameters<ChannelClass>>;
      const isMade =
        // A class of the application's own knows what it inherits from.
        newTarget !== chosen ||
        // What grpc-js would refuse, it refuses.
        typeof target !== "string" ||
        target === "" ||
        typeof credentials?._isSecure !== "function" ||
        Reflect.has(options ?? {}, OWN_CONNECTION) ||
        parseGrpcTarget(target).kind === "foreign";
      if (isMade) return Reflect.construct(own, args, newTarget === chosen ? own : newTarget) as GrpcChannel;
      const createOwn = (): GrpcChannel => new own(target, credentials, options ?? {});
      return new ChosenChannel({ target, credentials, options: options ?? {}, gate, createOwn });
    },
    get(_own, key, receiver) {
      // Of classes that inherit from it, only their own are instances.
      if (key === Symbol.hasInstance && receiver === chosen)
        return (value: unknown): boolean => value instanceof ChosenChannel || value instanceof own;
      return Reflect.get(own, key, receiver) as unknown;
    },
  });
  return chosen;
}
