package com.example.bolt;

import com.alipay.remoting.LifeCycleException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.sofa.rpc.codec.bolt.SofaRpcSerializationRegister;
import com.alipay.sofa.rpc.core.exception.RpcErrorType;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.request.SofaRequest;
import com.alipay.sofa.rpc.core.response.SofaResponse;
import com.example.calls.Client;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;

/** Requests of SOFARPC through Bolt's own client, which speaks the versions of Bolt that SOFARPC's client does not. */
final class OwnBoltClient implements Client {
    private static final Map<String, String> QUERIES = Map.of("v1", "?_PROTOCOL=1", "v2", "?_PROTOCOL=2", "v2+crc", "?_PROTOCOL=2&_VERSION=2");
    private final RpcClient client = new RpcClient();
    private final String url;

    OwnBoltClient(String address, String version) throws LifeCycleException {
        if (!QUERIES.containsKey(version)) throw new IllegalArgumentException("no such version of Bolt: " + version);
        url = address + QUERIES.get(version);
        // Else Bolt writes a request of SOFARPC as any object, without its header map.
        new SofaRpcSerializationRegister().doRegisterCustomSerializer();
        client.startup();
    }

    @Override
    public <T> T of(Class<T> service, int timeoutMs) {
        return proxy(service, (proxy, method, args) -> result((SofaResponse) client.invokeSync(url, request(service, method, args), timeoutMs)));
    }

    @Override
    public <T> T oneWay(Class<T> service) {
        return proxy(service, (proxy, method, args) -> {
            client.oneway(url, request(service, method, args));
            return method.getReturnType() == long.class ? 0L : null;
        });
    }

    private static <T> T proxy(Class<T> service, InvocationHandler handler) {
        return service.cast(Proxy.newProxyInstance(service.getClassLoader(), new Class<?>[] {service}, handler));
    }

    private static SofaRequest request(Class<?> service, Method method, Object[] args) {
        String[] types = Arrays.stream(method.getParameterTypes()).map(Class::getName).toArray(String[]::new);
        return request(service, method.getName(), types, args == null ? new Object[0] : args);
    }

    static SofaRequest request(Class<?> service, String method, String[] types, Object... args) {
        SofaRequest request = new SofaRequest();
        request.setTargetAppName("greeter-server");
        request.setInterfaceName(service.getName());
        request.setTargetServiceUniqueName(service.getName() + ":1.0");
        request.setMethodName(method);
        request.setMethodArgSigs(types);
        request.setMethodArgs(args);
        return request;
    }

    private static Object result(SofaResponse response) throws Throwable {
        if (response.isError()) throw new SofaRpcException(RpcErrorType.SERVER_UNDECLARED_ERROR, response.getErrorMsg());
        if (response.getAppResponse() instanceof Throwable) throw (Throwable) response.getAppResponse();
        return response.getAppResponse();
    }
}
