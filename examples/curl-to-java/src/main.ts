import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { protoOf } from "@dualmesh/codecs/translate";
import { createBoltClient } from "./bolt-client.ts";
import { createGateway } from "./gateway.ts";
import { greeter } from "./greeter-schema.ts";
import { createJavaService } from "./java-service.ts";

const java = createJavaService().listen(0, "127.0.0.1");
await once(java, "listening");
const gateway = createGateway(createBoltClient((java.address() as AddressInfo).port));
gateway.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1");
await once(gateway, "listening");
const { port } = gateway.address() as AddressInfo;

console.log(`${protoOf(greeter)}
curl 'http://127.0.0.1:${port}/v1/greet/world?times=2'
curl --json '["world",4]' http://127.0.0.1:${port}/com.example.Greeter/greet`);
