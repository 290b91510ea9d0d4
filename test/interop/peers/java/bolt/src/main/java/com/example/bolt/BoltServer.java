package com.example.bolt;

import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import com.example.Greeter;
import com.example.GreeterImpl;
import com.example.Mirror;
import com.example.MirrorImpl;

/** {@link Greeter} and {@link Mirror} on SOFARPC's Bolt server, no registry. */
public final class BoltServer {
    private BoltServer() {}

    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        start(port);
        System.out.println("{\"listening\":" + port + ",\"protocol\":\"bolt\"}");
    }

    static void start(int port) {
        ServerConfig server = new ServerConfig().setProtocol("bolt").setPort(port).setDaemon(false);
        export(server, Greeter.class, new GreeterImpl());
        export(server, Mirror.class, new MirrorImpl());
    }

    private static <T> void export(ServerConfig server, Class<T> service, T implementation) {
        new ProviderConfig<T>()
            .setApplication(new ApplicationConfig().setAppName("greeter-server"))
            .setInterfaceId(service.getName())
            .setRef(implementation)
            .setServer(server)
            .setRegister(false)
            .export();
    }
}
