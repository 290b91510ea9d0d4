package com.example.shop;

import java.io.Serializable;

public sealed interface Shape extends Serializable permits Shape.Circle, Shape.Square {
    double area();

    record Circle(double radius, Status status) implements Shape {
        public Circle {
            if (radius < 0) throw new IllegalArgumentException();
        }

        @Override
        public double area() {
            return Math.PI * radius * radius;
        }
    }

    non-sealed class Square implements Shape {
        float side;

        @Override
        public double area() {
            return side * side;
        }
    }
}
