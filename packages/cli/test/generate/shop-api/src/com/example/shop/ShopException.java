package com.example.shop;

import java.util.List;

public class ShopException extends RuntimeException {
    private int code;
    private List<Detail> details;
    private Throwable inner;

    public static class Detail implements java.io.Serializable {
        String field;
    }

    static class Empty extends ShopException {}
}
