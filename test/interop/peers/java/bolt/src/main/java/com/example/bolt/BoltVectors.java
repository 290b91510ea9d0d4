package com.example.bolt;

import com.alipay.remoting.Connection;
import com.alipay.remoting.InvokeContext;
import com.alipay.remoting.ProtocolCode;
import com.alipay.remoting.RemotingCommand;
import com.alipay.remoting.ResponseStatus;
import com.alipay.remoting.config.switches.ProtocolSwitch;
import com.alipay.remoting.rpc.HeartbeatAckCommand;
import com.alipay.remoting.rpc.HeartbeatCommand;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.RpcCodec;
import com.alipay.remoting.rpc.RpcCommand;
import com.alipay.remoting.rpc.RpcCommandFactory;
import com.alipay.remoting.rpc.exception.RpcServerException;
import com.alipay.remoting.rpc.protocol.RpcProtocol;
import com.alipay.remoting.rpc.protocol.RpcRequestCommand;
import com.alipay.remoting.rpc.protocol.RpcResponseCommand;
import com.alipay.sofa.rpc.codec.bolt.SimpleMapSerializer;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.MethodConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.RpcErrorType;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.request.SofaRequest;
import com.alipay.sofa.rpc.core.response.SofaResponse;
import com.example.Greeter;
import com.example.Order;
import com.example.vectors.Hex;
import com.example.vectors.Picks;
import com.example.vectors.Tap;
import com.example.vectors.VectorFile;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bolt frames: calls overheard between SOFARPC's own client and server, and commands through Bolt's own encoders. */
public final class BoltVectors {
    private static final String ARTIFACTS = "com.alipay.sofa:bolt:1.6.12, com.alipay.sofa:sofa-rpc-all:5.13.2, com.alipay.sofa:hessian:3.5.5";
    private final VectorFile out = new VectorFile().about("artifact", ARTIFACTS).about("dialect", "3.x");
    private final Picks p;
    private final boolean blind;

    private BoltVectors(long seed, boolean blind) {
        this.p = new Picks(seed * 31 + 1);
        this.blind = blind;
    }

    /** Arguments: folder, seed, "open" or "blind". */
    public static void main(String[] args) throws Exception {
        BoltVectors v = new BoltVectors(Long.parseLong(args[1]), args[2].equals("blind"));
        int port = Tap.freePort();
        BoltServer.start(port);
        try (Tap tap = new Tap(port)) {
            v.sofaRpc(tap);
            for (String query : new String[] {"", "?_PROTOCOL=2", "?_PROTOCOL=2&_VERSION=2"}) v.rawClient(tap, query);
        }
        v.commands();
        v.out.write(Path.of(args[0], "bolt-frames.json"));
        v.headerMaps().write(Path.of(args[0], "bolt-header-maps.json"));
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
            outcome = e.getClass().getName() + ": " + String.valueOf(e.getMessage()).replaceAll("127\\.0\\.0\\.1:\\d+", "HOST");
        }
        Thread.sleep(60);
        for (byte[] frame : BoltFrame.split(tap.sent())) add(group, name + ", from the client", frame, outcome);
        for (byte[] frame : BoltFrame.split(tap.received())) add(group, name + ", from the server", frame, outcome);
    }

    private void add(String group, String name, byte[] frame, String outcome) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("group", group);
        line.put("name", name);
        line.put("frame", BoltFrame.describe(frame));
        Hex.put(line, frame);
        if (outcome != null) line.put("clientSaw", outcome);
        line.put("javaReads", read(frame));
        out.add(line);
    }

    /** What Bolt's own decoder makes of the frame. */
    static String read(byte[] frame) {
        EmbeddedChannel channel = new EmbeddedChannel(new RpcCodec().newDecoder()) {
            // Bolt casts the address of its peer.
            @Override
            protected SocketAddress remoteAddress0() { return new InetSocketAddress("127.0.0.1", 1); }
        };
        channel.attr(Connection.PROTOCOL).set(ProtocolCode.fromBytes(frame[0]));
        channel.writeInbound(Unpooled.wrappedBuffer(frame));
        Object command = channel.readInbound();
        if (command instanceof List) command = ((List<?>) command).get(0);
        return command == null ? "nothing" : command.getClass().getSimpleName() + " id " + ((RemotingCommand) command).getId();
    }

    private void sofaRpc(Tap tap) throws Exception {
        ConsumerConfig<Greeter> config = BoltClient.config("bolt://127.0.0.1:" + tap.port(), Greeter.class);
        Greeter greeter = config.refer();
        for (int i = blind ? 6 : 4; i > 0; i--) overhear(tap, "sofarpc", "greet #" + i, () -> greeter.greet(p.text(p.below(40))));
        for (int i = blind ? 4 : 3; i > 0; i--) overhear(tap, "sofarpc", "echo #" + i, () -> greeter.echo(p.order(p.below(4))));
        overhear(tap, "sofarpc", "echo null", () -> greeter.echo(null));
        overhear(tap, "sofarpc", "fail: exception of the application", () -> greeter.fail(p.text(12)));
        overhear(tap, "sofarpc", "slow", () -> greeter.slow(p.below(5)));
        overhear(tap, "sofarpc", "slow, given up by the client", () -> greeter.slow(1100));
        Thread.sleep(300);
        overhear(tap, "sofarpc", "greet with baggage", () -> {
            RpcInvokeContext.getContext().putRequestBaggage("userId", p.word());
            return greeter.greet(p.word());
        });
        RpcInvokeContext.removeContext();
        Greeter oneway = BoltClient.config("bolt://127.0.0.1:" + tap.port(), Greeter.class)
            .setMethods(Collections.singletonList(new MethodConfig().setName("greet").setInvokeType("oneway"))).refer();
        overhear(tap, "sofarpc", "greet, one-way", () -> oneway.greet(p.word()));
        Greeter other = BoltClient.config("bolt://127.0.0.1:" + tap.port(), Greeter.class).setUniqueId("nobody").refer();
        overhear(tap, "sofarpc", "service not found", () -> other.greet(p.word()));
    }

    private static SofaRequest request(String method, String[] types, Object... args) {
        return OwnBoltClient.request(Greeter.class, method, types, args);
    }

    private void rawClient(Tap tap, String query) throws Exception {
        String url = "127.0.0.1:" + tap.port() + query;
        String group = query.isEmpty() ? "bolt v1" : query.contains("VERSION") ? "bolt v2 with CRC" : "bolt v2, version 1";
        RpcClient client = new RpcClient();
        client.startup();
        Order order = p.order(2);
        overhear(tap, group, "greet", () -> client.invokeSync(url, request("greet", new String[] {"java.lang.String"}, p.text(9)), 2000 + p.below(1000)));
        overhear(tap, group, "echo", () -> client.invokeSync(url, request("echo", new String[] {"com.example.Order"}, order), 3000));
        overhear(tap, group, "fail", () -> client.invokeSync(url, request("fail", new String[] {"java.lang.String"}, "x"), 3000));
        overhear(tap, group, "slow", () -> client.invokeSync(url, request("slow", new String[] {"long"}, 2L), 3000));
        overhear(tap, group, "method not found", () -> client.invokeSync(url, request("nothing", new String[] {}), 3000));
        overhear(tap, group, "no such service", () -> {
            SofaRequest r = request("greet", new String[] {"java.lang.String"}, "x");
            r.setTargetServiceUniqueName("com.example.Nobody:1.0");
            return client.invokeSync(url, r, 3000);
        });
        overhear(tap, group, "one-way", () -> {
            client.oneway(url, request("greet", new String[] {"java.lang.String"}, p.word()));
            return null;
        });
        overhear(tap, group, "class without a processor", () -> client.invokeSync(url, new HashMap<>(Map.of("a", 1)), 3000));
        overhear(tap, group, "CRC switched off by the caller", () -> {
            InvokeContext context = new InvokeContext();
            context.put(InvokeContext.BOLT_CRC_SWITCH, false);
            return client.invokeSync(url, request("greet", new String[] {"java.lang.String"}, p.word()), context, 3000);
        });
        client.shutdown();
    }

    private static byte[] encode(RpcCommand command, int protocol, int version) {
        EmbeddedChannel channel = new EmbeddedChannel(new RpcCodec().newEncoder());
        channel.attr(Connection.PROTOCOL).set(ProtocolCode.fromBytes((byte) protocol));
        channel.attr(Connection.VERSION).set((byte) version);
        channel.writeOutbound(command);
        ByteBuf bytes = channel.readOutbound();
        return ByteBufUtil.getBytes(bytes);
    }

    private void commands() throws Exception {
        int[][] kinds = {{1, 1, 0}, {2, 1, 0}, {2, 1, 1}, {2, 2, 0}, {2, 2, 1}};
        RpcCommandFactory factory = new RpcCommandFactory();
        for (int[] kind : kinds) {
            String v = "v" + kind[0] + (kind[0] == 2 ? "." + kind[1] + (kind[2] == 1 ? ", switch on" : "") : "");
            for (int id : new int[] {p.below(1000), p.random.nextInt(), -1}) {
                HeartbeatCommand beat = new HeartbeatCommand();
                beat.setId(id);
                beat.setTimeout(p.chance(0.5) ? 3000 : -1);
                command("heartbeat", v, beat, kind);
                HeartbeatAckCommand ack = new HeartbeatAckCommand();
                ack.setId(id);
                ack.setResponseStatus(ResponseStatus.SUCCESS);
                command("heartbeat ack", v, ack, kind);
            }
            for (ResponseStatus status : ResponseStatus.values()) {
                RpcResponseCommand bare = factory.createExceptionResponse(p.random.nextInt(), status);
                command("status " + status, v, bare, kind);
            }
            Throwable cause = new IllegalStateException(p.text(10));
            cause.setStackTrace(new StackTraceElement[] {new StackTraceElement("com.example.GreeterImpl", "greet", "GreeterImpl.java", 7)});
            RpcResponseCommand failure = factory.createExceptionResponse(p.below(99), ResponseStatus.SERVER_EXCEPTION, cause);
            RpcServerException seen = (RpcServerException) failure.getResponseObject();
            seen.setStackTrace(cause.getStackTrace());
            failure.serialize();
            command("server exception with cause", v, failure, kind);

            RpcRequestCommand empty = new RpcRequestCommand();
            empty.setId(p.below(99));
            empty.setTimeout(1000);
            empty.setSerializer((byte) 1);
            command("request of no bytes", v, empty, kind);
            RpcRequestCommand proto = new RpcRequestCommand();
            proto.setId(p.below(99));
            proto.setTimeout(Integer.MAX_VALUE);
            proto.setSerializer((byte) 11);
            proto.setClazz("com.alipay.sofa.rpc.core.request.SofaRequest".getBytes());
            proto.setHeader(new SimpleMapSerializer().encode(new HashMap<>(Map.of("service", "com.example.Greeter:1.0", "sofa_head_method_name", "greet"))));
            proto.setContent(new byte[] {10, 3, 'a', 'b', (byte) ('a' + p.below(26))});
            command("request with protobuf content", v, proto, kind);
            RpcRequestCommand wide = new RpcRequestCommand();
            wide.setId(p.below(99));
            wide.setTimeout(0);
            wide.setType((byte) 2);
            wide.setSerializer((byte) 12);
            wide.setClazz(new byte[300]);
            wide.setContent(p.bytes(700));
            command("one-way, opaque content of 700 bytes", v, wide, kind);

            SofaResponse rpcError = new SofaResponse();
            SofaRpcException e = new SofaRpcException(RpcErrorType.SERVER_BUSY, p.text(6));
            rpcError.setErrorMsg(e.getMessage());
            command("SofaResponse with an RPC error", v, response(rpcError), kind);
            SofaResponse ok = new SofaResponse();
            ok.setAppResponse(p.text(5));
            ok.addResponseProp("k", p.word());
            command("SofaResponse with properties", v, response(ok), kind);
            SofaResponse thrown = new SofaResponse();
            SofaRpcException t = new SofaRpcException(RpcErrorType.SERVER_UNDECLARED_ERROR, "thrown " + p.word());
            t.setStackTrace(cause.getStackTrace());
            thrown.setAppResponse(t);
            command("SofaResponse that carries a SofaRpcException", v, response(thrown), kind);
        }
    }

    private RpcResponseCommand response(SofaResponse content) throws Exception {
        RpcResponseCommand r = new RpcResponseCommand(content);
        r.setId(p.random.nextInt() & 0x7fffffff);
        r.setSerializer((byte) 1);
        r.setResponseStatus(ResponseStatus.SUCCESS);
        r.setResponseClass(SofaResponse.class.getName());
        r.serialize();
        return r;
    }

    private void command(String name, String version, RpcCommand command, int[] kind) throws Exception {
        if (command.getSerializer() == 0) command.setSerializer((byte) 1);
        command.setProtocolSwitch(ProtocolSwitch.create(kind[2] == 1 ? new int[] {ProtocolSwitch.CRC_SWITCH_INDEX} : new int[0]));
        add("command " + version, name, encode(command, kind[0], kind[1]), null);
    }

    private VectorFile headerMaps() throws Exception {
        VectorFile maps = new VectorFile().about("artifact", "com.alipay.sofa:sofa-rpc-all:5.13.2, SimpleMapSerializer");
        Map<String, Map<String, String>> cases = new LinkedHashMap<>();
        cases.put("empty", new LinkedHashMap<>());
        Map<String, String> nulls = new LinkedHashMap<>();
        nulls.put("a", "1");
        nulls.put("null value", null);
        nulls.put(null, "null key");
        nulls.put("b", "2");
        cases.put("null value, null key", nulls);
        Map<String, String> blanks = new LinkedHashMap<>();
        blanks.put("empty value", "");
        blanks.put("", "empty key");
        cases.put("empty value, empty key", blanks);
        Map<String, String> wide = new LinkedHashMap<>();
        wide.put("中文", p.text(30));
        wide.put("emoji", "😀");
        wide.put("lone", "\ud83d");
        cases.put("not ASCII", wide);
        Map<String, String> drawn = new LinkedHashMap<>();
        for (int i = 5 + p.below(20); i > 0; i--) drawn.put(p.word(), p.text(p.below(50)));
        cases.put("drawn", drawn);
        cases.put("long value", new LinkedHashMap<>(Map.of(p.word(), p.text(300 + p.below(300)))));
        SimpleMapSerializer serializer = new SimpleMapSerializer();
        for (Map.Entry<String, Map<String, String>> c : cases.entrySet()) {
            byte[] bytes = serializer.encode(c.getValue());
            if (bytes == null) bytes = new byte[0];
            header(maps, c.getKey(), bytes, "Java");
        }
        if (!blind) {
            header(maps, "length -1 for the value", Hex.bytes("00000001 61 ffffffff 00000001 62 00000001 63"), "hand");
            header(maps, "length -1 for the key", Hex.bytes("ffffffff 00000001 61 00000001 62 00000001 63"), "hand");
            header(maps, "the same key twice", Hex.bytes("00000001 61 00000001 31 00000001 61 00000001 32"), "hand");
        }
        return maps;
    }

    private static void header(VectorFile maps, String name, byte[] bytes, String origin) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        line.put("origin", origin);
        line.put("pairs", BoltFrame.header(bytes));
        line.put("hex", Hex.of(bytes));
        try {
            line.put("javaReads", new java.util.TreeMap<>(new SimpleMapSerializer().decode(bytes)));
        } catch (Exception e) {
            line.put("javaFails", e.toString());
        }
        maps.add(line);
    }
}
