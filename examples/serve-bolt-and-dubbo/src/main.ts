// node examples/serve-bolt-and-dubbo/src/main.ts 12200
import { JavaError, java } from "@dualmesh/codecs/hessian";
import { createRpcServer, defineService, implement } from "@dualmesh/rpc";

const methods = { greet: { args: [java.string], returns: java.string } } as const;

function greet(name: string | null): string {
  if (name === null) throw new JavaError("java.lang.IllegalArgumentException", "a name is null");
  return `hello ${name}`;
}

// SOFARPC and Dubbo version their interfaces each in their own way.
const server = createRpcServer({
  services: ["1.0", "1.0.0"].map((version) =>
    implement(defineService("com.example.Greeter", { version, methods }), { greet }),
  ),
});
console.log("listening", await server.listen({ port: Number(process.argv[2] ?? 12_200) }));
process.once("SIGTERM", () => void server.close());
