package console

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilSignal is a context that ends with Ctrl-C, SIGTERM, or the end of the terminal, unless the process was started to
// outlive that one (nohup). A second signal then kills the process at once.
func UntilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, signals...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
