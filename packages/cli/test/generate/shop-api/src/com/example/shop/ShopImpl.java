package com.example.shop;

/** Nothing that is sent. */
class ShopImpl {
    private final java.util.Map<String, Order> orders = new java.util.HashMap<>();
}
