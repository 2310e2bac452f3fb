package console

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
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

// Interrupted replaces an error that the end of the context caused.
func Interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && !errors.Is(err, ErrInterrupted) {
		return ErrInterrupted
	}
	return err
}

// UntilInterrupted works for a command until a signal, which is then what went wrong.
func UntilInterrupted(c *cobra.Command, work func(context.Context) error) error {
	ctx, stop := UntilSignal(c.Context())
	defer stop()
	return Interrupted(ctx, work(ctx))
}
