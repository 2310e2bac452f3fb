package data

import (
	"context"
	"io"
)

// untilDone reads until the context ends, even where a Read waits for somebody who writes nothing.
type untilDone struct {
	ctx    context.Context
	from   io.Reader
	buffer []byte // the caller's is its own again once Read returns
}

func (u *untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, u.ctx.Err()
	}
	if len(u.buffer) < len(p) {
		u.buffer = make([]byte, len(p))
	}
	var (
		n    int
		err  error
		done = make(chan struct{})
	)
	go func() {
		defer close(done)
		n, err = u.from.Read(u.buffer[:len(p)])
	}()
	select {
	case <-done:
		return copy(p, u.buffer[:n]), err
	case <-u.ctx.Done():
		return 0, u.ctx.Err()
	}
}
