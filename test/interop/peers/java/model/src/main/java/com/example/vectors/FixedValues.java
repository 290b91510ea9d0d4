package com.example.vectors;

import com.example.Address;
import com.example.Animal;
import com.example.OrderStatus;
import java.math.BigDecimal;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The edges of the encoding: scalars, text, bytes, lists, arrays, maps. */
final class FixedValues extends CaseWriter {
    FixedValues(Cases cases) { super(cases); }

    void write() {
        group("scalar");
        one("null", null);
        one("true", true);
        one("false", false);
        group("int");
        for (int v : new int[] {0, 1, -1, -16, -17, 47, 48, -2048, -2049, 2047, 2048, -262144, -262145, 262143, 262144, 255, 256, -256, 65535, 65536,
                Integer.MIN_VALUE, Integer.MAX_VALUE}) one("int " + v, v);
        group("long");
        for (long v : new long[] {0, 1, -1, -8, -9, 15, 16, -2048, -2049, 2047, 2048, -262144, -262145, 262143, 262144, Integer.MIN_VALUE, Integer.MAX_VALUE,
                Integer.MIN_VALUE - 1L, Integer.MAX_VALUE + 1L, 4294967295L, 9007199254740991L, 9007199254740992L, 9007199254740993L, -9007199254740993L,
                Long.MIN_VALUE, Long.MAX_VALUE}) one("long " + v, v);
        group("double");
        for (double v : new double[] {0, -0.0, 1, -1, 2, 127, 128, -128, -129, 32767, 32768, -32768, -32769, 65536, 3.25, 0.5, 0.25, 0.001, 0.1, 0.3, 1.005, 123.456,
                -123.456, 2147483.647, 2147483.648, -2147483.648, -2147483.649, 16777217, 1.1f, 3.4028234663852886e38, 1e300, Math.PI, Double.MIN_VALUE,
                Double.MIN_NORMAL, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) one("double " + v, v);
        group("date");
        for (long v : new long[] {0, 1, -1, 59999, 60000, 60001, -60000, -60001, 894621091000L, 894621060000L, 1700000000000L, 1700000040000L, 253402300799999L,
                2147483647L * 60000, 2147483648L * 60000, -2147483648L * 60000, -2147483649L * 60000, Long.MIN_VALUE, Long.MAX_VALUE}) one("date " + v, day(v));
        group("string");
        for (int n : new int[] {0, 1, 30, 31, 32, 33, 255, 256, 1023, 1024, 4096, 32767, 32768, 32769, 65535, 65536, 65537, 70000, 98304}) one("ascii " + n, of('a', n));
        for (int n : new int[] {1, 10, 31, 32, 1023, 1024, 32768, 65536}) one("cjk " + n, of('天', n));
        for (int n : new int[] {1, 15, 16, 512, 16384, 16385, 40000}) one("emoji pairs " + n, "😀".repeat(n));
        one("latin", "àéîõü ß ÿ");
        one("edges of utf-8 lengths", "\u0000\u0001\u007f\u0080\u07ff\u0800\ud7ff\ue000\ufffd\uffff");
        one("lone high surrogate", "a\ud83d");
        one("lone low surrogate", "\ude00b");
        one("low before high", "\ude00\ud83d");
        one("mixed", "price: 12€, 天地 𠮷 👨‍👩‍👧‍👦, \u2028 end\r\n\t\"\\");
        one("pair across the chunk edge", of('a', 32767) + "😀" + "b");
        one("pair across the second chunk edge", of('a', 65535) + "😀" + "b");
        one("pair across the short edge", of('a', 30) + "😀");
        one("chunk of pairs, off by one", "x" + "😀".repeat(20000));
        group("binary");
        for (int n : new int[] {0, 1, 15, 16, 17, 255, 256, 1023, 1024, 1025, 4093, 4096, 8189, 8192, 32768, 65535, 65536, 70000}) {
            byte[] b = new byte[n];
            Arrays.fill(b, (byte) 0xa5);
            one("binary " + n, b);
        }
        one("all byte values", new Object() { byte[] get() { byte[] b = new byte[256]; for (int i = 0; i < 256; i++) b[i] = (byte) i; return b; } }.get());
        group("list");
        for (int n : new int[] {0, 1, 7, 8, 9, 47, 48, 300}) {
            ArrayList<Object> list = new ArrayList<>();
            for (int i = 0; i < n; i++) list.add(i);
            one("ArrayList " + n, list);
        }
        List<Object> three = new ArrayList<>(Arrays.asList("x", 2, null));
        one("LinkedList", new LinkedList<>(three));
        one("Vector", new Vector<>(three));
        one("Stack", new Object() { Stack<Object> get() { Stack<Object> s = new Stack<>(); s.addAll(Arrays.asList(1, 2)); return s; } }.get());
        one("CopyOnWriteArrayList", new CopyOnWriteArrayList<>(three));
        one("ArrayDeque", new ArrayDeque<>(Arrays.asList(1, 2, 3)));
        one("PriorityQueue", new PriorityQueue<>(Arrays.asList(3, 1, 2)));
        one("HashSet", new HashSet<>(Arrays.asList("a", "b")));
        one("LinkedHashSet", new LinkedHashSet<>(Arrays.asList("b", "a")));
        one("TreeSet", new TreeSet<>(Arrays.asList("b", "a")));
        one("EnumSet", EnumSet.of(OrderStatus.NEW, OrderStatus.PAID));
        one("Arrays.asList", Arrays.asList("a", 1, true));
        one("List.of", List.of(1, 2, 3));
        one("Set.of", Set.of(1));
        one("emptyList", Collections.emptyList());
        one("singletonList", Collections.singletonList("only"));
        one("unmodifiableList", Collections.unmodifiableList(three));
        one("synchronizedList", Collections.synchronizedList(three));
        one("subList", new ArrayList<>(Arrays.asList(1, 2, 3, 4)).subList(1, 3));
        one("nCopies", Collections.nCopies(3, "same"));
        one("lists in a list", new ArrayList<>(Arrays.asList(new ArrayList<>(), new ArrayList<>(Arrays.asList(1)), new LinkedList<>(Arrays.asList(2)), new LinkedList<>(Arrays.asList(3)))));
        one("Iterator", new ArrayList<>(Arrays.asList(1, 2)).iterator());
        one("Enumeration", new Vector<>(Arrays.asList("p", "q")).elements());
        group("array");
        one("int[] 0", new int[0]);
        one("int[] 3", new int[] {1, -1, 300000});
        one("int[] 7", new int[] {1, 2, 3, 4, 5, 6, 7});
        one("int[] 8", new int[] {1, 2, 3, 4, 5, 6, 7, 8});
        one("int[] 300", new int[300]);
        one("short[]", new short[] {1, -2, 32767});
        one("long[]", new long[] {1, -9, 1L << 40});
        one("float[]", new float[] {1.5f, 0.1f});
        one("double[]", new double[] {0, 1, 3.25, 1e300});
        one("boolean[]", new boolean[] {true, false});
        one("char[]", "héllo".toCharArray());
        one("String[]", new String[] {"a", null, "天"});
        one("String[] 0", new String[0]);
        one("Object[]", new Object[] {1, "a", null, 2L});
        one("Integer[]", new Integer[] {1, null, 3});
        one("Long[]", new Long[] {1L, 2L});
        one("Double[]", new Double[] {1.5});
        one("Boolean[]", new Boolean[] {true});
        one("Byte[]", new Byte[] {1, 2});
        one("Date[]", new Date[] {day(0), day(1)});
        one("BigDecimal[]", new BigDecimal[] {new BigDecimal("1.10")});
        one("int[][]", new int[][] {{1, 2}, {}, {3}});
        one("String[][]", new String[][] {{"a"}, {"b", "c"}});
        one("byte[][]", new byte[][] {{1}, {2, 3}});
        one("Animal[]", new Animal[] {new Animal(), null});
        one("OrderStatus[]", new OrderStatus[] {OrderStatus.NEW, OrderStatus.NEW, OrderStatus.PAID});
        one("Object[] of arrays", new Object[] {new int[] {1}, new int[] {2}, new String[] {"s"}, new int[] {3}});
        add("two int[] in one stream", new int[] {1}, new int[] {2});
        group("map");
        one("HashMap empty", new HashMap<>());
        one("HashMap one", new HashMap<>(Map.of("k", "v")));
        LinkedHashMap<Object, Object> kinds = new LinkedHashMap<>();
        kinds.put("text", "v");
        kinds.put(1, "int key");
        kinds.put(2L, "long key");
        kinds.put(null, "null key");
        kinds.put(true, null);
        kinds.put(1.5, new ArrayList<>(Arrays.asList(1)));
        one("LinkedHashMap, keys of all kinds", kinds);
        one("HashMap, null key", new HashMap<>(Collections.singletonMap(null, 1)));
        one("TreeMap", new TreeMap<>(Map.of("b", 2, "a", 1)));
        one("Hashtable", new Hashtable<>(Map.of("a", 1)));
        one("ConcurrentHashMap", new ConcurrentHashMap<>(Map.of("a", 1)));
        one("IdentityHashMap", new IdentityHashMap<>(Map.of("a", 1)));
        one("WeakHashMap", new WeakHashMap<>(Map.of("a", 1)));
        one("EnumMap", new EnumMap<>(Map.of(OrderStatus.PAID, 1)));
        one("Properties", new Object() { Properties get() { Properties x = new Properties(); x.setProperty("a", "1"); return x; } }.get());
        one("Map.of", Map.of("a", 1));
        one("emptyMap", Collections.emptyMap());
        one("singletonMap", Collections.singletonMap("a", 1));
        one("unmodifiableMap", Collections.unmodifiableMap(new HashMap<>(Map.of("a", 1))));
        one("two TreeMaps", new ArrayList<>(Arrays.asList(new TreeMap<>(Map.of("a", 1)), new TreeMap<>(Map.of("b", 2)))));
        HashMap<Object, Object> objectKey = new HashMap<>();
        objectKey.put(new Address("key", "s", 1), "object key");
        one("object as key", objectKey);
        LinkedHashMap<Object, Object> evil = new LinkedHashMap<>();
        evil.put("__proto__", "p");
        evil.put("constructor", 1);
        evil.put("toString", 2);
        evil.put("hasOwnProperty", 3);
        one("keys that are names of Object.prototype", evil);
        LinkedHashMap<Object, Object> big = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) big.put("key-" + i, i);
        one("1000 entries", big);
    }
}
