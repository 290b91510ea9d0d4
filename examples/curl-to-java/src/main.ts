import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { protoOf } from "@dualmesh/codecs/translate";
import { createBoltClient } from "./bolt-client.ts";
import { createGateway } from "./gateway.ts";
import { greeter } from "./greeter-schema.ts";
import { createJavaService } from "./java-service.ts";

const [host, port = await startJavaService()] = process.argv[2]?.split(":") ?? ["127.0.0.1"];
const gateway = createGateway(createBoltClient(Number(port), host));
gateway.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1");
await once(gateway, "listening");
const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;

console.log(`${protoOf(greeter)}
curl '${url}/v1/greet/world?times=2'
curl --json '["world",4]' ${url}/com.example.Greeter/greet`);

async function startJavaService(): Promise<number> {
  const java = createJavaService().listen(0, "127.0.0.1");
  await once(java, "listening");
  return (java.address() as AddressInfo).port;
}
