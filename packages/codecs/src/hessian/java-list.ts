/**
 * A list with what an array would lose: its type, and whether its length was on the wire. To write one is how an untyped
 * position gets a typed list.
 */
export class JavaList {
  /** As it is on the wire: `[int`, `java.util.LinkedList`; `null` for none. */
  readonly type: string | null;
  readonly items: unknown[];
  /** Without a length, which iterators and enumerations have. */
  readonly isOpen: boolean;

  constructor(type: string | null, items: unknown[], isOpen = false) {
    this.type = type;
    this.items = items;
    this.isOpen = isOpen;
  }
}
