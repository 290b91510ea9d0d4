import { expect, test } from "vitest";
import { createHessian, type JavaClass, java } from "../../src/hessian/index.ts";

interface Animal {
  name: string | null;
  homes: Map<string | null, Animal | null> | null;
}
const Animal: JavaClass<Animal> = java.class<Animal>("com.example.Animal", () => ({
  name: java.string,
  homes: java.map(java.string, Animal),
}));

interface Dog extends Animal {
  breed: string | null;
}
const Dog: JavaClass<Dog> = java.class<Dog, Animal>("com.example.Dog", () => ({ breed: java.string }), {
  extends: Animal,
});

test("a subclass declares its own fields only, and a map is read as a Map", () => {
  const codec = createHessian({ dialect: "4", classes: [Dog] });
  const dog = Dog.of({ name: "Rex", breed: "Collie", homes: new Map([["sea", null]]) });
  const read = codec.decode(codec.encode(dog), Dog);
  expect(read?.homes?.get("sea")).toBeNull();
  expect(read).toEqual(dog);
});

test("a field that hides one of the parent's is declared again, as in Java", () => {
  const Shadow = java.class<Dog, Animal>(
    "com.example.Shadow",
    { breed: java.string, name: java.string },
    { extends: Animal },
  );
  const codec = createHessian({ dialect: "4", classes: [Shadow] });
  const shadow = Shadow.of({ name: "Rex", breed: null, homes: null });
  expect(codec.decode(codec.encode(shadow), Shadow)).toEqual(shadow);
  // @ts-expect-error: breed is missing.
  expect(java.class<Dog, Animal>("com.example.Cat", {}, { extends: Animal }).className).toBe(
    "com.example.Cat",
  );
});
