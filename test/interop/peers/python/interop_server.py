"""The calls of grpc.testing.TestService that are about compression, by C-core's server.

Its Python says nowhere whether a message came compressed. So decompression is off, and a message is taken as it came: gzip
begins with bytes that begin no protobuf message. Fields are read and written by number, since nothing is generated here.
"""
import gzip

import grpc

SERVICE = "/grpc.testing.TestService/"
GZIP = b"\x1f\x8b"
OPTIONS = [("grpc.per_message_decompression", 0)]


def varint(message, at):
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def read(message):
    """The values of each field: integers and bytes, which are all that these messages have."""
    values, at = {}, 0
    while at < len(message):
        key, at = varint(message, at)
        value, at = varint(message, at)
        if key & 7 == 2:
            value, at = message[at : at + value], at + value
        values.setdefault(key >> 3, []).append(value)
    return values


def number(values, field):
    return values.get(field, [0])[0]


def wish(values, field):
    """A BoolValue, or None where there is none."""
    return bool(number(read(values[field][0]), 1)) if field in values else None


def length(value):
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def payload(size):
    """Field 1, a Payload of zeros: its field 2."""
    body = b"\x12" + length(size) + bytes(size)
    return b"\x0a" + length(len(body)) + body


def arrived(message):
    """Whether a message came compressed, and its fields."""
    is_compressed = message[:2] == GZIP
    return is_compressed, read(gzip.decompress(message) if is_compressed else message)


def judge(is_compressed, expected, context):
    if expected not in (None, is_compressed):
        context.abort(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"the message is compressed: {is_compressed}, expected: {expected}",
        )


def unary(request, context):
    is_compressed, values = request
    judge(is_compressed, wish(values, 8), context)
    if wish(values, 6):
        context.set_compression(grpc.Compression.Gzip)
    return payload(number(values, 2))


def streaming_input(requests, context):
    total = 0
    for is_compressed, values in requests:
        judge(is_compressed, wish(values, 2), context)
        total += len(read(values[1][0])[2][0])
    return b"\x08" + length(total)


def streaming_output(request, context):
    _, values = request
    wanted = [read(parameters) for parameters in values[2]]
    if any(wish(each, 3) for each in wanted):
        context.set_compression(grpc.Compression.Gzip)
    for each in wanted:
        if not wish(each, 3):
            context.disable_next_message_compression()
        yield payload(number(each, 1))


HANDLERS = {
    SERVICE + "UnaryCall": grpc.unary_unary_rpc_method_handler(unary, arrived),
    SERVICE + "StreamingInputCall": grpc.stream_unary_rpc_method_handler(streaming_input, arrived),
    SERVICE + "StreamingOutputCall": grpc.unary_stream_rpc_method_handler(streaming_output, arrived),
}


class Compressing(grpc.GenericRpcHandler):
    def service(self, details):
        return HANDLERS.get(details.method)
