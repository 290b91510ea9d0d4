import type { FrameCodec } from "@dualmesh/codecs/frame";
import type { RegisteredClass } from "@dualmesh/codecs/hessian";
import type { Request, Response, Service } from "@dualmesh/core";
import { applicationService } from "./application-service.ts";
import { boltServerProtocol } from "./bolt/server-protocol.ts";
import { dubboServerProtocol } from "./dubbo/server-protocol.ts";
import { createFrameServer, type RpcServer, type RpcServerOptions } from "./frame-server.ts";
import type { ServiceImplementation } from "./implement.ts";
import { classesOf } from "./service-definition.ts";

/** What servers of services are told. */
export interface ServicesOptions extends RpcServerOptions {
  readonly services: readonly ServiceImplementation[];
  /** Classes that values of type `any` may be of, besides those that methods name. */
  readonly classes?: readonly RegisteredClass[];
  /** Whether values of type `any` keep what JavaScript would lose: `JavaDouble`, `JavaList`, `JavaMap`. Default `false`. */
  readonly exact?: boolean;
}

/** A server of frames: whatever the protocol, the service sees requests of `frameRequest`. */
export interface FrameServiceOptions extends RpcServerOptions {
  /** Those that its one port speaks. At least one. */
  readonly codecs: readonly FrameCodec[];
  /** Answers requests, by frames or local replies. */
  readonly service: Service<Request, Response>;
}

/**
 * A server whose one port speaks several protocols, told apart by the first bytes of each connection: the services of an
 * application over Bolt and Dubbo, or one service of frames over any codecs.
 *
 * @throws {RangeError} for an option out of its range, and for two services or classes of one name.
 */
export function createRpcServer(options: ServicesOptions | FrameServiceOptions): RpcServer {
  return "services" in options
    ? serve(options, [boltServerProtocol, dubboServerProtocol])
    : createFrameServer(options);
}

/** Serves SOFARPC's clients over Bolt. @throws {RangeError} as {@link createRpcServer}. */
export function createBoltServer(options: ServicesOptions): RpcServer {
  return serve(options, [boltServerProtocol]);
}

/** Serves clients of Dubbo over `dubbo://`. @throws {RangeError} as {@link createRpcServer}. */
export function createDubboServer(options: ServicesOptions): RpcServer {
  return serve(options, [dubboServerProtocol]);
}

function serve(
  options: ServicesOptions,
  makers: readonly (typeof boltServerProtocol | typeof dubboServerProtocol)[],
): RpcServer {
  const { services, classes = [], exact = false } = options;
  const all = [...new Set([...classes, ...services.flatMap(({ definition }) => classesOf(definition))])];
  const protocols = makers.map((make) =>
    make(services, { classes: all, exact, ...(options.limits?.decode && { limits: options.limits.decode }) }),
  );
  const codecs = protocols.map(({ codec }) => codec);
  return createFrameServer({ ...options, codecs, service: applicationService(protocols) });
}
