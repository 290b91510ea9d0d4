package com.example.dubbo;

import com.example.Greeter;
import com.example.GreeterImpl;
import com.example.Mirror;
import com.example.MirrorImpl;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;

/**
 * {@link Greeter} and {@link Mirror} on Dubbo's TCP protocol, no registry, Hessian 2 (fastjson2 too, if the caller asks and
 * it is there). Dubbo 3 reads no class that a service does not name, unless security/serialize.allowlist does.
 */
public final class DubboServer {
    private DubboServer() {}

    public static void main(String[] args) throws Exception {
        // How long it serves on after it has said that it ends; 10 s by default.
        System.setProperty("dubbo.service.shutdown.wait", "1000");
        int port = Integer.parseInt(args[0]);
        start(port, "hessian2");
        System.out.println("{\"listening\":" + port + ",\"protocol\":\"dubbo\"}");
        Thread.currentThread().join();
    }

    static void start(int port, String serialization) {
        ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
        protocol.setSerialization(serialization);
        export(protocol, Greeter.class, new GreeterImpl());
        export(protocol, Mirror.class, new MirrorImpl());
    }

    private static <T> void export(ProtocolConfig protocol, Class<T> type, T implementation) {
        ServiceConfig<T> service = new ServiceConfig<>();
        service.setApplication(application());
        service.setRegistry(new RegistryConfig("N/A"));
        service.setProtocol(protocol);
        service.setInterface(type);
        service.setVersion("1.0.0");
        service.setRef(implementation);
        service.export();
    }

    /** Dubbo 3 allows one application in a process, with one name. */
    static ApplicationConfig application() {
        ApplicationConfig application = new ApplicationConfig("greeter");
        application.setQosEnable(false);
        return application;
    }
}
