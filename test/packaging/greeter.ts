import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";

export interface Greeter {
  readonly port: number;
  close(): void;
}

const greet = {
  path: "/greet.Greeter/Greet",
  requestStream: false,
  responseStream: false,
  requestSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: String,
  responseSerialize: (text: string) => Buffer.from(text),
  responseDeserialize: String,
} as const;

/** A server of gRPC on loopback that says hello to whatever it is told. */
export async function startGreeter(): Promise<Greeter> {
  const answer: handleUnaryCall<string, string> = ({ request }, reply) => reply(null, `hello ${request}`);
  const server = new Server();
  server.addService({ greet }, { greet: answer });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
