import { show } from "./check-scalar.ts";
import type { Field } from "./field.ts";
import type { MessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";

/**
 * The fields that are set in the messages being written: a stack, since messages stand inside messages.
 *
 * It is filled by walking over the properties of a message, not over the fields of its type: that finds the
 * properties the type does not have, and costs little for a message with three fields set of fifty.
 */
export class SetFields {
  readonly #fields: Field[] = [];
  readonly #values: unknown[] = [];
  /** Number of entries. */
  top = 0;

  field(at: number): Field {
    return this.#fields[at]!;
  }

  value(at: number): unknown {
    return this.#values[at];
  }

  /**
   * Adds what is set in a message, in the order of the field numbers, from the present `top` on.
   * @throws ProtoError for a property the type does not have, or two members of a oneof.
   */
  push(type: MessageType, message: unknown): void {
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      throw new ProtoError(`${show(message)} is not a ${type.name}`);
    }
    const base = this.top;
    let next = 0;
    for (const key in message) {
      // Whole messages have their properties in the order of the fields.
      let field = type.fields[next];
      if (field === undefined || field.name !== key) {
        field = type.byName.get(key);
        if (field === undefined) throw new ProtoError(`unknown property "${key}" of ${type.name}`);
      }
      next = field.place + 1;
      const value = (message as Record<string, unknown>)[key];
      // A negative zero is no default, but equal to it.
      if (value === undefined || (value === field.absent && value !== 0)) continue;
      if (field.oneof !== "") this.#checkAlone(field, base);
      this.#insert(field, value, base);
    }
  }

  #insert(field: Field, value: unknown, base: number): void {
    let at = this.top++;
    while (at > base && this.#fields[at - 1]!.place > field.place) {
      this.#fields[at] = this.#fields[at - 1]!;
      this.#values[at] = this.#values[at - 1];
      at--;
    }
    this.#fields[at] = field;
    this.#values[at] = value;
  }

  #checkAlone(field: Field, base: number): void {
    for (let at = base; at < this.top; at++) {
      const other = this.#fields[at]!;
      if (other.oneof === field.oneof) {
        throw new ProtoError(
          `"${other.name}" and "${field.name}" are set, and oneof ${field.oneof} holds one of them`,
        );
      }
    }
  }
}
