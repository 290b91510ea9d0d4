package org.other;

import java.io.Serializable;

/** From a jar that is not given. */
public class Money implements Serializable {
    public long cents;
}
