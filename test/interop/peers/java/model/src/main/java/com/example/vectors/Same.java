package com.example.vectors;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;

/** Whether two object graphs hold the same values in the same shape; which List or Map class holds them does not matter. */
public final class Same {
    private final IdentityHashMap<Object, Object> seen = new IdentityHashMap<>();

    public static boolean values(Object[] a, Object[] b) {
        Same same = new Same();
        for (int i = 0; i < a.length; i++) if (!same.value(a[i], b[i])) return false;
        return true;
    }

    private boolean value(Object a, Object b) {
        if (a == b) return true;
        if (a == null || b == null) return false;
        if (seen.containsKey(a)) return seen.get(a) == b || a.equals(b);
        if (a instanceof Map && b instanceof Map) {
            seen.put(a, b);
            Map<?, ?> x = (Map<?, ?>) a;
            Map<?, ?> y = (Map<?, ?>) b;
            if (x.size() != y.size()) return false;
            for (Map.Entry<?, ?> e : x.entrySet()) {
                Object other = y.get(e.getKey());
                if (other == null) {
                    for (Map.Entry<?, ?> f : y.entrySet()) if (value(e.getKey(), f.getKey())) other = f.getValue();
                }
                if (!value(e.getValue(), other)) return false;
            }
            return true;
        }
        if (a instanceof Collection && b instanceof Collection) {
            seen.put(a, b);
            if (((Collection<?>) a).size() != ((Collection<?>) b).size()) return false;
            Iterator<?> y = ((Collection<?>) b).iterator();
            for (Object x : (Collection<?>) a) if (!value(x, y.next())) return false;
            return true;
        }
        if (a.getClass() != b.getClass()) return false;
        if (a.getClass().isArray()) {
            seen.put(a, b);
            if (Array.getLength(a) != Array.getLength(b)) return false;
            for (int i = 0; i < Array.getLength(a); i++) if (!value(Array.get(a, i), Array.get(b, i))) return false;
            return true;
        }
        if (a.equals(b)) return true;
        try {
            if (a.getClass().getMethod("equals", Object.class).getDeclaringClass() != Object.class) return false;
            seen.put(a, b);
            for (Class<?> c = a.getClass(); c != Object.class; c = c.getSuperclass()) {
                for (Field f : c.getDeclaredFields()) {
                    if (Modifier.isStatic(f.getModifiers()) || Modifier.isTransient(f.getModifiers())) continue;
                    f.setAccessible(true);
                    if (!value(f.get(a), f.get(b))) return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return false;
        }
    }
}
