package com.example.calls;

import com.example.Greeter;
import com.example.Mirror;
import com.example.Node;
import com.example.Order;
import com.example.vectors.Json;
import com.example.vectors.Picks;
import com.example.vectors.Same;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The calls that all clients make: one JSON line each, and {"done":…} at the end. */
public final class Calls {
    private static final int TIMEOUT_MS = 2_000;
    private static final int MORE_THAN_THE_TIMEOUT_MS = 3_000;
    // For one MiB on a busy machine.
    private static final int MIRROR_TIMEOUT_MS = 10_000;
    private static final int PACE_MS = 50;

    private interface Call { Object run() throws Throwable; }

    private final Client client;
    private int done;

    private Calls(Client client) { this.client = client; }

    /** Works: greeter (which is what none means), mirror, one-way, big=bytes, again=calls, idle=ms; in the order of the work. */
    public static void run(Client client, List<String> works) throws InterruptedException {
        Calls calls = new Calls(client);
        for (String work : works.isEmpty() ? List.of("greeter") : works) calls.run(work.split("=")[0], work.contains("=") ? Integer.parseInt(work.split("=")[1]) : 0);
        System.out.println(Json.of(Map.of("done", calls.done)));
    }

    private void run(String work, int n) throws InterruptedException {
        switch (work) {
            case "greeter": greeter(client.of(Greeter.class, TIMEOUT_MS)); break;
            case "mirror": mirror(client.of(Mirror.class, MIRROR_TIMEOUT_MS)); break;
            case "one-way": oneWay(client.of(Mirror.class, MIRROR_TIMEOUT_MS), client.oneWay(Mirror.class)); break;
            case "big": big(client.of(Mirror.class, MIRROR_TIMEOUT_MS), n); break;
            case "again": again(client.of(Greeter.class, TIMEOUT_MS), n); break;
            case "idle": idle(client.of(Greeter.class, TIMEOUT_MS), n); break;
            default: throw new IllegalArgumentException("no such work: " + work);
        }
    }

    private void greeter(Greeter greeter) {
        Order order = new Picks(7).order(2);
        line("greet", () -> greeter.greet("天地 😀"));
        line("echo", () -> Map.of("same", Same.values(new Object[] {order}, new Object[] {greeter.echo(order)})));
        line("echo null", () -> greeter.echo(null));
        line("fail", () -> greeter.fail("no such luck"));
        line("slow", () -> greeter.slow(10));
        line("slow, over the timeout", () -> greeter.slow(MORE_THAN_THE_TIMEOUT_MS));
    }

    private void mirror(Mirror mirror) {
        Picks picks = new Picks(11);
        line("reflect null", () -> mirror.reflect(null));
        reflect("values", mirror, new ArrayList<>(Arrays.asList(
            1, -5L, 0.5, true, null, "天地 😀", picks.bytes(20), picks.date(), picks.decimal(), picks.status(), new int[] {1, 300_000})));
        reflect("tree", mirror, picks.tree(4, new ArrayList<>()));
        Order order = picks.order(2);
        order.tags.put("self", order);
        reflect("order in itself", mirror, order);
        Node ring = new Node("a");
        ring.next = new Node("b");
        ring.next.next = new Node("c");
        ring.next.next.next = ring;
        ring.kids = new ArrayList<>(Arrays.asList(ring, ring.next));
        reflect("ring", mirror, ring);
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put("self", map);
        reflect("map in itself", mirror, map);
    }

    private void big(Mirror mirror, int bytes) {
        Picks picks = new Picks(13);
        reflect("big bytes", mirror, picks.bytes(bytes));
        reflect("big text", mirror, picks.text(bytes / 2));
        List<Object> orders = new ArrayList<>();
        for (int i = bytes / 256; i > 0; i--) orders.add(picks.order(1));
        reflect("big list", mirror, orders);
    }

    private void reflect(String name, Mirror mirror, Object value) {
        line("reflect " + name, () -> Map.of("same", Same.values(new Object[] {value}, new Object[] {mirror.reflect(value)})));
    }

    private void oneWay(Mirror mirror, Mirror silent) {
        long before = mirror.reflected();
        line("one-way", () -> silent.reflect("nobody waits"));
        line("reflected", () -> {
            for (int tries = 20; tries > 0 && mirror.reflected() == before; tries--) Thread.sleep(PACE_MS);
            return mirror.reflected() - before;
        });
    }

    private void again(Greeter greeter, int calls) throws InterruptedException {
        for (int i = 1; i <= calls; i++) {
            String name = String.valueOf(i);
            line("again", () -> greeter.greet(name));
            Thread.sleep(PACE_MS);
        }
    }

    private void idle(Greeter greeter, int ms) throws InterruptedException {
        line("before", () -> greeter.greet("before"));
        Thread.sleep(ms);
        line("after", () -> greeter.greet("after"));
    }

    private void line(String name, Call call) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("call", name);
        long start = System.nanoTime();
        try {
            line.put("ok", call.run());
        } catch (Throwable thrown) {
            Throwable e = thrown instanceof UndeclaredThrowableException ? thrown.getCause() : thrown;
            line.put("error", e.getClass().getName());
            line.put("message", String.valueOf(e.getMessage()).split("\n")[0]);
        }
        line.put("ms", (System.nanoTime() - start) / 1_000_000);
        System.out.println(Json.of(line));
        done++;
    }
}
