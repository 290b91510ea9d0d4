// node examples/call-sofa/src/main.ts 127.0.0.1:12200
import { java } from "@dualmesh/codecs/hessian";
import { createBoltClient, defineService } from "@dualmesh/rpc";

const Greeter = defineService("com.example.Greeter", {
  version: "1.0",
  methods: { greet: { args: [java.string], returns: java.string } },
});

await using client = createBoltClient({ address: process.argv[2] ?? "127.0.0.1:12200" });
console.log(await client.service(Greeter).greet("world", { timeoutMs: 5_000 }));
