package com.example.vectors;

import java.util.Date;

/** What writes cases has at hand. */
abstract class CaseWriter {
    private final Cases cases;
    private String group;

    CaseWriter(Cases cases) { this.cases = cases; }

    void group(String name) { group = name; }

    /** One stream of several values. */
    void add(String name, Object... values) { cases.add(group, name, values); }

    void one(String name, Object value) { add(name, new Object[] {value}); }

    static String of(char c, int n) { return String.valueOf(c).repeat(n); }

    static Date day(long ms) { return new Date(ms); }

    static Throwable traced(Throwable e, int frames) {
        StackTraceElement[] trace = new StackTraceElement[frames];
        for (int i = 0; i < frames; i++) {
            trace[i] = new StackTraceElement("com.example.GreeterImpl", "step" + i, i == 1 ? null : "GreeterImpl.java", 10 + i);
        }
        e.setStackTrace(trace);
        return e;
    }
}
