package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// echoMethod answers nothing with a text: who answers. Its messages are protobuf's own, so that nothing is generated.
const echoMethod = "/peer.Echo/Call"

// echoService answers with a name.
func echoService(name string) *grpc.ServiceDesc {
	answer := func(_ any, _ context.Context, read func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		if err := read(new(emptypb.Empty)); err != nil {
			return nil, err
		}
		return wrapperspb.String(name), nil
	}
	return &grpc.ServiceDesc{
		ServiceName: "peer.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Call", Handler: answer}},
	}
}
