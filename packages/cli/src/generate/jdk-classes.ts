/** A class of Java's own that codecs have a type for. */
export interface JdkScalar {
  readonly kind: "scalar";
  /** `java.string` */
  readonly code: string;
  /** As TypeScript has it: `string | null`. */
  readonly type: string;
}

export type JdkClass = JdkScalar | { readonly kind: "list" | "set" | "map" };

const scalar = (code: string, type: string): JdkScalar => ({
  kind: "scalar",
  code: `java.${code}`,
  type: `${type} | null`,
});
const all = (prefix: string, names: string, to: JdkClass): [string, JdkClass][] =>
  names.split(" ").map((name) => [prefix + name, to]);

const JDK: ReadonlyMap<string, JdkClass> = new Map<string, JdkClass>([
  ["java.lang.Boolean", scalar("boxed(java.boolean)", "boolean")],
  ["java.lang.Byte", scalar("boxed(java.byte)", "number")],
  ["java.lang.Character", scalar("boxed(java.char)", "string")],
  ["java.lang.Class", scalar("classOf", "string")],
  ["java.lang.Double", scalar("boxed(java.double)", "number")],
  ["java.lang.Float", scalar("boxed(java.float)", "number")],
  ["java.lang.Integer", scalar("boxed(java.int)", "number")],
  ["java.lang.Long", scalar("boxed(java.long)", "bigint")],
  ["java.lang.Short", scalar("boxed(java.short)", "number")],
  ["java.lang.String", scalar("string", "string")],
  ["java.math.BigDecimal", scalar("decimal", "string")],
  ["java.math.BigInteger", scalar("bigInteger", "bigint")],
  ["java.sql.Date", scalar("sqlDate", "Date")],
  ["java.sql.Time", scalar("sqlTime", "Date")],
  ["java.sql.Timestamp", scalar("sqlTimestamp", "Date")],
  ["java.time.Duration", scalar("duration", "string")],
  ["java.time.Instant", scalar("instant", "string")],
  ["java.time.LocalDate", scalar("localDate", "string")],
  ["java.time.LocalDateTime", scalar("localDateTime", "string")],
  ["java.time.LocalTime", scalar("localTime", "string")],
  ["java.time.MonthDay", scalar("monthDay", "string")],
  ["java.time.OffsetDateTime", scalar("offsetDateTime", "string")],
  ["java.time.OffsetTime", scalar("offsetTime", "string")],
  ["java.time.Period", scalar("period", "string")],
  ["java.time.Year", scalar("year", "string")],
  ["java.time.YearMonth", scalar("yearMonth", "string")],
  ["java.time.ZoneId", scalar("zoneId", "string")],
  ["java.time.ZoneOffset", scalar("zoneOffset", "string")],
  ["java.time.ZonedDateTime", scalar("zonedDateTime", "string")],
  ["java.util.Currency", scalar("currency", "string")],
  ["java.util.Date", scalar("date", "Date")],
  ["java.util.Locale", scalar("locale", "string")],
  ["java.util.UUID", scalar("uuid", "string")],
  ["java.util.concurrent.atomic.AtomicInteger", scalar("atomicInteger", "number")],
  ["java.util.concurrent.atomic.AtomicLong", scalar("atomicLong", "bigint")],
  ["java.lang.Iterable", { kind: "list" }],
  ...all("java.util.", "AbstractCollection AbstractList ArrayDeque ArrayList Collection Deque LinkedList", {
    kind: "list",
  }),
  ...all("java.util.", "List PriorityQueue Queue SequencedCollection Stack Vector", { kind: "list" }),
  ...all("java.util.concurrent.", "BlockingQueue ConcurrentLinkedQueue CopyOnWriteArrayList", {
    kind: "list",
  }),
  ...all("java.util.", "AbstractSet HashSet LinkedHashSet NavigableSet SequencedSet Set SortedSet TreeSet", {
    kind: "set",
  }),
  ...all("java.util.concurrent.", "ConcurrentSkipListSet CopyOnWriteArraySet", { kind: "set" }),
  ...all("java.util.", "AbstractMap EnumMap HashMap Hashtable IdentityHashMap LinkedHashMap Map", {
    kind: "map",
  }),
  ...all("java.util.", "NavigableMap Properties SequencedMap SortedMap TreeMap WeakHashMap", { kind: "map" }),
  ...all("java.util.concurrent.", "ConcurrentHashMap ConcurrentMap ConcurrentSkipListMap", { kind: "map" }),
]);

/** Those of `java.lang`, and of packages that are imported on demand, that sources name and codecs have no type for. */
const OTHERS: ReadonlySet<string> = new Set([
  ...(
    "AutoCloseable CharSequence Cloneable Comparable Enum Error Exception Number Object Override Record Runnable " +
    "StackTraceElement StringBuffer StringBuilder Thread Throwable Void ArithmeticException ClassCastException " +
    "ClassNotFoundException CloneNotSupportedException IllegalArgumentException IllegalStateException " +
    "IndexOutOfBoundsException InterruptedException NullPointerException NumberFormatException ReflectiveOperationException " +
    "RuntimeException SecurityException UnsupportedOperationException AssertionError"
  )
    .split(" ")
    .map((name) => `java.lang.${name}`),
  ..."Externalizable IOException InputStream OutputStream Reader Serializable Writer File UncheckedIOException"
    .split(" ")
    .map((name) => `java.io.${name}`),
  ..."BitSet Calendar Comparator EnumSet Enumeration EventObject Iterator ListIterator Optional Random TimeZone Timer"
    .split(" ")
    .map((name) => `java.util.${name}`),
  ..."CompletableFuture CompletionStage Future TimeUnit TimeoutException"
    .split(" ")
    .map((name) => `java.util.concurrent.${name}`),
]);

/** What codecs have for a class of Java's own; `undefined` for one that travels as whatever it is. */
export function jdkClass(name: string): JdkClass | undefined {
  return JDK.get(name);
}

/** Whether a class is known to be one of Java's own. */
export function isJdkClass(name: string): boolean {
  return JDK.has(name) || OTHERS.has(name);
}

/** Whether a name is in a package of Java's own: no jar of the application has it. */
export function isJdkName(name: string): boolean {
  return /^javax?\./.test(name);
}

/** Whether a class that is not in the input is an exception, as far as its name says so. */
export function isForeignThrowable(name: string): boolean {
  return name === "java.lang.Throwable" || /(?:Exception|Error)$/.test(name);
}
