// Command mesh-peer is Go's side of xDS for the interop tests: a client and a server of grpc-go, and go-control-plane.
//
//	mesh-peer client xds:///orders              calls; a line of stdin is how many, a line of stdout what became of them
//	mesh-peer server 127.0.0.1:50051            answers calls as its listener, which comes by xDS, says
//	mesh-peer interop-server 127.0.0.1:50051    answers gRPC's interop cases, those of compression among them
//	mesh-peer control-plane 127.0.0.1:18000     serves by ADS; a line of stdin is a snapshot, a line of stdout an answer
//
// Client and server read the bootstrap that GRPC_XDS_BOOTSTRAP names. All end with their stdin.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: mesh-peer client|server|interop-server|control-plane <target or address>"))
	}
	run, known := map[string]func(string) error{
		"client":         runClient,
		"server":         runServer,
		"interop-server": runInteropServer,
		"control-plane":  runControlPlane,
	}[os.Args[1]]
	if !known {
		fail(fmt.Errorf("no such part: %s", os.Args[1]))
	}
	if err := run(os.Args[2]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

var printing sync.Mutex

// say prints one line of JSON.
func say(line any) {
	printing.Lock()
	defer printing.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		fail(err)
	}
}

// eachLine calls take with every line of stdin, and returns at its end.
func eachLine(take func(line []byte) error) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if err := take(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}
