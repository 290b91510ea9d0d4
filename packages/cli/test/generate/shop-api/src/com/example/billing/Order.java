package com.example.billing;

import java.io.Serializable;
import org.other.Audited;
import org.other.Money;

/** A class whose simple name another package has, too. */
public class Order extends Audited {
    private static final long serialVersionUID = 1;
    private com.example.shop.Order placed;
    private Money total;
}
