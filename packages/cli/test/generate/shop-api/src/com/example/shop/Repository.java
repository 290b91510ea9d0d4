package com.example.shop;

import java.util.Collection;
import java.util.Map;

/** Whose type variables others say. */
public interface Repository<K, V> {
    V find(K key);

    Map<K, V> findAll(Collection<? extends K> keys);

    void save(V value) throws ShopException;
}
