import { EncodeError, java, type RegisteredClass } from "@dualmesh/codecs/hessian";
import {
  CANCELLED,
  type Call,
  type Clock,
  createCall,
  MeshError,
  type Response,
  resetOutcome,
  systemClock,
  toReset,
  WRITTEN,
} from "@dualmesh/core";
import type { ClientProtocol, HeaderInput, MethodBinding } from "./call-binding.ts";
import { frameOf } from "./frame-body.ts";
import { frameRequest } from "./frame-request.ts";
import { frameOutcome } from "./frame-response.ts";
import { createRpcChannel, type RpcChannel, type RpcChannelOptions } from "./rpc-channel.ts";
import {
  type ArgumentsOf,
  classesOf,
  type MethodDefinition,
  type Methods,
  type ResultOf,
  type ServiceDefinition,
} from "./service-definition.ts";

/** Of one call. */
export interface RpcCallOptions {
  /** Milliseconds, over 0. Default: the client's. */
  readonly timeoutMs?: number;
  /** Cancels it: the call rejects, and its answer is dropped. */
  readonly signal?: AbortSignal;
  /** Bolt's header map, Dubbo's attachments. */
  readonly headers?: HeaderInput;
}

/** The methods of a service. The last argument, which may be left out, is the call's options. */
export type ServiceClient<M extends Methods> = {
  readonly [Name in keyof M]: (
    ...args: [...args: ArgumentsOf<M[Name]>, options?: RpcCallOptions]
  ) => Promise<ResultOf<M[Name]>>;
};

/** A service of which nobody wrote down the types: values are what they look like. */
export interface GenericService {
  /**
   * @param argTypes Java's names: `java.lang.String`, `long`, `[Lcom.example.Order;`.
   * @throws {JavaError} what the method threw. Objects are read as `JavaObject`, unless their classes are registered.
   */
  invoke(
    method: string,
    argTypes: readonly string[],
    args: readonly unknown[],
    options?: RpcCallOptions,
  ): Promise<unknown>;
}

export interface GenericOptions {
  readonly version?: string;
  readonly group?: string;
  readonly classes?: readonly RegisteredClass[];
}

/** Calls the services of one peer. */
export interface RpcClient extends AsyncDisposable {
  /** @throws {RangeError} for two classes of one name among those that its methods name. */
  service<M extends Methods>(definition: ServiceDefinition<M>): ServiceClient<M>;
  generic(name: string, options?: GenericOptions): GenericService;
  /** What its calls go through. */
  readonly channel: RpcChannel;
  /** Takes no new calls; settles when the last is over, and its connection closed. */
  close(): Promise<void>;
}

export interface RpcClientOptions extends Omit<RpcChannelOptions, "codec"> {
  /** For calls that say nothing of it. Milliseconds, over 0. Default 3,000. */
  readonly timeoutMs?: number;
}

/** A client of what a protocol says. */
export function createServiceClient(protocol: ClientProtocol, options: RpcClientOptions): RpcClient {
  const { timeoutMs = 3_000, clock = systemClock } = options;
  checkTimeout(timeoutMs);
  const channel = createRpcChannel({ ...options, codec: protocol.codec });
  const invoke = (
    method: MethodBinding,
    args: readonly unknown[],
    call: RpcCallOptions = {},
  ): Promise<unknown> =>
    runCall({ channel, protocol, clock, timeoutMs: call.timeoutMs ?? timeoutMs }, method, args, call);
  return {
    channel,
    service<M extends Methods>(definition: ServiceDefinition<M>) {
      const bind = protocol.service(definition, classesOf(definition));
      const methods = Object.entries<MethodDefinition>(definition.methods).map(([key, method]) => {
        const { args, types, returns, oneway = false, javaName = key } = method;
        const bound = bind({ method: javaName, args, typeNames: types, returns, isOneWay: oneway });
        const count = args.length;
        return [
          key,
          (...given: unknown[]) => invoke(bound, given.slice(0, count), given[count] as RpcCallOptions),
        ];
      });
      return Object.fromEntries(methods) as ServiceClient<M>;
    },
    generic(name, { version, group, classes = [] } = {}) {
      const bind = protocol.service({ name, version, group }, classes);
      return {
        invoke: (method, argTypes, args, call) =>
          invoke(
            bind({ method, args: [], typeNames: argTypes, returns: java.any, isOneWay: false }),
            args,
            call,
          ),
      };
    },
    close: () => channel.close(),
    [Symbol.asyncDispose]: () => channel.close(),
  };
}

interface CallParts {
  readonly channel: RpcChannel;
  readonly protocol: ClientProtocol;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** Not async: what has to be made for each call is a call, a request and two promises. */
function runCall(
  { channel, protocol, clock, timeoutMs }: CallParts,
  method: MethodBinding,
  args: readonly unknown[],
  { signal, headers }: RpcCallOptions,
): Promise<unknown> {
  let call: Call | undefined;
  let abort: Disposable | undefined;
  try {
    checkTimeout(timeoutMs);
    const request = frameRequest(method.write(args, Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS), headers));
    const startMs = clock.now();
    const made = createCall({ clock, startMs, deadlineMs: startMs + timeoutMs });
    call = made;
    abort = signal === undefined ? undefined : abortOn(signal, made);
    return channel(request, made).then(
      (response) => {
        abort?.[Symbol.dispose]();
        made.end(frameOutcome(response, protocol.codec));
        return resultOf(method, response);
      },
      (error: unknown) => {
        abort?.[Symbol.dispose]();
        made.end(resetOutcome(toReset(error)));
        throw error;
      },
    );
  } catch (error) {
    abort?.[Symbol.dispose]();
    call?.end(resetOutcome(toReset(error)));
    return Promise.reject(error instanceof EncodeError ? argumentError(method, error) : error);
  }
}

/** The same, with the number that the application gave the argument. */
function argumentError({ label, valuesBefore }: MethodBinding, error: EncodeError): Error {
  const [, number, rest = ""] = /^\[(\d+)\](.*)$/s.exec(error.path) ?? [];
  const what = error.rawMessage.slice(`hessian: ${error.path}: `.length);
  if (number === undefined) return error;
  const place = `argument ${Number(number) - valuesBefore}${rest}`;
  return new MeshError("INVALID_ARGUMENT", `${label}: ${place}: ${what}`, { cause: error });
}

function resultOf(method: MethodBinding, response: Response): unknown {
  if (response === WRITTEN) return undefined;
  const frame = frameOf(response);
  if (frame !== undefined) return method.read(frame);
  const { code, message, flag, execution } = response.head.local ?? NO_ANSWER;
  throw new MeshError(code, `${method.label}: ${message}`, { flag, execution });
}

const MAX_TIMEOUT_MS = 0x7fffffff;
/** A filter answered with a response of its own, and not as a refusal. */
const NO_ANSWER = {
  code: "INTERNAL",
  message: "a filter answered in no frame",
  flag: "",
  execution: "not-executed",
} as const;

function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0)) throw new RangeError(`rpc client: timeoutMs must be over 0 ms, got ${timeoutMs}`);
}

function abortOn(signal: AbortSignal, call: Call): Disposable {
  const abort = (): void => call.cancel({ ...CANCELLED, cause: signal.reason });
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", abort) };
}
