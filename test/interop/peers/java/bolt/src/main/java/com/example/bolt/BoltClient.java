package com.example.bolt;

import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.example.calls.Calls;
import com.example.calls.Client;
import java.util.Arrays;

/** Calls through SOFARPC's Bolt client; with --bolt=v1, v2 or v2+crc through Bolt's own, of that version. */
public final class BoltClient implements Client {
    private static final String OWN = "--bolt=";
    // Before it has tried, calls fail: there is no server to choose. 10 s by default.
    private static final int RECONNECT_MS = 500;
    private final String url;

    private BoltClient(String url) { this.url = url; }

    /** Arguments: host:port, --bolt=version if so, works. */
    public static void main(String[] args) throws Exception {
        // Bolt sends a heartbeat after so long without a word; 15 s by default.
        System.setProperty("bolt.tcp.heartbeat.interval", "200");
        boolean own = args.length > 1 && args[1].startsWith(OWN);
        Client client = own ? new OwnBoltClient(args[0], args[1].substring(OWN.length())) : new BoltClient("bolt://" + args[0]);
        Calls.run(client, Arrays.asList(args).subList(own ? 2 : 1, args.length));
    }

    @Override
    public <T> T of(Class<T> service, int timeoutMs) {
        return config(url, service).setTimeout(timeoutMs).setReconnectPeriod(RECONNECT_MS).refer();
    }

    @Override
    public <T> T oneWay(Class<T> service) { return config(url, service).setInvokeType("oneway").refer(); }

    static <T> ConsumerConfig<T> config(String url, Class<T> service) {
        return new ConsumerConfig<T>()
            .setApplication(new ApplicationConfig().setAppName("greeter-client"))
            .setInterfaceId(service.getName())
            .setProtocol("bolt")
            .setDirectUrl(url)
            .setTimeout(1000)
            .setRepeatedReferLimit(-1)
            .setRegister(false);
    }
}
