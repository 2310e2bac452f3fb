package infra

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/ziplaw/ziplaw"
)

// checkMachine reports what the servers need of the system and don't name themselves where it is missing.
func checkMachine(ctx context.Context) error {
	if err := checkFiles(); err != nil {
		return err
	}
	if err := checkProc(); err != nil {
		return err
	}
	return checkLoopback(ctx)
}

// checkProc looks for what the Temporal server reads of its own process.
func checkProc() error {
	if runtime.GOOS != "linux" {
		return nil
	}
	if _, err := os.Readlink("/proc/self/exe"); err != nil {
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: fmt.Sprintf("the Temporal server needs /proc: %v", err),
			Hint: "mount it: mount -t proc proc /proc"}
	}
	return nil
}

// checkLoopback connects to a listener of its own on the one address that the servers have.
func checkLoopback(ctx context.Context) error {
	err := connectLoopback(ctx)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: fmt.Sprintf("the servers need the loopback interface, which doesn't work: %v", err),
		Hint: "bring it up: ip link set lo up"}
}

func connectLoopback(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address(0))
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }()
	c, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		return err
	}
	return c.Close()
}
