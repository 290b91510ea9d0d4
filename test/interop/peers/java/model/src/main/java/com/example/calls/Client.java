package com.example.calls;

/** What the calls need of a client library. */
public interface Client {
    /** Calls the service and waits for its answers. */
    <T> T of(Class<T> service, int timeoutMs);

    /** Calls the service and waits for nothing: each method gives null, or zero. */
    <T> T oneWay(Class<T> service);
}
