import { java, type ValueOf } from "@dualmesh/codecs/hessian";
import type { ServiceSchema } from "@dualmesh/codecs/translate";

/** `class Greeting { String text; Date at; long number; }` */
export const Greeting = java.class("com.example.Greeting", {
  text: java.string,
  at: java.date,
  number: java.long,
});
export type Greeting = ValueOf<typeof Greeting>;

/** `interface Greeter { Greeting greet(String name, int times); }` */
export const greeter: ServiceSchema = {
  service: "com.example.Greeter",
  version: "1.0",
  methods: {
    greet: {
      args: { name: java.string, times: java.int },
      returns: Greeting,
      http: { get: "/v1/greet/{name}" },
    },
  },
};
