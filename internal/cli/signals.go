package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal is a context that ends with Ctrl-C or SIGTERM. A second signal then kills the process at once.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
