package com.example.vectors;

import com.example.Dog;
import com.example.GreeterException;
import com.example.Many;
import com.example.Node;
import com.example.Operation;
import com.example.Order;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.*;

/** Cases of the same families with values from a seed; twice as many for a blind set. */
final class DrawnCases extends CaseWriter {
    private final Picks p;
    private final boolean blind;

    DrawnCases(Cases cases, Picks p, boolean blind) {
        super(cases);
        this.p = p;
        this.blind = blind;
    }

    private int n(int open) { return blind ? open * 2 : open; }

    void write() {
        group("int");
        for (int i = n(8); i > 0; i--) { int v = p.anInt(); one("int " + v, v); }
        group("long");
        for (int i = n(8); i > 0; i--) { long v = p.aLong(); one("long " + v, v); }
        group("double");
        for (int i = n(10); i > 0; i--) { double v = p.aDouble(); one("double " + v, v); }
        group("date");
        for (int i = n(4); i > 0; i--) { Date v = p.date(); one("date " + v.getTime(), v); }
        group("string");
        for (int i = n(8); i > 0; i--) { int size = p.below(80); one("drawn text, " + size + " units", p.text(size)); }
        for (int i = n(3); i > 0; i--) { int size = 1000 + p.below(60); one("drawn text, " + size + " units", p.text(size)); }
        { int size = 32_760 + p.below(16); one("drawn text, " + size + " units", p.text(size)); }
        { int size = 65_530 + p.below(16); one("drawn text, " + size + " units", p.text(size)); }
        for (int i = n(2); i > 0; i--) {
            int lead = 32_765 + p.below(4);
            one("drawn pairs from unit " + lead + " on #" + i, of((char) ('a' + p.below(26)), lead) + "😀".repeat(1 + p.below(20)));
        }
        group("list");
        for (int i = n(2); i > 0; i--) {
            List<Object> numbers = new ArrayList<>();
            for (int j = p.below(12); j >= 0; j--) numbers.add(p.anInt());
            add("drawn collections #" + i, new LinkedList<>(numbers), new Vector<>(numbers), new TreeSet<>(numbers), new LinkedList<>(numbers), new ArrayDeque<>(numbers),
                new LinkedHashSet<>(numbers), new Vector<>(numbers.subList(0, 1)));
        }
        group("binary");
        for (int i = n(3); i > 0; i--) { int size = p.below(40); one("drawn binary " + size, p.bytes(size)); }
        for (int i = n(2); i > 0; i--) { int size = 1000 + p.below(60); one("drawn binary " + size, p.bytes(size)); }
        { int size = 8_180 + p.below(30); one("drawn binary " + size, p.bytes(size)); }
        group("array");
        for (int i = n(2); i > 0; i--) { int[] v = new int[p.below(14)]; for (int j = 0; j < v.length; j++) v[j] = p.anInt(); one("drawn int[" + v.length + "] #" + i, v); }
        for (int i = n(2); i > 0; i--) { Long[] v = new Long[p.below(10)]; for (int j = 0; j < v.length; j++) v[j] = p.aLong(); one("drawn Long[" + v.length + "] #" + i, v); }
        for (int i = n(2); i > 0; i--) { String[] v = new String[p.below(10)]; for (int j = 0; j < v.length; j++) v[j] = p.text(p.below(9)); one("drawn String[" + v.length + "] #" + i, v); }
        { double[] v = new double[p.below(12)]; for (int j = 0; j < v.length; j++) v[j] = p.aDouble(); one("drawn double[" + v.length + "]", v); }
        { Date[] v = new Date[1 + p.below(9)]; for (int j = 0; j < v.length; j++) v[j] = p.date(); one("drawn Date[" + v.length + "]", v); }
        { boolean[] v = new boolean[p.below(12)]; for (int j = 0; j < v.length; j++) v[j] = p.chance(0.5); one("drawn boolean[" + v.length + "]", v); }
        { String[][] v = new String[1 + p.below(4)][]; for (int j = 0; j < v.length; j++) v[j] = new String[] {p.word(), p.text(3)}; one("drawn String[" + v.length + "][]", v); }
        group("object");
        for (int i = n(1); i > 0; i--) {
            List<Object> shuffled = new ArrayList<>(Arrays.asList(Many.all(p.below(1000))));
            shuffled.addAll(Arrays.asList(Many.all(p.below(1000))));
            Collections.shuffle(shuffled, p.random);
            one("drawn order of twenty classes, twice #" + i, shuffled);
            Dog dog = new Dog();
            dog.name = p.word();
            dog.legs = p.anInt();
            dog.breed = p.text(5);
            dog.friend = new Dog();
            dog.friend.name = p.word();
            one("drawn Dog #" + i, dog);
        }
        for (int i = n(5); i > 0; i--) one("drawn Order #" + i, p.order(p.below(6)));
        for (int i = n(2); i > 0; i--) add("drawn stream #" + i, p.word(), p.anInt(), p.order(1), p.order(2), p.decimal());
        group("map");
        for (int i = n(3); i > 0; i--) {
            TreeMap<String, Object> m = new TreeMap<>();
            for (int j = p.below(12); j >= 0; j--) m.put(p.word(), p.chance(0.5) ? p.aLong() : p.text(5));
            one("drawn TreeMap #" + i, m);
        }
        group("ref");
        for (int i = n(5); i > 0; i--) one("drawn tree #" + i, p.tree(4, new ArrayList<>()));
        for (int i = n(2); i > 0; i--) {
            Node[] ring = new Node[2 + p.below(6)];
            for (int j = 0; j < ring.length; j++) ring[j] = new Node(p.word());
            for (int j = 0; j < ring.length; j++) ring[j].next = ring[(j + 1) % ring.length];
            ring[0].kids = new ArrayList<>(Arrays.asList((Object[]) ring));
            one("drawn ring of " + ring.length + " #" + i, ring[0]);
        }
        for (int i = n(1); i > 0; i--) {
            ArrayList<Object> lists = new ArrayList<>();
            for (int j = 260 + p.below(100); j > 0; j--) lists.add(new ArrayList<>());
            for (int j = 0; j < 6; j++) lists.add(lists.get(j < 3 ? p.below(250) : 256 + j));
            one("drawn references beyond 255 #" + i, lists);
        }
        group("enum");
        for (int i = n(1); i > 0; i--) one("drawn statuses #" + i, new ArrayList<>(Arrays.asList(p.status(), p.status(), p.status(), Operation.PLUS)));
        group("number");
        for (int i = n(3); i > 0; i--) { BigDecimal v = p.decimal(); one("BigDecimal " + v, v); }
        for (int i = n(3); i > 0; i--) { BigInteger v = new BigInteger(8 + p.below(200), p.random).negate(); one("BigInteger " + v, v); }
        group("time");
        LocalDateTime t = LocalDateTime.of(1950 + p.below(120), 1 + p.below(12), 1 + p.below(28), p.below(24), p.below(60), p.below(60), p.below(1_000_000_000));
        one("drawn LocalDate", t.toLocalDate());
        one("drawn LocalTime", t.toLocalTime());
        one("drawn LocalDateTime", t);
        one("drawn Instant", t.toInstant(ZoneOffset.UTC));
        one("drawn ZonedDateTime", t.atZone(ZoneId.of("Europe/Berlin")));
        one("drawn OffsetDateTime", t.atOffset(ZoneOffset.ofHours(p.below(12))));
        one("drawn Timestamp", new java.sql.Timestamp(p.date().getTime()));
        group("other");
        one("drawn UUID", new UUID(p.random.nextLong(), p.random.nextLong()));
        one("drawn Locale", new Locale[] {Locale.JAPAN, Locale.GERMANY, Locale.CANADA_FRENCH}[p.below(3)]);
        group("throwable");
        for (int i = n(2); i > 0; i--) {
            one("drawn exception #" + i, traced(new GreeterException(p.anInt(), p.text(20), traced(new IllegalStateException(p.word()), p.below(3))), p.below(4)));
        }
        group("deep");
        { int depth = 20 + p.below(40); Object v = p.word(); for (int i = 0; i < depth; i++) v = i % 2 == 0 ? new ArrayList<>(Arrays.asList(v, i)) : new HashMap<>(Collections.singletonMap("d", v)); one("drawn lists and maps " + depth, v); }
    }
}
