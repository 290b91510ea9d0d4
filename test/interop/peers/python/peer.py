"""gRPC C-core as an xDS peer: the library under Python, C++, Ruby and PHP.

    peer.py client xds:///orders             calls; a line of stdin is how many, a line of stdout what became of them
    peer.py server 127.0.0.1:50051           answers calls as its listener, which comes by xDS, says
    peer.py interop-server 127.0.0.1:50051   answers those of gRPC's interop cases that are about compression

Client and server read the bootstrap that GRPC_XDS_BOOTSTRAP names, and their messages are those of the Go peer beside it:
nothing is asked, and a google.protobuf.StringValue answered, which is field 1 with its length. All end with their stdin.
"""
import collections
import json
import sys
from concurrent import futures

import grpc
import interop_server

METHOD = "/peer.Echo/Call"
NAME = b"C-core"
TIMEOUT_S = 5


def as_is(message):
    return message


def run_client(target):
    with grpc.insecure_channel(target) as channel:
        call = channel.unary_unary(METHOD, as_is, as_is)
        for line in sys.stdin:
            answered, failed = collections.Counter(), collections.Counter()
            for _ in range(int(line)):
                try:
                    answered[call(b"", timeout=TIMEOUT_S)[2:].decode()] += 1
                except grpc.RpcError as error:
                    failed[f"{error.code().name}: {error.details()}"] += 1
            print(json.dumps({"answered": answered, "failed": failed}), flush=True)


class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method != METHOD:
            return None
        return grpc.unary_unary_rpc_method_handler(lambda _, __: bytes([10, len(NAME)]) + NAME, as_is, as_is)


def run_server(address):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), handlers=[Echo()], xds=True)
    server.add_secure_port(address, grpc.xds_server_credentials(grpc.insecure_server_credentials()))
    server.start()
    sys.stdin.read()
    server.stop(None)


def run_interop_server(address):
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        handlers=[interop_server.Compressing()],
        options=interop_server.OPTIONS,
    )
    server.add_insecure_port(address)
    server.start()
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    {"client": run_client, "server": run_server, "interop-server": run_interop_server}[sys.argv[1]](sys.argv[2])
