package com.example.shop;

import java.io.Serializable;

public abstract class Animal implements Serializable {
    protected String name;
    protected Dog.Kennel kennel;
}
