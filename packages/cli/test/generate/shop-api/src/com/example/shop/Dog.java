package com.example.shop;

/** Hides a field of its parent, of the same type; Puppy one of another. */
public class Dog extends Animal {
    protected String name;
    protected short tricks;

    public static class Kennel implements java.io.Serializable {}

    public static class Puppy extends Dog {
        long tricks;
    }

    public static class Plain extends Dog {}
}
