package com.example.vectors;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the Hessian vectors cover. Fixed cases stand at the edges of the encoding; drawn cases belong to the same
 * families with values from a seed. "Blind" sets hold drawn cases only, more of them.
 */
public final class Cases {
    public static final class Case {
        public final String group;
        public final String name;
        public final Object[] values;

        Case(String group, String name, Object[] values) {
            this.group = group;
            this.name = name;
            this.values = values;
        }
    }

    private final List<Case> all = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Cases() {}

    public static List<Case> of(long seed, boolean blind) {
        Cases cases = new Cases();
        if (!blind) {
            new FixedValues(cases).write();
            new FixedObjects(cases).write();
        }
        new DrawnCases(cases, new Picks(seed), blind).write();
        return cases.all;
    }

    void add(String group, String name, Object[] values) {
        // A drawn value may be one that stands there already: names stay unique.
        while (!names.add(group + name)) name += ", again";
        all.add(new Case(group, name, values));
    }
}
