package main

import (
	"context"
	"log"
	"time"

	"k8s.io/client-go/tools/cache"
)

// A bell repeats work after each change of what it watches. Changes during the work count as one.
type bell chan struct{}

func newBell(watched ...cache.SharedIndexInformer) bell {
	b := make(bell, 1)
	ring := func(any) {
		select {
		case b <- struct{}{}:
		default:
		}
	}
	for _, informer := range watched {
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc: ring, UpdateFunc: func(_, changed any) { ring(changed) }, DeleteFunc: ring,
		}); err != nil {
			log.Fatal(err)
		}
	}
	return b
}

// repeat also works every ten seconds: the work may have failed, or something undone it.
func (b bell) repeat(ctx context.Context, work func(context.Context) error) {
	for {
		if err := work(ctx); err != nil {
			log.Print(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-b:
		case <-time.After(10 * time.Second):
		}
	}
}
