package com.example.shop;

import java.util.List;
import java.util.Set;
import org.other.Money;

/** A service with everything that services may have. */
public interface Shop extends Repository<Long, Order> {
    String VERSION = "1.0";

    @Override
    Order find(Long id);

    Order find(Long id, String... tags);

    Order find(Status status, long after);

    <T extends Order> List<T> sort(List<T> orders, int in, double function);

    <E extends Exception> void fail(Class<E> type) throws E, ShopException;

    byte[] render(final Order order, @Deprecated String format)[];

    Money price(Order order);

    Page<Order, Order> page(Set<Weekday> days, boolean descending);

    OrderPage aMethodWithSoLongANameThatItsParametersDoNotFit(String first, Order second, List<Weekday> third, long fourth);

    default String greet(String name, long times) {
        if (name == null) return "";
        return helper(name);
    }

    static Shop of() {
        return null;
    }

    private String helper(String name) {
        return "hello " + name;
    }

    boolean equals(Object other);

    String toString();

    @interface Marker {
        String value() default "";
    }
}
