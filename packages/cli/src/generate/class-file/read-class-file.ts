import {
  isMethodOfObject,
  type JavaField,
  type JavaMethod,
  type JavaTypeModel,
  type JavaTypeRef,
  PLAIN_PARENTS,
  SERIAL_VERSION,
} from "../java-type-model.ts";
import { readAttributes } from "./attributes.ts";
import { ClassBytes } from "./class-bytes.ts";
import { ConstantPool } from "./constant-pool.ts";
import { parameterNames } from "./parameter-names.ts";
import { type ClassSignature, type MethodSignature, SignatureReader } from "./signature.ts";

/** @see JVM specification, tables 4.1-B, 4.5-A and 4.6-A */
const FLAG = {
  private: 0x2,
  static: 0x8,
  transient: 0x80,
  interface: 0x200,
  synthetic: 0x1000,
  annotation: 0x2000,
  enum: 0x4000,
  module: 0x8000,
} as const;

/** One constant may be the signature of every member: so many characters are read in all. */
const MAX_SIGNATURE_CHARS = 1 << 20;

/**
 * What a class file says of its class; `undefined` for one that no other code can name, or that has nothing to say:
 * anonymous, local and synthetic classes, annotations, `module-info` and `package-info`.
 *
 * ```text
 * CAFEBABE minor major | constants | flags this super | interfaces | fields | methods | attributes
 * ```
 * @see JVM specification, section 4.1
 * @throws {UserError} which names the file, for whatever is no class file.
 */
export function readClassFile(content: Buffer, file: string): JavaTypeModel | undefined {
  const bytes = new ClassBytes(content, file);
  if (content.length < 10 || bytes.u4() !== 0xcafebabe) return bytes.fail("this is no class file");
  bytes.skip(4);
  return new ClassFileReader(bytes).read();
}

interface Member {
  readonly flags: number;
  readonly name: string;
  readonly descriptor: string;
  readonly attributes: ReadonlyMap<string, ClassBytes>;
}

class ClassFileReader {
  readonly #bytes: ClassBytes;
  readonly #pool: ConstantPool;
  #signatureChars = 0;

  constructor(bytes: ClassBytes) {
    this.#bytes = bytes;
    this.#pool = new ConstantPool(bytes);
  }

  read(): JavaTypeModel | undefined {
    const bytes = this.#bytes;
    const flags = bytes.u2();
    const name = this.#pool.className(bytes.u2());
    const parent = this.#pool.className(bytes.u2());
    const interfaces = Array.from({ length: bytes.u2() }, () => this.#pool.className(bytes.u2()) ?? "");
    const fields = this.#members();
    const methods = this.#members();
    const attributes = readAttributes(bytes, this.#pool);
    if (name === undefined) return bytes.fail("the class has no name");
    if ((flags & (FLAG.synthetic | FLAG.annotation | FLAG.module)) !== 0) return undefined;
    if (name.endsWith("package-info") || this.#isUnnamed(name, attributes)) return undefined;

    const { typeParameters, ...above } = this.#above(attributes, parent, interfaces);
    const isInterface = (flags & FLAG.interface) !== 0;
    const isEnum = (flags & FLAG.enum) !== 0;
    return {
      name,
      kind: isInterface ? "interface" : isEnum ? "enum" : "class",
      typeParameters,
      parent: isInterface || isPlain(above.parent) ? null : above.parent,
      interfaces: above.interfaces,
      hasSerialVersion: fields.some((one) => one.name === SERIAL_VERSION),
      fields: isInterface || isEnum ? [] : this.#fields(fields),
      constants: isEnum ? fields.filter((one) => (one.flags & FLAG.enum) !== 0).map((one) => one.name) : [],
      methods: isInterface ? this.#methods(methods) : [],
    };
  }

  #members(): Member[] {
    const bytes = this.#bytes;
    return Array.from({ length: bytes.u2() }, () => {
      const flags = bytes.u2();
      const name = this.#pool.text(bytes.u2());
      const descriptor = this.#pool.text(bytes.u2());
      return { flags, name, descriptor, attributes: readAttributes(bytes, this.#pool) };
    });
  }

  /** Anonymous and local classes stand in InnerClasses without a name, or without a class around them. */
  #isUnnamed(own: string, attributes: ReadonlyMap<string, ClassBytes>): boolean {
    if (attributes.has("EnclosingMethod")) return true;
    const inner = attributes.get("InnerClasses");
    if (inner === undefined) return false;
    for (let left = inner.u2(); left > 0; left--) {
      const name = this.#pool.className(inner.u2());
      const outer = inner.u2();
      const simpleName = inner.u2();
      inner.skip(2);
      if (name === own) return outer === 0 || simpleName === 0;
    }
    return false;
  }

  #above(
    attributes: ReadonlyMap<string, ClassBytes>,
    parent: string | undefined,
    interfaces: readonly string[],
  ): ClassSignature {
    const signature = this.#signature(attributes);
    if (signature !== undefined) return signature.ofClass();
    const named = (name: string): JavaTypeRef => ({ kind: "class", name, args: [] });
    return {
      typeParameters: [],
      parent: named(parent ?? "java.lang.Object"),
      interfaces: interfaces.map(named),
    };
  }

  #fields(members: readonly Member[]): JavaField[] {
    const left = FLAG.static | FLAG.transient | FLAG.synthetic;
    return members
      .filter(({ flags }) => (flags & left) === 0)
      .map(({ name, descriptor, attributes }) => ({
        name,
        type: (this.#signature(attributes) ?? this.#reader(descriptor)).field(),
      }));
  }

  #methods(members: readonly Member[]): JavaMethod[] {
    const left = FLAG.static | FLAG.private | FLAG.synthetic;
    return members
      .filter(({ flags }) => (flags & left) === 0)
      .map((member) => this.#method(member))
      .filter((method) => !isMethodOfObject(method));
  }

  #method({ name, descriptor, attributes }: Member): JavaMethod {
    const erased = this.#reader(descriptor).ofMethod();
    const generic: MethodSignature = this.#signature(attributes)?.ofMethod() ?? erased;
    const { typeParameters, parameters, returns } =
      generic.parameters.length === erased.parameters.length ? generic : erased;
    const names = parameterNames(attributes, this.#pool, erased.parameters);
    return {
      name,
      typeParameters,
      parameters: parameters.map((type, at) => ({ name: names[at] ?? `arg${at}`, type })),
      returns,
      throws: this.#exceptions(attributes.get("Exceptions")),
    };
  }

  #exceptions(bytes: ClassBytes | undefined): string[] {
    if (bytes === undefined) return [];
    return Array.from({ length: bytes.u2() }, () => this.#pool.className(bytes.u2()) ?? "");
  }

  #signature(attributes: ReadonlyMap<string, ClassBytes>): SignatureReader | undefined {
    const attribute = attributes.get("Signature");
    return attribute === undefined ? undefined : this.#reader(this.#pool.text(attribute.u2()));
  }

  #reader(text: string): SignatureReader {
    this.#signatureChars += text.length;
    if (this.#signatureChars > MAX_SIGNATURE_CHARS) {
      this.#bytes.fail(`its signatures have over ${MAX_SIGNATURE_CHARS} characters in all`);
    }
    return new SignatureReader(text, (reason) => this.#bytes.fail(reason));
  }
}

function isPlain(type: JavaTypeRef): boolean {
  return type.kind !== "class" || PLAIN_PARENTS.has(type.name);
}
