package com.example.shop;

import java.util.ArrayList;

/** A list with a class of its own. */
public class Orders extends ArrayList<Order> {
    String cursor;
}
