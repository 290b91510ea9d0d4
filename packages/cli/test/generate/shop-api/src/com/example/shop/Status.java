package com.example.shop;

/** An enum with everything that enums may have. */
public enum Status {
    NEW(1) {
        @Override
        boolean isOpen() {
            return true;
        }
    },
    @Deprecated
    PAID(2),
    SHIPPED(3),;

    private final int code;

    Status(int code) {
        this.code = code;
    }

    boolean isOpen() {
        return false;
    }
}
