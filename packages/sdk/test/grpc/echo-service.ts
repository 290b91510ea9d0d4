import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as grpc from "@grpc/grpc-js";

const text = (value: string): Buffer => Buffer.from(value);
const parse = (bytes: Buffer): string => bytes.toString();

function method(path: string, requestStream: boolean, responseStream: boolean) {
  return {
    path: `/test.Echo/${path}`,
    requestStream,
    responseStream,
    requestSerialize: text,
    requestDeserialize: parse,
    responseSerialize: text,
    responseDeserialize: parse,
  } as const;
}

/** A service whose messages are text. */
export const ECHO_SERVICE = {
  Unary: method("Unary", false, false),
  Collect: method("Collect", true, false),
  Expand: method("Expand", false, true),
  Chat: method("Chat", true, true),
  /** Known to the client alone. */
  Missing: method("Missing", false, false),
} satisfies grpc.ServiceDefinition;

type Callback = grpc.sendUnaryData<string>;

/** What servers do unless a test wants something else. */
export const ECHO_HANDLERS = {
  /** Answers with what it was asked; `fail` and a number fail with that code, `hang` never answers. */
  Unary(call: grpc.ServerUnaryCall<string, string>, callback: Callback): void {
    const { request, metadata } = call;
    const trailers = metadata.clone();
    for (const name of ["user-agent", "grpc-accept-encoding"]) trailers.remove(name);
    call.sendMetadata(trailers);
    const [word, code] = request.split(" ");
    if (word === "hang") return;
    if (word === "fail") callback({ code: Number(code), details: "as asked ☺", metadata: trailers });
    else if (word === "deadline")
      callback(null, String(Math.ceil((Number(call.getDeadline()) - Date.now()) / 1_000)));
    else callback(null, request, trailers);
  },
  Collect(call: grpc.ServerReadableStream<string, string>, callback: Callback): void {
    const all: string[] = [];
    call.on("data", (message: string) => all.push(message));
    call.on("end", () => callback(null, all.join(" ")));
  },
  /** As many numbers as it was asked for; then the status that was asked for. */
  async Expand(call: grpc.ServerWritableStream<string, string>): Promise<void> {
    const [count, code] = call.request.split(" ").map(Number);
    const numbers = Array.from({ length: count ?? 0 }, (_, i) => String(i));
    await pipeline(Readable.from(numbers), call, { end: false });
    if (code === undefined) call.end();
    else call.emit("error", { code, details: "as asked" });
  },
  Chat(call: grpc.ServerDuplexStream<string, string>): void {
    call.on("data", (message: string) => call.write(`re: ${message}`));
    call.on("end", () => call.end());
  },
};

export interface EchoServer extends AsyncDisposable {
  readonly port: number;
  readonly server: grpc.Server;
}

/** A real grpc-js server on loopback. */
export async function startEcho(
  handlers: Partial<Record<keyof typeof ECHO_HANDLERS, grpc.UntypedHandleCall>> = {},
  options: grpc.ServerOptions = {},
): Promise<EchoServer> {
  const server = new grpc.Server(options);
  const { Missing: _, ...served } = ECHO_SERVICE;
  server.addService(served, { ...ECHO_HANDLERS, ...handlers } as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, server, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}
