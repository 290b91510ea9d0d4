package com.example;

/** The other service: for any value, and for calls that nobody waits for. */
public interface Mirror {
    /** Gives it back. */
    Object reflect(Object value);

    /** How many values it was given by now. */
    long reflected();
}
