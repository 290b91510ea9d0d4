// node examples/call-dubbo/src/main.ts 127.0.0.1:20880
import { java } from "@dualmesh/codecs/hessian";
import { createDubboClient, defineService } from "@dualmesh/rpc";

const Greeter = defineService("com.example.Greeter", {
  version: "1.0.0",
  methods: { greet: { args: [java.string], returns: java.string } },
});

await using client = createDubboClient({ address: process.argv[2] ?? "127.0.0.1:20880" });
console.log(await client.service(Greeter).greet("world", { timeoutMs: 5_000 }));
