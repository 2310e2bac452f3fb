//go:build !linux

package infra

import "io"

// holdPort reserves nothing: where there are no abstract sockets, two servers that start at the same moment may choose one port, and
// one of them says so and ends.
func holdPort(int) (io.Closer, error) { return io.NopCloser(nil), nil }
