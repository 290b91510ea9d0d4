import type { HessianWriter } from "./hessian-writer.ts";

/** What writes objects of a registered class. */
export interface InstanceWriter {
  writeInstance(writer: HessianWriter, value: object): void;
}

/**
 * Where the objects of a registered class keep it: on their prototype, so that they look like plain objects, and are still
 * written as what they were read as.
 */
export const INSTANCE_CLASS: unique symbol = Symbol("dualmesh.hessian.class");

/** The class of an object that was read, or made by `JavaClass.of`; `undefined` for any other. */
export function instanceClassOf(value: object): InstanceWriter | undefined {
  return (value as { readonly [INSTANCE_CLASS]?: InstanceWriter })[INSTANCE_CLASS];
}
