package org.other;

import java.io.Serializable;

public abstract class Audited implements Serializable {
    public String changedBy;
}
