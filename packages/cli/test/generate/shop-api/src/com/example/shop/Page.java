package com.example.shop;

import java.io.Serializable;
import java.util.List;

/** Not serializable by its own name: it is so by what it extends. */
class Page<T, S extends Order> extends PageBase<T> {
    List<T> items;
    S newest;
    T[] array;
}

abstract class PageBase<X> implements Serializable {
    X first;
    int total;
}

class OrderPage extends Page<Order, Order> {
    String next;
}
