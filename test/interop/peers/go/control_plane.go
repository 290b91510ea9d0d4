package main

import (
	"context"
	"encoding/json"
	"net"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"
)

// snapshot is a line of stdin: all resources, as Envoy's files hold them, under one version.
type snapshot struct {
	Version   string            `json:"version"`
	Resources []json.RawMessage `json:"resources"`
}

// answer is a line of stdout: a request that accepts or refuses a response.
type answer struct {
	Node    string `json:"node"`
	Type    string `json:"type"`
	Version string `json:"version"`
	Error   string `json:"error"`
}

// everybody gives all nodes one snapshot.
type everybody struct{}

func (everybody) ID(*core.Node) string { return "" }

// nackPause holds up a refusal: go-control-plane answers one with the same version at once, for ever.
const nackPause = 100 * time.Millisecond

func runControlPlane(address string) error {
	snapshots := cache.NewSnapshotCache(false, everybody{}, nil)
	callbacks := server.CallbackFuncs{StreamRequestFunc: hear}
	grpcServer := grpc.NewServer()
	service := server.NewServer(context.Background(), snapshots, callbacks)
	discovery.RegisterAggregatedDiscoveryServiceServer(grpcServer, service)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	go func() { fail(grpcServer.Serve(listener)) }()
	return eachLine(func(line []byte) error {
		next, err := read(line)
		if err != nil {
			return err
		}
		return snapshots.SetSnapshot(context.Background(), "", next)
	})
}

func hear(_ int64, request *discovery.DiscoveryRequest) error {
	if request.GetResponseNonce() == "" {
		return nil
	}
	refusal := request.GetErrorDetail()
	say(answer{request.GetNode().GetId(), request.GetTypeUrl(), request.GetVersionInfo(), refusal.GetMessage()})
	if refusal != nil {
		time.Sleep(nackPause)
	}
	return nil
}

func read(line []byte) (*cache.Snapshot, error) {
	given := snapshot{}
	if err := json.Unmarshal(line, &given); err != nil {
		return nil, err
	}
	byType := map[types.ResponseType][]types.Resource{}
	for _, text := range given.Resources {
		packed := new(anypb.Any)
		if err := protojson.Unmarshal(text, packed); err != nil {
			return nil, err
		}
		resource, err := packed.UnmarshalNew()
		if err != nil {
			return nil, err
		}
		kind := cache.GetResponseType(packed.GetTypeUrl())
		byType[kind] = append(byType[kind], resource)
	}
	out := new(cache.Snapshot)
	for kind := range out.Resources {
		out.Resources[kind] = cache.NewResources(given.Version, byType[types.ResponseType(kind)])
	}
	return out, nil
}
