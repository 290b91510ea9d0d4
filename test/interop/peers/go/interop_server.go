package main

import (
	"context"
	"io"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	"google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

// compressing is grpc-go's own TestService, and what that leaves out: whether messages are compressed.
type compressing struct {
	grpc_testing.TestServiceServer
}

func (service compressing) UnaryCall(ctx context.Context, request *grpc_testing.SimpleRequest) (*grpc_testing.SimpleResponse, error) {
	if err := judge(ctx, request.GetExpectCompressed()); err != nil {
		return nil, err
	}
	if err := compress(ctx, request.GetResponseCompressed()); err != nil {
		return nil, err
	}
	return service.TestServiceServer.UnaryCall(ctx, request)
}

func (service compressing) StreamingInputCall(stream grpc_testing.TestService_StreamingInputCallServer) error {
	sum := 0
	for {
		request, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&grpc_testing.StreamingInputCallResponse{AggregatedPayloadSize: int32(sum)})
		}
		if err != nil {
			return err
		}
		if err := judge(stream.Context(), request.GetExpectCompressed()); err != nil {
			return err
		}
		sum += len(request.GetPayload().GetBody())
	}
}

// judge refuses a message that came otherwise than it says.
func judge(ctx context.Context, expected *grpc_testing.BoolValue) error {
	came := ctx.Value(lastMessageKey{}).(*lastMessage).isCompressed
	if expected == nil || expected.Value == came {
		return nil
	}
	return status.Errorf(codes.InvalidArgument, "the message is compressed: %t, expected: %t", came, expected.Value)
}

// compress says how the answer is sent. grpc-go sets it once for all messages of a call.
func compress(ctx context.Context, wanted *grpc_testing.BoolValue) error {
	if wanted.GetValue() {
		return grpc.SetSendCompressor(ctx, gzip.Name)
	}
	return grpc.SetSendCompressor(ctx, encoding.Identity)
}

// lastMessage is what is known of the message that a call has read last.
type lastMessage struct{ isCompressed bool }

type lastMessageKey struct{}

// messageWatch tells handlers what grpc-go tells only statistics: how a message came.
type messageWatch struct{}

func (messageWatch) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return context.WithValue(ctx, lastMessageKey{}, new(lastMessage))
}

func (messageWatch) HandleRPC(ctx context.Context, event stats.RPCStats) {
	if message, is := event.(*stats.InPayload); is {
		ctx.Value(lastMessageKey{}).(*lastMessage).isCompressed = message.CompressedLength != message.Length
	}
}

func (messageWatch) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (messageWatch) HandleConn(context.Context, stats.ConnStats) {}

func runInteropServer(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.StatsHandler(messageWatch{}))
	grpc_testing.RegisterTestServiceServer(server, compressing{interop.NewTestServer()})
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(listener) }()
	go func() { ended <- eachLine(func([]byte) error { return nil }) }()
	return <-ended
}
