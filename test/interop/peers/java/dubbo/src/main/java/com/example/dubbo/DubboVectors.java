package com.example.dubbo;

import com.example.Greeter;
import com.example.GreeterException;
import com.example.Order;
import com.example.vectors.Hex;
import com.example.vectors.Picks;
import com.example.vectors.Tap;
import com.example.vectors.VectorFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.dubbo.common.Version;
import org.apache.dubbo.config.MethodConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.remoting.exchange.Request;
import org.apache.dubbo.remoting.exchange.Response;
import org.apache.dubbo.rpc.AppResponse;
import org.apache.dubbo.rpc.RpcContext;
import org.apache.dubbo.rpc.service.EchoService;
import org.apache.dubbo.rpc.service.GenericService;

/** Dubbo frames: calls overheard between Dubbo's own client and server, and messages through Dubbo's own codec. */
public final class DubboVectors {
    private final VectorFile out = new VectorFile().about("dialect", "4.x");
    private final Picks p;
    private final boolean blind;

    private DubboVectors(long seed, boolean blind) {
        this.p = new Picks(seed * 31 + 3);
        this.blind = blind;
    }

    /** Arguments: folder, seed, "open" or "blind". */
    public static void main(String[] args) throws Exception {
        DubboVectors v = new DubboVectors(Long.parseLong(args[1]), args[2].equals("blind"));
        boolean three = Version.class.getProtectionDomain().getCodeSource().getLocation().getPath().contains("dubbo-3");
        v.out.about("artifact", three ? "org.apache.dubbo:dubbo:3.3.6, org.apache.dubbo:hessian-lite:4.0.4"
            : "org.apache.dubbo:dubbo:2.7.21 (with com.alibaba:hessian-lite:3.2.13 inside)");
        v.calls("hessian2");
        if (three) v.calls("fastjson2");
        v.messages();
        v.out.write(Path.of(args[0], three ? "dubbo-frames-3.3.json" : "dubbo-frames-2.7.json"));
    }

    private interface Call { Object run() throws Throwable; }

    private void overhear(Tap tap, String group, String name, Call call) throws Exception {
        tap.sent();
        tap.received();
        String outcome;
        try {
            Object value = call.run();
            outcome = value == null ? "null" : value.getClass().getName();
        } catch (Throwable e) {
            outcome = e.getClass().getName();
        }
        Thread.sleep(60);
        for (byte[] frame : DubboFrame.split(tap.sent())) add(group, name + ", from the client", frame, outcome);
        for (byte[] frame : DubboFrame.split(tap.received())) add(group, name + ", from the server", frame, outcome);
    }

    private Map<String, Object> add(String group, String name, byte[] frame, String outcome) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("group", group);
        line.put("name", name);
        line.put("frame", DubboFrame.describe(frame));
        Hex.put(line, frame);
        if (outcome != null) line.put("clientSaw", outcome);
        out.add(line);
        return line;
    }

    private void calls(String serialization) throws Exception {
        int port = Tap.freePort();
        DubboServer.start(port, serialization);
        boolean hessian = serialization.equals("hessian2");
        try (Tap tap = new Tap(port)) {
            String url = "dubbo://127.0.0.1:" + tap.port() + "/com.example.Greeter?serialization=" + serialization;
            Greeter greeter = DubboClient.config(url, Greeter.class).get();
            for (int i = blind ? 6 : 4; i > 0; i--) overhear(tap, serialization, "greet #" + i, () -> greeter.greet(p.text(p.below(40))));
            for (int i = blind ? 4 : 3; i > 0; i--) overhear(tap, serialization, "echo #" + i, () -> greeter.echo(p.order(p.below(4))));
            overhear(tap, serialization, "echo null", () -> greeter.echo(null));
            overhear(tap, serialization, "fail: exception of the application", () -> greeter.fail(p.text(12)));
            overhear(tap, serialization, "slow", () -> greeter.slow(p.below(5)));
            if (!hessian) return;
            overhear(tap, serialization, "slow, given up by the client", () -> greeter.slow(1100));
            Thread.sleep(300);
            overhear(tap, serialization, "greet with attachments", () -> {
                RpcContext.getContext().setAttachment("traceId", p.word());
                RpcContext.getContext().setAttachment("tag", "灰度");
                return greeter.greet(p.word());
            });
            overhear(tap, serialization, "echo of the framework", () -> ((EchoService) greeter).$echo(p.word()));
            ReferenceConfig<Greeter> oneway = DubboClient.config(url + "&once=1", Greeter.class);
            MethodConfig method = new MethodConfig();
            method.setName("greet");
            method.setReturn(false);
            oneway.setMethods(Collections.singletonList(method));
            Greeter silent = oneway.get();
            overhear(tap, serialization, "greet, one-way", () -> silent.greet(p.word()));
            ReferenceConfig<GenericService> typeless = new ReferenceConfig<>();
            typeless.setApplication(DubboServer.application());
            typeless.setRegistry(new RegistryConfig("N/A"));
            typeless.setInterface(Greeter.class.getName());
            typeless.setGeneric("true");
            typeless.setVersion("1.0.0");
            typeless.setUrl(url + "&typeless=1");
            typeless.setTimeout(1000);
            typeless.setCheck(false);
            GenericService generic = typeless.get();
            overhear(tap, serialization, "generic greet", () -> generic.$invoke("greet", new String[] {"java.lang.String"}, new Object[] {p.word()}));
            overhear(tap, serialization, "generic echo", () -> generic.$invoke("echo", new String[] {"com.example.Order"},
                new Object[] {new LinkedHashMap<>(Map.of("class", "com.example.Order", "id", p.aLong(), "status", "PAID"))}));
            overhear(tap, serialization, "generic call of a missing method", () -> generic.$invoke("nothing", new String[0], new Object[0]));
            overhear(tap, serialization, "generic fail", () -> generic.$invoke("fail", new String[] {"java.lang.String"}, new Object[] {"x"}));
            ReferenceConfig<Greeter> other = DubboClient.config(url + "&other=1", Greeter.class);
            other.setVersion("9.9.9");
            Greeter nobody = other.get();
            overhear(tap, serialization, "no such service version", () -> nobody.greet(p.word()));
        }
    }

    private void message(DubboCodecDriver codec, String name, Object message) throws Exception {
        byte[] frame = codec.encode(message);
        Map<String, Object> line = add("message", name, frame, null);
        try {
            Object back = codec.decode(frame);
            if (back instanceof Request) line.put("javaReads", "Request id " + ((Request) back).getId() + " event " + ((Request) back).isEvent() + " heartbeat " + ((Request) back).isHeartbeat());
            else if (back instanceof Response) line.put("javaReads", "Response id " + ((Response) back).getId() + " status " + ((Response) back).getStatus() + " heartbeat " + ((Response) back).isHeartbeat());
            else line.put("javaReads", String.valueOf(back));
        } catch (Exception e) {
            line.put("javaReads", "fails: " + e.getClass().getName());
        }
    }

    private void messages() throws Exception {
        DubboCodecDriver codec = new DubboCodecDriver();
        for (long id : new long[] {1, p.below(100_000), p.random.nextLong(), -1, Long.MIN_VALUE}) {
            Request beat = new Request(id);
            beat.setTwoWay(true);
            beat.setEvent((String) null);
            beat.setVersion("2.0.2");
            message(codec, "heartbeat", beat);
            Response ack = new Response(id, "2.0.2");
            ack.setEvent((String) null);
            message(codec, "heartbeat answer", ack);
        }
        for (String event : new String[] {"R", "W", null}) {
            for (boolean twoWay : new boolean[] {false, true}) {
                Request e = new Request(p.below(1000));
                e.setTwoWay(twoWay);
                e.setEvent(event);
                e.setVersion("2.0.2");
                message(codec, "event " + event + (twoWay ? ", two-way" : ", one-way"), e);
            }
        }
        Map<String, Byte> failures = new LinkedHashMap<>();
        failures.put("SERIALIZATION_ERROR", (byte) 25);
        failures.put("CLIENT_TIMEOUT", Response.CLIENT_TIMEOUT);
        failures.put("SERVER_TIMEOUT", Response.SERVER_TIMEOUT);
        failures.put("CHANNEL_INACTIVE", Response.CHANNEL_INACTIVE);
        failures.put("BAD_REQUEST", Response.BAD_REQUEST);
        failures.put("BAD_RESPONSE", Response.BAD_RESPONSE);
        failures.put("SERVICE_NOT_FOUND", Response.SERVICE_NOT_FOUND);
        failures.put("SERVICE_ERROR", Response.SERVICE_ERROR);
        failures.put("SERVER_ERROR", Response.SERVER_ERROR);
        failures.put("CLIENT_ERROR", Response.CLIENT_ERROR);
        failures.put("SERVER_THREADPOOL_EXHAUSTED_ERROR", Response.SERVER_THREADPOOL_EXHAUSTED_ERROR);
        for (Map.Entry<String, Byte> f : failures.entrySet()) {
            Response r = new Response(p.random.nextLong() >>> 1, "2.0.2");
            r.setStatus(f.getValue());
            r.setErrorMessage(f.getKey() + ": " + p.text(12));
            message(codec, "status " + f.getKey(), r);
            Response silent = new Response(p.below(1000), "2.0.2");
            silent.setStatus(f.getValue());
            message(codec, "status " + f.getKey() + ", no message", silent);
        }
        Order order = p.order(1);
        GreeterException thrown = new GreeterException(p.below(100), p.text(8));
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("com.example.GreeterImpl", "fail", "GreeterImpl.java", 20)});
        Object[] values = {null, p.text(6), p.anInt(), p.aLong(), p.aDouble(), true, false, "", 0, order, p.bytes(20), new int[] {p.anInt()}};
        for (String version : new String[] {"2.0.2", "2.0.1", "2.6.2", null}) {
            for (boolean attached : new boolean[] {false, true}) {
                for (int i = 0; i <= values.length; i++) {
                    if (version != null && !version.equals("2.0.2") && i > 1 && i < values.length) continue;
                    AppResponse result = new AppResponse();
                    if (i < values.length) result.setValue(values[i]);
                    else result.setException(thrown);
                    if (attached) {
                        result.setAttachment("dubbo", "2.0.2");
                        result.setAttachment("k", p.word());
                    }
                    Response r = new Response(p.below(100_000), version);
                    r.setResult(result);
                    String what = i == values.length ? "exception" : values[i] == null ? "null" : values[i].getClass().getSimpleName();
                    message(codec, "OK, " + what + (attached ? ", attachments" : "") + ", for a caller of version " + version, r);
                }
            }
        }
    }
}
