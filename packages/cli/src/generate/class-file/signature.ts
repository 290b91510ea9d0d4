import { type JavaTypeRef, OBJECT, type Primitive, type TypeParameter } from "../java-type-model.ts";

/** Types stand so deep in each other at most; nobody writes deeper ones. */
const MAX_DEPTH = 300;

const PRIMITIVES: Readonly<Record<string, Primitive>> = {
  B: "byte",
  C: "char",
  D: "double",
  F: "float",
  I: "int",
  J: "long",
  S: "short",
  V: "void",
  Z: "boolean",
};

export interface ClassSignature {
  readonly typeParameters: readonly TypeParameter[];
  readonly parent: JavaTypeRef;
  readonly interfaces: readonly JavaTypeRef[];
}

export interface MethodSignature {
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly JavaTypeRef[];
  readonly returns: JavaTypeRef;
}

/**
 * ```text
 * I    [J    Ljava/util/List<Lcom/example/Item;>;    <T::Ljava/io/Serializable;>(TT;I)Ljava/util/List<+TT;>;
 * ```
 * Reads signatures, and descriptors, which are the signatures without generics.
 *
 * @see JVM specification, sections 4.3 and 4.7.9.1
 */
export class SignatureReader {
  readonly #text: string;
  readonly #fail: (reason: string) => never;
  #at = 0;
  #depth = 0;

  constructor(text: string, fail: (reason: string) => never) {
    this.#text = text;
    this.#fail = fail;
  }

  field(): JavaTypeRef {
    const type = this.#type();
    return this.#at === this.#text.length ? type : this.#malformed();
  }

  ofClass(): ClassSignature {
    const typeParameters = this.#typeParameters();
    const parent = this.#type();
    const interfaces: JavaTypeRef[] = [];
    while (this.#at < this.#text.length) interfaces.push(this.#type());
    return { typeParameters, parent, interfaces };
  }

  ofMethod(): MethodSignature {
    const typeParameters = this.#typeParameters();
    if (this.#next() !== "(") this.#malformed();
    const parameters: JavaTypeRef[] = [];
    while (!this.#accept(")")) parameters.push(this.#type());
    // What it throws may follow: the attribute Exceptions has that, too.
    return { typeParameters, parameters, returns: this.#type() };
  }

  #typeParameters(): TypeParameter[] {
    const found: TypeParameter[] = [];
    if (!this.#accept("<")) return found;
    while (!this.#accept(">")) {
      const name = this.#until(":");
      // The bound by a class, which is empty where only interfaces bound it, comes first.
      const first = this.#peek() === ":" ? undefined : this.#type();
      let bound = first;
      while (this.#accept(":")) {
        const other = this.#type();
        bound ??= other;
      }
      found.push({ name, bound: bound ?? OBJECT });
    }
    return found;
  }

  #type(): JavaTypeRef {
    if (++this.#depth > MAX_DEPTH) this.#fail(`types stand over ${MAX_DEPTH} levels deep in each other`);
    const type = this.#innerType();
    this.#depth--;
    return type;
  }

  #innerType(): JavaTypeRef {
    const tag = this.#next();
    const primitive = PRIMITIVES[tag];
    if (primitive !== undefined) return { kind: "primitive", name: primitive };
    if (tag === "[") return { kind: "array", of: this.#type() };
    if (tag === "T") return { kind: "variable", name: this.#until(";") };
    return tag === "L" ? this.#classType() : this.#malformed();
  }

  #classType(): JavaTypeRef {
    let name = this.#name();
    let args = this.#typeArguments();
    while (this.#accept(".")) {
      name += `$${this.#name()}`;
      args = this.#typeArguments();
    }
    if (!this.#accept(";")) this.#malformed();
    return { kind: "class", name: name.replaceAll("/", "."), args };
  }

  #name(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !"<;.".includes(this.#peek())) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #typeArguments(): JavaTypeRef[] {
    const args: JavaTypeRef[] = [];
    if (!this.#accept("<")) return args;
    while (!this.#accept(">")) {
      if (this.#accept("*")) args.push(OBJECT);
      else if (this.#accept("-")) {
        // Of `? super Item` anything may come.
        this.#type();
        args.push(OBJECT);
      } else {
        this.#accept("+");
        args.push(this.#type());
      }
    }
    return args;
  }

  #until(end: string): string {
    const stop = this.#text.indexOf(end, this.#at);
    if (stop < 0) return this.#malformed();
    const text = this.#text.slice(this.#at, stop);
    this.#at = stop + 1;
    return text;
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #next(): string {
    const next = this.#peek();
    this.#at++;
    return next;
  }

  #accept(wanted: string): boolean {
    if (this.#peek() !== wanted) return false;
    this.#at++;
    return true;
  }

  #malformed(): never {
    return this.#fail(`the signature ${JSON.stringify(this.#text.slice(0, 60))} is malformed`);
  }
}
