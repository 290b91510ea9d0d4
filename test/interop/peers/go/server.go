package main

import (
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/xds"
)

// mode is printed when an xDS-enabled server begins or stops to serve.
type mode struct {
	Mode   string `json:"mode"`
	Reason string `json:"reason"`
}

func runServer(address string) error {
	tell := xds.ServingModeCallback(func(_ net.Addr, change xds.ServingModeChangeArgs) {
		reason := ""
		if change.Err != nil {
			reason = change.Err.Error()
		}
		say(mode{change.Mode.String(), reason})
	})
	server, err := xds.NewGRPCServer(grpc.Creds(insecure.NewCredentials()), tell)
	if err != nil {
		return err
	}
	server.RegisterService(echoService("grpc-go"), nil)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	ended := make(chan error, 2)
	go func() { ended <- server.Serve(listener) }()
	go func() { ended <- eachLine(func([]byte) error { return nil }) }()
	return <-ended
}
