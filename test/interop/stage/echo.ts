import { Client, credentials, Server, ServerCredentials } from "@grpc/grpc-js";

/** What the gRPC peers speak: nothing is asked, and a name answered, as a google.protobuf.StringValue. */
const METHOD = {
  path: "/peer.Echo/Call",
  requestStream: false,
  responseStream: false,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
} as const;

/** A plain gRPC server on loopback that answers with its name. */
export interface EchoServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
}

export async function startEchoServer(name: string): Promise<EchoServer> {
  const server = new Server();
  const answer = Buffer.from([10, name.length, ...Buffer.from(name)]);
  server.addService(
    { Call: METHOD },
    { Call: (_: unknown, reply: (error: null, answer: Buffer) => void) => reply(null, answer) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { name, port, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}

/** One call, on a connection of its own. Gives the name that is answered, or the code and the words of the failure. */
export function callEcho(port: number): Promise<string> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  return new Promise((resolve) => {
    const deadline = Date.now() + 5_000;
    client.makeUnaryRequest(METHOD.path, asIs, asIs, Buffer.alloc(0), { deadline }, (error, answer) => {
      client.close();
      if (error === null) resolve(answer?.subarray(2).toString() ?? "");
      else resolve(error.message);
    });
  });
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
