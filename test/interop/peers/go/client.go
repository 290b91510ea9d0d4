package main

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	_ "google.golang.org/grpc/xds" // the scheme xds:
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// tally is what became of some calls: how many each server answered, and how many failed with which words.
type tally struct {
	Answered map[string]int `json:"answered"`
	Failed   map[string]int `json:"failed"`
}

func runClient(target string) error {
	connection, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	return eachLine(func(line []byte) error {
		count, err := strconv.Atoi(string(line))
		if err != nil {
			return err
		}
		outcome := tally{Answered: map[string]int{}, Failed: map[string]int{}}
		for range count {
			if name, err := call(connection); err != nil {
				outcome.Failed[status.Code(err).String()+": "+status.Convert(err).Message()]++
			} else {
				outcome.Answered[name]++
			}
		}
		say(outcome)
		return nil
	})
}

func call(connection *grpc.ClientConn) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	answer := new(wrapperspb.StringValue)
	err := connection.Invoke(ctx, echoMethod, new(emptypb.Empty), answer)
	return answer.Value, err
}
