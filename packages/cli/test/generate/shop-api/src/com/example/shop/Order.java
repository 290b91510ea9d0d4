package com.example.shop;

import java.io.Serializable;
import java.math.*;
import java.util.*;
import java.util.Map.Entry;

/** What most orders are like, and what sources are like. { " */
public class Order implements Serializable, Comparable<Order> {
    private static final long serialVersionUID = 1L;
    // A comment with a brace: }
    protected final long id = 1 < 2 ? 3 : 4;
    @Deprecated private String title = "a \" ; { b", note[] = {"x", "y"};
    private Status status = Status.NEW;
    private List<Line> lines = new ArrayList<Line>(), others = new LinkedList<>();
    private Map<String, Map<Integer, List<Line>>> byShelf = new HashMap<String, Map<Integer, List<Line>>>();
    private Set<? extends Shape> shapes;
    private Collection<? super Line> bin;
    private List<?> anything;
    private Entry<String, Long> entry;
    private byte[] token;
    private byte[][] tokens;
    private int[][] grid = new int[][] {{1, 2}, {3, 4}};
    private Line.Tag[] tags;
    private char[] secret;
    private transient Thread worker;
    static Order last;
    private Order parent;
    private Object payload;
    private Shape shape;
    private Animal animal;
    private BigDecimal total = BigDecimal.valueOf(1, 2);
    private boolean a = 1 < 2, b = 3 > 2;
    private Runnable job = () -> { int x = 1; };
    private Orders children;
    private final char quote = '\'', brace = '{';

    {
        title = """
            a text block with "quotes" and a }
            """;
    }

    static {
        last = null;
    }

    public Order() throws IllegalStateException {
        this.worker = new Thread() {
            @Override
            public void run() {}
        };
    }

    @Override
    public int compareTo(Order other) {
        class Local implements Serializable {
            int never;
        }
        return Long.compare(id, other.id);
    }

    /** A nested class, and one inside it. */
    public static class Line implements Serializable {
        String sku;
        Integer count;

        public class Tag implements Serializable {
            String name;
            Line line;
        }
    }
}
