package com.example.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs one command inside the class path of one peer: the jars under lib/<peer>, beside this jar. */
public final class Main {
    private static final String USAGE = String.join("\n",
        "java -jar peers.jar <command>",
        "  bolt-server <port>                            SOFARPC on Bolt: com.example.Greeter and com.example.Mirror",
        "  bolt-client <host:port> [--bolt=v] [work…]    calls them, one JSON line per call; v: v1, v2, v2+crc",
        "  dubbo-server <port>                           Dubbo 3.3, its TCP protocol  (dubbo27-server: Dubbo 2.7)",
        "  dubbo-client <host:port> [work…]              calls them                   (dubbo27-client: Dubbo 2.7)",
        "  vectors <outdir> [seed [blind]]               all golden vectors; blind = drawn cases only",
        "  bench [seconds]                               encode and decode a 1 KB Order, each library, one thread",
        "Works: greeter, mirror, one-way, big=<bytes>, again=<calls>, idle=<ms>.");
    private static Path lib;

    public static void main(String[] args) throws Exception {
        lib = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolveSibling("lib");
        // SOFA writes log files into the home folder unless told otherwise.
        System.setProperty("logging.path", lib.resolveSibling("logs").toString());
        String command = args.length == 0 ? "" : args[0];
        String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        if (command.endsWith("-server") || command.endsWith("-client")) endWithInput();
        switch (command) {
            case "bolt-server": run("bolt", "com.example.bolt.BoltServer", rest); break;
            case "bolt-client": run("bolt", "com.example.bolt.BoltClient", rest); break;
            case "dubbo-server": run("dubbo", "com.example.dubbo.DubboServer", rest); break;
            case "dubbo-client": run("dubbo", "com.example.dubbo.DubboClient", rest); break;
            case "dubbo27-server": run("dubbo27", "com.example.dubbo.DubboServer", rest); break;
            case "dubbo27-client": run("dubbo27", "com.example.dubbo.DubboClient", rest); break;
            case "vectors": vectors(rest[0], rest.length > 1 ? rest[1] : "1", rest.length > 2 ? rest[2] : "open"); break;
            case "bench": bench(rest.length > 0 ? rest[0] : "3"); break;
            default:
                System.err.println(USAGE);
                System.exit(2);
        }
        // Client libraries leave threads behind.
        if (!command.endsWith("-server")) System.exit(0);
    }

    /** Nobody is left who could end it. */
    private static void endWithInput() {
        Thread thread = new Thread(() -> {
            try {
                while (System.in.read() >= 0);
            } catch (IOException e) {
                // As good as its end.
            }
            System.exit(0);
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void vectors(String out, String seed, String kind) throws Exception {
        hessian("bolt", "com.alipay.sofa:hessian", "3.x", out, seed, kind);
        hessian("dubbo", "org.apache.dubbo:hessian-lite", "4.x", out, seed, kind);
        hessian("dubbo27", "com.alibaba:hessian-lite", "4.x", out, seed, kind);
        hessian("hessian-caucho", "com.caucho:hessian", "4.x", out, seed, kind);
        hessian("hessian-sofa4", "com.alipay.sofa:hessian", "4.x", out, seed, kind);
        run("bolt", "com.example.bolt.GenericVectors", out, seed, kind);
        run("bolt", "com.example.bolt.BoltVectors", out, seed, kind);
        run("dubbo", "com.example.dubbo.DubboVectors", out, seed, kind);
        run("dubbo27", "com.example.dubbo.DubboVectors", out, seed, kind);
        run("bolt", "com.example.vectors.HostileHessian", Path.of(out, "hostile-hessian-3.x.json").toString(), "3.x", seed, kind);
        run("dubbo", "com.example.vectors.HostileHessian", Path.of(out, "hostile-hessian-4.x.json").toString(), "4.x", seed, kind);
        run("bolt", "com.example.bolt.BoltHostile", out, seed, kind);
        run("dubbo", "com.example.dubbo.DubboHostile", out, seed, kind);
    }

    private static void hessian(String peer, String artifact, String dialect, String out, String seed, String kind) throws Exception {
        String jar = artifact.contains("lite") ? "hessian-lite-" : "hessian-";
        // Dubbo 2.7 carries hessian-lite inside its own jar: no file name tells its version.
        String version = Arrays.stream(lib.resolve(peer).toFile().list()).filter(f -> f.startsWith(jar)).findFirst().orElse("3.2.13")
            .replace(jar, "").replace(".jar", "");
        String file = "hessian-" + dialect + "-" + artifact.replaceAll("^(com|org)\\.", "").replaceAll("[.:]", "-") + "-" + version + ".json";
        run(peer, "com.example.vectors.HessianVectors", Path.of(out, file).toString(), artifact + ":" + version, dialect, seed, kind);
    }

    private static void bench(String seconds) throws Exception {
        for (String peer : new String[] {"bolt", "dubbo", "hessian-caucho", "hessian-sofa4"}) run(peer, "com.example.vectors.Bench", peer, seconds);
    }

    private static void run(String peer, String mainClass, String... args) throws Exception {
        List<URL> urls = new ArrayList<>();
        File[] jars = lib.resolve(peer).toFile().listFiles((dir, name) -> name.endsWith(".jar"));
        if (jars == null) throw new IllegalStateException("no jars in " + lib.resolve(peer) + ": build first (mvn -q package)");
        Arrays.sort(jars);
        for (File jar : jars) urls.add(jar.toURI().toURL());
        URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
        Thread.currentThread().setContextClassLoader(loader);
        try {
            loader.loadClass(mainClass).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            e.getCause().printStackTrace();
            System.exit(1);
        }
    }
}
