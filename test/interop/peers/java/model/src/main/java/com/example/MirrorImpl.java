package com.example;

import java.util.concurrent.atomic.AtomicLong;

public class MirrorImpl implements Mirror {
    private final AtomicLong count = new AtomicLong();

    @Override
    public Object reflect(Object value) {
        count.incrementAndGet();
        return value;
    }

    @Override
    public long reflected() { return count.get(); }
}
