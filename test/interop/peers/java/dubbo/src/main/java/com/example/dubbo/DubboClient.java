package com.example.dubbo;

import com.example.calls.Calls;
import com.example.calls.Client;
import java.util.Arrays;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;

/** Calls through Dubbo's TCP protocol. */
public final class DubboClient implements Client {
    private final String address;

    private DubboClient(String address) { this.address = address; }

    /** Arguments: host:port, works. */
    public static void main(String[] args) throws Exception {
        Calls.run(new DubboClient(args[0]), Arrays.asList(args).subList(1, args.length));
    }

    @Override
    public <T> T of(Class<T> service, int timeoutMs) {
        ReferenceConfig<T> reference = config(url(service), service);
        reference.setTimeout(timeoutMs);
        return reference.get();
    }

    @Override
    public <T> T oneWay(Class<T> service) { return config(url(service) + "&return=false", service).get(); }

    /** Dubbo sends a heartbeat after so long without a word, and Dubbo 3 looks so often for a server it lost: 60 s by default. */
    private String url(Class<?> service) {
        return "dubbo://" + address + "/" + service.getName()
            + "?serialization=hessian2&heartbeat=200&dubbo.application.least-reconnect-duration=500";
    }

    static <T> ReferenceConfig<T> config(String url, Class<T> service) {
        ReferenceConfig<T> reference = new ReferenceConfig<>();
        reference.setApplication(DubboServer.application());
        reference.setRegistry(new RegistryConfig("N/A"));
        reference.setInterface(service);
        reference.setVersion("1.0.0");
        reference.setUrl(url);
        reference.setTimeout(1000);
        reference.setRetries(0);
        reference.setCheck(false);
        return reference;
    }
}
